"""A first load of everything into Neo4j: derived beside the graph, then kept in it, some rows a transaction.

Until the last of them the journal bears a mark: nobody reads or writes what is half there; the next import wipes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar
from uuid import uuid4

from neo4j import ManagedTransaction, Query, Session

from lineage.domain.errors import ImportUnfinishedError, StoreBusyError, StoreNotEmptyError
from lineage.domain.events.corrections import Correction
from lineage.stores.interface import EMPTY, Entry
from lineage.stores.neo4j.reader import Neo4jReader
from lineage.stores.neo4j.row_encoding import Params, entry_row, party_row, replacement_rows
from lineage.stores.neo4j.scratch import ScratchStore
from lineage.stores.neo4j.statements import PACKAGE
from lineage.stores.neo4j.transaction import Neo4jTransaction, sorted_rows
from lineage.stores.query_files import query

_PAGE: Final = 1_000
_ROWS: Final = 20_000
"""Rows in one transaction."""
T = TypeVar("T")
RowWrite = tuple[str, Params]


class BulkImport(Neo4jTransaction):
    """One transaction of an import."""

    def begin(self, token: str) -> None:
        """Mark the journal, which must be empty."""
        if self._write("begin_import", token=token) != [1]:
            raise StoreNotEmptyError

    def lock_import(self, token: str) -> None:
        """Wait for the turn to write, which must still be this import's."""
        if self._write("lock_import", token=token) != [1]:
            raise StoreBusyError(f"Another import into the store {self._place} has taken the place of this one.")

    def keep(self, told: Iterable[RowWrite]) -> None:
        """Keep rows, file by file in the order in which the files come."""
        files: dict[str, list[Params]] = {}
        for file, row in told:
            files.setdefault(file, []).append(row)
        for file, some in files.items():
            if file == "link_corrections":
                self._each(file, {row["id"] for row in some})
                continue
            self._keep(file, sorted_rows(some))
            if file == "upsert_items":
                self._keep("replace_past_facts", [row for row in some if row["past"]])

    def end(self, last: Entry | None, recorded: int) -> None:
        """Everything is there: move the head of the journal, and take the mark away."""
        self._write(
            "advance_journal",
            position=last.position if last else None,
            digest=last.digest if last else None,
            recorded=recorded if last else None,
        )
        self._write("end_import")


def check_empty(reader: Neo4jReader) -> None:
    """Raise StoreNotEmptyError unless the journal is empty; what an unfinished import left counts for nothing."""
    try:
        state = reader.head().state
    except ImportUnfinishedError:
        return
    if state != EMPTY:
        raise StoreNotEmptyError


def import_all(sessions: Callable[[], Session], place: str, aside: ScratchStore) -> None:
    """Keep in the graph what lies aside."""
    token = uuid4().hex
    with sessions() as session:
        session.execute_write(lambda tx: BulkImport(tx, place).begin(token))
        session.run(Query(query(PACKAGE, "write/wipe_import.cypher").text)).consume()
        rows = everything(aside)
        while some := list(islice(rows, _ROWS)):
            session.execute_write(_keep, place, token, some)
        session.execute_write(_end, place, token, aside)


def _keep(transaction: ManagedTransaction, place: str, token: str, some: list[RowWrite]) -> None:
    filling = BulkImport(transaction, place)
    filling.lock_import(token)
    filling.keep(some)


def _end(transaction: ManagedTransaction, place: str, token: str, aside: ScratchStore) -> None:
    filling = BulkImport(transaction, place)
    filling.lock_import(token)
    state = aside.state()
    last = aside.entries(state.position - 1, 1) if state.position else []
    filling.end(last[0] if last else None, state.recorded)


def everything(aside: ScratchStore) -> Iterator[RowWrite]:
    """Every row as the graph takes it, after whatever it refers to."""
    for page in _pages(aside):
        yield from (("insert_entries", entry_row(entry)) for entry in page)
    for page in _pages(aside):
        yield from (("insert_replacements", row) for row in replacement_rows(page))
    targets = []
    for id, target, time, recorded, replaces in aside.all("corrections"):
        targets.append(target)
        yield "insert_corrections", Correction(id, target, time, recorded, bool(replaces))._asdict()
    for party in aside.holders():
        yield "insert_parties", party_row(party)
    yield from aside.rows()
    yield from (("link_corrections", {"id": target}) for target in targets)
    for party in {row[0] for row in aside.all("enrolments")}:
        yield "caption_parties", party_row(party)


def _pages(aside: ScratchStore) -> Iterator[list[Entry]]:
    after = 0
    while page := aside.entries(after, _PAGE):
        after = page[-1].position
        yield page
