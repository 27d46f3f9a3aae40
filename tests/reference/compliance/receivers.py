"""May this party receive this item then? (contract 7 `unqualified_receiver`; domain 3.5)"""

from __future__ import annotations

from typing import NamedTuple

from tests.reference.compliance.parties import party_at
from tests.reference.compliance.rules import day_of, rules_on
from tests.reference.events import Event, Json
from tests.reference.world import BATTERIES, World

WASTE_STEPS = ("collection", "recycling", "disposal")
SERVICE_STEPS = (
    "swap", "repair", "replacement", "delivery", "sale", "second_life_sale", "registration", "storage", "grading"
)  # fmt: skip


class Verdict(NamedTuple):
    """`reason` is empty where the party may take it; `row`: what lets it, or what it falls short of."""

    reason: str = ""
    row: Json | None = None


def category(world: World, report: Event, item: str) -> str | None:
    """As what an item is handed over, by how it was just before; `None` where no rule states who may take it."""
    kind, before = world.kind(item), report.time - 1
    if kind == "vehicle":
        return "vehicle" if report.step == "scrapping" else None
    if kind not in BATTERIES:
        return None
    if report.step in WASTE_STEPS:
        return "waste"
    if world.is_remade(item):
        return "second_life"
    has_left = not world.wholes_at(item, before) and world.last_vehicle(item, before) is not None
    return "waste" if has_left and report.step not in SERVICE_STEPS else None


def verdict(world: World, report: Event, item: str, enrolled_in: World | None = None) -> Verdict:
    """Whether the taker may take the item, by the rules and as it was enrolled on that day.

    `enrolled_in`: what is known of parties, where that is not what is known of the item.
    """
    rules, taker = rules_on(day_of(report.time)), report.party("taker")
    what = category(world, report, item)
    if rules is None or taker is None or what is None:
        return Verdict()
    rows = [row for row in rules.receivers if what in row["things"]]
    party = party_at(enrolled_in or world, taker, report.time)
    for row in rows:
        if party.roles & set(row.get("never", ())):
            return Verdict("prohibited_use", row)
    rows = [row for row in rows if row.get("roles")]
    if not rows:
        return Verdict()
    if party.is_private or not party.is_enrolled or party.is_gone:
        reason = "private_party" if party.is_private else "ceased" if party.is_enrolled else "unknown_party"
        return Verdict(reason, rows[0])
    fitting = [row for row in rows if party.roles & set(row["roles"])]
    if not fitting:
        return Verdict("role", rows[0])
    for row in fitting:
        permits = row.get("permits", ())
        if not permits or any(p.kind in permits and p.holds(day_of(report.time)) for p in party.permits):
            return Verdict("", row)
    has_any = any(p.kind in fitting[0]["permits"] for p in party.permits)
    return Verdict("permit_not_valid" if has_any else "permit_missing", fitting[0])
