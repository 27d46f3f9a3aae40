"""How a party behaves: what it took in, whether its reports come in time, which hand-overs are open (docs/http.md)."""

from __future__ import annotations

from datetime import date
from statistics import median

from tests.reference.compliance.duties import duties
from tests.reference.compliance.parties import party_at
from tests.reference.compliance.rules import day_of, start_of
from tests.reference.events import Json, shown
from tests.reference.world import World


def conduct(world: World, party: str, at: float | None = None) -> Json:
    """As of `at` (default now); the duties stand as they do now."""
    time = world.now if at is None else at
    held = [item for item in sorted(world.history.items) if world.first(item) <= time]
    mine = [item for item in held if party in world.holding(item, time).held.holders]
    counted = [item for item in mine if _is_listed(world, item, time)]
    return {
        "id": party,
        "held": len(counted),
        "throughput": _throughput(world, party, time),
        "punctuality": _punctuality(world, party, time),
        "given": [
            {"item": item, "since": shown(since)}
            for item in counted
            for since, until, held in world.timeline(item)
            if since <= time < until and held.status == "in_transit"
        ],
        "expected": [
            {"item": item, "giver": min(held.holders), "since": shown(since)}
            for item in sorted(world.history.items)
            for since, until, held in world.timeline(item)
            if since <= time < until and held.status == "in_transit" and held.to == party and not held.via
        ],
    }


def _is_listed(world: World, item: str, time: float) -> bool:
    """In nothing else, or in conflict (contract 8, holdings)."""
    held = world.holding(item, time).held
    return not held.via or held.status == "conflict"


def _throughput(world: World, party: str, time: float) -> list[Json]:
    """What it took in by its own receipts, year by year; what was allowed at the end of the year, or that day."""
    years: dict[int, list[str]] = {}
    for event in world.events:
        is_own = event.reporter == party and event.side in ("taker", "both") and event.party("taker") == party
        if event.moves_custody and is_own and event.time <= time:
            years.setdefault(day_of(event.time).year, []).extend(event.named)
    rows = []
    for year, items in sorted(years.items()):
        masses = [mass for item in items if (mass := mass_of(world, item)) is not None]
        last = min(date(year, 12, 31), day_of(time))
        permits = party_at(world, party, start_of(last)).permits
        allowed = [p.capacity_kg_per_year for p in permits if p.capacity_kg_per_year and p.holds(last)]
        rows.append(
            {
                "year": year,
                "kg": round(sum(masses), 1),
                "items": len(items),
                "without_mass": len(items) - len(masses),
                "capacity_kg": sum(allowed) if allowed else None,
            }
        )
    return rows


def mass_of(world: World, item: str) -> float | None:
    """The mass that its deciding making declares."""
    making = world.deciding(item)
    mass = None if making is None else making.declaration(item).get("mass_kg")
    return None if mass is None else float(mass)


def _punctuality(world: World, party: str, time: float) -> Json:
    """Of the reports that it made and owed, for itself or for another, about what happened up to then."""
    made = [
        duty
        for duty in duties(world)
        if duty.is_reported and duty.actor == party and duty.trigger.reporter == party and duty.trigger.time <= time
    ]
    met = [duty for duty in made if duty.status == "met"]
    late = [duty.days_late for duty in made if duty.status == "late"]
    return {
        "met": len(met),
        "late": len(late),
        "share_met": round(len(met) / len(made), 4) if made else None,
        "median_days_late": median(late) if late else None,
        "worst_days_late": max(late, default=None),
    }
