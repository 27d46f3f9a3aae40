"""The parts of a case worked out by hand, and short ways to write its answer.

Every event happens on New Year's Day of its year (UTC+08:00); equal years are equal times. `expected` holds the
fields of the answer that the case is about; for `holdings` it is the whole answer, for `event_status` the status
of the event, for `named` the set of items. Runs on the reference and on every store alike.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.builders import (
    Json,
    lot,
    vin,
)

C1, C2, C3 = "urn:x:c1", "urn:x:c2", "urn:x:c3"
M1, M2 = "urn:x:m1", "urn:x:m2"
P1, P2, P3 = "urn:x:p1", "urn:x:p2", "urn:x:p3"
V1, V2 = vin(1), vin(2)
LOT = lot(1)


@dataclass(frozen=True)
class Case:
    """`ask` is the name of a method of the reference's `Oracle`, `given` its arguments."""

    name: str
    events: list[Json]
    ask: str
    given: dict[str, Any]
    expected: Any
    known_at: str | None = None


@dataclass
class Table:
    """Cases that share a history."""

    cases: list[Case] = field(default_factory=list)

    def add(
        self, name: str, events: list[Json], ask: str, expected: object, known: str | None = None, **given: object
    ) -> None:
        self.cases.append(Case(name, events, ask, given, expected, known))


def on(year: int) -> str:
    return f"{year}-01-01"


def moment(year: int | None) -> str | None:
    """New Year's Day in China, as answers write it."""
    return None if year is None else f"{year - 1}-12-31T16:00:00.000Z"


def item(name: str, kind: str, distance: int, *windows: tuple[int | None, int | None]) -> Json:
    shown = [[moment(since), moment(until)] for since, until in windows]
    return {"id": name, "kind": kind, "distance": distance, "windows": shown}


def part_of(part: str, whole: str, since: int, until: int | None, *events: str) -> Json:
    ends = {"since": moment(since), "until": moment(until), "at": None}
    return {"type": "PART_OF", "source": part, "target": whole, **ends, "events": list(events)}


def became(source: str, output: str, year: int, *events: str) -> Json:
    ends = {"since": None, "until": None, "at": moment(year)}
    return {"type": "BECAME", "source": source, "target": output, **ends, "events": list(events)}


def node(name: str, kind: str, since: int | None, events: list[str], *parts: Json) -> Json:
    return {"id": name, "kind": kind, "since": moment(since), "events": events, "parts": list(parts)}


def segment(
    since: int, until: int | None, status: str, *holders: str, via: tuple[str, ...] = (), to: str | None = None
) -> Json:
    ends = {"since": moment(since), "until": moment(until)}
    return {**ends, "status": status, "holders": list(holders), "to": to, "via": list(via)}


def missing(name: str, layer: str, uncoded: int | None = None) -> Json:
    return {"item": name, "layer": layer, "uncoded": uncoded}


def steps(*edges: Json, window: tuple[int | None, int | None]) -> Json:
    return {"steps": list(edges), "window": [moment(window[0]), moment(window[1])]}
