"""Fleets for tests: small ones made in memory, in the order of arrival."""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

import orjson

from lineage.synthetic.fleet.generator import make_fleet
from lineage.synthetic.fleet.options import FleetOptions, read_rates, read_silence
from lineage.synthetic.fleet.parameters import read_parameters
from tests.parallel import run_folder

Json = dict[str, Any]
UNTIL = date(2026, 11, 1)
NATIONAL = 14_000
OFTEN = (
    "5,duplicate_pack_code=0.005,late_report=0.08,never_reported_sale=0.05,handover_without_receipt=0.04,repair_unreported=0.5,"
    "scrap_without_pack=0.2,dead_code_alive=0.5,second_life_without_parents=0.5,informal_retirement=0.1"
)
"""Rates at which every class shows in a small fleet."""


@dataclass
class Fleet:
    """`lines` sorted by arrival, `truth` as planted."""

    lines: list[str]
    truth: list[Json]

    def events(self) -> Iterator[Json]:
        return map(orjson.loads, self.lines)


def options(
    vehicles: int,
    *,
    seed: int = 1,
    defects: str = "1",
    silence: str = "none",
    uncoded: float = 0,
    until: date = UNTIL,
    cells: float | None = 0.02,
) -> FleetOptions:
    """The options of a run; cells one by one only of a few packs, as in a large fleet, unless stated otherwise."""
    parameters = read_parameters()
    rates, later = read_rates(defects, parameters)
    firms, repairs = read_silence(silence, parameters)
    return FleetOptions(vehicles, seed, until, rates, later, firms, repairs, uncoded, cells)


def fleet(context: FleetOptions) -> Fleet:
    """A whole fleet in memory; made once a run, by whichever of its processes needs it first."""
    name = sha256(repr(context).encode()).hexdigest()[:16]
    path = run_folder() / f"fleet-{name}.pickle"
    with open(path.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            found: Fleet = pickle.loads(path.read_bytes())
            return found
        made = generated(context)
        path.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        return made


def generated(context: FleetOptions) -> Fleet:
    """The same, always generated."""
    made = Fleet([], [])
    for block in make_fleet(context, read_parameters()):
        made.lines += block.lines
        made.truth += block.truth
    made.lines.sort()
    return made


@cache
def national() -> Fleet:
    """A fleet at base rates, large enough to be compared with the reference."""
    return fleet(options(NATIONAL, seed=11))
