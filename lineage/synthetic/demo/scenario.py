"""A builder for histories: one method for each kind of event, each report with the day on which it arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import NamedTuple

from lineage.synthetic.demo.parties import CAR_CODES, MAKER_CODES
from lineage.synthetic.identifiers import battery_code, second_life_code, vin

Document = dict[str, object]
Facts = dict[str, str]
When = date | str
"""A day; or text, `2022-06-14` or `2022-06-14T10:05`, read on China's clock."""


class DemoBatch(NamedTuple):
    """The events that arrive at one time: `recorded` is RFC 3339, the events do not hold it."""

    recorded: str
    events: list[Document]


@dataclass(frozen=True)
class PackDesign:
    """The design of a pack; masses and capacities are those of one cell, one module (0: none) and one pack."""

    model: str
    letter: str
    chemistry: str
    modules: int
    cells: int
    cell_kg: float
    cell_kwh: float
    module_kg: float
    pack_kg: float

    @property
    def pack_kwh(self) -> float:
        return round(max(self.modules, 1) * self.cells * self.cell_kwh, 2)


@dataclass(frozen=True)
class BuiltPack:
    """A new pack: the cells of each of its modules, under `""` where there are no modules."""

    id: str
    cells_of: dict[str, tuple[str, ...]]

    @property
    def modules(self) -> tuple[str, ...]:
        return tuple(module for module in self.cells_of if module)


class Scenario:
    """Collects reports; serial numbers, minutes and owners' tokens come from the random source that is passed in."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._serial = rng.randint(1_000, 8_000) * 100
        self._car = 900_000
        self._reports: list[tuple[datetime, Document]] = []

    def batches(self) -> list[DemoBatch]:
        """Return all reports so far in the order of arrival; within a batch in the order in which they were added."""
        arrived: dict[datetime, list[Document]] = {}
        for at, document in self._reports:
            arrived.setdefault(at, []).append(document)
        return [DemoBatch(at.isoformat(), arrived[at]) for at in sorted(arrived)]

    # Names

    def serial(self) -> int:
        """Return the next serial number; none is returned twice."""
        self._serial += 1
        return self._serial

    def battery(self, maker: str, design: PackDesign, level: str, day: date) -> str:
        """Return the code of a new cell, module or pack (`C`, `M`, `P`)."""
        return battery_code(
            f"{MAKER_CODES[maker]}{level}{design.letter}{level}1DEMA{design.model[-3:]}", day, self.serial()
        )

    def second_life(self, maker: str, letter: str, day: date) -> str:
        """Return the code of a pack in its second life."""
        return second_life_code(f"{MAKER_CODES[maker]}P{letter}S1", day, self.serial())

    def car(self, maker: str, year: int) -> str:
        """Return the VIN of a new car of that model year; serials lie far apart, easy to distinguish."""
        self._car += self.rng.randint(1_000, 9_000)
        return vin(*CAR_CODES[maker], year, self._car)

    def owner(self) -> str:
        """Return the token of a private owner."""
        return f"owner:{self.rng.getrandbits(48):012x}"

    def later(self, day: date, least: int, most: int) -> date:
        """Return a random day that is `least` to `most` days later."""
        return day + timedelta(days=self.rng.randint(least, most))

    # Events

    def report(
        self, kind: str, when: When, reporter: str, own: Mapping[str, object], *, arrives: str | None = None
    ) -> str:
        """Add one report and return its id; without `arrives` it comes in on the 15th of the next month."""
        text = when if isinstance(when, str) else when.isoformat()
        time = f"{text}:00+08:00" if "T" in text else text
        happened = date.fromisoformat(text[:10])
        month = (happened.replace(day=1) + timedelta(days=31)).replace(day=15)
        arrival = datetime.fromisoformat(f"{arrives or month}T09:00:00+08:00")
        event_id = f"demo-{len(self._reports) + 1:04d}"
        self._reports.append((arrival, {"id": event_id, "type": kind, "time": time, "reporter": reporter, **own}))
        return event_id

    def at(self, day: date, hour: int) -> str:
        """Return a random minute of that hour, without offset."""
        return f"{day.isoformat()}T{hour:02d}:{self.rng.randint(0, 59):02d}"

    def make(self, day: date, maker: str, step: str, items: Iterable[Document]) -> None:
        """Report new items, which the maker holds."""
        self.report("produced", day, maker, {"step": step, "items": [{**item, "maker": maker} for item in items]})

    def put_in(self, when: When, reporter: str, whole: str, parts: Sequence[str], step: str) -> str:
        """Report that parts are put into a whole; return the id of the event."""
        return self.report("assembled", when, reporter, {"step": step, "whole": whole, "parts": [*parts]})

    def take_out(self, when: When, reporter: str, whole: str, parts: Sequence[str], step: str) -> str:
        """Report that parts leave a whole and stay with the reporter; return the id of the event."""
        own: Document = {"step": step, "whole": whole, "parts": [*parts], "custodian": reporter}
        return self.report("disassembled", when, reporter, own)

    def hand_over(self, day: date, items: Sequence[str], giver: str, taker: str, *, step: str) -> None:
        """Report a hand-over: each enterprise its side, the taker a day later; for a private owner one reports both."""
        own: Document = {"step": step, "items": [*items], "giver": giver, "taker": taker, "rights": "both"}
        private = [party for party in (giver, taker) if party.startswith("owner:")]
        if private:
            reporter = taker if giver in private else giver
            self.report("transferred", self.at(day, 10), reporter, {**own, "evidence": proof("contract", *items)})
            return
        self.report("transferred", self.at(day, 10), giver, {**own, "side": "giver"})
        self.report("transferred", self.at(day + timedelta(days=1), 15), taker, {**own, "side": "taker"})

    def change(
        self, when: When, reporter: str, inputs: Sequence[tuple[str, float]], outputs: Sequence[Document], step: str
    ) -> str:
        """Report that inputs (id and kg) become outputs; return the id of the event."""
        consumed = [{"id": item, "mass_kg": mass} for item, mass in inputs]
        return self.report("transformed", when, reporter, {"step": step, "inputs": consumed, "outputs": [*outputs]})

    def look_at(
        self, when: When, reporter: str, items: Sequence[str], findings: Mapping[str, object], **where: str
    ) -> str:
        """Report an inspection; `where` may hold `inside`, `place` and `step`; return the id of the event."""
        return self.report("inspected", when, reporter, {**where, "items": [*items], "findings": findings})

    def end(self, when: When, reporter: str, item: str, reason: str, step: str) -> None:
        """Report the end of an item, with a certificate."""
        own: Document = {"step": step, "items": [item], "reason": reason, "evidence": proof("certificate", item)}
        self.report("ended", when, reporter, own)


def proof(kind: str, *about: str) -> list[Document]:
    """Return evidence: an invented document and its digest."""
    ref = f"urn:demo:{kind}:{'+'.join(about)}"
    return [{"kind": kind, "ref": ref, "sha256": sha256(ref.encode()).hexdigest()}]


def product(item: str, kind: str, design: PackDesign, mass_kg: float, capacity_kwh: float) -> Document:
    """Return the entry of a cell, module or pack in `produced` or `transformed`."""
    return {
        "id": item,
        "kind": kind,
        "model": design.model,
        "batch": f"{design.model}-{item[14:17]}",
        "chemistry": design.chemistry,
        "mass_kg": mass_kg,
        "capacity_kwh": capacity_kwh,
    }


def lot(party: str, number: str, model: str, mass_kg: float) -> Document:
    """Return the entry of a material lot in `produced` or `transformed`."""
    return {"id": f"lot:{party}:{number}", "kind": "lot", "model": model, "mass_kg": mass_kg}
