"""Rule sets as values: who must report what by when, who answers, who may receive (contract 6; domain 3.3 to 3.5).

Days are days in China (UTC+08:00). The rules themselves are data, in files that `lineage.reference` reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, NamedTuple, Protocol

from lineage.domain.instants import CHINA_OFFSET, DAY, Instant

Unit = Literal["WD", "DAY"]
Actor = Literal["reporter", "giver", "taker"]
CONFIDENCES: Final = ("A", "B", "C", "M")
"""How well a rule is confirmed: primary text, standard body or several sources, one secondary source, not verified."""

STAGES: Final = (
    "production",
    "vehicle",
    "removed",
    "collected",
    "dismantling",
    "utilisation",
    "second_life",
    "material",
    "stray",
    "ended",
    "unknown",
)
"""Stages of the life cycle of an item; `responsibility.stage_of` determines the stage."""

_EPOCH: Final = date(1970, 1, 1)


def day_of(instant: Instant) -> date:
    """Return the day in China on which an instant lies.

    >>> day_of(1714492799999), day_of(1714492800000)
    (datetime.date(2024, 4, 30), datetime.date(2024, 5, 1))
    """
    return _EPOCH + timedelta(days=(instant + CHINA_OFFSET) // DAY)


def start_of(day: date) -> Instant:
    """Return the first instant of a day in China."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000 - CHINA_OFFSET


class Calendar(Protocol):
    """Working days of China, make-up days included."""

    def is_working_day(self, day: date) -> bool:
        """Return whether the day is a working day."""
        ...

    def covers(self, day: date) -> bool:
        """Return whether the days off of that year are known; else only weekends count as days off."""
        ...


class DutyRule(NamedTuple):
    """One row: a report that is owed. Empty tuples fit everything; `window` days, or one `due` day for all."""

    id: str
    name: str
    article: str
    confidence: str
    types: tuple[str, ...]
    steps: tuple[str, ...]
    kinds: tuple[str, ...]
    actor: Actor
    roles: tuple[str, ...]
    strict: bool
    holder: str
    window: int
    unit: Unit
    due: date | None
    witness: tuple[str, ...]
    assumed: bool


class AnswerRule(NamedTuple):
    """One row: who answers at these stages. `party` names a relation to the item, not an enterprise."""

    id: str
    name: str
    article: str
    confidence: str
    stages: tuple[str, ...]
    party: str
    roles: tuple[str, ...]
    capacity: str


class ReceiverRule(NamedTuple):
    """One row: who may take an item of these categories. `never`: roles that may not, whatever else they are."""

    id: str
    name: str
    article: str
    confidence: str
    categories: tuple[str, ...]
    roles: tuple[str, ...]
    permits: tuple[str, ...]
    never: tuple[str, ...]


class Obligation(NamedTuple):
    """An obligation that always holds; nothing is computed from it."""

    id: str
    name: str
    article: str
    confidence: str


class RuleSet(NamedTuple):
    """Rules that are valid on the days `[valid_from, valid_until)`."""

    id: str
    version: str
    title: str
    valid_from: date
    valid_until: date | None
    duties: tuple[DutyRule, ...]
    answers: tuple[AnswerRule, ...]
    receivers: tuple[ReceiverRule, ...]
    obligations: tuple[Obligation, ...]

    def holds(self, day: date) -> bool:
        """Return whether the set is valid on that day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class RuleBook(NamedTuple):
    """Rule sets in the order of precedence, and the calendar that they count by."""

    sets: tuple[RuleSet, ...]
    calendar: Calendar

    def on(self, day: date) -> RuleSet | None:
        """Return the rule set of a trigger's day: the first that is valid then, also for a window that ends later."""
        return next((s for s in self.sets if s.holds(day)), None)

    def source_of(self, rule: str) -> DutyRule | ReceiverRule | None:
        """Return the row about duties or receivers with this id, of the first set that has it."""
        rows: list[DutyRule | ReceiverRule] = []
        for rules in self.sets:
            rows += [*rules.duties, *rules.receivers]
        return next((row for row in rows if row.id == rule), None)

    def with_first(self, own: RuleSet) -> RuleBook:
        """Return the book with a further set, which takes precedence over every other where it is valid."""
        return RuleBook((own, *(s for s in self.sets if s.id != own.id)), self.calendar)

    def changes(self) -> list[Instant]:
        """Return the instants at which another set begins to hold."""
        days = {d for s in self.sets for d in (s.valid_from, s.valid_until) if d is not None}
        return sorted(start_of(d) for d in days)


class Due(NamedTuple):
    """The last day on which a duty can be met, and whether the calendar knows all days until then."""

    day: date
    sure: bool


def due_of(rule: DutyRule, trigger: date, calendar: Calendar) -> Due:
    """Return when a duty is due whose trigger, day 0, is that day (domain 3.3)."""
    if rule.due is not None:
        return Due(rule.due, sure=True)
    return after(trigger, rule.window, rule.unit, calendar)


def after(trigger: date, window: int, unit: Unit, calendar: Calendar) -> Due:
    """Return the last day of a window; the trigger's day is not counted."""
    if unit == "DAY":
        return Due(trigger + timedelta(days=window), sure=True)
    day, left, sure = trigger, window, True
    while left:
        day += timedelta(days=1)
        sure = sure and calendar.covers(day)
        left -= calendar.is_working_day(day)
    return Due(day, sure)


def lower(*confidences: str) -> str:
    """Return the least confirmed of these.

    >>> lower("A", "C", "B")
    'C'
    """
    return max(confidences, key=CONFIDENCES.index)


def longest_window(sets: Iterable[RuleSet], day: date, calendar: Calendar) -> date:
    """Return the last day on which a report of an action on that day is still in time, by any rule."""
    return max(
        (due_of(rule, day, calendar).day for s in sets if s.holds(day) for rule in s.duties),
        default=day,
    )
