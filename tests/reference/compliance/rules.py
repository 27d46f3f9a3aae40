"""The rule sets of the release, as data: read from their files, and China's working days from their table."""

from __future__ import annotations

import re
import sysconfig
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.reference.events import Json
from tests.reference.world import CHINA, DAY, day_number

_FOLDER = Path(__file__).parents[3] / "lineage" / "reference" / "rules"
_FILES = ("R2026.toml", "R2018.toml", "before.toml")
_EPOCH = date(1970, 1, 1)
_LEAST_SURE = "ABCM"


def day_of(time: float) -> date:
    """The day in China."""
    return _EPOCH + timedelta(days=day_number(time))


def start_of(day: date) -> int:
    """The first moment of a day in China."""
    return (day - _EPOCH).days * DAY - CHINA


def least_sure(*words: str) -> str:
    return max(words, key=_LEAST_SURE.index)


class RuleSet(NamedTuple):
    """Rows are tables of the file, fields as they stand there."""

    id: str
    version: str
    title: str
    valid_from: date
    valid_until: date | None
    duties: list[Json]
    answers: list[Json]
    receivers: list[Json]

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    return tuple(_read(tomllib.loads((_FOLDER / name).read_text("utf-8"))) for name in _FILES)


def _read(table: dict[str, Any]) -> RuleSet:
    head = table["set"]
    rows = [table.get(name, []) for name in ("duty", "answer", "receiver")]
    return RuleSet(head["id"], head["version"], head["title"], head["valid_from"], head.get("valid_until"), *rows)


def rules_on(day: date) -> RuleSet | None:
    return next((rules for rules in rule_sets() if rules.holds(day)), None)


def changes_of_rules() -> list[int]:
    """The moments at which another set begins to hold."""
    return sorted({start_of(d) for rules in rule_sets() for d in (rules.valid_from, rules.valid_until) if d})


# Working days


@cache
def _table() -> tuple[frozenset[date], frozenset[date]]:
    """The days off and the weekends that are worked, as the State Council announced them."""
    source = Path(sysconfig.get_path("purelib")) / "chinese_calendar" / "constants.py"
    text = source.read_text("utf-8")
    cuts = [text.index(f"\n{name} = {{") for name in ("holidays", "workdays", "in_lieu_days")]
    off, worked = (
        frozenset(
            date(int(year), int(month), int(day))
            for year, month, day in re.findall(r"datetime\.date\(year=(\d+), month=(\d+), day=(\d+)\)", text[a:b])
        )
        for a, b in ((cuts[0], cuts[1]), (cuts[1], cuts[2]))
    )
    return off, worked


def is_working_day(day: date) -> bool:
    off, worked = _table()
    return day in worked or (day.weekday() < 5 and day not in off)


def is_announced(day: date) -> bool:
    """Whether the days off of that year are known; else weekends are all there is to go by."""
    years = [d.year for d in _table()[0]]
    return min(years) <= day.year <= max(years)


class Due(NamedTuple):
    """`day` is the last one in time."""

    day: date
    is_sure: bool


@cache
def after(day: date, window: int, unit: str) -> Due:
    """The last day of a window; the first day is not counted."""
    if unit == "DAY":
        return Due(day + timedelta(days=window), is_sure=True)
    left, is_sure = window, True
    while left:
        day += timedelta(days=1)
        is_sure = is_sure and is_announced(day)
        left -= is_working_day(day)
    return Due(day, is_sure)


def due_of(row: Json, trigger: date) -> Due:
    if "due" in row:
        return Due(row["due"], is_sure=True)
    return after(trigger, row["window"], row.get("unit", "DAY"))


def given_up(row: Json, due: date) -> date:
    """The last day on which a report that has not come is overdue; from the next day on it is missing."""
    return after(due, row.get("window", 30), row.get("unit", "DAY")).day


def longest_window(day: date) -> date:
    """The last day on which a report of something of that day is in time, by any row of any set of that day."""
    rows = [row for rules in rule_sets() if rules.holds(day) for row in rules.duties]
    return max((due_of(row, day).day for row in rows), default=day)
