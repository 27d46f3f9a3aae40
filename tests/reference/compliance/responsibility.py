"""Who answers for an item at a moment, by which rule, from when to when (docs/http.md, domain 3.2 to 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from tests.reference.compliance.duties import Duty, duties
from tests.reference.compliance.parties import Party, enrolments, maker_of, party_at
from tests.reference.compliance.rules import (
    RuleSet,
    changes_of_rules,
    day_of,
    least_sure,
    longest_window,
    rules_on,
)
from tests.reference.containment import FOREVER
from tests.reference.events import Event, Json, shown, stored_id
from tests.reference.world import BATTERIES, World

_UTILISERS = {"UTILISER", "RECYCLER", "ECHELON"}
_SHOPS = {"REPAIRER", "REPAIR", "LESSOR", "SWAP_OPERATOR", "SELLER"}
_MAKERS = {"BATTERY_MAKER", "VEHICLE_MAKER"}


class Answer(NamedTuple):
    """A party answers, by a row. `events` prove that it is that party; empty where the custody segment does."""

    party: str
    row: Json
    rules: RuleSet
    confidence: str
    events: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What has to stay the same for one answer to go on."""
        return self.party, self.row["as"], self.row["id"]


@dataclass(frozen=True)
class State:
    """How it stands at a moment; `gone`: who would answer and no longer exists."""

    stage: str
    rules: RuleSet | None
    answers: tuple[Answer, ...]
    gone: tuple[str, ...]


class Course:
    """The life of one item as those who answer for it see it."""

    def __init__(self, world: World, item: str) -> None:
        self.world, self.item = world, item
        first = world.first(item)
        enrolled = [stored_id(e.body["party"]["id"]) for e in world.events if e.type == "enrolled"]
        times = {event.time for event in world.events} | set(changes_of_rules())
        times |= {since for party in enrolled for since, _ in enrolments(world, party)}
        self.moments = sorted(t for t in times if t >= first)
        self._states = {t: self.state(t) for t in self.moments}

    def state(self, time: float) -> State:
        """From the first event that names it on."""
        rules = rules_on(day_of(time))
        stage = self.stage(time)
        if rules is None:
            return State(stage, None, (), ())
        answers: dict[tuple[str, str, str], Answer] = {}
        gone: dict[str, None] = {}
        for row in rules.answers:
            for name, events, is_sure in self._related(row["party"], time) if stage in row["stages"] else ():
                party = party_at(self.world, name, time)
                if row.get("roles") and not party.roles & set(row["roles"]):
                    continue
                confidence = row["confidence"] if is_sure else least_sure(row["confidence"], "M")
                if party.is_gone:
                    gone[party.id] = None
                    if party.heir is None:
                        continue
                    confidence = least_sure(confidence, "C")
                    events = (*events, party.event or "")  # noqa: PLW2901 - of the party in its place
                answer = Answer(party.heir or party.id, row, rules, confidence, events)
                answers.setdefault(answer.key, answer)
        return State(stage, rules, tuple(answers.values()), tuple(gone))

    def stage(self, time: float) -> str:
        world, item = self.world, self.item
        held = world.holding(item, time).held
        roles = {role for party in held.holders for role in party_at(world, party, time).roles}
        kind, remade = world.kind(item), self._nearest_remade(time)
        if held.status == "ended" or kind == "lot":
            return "ended" if held.status == "ended" else "material"
        if self._vehicle_at(time) is not None:
            return "dismantling" if "DISMANTLER" in roles else "vehicle"
        if kind not in BATTERIES:
            return "unknown"
        if remade is not None and not roles & {"RECYCLER", "UTILISER", "DISMANTLER"}:
            return "second_life"
        if roles & _UTILISERS:
            return "utilisation"
        return self._after_a_vehicle(roles) if self._last_vehicle(time) is not None else "production"

    @staticmethod
    def _after_a_vehicle(roles: set[str]) -> str:
        if "DISMANTLER" in roles:
            return "dismantling"
        if "OUTLET" in roles or roles & _MAKERS:
            return "collected"
        return "removed" if roles & _SHOPS else "stray"

    def _vehicle_at(self, time: float) -> str | None:
        """The nearest vehicle around it, of equally near ones the smallest id; of a vehicle itself."""
        if self.world.kind(self.item) == "vehicle":
            return self.item
        return next((w for w in self.world.around(self.item, time) if self.world.kind(w) == "vehicle"), None)

    def _last_vehicle(self, time: float) -> str | None:
        """The vehicle that it is in, or was in at the last moment at which it was in any."""
        past = [t for t in self.moments if t <= time]
        found = [vehicle for t in (*past, time) if (vehicle := self._vehicle_at(t)) is not None]
        return found[-1] if found else None

    def _nearest(self, time: float) -> list[str]:
        return [self.item, *(whole for whole in self.world.around(self.item, time) if whole != self.item)]

    def _nearest_remade(self, time: float) -> str | None:
        """The product made of used batteries that it is or is in, the nearest."""
        return next((x for x in self._nearest(time) if self.world.is_remade(x)), None)

    def owner(self, time: float) -> Event | None:
        """The last report of ownership, of itself, else of the nearest whole around it of which there is one."""
        for item in self._nearest(time):
            reports = [
                event
                for event in self.world.in_role(item, "item")
                if event.type == "transferred"
                and event.body.get("rights") in ("ownership", "both")
                and event.party("taker") is not None
                and event.time <= time
            ]
            if reports:
                return reports[-1]
        return None

    def _related(self, relation: str, time: float) -> list[tuple[str, tuple[str, ...], bool]]:
        """The parties that bear a relation to the item: the party, what proves it, whether that is stated."""
        world = self.world
        if relation in ("holder", "last_holder"):
            holding = world.holding(self.item, time)
            parties = holding.held.holders if relation == "holder" else holding.last
            return [(party, (), True) for party in sorted(parties)]
        if relation == "owner":
            event = self.owner(time)
            return [] if event is None else [(str(event.party("taker")), (event.id,), True)]
        made: str | None = self.item if world.kind(self.item) not in ("vehicle", "lot") else None
        if relation == "vehicle_maker":
            made = self._last_vehicle(time)
        elif relation == "remaker":
            made = self._nearest_remade(time)
        maker = None if made is None or made not in world.history.items else maker_of(world, made)
        return [] if maker is None else [(maker.party, (maker.event,), maker.is_named)]

    def stretch(self, answer: Answer, time: float) -> tuple[float, float]:
        """From when until when it answers without a break, around `time`."""
        has = [any(a.key == answer.key for a in self._states[t].answers) for t in self.moments]
        place = max(n for n, t in enumerate(self.moments) if t <= time)
        first = last = place
        while first > 0 and has[first - 1]:
            first -= 1
        while last + 1 < len(has) and has[last + 1]:
            last += 1
        return self.moments[first], self.moments[last + 1] if last + 1 < len(has) else FOREVER


def responsibility(world: World, item: str, at: float | None = None) -> Json:
    """The fields of an answer as of `at` (default now); custody segments without their events."""
    time = world.now if at is None else at
    course = Course(world, item)
    then = course.state(time) if time >= world.first(item) else None
    owed = [duty for duty in duties(world) if item in duty.items and duty.trigger.time <= time]
    owner = None if then is None else course.owner(time)
    return {
        "id": item,
        "kind": world.kind(item),
        "stage": None if then is None else then.stage,
        "rule_set": None if then is None else _rule_set(then.rules),
        "holder": _segment_at(world, item, time),
        "owners": [] if owner is None else [_owner(owner)],
        "answerable": [] if then is None else [_answerable(course, a, time) for a in then.answers],
        "duties": [duty.document() for duty in owed],
        "gaps": _gaps(world, item, then, time),
        "final_from": _final_from(owed, time),
    }


def _rule_set(rules: RuleSet | None) -> Json | None:
    return None if rules is None else {"id": rules.id, "version": rules.version, "title": rules.title}


def _segment_at(world: World, item: str, time: float) -> Json | None:
    for since, until, held in world.timeline(item):
        if since <= time < until:
            return {
                "since": shown(since),
                "until": shown(until),
                "status": held.status,
                "holders": sorted(held.holders),
                "to": held.to,
                "via": list(held.via),
            }
    return None


def _owner(event: Event) -> Json:
    return {"party": event.party("taker"), "since": shown(event.time), "events": [event.id]}


def _answerable(course: Course, answer: Answer, time: float) -> Json:
    since, until = course.stretch(answer, time)
    return {
        "party": answer.party,
        "as": answer.row["as"],
        "rule": answer.row["id"],
        "name": answer.row["name"],
        "rule_set": answer.rules.id,
        "version": answer.rules.version,
        "article": answer.row["article"],
        "since": shown(since),
        "until": shown(until),
        "confidence": answer.confidence,
        "events": list(answer.events),
    }


def _gaps(world: World, item: str, then: State | None, time: float) -> list[Json]:
    found: list[Json] = [
        {"kind": "no_holder", "party": None, "since": shown(since), "until": shown(until)}
        for since, until, held in world.timeline(item)
        if held.status == "gap" and since <= time
    ]
    if then is not None:
        found += [{"kind": "party_gone", "party": p, "since": shown(time), "until": None} for p in then.gone]
        if not then.answers:
            found.append({"kind": "nobody_known", "party": None, "since": shown(time), "until": None})
    return found


def _final_from(owed: Sequence[Duty], time: float) -> str:
    """The day from which on nothing that comes in time can change the answer."""
    last = max([longest_window(day_of(time)), *(duty.settles for duty in owed if duty.settles is not None)])
    return (last + timedelta(days=1)).isoformat()


__all__ = ["Course", "Party", "State", "responsibility"]
