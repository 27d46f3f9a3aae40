"""Effective custody, the answer to "who holds it", and the custody timeline (contract 5)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Generic, NamedTuple, Protocol, TypeVar

from lineage.domain.graph import CustodySpan, Edge, Holding, ItemFacts
from lineage.domain.instants import OPEN
from lineage.domain.projection.custody import CustodyStatus, held_by
from lineage.domain.projection.cycles import last_components


class CustodySource(Protocol):
    """The facts of an item at an instant, after all events of that instant, from which effective custody follows."""

    def is_lot(self, item: str) -> bool: ...
    def wholes(self, item: str, t: int) -> Iterable[str]: ...
    def own(self, item: str, t: int) -> tuple[CustodyStatus, bool]: ...
    def consumed_by(self, item: str, t: int) -> bool: ...


def enclosing_wholes(source: CustodySource, item: str, t: int) -> dict[str, int]:
    """Return every whole that encloses the item at t, with the fewest steps to it; the item itself only on a cycle."""
    steps: dict[str, int] = {}
    level, n = [item], 0
    while level:
        n += 1
        direct = dict.fromkeys(w for y in level for w in source.wholes(y, t))
        level = [w for w in direct if w not in steps]
        steps.update(dict.fromkeys(level, n))
    return steps


def outermost_wholes(source: CustodySource, item: str, wholes: Iterable[str], t: int) -> list[str]:
    """Return the wholes of an item that are in nothing else; of an outermost cycle all of its items (contract 5)."""
    everything = sorted(wholes)
    direct = {w: set(source.wholes(w, t)) for w in (item, *everything)}
    top = [w for w in everything if not direct[w]]
    if len(top) == 1 and all(len(enclosing) < 2 for enclosing in direct.values()):
        return top
    ends = last_components({w: direct[w] for w in everything})
    return [w for w in everything if w in ends]


def effective_custody(source: CustodySource, item: str, t: int) -> CustodyStatus:
    """Return who holds the item at t, all events of t included (contract 5, Effective custody)."""
    return custody_inside(source, item, {} if source.is_lot(item) else enclosing_wholes(source, item, t), t)


def custody_inside(source: CustodySource, item: str, wholes: Collection[str], t: int) -> CustodyStatus:
    """Return who holds the item at t where these wholes enclose it; none where it is a lot."""
    if not wholes:
        return source.own(item, t)[0]
    states = [source.own(w, t)[0] for w in outermost_wholes(source, item, wholes, t)]
    for y in sorted({item, *wholes}):
        own, was_transferred = source.own(y, t)
        if was_transferred:
            states.append(own)
    parties = {p for s in states for p in (*s.holders, *s.last)}
    if any(source.consumed_by(w, t) for w in wholes):
        return CustodyStatus("ended", last=tuple(sorted(parties)))
    if len(parties) == 1 and any(s.status == "in_transit" for s in states):
        takers = {s.to for s in states if s.to is not None}
        return CustodyStatus("in_transit", tuple(parties), takers.pop() if len(takers) == 1 else None)
    return held_by(parties)


class Segment(NamedTuple):
    """One interval of a custody timeline, half-open `[since, until)` in milliseconds UTC."""

    since: int
    until: int
    custody: CustodyStatus
    via: tuple[str, ...]
    events: tuple[str, ...]


R = TypeVar("R", Edge, Holding, CustodySpan)


class Active(Generic[R]):
    """Rows by time: those that hold at an instant are found without reading all of them."""

    def __init__(self, rows: Iterable[R]) -> None:
        self.rows: list[R] = sorted(rows, key=_order)
        self._since: list[int] = [r.since for r in self.rows]
        self._latest: list[int] = list(accumulate((r.until for r in self.rows), max))

    def at(self, t: int) -> list[R]:
        """Return the rows with `since <= t < until`, earliest first; rows of no duration never hold."""
        n = bisect_right(self._since, t)
        active = []
        while n and self._latest[n - 1] > t:
            n -= 1
            if self.rows[n].until > t:
                active.append(self.rows[n])
        return active[::-1]


def _order(row: Edge | Holding | CustodySpan) -> tuple[int, int, str]:
    """Return the place of a row: rows of equal times come in an order that does not depend on how they were stored."""
    if isinstance(row, Edge):
        return row.since, row.until, row.target
    return row.since, row.until, row.holder if isinstance(row, Holding) else row.status


class CustodyContext:
    """The rows about some items and everything that they were ever inside, directly or not. A `CustodySource`.

    Edges of no duration `[s, s)` never count, because at t all events of t have happened.
    """

    def __init__(
        self,
        edges: Iterable[Edge],
        holdings: Iterable[Holding],
        facts: Mapping[str, ItemFacts],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the rows; `check` is called for each item that is looked at, and raises to end a walk that is long."""
        self.facts = facts
        self._check = check
        by_part: dict[str, list[Edge]] = defaultdict(list)
        for e in edges:
            by_part[e.source].append(e)
        by_item: dict[str, list[Holding]] = defaultdict(list)
        for h in holdings:
            by_item[h.item].append(h)
        self._edges = {x: Active(rows) for x, rows in by_part.items()}
        self._holdings = {x: Active(rows) for x, rows in by_item.items()}
        self._spans = {x: Active(f.spans) for x, f in facts.items() if f.spans}

    def is_lot(self, item: str) -> bool:
        return self.facts[item].is_lot

    def edges_from(self, item: str) -> Sequence[Edge]:
        """Return every edge to a whole that the item was ever directly in, earliest first."""
        self._check()
        return self._rows(self._edges, item)

    def holders(self) -> set[str]:
        """Return every party that ever held one of these items, or to which one was in transit."""
        rows = [h for active in self._holdings.values() for h in active.rows]
        spans = [s for active in self._spans.values() for s in active.rows]
        parties = {h.holder for h in rows} | {h.to for h in rows if h.to}
        return parties | {p for s in spans for p in (*s.holders, *s.last)}

    def edges_at(self, item: str, t: int) -> list[Edge]:
        """Return the edges to the wholes that the item is directly in at t."""
        self._check()
        rows = self._edges.get(item)
        return [] if rows is None else rows.at(t)

    def holdings_ever(self, item: str) -> Sequence[Holding]:
        """Return every holding of the item by its own custody."""
        return self._rows(self._holdings, item)

    def holdings_at(self, item: str, t: int) -> list[Holding]:
        """Return the holdings of the item by its own custody at t: one a holder."""
        rows = self._holdings.get(item)
        return [] if rows is None else rows.at(t)

    def wholes(self, item: str, t: int) -> list[str]:
        return [e.target for e in self.edges_at(item, t)]

    def consumed_by(self, item: str, t: int) -> bool:
        consumptions = self.facts[item].consumptions
        return bool(consumptions) and consumptions[0] <= t

    def own(self, item: str, t: int) -> tuple[CustodyStatus, bool]:
        """Return own custody where it answers, and whether the item was handed over while inside."""
        rows = self.holdings_at(item, t)
        if rows:
            custody = CustodyStatus(rows[0].status, tuple(sorted(r.holder for r in rows)), rows[0].to)
            return custody, not self.is_lot(item) and bool(self.wholes(item, t))
        for span in self._spans_at(item, t):
            return CustodyStatus(span.status, span.holders, span.to, span.last), False
        return CustodyStatus("gap"), False

    def _spans_at(self, item: str, t: int) -> list[CustodySpan]:
        rows = self._spans.get(item)
        return [] if rows is None else rows.at(t)

    def _proofs(self, item: str, wholes: Mapping[str, int], t: int) -> tuple[str, ...]:
        """Return the events that prove the custody at t: of holdings, of ends, and of the edges to the wholes."""
        ids: dict[str, None] = {}
        for y in (item, *sorted(wholes, key=lambda w: (wholes[w], w))):
            for edge in self.edges_at(y, t):
                ids.update(dict.fromkeys(edge.events if edge.until == OPEN else edge.events[:-1]))
            for holding in self.holdings_at(y, t):
                ids.update(dict.fromkeys(holding.events))
            for span in self._spans_at(y, t):
                ids.update(dict.fromkeys(span.events))
        return tuple(ids)

    @staticmethod
    def _rows(by_item: Mapping[str, Active[R]], item: str) -> Sequence[R]:
        active = by_item.get(item)
        return () if active is None else active.rows

    def reach(self, item: str) -> list[str]:
        """Return the item and everything that it was ever inside, time ignored."""
        todo = [item]
        met = {item}
        for y in todo:
            for e in self.edges_from(y):
                if e.target not in met:
                    met.add(e.target)
                    todo.append(e.target)
        return todo

    def moments(self, item: str) -> list[int]:
        """Return the instants at which the custody of the item may change, from the first event that names it."""
        first = self.facts[item].first
        times = {first}
        for y in self.reach(item):
            times.update(self.facts[y].consumptions)
            for row in self._rows(self._edges, y):
                times.update((row.since, row.until))
            for holding in self._rows(self._holdings, y):
                times.update((holding.since, holding.until))
            for span in self.facts[y].spans:
                times.update((span.since, span.until))
        return sorted(t for t in times if first <= t < OPEN)

    def timeline(self, item: str, deadline_passed: Callable[[], bool] = lambda: False) -> list[Segment]:
        """Return the custody timeline without gaps between segments; equal neighbours are joined.

        It ends early, with a last segment that is not open, once the deadline has passed.
        """
        times = self.moments(item)
        segments: list[Segment] = []
        for since, until in pairwise([*times, OPEN]):
            if deadline_passed():
                break
            segment = self._segment(item, since, until)
            last = segments[-1] if segments else None
            if last is not None and segment_value(last) == segment_value(segment):
                proofs = tuple(dict.fromkeys((*last.events, *segment.events)))
                segments[-1] = last._replace(until=until, events=proofs)
            else:
                segments.append(segment)
        return segments

    def segment_at(self, item: str, t: int) -> Segment | None:
        """Return the segment of the timeline that contains `t`; None before the first event."""
        times = self.moments(item)
        at = bisect_right(times, t) - 1
        if at < 0:
            return None
        ends = [*times, OPEN]
        segment = self._segment(item, times[at], ends[at + 1])
        for n in range(at - 1, -1, -1):
            earlier = self._segment(item, times[n], ends[n + 1])
            if segment_value(earlier) != segment_value(segment):
                break
            proofs = tuple(dict.fromkeys((*earlier.events, *segment.events)))
            segment = segment._replace(since=earlier.since, events=proofs)
        for n in range(at + 1, len(times)):
            later = self._segment(item, times[n], ends[n + 1])
            if segment_value(later) != segment_value(segment):
                break
            segment = segment._replace(until=later.until, events=tuple(dict.fromkeys((*segment.events, *later.events))))
        return segment

    def _segment(self, item: str, since: int, until: int) -> Segment:
        wholes = enclosing_wholes(self, item, since)
        via = tuple(w for w in sorted(wholes, key=lambda w: (wholes[w], w)) if w != item)
        custody = custody_inside(self, item, {} if self.is_lot(item) else wholes, since)
        return Segment(since, until, custody, via, self._proofs(item, wholes, since))


def segment_value(segment: Segment) -> tuple[str, tuple[str, ...], str | None, tuple[str, ...]]:
    """Return the values that adjacent segments must share to be one (contract 5)."""
    return segment.custody.status, segment.custody.holders, segment.custody.to, segment.via
