"""Reads the reports of a fleet: each once, corrections applied, times parsed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

Json = dict[str, Any]


def within(moments: list[datetime], first: datetime, last: datetime) -> bool:
    """Return whether one of the sorted times lies between these two, ends included."""
    place = bisect_right(moments, last)
    return place > 0 and moments[place - 1] >= first


def named(event: Json) -> Iterator[str]:
    """Return the ids that the event names as item, part or output."""
    yield from event.get("parts", ())
    yield from (i if isinstance(i, str) else i["id"] for i in (*event.get("items", ()), *event.get("outputs", ())))


def standing(events: Iterable[Json]) -> list[Json]:
    """Each event once, with `at` and `known`; corrected ones out, replacements in."""
    once: dict[str, Json] = {}
    for event in events:
        once.setdefault(event["id"], event)
    gone = {e["target"] for e in once.values() if e["type"] == "corrected"}
    found = []
    for event in once.values():
        reported = event if event["type"] != "corrected" else event.get("replacement")
        if reported is not None and event["id"] not in gone:
            text = reported["time"] if "T" in reported["time"] else f"{reported['time']}T00:00:00+08:00"
            known = datetime.fromisoformat(event["recorded"])
            found.append({**reported, "id": event["id"], "at": datetime.fromisoformat(text), "known": known})
    return found
