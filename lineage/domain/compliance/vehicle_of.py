"""Which vehicle a battery was in, or was in last (domain 3.2: its maker answers for the network)."""

from __future__ import annotations

from lineage.domain.instants import Instant
from lineage.domain.projection.effective_custody import CustodyContext


def last_vehicle(around: CustodyContext, item: str, t: Instant) -> str | None:
    """The vehicle that the thing is in at `t`, edges that end just then included, or was in last; None if in none.

    A whole counts only for the time in which the thing was in it.
    """
    found = _latest(around, item, t, frozenset())
    return None if found is None else found[1]


def _latest(around: CustodyContext, item: str, t: Instant, met: frozenset[str]) -> tuple[Instant, str] | None:
    facts = around.facts.get(item)
    if facts is not None and facts.kind == "vehicle":
        return t, item
    best = None
    edges = [e for e in around.edges_from(item) if e.since <= t and e.target not in met]
    for edge in sorted(edges, key=lambda e: (min(e.until, t), e.since, e.target), reverse=True):
        if best is not None and best[0] >= min(edge.until, t):
            break
        found = _latest(around, edge.target, min(edge.until, t), met | {item})
        if found is not None and found[0] >= edge.since and (best is None or found[0] > best[0]):
            best = found
    return best
