"""The world in which a block of vehicles lives: what is due next, who holds which stock, and hand-overs."""

from __future__ import annotations

import heapq
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from lineage.synthetic.fleet.enterprises import Firm, Firms
from lineage.synthetic.fleet.identifier_pools import Names
from lineage.synthetic.fleet.minutes import MINUTES, minute_of
from lineage.synthetic.fleet.options import FleetOptions
from lineage.synthetic.fleet.parameters import Parameters
from lineage.synthetic.fleet.report_stream import Teller, listed
from lineage.synthetic.fleet.vehicle_mix import Design, Mix

DAY: Final = MINUTES
YEAR: Final = round(365.25 * MINUTES)


@dataclass(slots=True)
class Pack:
    """A pack as it left its maker; `modules` changes with repairs."""

    id: str
    maker: Firm
    design: Design
    modules: list[str]
    made: int


@dataclass(slots=True)
class Vehicle:
    """A vehicle and what is in it. `is_done`: nothing of it is reported from now on; `is_quiet`: no sighting.

    Nor is it seen before `ready`, while it is in the shop.
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
    """What is on its way to be recycled: a pack, a module or a lot of scrap."""

    id: str
    kg: float
    kwh: float
    chemistry: str
    is_pack: bool = True


@dataclass(slots=True)
class Material:
    """A lot of recovered metal in a maker's store: since when, how much is left, and what made it."""

    id: str
    since: int
    kg: float
    whole: float
    made_by: str


@dataclass
class Common:
    """What all blocks share. `cases` counts what is still to be planted so many times in the fleet."""

    parameters: Parameters
    dials: FleetOptions
    firms: Firms
    mix: Mix
    silent: frozenset[str]
    cells: float
    cases: dict[str, int]


class World:
    """One block: its dice, its names, its reports, and what is due."""

    def __init__(self, common: Common, block: int, dice: Random) -> None:
        self.common = common
        self.parameters, self.dials, self.firms = common.parameters, common.dials, common.firms
        self.dice, self.block = dice, block
        self.names = Names(block)
        prompt = frozenset(firm.id for group in common.firms.dismantlers.values() for firm in group)
        self.teller = Teller(block, common.dials, common.parameters, common.silent, dice, prompt)
        self.coded_from = minute_of(common.parameters.fleet["coded_from"])
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

    def at(self, minute: int, deed: Callable[[int], None]) -> None:
        """Let something happen at that minute, unless the run is over by then."""
        if minute < self.teller.until:
            self._number += 1
            heapq.heappush(self._due, (minute, self._number, deed))

    def run(self) -> None:
        """Let everything happen, in order."""
        while self._due:
            minute, _, deed = heapq.heappop(self._due)
            deed(minute)

    def between(self, least: float, most: float) -> int:
        """Return a number of minutes, of days from and to."""
        return int((least + (most - least) * self.dice.random()) * DAY)

    def wait(self, name: str) -> int:
        """Return a number of minutes, of the days that the parameters give for this: one, or from and to."""
        days = self.parameters.days[name]
        return int(days * DAY) if isinstance(days, int | float) else self.between(days[0], days[1])

    def one_of(self, firms: Sequence[Firm]) -> Firm:
        return firms[int(self.dice.random() * len(firms))]

    def recycler(self) -> Firm:
        return self.firms.recyclers[bisect(self.firms.recycler_sums, self.dice.random())]

    def lot(self, firm: Firm, what: str) -> str:
        """Return the id of a new lot of that firm."""
        self.lots += 1
        return f"lot:{firm.id}:{self.block}-{self.lots}-{what}"

    def has_case(self, name: str, minute: int) -> bool:
        """Return whether one of the cases of this class is to be planted here, and count it."""
        if self.common.cases.get(name, 0) <= 0 or not self.teller.has_passed(minute):
            return False
        self.common.cases[name] -= 1
        return True

    def hand_over(self, minute: int, items: Sequence[str], giver: str, taker: str, step: str) -> tuple[str, str]:
        """Both tell their side, the taker a day or two later; return their reports."""
        body = f'"items":{listed(items)},"giver":"{giver}","taker":"{taker}","side":'
        given = self.teller.tell(minute, "transferred", giver, body + '"giver"', step, about=items)
        received = minute + self.wait("receipt")
        return given, self.teller.tell(received, "transferred", taker, body + '"taker"', step, about=items)

    def pass_on(self, minute: int, items: Sequence[str], giver: str, taker: str, step: str) -> bool:
        """A hand-over of packs, in which a side may be missing; return whether the receipt was told."""
        teller = self.teller
        if not teller.has_passed(minute):
            self.hand_over(minute, items, giver, taker, step)
            return True
        body = f'"items":{listed(items)},"giver":"{giver}","taker":"{taker}","side":'
        if teller.chance("handover_without_receipt"):
            told = teller.tell(minute, "transferred", giver, body + '"giver"', step, about=items)
            teller.true("handover_without_receipt", items, [giver, taker], (minute, None), [told])
            return False
        if teller.chance("receipt_without_handover"):
            received = minute + self.wait("receipt")
            told = teller.tell(received, "transferred", taker, body + '"taker"', step, about=items)
            teller.true("receipt_without_handover", items, [giver, taker], (received, None), [told])
            return True
        self.hand_over(minute, items, giver, taker, step)
        return True

    def told_by_one(
        self, minute: int, item: str, parties: tuple[str, str], reporter: str, step: str, place: str
    ) -> str:
        """A hand-over to or from a private owner: the enterprise tells both sides; `parties` are giver and taker."""
        body = f'"items":["{item}"],"giver":"{parties[0]}","taker":"{parties[1]}","rights":"both"'
        return self.teller.tell(minute, "transferred", reporter, body, step, about=[item], place=place)
