"""The vehicle that a battery was in, or was in last (domain 3.2: its maker answers for the network)."""

from __future__ import annotations

from lineage.domain.instants import Instant
from lineage.domain.projection.effective_custody import CustodyContext


def last_vehicle(context: CustodyContext, item: str, t: Instant) -> str | None:
    """Return the vehicle that the item is in at `t`, or was in last; None if it was in none.

    Edges that end at `t` count. A whole counts only for the time in which the item was in it.
    """
    latest = _latest(context, item, t, frozenset())
    return None if latest is None else latest[1]


def _latest(context: CustodyContext, item: str, t: Instant, visited: frozenset[str]) -> tuple[Instant, str] | None:
    facts = context.facts.get(item)
    if facts is not None and facts.kind == "vehicle":
        return t, item
    best = None
    edges = [e for e in context.edges_from(item) if e.since <= t and e.target not in visited]
    for edge in sorted(edges, key=lambda e: (min(e.until, t), e.since, e.target), reverse=True):
        if best is not None and best[0] >= min(edge.until, t):
            break
        candidate = _latest(context, edge.target, min(edge.until, t), visited | {item})
        if candidate is not None and candidate[0] >= edge.since and (best is None or candidate[0] > best[0]):
            best = candidate
    return best
