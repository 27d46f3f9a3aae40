"""Findings (contract 7) from the definitions of docs/findings.md: every item and correction looked at in full."""

from __future__ import annotations

from tests.reference.compliance.duties import duties
from tests.reference.containment import FOREVER
from tests.reference.events import Json, instant, stored_id
from tests.reference.findings.compliance import compliance
from tests.reference.findings.containment import containment
from tests.reference.findings.corrections import corrections
from tests.reference.findings.finding import Finding
from tests.reference.findings.handovers import custody
from tests.reference.findings.identity import identity
from tests.reference.findings.masses import masses
from tests.reference.findings.travel import travel
from tests.reference.world import World

OF_CUSTODY = frozenset({"broken_handover", "custody_gap"})
"""Kinds that depend on who holds an item."""


def all_findings(world: World) -> list[Finding]:
    """Items by id, then corrections by id; those of one by kind, rule, items, interval, parties and events."""
    owed = duties(world, FOREVER)
    found = []
    for item in sorted(world.history.items):
        mine = {f for rule in (identity, containment, custody, masses, travel) for f in rule(world, item)}
        found += sorted(mine.union(compliance(world, item, owed)))
    for correction in sorted(world.standing.corrections):
        found += sorted(set(corrections(world, correction)))
    return [f for f in found if f.due <= world.now]


def findings(
    world: World,
    *,
    kind: str | None = None,
    party: str | None = None,
    item: str | None = None,
    region: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> list[Json]:
    """Those that fit; `region` stands for all that begins with it, pairs of zeros at its end left out."""
    begins = region or ""
    while begins.endswith("00"):
        begins = begins[:-2]
    return [
        f.document()
        for f in all_findings(world)
        if kind in (None, f.kind)
        and (party is None or stored_id(party) in f.parties)
        and (item is None or stored_id(item) in f.items)
        and (region is None or any(r.startswith(begins) for r in f.regions))
        and f.holds_in(instant(since) if since else float("-inf"), instant(until) if until else FOREVER)
    ]


__all__ = ["OF_CUSTODY", "Finding", "all_findings", "findings"]
