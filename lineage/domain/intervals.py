"""Pieces of time: half-open intervals and instants (contract 3, 4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Interval = tuple[int, int]
"""`(since, until)` in milliseconds UTC: half-open `[since, until)`, or the instant `{since}` if both are equal."""


def contains(piece: Interval, t: int) -> bool:
    """Whether the instant `t` lies in the piece (contract 3).

    >>> contains((0, 10), 10), contains((10, 10), 10)
    (False, True)
    """
    since, until = piece
    return t == since if since == until else since <= t < until


def intersect(one: Interval, other: Interval) -> Interval | None:
    """The time that both share, or None. Intervals that only touch share nothing (contract 3).

    >>> intersect((0, 10), (10, 20)) is None
    True
    >>> intersect((10, 10), (10, 20))
    (10, 10)
    """
    if one[0] == one[1]:
        return one if contains(other, one[0]) else None
    if other[0] == other[1]:
        return other if contains(one, other[0]) else None
    since = max(other[0], one[0])
    until = min(other[1], one[1])
    return (since, until) if since < until else None


class IntervalSet:
    """The pieces of time in which one thing was reached: intervals joined where they touch, and instants apart.

    Asking and adding take the time of a search, however many pieces there are: a lot may be reached at ever so many
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

    def add(self, piece: Interval) -> bool:
        """Add a piece; False if all of it was there already."""
        since, until = piece
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

    def contains_all(self, piece: Interval) -> bool:
        """Whether all of a piece is there."""
        since, until = piece
        if since == until:
            return since in self._instants or self._covers(since, since + 1)
        return self._covers(since, until)

    def _covers(self, since: int, until: int) -> bool:
        at = bisect_right(self._since, since) - 1
        return at >= 0 and until <= self._until[at]

    def shown(self) -> list[Interval]:
        """Windows as an answer shows them (contract 4)."""
        intervals = list(zip(self._since, self._until, strict=True))
        if not self._instants:
            return intervals
        apart = [(t, t) for t in self._instants if not self._touches(t)]
        return sorted([*intervals, *apart]) if apart else intervals

    def _touches(self, t: int) -> bool:
        at = bisect_right(self._since, t) - 1
        return at >= 0 and t <= self._until[at]


def normalized(pieces: Iterable[Interval]) -> list[Interval]:
    """Windows as an answer shows them: disjoint, ascending, touching ones joined (contract 4).

    An instant at the very end of an interval is not shown; one apart from every interval stays.

    >>> normalized([(5, 9), (0, 5), (9, 9), (12, 12)])
    [(0, 9), (12, 12)]
    """
    gathered = IntervalSet()
    for piece in pieces:
        gathered.add(piece)
    return gathered.shown()


def clip_at_consumption(piece: Interval, consumed: int | None) -> tuple[Interval, ...]:
    """What is left of a piece in an item that carries up to and including its last consumption (contract 4).

    `consumed` is None for lots and for what was never consumed.

    >>> clip_at_consumption((0, 20), 10)
    ((0, 10), (10, 10))
    >>> clip_at_consumption((11, 20), 10)
    ()
    """
    if consumed is None or piece[1] < consumed or piece == (consumed, consumed):
        return (piece,)
    if piece[0] > consumed:
        return ()
    instant = (consumed, consumed)
    if piece[0] == consumed:
        return (instant,)
    if piece[1] == consumed:
        return (piece,)
    return ((piece[0], consumed), instant)
