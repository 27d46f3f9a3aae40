"""A rebuild of the projection in Neo4j: derived into a scratch file, then only what differs is changed in the graph.

One transaction of Neo4j holds all its changes in memory, and every later index lookup in it passes over all that it
deleted. So the graph is not cleared and written again. In an undamaged store nothing differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any, Final

import orjson

from lineage.stores.interface import Changes, RowDifference
from lineage.stores.neo4j.row_encoding import Params
from lineage.stores.neo4j.scratch import ScratchStore
from lineage.stores.neo4j.transaction import Neo4jTransaction, StaleRows
from lineage.stores.query_files import query
from lineage.stores.sqlite.reader import PACKAGE

_DIFFERS: Final = {
    "upsert_items": ("facts", "checkpoint", "contested", "on_cycle", "past", "reversed"),
    "upsert_parties": ("named", "reversed"),
    "part_of": ("events",),
    "became": ("events",),
    "held_by": ("events", "status", "to"),
    "names": ("party", "detail"),
    "enrols": ("name",),
    "term": ("label", "is_party", "reversed"),
    "insert_custody_dependencies": (),
    "insert_party_events": (),
}
"""The values in which rows of one key may differ, apart from their transaction times."""
_EDGE: Final = ("events", "status", "to", "party", "detail", "name")
_NODE: Final = ("label", "is_party", "reversed")
_KEYS_ALONE: Final = {"CustodyDependency": "insert_custody_dependencies", "PartyEvent": "insert_party_events"}
"""Labels of nodes in which nothing but the key can differ, and the query files that write them."""
_ITEM: Final = ("facts", "checkpoint", "contested", "on_cycle", "past", "reversed")

StoredRow = tuple[str, str, str, Params]
"""A row of the graph: its element id, the query file that writes such rows, its key, and the values that may differ."""


class RebuildScratch:
    """A scratch file with a new projection of the journal in the graph, and the comparison of the two projections."""

    def __init__(self, writer: Neo4jTransaction) -> None:
        self._writer = writer
        self._scratch = ScratchStore()
        self.transaction = self._scratch.transaction
        """Reads and writes of the new projection; the scratch file has no journal."""
        self._connection = self._scratch.connection
        self._connection.execute(query(PACKAGE, "rebuild_diff/target.sql").text)

    def close(self) -> None:
        self._scratch.close()

    def apply(self, changes: Changes) -> None:
        """Write entries and corrections to the graph, everything else to the scratch file."""
        if changes.entries or changes.corrections:
            self._writer.apply(Changes(entries=changes.entries, corrections=changes.corrections))
        self.transaction.apply(replace(changes, entries=[], corrections=[]))

    def write_differences(self) -> None:
        """Make the projection in the graph equal to that in the scratch file."""
        self._connection.execute("BEGIN")
        self._insert_targets()
        stale = StaleRows(self._stale(_edges(self._writer)), self._stale(_nodes(self._writer)))
        self._stale(_parties(self._writer))
        self._writer.apply_diff(stale, self._changed_rows, (id for id, *_ in self._scratch.all("parties")))
        self._connection.execute("COMMIT")

    def differences(self, most: int) -> list[RowDifference]:
        """The first rows of the graph that differ from those in the scratch file; nothing is written."""
        self._connection.execute("BEGIN")
        self._insert_targets()
        rows = chain(_edges(self._writer), _nodes(self._writer), _parties(self._writer))
        found = list(islice(self._unexpected(rows), most))
        if len(found) < most:
            missing = self._connection.execute(query(PACKAGE, "rebuild_diff/missing_rows.sql").text, {"most": most})
            found += [RowDifference(_table(file), key, "missing") for file, key in missing]
        self._connection.execute("ROLLBACK")
        return found[:most]

    def _unexpected(self, rows: Iterable[StoredRow]) -> Iterator[RowDifference]:
        find, mark = (
            query(PACKAGE, "rebuild_diff/target_content.sql").text,
            query(PACKAGE, "rebuild_diff/mark_unchanged.sql").text,
        )
        for _, file, key, values in rows:
            name = {"file": file, "key": key}
            target = self._connection.execute(find, name).fetchone()
            if target is not None and target[0] == _content(file, values):
                self._connection.execute(mark, name)
            else:
                yield RowDifference(_table(file), key, "unexpected")

    def _insert_targets(self) -> None:
        targets = (
            {"file": f, "key": _key(r), "content": _content(f, r), "row": orjson.dumps(r)}
            for f, r in self._scratch.rows()
        )
        self._connection.executemany(query(PACKAGE, "rebuild_diff/insert_target.sql").text, targets)

    def _stale(self, rows: Iterable[StoredRow]) -> list[str]:
        """Mark the rows of the graph that are as they should be; return the ids of those that should not exist."""
        find, mark = (
            query(PACKAGE, "rebuild_diff/target_content.sql").text,
            query(PACKAGE, "rebuild_diff/mark_unchanged.sql").text,
        )
        stale = []
        for id, file, key, values in rows:
            name = {"file": file, "key": key}
            target = self._connection.execute(find, name).fetchone()
            if target is None:
                stale.append(id)
            elif target[0] == _content(file, values):
                self._connection.execute(mark, name)
        return stale

    def _changed_rows(self, file: str) -> list[Params]:
        """Rows that the graph does not have, or has with other values, for one query file."""
        rows = self._connection.execute(query(PACKAGE, "rebuild_diff/changed_rows.sql").text, {"file": file})
        return [orjson.loads(row) for (row,) in rows]


def _table(file: str) -> str:
    return file.removeprefix("insert_").removeprefix("upsert_")


def _key(row: Params) -> str:
    return str(row.get("key") or row["id"])


def _content(file: str, row: Params) -> bytes:
    """The values in which rows of one key may differ, as bytes: equal bytes for equal values."""
    kind = file if file in _DIFFERS else file.removeprefix("insert_").removeprefix("past_")
    return orjson.dumps([row.get(f) for f in ("known_from", "known_until", *_DIFFERS[kind])])


# ---- rows of the graph


def _stored(id: str, kind: str, key: str, known: tuple[int, int], values: dict[str, Any], *, past: bool) -> StoredRow:
    known_from, known_until = known
    row = {**values, "known_from": known_from, "known_until": known_until if past else None}
    return id, f"insert_{'past_' if past else ''}{kind}", key, row


def _edges(writer: Neo4jTransaction) -> Iterator[StoredRow]:
    for id, type_, key, known_from, known_until, *values in writer.stream("all_edges"):
        kind = type_.removesuffix("_SUPERSEDED")
        row = dict(zip(_EDGE, values, strict=True))
        yield _stored(id, kind.lower(), key, (known_from, known_until), row, past=kind != type_)


def _nodes(writer: Neo4jTransaction) -> Iterator[StoredRow]:
    """Terms, custody dependencies, events of parties, and items."""
    for id, label, key, known_from, known_until, *values in writer.stream("all_nodes"):
        if label in _KEYS_ALONE:
            yield id, _KEYS_ALONE[label], key, {}
        else:
            row = dict(zip(_NODE, values, strict=True))
            yield _stored(id, "term", key, (known_from, known_until), row, past=label != "Term")
    for element, id, known_from, *values in writer.stream("all_items"):
        yield element, "upsert_items", id, {**dict(zip(_ITEM, values, strict=True)), "known_from": known_from}


def _parties(writer: Neo4jTransaction) -> Iterator[StoredRow]:
    for element, id, known_from, named, reversed_ in writer.stream("all_parties"):
        yield element, "upsert_parties", id, {"known_from": known_from, "named": named, "reversed": reversed_}
