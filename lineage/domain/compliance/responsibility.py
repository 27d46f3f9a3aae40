"""Who answers for a thing at a moment, by which rule, from when to when (contract 6; domain 3.2 to 3.4).

A thing is at a stage of its life; the rows of the day's rule set that name the stage say who answers, the first to be
asked first. Who no longer exists does not answer: whoever took its duties over does, and the other rows stand for it.
Where nobody is known that is said, never left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from lineage.domain.compliance.party_history import MAKERS, SHOPS, UTILISERS, History, PartyAt
from lineage.domain.compliance.rule_sets import AnswerRule, RuleBook, RuleSet, day_of, lower
from lineage.domain.instants import OPEN, Instant
from lineage.domain.projection.custody import CustodyStatus
from lineage.domain.projection.effective_custody import CustodyContext, effective_custody, enclosing_wholes

_BATTERIES: Final = frozenset({"cell", "module", "pack"})


class Made(NamedTuple):
    """Who made a thing, and what says so; `is_declared`: it is named as the maker, and not only reported the making."""

    party: str
    events: tuple[str, ...]
    is_declared: bool = True


class Owned(NamedTuple):
    """From `time` on the thing belongs to the party."""

    time: Instant
    party: str
    event: str


class KnownParties(NamedTuple):
    """What is known of a thing beside its edges and holders.

    `makers` and `owned` are of the thing and of what is or was around it; `remade`: which of these were made of used
    batteries.
    """

    makers: Mapping[str, Made]
    owned: Mapping[str, Sequence[Owned]]
    histories: Mapping[str, History]
    remade: frozenset[str]


class Answer(NamedTuple):
    """A party answers, in a capacity, by a row of a rule set. `events` prove that it is that party."""

    party: str
    capacity: str
    rule: AnswerRule
    rule_set: RuleSet
    confidence: str
    events: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What has to stay the same for one answer to go on."""
        return self.party, self.capacity, self.rule.id


class StateAt(NamedTuple):
    """How it stood at a moment: `vehicle` is the one it is in or was in last; `gone` who would answer if it existed."""

    stage: str
    hands: CustodyStatus
    vehicle: str | None
    rules: RuleSet | None
    answers: tuple[Answer, ...]
    gone: tuple[str, ...]


def stage_of(
    kind: str, hands: CustodyStatus, roles: frozenset[str], *, vehicle: tuple[bool, bool], is_remade: bool
) -> str:
    """Where in its life a thing is. `roles` are its holders'; `vehicle`: is it in one now, was it
    ever; `is_remade`: it, or what it is in, was made of used batteries.

    >>> stage_of("pack", CustodyStatus("held", ("x",)), frozenset({"OUTLET"}), vehicle=(False, True), is_remade=False)
    'collected'
    """
    in_vehicle, was_in_vehicle = vehicle
    if hands.status == "ended":
        return "ended"
    if kind == "lot":
        return "material"
    if in_vehicle:
        return "dismantling" if "DISMANTLER" in roles else "vehicle"
    if kind not in _BATTERIES:
        return "unknown"
    if is_remade and roles.isdisjoint({"RECYCLER", "UTILISER", "DISMANTLER"}):
        return "second_life"
    if not roles.isdisjoint(UTILISERS):
        return "utilisation"
    return _after_a_vehicle(roles) if was_in_vehicle else "production"


def _after_a_vehicle(roles: frozenset[str]) -> str:
    if "DISMANTLER" in roles:
        return "dismantling"
    if "OUTLET" in roles or not roles.isdisjoint(MAKERS):
        return "collected"
    return "stray" if roles.isdisjoint(SHOPS) else "removed"


def _latest(last: str | None, now: str | None) -> str | None:
    return now or last


class ResponsibilityTimeline:
    """The life of one thing as those who answer for it see it: at every moment from the first event that names it."""

    def __init__(self, item: str, around_it: CustodyContext, book: RuleBook, known: KnownParties) -> None:
        self.item, self._around, self._book, self._known = item, around_it, book, known
        self._kind = around_it.facts[item].kind
        first = around_it.facts[item].first
        times = {*around_it.moments(item), *book.changes()}
        times.update(t for h in known.histories.values() for t in h.times)
        times.update(o.time for owned in known.owned.values() for o in owned)
        self.times = sorted(t for t in times if first <= t < OPEN)
        inside = [self._vehicle(t) for t in self.times]
        self._inside = inside
        self._last: list[str | None] = list(accumulate(inside, _latest))
        self._then: dict[int, StateAt] = {}

    def _vehicle(self, t: Instant) -> str | None:
        if self._kind == "vehicle":
            return self.item
        wholes = enclosing_wholes(self._around, self.item, t)
        cars = [w for w in wholes if self._around.facts[w].kind == "vehicle"]
        return min(cars, key=lambda w: (wholes[w], w), default=None)

    @property
    def remade(self) -> frozenset[str]:
        """Of the thing and what is or was around it, what was made of used batteries."""
        return self._known.remade

    def at(self, t: Instant) -> StateAt | None:
        """How it stood then; None before the first event that names it."""
        place = bisect_right(self.times, t) - 1
        return None if place < 0 else self._at(place)

    def _at(self, place: int) -> StateAt:
        if place not in self._then:
            self._then[place] = self._made(place)
        return self._then[place]

    def _made(self, place: int) -> StateAt:
        t, vehicle = self.times[place], self._last[place]
        hands = effective_custody(self._around, self.item, t)
        roles = frozenset(role for p in hands.holders for role in self._party(p, t).roles)
        is_in = self._inside[place] is not None
        stage = stage_of(
            self._kind, hands, roles, vehicle=(is_in, vehicle is not None), is_remade=self._remade(t) is not None
        )
        rules = self._book.on(day_of(t))
        answers, gone = ((), ()) if rules is None else self._answers(rules, stage, hands, vehicle, t)
        return StateAt(stage, hands, vehicle, rules, answers, gone)

    def _party(self, party: str, t: Instant) -> PartyAt:
        history = self._known.histories.get(party)
        return PartyAt(party) if history is None else history.at(t)

    def _answers(
        self, rules: RuleSet, stage: str, hands: CustodyStatus, vehicle: str | None, t: Instant
    ) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
        found: dict[tuple[str, str, str], Answer] = {}
        gone: dict[str, None] = {}
        for rule in (r for r in rules.answers if stage in r.stages):
            for made in self._named(rule.party, hands, vehicle, t):
                party = self._party(made.party, t)
                if rule.roles and party.roles.isdisjoint(rule.roles):
                    continue
                confidence = rule.confidence if made.is_declared else lower(rule.confidence, "M")
                if party.is_gone:
                    gone[party.id] = None
                    if party.heir is None:
                        continue
                    made = made._replace(party=party.heir, events=(*made.events, *party.events))  # noqa: PLW2901
                    confidence = lower(confidence, "C")
                answer = Answer(made.party, rule.capacity, rule, rules, confidence, made.events)
                found.setdefault(answer.key, answer)
        return tuple(found.values()), tuple(gone)

    def _named(self, relation: str, hands: CustodyStatus, vehicle: str | None, t: Instant) -> list[Made]:
        """The parties that bear a relation to the thing then."""
        makers = self._known.makers
        if relation == "remaker":
            product = self._remade(t)
            return [makers[product]] if product is not None and product in makers else []
        if relation == "holder":
            return [Made(p, ()) for p in hands.holders]
        if relation == "last_holder":
            return [Made(p, ()) for p in hands.last]
        if relation == "vehicle_maker":
            return [makers[vehicle]] if vehicle is not None and vehicle in makers else []
        if relation == "owner":
            return [Made(o.party, (o.event,)) for o in self.owners(t)]
        is_battery = self._kind not in ("vehicle", "lot")
        return [makers[self.item]] if self.item in makers and is_battery else []

    def _remade(self, t: Instant) -> str | None:
        """The second-life product that it is or is in, the nearest."""
        return next((x for x in self._nearest(t) if x in self._known.remade), None)

    def _nearest(self, t: Instant) -> list[str]:
        """The thing and the wholes around it, nearest first."""
        wholes = enclosing_wholes(self._around, self.item, t)
        return [self.item, *sorted((w for w in wholes if w != self.item), key=lambda w: (wholes[w], w))]

    def owners(self, t: Instant) -> list[Owned]:
        """To whom it belongs: as was told of itself, else of the nearest whole around it of which anything was told."""
        for x in self._nearest(t):
            told = [o for o in self._known.owned.get(x, ()) if o.time <= t]
            if told:
                return [max(told, key=lambda o: (o.time, o.event))]
        return []

    def stretch(self, answer: Answer, t: Instant) -> tuple[Instant, Instant]:
        """From when until when it answers without a break, around `t`: half-open, OPEN if it goes on."""
        first = last = bisect_right(self.times, t) - 1
        while first > 0 and any(a.key == answer.key for a in self._at(first - 1).answers):
            first -= 1
        while last + 1 < len(self.times) and any(a.key == answer.key for a in self._at(last + 1).answers):
            last += 1
        return self.times[first], self.times[last + 1] if last + 1 < len(self.times) else OPEN
