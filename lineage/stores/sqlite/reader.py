"""What SQLite answers: every method runs query files and makes rows of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, repeat
from typing import Any

import orjson

from lineage.domain.events.corrections import Correction
from lineage.domain.graph import BECAME, PART_OF, CustodyDependency, Edge, Enrolment, Holding, ItemFacts, Mention, Node
from lineage.domain.instants import OPEN
from lineage.domain.intervals import Interval
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched
from lineage.stores.interface import (
    ALL_ENTRIES,
    CustodyRows,
    Entry,
    EntryFilter,
    Held,
    HeldPage,
    Hit,
    InTransit,
    ItemRow,
    PartyRow,
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
)

PACKAGE = "lineage.stores.sql"
NOW = OPEN - 1
"""A moment of knowledge after every `recorded`: what is known now."""
LAST = "\U0010ffff"

Value = str | int | None


def _json(values: Iterable[object]) -> str:
    return orjson.dumps(list(values)).decode()


def _k(known_at: int | None) -> int:
    return NOW if known_at is None else known_at


class SqliteReader:
    """Reads of one snapshot. See `interface.Reader` for what each method means."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _run(self, name: str, **params: Value) -> sqlite3.Cursor:
        return self._connection.execute(query(PACKAGE, f"read/{name}.sql").text, params)

    def state(self) -> State:
        row = self._run("state").fetchone()
        return State(*row) if row else State(0, 0, "")

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]:
        return {row[2]: Entry(*row) for row in self._run("entries_by_id", ids=_json(ids))}

    def entries(self, after: int, limit: int, chosen: EntryFilter = ALL_ENTRIES) -> list[Entry]:
        """Filters beyond the first are held by looking at each entry: few are given together."""
        if chosen.item is not None:
            rows = self._run("entries_by_item", item=chosen.item, after=after, limit=_all_if(chosen, limit))
        elif chosen.reporter is not None:
            rows = self._run("entries_by_reporter", reporter=chosen.reporter, after=after, limit=_all_if(chosen, limit))
        elif chosen.type is not None:
            rows = self._run("entries_by_type", type=chosen.type, after=after, limit=limit)
        else:
            rows = self._run("entries", after=after, limit=limit)
        found: list[Entry] = []
        for row in rows:
            entry = Entry(*row)
            if chosen.reporter in (None, entry.reporter) and chosen.type in (None, entry.type):
                found.append(entry)
                if len(found) == limit:
                    break
        return found

    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        rows = self._run("corrections_about", ids=_json(ids))
        return [Correction(id, target, time, recorded, bool(replaces)) for id, target, time, recorded, replaces in rows]

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]:
        return {
            id: ItemRow(
                id,
                facts_from(facts) if facts else None,
                known_from,
                checkpoint_from(head),
                bool(contested),
                bool(ringed),
            )
            for id, facts, known_from, head, contested, ringed in self._run("items", ids=_json(ids))
        }

    def item_ids(self, after: str, limit: int) -> list[str]:
        return [id for (id,) in self._run("item_ids", after=after, limit=limit)]

    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        return {id: facts_from(text) for id, text in self._run("facts_known", ids=_json(ids), known_at=_k(known_at))}

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]:
        if known_at is None:
            return _mentions(self._run("mentions", ids=_json(items)))
        return _mentions(self._run("mentions_known", ids=_json(items), known_at=known_at))

    def recent_mentions(self, item: str, until: int, limit: int, known_at: int | None) -> list[Mention]:
        return _mentions(self._run("mentions_recent", item=item, until=until, limit=limit, known_at=_k(known_at)))

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
        return [CustodyDependency(*row) for row in self._run("hangs", since=_json(since))]

    def neighbours(  # noqa: PLR0913 - what a walk may do without is told one by one
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
        """What one item leads to in one statement; downstream through a window level by level: nothing is sent here."""
        if ahead > 0 and len(items) == 1 and (direction == "upstream" or window == ALL_TIME):
            return self._closure(items[0], direction, known_at, parts_only=part_of_only, ahead=ahead, window=window)
        name = "neighbours_down" if direction == "downstream" else "neighbours_up"
        ids = _json(items)
        if known_at is None:
            columns = self._run(name, ids=ids).fetchone()
            near = () if are_met else self._run("nodes", ids=ids)
        else:
            columns = self._run(f"{name}_known", ids=ids, known_at=known_at).fetchone()
            near = () if are_met else self._run("nodes_known", ids=ids, known_at=known_at)
        nodes = {id: Node(kind, consumed) for id, kind, consumed in near}
        # Columns as JSON cost half of what rows cost, and the interpreter's lock is not given away at each.
        *said, proofs, kinds, consumed = map(orjson.loads, columns)
        edges = edges_of(*said, proofs_of_all(proofs))
        far_ends = zip(said[2 if direction == "downstream" else 1], map(Node, kinds, consumed), strict=True)
        if not part_of_only:
            nodes.update(far_ends)
            return Fetched(edges, nodes)
        chosen = [e.type == PART_OF for e in edges]
        nodes.update(compress(far_ends, chosen))
        return Fetched(list(compress(edges, chosen)), nodes)

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
        """Edges name their ends by number, so that every id is one object, however often it is named."""
        context: dict[str, Value] = {"id": item, "most": ahead + 1, "parts_only": parts_only}
        name = "closure_down"
        if direction == "upstream":
            name, context["hi"] = "closure_up", window[1]
        if known_at is not None:
            name, context["known_at"] = f"{name}_known", known_at
        columns = self._run(name, **context).fetchone()
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
        if known_at is None:
            return self._run("nodes_numbered", nums=_json(nums))
        return self._run("nodes_numbered_known", nums=_json(nums), known_at=known_at)

    def between(self, source: str, destination: str, known_at: int | None, most: int) -> Fetched | None:  # noqa: ARG002
        """A walk that stops at the destination is as fast here: nothing is sent."""
        return None

    def surroundings(self, items: Sequence[str], known_at: int | None) -> CustodyRows:
        k = _k(known_at)
        edges = _edges(PART_OF, self._run("wholes_ever", ids=_json(items), known_at=k))
        everything = list(dict.fromkeys([*items, *(e.target for e in edges), *(e.source for e in edges)]))
        holdings = _holdings(self._run("holdings_of_known", ids=_json(everything), known_at=k))
        return edges, holdings, self.facts(everything, known_at)

    def layers_reported(self, items: Iterable[str], known_at: int | None) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for whole, kind in self._run("layers_reported", ids=_json(items), known_at=_k(known_at)):
            found.setdefault(whole, set()).add(kind)
        return found

    def held(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[Held]:
        if known_at is None:
            rows = self._run("held", party=party, at=at, after=after, limit=limit)
        else:
            rows = self._run("held_known", party=party, at=at, known_at=known_at, after=after, limit=limit)
        return [Held(*row) for row in rows]

    def held_page(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> HeldPage:
        named = self.parties([party]).get(party)
        held = self.held(party, at, known_at, after, limit)
        count = len(held) if not after and len(held) < limit else self.held_count(party, at, known_at)
        quoted = orjson.dumps(party).decode()
        concerned = self._run("suspects", party=party, quoted=quoted, at=at, known_at=_k(known_at)).fetchall()
        around: CustodyRows = ([], [], {})
        if concerned:
            around = self.surroundings([id for id, _ in concerned], known_at)
        return HeldPage(named, held, count, [id for id, is_inside in concerned if not is_inside], around)

    def held_count(self, party: str, at: int, known_at: int | None) -> int:
        if known_at is None:
            row = self._run("held_count", party=party, at=at).fetchone()
        else:
            row = self._run("held_count_known", party=party, at=at, known_at=known_at).fetchone()
        return int(row[0])

    def in_transit_to(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[InTransit]:
        rows = self._run("arriving", party=party, at=at, known_at=_k(known_at), after=after, limit=limit)
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
        room = limit - len(hits)
        if room > 0:
            last = after if after is not None and after[0] == 1 else (1, "", "", "")
            rows = self._run(
                "search_prefix", text=folded, text_end=folded + LAST, raw=text, raw_end=text + LAST, upper=upper,
                upper_end=upper + LAST, known_at=k, after_text=last[1], after_subject=last[2], after_field=last[3],
                limit=room,
            )  # fmt: skip
            hits += [Hit(1, t, subject, field, bool(is_party)) for t, subject, field, is_party in rows]
        return hits[:limit]

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]:
        return [Enrolment(*row) for row in self._run("enrolments", ids=_json(parties), known_at=_k(known_at))]

    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        return {id: party_from(id, first, text) for id, first, text in self._run("parties", ids=_json(ids))}


def _all_if(chosen: EntryFilter, limit: int) -> int:
    """Without a bound where a further filter thins the rows; they are read one by one until there are enough."""
    return -1 if sum(f is not None for f in chosen) > 1 else limit


def _mentions(rows: Iterable[tuple[str, int, str, str, str, str | None, str | None]]) -> list[Mention]:
    return [Mention(i, t, e, role, other or None, party, detail) for i, t, e, role, other, party, detail in rows]


def _named(type_: str, names: Mapping[int, str], columns: Sequence[list[Any]]) -> list[Edge]:
    """Edges as columns (sources, targets, sinces, untils, proofs) whose ends are numbers."""
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
