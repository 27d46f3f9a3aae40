"""Reports as they arrive at the platform, one line each, with delays, late reports, repeats and silent firms.

A line is JSON that begins with `recorded` in a fixed form, so that sorting lines as text gives the order of arrival.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

import orjson

from lineage.synthetic.fleet.minutes import MINUTES, minute_of, text_of
from lineage.synthetic.fleet.options import FleetOptions
from lineage.synthetic.fleet.parameters import FleetParameters

QUICK: Final = frozenset({"vehicle_production", "scrapping", "removal", "second_life_production", "second_life_sale"})
SLOW: Final = frozenset({"sale", "repair", "replacement", "collection", "recycling"})
DUTIES: Final = QUICK | SLOW
"""Steps for which a rule sets a reporting window (domain 3.3), so that their reports can be late."""

Truth = dict[str, Any]


def json_list(ids: Sequence[str]) -> str:
    """Return ids as a JSON array; generated ids need no escaping."""
    return '["' + '","'.join(ids) + '"]' if ids else "[]"


def _report_text(minute: int, type: str, reporter: str, body: str, step: str, place: str) -> str:
    """Return the JSON of a report without `recorded` and `id`, and without the opening brace."""
    where = f'"place":"{place}",' if place else ""
    return f'"type":"{type}","step":"{step}","time":"{text_of(minute)}","reporter":"{reporter}",{where}{body}}}'


def unsent_report(minute: int, type: str, reporter: str, body: str, step: str, place: str) -> Truth:
    """Return a report that is never sent, for the truth."""
    report: Truth = orjson.loads(f"{{{_report_text(minute, type, reporter, body, step, place)}")
    return report


def items_named_in(report: Mapping[str, Any]) -> list[str]:
    """Return the ids of the items that a report names, each once, in the order of the report."""
    found = [report["whole"]] if "whole" in report else []
    for field in ("items", "parts", "inputs", "outputs"):
        found += [item if isinstance(item, str) else item["id"] for item in report.get(field, ())]
    return list(dict.fromkeys(found))


class ReportStream:
    """The report lines of one block of vehicles, and their ground truth.

    `prompt` are parties that have the short window for every report (domain 3.3: dismantlers). `lost` holds the ids
    of reports that never arrived: those of silent firms, and those in transit when the run ends.
    """

    def __init__(
        self,
        block: int,
        options: FleetOptions,
        parameters: FleetParameters,
        silent: frozenset[str],
        rng: Random,
        prompt: frozenset[str] = frozenset(),
    ) -> None:
        settings = parameters.reporting
        self.rng = rng
        self.rates, self._later = options.rates, options.later
        self._since = {name: section["since"] for name, section in parameters.defects.items() if "since" in section}
        self._silent = silent
        self._prompt = prompt
        self._prefix = f"f{options.seed}-{block}-"
        self._count = 0
        self.until = minute_of(options.until)
        self.launch = minute_of(parameters.fleet["launch"])
        self._backfill = parameters.fleet["backfill_days"] * MINUTES
        self._quick, self._slow = settings["quick_days"] * MINUTES, settings["slow_days"] * MINUTES
        self._late = [days * MINUTES for days in settings["late_days"]]
        self._repeats = settings["repeats"]
        self._again = [days * MINUTES for days in settings["again_days"]]
        self._rush, self._least = settings["rush_days"] * MINUTES, settings["least_minutes"]
        self._patience = settings["patience_days"] * MINUTES
        self._corrections = settings["corrections"]
        self.lines: list[str] = []
        self.types: Counter[str] = Counter()
        self.lost: set[str] = set()
        self.unreported: Counter[tuple[str, str]] = Counter()
        self._truth: list[Truth] = []

    def chance(self, name: str, minute: int = 0) -> bool:
        """Return whether this class of defect is planted here, at random by its rate at that minute."""
        rate = self.rates[name]
        if minute and name in self._since and minute / MINUTES / 365.25 + 2013 >= self._since[name]:
            rate = self._later[name]
        return rate > 0 and self.rng.random() < rate

    def is_corrected(self, minute: int) -> bool:
        """Return whether a report is wrong and corrected later; never in the back-fill, which arrives in no order."""
        return bool(minute >= self.launch and self.rng.random() < self._corrections)

    def has_passed(self, minute: int) -> bool:
        """Return whether all reports about that minute should have arrived by the end of the run."""
        return bool(max(minute, self.launch + self._backfill) + self._patience < self.until)

    def add(  # noqa: PLR0913 - the fields that every report has
        self, minute: int, type: str, reporter: str, body: str, step: str, *, about: Sequence[str] = (), place: str = ""
    ) -> str:
        """Add a report of an event at that minute; return its id. `about`: items for the truth if it is late."""
        self._count += 1
        id = f"{self._prefix}{self._count}"
        text = _report_text(minute, type, reporter, body, step, place)
        if reporter in self._silent:
            self.lost.add(id)
            self._record_unreported(minute, type, reporter, f'"id":"{id}",{text}')
            return id
        recorded, is_late = self._arrival(minute, step, is_quick=step in QUICK or reporter in self._prompt)
        if recorded >= self.until:
            self.lost.add(id)
            return id
        rest = f'","id":"{id}",{text}'
        self.lines.append(f'{{"recorded":"{text_of(recorded)}{rest}')
        self.types[type] += 1
        if self.rng.random() < self._repeats and step not in DUTIES and type in ("transferred", "inspected"):
            again = recorded + self._again[0] + int(self.rng.random() * (self._again[1] - self._again[0]))
            if again < self.until:
                self.lines.append(f'{{"recorded":"{text_of(again)}{rest}')
                self.types["repeated"] += 1
        if is_late:
            self.record_truth("late_report", about, [reporter], (minute, recorded), [id])
        return id

    def _arrival(self, minute: int, step: str, *, is_quick: bool) -> tuple[int, bool]:
        chance = self.rng.random()
        if minute < self.launch:
            return self.launch + int(chance * self._backfill), False
        if minute + self._slow >= self.until:
            # at the end of the run all reports take one day, so that no report arrives without the ones before it
            return minute + self._rush, False
        if step not in DUTIES:
            return minute + self._least + int(chance * self._quick), False
        if self.chance("late_report"):
            late = minute + self._late[0] + int(chance * (self._late[1] - self._late[0]))
            if late < self.until:
                return late, True
        return minute + self._least + int(chance * (self._quick if is_quick else self._slow)), False

    def _record_unreported(self, minute: int, type: str, reporter: str, text: str) -> None:
        """Record in the truth the report that a silent firm did not send."""
        if minute + self._rush >= self.until:
            return
        self.unreported[reporter, type] += 1
        report = orjson.loads(f"{{{text}")
        self.record_truth(
            "unheard_report", items_named_in(report), [reporter], (minute, None), [], reported=False, report=report
        )

    def record_truth(
        self,
        name: str,
        items: Sequence[str],
        parties: Sequence[str],
        interval: tuple[int, int | None],
        events: Sequence[str],
        **more: object,
    ) -> None:
        """Record a planted defect: its class, items, parties, interval in minutes, and the reports that show it.

        `more` may hold `also` (other finding kinds that the same events cause), `first_refusable` (the report of
        the first hand-over that could have been refused) and `reported` (False: no event shows the defect).
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
        """Return the planted defects of which all reports arrived."""
        lost = self.lost
        return [document for document in self._truth if lost.isdisjoint(document["events"])]
