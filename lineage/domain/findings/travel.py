"""Findings about places: in two provinces, closer in time than anything travels (contract 7)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import acos, cos, radians, sin
from typing import Final

from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings.model import Finding, ItemEvidence, is_bare_date

HOUR: Final = 3_600_000
KM_PER_HOUR: Final = 900
"""The speed of the fastest transport that carries a battery."""
WIDTH_KM: Final = 400
"""Kilometres by which two places of two provinces may be closer than their capitals."""
EARTH_RADIUS_KM: Final = 6371

CAPITALS: Final = {
    "11": (39.9, 116.4), "12": (39.1, 117.2), "13": (38.0, 114.5), "14": (37.9, 112.5), "15": (40.8, 111.7),
    "21": (41.8, 123.4), "22": (43.9, 125.3), "23": (45.8, 126.5), "31": (31.2, 121.5), "32": (32.1, 118.8),
    "33": (30.3, 120.2), "34": (31.8, 117.2), "35": (26.1, 119.3), "36": (28.7, 115.9), "37": (36.7, 117.0),
    "41": (34.7, 113.6), "42": (30.6, 114.3), "43": (28.2, 113.0), "44": (23.1, 113.3), "45": (22.8, 108.4),
    "46": (20.0, 110.3), "50": (29.6, 106.6), "51": (30.7, 104.1), "52": (26.6, 106.6), "53": (25.0, 102.7),
    "54": (29.7, 91.1), "61": (34.3, 108.9), "62": (36.1, 103.8), "63": (36.6, 101.8), "64": (38.5, 106.2),
    "65": (43.8, 87.6), "71": (25.0, 121.5), "81": (22.3, 114.2), "82": (22.2, 113.5),
}  # fmt: skip
"""Latitude and longitude of the capital of each province, by the first two digits of a GB/T 2260 code."""


def impossible_travel(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield each pair of consecutive reports between which the item cannot have travelled."""
    if evidence.facts.is_lot:
        return
    located: list[StoredEvent] = []
    for mention in evidence.mentions:
        event = evidence.event(mention.event)
        if event is not None and event.region[:2] in CAPITALS and not is_bare_date(event.time):
            located.append(event)
    for earlier, later in pairwise(located):
        if hours_between(earlier.region, later.region) * HOUR > later.time - earlier.time:
            details = {"one": earlier.region, "other": later.region}
            interval = (earlier.time, later.time)
            yield evidence.finding("impossible_travel", [earlier.id, later.id], interval, details=details)


def hours_between(origin: str, destination: str) -> float:
    """Return the least time from one region to another, in hours; 0 within a province or between near ones.

    >>> round(hours_between("440300", "110000"), 1)
    1.7
    """
    if origin[:2] == destination[:2]:
        return 0.0
    (lat, lon), (lat2, lon2) = CAPITALS[origin[:2]], CAPITALS[destination[:2]]
    a, b = radians(lat), radians(lat2)
    arc = acos(min(1.0, sin(a) * sin(b) + cos(a) * cos(b) * cos(radians(lon - lon2))))
    return max(arc * EARTH_RADIUS_KM - WIDTH_KM, 0) / KM_PER_HOUR
