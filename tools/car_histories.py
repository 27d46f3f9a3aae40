"""Histories of many cars as a file of events, for measurements: in order of arrival, from a seed, of any length.

    python tools/car_histories.py --items 100000 cars.jsonl

A car is some 120 events about 106 items: 96 cells, 8 modules, a pack, a vehicle. It is sold, inspected, sometimes
repaired or retired and recycled. About one report in a hundred arrives late, one inspection in eight is corrected.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson

from lineage.domain.instants import CHINA
from lineage.synthetic.demo.parties import (
    GUIYUAN,
    QIAOSHOU,
    REGISTRY,
    XINGHE,
    XUNLI,
    YUANDAO,
    YUNFAN,
)
from lineage.synthetic.identifiers import NO_REGION, battery_code, vin

Json = dict[str, Any]

FIRST: Final = datetime(2019, 1, 2, 8, tzinfo=CHINA)
YEARS_OF_MAKING: Final = 3
MODULES: Final = 8
CELLS: Final = 12
ITEMS_A_CAR: Final = MODULES * CELLS + MODULES + 2
LATE: Final = 0.01


@dataclass
class Cars:
    """A generator of histories of about `items` items; `tray` is the number of cells in one production report."""

    items: int
    seed: int = 1
    tray: int = 1
    _heap: list[tuple[datetime, int, Json]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self._numbers = itertools.count(1)
        self._serials = itertools.count(1)

    @property
    def count(self) -> int:
        return max(1, round(self.items / ITEMS_A_CAR))

    def events(self) -> Iterator[Json]:
        """Yield every report in the order of arrival."""
        gap = timedelta(days=365 * YEARS_OF_MAKING) / self.count
        for number in range(self.count):
            start = FIRST + gap * number
            while self._heap and self._heap[0][0] < start:
                yield heapq.heappop(self._heap)[2]
            self._add_car(number, start)
        while self._heap:
            yield heapq.heappop(self._heap)[2]

    def add(
        self, event_type: str, time: datetime, reporter: str, *, after: timedelta = timedelta(), **own: object
    ) -> str:
        """Add a report that arrives `after` its event, or late at random; return its id."""
        number = next(self._numbers)
        if not after and self.rng.random() < LATE:
            after = timedelta(days=self.rng.uniform(0.1, 60))
        event_id = f"report-{number:07}"
        when = time.isoformat(timespec="seconds")
        event = {"id": event_id, "type": event_type, "time": when, "reporter": reporter, **own}
        heapq.heappush(self._heap, (time + after, number, event))
        return event_id

    # ---- one car

    def _add_car(self, number: int, start: datetime) -> None:
        pack, modules = self._pack(start)
        car = vin("LX9", "DEMA1", start.year, number)
        owner = f"owner:{self.rng.getrandbits(48):012x}"
        built = start + timedelta(days=9, seconds=7)
        self.hand_over(built - timedelta(days=4), [pack], XINGHE, YUNFAN, "delivery")
        self.make(built, YUNFAN, "vehicle_production", [{"id": car, "kind": "vehicle", "model": "Yunfan City"}])
        self.put_in(built + timedelta(seconds=60), YUNFAN, car, [pack], "vehicle_production")
        self.hand_over(built + timedelta(days=6), [car], YUNFAN, YUANDAO, "delivery")
        self.hand_over(built + timedelta(days=self.rng.randint(20, 90)), [car], YUANDAO, owner, "sale")
        for year in range(1, 5):
            self._inspection(built + timedelta(days=365 * year + self.rng.randint(0, 30)), car)
        if self.rng.random() < 0.15:
            self._repair(built + timedelta(days=self.rng.randint(400, 1100)), car, owner, pack, modules)
        if self.rng.random() < 0.1:
            self._retirement(built + timedelta(days=365 * 5 + self.rng.randint(0, 300)), car, owner, pack, number)

    def _pack(self, start: datetime) -> tuple[str, list[str]]:
        cells = [self.code("C", start) for _ in range(MODULES * CELLS)]
        made = [{"id": c, "kind": "cell", "chemistry": "NCM622", "mass_kg": 2.2, "capacity_kwh": 0.5475} for c in cells]
        for place in range(0, len(made), self.tray):
            self.make(start + timedelta(seconds=20 * place), XINGHE, "cell_production", made[place : place + self.tray])
        welded = start + timedelta(days=1, seconds=3)
        modules = [self.code("M", welded) for _ in range(MODULES)]
        for place, module in enumerate(modules):
            at = welded + timedelta(seconds=300 * place)
            self.make(at, XINGHE, "module_production", [{"id": module, "kind": "module", "model": "Xinghe City 013"}])
            inside = cells[place * CELLS :][:CELLS]
            self.put_in(at + timedelta(seconds=90), XINGHE, module, inside, "module_production")
        packed = start + timedelta(days=2, seconds=5)
        pack = self.code("P", packed)
        self.make(packed, XINGHE, "pack_production", [{"id": pack, "kind": "pack", "model": "Xinghe City 013"}])
        self.put_in(packed + timedelta(seconds=400), XINGHE, pack, modules, "pack_production")
        return pack, modules

    def _inspection(self, time: datetime, car: str) -> None:
        fields: Json = {"items": [car], "findings": {"soh_percent": round(self.rng.uniform(70, 99), 1)}}
        event_id = self.add("inspected", time, REGISTRY, step="inspection", place=NO_REGION, **fields)
        if self.rng.random() < 0.125:
            when = time.isoformat(timespec="seconds")
            meant = {"type": "inspected", "time": when, "reporter": REGISTRY, **fields, "step": "registration"}
            after = time + timedelta(days=self.rng.uniform(0.5, 40))
            self.add("corrected", after, REGISTRY, target=event_id, reason="wrong step", replacement=meant)

    def _repair(self, time: datetime, car: str, owner: str, pack: str, modules: list[str]) -> None:
        out, spare = self.rng.choice(modules), self.code("M", time)
        self.hand_over(time, [car], owner, QIAOSHOU, "repair")
        made = {"id": spare, "kind": "module", "maker": XINGHE}
        self.make(time + timedelta(minutes=5), QIAOSHOU, "replacement", [made])
        self.take_out(time + timedelta(minutes=30), QIAOSHOU, car, [pack], "repair")
        self.take_out(time + timedelta(minutes=60), QIAOSHOU, pack, [out], "replacement")
        self.put_in(time + timedelta(minutes=90), QIAOSHOU, pack, [spare], "replacement")
        self.put_in(time + timedelta(minutes=120), QIAOSHOU, car, [pack], "repair")
        self.hand_over(time + timedelta(minutes=150), [car], QIAOSHOU, owner, "repair")

    def _retirement(self, time: datetime, car: str, owner: str, pack: str, number: int) -> None:
        self.hand_over(time, [car], owner, GUIYUAN, "collection")
        self.take_out(time + timedelta(days=3), GUIYUAN, car, [pack], "scrapping")
        self.add("ended", time + timedelta(days=4), GUIYUAN, step="scrapping", items=[car], reason="scrapped")
        self.hand_over(time + timedelta(days=20), [pack], GUIYUAN, XUNLI, "collection")
        metals = ("LI", "NI", "CO")
        lots = [{"id": f"lot:{XUNLI}:{number}-{metal}", "kind": "lot", "mass_kg": 9.5} for metal in metals]
        gone: Json = {"step": "recycling", "inputs": [{"id": pack}], "outputs": lots}
        self.add("transformed", time + timedelta(days=30), XUNLI, **gone)

    # ---- events

    def code(self, level: str, made: datetime) -> str:
        return battery_code(f"9XH{level}E{level}1DEMA013", date(made.year, made.month, made.day), next(self._serials))

    def make(self, time: datetime, maker: str, step: str, items: list[Json]) -> None:
        self.add("produced", time, maker, step=step, items=items)

    def put_in(self, time: datetime, reporter: str, whole: str, parts: list[str], step: str) -> None:
        self.add("assembled", time, reporter, step=step, whole=whole, parts=parts)

    def take_out(self, time: datetime, reporter: str, whole: str, parts: list[str], step: str) -> None:
        self.add("disassembled", time, reporter, step=step, whole=whole, parts=parts, custodian=reporter)

    def hand_over(self, time: datetime, items: list[str], giver: str, taker: str, step: str) -> None:
        """Report a hand-over by the giver for both sides or, in three cases of ten, by each for its own side."""
        fields: Json = {"items": items, "giver": giver, "taker": taker, "step": step}
        if self.rng.random() < 0.3 and not taker.startswith("owner:"):
            self.add("transferred", time, giver, side="giver", **fields)
            self.add("transferred", time + timedelta(hours=1), taker, side="taker", **fields)
        else:
            self.add("transferred", time, giver, **fields)


def write(path: Path, cars: Cars) -> int:
    """Write the histories as lines; return the number of events."""
    count = 0
    with path.open("wb") as file:
        for event in cars.events():
            file.write(orjson.dumps(event) + b"\n")
            count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description="Write histories of cars as events.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tray", type=int, default=1, help="cells that one report names")
    options = parser.parse_args()
    cars = Cars(options.items, options.seed, options.tray)
    print(f"{write(options.file, cars):,} events about {cars.count * ITEMS_A_CAR:,} items")


if __name__ == "__main__":
    main()
