"""Findings about masses: more came out than went in, more was drawn from a lot than it held (`domain.md` 6.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.domain.findings.model import OPEN, EventEvidence, Finding, ItemEvidence
from lineage.domain.graph import INPUT, MAKERS, OUTPUT

SHARE: Final = 0.001
"""Of a mass: what scales and rounding may differ by."""
LEAST: Final = 0.5
"""Kilograms: what scales and rounding may differ by."""


def mass_balance(view: ItemEvidence) -> Iterator[Finding]:
    """Everything about what the item weighs."""
    for m in view.told(OUTPUT):
        report = view.report(m.event)
        if report is not None and min(o["id"] for o in report.body["outputs"]) == view.item:
            yield from _out_of_nothing(view, report)
    if view.facts.is_lot:
        yield from _overdrawn(view)


def _out_of_nothing(view: ItemEvidence, report: EventEvidence) -> Iterator[Finding]:
    """Told once an event, at its first output; where the mass of an input is not told, nothing is judged."""
    inputs = [i.get("mass_kg") for i in report.body["inputs"]]
    outputs = [o["mass_kg"] for o in report.body["outputs"] if o.get("mass_kg") is not None]
    if any(kg is None for kg in inputs):
        return
    into, out = sum(inputs), sum(outputs)
    if out > into * (1 + SHARE) + LEAST:
        items = [o["id"] for o in report.body["outputs"]]
        said = {"into": _kg(into), "out": _kg(out)}
        yield view.finding("mass_imbalance", [report.id], (report.time, OPEN), items=items, variant="output", said=said)


def _overdrawn(view: ItemEvidence) -> Iterator[Finding]:
    makers = view.told(*MAKERS)
    made = next((r for m in makers if (r := view.report(m.event)) is not None), None)
    held = None if made is None else made.declared(view.item).get("mass_kg")
    if held is None:
        return
    assert made is not None
    drawn, events = 0.0, [made.id]
    for m in view.told(INPUT):
        report = view.report(m.event)
        drawn += 0.0 if report is None else _mass_of(report.body, view.item)
        events.append(m.event)
        if drawn > held * (1 + SHARE) + LEAST:
            span, said = (m.time, OPEN), {"held": _kg(held), "drawn": _kg(drawn)}
            shown = [made.id, m.event, *events[1:]]
            yield view.finding("mass_imbalance", shown, span, variant="lot", said=said)
            return


def _mass_of(body: Mapping[str, Any], item: str) -> float:
    return float(next((i.get("mass_kg") or 0.0 for i in body["inputs"] if i["id"] == item), 0.0))


def _kg(mass: float) -> str:
    return f"{mass:.1f}"
