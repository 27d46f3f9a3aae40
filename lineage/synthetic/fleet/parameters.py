"""Parameters of the simulation, read from `parameters.toml` in this package."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

Section = Mapping[str, Any]
"""A table of the file."""

FIRST_YEAR: Final = 2013
LAST_YEAR: Final = 2040


@dataclass(frozen=True)
class FleetParameters:
    """The tables of the file by name; `digest` is the SHA-256 of its bytes."""

    fleet: Section
    days: Section
    making: Section
    years: Mapping[int, Mapping[str, float]]
    producers: Section
    firms: Section
    provinces: Mapping[str, float]
    archetypes: Mapping[str, Section]
    cells: Section
    chemistry: Mapping[str, Section]
    grades: Mapping[str, Section]
    mass: Section
    recovery: Section
    life: Section
    after: Section
    outflow: Section
    compared: Section
    reporting: Section
    figures_2019: Section
    silence: Mapping[str, Mapping[str, float]]
    defects: Mapping[str, Section]
    digest: str


@cache
def read_parameters() -> FleetParameters:
    """Return the parameters that ship with the project."""
    raw = files("lineage.synthetic.fleet").joinpath("parameters.toml").read_bytes()
    document = tomllib.loads(raw.decode())
    document["years"] = {int(year): values for year, values in document["years"].items()}
    return FleetParameters(**document, digest=sha256(raw).hexdigest())


def value_in(series: Section, year: int) -> float:
    """Return the value of a series in a year: linear between the years given, constant outside of them.

    >>> value_in({"2014": 1.0, "2018": 3.0}, 2015)
    1.5
    """
    points = sorted((int(at), float(value)) for at, value in series.items())
    if year <= points[0][0]:
        return points[0][1]
    for (one, low), (other, high) in pairwise(points):
        if year <= other:
            return low + (high - low) * (year - one) / (other - one)
    return points[-1][1]


def by_year(series: Section) -> list[float]:
    """Return the values of a series, indexed by `year - FIRST_YEAR`."""
    return [value_in(series, year) for year in range(FIRST_YEAR, LAST_YEAR + 1)]


def sums(weights: Sequence[float]) -> list[float]:
    """Return the running sums of weights, scaled to end in 1, for a weighted choice with `bisect`."""
    whole = sum(weights)
    total, found = 0.0, []
    for weight in weights:
        total += weight
        found.append(total / whole)
    found[-1] = 1.0
    return found
