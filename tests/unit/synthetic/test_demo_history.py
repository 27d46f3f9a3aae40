"""The demonstration's history: the same for everybody, accepted as it is, and believable."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import pytest

from lineage.domain.events.reading import read_event
from lineage.domain.instants import parse_instant
from lineage.synthetic.demo.history import DemoBatch, demo_facts, demo_history
from tests.paths import ROOT

DIGEST = """
import hashlib, json
from lineage.synthetic.demo.history import demo_facts, demo_history
print(hashlib.sha256(json.dumps([demo_history(7), vars(demo_facts(7))]).encode()).hexdigest())
"""

Document = dict[str, Any]


@pytest.fixture(scope="module")
def batches() -> list[DemoBatch]:
    return demo_history()


@pytest.fixture(scope="module")
def events(batches: list[DemoBatch]) -> list[Document]:
    return [event for batch in batches for event in batch.events]


@pytest.mark.parametrize("salt", ["0", "1", "4711"])
def test_the_same_seed_gives_the_same_bytes_in_every_process(salt: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": salt, "PYTHONPATH": str(ROOT)}
    reported = subprocess.run(
        [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True
    )
    here = json.dumps([demo_history(7), vars(demo_facts(7))])
    assert reported.stdout.strip() == sha256(here.encode()).hexdigest()


def test_another_seed_gives_other_identifiers() -> None:
    assert not set(vars(demo_facts(1)).values()) & {
        value for name, value in vars(demo_facts(2)).items() if name.endswith(("_cell", "_module", "_vehicle"))
    }


@pytest.mark.parametrize("seed", range(1, 9))
def test_every_event_is_accepted_on_the_day_it_arrives_and_without_a_warning(seed: int) -> None:
    stated = {
        (event["id"], notice.code)
        for batch in demo_history(seed)
        for event in batch.events
        for notice in read_event(event, today=date.fromisoformat(batch.recorded[:10]), allow_recorded=False).warnings
    }
    assert stated == set()


def test_it_is_small_and_has_every_type_of_event(events: list[Document]) -> None:
    types = Counter(event["type"] for event in events)
    assert 150 <= len(events) <= 400
    makes = {"produced", "assembled", "disassembled", "transformed", "ended"}
    assert set(types) == makes | {"transferred", "inspected", "enrolled", "corrected"}
    assert len({event["id"] for event in events}) == len(events)


def test_reports_arrive_in_order_and_after_what_they_report(batches: list[DemoBatch]) -> None:
    arrivals = [datetime.fromisoformat(batch.recorded) for batch in batches]
    assert arrivals == sorted(set(arrivals))
    assert batches[0].recorded >= "2019"
    assert batches[-1].recorded < "2026-07"
    assert [
        event["id"]
        for batch in batches
        for event in batch.events
        if parse_instant(event["time"]) > parse_instant(batch.recorded)
    ] == []


def test_what_goes_into_a_change_comes_out_of_it(events: list[Document]) -> None:
    balance = {
        event["id"]: round(_mass(event["outputs"]) - _mass(event["inputs"]), 6)
        for event in events
        if event["type"] == "transformed"
    }
    assert balance
    assert set(balance.values()) == {0.0}


def test_no_more_of_a_lot_is_used_than_was_made(events: list[Document]) -> None:
    made = {item["id"]: item["mass_kg"] for item in _made(events) if item["kind"] == "lot"}
    used: dict[str, float] = defaultdict(float)
    for event in events:
        for eaten in event.get("inputs", []):
            used[eaten["id"]] += eaten["mass_kg"]
    assert {lot for lot, mass in made.items() if used[lot] > mass + 1e-6} == set()
    assert any(0 < used[lot] < mass for lot, mass in made.items())


def test_parts_are_not_younger_than_what_they_are_first_put_into(events: list[Document]) -> None:
    made: dict[str, Document] = {item["id"]: item for item in _made(events)}
    young = [
        (part, event["whole"])
        for event in events
        if event["type"] == "assembled" and len(event["whole"]) == 24 and event["step"] != "replacement"
        for part in event["parts"]
        if _code_day(part) > _code_day(event["whole"])
    ]
    assert young == []
    assert all(part in made for event in events if event["type"] == "assembled" for part in event["parts"])


def test_the_facts_name_what_the_history_contains(events: list[Document]) -> None:
    facts = demo_facts()
    text = json.dumps(events)
    days = {"late_unknown", "late_known", "misread_at", "correction_unknown", "correction_known"}
    assert [name for name, value in vars(facts).items() if name not in days and f'"{value}"' not in text] == []


def test_the_removal_of_the_swapped_module_comes_after_its_pack_moved(batches: list[DemoBatch]) -> None:
    facts = demo_facts()
    arrived = {event["id"]: batch.recorded for batch in batches for event in batch.events}
    moved = _only(batches, type="assembled", whole=facts.second_vehicle, parts=[facts.old_pack])
    removal = _only(batches, id=facts.late_report)
    assert removal["parts"] == [facts.swapped_module]
    assert removal["time"][:10] < moved["time"][:10] < arrived[moved["id"]][:10] < facts.late_unknown
    assert facts.late_unknown < arrived[removal["id"]][:10] < facts.late_known


def test_the_correction_arrives_after_the_event_it_withdraws(batches: list[DemoBatch]) -> None:
    facts = demo_facts()
    arrived = {event["id"]: batch.recorded[:10] for batch in batches for event in batch.events}
    correction = _only(batches, id=facts.correction)
    assert correction["target"] == facts.misreading
    assert correction["replacement"]["parts"] == [facts.swapped_in_pack]
    assert _only(batches, id=facts.misreading)["parts"] == [facts.misread_pack]
    assert arrived[facts.misreading] < facts.correction_unknown < arrived[facts.correction] < facts.correction_known


def test_one_hand_over_is_reported_by_the_giver_alone(events: list[Document]) -> None:
    sides: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for event in events:
        if event["type"] == "transferred":
            sides[event["giver"], event["taker"], *event["items"]].add(event.get("side", "both"))
    alone = [key for key, reported in sides.items() if reported == {"giver"}]
    facts = demo_facts()
    assert [(giver, taker) for giver, taker, *_ in alone] == [(facts.middle_party, facts.unsure_receiver)]
    assert facts.unreceived_module in alone[0]


def test_private_owners_have_no_name_and_no_party_is_a_real_firm(events: list[Document]) -> None:
    parties = {event["party"]["id"]: event["party"]["name"] for event in events if event["type"] == "enrolled"}
    assert all(party[2:8] == "990000" and name.endswith("(demo)") for party, name in parties.items())
    named = {event[role] for event in events for role in ("reporter", "giver", "taker") if role in event}
    assert all(party.startswith("owner:") for party in named - set(parties))


def _made(events: list[Document]) -> Iterator[Document]:
    for event in events:
        yield from event["outputs"] if event["type"] == "transformed" else ()
        yield from event["items"] if event["type"] == "produced" else ()


def _mass(items: list[Document]) -> float:
    return sum(float(item["mass_kg"]) for item in items)


def _code_day(code: str) -> list[int]:
    """Year, month and day in a battery code, as numbers that can be compared (GB/T 34014-2017)."""
    return ["123456789ABCDEFGHJKLMNPRSTVWXY0".index(sign) for sign in code[14:17]]


def _only(batches: list[DemoBatch], **wanted: object) -> Document:
    (found,) = (
        event for batch in batches for event in batch.events if all(event.get(k) == v for k, v in wanted.items())
    )
    return found
