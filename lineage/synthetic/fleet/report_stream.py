"""Reports as they reach the platform: one line each, with delays, lateness, repeats, silence; the truth beside them.

A line is JSON that begins with `recorded`, always in one form: lines sort as they arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

import orjson

from lineage.synthetic.fleet.minutes import MINUTES, minute_of, text_of
from lineage.synthetic.fleet.options import FleetOptions
from lineage.synthetic.fleet.parameters import Parameters

QUICK: Final = frozenset({"vehicle_production", "scrapping", "removal", "second_life_production", "second_life_sale"})
SLOW: Final = frozenset({"sale", "repair", "replacement", "collection", "recycling"})
DUTIES: Final = QUICK | SLOW
"""Steps that a rule gives a window for (domain 3.3): their reports can be late."""

Truth = dict[str, Any]


def listed(ids: Sequence[str]) -> str:
    """Return ids as a JSON list; none of them needs escaping."""
    return '["' + '","'.join(ids) + '"]' if ids else "[]"


def _said(minute: int, type: str, reporter: str, body: str, step: str, place: str) -> str:
    """A report without what the platform adds, from its second character on."""
    where = f'"place":"{place}",' if place else ""
    return f'"type":"{type}","step":"{step}","time":"{text_of(minute)}","reporter":"{reporter}",{where}{body}}}'


def never_told(minute: int, type: str, reporter: str, body: str, step: str, place: str) -> Truth:
    """Return a report that nobody makes, for the truth."""
    report: Truth = orjson.loads(f"{{{_said(minute, type, reporter, body, step, place)}")
    return report


def named_in(report: Mapping[str, Any]) -> list[str]:
    """Return the ids of the things that a report names, each once, in its order."""
    found = [report["whole"]] if "whole" in report else []
    for field in ("items", "parts", "inputs", "outputs"):
        found += [thing if isinstance(thing, str) else thing["id"] for thing in report.get(field, ())]
    return list(dict.fromkeys(found))


class Teller:
    """Collects the lines of one block of vehicles, and what is true of them.

    `prompt` are parties with the short window whatever they tell (domain 3.3: dismantlers). `lost` holds the ids of
    reports that never arrived: told by a silent firm, or on their way when the run ends.
    """

    def __init__(
        self,
        block: int,
        dials: FleetOptions,
        parameters: Parameters,
        silent: frozenset[str],
        dice: Random,
        prompt: frozenset[str] = frozenset(),
    ) -> None:
        told = parameters.reporting
        self.dice = dice
        self.rates, self._later = dials.rates, dials.later
        self._since = {name: section["since"] for name, section in parameters.defects.items() if "since" in section}
        self._silent = silent
        self._prompt = prompt
        self._prefix = f"f{dials.seed}-{block}-"
        self._count = 0
        self.until = minute_of(dials.until)
        self.launch = minute_of(parameters.fleet["launch"])
        self._backfill = parameters.fleet["backfill_days"] * MINUTES
        self._quick, self._slow = told["quick_days"] * MINUTES, told["slow_days"] * MINUTES
        self._late = [days * MINUTES for days in told["late_days"]]
        self._repeats = told["repeats"]
        self._again = [days * MINUTES for days in told["again_days"]]
        self._rush, self._least = told["rush_days"] * MINUTES, told["least_minutes"]
        self._patience = told["patience_days"] * MINUTES
        self._corrections = told["corrections"]
        self.lines: list[str] = []
        self.types: Counter[str] = Counter()
        self.lost: set[str] = set()
        self.withdrawn_before_arrival: Counter[tuple[str, str]] = Counter()
        self._truth: list[Truth] = []

    def chance(self, name: str, minute: int = 0) -> bool:
        """Return whether the dice plant this class of defect here."""
        rate = self.rates[name]
        if minute and name in self._since and minute / MINUTES / 365.25 + 2013 >= self._since[name]:
            rate = self._later[name]
        return rate > 0 and self.dice.random() < rate

    def is_mended(self, minute: int) -> bool:
        """Return whether a report is wrong and is corrected later; the back-fill comes in no order, so not there."""
        return bool(minute >= self.launch and self.dice.random() < self._corrections)

    def has_passed(self, minute: int) -> bool:
        """Return whether everything about that minute should have arrived by the end of the run."""
        return bool(max(minute, self.launch + self._backfill) + self._patience < self.until)

    def tell(  # noqa: PLR0913 - the fields that every report has
        self, minute: int, type: str, reporter: str, body: str, step: str, *, about: Sequence[str] = (), place: str = ""
    ) -> str:
        """Add a report of what happened at that minute; return its id. `about`: the items, where it may be late."""
        self._count += 1
        id = f"{self._prefix}{self._count}"
        said = _said(minute, type, reporter, body, step, place)
        if reporter in self._silent:
            self.lost.add(id)
            self._keep_quiet(minute, type, reporter, f'"id":"{id}",{said}')
            return id
        recorded, is_late = self._arrival(minute, step, is_quick=step in QUICK or reporter in self._prompt)
        if recorded >= self.until:
            self.lost.add(id)
            return id
        rest = f'","id":"{id}",{said}'
        self.lines.append(f'{{"recorded":"{text_of(recorded)}{rest}')
        self.types[type] += 1
        if self.dice.random() < self._repeats and step not in DUTIES and type in ("transferred", "inspected"):
            again = recorded + self._again[0] + int(self.dice.random() * (self._again[1] - self._again[0]))
            if again < self.until:
                self.lines.append(f'{{"recorded":"{text_of(again)}{rest}')
                self.types["repeated"] += 1
        if is_late:
            self.true("late_report", about, [reporter], (minute, recorded), [id])
        return id

    def _arrival(self, minute: int, step: str, *, is_quick: bool) -> tuple[int, bool]:
        chance = self.dice.random()
        if minute < self.launch:
            return self.launch + int(chance * self._backfill), False
        if minute + self._slow >= self.until:
            # at the end of the run all reports take one day: what arrives never lacks what came before it
            return minute + self._rush, False
        if step not in DUTIES:
            return minute + self._least + int(chance * self._quick), False
        if self.chance("late_report"):
            late = minute + self._late[0] + int(chance * (self._late[1] - self._late[0]))
            if late < self.until:
                return late, True
        return minute + self._least + int(chance * (self._quick if is_quick else self._slow)), False

    def _keep_quiet(self, minute: int, type: str, reporter: str, said: str) -> None:
        """Write down what a silent firm would have reported by now."""
        if minute + self._rush >= self.until:
            return
        self.withdrawn_before_arrival[reporter, type] += 1
        report = orjson.loads(f"{{{said}")
        self.true("unheard_report", named_in(report), [reporter], (minute, None), [], reported=False, report=report)

    def true(
        self,
        name: str,
        items: Sequence[str],
        parties: Sequence[str],
        interval: tuple[int, int | None],
        events: Sequence[str],
        **more: object,
    ) -> None:
        """Write down what was planted: its class, what it is about, when, and the reports that show it.

        `more` may hold `also` (further words of contract 7 for what the same deed shows), `first_refusable` (the report
        of the first hand-over that could have been refused) and `reported` (False: nothing in the events shows it).
        """
        since, until = interval
        document: Truth = {
            "class": name,
            "items": [*items],
            "parties": [*parties],
            "interval": [text_of(since), None if until is None else text_of(until)],
            "events": [*events],
        }
        self._truth.append({**document, **more})

    def truth(self) -> list[Truth]:
        """Return what was planted and can be seen: nothing whose reports did not all arrive."""
        lost = self.lost
        return [document for document in self._truth if lost.isdisjoint(document["events"])]
