"""Pieces of time: half-open intervals and instants (contract 3, 4)."""

from __future__ import annotations

from collections.abc import Iterable

Piece = tuple[int, int]
"""`(since, until)` in milliseconds UTC: half-open `[since, until)`, or the instant `{since}` if both are equal."""


def holds(piece: Piece, t: int) -> bool:
    """Whether the instant `t` lies in the piece (contract 3).

    >>> holds((0, 10), 10), holds((10, 10), 10)
    (False, True)
    """
    since, until = piece
    return t == since if since == until else since <= t < until


def meet(one: Piece, other: Piece) -> Piece | None:
    """The time that both share, or None. Intervals that only touch share nothing (contract 3).

    >>> meet((0, 10), (10, 20)) is None
    True
    >>> meet((10, 10), (10, 20))
    (10, 10)
    """
    if one[0] == one[1]:
        return one if holds(other, one[0]) else None
    if other[0] == other[1]:
        return other if holds(one, other[0]) else None
    since = max(other[0], one[0])
    until = min(other[1], one[1])
    return (since, until) if since < until else None


def within(piece: Piece, others: Iterable[Piece]) -> bool:
    """Whether a single one of `others` holds all of `piece`."""
    since, until = piece
    for s, u in others:
        if s == u:
            if since == until == s:
                return True
        elif s <= since and (since < u if since == until else until <= u):
            return True
    return False


def shown(pieces: Iterable[Piece]) -> list[Piece]:
    """Windows as an answer shows them: disjoint, ascending, touching ones joined (contract 4).

    An instant at the very end of an interval is not shown; one apart from every interval stays.

    >>> shown([(5, 9), (0, 5), (9, 9), (12, 12)])
    [(0, 9), (12, 12)]
    """
    intervals: list[Piece] = []
    instants: list[int] = []
    for since, until in sorted(pieces):
        if since == until:
            instants.append(since)
        elif intervals and since <= intervals[-1][1]:
            if until > intervals[-1][1]:
                intervals[-1] = (intervals[-1][0], until)
        else:
            intervals.append((since, until))
    if not instants:
        return intervals
    apart = {t for t in instants if not any(s <= t <= u for s, u in intervals)}
    return sorted([*intervals, *((t, t) for t in apart)])


def carried(piece: Piece, consumed: int | None) -> tuple[Piece, ...]:
    """What is left of a piece in an item that carries up to and including its last consumption (contract 4).

    `consumed` is None for lots and for what was never consumed.

    >>> carried((0, 20), 10)
    ((0, 10), (10, 10))
    >>> carried((11, 20), 10)
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
