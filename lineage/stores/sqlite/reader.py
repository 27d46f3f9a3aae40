"""Reads of an SQLite store: every method runs query files and makes rows of the results."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, repeat
from typing import Any

import orjson

from lineage.domain.errors import TimeLimitError
from lineage.domain.events.corrections import Correction
from lineage.domain.graph import (
    BECAME,
    PART_OF,
    CustodyDependency,
    Edge,
    Enrolment,
    Holding,
    ItemFacts,
    Mention,
    Node,
    PartyEvent,
)
from lineage.domain.instants import OPEN
from lineage.domain.intervals import Interval
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched
from lineage.stores.interface import (
    ALL_ENTRIES,
    SHORTEST_ENDING,
    ContestedItem,
    CustodyRows,
    Entry,
    EntryFilter,
    HeldItem,
    Hit,
    InTransit,
    ItemRow,
    PartyRow,
    ReadLimit,
    State,
)
from lineage.stores.query_files import query
from lineage.stores.row_encoding import (
    checkpoint_from,
    edges_of,
    facts_from,
    nodes_of,
    party_from,
    proofs_from,
    proofs_of_all,
    reversed_text,
)

PACKAGE = "lineage.stores.sql"
NOW = OPEN - 1
"""A transaction time after every `recorded`: as known now."""
LAST = "\U0010ffff"

Value = str | int | None


def _json(values: Iterable[object]) -> str:
    return orjson.dumps(list(values)).decode()


def _k(known_at: int | None) -> int:
    return NOW if known_at is None else known_at


class SqliteReader:
    """Reads of one snapshot. Implements `interface.ProjectionReader`; see there for what each method means."""

    def __init__(self, connection: sqlite3.Connection, limit: ReadLimit | None = None) -> None:
        self._connection = connection
        self._limit = limit

    def _run(self, name: str, **params: Value) -> sqlite3.Cursor:
        if self._limit is not None and self._limit.over():
            raise TimeLimitError
        return self._connection.execute(query(PACKAGE, f"read/{name}.sql").text, params)

    def state(self) -> State:
        row = self._run("state").fetchone()
        return State(*row) if row else State(0, 0, "")

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]:
        return {row[2]: Entry(*row) for row in self._run("entries_by_id", ids=_json(ids))}

    def entries(self, after: int, limit: int, chosen: EntryFilter = ALL_ENTRIES) -> list[Entry]:
        """One filter is part of the statement, the others are applied to each entry: they are seldom combined."""
        if chosen.item is not None:
            rows = self._run("entries_by_item", item=chosen.item, after=after, limit=_all_if(chosen, limit))
        elif chosen.reporter is not None:
            rows = self._run("entries_by_reporter", reporter=chosen.reporter, after=after, limit=_all_if(chosen, limit))
        elif chosen.type is not None:
            rows = self._run("entries_by_type", type=chosen.type, after=after, limit=limit)
        else:
            rows = self._run("entries", after=after, limit=limit)
        matching: list[Entry] = []
        for row in rows:
            entry = Entry(*row)
            if chosen.reporter in (None, entry.reporter) and chosen.type in (None, entry.type):
                matching.append(entry)
                if len(matching) == limit:
                    break
        return matching

    def events_of_party(self, party: str, after: tuple[int, str], limit: int) -> list[PartyEvent]:
        rows = self._run("events_of_party", party=party, after_time=after[0], after_event=after[1], limit=limit)
        return [PartyEvent(party, time, event) for time, event in rows]

    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        rows = self._run("corrections_about", ids=_json(ids))
        return [Correction(id, target, time, recorded, bool(replaces)) for id, target, time, recorded, replaces in rows]

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]:
        return {
            id: ItemRow(
                id,
                facts_from(facts) if facts else None,
                known_from,
                checkpoint_from(checkpoint),
                bool(contested),
                bool(on_cycle),
            )
            for id, facts, known_from, checkpoint, contested, on_cycle in self._run("items", ids=_json(ids))
        }

    def item_ids(self, after: str, limit: int) -> list[str]:
        return [id for (id,) in self._run("item_ids", after=after, limit=limit)]

    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        return {id: facts_from(text) for id, text in self._run("facts_known", ids=_json(ids), known_at=_k(known_at))}

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]:
        if known_at is None:
            return _mentions(self._run("mentions", ids=_json(items)))
        return _mentions(self._run("mentions_known", ids=_json(items), known_at=known_at))

    def hand_overs(self, items: Iterable[str], known_at: int | None) -> list[Mention]:
        return _mentions(self._run("hand_overs", ids=_json(items), known_at=_k(known_at)))

    def recent_mentions(self, item: str, until: int, limit: int, known_at: int | None) -> list[Mention]:
        return _mentions(self._run("mentions_recent", item=item, until=until, limit=limit, known_at=_k(known_at)))

    def seen_inside(self, whole: str, known_at: int | None) -> list[str]:
        return [id for (id,) in self._run("seen_inside", whole=whole, known_at=_k(known_at))]

    def mentions_at(self, moments: Iterable[tuple[str, int]]) -> list[Mention]:
        return _mentions(self._run("mentions_at", moments=_json(moments)))

    def mentions_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Mention]:
        return _mentions(self._run("mentions_of_pairs", pairs=_json(pairs)))

    def part_edges(self, parts: Iterable[str]) -> list[Edge]:
        return _edges(PART_OF, self._run("part_edges", ids=_json(parts)))

    def edges_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Edge]:
        return _edges(PART_OF, self._run("part_edges_of_pairs", pairs=_json(pairs)))

    def became_edges(self, keys: Iterable[tuple[str, str, int]]) -> list[Edge]:
        return _edges(BECAME, self._run("became_edges", keys=_json(keys)))

    def holdings_of(self, items: Iterable[str]) -> list[Holding]:
        return _holdings(self._run("holdings_of", ids=_json(items)))

    def dependencies(self, since: Iterable[tuple[str, int]]) -> list[CustodyDependency]:
        return [CustodyDependency(*row) for row in self._run("custody_dependencies", since=_json(since))]

    def neighbours(  # noqa: PLR0913 - each option of a walk is named on its own
        self,
        items: Sequence[str],
        direction: Direction,
        known_at: int | None,
        *,
        part_of_only: bool = False,
        ahead: int = 0,
        window: Interval = ALL_TIME,
        are_met: bool = False,
    ) -> Fetched:
        """One item with `ahead`: its closure in one statement, but downstream through a window only one level.

        A further level costs no round trip here, and a window leaves most of a closure out.
        """
        if ahead > 0 and len(items) == 1 and (direction == "upstream" or window == ALL_TIME):
            return self._closure(items[0], direction, known_at, parts_only=part_of_only, ahead=ahead, window=window)
        name = "neighbours_down" if direction == "downstream" else "neighbours_up"
        ids = _json(items)
        if known_at is None:
            columns = self._run(name, ids=ids).fetchone()
        else:
            columns = self._run(f"{name}_known", ids=ids, known_at=known_at).fetchone()
        near = () if are_met else self._run("nodes", ids=ids, known_at=_k(known_at))
        nodes = {id: Node(kind, consumed) for id, kind, consumed in near if kind is not None}
        # Columns as JSON cost half of what rows cost, and do not release the interpreter's lock at each row.
        *ends_and_times, proofs, kinds, consumed = map(orjson.loads, columns)
        edges = edges_of(*ends_and_times, proofs_of_all(proofs))
        far_ends = zip(ends_and_times[2 if direction == "downstream" else 1], map(Node, kinds, consumed), strict=True)
        if not part_of_only:
            nodes.update(far_ends)
            return Fetched(edges, nodes)
        is_part_of = [e.type == PART_OF for e in edges]
        nodes.update(compress(far_ends, is_part_of))
        return Fetched(list(compress(edges, is_part_of)), nodes)

    def _closure(
        self,
        item: str,
        direction: Direction,
        known_at: int | None,
        *,
        parts_only: bool,
        ahead: int,
        window: Interval,
    ) -> Fetched:
        """An item and up to `ahead` others with their edges. Ends are numbers, so that each id is one text object."""
        params: dict[str, Value] = {"id": item, "most": ahead + 1, "parts_only": parts_only}
        name = "closure_down"
        if direction == "upstream":
            name, params["hi"] = "closure_up", window[1]
        if known_at is not None:
            name, params["known_at"] = f"{name}_known", known_at
        columns = self._run(name, **params).fetchone()
        nums, ids, kinds, consumed, *parts, inputs, outputs, moments, causes = map(orjson.loads, columns)
        nodes = nodes_of(ids, kinds, consumed)
        names = dict(zip(nums, ids, strict=True))
        if beyond := {*parts[0], *parts[1], *inputs, *outputs} - names.keys():
            nums, others, kinds, consumed = map(orjson.loads, self._numbered(beyond, known_at).fetchone())
            names.update(zip(nums, others, strict=True))
            nodes |= nodes_of(others, kinds, consumed)
        edges = _named(PART_OF, names, parts) if parts[0] else []
        if inputs:
            edges += _named(BECAME, names, [inputs, outputs, moments, moments, causes])
        return Fetched(edges, nodes, frozenset(ids))

    def _numbered(self, nums: Iterable[int], known_at: int | None) -> sqlite3.Cursor:
        return self._run("nodes_numbered", nums=_json(nums), known_at=_k(known_at))

    def between(self, source: str, destination: str, known_at: int | None, most: int) -> None:  # noqa: ARG002
        """None: a walk that stops at the destination is as fast here."""
        return

    def custody_rows(self, items: Sequence[str], known_at: int | None) -> CustodyRows:
        k = _k(known_at)
        edges = _edges(PART_OF, self._run("wholes_ever", ids=_json(items), known_at=k))
        ids = list(dict.fromkeys([*items, *(e.target for e in edges), *(e.source for e in edges)]))
        holdings = _holdings(self._run("holdings_of_known", ids=_json(ids), known_at=k))
        return edges, holdings, self.facts(ids, known_at)

    def own_custody_rows(
        self, items: Sequence[str], pairs: Sequence[tuple[str, str]], known_at: int | None
    ) -> tuple[list[Edge], list[Holding]] | None:
        return (self.edges_of_pairs(pairs), self.holdings_of(items)) if known_at is None else None

    def layers_reported(self, items: Iterable[str], known_at: int | None) -> dict[str, set[str]]:
        kinds: dict[str, set[str]] = {}
        for whole, kind in self._run("layers_reported", ids=_json(items), known_at=_k(known_at)):
            kinds.setdefault(whole, set()).add(kind)
        return kinds

    def holdings(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[HeldItem]:
        if known_at is None:
            rows = self._run("holdings", party=party, at=at, after=after, limit=limit)
        else:
            rows = self._run("holdings_known", party=party, at=at, known_at=known_at, after=after, limit=limit)
        return [HeldItem(*row) for row in rows]

    def holdings_count(self, party: str, at: int, known_at: int | None) -> int:
        if known_at is None:
            row = self._run("holdings_count", party=party, at=at).fetchone()
        else:
            row = self._run("holdings_count_known", party=party, at=at, known_at=known_at).fetchone()
        return int(row[0])

    def contested_holdings(self, party: str, at: int, known_at: int | None) -> list[ContestedItem]:
        quoted = orjson.dumps(party).decode()
        rows = self._run("contested_holdings", party=party, quoted=quoted, at=at, known_at=_k(known_at))
        return [ContestedItem(id, bool(is_inside)) for id, is_inside in rows]

    def holdings_page(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> None:  # noqa: ARG002
        """None: its statements sent one by one are as fast here."""
        return

    def in_transit_to(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[InTransit]:
        rows = self._run("in_transit_to", party=party, at=at, known_at=_k(known_at), after=after, limit=limit)
        return [InTransit(*row) for row in rows]

    def search(self, text: str, known_at: int | None, after: tuple[int, str, str, str] | None, limit: int) -> list[Hit]:
        k, folded, upper = _k(known_at), text.casefold(), text.upper()
        hits: list[Hit] = []
        if after is None or after[0] == 0:
            subject, field = ("", "") if after is None else after[2:]
            exact = self._run(
                "search_exact", text=folded, raw=text, upper=upper, known_at=k, after_subject=subject,
                after_field=field, limit=limit,
            )  # fmt: skip
            hits = [Hit(0, t, subject, field, bool(is_party)) for t, subject, field, is_party in exact]
        missing = limit - len(hits)
        if missing > 0 and (after is None or after[0] <= 1):
            last = after if after is not None and after[0] == 1 else (1, "", "", "")
            rows = self._run(
                "search_prefix", text=folded, text_end=folded + LAST, raw=text, raw_end=text + LAST, upper=upper,
                upper_end=upper + LAST, known_at=k, after_text=last[1], after_subject=last[2], after_field=last[3],
                limit=missing,
            )  # fmt: skip
            hits += [Hit(1, t, subject, field, bool(is_party)) for t, subject, field, is_party in rows]
        if limit > len(hits) and len(text) >= SHORTEST_ENDING:
            hits += self._ending(
                text, k, after if after is not None and after[0] == 2 else (2, "", "", ""), limit - len(hits)
            )
        return hits[:limit]

    def _ending(self, text: str, k: int, last: tuple[int, str, str, str], limit: int) -> list[Hit]:
        reversed_ = reversed_text(text)
        rows = self._run(
            "search_ending", text=text.casefold(), raw=text, upper=text.upper(), reversed=reversed_,
            reversed_end=reversed_ + LAST, known_at=k, after_text=last[1], after_subject=last[2], after_field=last[3],
            limit=limit,
        )  # fmt: skip
        return [Hit(2, t, subject, field, bool(is_party)) for t, subject, field, is_party in rows]

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]:
        return [Enrolment(*row) for row in self._run("enrolments", ids=_json(parties), known_at=_k(known_at))]

    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        return {id: party_from(id, first, text) for id, first, text in self._run("parties", ids=_json(ids))}


def _all_if(chosen: EntryFilter, limit: int) -> int:
    """The limit of a statement: none where a further filter drops rows, which are then read until there are enough."""
    return -1 if sum(f is not None for f in chosen) > 1 else limit


def _mentions(rows: Iterable[tuple[str, int, str, str, str, str | None, str | None]]) -> list[Mention]:
    return [Mention(i, t, e, role, other or None, party, detail) for i, t, e, role, other, party, detail in rows]


def _named(type_: str, names: Mapping[int, str], columns: Sequence[list[Any]]) -> list[Edge]:
    """Edges from columns (sources, targets, sinces, untils, proofs); sources and targets are numbers of items."""
    sources, targets, sinces, untils, proofs = columns
    ends = map(names.__getitem__, sources), map(names.__getitem__, targets)
    return edges_of(repeat(type_, len(sources)), *ends, sinces, untils, proofs_of_all(proofs))


def _edges(type_: str, rows: Iterable[tuple[str, str, int, int, str]]) -> list[Edge]:
    return [
        Edge(type_, source, target, since, until, proofs_from(events)) for source, target, since, until, events in rows
    ]


def _holdings(rows: Iterable[tuple[str, str, int, int, str, str | None, str]]) -> list[Holding]:
    return [
        Holding(i, holder, since, until, status, to, proofs_from(events))
        for i, holder, since, until, status, to, events in rows
    ]
