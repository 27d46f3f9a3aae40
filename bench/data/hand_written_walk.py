"""The windowed walk, hand-written with plain tuples and dictionaries (contract 4).

The raw statements use it to turn a closure into an answer, so that they answer the same question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from lineage.domain.intervals import Interval, clip_at_consumption, normalized

OPEN: Final = 253_402_300_799_999
Step = tuple[str, bool, int, int, object]
"""Far end, whether it is `PART_OF`, since, until, and the proofs in the form of the store."""
Adjacency = Mapping[str, list[Step]]


class Walked(NamedTuple):
    """Fewest steps and shown windows by item, the edges stepped over with their near ends, and whether it was cut."""

    distance: dict[str, int]
    windows: dict[str, list[Interval]]
    edges: list[tuple[str, Step]]
    is_cut: bool = False


Row = tuple[str, str, object, int, int, object]


def adjacency(rows: Iterable[Row]) -> dict[str, list[Step]]:
    """Return rows of a statement (near, far, inside, since, until, proofs) as edges by their near end."""
    edges: dict[str, list[Step]] = {}
    for a, b, is_part, s, u, events in rows:
        step = (b, bool(is_part), s, u, events)
        if a in edges:
            edges[a].append(step)
        else:
            edges[a] = [step]
    return edges


def walk(
    edges: Adjacency,
    consumed: Mapping[str, int],
    start: str,
    window: Interval,
    *,
    downstream: bool,
    most: int = 1 << 40,
) -> Walked:
    """Walk breadth-first with windows. `consumed` holds items other than lots that were consumed."""
    distance: dict[str, int] = {}
    pieces: dict[str, list[Interval]] = {}
    level: dict[str, list[Interval]] = {}
    for piece in clip_at_consumption(window, consumed.get(start)):
        distance[start] = 0
        pieces.setdefault(start, []).append(piece)
        level.setdefault(start, []).append(piece)
    stepped: dict[int, tuple[str, Step]] = {}
    hops, is_cut = 0, False
    while level:
        hops += 1
        reached = _reached(level, edges, consumed, downstream=downstream)
        fresh = sorted({far for far, *_ in reached if far not in distance})
        dropped = set(fresh[max(0, most - len(distance)) :])
        is_cut = is_cut or bool(dropped)
        level = {}
        for far, since, until, near, step in reached:
            if far in dropped:
                continue
            if far not in distance:
                distance[far] = hops
                pieces[far] = []
            stepped[id(step)] = (near, step)
            if _added(pieces[far], since, until):
                level.setdefault(far, []).append((since, until))
    windows = {x: p if len(p) == 1 else normalized(p) for x, p in pieces.items()}
    return Walked(distance, windows, list(stepped.values()), is_cut)


Reached = tuple[str, int, int, str, Step]


def _reached(
    level: Mapping[str, list[Interval]], edges: Adjacency, consumed: Mapping[str, int], *, downstream: bool
) -> list[Reached]:
    """Return every step that the new pieces of a level allow, cut at consumption."""
    found: list[Reached] = []
    for near, pieces in level.items():
        for step in edges.get(near, ()):
            far, inside, since, until, _ = step
            end = consumed.get(far)
            for lo, hi in pieces:
                if inside:
                    piece = _met(lo, hi, since, until)
                elif downstream:
                    piece = (since, OPEN) if lo <= since < hi or lo == since == hi else None
                else:
                    piece = (since, since) if since < hi or since <= lo else None
                if piece is None:
                    continue
                if end is None:
                    found.append((far, piece[0], piece[1], near, step))
                else:
                    found.extend((far, s, u, near, step) for s, u in clip_at_consumption(piece, end))
    return found


def _met(lo: int, hi: int, since: int, until: int) -> Interval | None:
    s = max(since, lo)
    u = min(until, hi)
    if s < u:
        return (s, u)
    if s == u and ((lo == hi and (lo < until or since == until)) or (since == until and (since < hi or lo == hi))):
        return (s, s)
    return None


def _added(pieces: list[Interval], since: int, until: int) -> bool:
    """Add a piece; return False if the pieces covered it already."""
    for s, u in pieces:
        if s <= since and (until <= u if since < until else since < u or s == since):
            return False
    if pieces and since < until:
        touching = [(s, u) for s, u in pieces if s < u and s <= until and since <= u]
        if touching:
            since, until = min(since, *(s for s, _ in touching)), max(until, *(u for _, u in touching))
            pieces[:] = [p for p in pieces if p not in touching]
    pieces.append((since, until))
    return True
