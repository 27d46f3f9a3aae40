"""Findings about masses: more came out than went in, more was drawn from a lot than it held (`domain.md` 6.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.domain.events.models import Transformed
from lineage.domain.findings.model import OPEN, Finding, ItemEvidence
from lineage.domain.graph import INPUT, MAKERS, OUTPUT
from lineage.domain.instants import Instant

SHARE: Final = 0.001
"""The share of a mass by which scales and rounding may differ."""
LEAST: Final = 0.5
"""Kilograms by which scales and rounding may differ."""


def mass_balance(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield every finding about the mass of the item."""
    for mention in evidence.mentions_as(OUTPUT):
        stored = evidence.event(mention.event)
        event = None if stored is None else stored.event
        if isinstance(event, Transformed) and min(o.id for o in event.outputs) == evidence.item:
            yield from _out_of_nothing(evidence, event, mention.event)
    if evidence.facts.is_lot:
        yield from _overdrawn(evidence)


def _out_of_nothing(evidence: ItemEvidence, event: Transformed, event_id: str) -> Iterator[Finding]:
    """Yield one finding an event, at its smallest output; none where the mass of an input is not reported."""
    inputs = [i.mass_kg for i in event.inputs]
    outputs = [o.mass_kg for o in event.outputs if o.mass_kg is not None]
    into, out = sum(kg for kg in inputs if kg is not None), sum(outputs)
    if None not in inputs and out > into * (1 + SHARE) + LEAST:
        items = [o.id for o in event.outputs]
        details = {"into": _kg(into), "out": _kg(out)}
        interval = (event.time, OPEN)
        yield evidence.finding("mass_imbalance", [event_id], interval, items=items, variant="output", details=details)


def _overdrawn(evidence: ItemEvidence) -> Iterator[Finding]:
    makers = evidence.mentions_as(*MAKERS)
    made = next((e for m in makers if (e := evidence.event(m.event)) is not None), None)
    declared = None if made is None else made.declared(evidence.item)
    if made is None or declared is None or declared.mass_kg is None:
        return
    held, drawn, uses = declared.mass_kg, 0.0, [made.id]
    for mention in evidence.mentions_as(INPUT):
        drawn += _drawn_by(evidence, mention.event)
        uses.append(mention.event)
        if drawn > held * (1 + SHARE) + LEAST:
            interval: tuple[Instant, Instant] = (mention.time, OPEN)
            proof = [made.id, mention.event, *uses[1:]]
            details = {"held": _kg(held), "drawn": _kg(drawn)}
            yield evidence.finding("mass_imbalance", proof, interval, variant="lot", details=details)
            return


def _drawn_by(evidence: ItemEvidence, event_id: str) -> float:
    stored = evidence.event(event_id)
    if stored is None or not isinstance(stored.event, Transformed):
        return 0.0
    return float(next((i.mass_kg or 0.0 for i in stored.event.inputs if i.id == evidence.item), 0.0))


def _kg(mass: float) -> str:
    return f"{mass:.1f}"
