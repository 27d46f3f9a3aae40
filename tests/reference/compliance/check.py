"""What would be found if an event were reported, and the first hand-over that could have been refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.builders import with_credit_checks
from tests.reference.compliance.duties import Duty, duties
from tests.reference.compliance.parties import party_at
from tests.reference.compliance.receivers import verdict
from tests.reference.events import Event, Json, shown
from tests.reference.findings import Finding, all_findings
from tests.reference.world import Holding, World


class Judgement(NamedTuple):
    """`findings` that are new once the event is loaded; `duties` that it meets, in time or late."""

    findings: list[Finding]
    duties: list[Duty]


def check(events: Sequence[Json], event: Json, now: str) -> Judgement:
    """The event is recorded at `now`, alone."""
    before = World(events, now=now)
    after = World([*events, {**event, "recorded": now}], now=now)
    known = set(all_findings(before))
    new = [f for f in all_findings(after) if f not in known]
    ids = (event["id"], f"{event['id']}#r")
    return Judgement(new, [d for d in duties(after) if d.is_reported and d.trigger.id in ids])


# The first that could have been refused


class Refusal(NamedTuple):
    event: Event
    kinds: tuple[str, ...]

    def document(self) -> Json:
        event = self.event
        names = {name: event.party(name) for name in ("giver", "taker")}
        return {"event": event.id, "time": shown(event.time), **names, "kinds": list(self.kinds)}


def first_refusable(events: Sequence[Json], world: World, item: str, at: float) -> Refusal | None:
    """What the item is, is as known now; who the taker is and whether the item has ended as recorded by that moment.

    That the giver did not hold it has to be so by what was recorded then and by what is known now.
    """
    for move in world.hand_overs(item):
        if move.time <= at:
            then = World(events, known_at=shown(move.time))
            kinds = _refusals(world, then, item, move)
            if kinds:
                return Refusal(move, kinds)
    return None


def _refusals(world: World, then: World, item: str, move: Event) -> tuple[str, ...]:
    kinds = []
    taker = move.party("taker")
    if taker is not None and _is_misspelled(taker) and not party_at(then, taker, move.time).is_enrolled:
        kinds.append("unknown_party")
    has_ended = item in then.history.items and any(
        event.time < move.time and (event.type == "ended" or event.roles[item] == "input") for event in then.of(item)
    )
    if has_ended and not world.lot(item):
        kinds.append("dead_item_active")
    elif _is_elsewhere(world, then, item, move):
        kinds.append("broken_handover")
    found = verdict(world, move, item, enrolled_in=then)
    if found.reason and found.reason != "unknown_party":  # enrolments come late, too
        kinds.append("prohibited_use" if found.reason == "prohibited_use" else "unqualified_receiver")
    return tuple(kinds)


def _is_misspelled(party: str) -> bool:
    """Whether a credit code fails its own check characters."""
    return ":" not in party and len(party) == 18 and party != with_credit_checks(party[:16])


def _is_elsewhere(world: World, then: World, item: str, move: Event) -> bool:
    giver = move.party("giver")
    at_once = [other for other in world.hand_overs(item) if other.time == move.time and other is not move]
    if giver is None or any(giver in (other.party("taker"), other.reporter) for other in at_once):
        return False
    return all(_is_with_another(known, item, giver, move.time - 1) for known in (then, world))


def _is_with_another(known: World, item: str, party: str, time: float) -> bool:
    holding = known.holding(item, time) if item in known.history.items else None
    return holding is not None and _has_other_holder(holding, party)


def _has_other_holder(holding: Holding, party: str) -> bool:
    held = holding.held
    return bool(held.holders) and party not in held.holders and party != held.to
