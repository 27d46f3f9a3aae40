"""Discrete-event simulation of one block of vehicles: scheduled actions, stocks, and hand-overs."""

from __future__ import annotations

import heapq
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from lineage.synthetic.fleet.enterprises import Firm, Firms
from lineage.synthetic.fleet.identifier_pools import IdentifierPools
from lineage.synthetic.fleet.minutes import MINUTES, minute_of
from lineage.synthetic.fleet.options import FleetOptions
from lineage.synthetic.fleet.parameters import FleetParameters
from lineage.synthetic.fleet.report_stream import ReportStream, json_list
from lineage.synthetic.fleet.vehicle_mix import Design, Mix

DAY: Final = MINUTES
YEAR: Final = round(365.25 * MINUTES)


@dataclass(slots=True)
class Pack:
    """A pack; `modules` changes with repairs, `made` is a minute."""

    id: str
    maker: Firm
    design: Design
    modules: list[str]
    made: int


@dataclass(slots=True)
class Vehicle:
    """A vehicle and its installed packs. `is_done`: no further events; `is_quiet`: no sightings.

    There are no sightings before the minute `ready` either, while it is in repair.
    """

    vin: str
    maker: Firm
    province: str
    owner: str
    design: Design
    packs: list[Pack]
    built: int
    operator: Firm | None = None
    is_done: bool = False
    is_quiet: bool = False
    ready: int = 0


class Waste(NamedTuple):
    """A pack, a module or a lot of scrap that is to be recycled."""

    id: str
    kg: float
    kwh: float
    chemistry: str
    is_pack: bool = True


@dataclass(slots=True)
class Material:
    """A lot of recovered metal in a maker's stock: since which minute, how many kg are left, the event that made it."""

    id: str
    since: int
    kg: float
    whole: float
    made_by: str


@dataclass
class FleetContext:
    """The data that all blocks have in common. `cases` counts the defects still to be planted, by class."""

    parameters: FleetParameters
    options: FleetOptions
    firms: Firms
    mix: Mix
    silent: frozenset[str]
    cells: float
    cases: dict[str, int]


class Simulation:
    """One block: its random source, identifiers, reports, and scheduled actions."""

    def __init__(self, context: FleetContext, block: int, rng: Random) -> None:
        self.context = context
        self.parameters, self.options, self.firms = context.parameters, context.options, context.firms
        self.rng, self.block = rng, block
        self.identifiers = IdentifierPools(block)
        prompt = frozenset(firm.id for group in context.firms.dismantlers.values() for firm in group)
        self.reports = ReportStream(block, context.options, context.parameters, context.silent, rng, prompt)
        self.coded_from = minute_of(context.parameters.fleet["coded_from"])
        self.vehicles: list[Vehicle] = []
        self.batches: dict[tuple[str, str], tuple[str, int]] = {}
        self.materials: dict[tuple[str, str], list[Material]] = defaultdict(list)
        self.waste: dict[str, list[Waste]] = defaultdict(list)
        self.pool: dict[tuple[str, str], list[tuple[int, Pack]]] = defaultdict(list)
        self.lots = 0
        self.overdrawn: list[tuple[Material, str, int]] = []
        self.last_claim: tuple[str, str, str] | None = None
        self._due: list[tuple[int, int, Callable[[int], None]]] = []
        self._number = 0

    def at(self, minute: int, action: Callable[[int], None]) -> None:
        """Schedule an action at that minute; it is dropped if the run ends before."""
        if minute < self.reports.until:
            self._number += 1
            heapq.heappush(self._due, (minute, self._number, action))

    def run(self) -> None:
        """Run all scheduled actions in the order of their minutes."""
        while self._due:
            minute, _, action = heapq.heappop(self._due)
            action(minute)

    def between(self, least: float, most: float) -> int:
        """Return a random number of minutes between `least` and `most` days."""
        return int((least + (most - least) * self.rng.random()) * DAY)

    def wait(self, name: str) -> int:
        """Return a number of minutes for the parameter `days.<name>`: fixed, or random in its range."""
        days = self.parameters.days[name]
        return int(days * DAY) if isinstance(days, int | float) else self.between(days[0], days[1])

    def one_of(self, firms: Sequence[Firm]) -> Firm:
        return firms[int(self.rng.random() * len(firms))]

    def recycler(self) -> Firm:
        return self.firms.recyclers[bisect(self.firms.recycler_sums, self.rng.random())]

    def lot(self, firm: Firm, what: str) -> str:
        """Return the id of a new lot of that firm."""
        self.lots += 1
        return f"lot:{firm.id}:{self.block}-{self.lots}-{what}"

    def has_case(self, name: str, minute: int) -> bool:
        """Return whether a case of this class is planted here, and count it as planted."""
        if self.context.cases.get(name, 0) <= 0 or not self.reports.has_passed(minute):
            return False
        self.context.cases[name] -= 1
        return True

    def hand_over(self, minute: int, items: Sequence[str], giver: str, taker: str, step: str) -> tuple[str, str]:
        """Report a hand-over by both sides, the taker `days.receipt` later; return the ids of the two events."""
        body = f'"items":{json_list(items)},"giver":"{giver}","taker":"{taker}","side":'
        given = self.reports.add(minute, "transferred", giver, body + '"giver"', step, about=items)
        received = minute + self.wait("receipt")
        return given, self.reports.add(received, "transferred", taker, body + '"taker"', step, about=items)

    def pass_on(self, minute: int, items: Sequence[str], giver: str, taker: str, step: str) -> bool:
        """Report a hand-over of which a side may be missing; return whether the receipt was reported."""
        reports = self.reports
        if not reports.has_passed(minute):
            self.hand_over(minute, items, giver, taker, step)
            return True
        body = f'"items":{json_list(items)},"giver":"{giver}","taker":"{taker}","side":'
        if reports.chance("handover_without_receipt"):
            event_id = reports.add(minute, "transferred", giver, body + '"giver"', step, about=items)
            reports.record_truth("handover_without_receipt", items, [giver, taker], (minute, None), [event_id])
            return False
        if reports.chance("receipt_without_handover"):
            received = minute + self.wait("receipt")
            event_id = reports.add(received, "transferred", taker, body + '"taker"', step, about=items)
            reports.record_truth("receipt_without_handover", items, [giver, taker], (received, None), [event_id])
            return True
        self.hand_over(minute, items, giver, taker, step)
        return True

    def hand_over_reported_once(
        self, minute: int, item: str, parties: tuple[str, str], reporter: str, step: str, place: str
    ) -> str:
        """Report a hand-over with a private owner, both sides by the enterprise; `parties` are giver and taker."""
        body = f'"items":["{item}"],"giver":"{parties[0]}","taker":"{parties[1]}","rights":"both"'
        return self.reports.add(minute, "transferred", reporter, body, step, about=[item], place=place)
