"""The reference, held to answers worked out by hand and to the laws of the contract."""

from collections import Counter
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import builders as b
from tests.answer_cases import CASES, Case
from tests.builders import Json
from tests.histories import PARTIES, arrivals, histories, recorded
from tests.reference import Oracle

M1, M2, P1, P2, V1 = "urn:x:m1", "urn:x:m2", "urn:x:p1", "urn:x:p2", b.vin(1)

ANY = st.booleans().flatmap(lambda wild: histories(wild=wild))
slow = settings(deadline=None, max_examples=50)


def everything(world: Oracle) -> Json:
    """All answers of a reference, by question."""
    items = sorted(world.named())
    moments = sorted({s["since"] for i in items for s in world.custody(i)["segments"]})[:3]
    return {
        "down": {i: world.lineage(i) for i in items},
        "up": {i: world.lineage(i, direction="upstream") for i in items},
        "exposed": {i: world.lineage(i, mode="exposure") for i in items},
        "custody": {i: world.custody(i) for i in items},
        "cards": {(i, at): world.card(i, at) for i in items for at in moments},
        "trees": {(i, at): world.composition(i, at) for i in items for at in moments},
        "holdings": {(p, at): world.holdings(p, at) for p in PARTIES for at in moments},
    }


def reached(world: Oracle, direction: str) -> set[tuple[str, str]]:
    return {(i, row["id"]) for i in world.named() for row in world.lineage(i, direction=direction)["items"]}


# By hand


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reference_answers_as_worked_out_by_hand(case: Case) -> None:
    world = Oracle(case.events, known_at=case.known_at)
    answer = getattr(world, case.ask)(**case.given)
    if case.ask == "event_status":
        assert case.expected in answer
    elif case.ask in {"named", "holdings"}:
        assert answer == case.expected
    else:
        assert {name: answer[name] for name in case.expected} == case.expected


def test_every_case_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


def test_an_item_reported_later_is_named_but_not_yet() -> None:
    event = {**b.produced(M1), "recorded": "2025-01-01"}
    world = Oracle([event], known_at="2024-12-31")
    assert (world.named(), world.ever_named()) == (set(), {M1})


def test_of_two_contents_under_one_id_the_first_stays() -> None:
    events = [b.produced(M1, event_id="e01"), b.produced(M2, event_id="e01")]
    assert Oracle(events).named() == {M1}


def test_ids_are_trimmed_and_codes_upper_cased() -> None:
    assert Oracle([b.produced(f" {V1.lower()} ", kind="vehicle")]).named() == {V1}


@pytest.mark.parametrize(
    "question",
    [
        {"direction": "sideways"},
        {"direction": "upstream", "mode": "exposure"},
        {"at": "2024-01-01", "until": "2024-01-02"},
        {"from_": "2024-01-02", "until": "2024-01-01"},
    ],
)
def test_a_question_that_the_contract_refuses_is_refused(question: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Oracle([b.produced(M1)]).lineage(M1, **question)


def test_an_item_that_no_standing_event_names_is_unknown() -> None:
    world = Oracle(b.history(b.produced(M1), b.corrected("e01")))
    with pytest.raises(KeyError):
        world.custody(M1)


@pytest.mark.parametrize(
    ("time", "answered"),
    [
        ("2024-05-01", "2024-04-30T16:00:00.000Z"),
        ("2024-05-01T00:00:00z", "2024-05-01T00:00:00.000Z"),
        ("2024-05-01t08:00:00.9999+08:00", "2024-05-01T00:00:00.999Z"),
    ],
)
def test_times_are_read_and_written_as_in_the_contract(time: str, answered: str) -> None:
    assert Oracle([b.produced(M1, time=time)]).card(M1, at="2025-01-01")["born"] == answered


# What the contract's words leave open

CYCLE = (
    b.produced(P1, kind="pack", time="2018-01-01"),
    b.produced(P2, kind="pack", time="2018-01-01", reporter=b.OEM),
    b.assembled(P2, P1, time="2019-01-01"),
    b.assembled(P1, P2, time="2019-01-01"),
)


def test_simultaneous_removals_that_need_each_other_leave_custody_open() -> None:
    apart = (b.disassembled(P2, P1, time="2020-01-01"), b.disassembled(P1, P2, time="2020-01-01"))
    world = Oracle(b.history(*CYCLE, *apart))
    assert (world.custody_open(P1), world.custody(P1)["segments"][-1]["holders"]) == (True, [b.MAKER])


def test_removals_that_name_a_custodian_leave_nothing_open() -> None:
    apart = (
        b.disassembled(P2, P1, time="2020-01-01", custodian=b.SHOP),
        b.disassembled(P1, P2, time="2020-01-01"),
    )
    world = Oracle(b.history(*CYCLE, *apart))
    assert (world.custody_open(P1), world.custody(P2)["segments"][-1]["holders"]) == (False, [b.SHOP])


def test_the_last_holder_of_a_pack_that_ended_inside_a_vehicle_is_open_until_the_module_leaves() -> None:
    reported = (
        b.produced(M1, time="2018-01-01"),
        b.produced(P1, kind="pack", time="2018-01-01"),
        b.produced(V1, kind="vehicle", time="2018-01-01", reporter=b.OEM),
        b.assembled(P1, M1, time="2019-01-01"),
        b.assembled(V1, P1, time="2019-01-01"),
        b.ended(P1, time="2020-01-01"),
        b.disassembled(P1, M1, time="2021-01-01"),
    )
    world = Oracle(b.history(*reported))
    assert (world.custody_open(M1), world.custody(M1)["segments"][-1]["holders"]) == (True, [b.OEM])


def test_why_not_is_open_where_two_edges_make_one_step() -> None:
    again = (
        b.assembled(P1, M1, time="2018-01-01"),
        b.disassembled(P1, M1, time="2019-01-01"),
        b.assembled(P1, M1, time="2020-01-01"),
        b.disassembled(P1, M1, time="2021-01-01"),
    )
    world = Oracle(b.history(*again))
    assert world.path_open(M1, P1, at="2022-01-01")


# Laws


@slow
@given(ANY)
def test_b_is_downstream_of_a_exactly_when_a_is_upstream_of_b(events: list[Json]) -> None:
    world = Oracle(events)
    assert reached(world, "downstream") == {(a, z) for z, a in reached(world, "upstream")}


@slow
@given(st.data(), ANY)
def test_the_order_of_arrival_and_arriving_twice_never_matter(data: st.DataObject, events: list[Json]) -> None:
    arrived = [event for batch in data.draw(arrivals(events)) for event in batch]
    one, other = Oracle(events), Oracle(arrived)
    assert everything(one) == everything(other)
    assert [one.event_status(e["id"]) for e in events] == [other.event_status(e["id"]) for e in events]


@slow
@given(ANY.flatmap(recorded), st.integers(0, 30))
def test_known_at_is_what_loading_only_the_known_would_answer(events: list[Json], days: int) -> None:
    limit = "2024-12-31T00:00:00+00:00" if days == 0 else f"2025-01-{days:02}T00:00:00+00:00"
    known = [e for e in events if datetime.fromisoformat(e["recorded"]) <= datetime.fromisoformat(limit)]
    assert everything(Oracle(events, known_at=limit)) == everything(Oracle(known))


@slow
@given(ANY)
def test_a_custody_timeline_has_no_holes_and_no_equal_neighbours(events: list[Json]) -> None:
    world = Oracle(events)
    for item in world.named():
        segments = world.custody(item)["segments"]
        stated = [{**segment, "since": None, "until": None} for segment in segments]
        assert [s["until"] for s in segments] == [*(s["since"] for s in segments[1:]), None]
        assert all(s["since"] < s["until"] for s in segments[:-1])
        assert all(one != other for one, other in pairwise(stated))


@slow
@given(ANY)
def test_shown_windows_are_ascending_and_do_not_touch(events: list[Json]) -> None:
    world = Oracle(events)
    answers = [world.lineage(item, direction=d) for item in world.named() for d in ("downstream", "upstream")]
    for windows in (row["windows"] for answer in answers for row in answer["items"]):
        assert all(until is not None and since > until for (_, until), (since, _) in pairwise(windows))
        assert windows == sorted(windows, key=lambda window: window[0] or "")


@slow
@given(ANY)
def test_a_path_exists_exactly_where_the_trace_leads_and_takes_as_many_steps(events: list[Json]) -> None:
    world = Oracle(events)
    for source in world.named():
        distances = {row["id"]: row["distance"] for row in world.lineage(source)["items"]}
        found = {d: world.path(source, d)["paths"] for d in world.named()}
        assert {d: len(paths[0]["steps"]) for d, paths in found.items() if paths} == distances


@slow
@given(ANY)
def test_what_is_reached_is_exposed(events: list[Json]) -> None:
    world = Oracle(events)
    for item in world.named():
        exposed = {row["id"] for row in world.lineage(item, mode="exposure")["items"]}
        assert {row["id"] for row in world.lineage(item)["items"]} <= exposed


# Identifiers of the builders

VINS = ("1M8GDM9AXKP042788", "5GZCZ43D13S812715", "LNBSCB3F0DD130955", "LRW3E7EK6RC076090", b.vin(42))
CREDIT_CODES = ("91350900587527783P", "91340111MA2RAD3M4R", "913300007368873961", b.credit_code(7))


@pytest.mark.parametrize("vin", VINS)
def test_check_digits_of_vins_are_right(vin: str) -> None:
    assert b.with_vin_check(vin) == vin


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_both_check_characters_of_credit_codes_are_right(code: str) -> None:
    assert b.with_credit_checks(code[:16]) == code


def test_battery_codes_bear_their_kind_and_date() -> None:
    assert b.battery_code(7, "module", day="2024-10-31") == "0X1MB010000000EA00000007"
    assert b.second_life_code(7, "pack", day="2024-12-09") == "0X2PB01EC90000007RP"
