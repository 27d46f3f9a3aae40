"""A first load into an empty Neo4j store: derived in a scratch file, then written to the graph in many transactions.

Until the last of them the journal bears a mark: an unfinished import is neither read nor written to, and the next
import deletes it.
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
from lineage.stores.sqlite.reader import SqliteReader

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
        """Wait for the write lock; the mark must still be that of this import."""
        if self._write("lock_import", token=token) != [1]:
            raise StoreBusyError(f"Another import into the store {self._place} has taken the place of this one.")

    def write(self, rows: Iterable[RowWrite]) -> None:
        """Write rows query file by query file, in the order in which the files first occur."""
        files: dict[str, list[Params]] = {}
        for file, row in rows:
            files.setdefault(file, []).append(row)
        for file, file_rows in files.items():
            if file == "link_corrections":
                self._each(file, {row["id"] for row in file_rows})
                continue
            self._store(file, sorted_rows(file_rows))
            if file == "keep_items":
                self._store("keep_past", [row for row in file_rows if row["past"]])

    def end(self, last: Entry | None, recorded: int) -> None:
        """Set the state of the journal, and remove the mark."""
        self._write(
            "move_journal",
            position=last.position if last else None,
            digest=last.digest if last else None,
            recorded=recorded if last else None,
        )
        self._write("end_import")


def check_empty(reader: Neo4jReader) -> None:
    """Raise StoreNotEmptyError unless the journal is empty or an unfinished import left it."""
    try:
        state = reader.head().state
    except ImportUnfinishedError:
        return
    if state != EMPTY:
        raise StoreNotEmptyError


def import_all(sessions: Callable[[], Session], place: str, scratch: ScratchStore) -> None:
    """Write a whole scratch store to the graph. Raises StoreNotEmptyError, StoreBusyError."""
    token = uuid4().hex
    with sessions() as session:
        session.execute_write(lambda tx: BulkImport(tx, place).begin(token))
        session.run(Query(query(PACKAGE, "write/wipe_import.cypher").text)).consume()
        rows = everything(scratch)
        while batch := list(islice(rows, _ROWS)):
            session.execute_write(_write, place, token, batch)
        session.execute_write(_end, place, token, scratch.transaction)


def _write(transaction: ManagedTransaction, place: str, token: str, batch: list[RowWrite]) -> None:
    importing = BulkImport(transaction, place)
    importing.lock_import(token)
    importing.write(batch)


def _end(transaction: ManagedTransaction, place: str, token: str, journal: SqliteReader) -> None:
    importing = BulkImport(transaction, place)
    importing.lock_import(token)
    state = journal.state()
    last = journal.entries(state.position - 1, 1) if state.position else []
    importing.end(last[0] if last else None, state.recorded)


def everything(scratch: ScratchStore) -> Iterator[RowWrite]:
    """Every row of a scratch store in the form of the graph, each after the rows that it refers to."""
    for page in _pages(scratch.transaction):
        yield from (("add_entries", entry_row(entry)) for entry in page)
    for page in _pages(scratch.transaction):
        yield from (("add_replacements", row) for row in replacement_rows(page))
    targets = []
    for id, target, time, recorded, replaces in scratch.all("corrections"):
        targets.append(target)
        yield "add_corrections", Correction(id, target, time, recorded, bool(replaces))._asdict()
    for party in scratch.holders():
        yield "add_parties", party_row(party)
    yield from scratch.rows()
    yield from (("link_corrections", {"id": target}) for target in targets)
    for party in {row[0] for row in scratch.all("enrolments")}:
        yield "caption_parties", party_row(party)


def _pages(journal: SqliteReader) -> Iterator[list[Entry]]:
    after = 0
    while page := journal.entries(after, _PAGE):
        after = page[-1].position
        yield page
