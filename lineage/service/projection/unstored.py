"""A state of the store with further events that are stored nowhere: projected in memory over the rows that are stored.

For a question about what a load would change (contract 9, law 6: a check).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from lineage.domain.events.corrections import Correction
from lineage.domain.graph import (
    BECAME,
    PART_OF,
    SEEN,
    CustodyDependency,
    Edge,
    Enrolment,
    Holding,
    ItemFacts,
    Mention,
    Node,
)
from lineage.domain.intervals import Interval
from lineage.domain.projection.write_buffer import row_key
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched
from lineage.stores.interface import Changes, CustodyRows, Entry, ItemRow, PartyRow, ProjectionSource, Row, State

R = TypeVar("R", Mention, Edge, Holding, Enrolment)


class UnstoredChanges:
    """The stored rows with changes in memory. Implements `ProjectionTarget`, as known now only: `known_at` is None."""

    def __init__(self, stored: ProjectionSource) -> None:
        self._stored = stored
        self._opened: dict[Hashable, Row] = {}
        self._closed: dict[Hashable, Row] = {}
        self._items: dict[str, ItemRow] = {}
        self._parties: dict[str, PartyRow] = {}
        self._entries: dict[str, Entry] = {}
        self._corrections: list[Correction] = []
        self._dependencies: list[CustodyDependency] = []

    def apply(self, changes: Changes) -> None:
        """Take the changes; rows that nobody knows any more are not needed, as only the present is read."""
        for row, _ in changes.closed:
            key = row_key(row)
            self._opened.pop(key, None)
            self._closed[key] = row
        self._opened.update({row_key(row): row for row, _ in changes.opened})
        self._items.update(changes.items)
        self._parties.update(changes.parties)
        self._entries.update({entry.id: entry for entry in changes.entries})
        self._corrections += changes.corrections
        self._dependencies += changes.dependencies

    def _over(self, stored: Iterable[R], kind: type[R], belongs: Callable[[R], bool]) -> list[R]:
        """Return the stored rows as they are after the changes, and the new ones that belong to them."""
        unchanged = {key: row for row in stored if (key := row_key(row)) not in self._closed}
        opened = {key: row for key, row in self._opened.items() if isinstance(row, kind) and belongs(row)}
        return list({**unchanged, **opened}.values())

    # ---- the journal

    def state(self) -> State:
        stored = self._stored.state()
        if not self._entries:
            return stored
        last = max(self._entries.values(), key=lambda entry: entry.position)
        return State(last.position, max(stored.recorded, last.recorded), last.digest)

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]:
        wanted = list(ids)
        return {**self._stored.entries_by_id(wanted), **{i: self._entries[i] for i in wanted if i in self._entries}}

    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        wanted = set(ids)
        fresh = [c for c in self._corrections if c.id in wanted or c.target in wanted]
        return [*self._stored.corrections_about(wanted), *fresh]

    # ---- items and what names them

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]:
        wanted = list(ids)
        return {**self._stored.items(wanted), **{i: self._items[i] for i in wanted if i in self._items}}

    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        _check_now(known_at)
        wanted = list(ids)
        stored = self._stored.facts([i for i in wanted if i not in self._items], None)
        changed = {i: facts for i in wanted if i in self._items and (facts := self._items[i].facts) is not None}
        return {**stored, **changed}

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]:
        _check_now(known_at)
        wanted = list(items)
        stored, named = self._stored.mentions(wanted, None), set(wanted)
        return self._over(stored, Mention, lambda m: m.item in named)

    def mentions_at(self, moments: Iterable[tuple[str, int]]) -> list[Mention]:
        wanted = set(moments)
        return self._over(self._stored.mentions_at(wanted), Mention, lambda m: (m.item, m.time) in wanted)

    def mentions_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Mention]:
        wanted = set(pairs)
        stored = self._stored.mentions_of_pairs(wanted)
        roles = {"put_in", "taken_out"}
        return self._over(stored, Mention, lambda m: m.role in roles and (m.item, m.other) in wanted)

    def seen_inside(self, whole: str, known_at: int | None) -> list[str]:
        _check_now(known_at)
        seen = set(self._stored.seen_inside(whole, None))
        changed = (*self._closed.values(), *self._opened.values())
        seen.update(row.item for row in changed if isinstance(row, Mention) and row.role == SEEN and row.other == whole)
        still = (m for m in self.mentions(sorted(seen)) if m.role == SEEN and m.other == whole)
        return sorted({m.item for m in still})

    # ---- edges

    def part_edges(self, parts: Iterable[str]) -> list[Edge]:
        wanted = set(parts)
        return self._over(self._stored.part_edges(wanted), Edge, lambda e: e.type == PART_OF and e.source in wanted)

    def edges_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Edge]:
        wanted = set(pairs)
        stored = self._stored.edges_of_pairs(wanted)
        return self._over(stored, Edge, lambda e: e.type == PART_OF and (e.source, e.target) in wanted)

    def became_edges(self, keys: Iterable[tuple[str, str, int]]) -> list[Edge]:
        wanted = set(keys)
        stored = self._stored.became_edges(wanted)
        return self._over(stored, Edge, lambda e: e.type == BECAME and (e.source, e.target, e.since) in wanted)

    def neighbours(  # noqa: PLR0913 - each option of a walk is named on its own
        self,
        items: Sequence[str],
        direction: Direction,
        known_at: int | None,
        *,
        part_of_only: bool = False,
        ahead: int = 0,  # noqa: ARG002 - one level at a time
        window: Interval = ALL_TIME,  # noqa: ARG002 - nothing is left out
        are_met: bool = False,
    ) -> Fetched:
        _check_now(known_at)
        fetched = self._stored.neighbours(items, direction, None, part_of_only=part_of_only, are_met=are_met)
        near = set(items)

        def belongs(edge: Edge) -> bool:
            end = edge.source if direction == "downstream" else edge.target
            return end in near and (edge.type == PART_OF or not part_of_only)

        edges = self._over(fetched.edges, Edge, belongs)
        ends = {end for edge in edges for end in (edge.source, edge.target)} | near
        fresh = self.facts([x for x in ends if x in self._items or x not in fetched.nodes], None)
        changed = {x: Node(facts.kind, facts.consumed) for x, facts in fresh.items()}
        return Fetched(edges, {**fetched.nodes, **changed})

    # ---- custody

    def holdings_of(self, items: Iterable[str]) -> list[Holding]:
        wanted = set(items)
        return self._over(self._stored.holdings_of(wanted), Holding, lambda h: h.item in wanted)

    def dependencies(self, since: Iterable[tuple[str, int]]) -> list[CustodyDependency]:
        wanted = dict(since)
        fresh = [d for d in self._dependencies if d.whole in wanted and d.at >= wanted[d.whole]]
        return [*self._stored.dependencies(wanted.items()), *fresh]

    def custody_rows(self, items: Sequence[str], known_at: int | None) -> CustodyRows:
        _check_now(known_at)
        met = dict.fromkeys(items)
        edges: list[Edge] = []
        level = list(met)
        while level:
            fresh = self.part_edges(level)
            edges += fresh
            level = [x for x in dict.fromkeys(e.target for e in fresh) if x not in met]
            met.update(dict.fromkeys(level))
        return edges, self.holdings_of(met), self.facts(met, None)

    def own_custody_rows(
        self, items: Sequence[str], pairs: Sequence[tuple[str, str]], known_at: int | None
    ) -> tuple[list[Edge], list[Holding]]:
        _check_now(known_at)
        return self.edges_of_pairs(pairs), self.holdings_of(items)

    # ---- parties

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]:
        _check_now(known_at)
        wanted = set(parties)
        return self._over(self._stored.enrolments(wanted, None), Enrolment, lambda e: e.party in wanted)

    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        wanted = list(ids)
        return {**self._stored.parties(wanted), **{i: self._parties[i] for i in wanted if i in self._parties}}


def _check_now(known_at: int | None) -> None:
    """Raise unless a read is as known now: what was known earlier does not change by events that come now."""
    if known_at is not None:
        raise ValueError("events that are not stored are known now only")


__all__ = ["UnstoredChanges"]
