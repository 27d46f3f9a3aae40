"""Hypothesis: histories that rules and findings have an opinion of, each event with the time it was recorded.

A story of `tests.histories` is taken, and its events get steps, places, masses and batches; items get codes that may be
misread or bear a date; parties are enrolled with roles, permits and a status; reports come late.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests import builders as b
from tests.builders import Json
from tests.finding_cases import FINDING_CASES
from tests.histories import KINDS, PARTIES, histories

TWINS = (b.battery_code(7, "pack", maker="0B5"), b.battery_code(7, "pack", maker="0B5").replace("0B5", "OB5"))
CODES = {
    "urn:x:p1": TWINS[0],
    "urn:x:p2": TWINS[1],
    "urn:x:m1": b.second_life_code(1, "module"),
    "urn:x:c1": b.battery_code(5, "cell", day="2024-03-01"),
    "urn:x:v2": b.vin(2),
}
STEPS: dict[str, tuple[str | None, ...]] = {
    "produced": (None, "vehicle_production", "import", "registration", "second_life_production"),
    "assembled": (None, None, "vehicle_production", "repair", "replacement", "second_life_production"),
    "disassembled": (None, "removal", "scrapping", "repair"),
    "transferred": (None, "sale", "collection", "collection", "scrapping", "second_life_sale", "repair"),
    "transformed": (None, "recycling", "second_life_production"),
    "inspected": (None, "registration", "registration"),
    "ended": (None, "scrapping", "disposal"),
}
ROLES = ("BATTERY_MAKER", "VEHICLE_MAKER", "SELLER", "REPAIRER", "OUTLET", "DISMANTLER", "ECHELON", "RECYCLER",
         "EBIKE_MAKER")  # fmt: skip
REGIONS = ("440300", "110000", "440100", "310000")
PERMITS = ("comprehensive_utilisation", "dismantling")
HEIRLESS, HEIRS = ("dissolved", f"dissolved, taken over by {b.WORKS}")
_MASSES = (1, 10, 10.4, 12, 400)


def _detail(draw: st.DrawFn, event: Json) -> Json:
    """The same event with what a rule looks at."""
    found = dict(event)
    step = draw(st.sampled_from(STEPS.get(event["type"], (None,))))
    if step is not None:
        found["step"] = step
    if draw(st.booleans()):
        found["place"] = draw(st.sampled_from(REGIONS))
    if draw(st.integers(0, 2)) == 0:
        found["time"] = _at_an_hour(event["time"], draw(st.integers(0, 23)))
    for field in ("items", "inputs", "outputs"):
        if field in event:
            found[field] = [_declared(draw, row) if isinstance(row, dict) else row for row in event[field]]
    if "replacement" in event:
        found["replacement"] = _detail(draw, event["replacement"])
    return found


def _at_an_hour(time: str, hour: int) -> str:
    return time if len(time) > 10 else f"{time}T{hour:02}:30:00+08:00"


def _declared(draw: st.DrawFn, row: Json) -> Json:
    found = dict(row)
    if draw(st.integers(0, 2)) == 0:
        found["mass_kg"] = draw(st.sampled_from(_MASSES))
    if "kind" in row and draw(st.integers(0, 2)) == 0:
        found["batch"] = draw(st.sampled_from(("B-1", "B-2")))
    if "kind" in row and draw(st.integers(0, 3)) == 0:
        found["maker"] = draw(st.sampled_from(PARTIES))
    if row.get("kind") in ("cell", "module", "pack") and draw(st.integers(0, 4)) == 0:
        found["chemistry"] = draw(st.sampled_from(("LFP", "NCM523")))
    return found


def _enrolment(draw: st.DrawFn, number: int) -> Json:
    roles = draw(st.lists(st.sampled_from(ROLES), max_size=2, unique=True))
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        permit: Json = {"kind": draw(st.sampled_from(PERMITS)), "valid_from": "2020-01-01"}
        if draw(st.booleans()):
            permit["valid_until"] = "2024-02-01"
        if draw(st.booleans()):
            permit["capacity_kg_per_year"] = draw(st.sampled_from((100, 1_000)))
        more["permits"] = [permit]
    if draw(st.integers(0, 3)) == 0:
        more["region"] = draw(st.sampled_from(REGIONS))
    if draw(st.integers(0, 5)) == 0:
        more["status"] = draw(st.sampled_from((HEIRLESS, HEIRS)))
    time = draw(st.sampled_from(("2019-01-01", "2019-01-01", "2024-01-10")))
    return b.enrolled(draw(st.sampled_from(PARTIES)), *roles, time=time, event_id=f"who{number}", **more)


@st.composite
def compliance_histories(draw: st.DrawFn, max_events: int = 16) -> list[Json]:
    """Events with ids and `recorded`, in the order of `recorded`."""
    story = draw(histories(max_events=max_events, wild=draw(st.booleans())))
    events = [_enrolment(draw, number) for number in range(draw(st.integers(0, 5)))]
    events += [_detail(draw, event) for event in story]
    coded = [item for item in CODES if draw(st.booleans())]
    text = json.dumps(events)
    for item in coded:
        text = text.replace(json.dumps(item), json.dumps(CODES[item]))
    return sorted(_recorded(draw, json.loads(text)), key=lambda event: (event["recorded"], event["id"]))


@st.composite
def entangled_cases(draw: st.DrawFn) -> list[Json]:
    """Some of the wrong histories of `tests.finding_cases` at once, in part about the same items, some explained."""
    cases = draw(st.lists(st.sampled_from(FINDING_CASES), min_size=1, max_size=3, unique_by=id))
    events = [_enrolment(draw, number) for number in range(draw(st.integers(0, 4)))]
    items: list[str] = []
    for case in cases:
        told = [*case.history, *(case.corrections if draw(st.booleans()) else [])]
        mine = sorted({item for event in told for item in items_of(event)})
        text = json.dumps(told)
        for item in mine:
            if items and draw(st.integers(0, 2)) == 0:
                text = text.replace(json.dumps(item), json.dumps(draw(st.sampled_from(items))))
        events += [event for event in json.loads(text) if is_valid(event)]
        items += mine
    ids: dict[str, Json] = {}
    for event in events:
        ids.setdefault(event["id"], _detail(draw, event) if draw(st.integers(0, 2)) == 0 else event)
    found = _recorded(draw, list(ids.values()))
    return sorted(found, key=lambda event: (event["recorded"], event["id"]))


def items_of(event: Json) -> list[str]:
    """Every item that an event names, its replacement's left out."""
    listed = [row for field in ("items", "parts", "inputs", "outputs") for row in event.get(field, ())]
    return [*([event["whole"]] if "whole" in event else []), *(r["id"] if isinstance(r, dict) else r for r in listed)]


def is_valid(event: Json) -> bool:
    """Whether it names no item twice, a replacement neither."""
    items = items_of(event)
    return len(set(items)) == len(items) and ("replacement" not in event or is_valid(event["replacement"]))


def _recorded(draw: st.DrawFn, events: list[Json]) -> list[Json]:
    """Soon after it happened, or weeks and months later."""
    found = []
    for event in events:
        day = datetime.fromisoformat(event["time"]).replace(tzinfo=UTC)
        late = draw(st.sampled_from((1, 1, 2, 20, 60, 120)))
        hour = draw(st.integers(0, 23))
        found.append({**event, "recorded": (day + timedelta(days=late, hours=hour)).isoformat()})
    return found


KINDS_BY_CODE = {CODES.get(item, item): kind for item, kind in KINDS.items()}
