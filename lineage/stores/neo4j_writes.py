"""What one transaction keeps in Neo4j: rows gathered by the query file that keeps them, sorted by their keys.

Superseded rows go to relationship types, or labels, of their own; the current graph needs no predicate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

from lineage.domain.errors import StoreDamagedError
from lineage.domain.graph import Enrolment, Holding, Mention, Term
from lineage.stores.encoding import party_text
from lineage.stores.interface import Changes, Entry, Row
from lineage.stores.neo4j_reads import Neo4jReader
from lineage.stores.neo4j_rows import (
    OPEN_END,
    Params,
    entry_row,
    hang_row,
    item_row,
    party_row,
    past_key,
    past_text,
    replacement_rows,
    row_of,
)

MOST_ROWS: Final = 5_000
"""Rows in one statement; more only lengthen it."""

_CLEARED: Final = ("items", "parties", "terms", "past_terms", "hangs")


class Neo4jTransaction(Neo4jReader):
    """Reads that see their own writes, and `apply`."""

    def _write(self, name: str, **params: object) -> list[Any]:
        return self._run(name, params, folder="write")

    def _keep(self, name: str, rows: Sequence[Params]) -> None:
        """Keep rows, and make sure that none was lost for want of something it refers to."""
        for some in _chunks(rows):
            kept = self._write(name, rows=some, open=OPEN_END)
            if kept and kept[0] != len(some):
                raise StoreDamagedError(f"The store {self._place} kept {kept[0]} of {len(some)} rows ({name}).")

    def lock(self) -> None:
        """Wait for the turn to write. It ends with the transaction."""
        if self._write("lock_journal") != [1]:
            raise StoreDamagedError(f"The store {self._place} has lost its journal: open it again, or restore it.")

    def apply(self, changes: Changes) -> None:
        self._add_journal(changes)
        self._name_parties(changes)
        self._keep("keep_items", _sorted(item_row(row) for row in changes.items.values()))
        self._add_past_facts(changes)
        self._refer(changes)
        self._by_file("close", (_told(row, known_until=k) for row, k in changes.closed))
        names = _names(r for r, _ in (*changes.opened, *changes.past))
        self._by_file("add", (_told(row, names, known_from=k) for row, k in changes.opened))
        past = (_told(row, names, known_from=k.since, known_until=k.until) for row, k in changes.past)
        self._by_file("add_past", ((f, {**row, "key": past_key(row["key"], row["known_from"])}) for f, row in past))
        self._keep("add_hangs", _sorted(map(hang_row, changes.hangs)))
        self._caption_parties(changes)
        self._move(changes.entries)

    def _add_journal(self, changes: Changes) -> None:
        replacements = replacement_rows(changes.entries)
        self._keep("add_entries", _sorted(map(entry_row, changes.entries)))
        self._keep("add_replacements", _sorted(replacements))
        self._keep("add_corrections", _sorted(c._asdict() for c in changes.corrections))
        arrived = {e.id for e in changes.entries} | {r["id"] for r in replacements}
        linked = sorted(arrived | {c.target for c in changes.corrections})
        for some in _chunks(linked):
            self._write("link_corrections", ids=some)

    def _name_parties(self, changes: Changes) -> None:
        rows = [{**party_row(p.id), "known_from": p.first, "named": party_text(p)} for p in changes.parties.values()]
        self._keep("name_parties", _sorted(rows))

    def _add_past_facts(self, changes: Changes) -> None:
        """Of versions that begin at one moment the last counts."""
        versions: dict[str, dict[int, str]] = defaultdict(dict)
        for item, facts, known in changes.past_facts:
            versions[item][known.since] = past_text(facts, known.since, known.until)
        rows = [
            {"id": item, "since": [text[2:15] for text in past.values()], "past": list(past.values())}
            for item, past in versions.items()
        ]
        self._keep("add_past_facts", _sorted(rows))

    def _refer(self, changes: Changes) -> None:
        """Make what rows refer to: parties, and events whose own rows are kept elsewhere or come later."""
        added = [row for row, _ in (*changes.opened, *changes.past)]
        parties = {r.holder for r in added if isinstance(r, Holding)}
        parties |= {r.party for r in added if isinstance(r, Enrolment)}
        self._keep("add_parties", [party_row(id) for id in sorted(parties - changes.parties.keys())])
        here = {e.id for e in changes.entries}
        events = {r.event for r in added if isinstance(r, Mention | Enrolment)} - here
        for some in _chunks(sorted(events)):
            self._write("add_events", ids=some)

    def _by_file(self, verb: str, rows: Iterable[tuple[str, Params]]) -> None:
        files: dict[str, list[Params]] = defaultdict(list)
        for file, row in rows:
            files[file].append(row)
        for file, some in sorted(files.items()):
            some.sort(key=itemgetter("key"))
            self._keep(f"{verb}_{file}", some)

    def _caption_parties(self, changes: Changes) -> None:
        touched = {r.party for r, _ in (*changes.opened, *changes.closed) if isinstance(r, Enrolment)}
        self._keep("caption_parties", [party_row(id) for id in sorted(touched)])

    def _move(self, entries: Sequence[Entry]) -> None:
        last = max(entries, key=lambda e: e.position, default=None)
        self._write(
            "move_journal",
            position=last.position if last else None,
            digest=last.digest if last else None,
            recorded=max((e.recorded for e in entries), default=None),
        )

    def clear_projection(self) -> None:
        for name in _CLEARED:
            self._write(f"clear_{name}")
        self._move(())


def _told(row: Row, names: dict[str, str] | None = None, **known: int) -> tuple[str, Params]:
    file, params = row_of(row)
    if names and isinstance(row, Enrolment):
        params["name"] = names.get(row.event)
    return file, {**params, **known}


def _names(rows: Iterable[Row]) -> dict[str, str]:
    """What enrolments call their parties, by event: the longest of the terms told beside each is the whole name."""
    names: dict[str, str] = {}
    for r in rows:
        if isinstance(r, Term) and r.is_party and len(r.label) > len(names.get(r.event, "")):
            names[r.event] = r.label
    return names


def _sorted(rows: Iterable[Params]) -> list[Params]:
    """By key or id, so that neighbours in an index are written one after the other."""
    return sorted(rows, key=lambda row: row.get("key") or row["id"])


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), MOST_ROWS):
        yield rows[start : start + MOST_ROWS]
