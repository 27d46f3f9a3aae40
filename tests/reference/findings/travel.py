"""Findings about where an item was: in two provinces, closer in time than anything travels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import acos, cos, radians, sin

from tests.reference.findings.finding import Finding, finding
from tests.reference.world import HOUR, World, is_date

EARTH_KM, NEAR_KM, KM_PER_HOUR = 6371, 400, 900

# Degrees north and east of the capitals, by the first two digits of a region (docs/findings.md).
_TABLE = """
11 39.9 116.4  12 39.1 117.2  13 38.0 114.5  14 37.9 112.5  15 40.8 111.7  21 41.8 123.4  22 43.9 125.3
23 45.8 126.5  31 31.2 121.5  32 32.1 118.8  33 30.3 120.2  34 31.8 117.2  35 26.1 119.3  36 28.7 115.9
37 36.7 117.0  41 34.7 113.6  42 30.6 114.3  43 28.2 113.0  44 23.1 113.3  45 22.8 108.4  46 20.0 110.3
50 29.6 106.6  51 30.7 104.1  52 26.6 106.6  53 25.0 102.7  54 29.7 91.1   61 34.3 108.9  62 36.1 103.8
63 36.6 101.8  64 38.5 106.2  65 43.8 87.6   71 25.0 121.5  81 22.3 114.2  82 22.2 113.5
"""
_CELLS = _TABLE.split()
CAPITALS = {
    code: (radians(float(north)), radians(float(east)))
    for code, north, east in zip(_CELLS[::3], _CELLS[1::3], _CELLS[2::3], strict=True)
}


def least_hours(one: str, other: str) -> float:
    """Between two regions; none within a province and between near ones."""
    if one[:2] == other[:2]:
        return 0.0
    (north, east), (north2, east2) = CAPITALS[one[:2]], CAPITALS[other[:2]]
    cosine = sin(north) * sin(north2) + cos(north) * cos(north2) * cos(east - east2)
    return max(acos(min(1.0, cosine)) * EARTH_KM - NEAR_KM, 0.0) / KM_PER_HOUR


def travel(world: World, item: str) -> Iterator[Finding]:
    if world.lot(item):
        return
    placed = [event for event in world.of(item) if event.region[:2] in CAPITALS and not is_date(event.time)]
    for one, other in pairwise(placed):
        if least_hours(one.region, other.region) * HOUR > other.time - one.time:
            yield finding(world, "impossible_travel", [item], [one.id, other.id], one.time, other.time)
