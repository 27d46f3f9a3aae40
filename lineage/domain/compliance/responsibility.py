"""Responsibility: who answers for an item at an instant, by which rule, over which interval (contract 6).

An item is at a stage of its life cycle; the rows of the day's rule set that name the stage determine who answers, in
the order of their rows. A party that no longer exists does not answer: its successor and the other rows do. Where no
party is known the answer contains that gap.
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
    """Who made an item, and the events that prove it; `is_declared`: named as the maker, not only the reporter."""

    party: str
    events: tuple[str, ...]
    is_declared: bool = True


class Owned(NamedTuple):
    """Ownership: from `time` on the item belongs to the party."""

    time: Instant
    party: str
    event: str


class KnownParties(NamedTuple):
    """The parties and products around an item.

    `makers` and `owned` are those of the item and of its wholes, present and past; `histories` those of all these
    parties; `remade`: which of these items were made of used batteries.
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
        """The values that stay the same while one answer continues."""
        return self.party, self.capacity, self.rule.id


class StateAt(NamedTuple):
    """The state of an item at an instant.

    `vehicle` is the one it is in or was in last; `gone` are parties that would answer if they still existed.
    """

    stage: str
    custody: CustodyStatus
    vehicle: str | None
    rules: RuleSet | None
    answers: tuple[Answer, ...]
    gone: tuple[str, ...]


def stage_of(
    kind: str, custody_status: CustodyStatus, roles: frozenset[str], *, vehicle: tuple[bool, bool], is_remade: bool
) -> str:
    """Return the stage of the life cycle of an item.

    `roles` are those of its holders; `vehicle`: whether it is in one now, whether it ever was; `is_remade`: whether it,
    or a whole that it is in, was made of used batteries.

    >>> stage_of("pack", CustodyStatus("held", ("x",)), frozenset({"OUTLET"}), vehicle=(False, True), is_remade=False)
    'collected'
    """
    in_vehicle, was_in_vehicle = vehicle
    if custody_status.status == "ended":
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
    """Who answers for one item, at every instant from the first event that names it."""

    def __init__(self, item: str, custody_context: CustodyContext, book: RuleBook, known: KnownParties) -> None:
        self.item, self._context, self._book, self._known = item, custody_context, book, known
        self._kind = custody_context.facts[item].kind
        first = custody_context.facts[item].first
        times = {*custody_context.moments(item), *book.changes()}
        times.update(t for h in known.histories.values() for t in h.times)
        times.update(o.time for owned in known.owned.values() for o in owned)
        self.times = sorted(t for t in times if first <= t < OPEN)
        inside = [self._vehicle(t) for t in self.times]
        self._inside = inside
        self._last: list[str | None] = list(accumulate(inside, _latest))
        self._states: dict[int, StateAt] = {}

    def _vehicle(self, t: Instant) -> str | None:
        if self._kind == "vehicle":
            return self.item
        wholes = enclosing_wholes(self._context, self.item, t)
        cars = [w for w in wholes if self._context.facts[w].kind == "vehicle"]
        return min(cars, key=lambda w: (wholes[w], w), default=None)

    @property
    def remade(self) -> frozenset[str]:
        """Those of the item and its wholes, present and past, that were made of used batteries."""
        return self._known.remade

    def at(self, t: Instant) -> StateAt | None:
        """Return the state at `t`; None before the first event that names the item."""
        index = bisect_right(self.times, t) - 1
        return None if index < 0 else self._state(index)

    def _state(self, index: int) -> StateAt:
        if index not in self._states:
            self._states[index] = self._derived(index)
        return self._states[index]

    def _derived(self, index: int) -> StateAt:
        t, vehicle = self.times[index], self._last[index]
        custody_status = effective_custody(self._context, self.item, t)
        roles = frozenset(role for p in custody_status.holders for role in self._party(p, t).roles)
        is_in = self._inside[index] is not None
        stage = stage_of(
            self._kind,
            custody_status,
            roles,
            vehicle=(is_in, vehicle is not None),
            is_remade=self._remade(t) is not None,
        )
        rules = self._book.on(day_of(t))
        answers, gone = ((), ()) if rules is None else self._answers(rules, stage, custody_status, vehicle, t)
        return StateAt(stage, custody_status, vehicle, rules, answers, gone)

    def _party(self, party: str, t: Instant) -> PartyAt:
        history = self._known.histories.get(party)
        return PartyAt(party) if history is None else history.at(t)

    def _answers(
        self, rules: RuleSet, stage: str, custody_status: CustodyStatus, vehicle: str | None, t: Instant
    ) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
        answers: dict[tuple[str, str, str], Answer] = {}
        gone: dict[str, None] = {}
        for rule in (r for r in rules.answers if stage in r.stages):
            for made in self._named(rule.party, custody_status, vehicle, t):
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
                answers.setdefault(answer.key, answer)
        return tuple(answers.values()), tuple(gone)

    def _named(self, relation: str, custody_status: CustodyStatus, vehicle: str | None, t: Instant) -> list[Made]:
        """Return the parties that have a relation of a rule (`AnswerRule.party`) to the item at `t`."""
        makers = self._known.makers
        if relation == "remaker":
            product = self._remade(t)
            return [makers[product]] if product is not None and product in makers else []
        if relation == "holder":
            return [Made(p, ()) for p in custody_status.holders]
        if relation == "last_holder":
            return [Made(p, ()) for p in custody_status.last]
        if relation == "vehicle_maker":
            return [makers[vehicle]] if vehicle is not None and vehicle in makers else []
        if relation == "owner":
            return [Made(o.party, (o.event,)) for o in self.owners(t)]
        is_battery = self._kind not in ("vehicle", "lot")
        return [makers[self.item]] if self.item in makers and is_battery else []

    def _remade(self, t: Instant) -> str | None:
        """Return the nearest second-life product that the item is or is in."""
        return next((x for x in self._nearest(t) if x in self._known.remade), None)

    def _nearest(self, t: Instant) -> list[str]:
        """Return the item and its wholes at `t`, nearest first."""
        wholes = enclosing_wholes(self._context, self.item, t)
        return [self.item, *sorted((w for w in wholes if w != self.item), key=lambda w: (wholes[w], w))]

    def owners(self, t: Instant) -> list[Owned]:
        """Return the owner at `t` by the transfers of the item, else by those of its nearest whole with any."""
        for x in self._nearest(t):
            transfers = [o for o in self._known.owned.get(x, ()) if o.time <= t]
            if transfers:
                return [max(transfers, key=lambda o: (o.time, o.event))]
        return []

    def interval_of(self, answer: Answer, t: Instant) -> tuple[Instant, Instant]:
        """Return the interval around `t` in which the answer is the same: half-open, OPEN if it has not ended."""
        first = last = bisect_right(self.times, t) - 1
        while first > 0 and any(a.key == answer.key for a in self._state(first - 1).answers):
            first -= 1
        while last + 1 < len(self.times) and any(a.key == answer.key for a in self._state(last + 1).answers):
            last += 1
        return self.times[first], self.times[last + 1] if last + 1 < len(self.times) else OPEN
