"""Duties: which report was owed by whom until when, and whether it came (docs/http.md, domain 3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tests.reference.compliance.parties import maker_of, party_at
from tests.reference.compliance.rules import RuleSet, day_of, due_of, given_up, least_sure, rules_on
from tests.reference.events import Event, Json, is_party_id, same_two, shown
from tests.reference.world import World

MOST_ITEMS_SHOWN = 100


@dataclass(frozen=True)
class Duty:
    """`settles`: the last day on which the status can change without a report."""

    row: Json
    rules: RuleSet
    holder: str | None
    actor: str | None
    items: tuple[str, ...]
    trigger: Event
    is_reported: bool
    recorded: int | None
    due: date
    status: str
    days_late: int
    settles: date | None
    doubts: tuple[str, ...]

    @property
    def confidence(self) -> str:
        lowered = [doubt for doubt in self.doubts if doubt != "window_assumed"]
        return least_sure(self.row["confidence"], "M") if lowered else str(self.row["confidence"])

    @property
    def order(self) -> tuple[int, str, str, str, tuple[str, ...]]:
        return self.trigger.time, self.trigger.id, self.row["id"], self.holder or "", self.items

    def document(self) -> Json:
        row = self.row
        return {
            "rule": row["id"],
            "name": row["name"],
            "rule_set": self.rules.id,
            "version": self.rules.version,
            "article": row["article"],
            "confidence": self.confidence,
            "doubts": list(self.doubts),
            "holder": self.holder,
            "actor": self.actor,
            "items": list(self.items[:MOST_ITEMS_SHOWN]),
            "trigger": {
                "event": self.trigger.id,
                "type": self.trigger.type,
                "step": self.trigger.step or None,
                "time": shown(self.trigger.time),
            },
            "window": None if "due" in row else {"days": row["window"], "unit": row.get("unit", "DAY")},
            "due": self.due.isoformat(),
            "status": self.status,
            "days_late": self.days_late,
            "recorded": None if self.recorded is None else shown(self.recorded),
            "proof": [self.trigger.id] if self.is_reported else [],
        }


class Owed(NamedTuple):
    """A report that some row may ask for. `as_`: reporter, giver or taker."""

    report: Event
    as_: str
    party: str | None
    items: tuple[str, ...]
    is_reported: bool


def duties(world: World, now: float | None = None) -> list[Duty]:
    """Every duty that the standing events trigger or meet, as they stand at `now`, by trigger, event, rule, holder."""
    clock = world.now if now is None else now
    reports = [event for event in world.events if event.named]
    owed = [Owed(r, "reporter", r.reporter, r.named, is_reported=True) for r in reports]
    moves = [r for r in reports if r.moves_custody]
    owed += [Owed(r, side, r.party(side), r.named, is_reported=True) for r in moves for side in sides_of(r)]
    owed += unreported_sides(reports)
    found = [duty for one in owed if (duty := _duty(world, one, clock)) is not None]
    found += [duty for seen in reports for duty in _witnessed(world, seen, clock)]
    return sorted(found, key=lambda duty: duty.order)


def sides_of(report: Event) -> tuple[str, ...]:
    return ("giver", "taker") if report.side == "both" else (report.side,)


def unreported_sides(reports: Iterable[Event]) -> list[Owed]:
    """The other side of each hand-over that one side reported; sides of one giver, taker and item are paired by time.

    A side that nobody names owes nothing.
    """
    one_sided = [r for r in reports if r.moves_custody and r.side != "both"]
    paired: set[tuple[str, str]] = set()
    for report in one_sided:
        for item in report.named:
            others = [
                other
                for other in one_sided
                if other.side != report.side
                and (other.time, other.id) < (report.time, report.id)
                and item in other.named
                and same_two(other, report)
                and (other.id, item) not in paired
            ]
            if others:
                paired |= {(others[0].id, item), (report.id, item)}
    found = []
    for report in one_sided:
        missing = "taker" if report.side == "giver" else "giver"
        items = tuple(item for item in report.named if (report.id, item) not in paired)
        if items and report.party(missing) is not None:
            found.append(Owed(report, missing, report.party(missing), items, is_reported=False))
    return found


def _duty(world: World, owed: Owed, now: float) -> Duty | None:
    """By the first row that fits wholly; else by the first that fits but for the party's roles."""
    rules = rules_on(day_of(owed.report.time))
    if rules is None or owed.party is None or owed.party.startswith("owner:"):
        return None
    rows = [row for row in rules.duties if row["actor"] == owed.as_ and _fits(world, row, owed.report)]
    roles = party_at(world, owed.party, owed.report.time).roles
    for row in rows:
        if not row.get("roles") or roles & set(row["roles"]):
            return _stated(world, owed, rules, row, (), now)
    for row in rows:
        if not roles:
            return _stated(world, owed, rules, row, ("role_unknown",), now)
        if not row.get("strict", True):
            return _stated(world, owed, rules, row, ("other_role",), now)
    return None


def _fits(world: World, row: Json, report: Event) -> bool:
    kinds = {report.declared.get(item) or world.kind(item) for item in report.named}
    return (
        (not row.get("types") or report.type in row["types"])
        and (not row.get("steps") or report.step in row["steps"])
        and (not row.get("kinds") or bool(kinds & set(row["kinds"])))
    )


def _stated(world: World, owed: Owed, rules: RuleSet, row: Json, doubts: tuple[str, ...], now: float) -> Duty:
    holder, actor = owed.party, owed.party
    if row.get("holder") == "vehicle_maker":
        roles = party_at(world, owed.party, owed.report.time).roles if owed.party else frozenset()
        if "VEHICLE_MAKER" not in roles:
            holder = vehicle_maker(world, owed.report)
            if holder is None:
                holder, doubts = owed.party, (*doubts, "vehicle_maker_unknown")
    due = due_of(row, day_of(owed.report.time))
    doubts += () if due.is_sure else ("calendar_unknown",)
    doubts += ("window_assumed",) if row.get("assumed") else ()
    recorded = world.reported(owed.report) if owed.is_reported else None
    status, days_late, settles = _stands(row, due.day, recorded, now)
    return Duty(
        row, rules, holder, actor, owed.items, owed.report, owed.is_reported,
        recorded, due.day, status, days_late, settles, doubts,
    )  # fmt: skip


def _stands(row: Json, due: date, recorded: int | None, now: float) -> tuple[str, int, date | None]:
    """What has not come is open until it is due, overdue for as long again as its window, then missing."""
    if recorded is not None and recorded <= now:
        late = (day_of(recorded) - due).days
        return ("late", late, None) if late > 0 else ("met", 0, None)
    last = given_up(row, due)
    if now == float("inf"):
        return "missing", 0, None
    today = day_of(now)
    if today <= due:
        return "open", 0, last
    days = (today - due).days
    return ("overdue", days, last) if today <= last else ("missing", days, None)


def vehicle_of(world: World, report: Event) -> str | None:
    """The first vehicle that the report names; else the one that its first item with one is in, or was in last."""
    vehicles = [i for i in report.named if (report.declared.get(i) or world.kind(i)) == "vehicle"]
    vehicles = vehicles or [v for i in report.named if (v := world.last_vehicle(i, report.time)) is not None]
    return vehicles[0] if vehicles else None


def vehicle_maker(world: World, report: Event) -> str | None:
    vehicle = vehicle_of(world, report)
    made = None if vehicle is None else maker_of(world, vehicle)
    return None if made is None else made.party


def _witnessed(world: World, seen: Event, now: float) -> list[Duty]:
    """A deed that shows in what somebody else saw, and that nobody reported: a registration without a sale."""
    rules = rules_on(day_of(seen.time))
    if rules is None or seen.type != "inspected" or not seen.step:
        return []
    found = []
    for row in rules.duties:
        if seen.step in row.get("witness", ()):
            items = tuple(item for item in seen.named if _is_unreported(world, item, seen, row))
            if items:
                owed = Owed(seen, "reporter", None, items, is_reported=False)
                found.append(_stated(world, owed, rules, row, ("inferred",), now))
    return found


def _is_unreported(world: World, item: str, seen: Event, row: Json) -> bool:
    """No report of such a deed of the item, and no earlier sighting that stands for it."""
    if row.get("kinds") and world.kind(item) not in row["kinds"]:
        return False
    reported = [r for r in world.of(item) if r.type in row["types"] and r.step in row["steps"]]
    seen_before = [
        r
        for r in world.of(item)
        if r.type == "inspected" and r.step in row["witness"] and (r.time, r.id) < (seen.time, seen.id)
    ]
    return not reported and not seen_before


def party_duties(
    world: World, party: str, status: str | None = None, since: float = float("-inf"), until: float = float("inf")
) -> list[Json]:
    """What a party owed (`as` holder), or reported for another (`as` actor), in the order of the list.

    At each event that concerns it those that the event triggers; then, by vehicle, what it owes as the maker that the
    event decides, by events that do not concern it.
    """
    mine = [duty for duty in duties(world) if party in (duty.holder, duty.actor)]
    through = [(duty, vehicle_of(world, duty.trigger)) for duty in mine if party not in concerned(duty.trigger)]
    listed: list[Duty] = []
    for event in world.events:
        if party in concerned(event):
            listed += [duty for duty in mine if duty.trigger is event]
            for vehicle in sorted(item for item in event.declared if world.deciding(item) is event):
                listed += [duty for duty, of in through if of == vehicle]
    assert len(listed) == len(mine)
    return [
        {"as": "holder" if duty.holder == party else "actor", **duty.document()}
        for duty in listed
        if status in (None, duty.status) and since <= duty.trigger.time < until
    ]


def concerned(event: Event) -> set[str]:
    """The parties that report it, give, take, or are declared as makers; a maker that is a text alone is none."""
    makers = {maker for item in event.declared if (maker := event.maker(item)) and is_party_id(maker)}
    return makers | {p for p in (event.reporter, event.party("giver"), event.party("taker")) if p}
