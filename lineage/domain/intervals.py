"""Intervals of time: half-open intervals and instants (contract 3, 4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Interval = tuple[int, int]
"""`(since, until)` in milliseconds UTC: half-open `[since, until)`, or the instant `{since}` if both are equal."""


def contains(interval: Interval, t: int) -> bool:
    """Return whether the instant `t` lies in the interval (contract 3).

    >>> contains((0, 10), 10), contains((10, 10), 10)
    (False, True)
    """
    since, until = interval
    return t == since if since == until else since <= t < until


def intersect(left: Interval, right: Interval) -> Interval | None:
    """Return the time that both share, or None. Intervals that only touch share nothing (contract 3).

    >>> intersect((0, 10), (10, 20)) is None
    True
    >>> intersect((10, 10), (10, 20))
    (10, 10)
    """
    if left[0] == left[1]:
        return left if contains(right, left[0]) else None
    if right[0] == right[1]:
        return right if contains(left, right[0]) else None
    since = max(right[0], left[0])
    until = min(right[1], left[1])
    return (since, until) if since < until else None


class IntervalSet:
    """The intervals in which one item was reached: joined where they touch, with separate instants.

    Reading and adding take the time of a search, however many intervals there are: a lot may be reached at many
    instants.
    """

    __slots__ = ("_instants", "_since", "_until")

    def __init__(self, first: Interval | None = None) -> None:
        self._instants: set[int] = set()
        if first is None or first[0] == first[1]:
            self._since: list[int] = []
            self._until: list[int] = []
            if first is not None:
                self._instants.add(first[0])
        else:
            self._since, self._until = [first[0]], [first[1]]

    def add(self, interval: Interval) -> bool:
        """Add an interval; return False if all of it was there already."""
        since, until = interval
        if since == until:
            if since in self._instants or self._covers(since, since + 1):
                return False
            self._instants.add(since)
            return True
        if self._covers(since, until):
            return False
        first = bisect_left(self._until, since)
        last = bisect_right(self._since, until)
        if first < last:
            since, until = min(since, self._since[first]), max(until, self._until[last - 1])
        self._since[first:last] = [since]
        self._until[first:last] = [until]
        return True

    def contains_all(self, interval: Interval) -> bool:
        """Return whether all of an interval is in the set."""
        since, until = interval
        if since == until:
            return since in self._instants or self._covers(since, since + 1)
        return self._covers(since, until)

    def _covers(self, since: int, until: int) -> bool:
        at = bisect_right(self._since, since) - 1
        return at >= 0 and until <= self._until[at]

    def normalized(self) -> list[Interval]:
        """Return the windows as an answer shows them (contract 4)."""
        intervals = list(zip(self._since, self._until, strict=True))
        if not self._instants:
            return intervals
        apart = [(t, t) for t in self._instants if not self._touches(t)]
        return sorted([*intervals, *apart]) if apart else intervals

    def _touches(self, t: int) -> bool:
        at = bisect_right(self._since, t) - 1
        return at >= 0 and t <= self._until[at]


def normalized(intervals: Iterable[Interval]) -> list[Interval]:
    """Return windows as an answer shows them: disjoint, ascending, touching ones joined (contract 4).

    An instant at the very end of an interval is not shown; one apart from every interval stays.

    >>> normalized([(5, 9), (0, 5), (9, 9), (12, 12)])
    [(0, 9), (12, 12)]
    """
    joined = IntervalSet()
    for interval in intervals:
        joined.add(interval)
    return joined.normalized()


def clip_at_consumption(interval: Interval, consumed: int | None) -> tuple[Interval, ...]:
    """Return the part of an interval up to and including the last consumption of an item (contract 4).

    `consumed` is None for lots and for items that were never consumed.

    >>> clip_at_consumption((0, 20), 10)
    ((0, 10), (10, 10))
    >>> clip_at_consumption((11, 20), 10)
    ()
    """
    if consumed is None or interval[1] < consumed or interval == (consumed, consumed):
        return (interval,)
    if interval[0] > consumed:
        return ()
    instant = (consumed, consumed)
    if interval[0] == consumed:
        return (instant,)
    if interval[1] == consumed:
        return (interval,)
    return ((interval[0], consumed), instant)
