"""`BECAME` edges: one for an input, an output and an instant, proved by every event in force that reports it."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.domain.graph import BECAME, Edge
from lineage.domain.instants import Instant


def became_edge(source: str, target: str, at: Instant, old: Edge | None, events: Mapping[str, bool]) -> Edge | None:
    """Return the edge after these events have come into force (True) or left it (False); None if nothing proves it."""
    proof = {e for e in old.events if e not in events} if old else set()
    proof |= {e for e, enters in events.items() if enters}
    return Edge(BECAME, source, target, at, at, tuple(sorted(proof))) if proof else None
