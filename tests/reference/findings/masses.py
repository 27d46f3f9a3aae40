"""Findings about masses: more came out than went in, more was drawn from a lot than it held."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reference.events import stored_id
from tests.reference.findings.finding import Finding, finding
from tests.reference.world import World

SHARE, LEAST_KG = 0.001, 0.5


def is_more(mass: float, than: float) -> bool:
    return mass > than * (1 + SHARE) + LEAST_KG


def masses(world: World, item: str) -> Iterator[Finding]:
    for event in world.makings(item):
        if event.type == "transformed":
            outputs = [(stored_id(row["id"]), row.get("mass_kg")) for row in event.body["outputs"]]
            inputs = [row.get("mass_kg") for row in event.body["inputs"]]
            out = sum(mass for _, mass in outputs if mass is not None)
            is_first = item == min(name for name, _ in outputs)
            if is_first and None not in inputs and is_more(out, sum(inputs)):
                items = [item, *(name for name, _ in outputs)]
                yield finding(world, "mass_imbalance.output", items, [event.id], event.time)
    if world.lot(item):
        yield from _overdrawn(world, item)


def _overdrawn(world: World, item: str) -> Iterator[Finding]:
    making = world.deciding(item)
    held = None if making is None else making.declaration(item).get("mass_kg")
    if making is None or held is None:
        return
    drawn, uses = 0.0, []
    for event in world.in_role(item, "input"):
        uses.append(event.id)
        drawn += next(row.get("mass_kg") or 0.0 for row in event.body["inputs"] if stored_id(row["id"]) == item)
        if is_more(drawn, held):
            # the draught that was too much goes first, so that it is named however many there were before it
            events = [making.id, event.id, *uses]
            yield finding(world, "mass_imbalance.lot", [item], events, event.time)
            return
