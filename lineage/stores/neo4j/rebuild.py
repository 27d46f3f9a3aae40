"""A projection that is derived anew: beside the graph first, then only what differs is changed in it.

One transaction of Neo4j holds all that it changes in memory, and passes over all that it deleted at every later look
into an index. So a graph is not cleared and written again: the projection is derived into a scratch file, and in the
end compared with what is kept. In a store that is as it should be, nothing differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, cast

import orjson

from lineage.domain.events.corrections import Correction
from lineage.stores.interface import ALL_ENTRIES, Changes, Entry, EntryFilter, State, Transaction
from lineage.stores.neo4j.row_encoding import Params
from lineage.stores.neo4j.scratch import ScratchStore
from lineage.stores.neo4j.transaction import Neo4jTransaction, StaleRows
from lineage.stores.query_files import query
from lineage.stores.sqlite.reader import PACKAGE

_DIFFERS: Final = {
    "upsert_items": ("facts", "checkpoint", "contested", "on_cycle", "past"),
    "upsert_parties": ("named",),
    "part_of": ("events",),
    "became": ("events",),
    "held_by": ("events", "status", "to"),
    "names": ("party", "detail"),
    "enrols": ("name",),
    "term": ("label", "is_party"),
    "insert_custody_dependencies": (),
}
"""What rows of one key may say differently, beside when they were known."""
_EDGE: Final = ("events", "status", "to", "party", "detail", "name")
_NODE: Final = ("label", "is_party")
_ITEM: Final = ("facts", "checkpoint", "contested", "on_cycle", "past")

StoredRow = tuple[str, str, str, Params]
"""A row of the graph: its own id there, the query file that keeps such rows, its key, and what may differ."""


class WriteTransaction:
    """The transaction that work is given: the graph itself, or after `clear_projection` the scratch beside it."""

    def __init__(self, writer: Neo4jTransaction) -> None:
        self._writer = writer
        self._now: Neo4jTransaction | RebuildScratch = writer

    def __getattr__(self, name: str) -> object:
        return getattr(self._now, name)

    def clear_projection(self) -> None:
        """Derive anew from here on."""
        if isinstance(self._now, RebuildScratch):
            self._now.clear_projection()
        else:
            self._now = RebuildScratch(self._writer)

    def __enter__(self) -> Transaction:
        return cast(Transaction, self)

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if isinstance(self._now, RebuildScratch):
            try:
                if error is None:
                    self._now.settle()
            finally:
                self._now.close()


class RebuildScratch(ScratchStore):
    """The journal of the graph, and a projection in a file that is gone afterwards."""

    def __init__(self, writer: Neo4jTransaction) -> None:
        super().__init__()
        self._writer = writer
        self._connection.execute(query(PACKAGE, "rebuild_diff/target.sql").text)

    # ---- the journal stays where it is

    def state(self) -> State:
        return self._writer.state()

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]:
        return self._writer.entries_by_id(ids)

    def entries(self, after: int, limit: int, chosen: EntryFilter = ALL_ENTRIES) -> list[Entry]:
        return self._writer.entries(after, limit, chosen)

    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        return self._writer.corrections_about(ids)

    def apply(self, changes: Changes) -> None:
        if changes.entries or changes.corrections:
            self._writer.apply(Changes(entries=changes.entries, corrections=changes.corrections))
        super().apply(replace(changes, entries=[], corrections=[]))

    # ---- what differs

    def settle(self) -> None:
        """Make the graph say what the scratch says."""
        wanted = (
            {"file": f, "key": _key(r), "content": _content(f, r), "row": orjson.dumps(r)} for f, r in self.rows()
        )
        self._connection.execute("BEGIN")
        self._connection.executemany(query(PACKAGE, "rebuild_diff/insert_target.sql").text, wanted)
        strays = StaleRows(self._strays(_edges(self._writer)), self._strays(_nodes(self._writer)))
        self._strays(_parties(self._writer))
        self._writer.apply_diff(strays, self._still_wanted, (id for id, *_ in self.all("parties")))
        self._connection.execute("COMMIT")

    def _strays(self, kept: Iterable[StoredRow]) -> list[str]:
        """Tick off what is kept as it is wanted; the ids of what nobody wants."""
        ask, done = (
            query(PACKAGE, "rebuild_diff/target_content.sql").text,
            query(PACKAGE, "rebuild_diff/mark_unchanged.sql").text,
        )
        strays = []
        for id, file, key, said in kept:
            name = {"file": file, "key": key}
            row = self._connection.execute(ask, name).fetchone()
            if row is None:
                strays.append(id)
            elif row[0] == _content(file, said):
                self._connection.execute(done, name)
        return strays

    def _still_wanted(self, file: str) -> list[Params]:
        rows = self._connection.execute(query(PACKAGE, "rebuild_diff/changed_rows.sql").text, {"file": file})
        return [orjson.loads(row) for (row,) in rows]


def _key(row: Params) -> str:
    return str(row.get("key") or row["id"])


def _content(file: str, row: Params) -> bytes:
    """What of a row may differ under the same key, as bytes that are equal if it does not."""
    kind = file if file in _DIFFERS else file.removeprefix("insert_").removeprefix("past_")
    return orjson.dumps([row.get(f) for f in ("known_from", "known_until", *_DIFFERS[kind])])


# ---- what the graph says


def _kept(id: str, kind: str, key: str, known: tuple[int, int], said: dict[str, Any], *, past: bool) -> StoredRow:
    known_from, known_until = known
    row = {**said, "known_from": known_from, "known_until": known_until if past else None}
    return id, f"insert_{'past_' if past else ''}{kind}", key, row


def _edges(writer: Neo4jTransaction) -> Iterator[StoredRow]:
    for id, type_, key, known_from, known_until, *said in writer.stream("all_edges"):
        kind = type_.removesuffix("_SUPERSEDED")
        row = dict(zip(_EDGE, said, strict=True))
        yield _kept(id, kind.lower(), key, (known_from, known_until), row, past=kind != type_)


def _nodes(writer: Neo4jTransaction) -> Iterator[StoredRow]:
    """Terms, custody dependencies and items."""
    for id, label, key, known_from, known_until, *said in writer.stream("all_nodes"):
        if label == "CustodyDependency":
            yield id, "insert_custody_dependencies", key, {}
        else:
            row = dict(zip(_NODE, said, strict=True))
            yield _kept(id, "term", key, (known_from, known_until), row, past=label != "Term")
    for element, id, known_from, *said in writer.stream("all_items"):
        yield element, "upsert_items", id, {**dict(zip(_ITEM, said, strict=True)), "known_from": known_from}


def _parties(writer: Neo4jTransaction) -> Iterator[StoredRow]:
    for element, id, known_from, named in writer.stream("all_parties"):
        yield element, "upsert_parties", id, {"known_from": known_from, "named": named}
