"""Stretches of time with an open or a closed end; an instant is closed and has no length (contract 3, 4)."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.reference.events import instant, shown


class Piece(NamedTuple):
    """`[since, until)`, or `[since, until]` where `closed`."""

    since: float
    until: float
    closed: bool

    def meet(self, other: "Piece") -> "Piece | None":
        """Return the interval that both share.

        >>> Piece(0, 10, False).meet(Piece(10, 20, False)) is None
        True
        >>> Piece(0, 10, True).meet(Piece(10, 20, False))
        Piece(since=10, until=10, closed=True)
        """
        since, until = max(self.since, other.since), min(self.until, other.until)
        closed = all(piece.closed for piece in (self, other) if piece.until == until)
        if since < until or (since == until and closed):
            return Piece(since, until, closed)
        return None

    def holds(self, time: float) -> bool:
        return self.meet(at_once(time)) is not None

    def shown(self) -> list[str | None]:
        return [shown(self.since), shown(self.until)]


ALL_TIME = Piece(float("-inf"), float("inf"), False)


def at_once(time: float) -> Piece:
    return Piece(time, time, True)


def between(since: float, until: float) -> Piece:
    """Half-open; the instant where both ends are equal."""
    return Piece(since, until, since == until)


def context(at: str | None, from_: str | None, until: str | None) -> Piece:
    """The window of a question; raises ValueError for what contract 4 refuses."""
    if at is not None:
        if from_ is not None or until is not None:
            raise ValueError("at together with from or until")
        return at_once(instant(at))
    start = ALL_TIME.since if from_ is None else instant(from_)
    end = ALL_TIME.until if until is None else instant(until)
    if start > end:
        raise ValueError("from after until")
    return between(start, end)


def union(pieces: Iterable[Piece]) -> list[list[str | None]]:
    """As answers show them: joined where they touch; an instant in or at an end of a window is not shown."""
    joined: list[Piece] = []
    instants: set[float] = set()
    for piece in sorted(pieces):
        if piece.since == piece.until:
            instants.add(piece.since)
        elif joined and piece.since <= joined[-1].until:
            joined[-1] = between(joined[-1].since, max(joined[-1].until, piece.until))
        else:
            joined.append(between(piece.since, piece.until))
    alone = [at_once(time) for time in instants if not any(w.since <= time <= w.until for w in joined)]
    return [piece.shown() for piece in sorted(joined + alone)]
