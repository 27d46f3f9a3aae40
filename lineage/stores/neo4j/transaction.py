"""Writes of one Neo4j transaction: rows are grouped by the query file that writes them, and sorted by their keys.

Superseded rows have relationship types, or labels, of their own, so that reads of the current graph need no predicate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, NamedTuple

from lineage.domain.errors import StoreDamagedError
from lineage.domain.graph import Enrolment, KnownInterval, Term
from lineage.domain.instants import OPEN
from lineage.stores.interface import Changes, Entry, Row
from lineage.stores.neo4j.errors import unfinished
from lineage.stores.neo4j.reader import Neo4jReader
from lineage.stores.neo4j.row_encoding import (
    OPEN_END,
    Params,
    dependency_row,
    entry_row,
    item_row,
    party_event_row,
    party_row,
    past_key,
    past_text,
    replacement_rows,
    row_of,
)
from lineage.stores.row_encoding import party_text

RowWrite = tuple[str, Params]
"""The query file that writes or closes a row, and the parameters of that query."""

MAX_ROWS: Final = 5_000
"""Rows in one statement; more only lengthen it."""

_KINDS: Final = ("part_of", "became", "held_by", "names", "term", "enrols")
_REFER: Final = ("held_by", "names", "enrols")


class StaleRows(NamedTuple):
    """Rows that follow from no event any more, by their element ids in the graph."""

    edges: list[str]
    nodes: list[str]


class Neo4jTransaction(Neo4jReader):
    """Reads that see their own writes, and the writes of the journal and of single changes."""

    def _write(self, name: str, **params: object) -> list[Any]:
        return self._run(name, params, folder="write")

    def _store(self, name: str, rows: Sequence[Params]) -> None:
        """Write rows. Raises StoreDamagedError where a row was lost because a node that it refers to is missing."""
        for chunk in _chunks(rows):
            written = self._write(name, rows=chunk, open=OPEN_END)
            if written and written[0] != len(chunk):
                raise StoreDamagedError(f"The store {self._place} stored {written[0]} of {len(chunk)} rows ({name}).")

    def _each(self, name: str, ids: Iterable[str]) -> None:
        for chunk in _chunks(sorted(ids)):
            self._write(name, ids=chunk)

    def lock(self) -> None:
        """Wait for the write lock, which is released at the end of the transaction."""
        journals, importing = self._write("lock_journal")
        if importing:
            raise unfinished(self._place)
        if journals != 1:
            raise StoreDamagedError(f"The store {self._place} has lost its journal: open it again, or restore it.")

    def apply(self, changes: Changes) -> None:
        self._add_journal(changes)
        parties = [{**party_row(p.id), "known_from": p.first, "named": party_text(p)} for p in changes.parties.values()]
        self._store("upsert_parties", sorted_rows(parties))
        self._store("upsert_items", sorted_rows(item_row(row) for row in changes.items.values()))
        self._add_past_facts(changes)
        self._store_rows(_closed(changes))
        self._store_rows(_added(changes), here={e.id for e in changes.entries})
        self._store("insert_custody_dependencies", sorted_rows(map(dependency_row, changes.dependencies)))
        self._store("insert_party_events", sorted_rows(map(party_event_row, changes.party_events)))
        touched = {r.party for r, _ in (*changes.opened, *changes.closed) if isinstance(r, Enrolment)}
        self._caption(touched)
        self._move(changes.entries)

    def _add_journal(self, changes: Changes) -> None:
        replacements = replacement_rows(changes.entries)
        self._store("insert_entries", sorted_rows(map(entry_row, changes.entries)))
        self._store("insert_replacements", sorted_rows(replacements))
        self._store("insert_corrections", sorted_rows(c._asdict() for c in changes.corrections))
        arrived = {e.id for e in changes.entries} | {r["id"] for r in replacements}
        self._each("link_corrections", arrived | {c.target for c in changes.corrections})

    def _add_past_facts(self, changes: Changes) -> None:
        """Add superseded facts; of versions that begin at the same time the last counts."""
        versions: dict[str, dict[int, str]] = defaultdict(dict)
        for item, facts, known in changes.past_facts:
            versions[item][known.since] = past_text(facts, known.since, known.until)
        rows = [
            {"id": item, "since": [text[2:15] for text in past.values()], "past": list(past.values())}
            for item, past in versions.items()
        ]
        self._store("insert_past_facts", sorted_rows(rows))

    def _store_rows(self, rows: Iterable[RowWrite], here: AbstractSet[str] = frozenset()) -> None:
        """Write rows by query file, after the nodes of the parties and events that they refer to.

        Events that are `here` have nodes already; those of other events may be completed later.
        """
        files: dict[str, list[Params]] = defaultdict(list)
        for file, row in rows:
            files[file].append(row)
        refers = {
            kind: [r for f in (f"insert_{kind}", f"insert_past_{kind}") for r in files.get(f, ())] for kind in _REFER
        }
        parties = {r["party"] for kind in ("held_by", "enrols") for r in refers[kind]}
        self._store("insert_parties", [party_row(id) for id in sorted(parties)])
        self._each("insert_events", {r["event"] for kind in ("names", "enrols") for r in refers[kind]} - here)
        for file, file_rows in sorted(files.items()):
            self._store(file, sorted_rows(file_rows))

    def _caption(self, parties: Iterable[str]) -> None:
        self._store("caption_parties", [party_row(id) for id in sorted(parties)])

    def _move(self, entries: Sequence[Entry]) -> None:
        last = max(entries, key=lambda e: e.position, default=None)
        self._write(
            "advance_journal",
            position=last.position if last else None,
            digest=last.digest if last else None,
            recorded=max((e.recorded for e in entries), default=None),
        )

    def apply_diff(self, stale: StaleRows, changed: Callable[[str], list[Params]], parties: Iterable[str]) -> None:
        """Delete the stale rows, and write those that `changed` gives for each query file; nothing else is touched."""
        self._each("delete_edges", stale.edges)
        self._each("delete_nodes", stale.nodes)
        self._store("upsert_parties", changed("upsert_parties"))
        items = changed("upsert_items")
        self._store("upsert_items", items)
        self._store("replace_past_facts", items)
        rows = {f: changed(f) for kind in _KINDS for f in (f"insert_{kind}", f"insert_past_{kind}")}
        self._store_rows((file, row) for file, file_rows in rows.items() for row in file_rows)
        self._store("insert_custody_dependencies", changed("insert_custody_dependencies"))
        self._store("insert_party_events", changed("insert_party_events"))
        if stale.edges or rows["insert_enrols"]:
            self._caption(parties)
        self._move(())


def _closed(changes: Changes) -> Iterator[RowWrite]:
    for row, k in changes.closed:
        kind, params = row_of(row)
        yield f"archive_{kind}", {**params, "known_until": k}


def _added(changes: Changes) -> Iterator[RowWrite]:
    names = party_names(r for r, _ in (*changes.opened, *changes.past))
    for row, k in changes.opened:
        yield write_row(row, KnownInterval(k), names)
    for row, known in changes.past:
        yield write_row(row, known, names)


def write_row(row: Row, known: KnownInterval, names: dict[str, str]) -> RowWrite:
    """The query file that writes a row, and the parameters of that query."""
    kind, params = row_of(row)
    if isinstance(row, Enrolment):
        params["name"] = names.get(row.event)
    params["known_from"] = known.since
    if known.until >= OPEN:
        return f"insert_{kind}", params
    return f"insert_past_{kind}", {**params, "known_until": known.until, "key": past_key(params["key"], known.since)}


def party_names(rows: Iterable[Row]) -> dict[str, str]:
    """The name of a party in each enrolment, by event: the longest term of the event, the others are its endings."""
    names: dict[str, str] = {}
    for r in rows:
        if isinstance(r, Term) and r.is_party and len(r.label) > len(names.get(r.event, "")):
            names[r.event] = r.label
    return names


def sorted_rows(rows: Iterable[Params]) -> list[Params]:
    """Rows sorted by key or id, so that neighbours in an index are written one after the other."""
    return sorted(rows, key=lambda row: row.get("key") or row["id"])


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), MAX_ROWS):
        yield rows[start : start + MAX_ROWS]
