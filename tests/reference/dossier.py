"""The dossier of an item at a moment, from the other answers of the reference (contract 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.reference.compliance.check import first_refusable
from tests.reference.compliance.parties import party_at
from tests.reference.compliance.responsibility import responsibility
from tests.reference.containment import Edge
from tests.reference.events import Json, instant, shown, stored_id
from tests.reference.findings import all_findings
from tests.reference.trace import composition
from tests.reference.world import World

MOST_OTHERS = 10


def dossier(events: Sequence[Json], world: World, item: str, at: str | None = None) -> Json:
    """Without siblings, declarations and evidence. `first_refusable` has the kinds of its findings alone."""
    time = world.now if at is None else instant(at)
    refusal = first_refusable(events, world, item, time)
    responsible = responsibility(world, item, time)
    custody = [row for row in _segments(world, item) if row["since"] <= shown(time)]
    own: Json = {
        "composition": composition(world.history, item, int(time))["tree"],
        "timeline": timeline(world, item, time),
        "custody": custody,
        **responsible,
        "first_refusable": None if refusal is None else refusal.document(),
        "findings": findings(world, item, time),
        "history": history(world, item, time),
    }
    making = world.deciding(item)
    maker = making.declaration(item).get("maker") if making is not None and making.time <= time else None
    return own | {"parties": _names(world, {**own, "maker": maker and stored_id(maker)}, time)}


def inside(world: World, item: str, time: float) -> set[str]:
    """What is in it at that moment, the item left out."""
    found: set[str] = set()
    level = {item}
    while level:
        level = {e.source for x in level for e in world.history.parts(x) if e.since <= time < e.until} - found
        found |= level
    return found - {item}


def findings(world: World, item: str, time: float) -> list[Json]:
    """Each that names the item, what is in it, or what it is in."""
    concerned = {item, *inside(world, item, time), *world.around(item, time)}
    return [f.document() for f in all_findings(world) if concerned & set(f.items)]


def history(world: World, item: str, time: float) -> list[Json]:
    """Stays that are over: of what is in it, in anything; of anything, in the item. By beginning, then by ids."""
    parts = inside(world, item, time)
    stays = [e for e in world.history.edges if e.type == "PART_OF" and (e.source in parts or e.target == item)]
    over = [e for e in stays if e.since <= time and not e.since <= time < e.until]
    return [_stay(edge) for edge in sorted(over, key=lambda e: (e.since, e.source, e.target, e.until))]


def _stay(edge: Edge) -> Json:
    return {"item": edge.source, "whole": edge.target, "since": shown(edge.since), "until": shown(edge.until)}


def timeline(world: World, item: str, time: float) -> list[Json]:
    """What was reported of it up to then, earliest first."""
    return [
        {
            "time": shown(event.time),
            "recorded": shown(world.reported(event)),
            "type": event.type,
            "step": event.step or None,
            "reporter": event.reporter,
            "giver": event.party("giver"),
            "taker": event.party("taker"),
            "place": event.body.get("place"),
            "others": [other for other in event.named if other != item][:MOST_OTHERS],
            "id": event.id,
        }
        for event in world.of(item)
        if event.time <= time
    ]


def _segments(world: World, item: str) -> list[Json]:
    return [
        {
            "since": shown(since),
            "until": shown(until),
            "status": held.status,
            "holders": sorted(held.holders),
            "to": held.to,
            "via": list(held.via),
        }
        for since, until, held in world.timeline(item)
    ]


def _names(world: World, own: Json, time: float) -> dict[str, str]:
    """The names at that moment of every party that the dossier names and that has one."""
    rows: list[dict[str, Any]] = [*own["timeline"], *own["custody"], *own["owners"], *own["answerable"]]
    rows += [*own["gaps"], *own["duties"]]
    fields = ("reporter", "giver", "taker", "to", "party", "holder", "actor")
    names = (
        {own["maker"]}
        | {row.get(field) for row in rows for field in fields}
        | {p for row in rows for p in row.get("holders", ())}
    )
    cards = {party: party_at(world, party, time) for party in names if party and not party.startswith("owner:")}
    return {party: card.name for party, card in sorted(cards.items()) if card.name}
