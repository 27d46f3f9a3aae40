"""Responsible parties and duties on every store: a history from the maker to the recycler, written by hand."""

from __future__ import annotations

import pytest

from lineage.domain.errors import NotYetKnownError, UnknownPartyError
from lineage.stores.interface import Store
from tests import builders as b
from tests.builders import Json
from tests.service_client import ServiceClient, load_events

CELLS, OEM, DEALER = b.credit_code(11), b.credit_code(12), b.credit_code(13)
SHOP, OUTLET, WORKS, WRECKER = b.credit_code(14), b.credit_code(15), b.credit_code(16), b.credit_code(17)
PACK, CAR, SPARE = b.battery_code(1, "pack", "2023-01-05"), b.vin(7), b.battery_code(2, "pack", "2023-01-06")
LI = "owner:li"
ROLES = {
    CELLS: "BATTERY_MAKER", OEM: "VEHICLE_MAKER", DEALER: "SELLER", SHOP: "REPAIRER", OUTLET: "OUTLET",
    WORKS: "RECYCLER", WRECKER: "DISMANTLER",
}  # fmt: skip


def life() -> list[Json]:
    """Made, installed, sold; the pack is replaced, and goes to an outlet and a recycler; most reported on the day."""
    enrolled = [b.enrolled(p, role, time="2018-08-01", event_id=f"en-{role}") for p, role in ROLES.items()]
    made = [
        b.produced({"id": PACK, "kind": "pack", "maker": CELLS}, time="2023-01-05", reporter=CELLS, event_id="made"),
        b.produced({"id": CAR, "kind": "vehicle", "maker": OEM}, time="2023-02-01", reporter=OEM,
                   step="vehicle_production", event_id="built"),
        b.transferred(PACK, giver=CELLS, taker=OEM, time="2023-01-20", step="delivery", event_id="delivered"),
        b.assembled(CAR, PACK, time="2023-02-01", reporter=OEM, step="vehicle_production", event_id="installed"),
        b.transferred(CAR, giver=OEM, taker=DEALER, time="2023-02-10", step="delivery", event_id="shipped"),
        b.transferred(CAR, giver=DEALER, taker=LI, time="2023-03-01", rights="both", step="sale", event_id="sold"),
        b.disassembled(CAR, PACK, time="2024-03-01", reporter=SHOP, custodian=SHOP, step="replacement", event_id="out"),
        b.transferred(PACK, giver=SHOP, taker=OUTLET, time="2024-03-10", step="collection", event_id="collected"),
        b.transferred(PACK, giver=OUTLET, taker=WORKS, side="giver", time="2024-04-01", step="collection",
                      event_id="given"),
        b.transferred(PACK, giver=OUTLET, taker=WORKS, side="taker", time="2024-04-02", step="collection",
                      event_id="taken"),
        b.transformed([PACK], {b.lot(1, WORKS): "lot"}, time="2024-06-01", reporter=WORKS, step="recycling",
                      event_id="recycled"),
    ]  # fmt: skip
    late = {"sold": "2023-05-01T00:00:00Z", "out": "2024-03-20T00:00:00Z"}
    return [{**e, "recorded": late.get(e["id"], f"{e['time']}T12:00:00Z")} for e in (*enrolled, *made)]


@pytest.fixture
def answers(store: Store) -> ServiceClient:
    assert load_events(store, life(), keep_recorded=True).errors == []
    return ServiceClient(store)


@pytest.mark.parametrize(
    ("at", "stage", "holders", "who"),
    [
        ("2023-01-10", "production", [CELLS], [(CELLS, "M18-05-making"), (CELLS, "M18-holder")]),
        ("2023-01-25", "production", [OEM], [(CELLS, "M18-05-making"), (OEM, "M18-holder")]),
        ("2023-02-15", "vehicle", [DEALER], [(OEM, "M18-05"), (CELLS, "M18-08"), (DEALER, "M18-holder")]),
        ("2023-06-01", "vehicle", [LI], [(OEM, "M18-05"), (CELLS, "M18-08"), (LI, "M18-owner"), (LI, "M18-holder")]),
        ("2024-03-05", "removed", [SHOP],
         [(OEM, "M18-05"), (CELLS, "M18-08"), (SHOP, "M18-removed"), (SHOP, "M18-holder")]),
        ("2024-03-20", "collected", [OUTLET], [(OEM, "M18-05"), (CELLS, "M18-08"), (OUTLET, "M18-outlet")]),
        ("2024-05-01", "utilisation", [WORKS], [(WORKS, "M18-utiliser")]),
        ("2024-07-01", "ended", [], [(WORKS, "M18-end")]),
        ("2026-05-01", "ended", [], [(WORKS, "R26-end")]),
    ],
)  # fmt: skip
def test_who_answers_at_each_stage(
    answers: ServiceClient, at: str, stage: str, holders: list[str], who: list[tuple[str, str]]
) -> None:
    found = answers.responsibility(PACK, at)

    assert (found["stage"], found["holder"]["holders"]) == (stage, holders)
    assert [(a["party"], a["rule"]) for a in found["answerable"]] == who
    assert found["gaps"] == []


def test_an_answer_states_its_interval_and_what_proves_it(answers: ServiceClient) -> None:
    main = answers.responsibility(PACK, "2024-03-05")["answerable"][0]

    assert (main["since"], main["until"]) == ("2023-01-31T16:00:00.000Z", "2024-04-01T16:00:00.000Z")
    assert (main["as"], main["confidence"], main["events"]) == ("extended producer responsibility", "B", ["built"])
    assert (main["rule_set"], main["version"], main["article"][:6]) == ("R2018", "2026-11-23", "工信部联节〔")


def test_before_the_first_event_no_party_is_responsible_and_nothing_is_owed(answers: ServiceClient) -> None:
    found = answers.responsibility(PACK, "2022-01-01")

    assert (found["stage"], found["holder"], found["answerable"], found["duties"]) == (None, None, [], [])


def test_the_duties_of_an_item_have_due_day_status_and_proof(answers: ServiceClient) -> None:
    found = answers.responsibility(PACK, "2024-07-01")["duties"]

    assert [(d["rule"], d["holder"], d["actor"], d["due"], d["status"], d["days_late"], d["proof"]) for d in found] == [
        ("T18-08a", OEM, OEM, "2023-02-22", "met", 0, ["installed"]),
        ("T18-10", OEM, SHOP, "2024-04-15", "met", 0, ["out"]),
        ("T18-11-in", OEM, OUTLET, "2024-04-22", "met", 0, ["collected"]),
        ("T18-11-out", OEM, OUTLET, "2024-05-15", "met", 0, ["given"]),
        ("T18-15a", WORKS, WORKS, "2024-05-16", "met", 0, ["taken"]),
        ("T18-15b", WORKS, WORKS, "2024-07-15", "met", 0, ["recycled"]),
    ]


def test_a_late_report_is_late_and_was_not_known_before(answers: ServiceClient, store: Store) -> None:
    sale = answers.responsibility(CAR, "2023-06-01")["duties"][-1]
    early = ServiceClient(store, "2023-03-10").responsibility(CAR)

    assert (sale["rule"], sale["due"], sale["status"], sale["days_late"]) == ("T18-09", "2023-04-13", "late", 18)
    assert [d["rule"] for d in early["duties"]] == ["T18-08a", "T18-08a"]
    assert early["holder"]["holders"] == [DEALER]
    with pytest.raises(NotYetKnownError):
        ServiceClient(store, "2022-01-01").responsibility(CAR)


def test_an_answer_is_final_when_the_longest_window_has_closed(answers: ServiceClient) -> None:
    assert answers.responsibility(CAR, "2023-03-01")["final_from"] == "2023-04-14"


def test_a_party_lists_what_it_owed_and_what_it_reported_to_another_page_by_page(answers: ServiceClient) -> None:
    network = [(d["as"], d["rule"], d["trigger"]["event"]) for d in answers.duties(OEM, limit=2)]
    seller = [(d["as"], d["rule"], d["status"]) for d in answers.duties(DEALER)]
    works = [(d["as"], d["rule"], d["trigger"]["event"]) for d in answers.duties(WORKS, limit=1)]

    assert sorted(network) == [
        ("holder", "T18-08a", "built"), ("holder", "T18-08a", "installed"), ("holder", "T18-09", "sold"),
        ("holder", "T18-10", "out"), ("holder", "T18-11-in", "collected"), ("holder", "T18-11-out", "given"),
    ]  # fmt: skip
    assert seller == [("actor", "T18-09", "late")]
    assert works == [("holder", "T18-15a", "taken"), ("holder", "T18-15b", "recycled")]


def test_the_list_is_filtered_by_status_and_by_the_time_of_the_trigger(answers: ServiceClient) -> None:
    from lineage.domain.instants import parse_instant

    since, until = parse_instant("2024-03-01"), parse_instant("2024-04-01")

    assert [d["rule"] for d in answers.duties(OEM, status="late")] == ["T18-09"]
    assert {d["rule"] for d in answers.duties(OEM, since=since, until=until)} == {"T18-10", "T18-11-in"}
    assert answers.duties(OEM, status="missing") == []
    with pytest.raises(UnknownPartyError):
        answers.duties("urn:x:nobody")


def test_a_receipt_that_was_never_reported_is_missing(store: Store) -> None:
    load_events(store, [e for e in life() if e["id"] not in ("taken", "recycled")], keep_recorded=True)

    duties = {d["rule"]: (d["holder"], d["status"]) for d in ServiceClient(store).responsibility(PACK)["duties"]}

    assert duties["T18-15a"] == (WORKS, "missing")
    assert duties["T18-11-out"] == (OEM, "met")
    # its own list has it, though it never reported the pack
    assert [(d["as"], d["rule"], d["status"]) for d in ServiceClient(store).duties(WORKS, limit=1)] == [
        ("holder", "T18-15a", "missing")
    ]
    assert ServiceClient(store, "2024-03-20T00:00:00Z").duties(WORKS) == []
    early = ServiceClient(store, "2024-04-20T00:00:00Z").duties(WORKS)
    assert [(d["rule"], d["status"]) for d in early] == [("T18-15a", "open")]


def test_a_maker_that_is_gone_is_named_as_such_and_the_others_answer(store: Store) -> None:
    gone = b.enrolled(OEM, "VEHICLE_MAKER", time="2023-07-01", status="insolvent", event_id="gone")
    load_events(store, [*life(), {**gone, "recorded": "2023-07-02T00:00:00Z"}], keep_recorded=True)

    found = ServiceClient(store).responsibility(PACK, "2023-08-01")

    assert [a["party"] for a in found["answerable"]] == [CELLS, LI, LI]
    assert [(g["kind"], g["party"]) for g in found["gaps"]] == [("party_gone", OEM)]


def test_the_party_that_took_over_the_duties_of_a_maker_answers_in_its_place(store: Store) -> None:
    status = f"ceased, duties taken over by {WORKS}"
    gone = b.enrolled(OEM, "VEHICLE_MAKER", time="2023-07-01", status=status, event_id="gone")
    load_events(store, [*life(), {**gone, "recorded": "2023-07-02T00:00:00Z"}], keep_recorded=True)

    main = ServiceClient(store).responsibility(PACK, "2023-08-01")["answerable"][0]

    assert (main["party"], main["rule"], main["confidence"], main["events"]) == (
        WORKS,
        "M18-05",
        "C",
        ["built", "gone"],
    )


def test_where_no_party_is_known_the_answer_states_it(store: Store) -> None:
    load_events(store, [b.inspected("urn:x:found", time="2024-01-01", event_id="found")])

    found = ServiceClient(store).responsibility("urn:x:found", "2024-02-01")

    assert found["answerable"] == []
    assert [(g["kind"], g["since"]) for g in found["gaps"]] == [
        ("no_holder", "2023-12-31T16:00:00.000Z"),
        ("nobody_known", "2024-01-31T16:00:00.000Z"),
    ]


def test_a_corrected_report_is_in_time_if_what_it_mends_was(store: Store) -> None:
    mended = b.corrected("built", next(e for e in life() if e["id"] == "built"), time="2024-01-01", event_id="fix")
    mended["replacement"].pop("recorded")
    load_events(store, [*life(), {**mended, "recorded": "2024-01-02T00:00:00Z"}], keep_recorded=True)

    found = {d["trigger"]["event"]: d["status"] for d in ServiceClient(store).responsibility(CAR)["duties"]}

    assert found["fix#r"] == "met"
    assert ("holder", "fix#r") in [(d["as"], d["trigger"]["event"]) for d in ServiceClient(store).duties(OEM)]


def test_the_conduct_of_a_party_counts_what_came_what_may_and_what_is_open(store: Store) -> None:
    permit = {"kind": "comprehensive_utilisation", "valid_from": "2020-01-01", "capacity_kg_per_year": 500}
    events = [e for e in life() if e["id"] not in ("en-RECYCLER", "recycled")]
    works = b.enrolled(WORKS, "RECYCLER", time="2018-08-01", permits=[permit], event_id="en-works")
    made = b.produced(
        {"id": SPARE, "kind": "pack", "mass_kg": 300}, time="2024-01-06", reporter=OUTLET, event_id="spare"
    )
    sent = b.transferred(SPARE, giver=OUTLET, taker=WORKS, side="giver", time="2024-04-05", step="collection")
    reported = [
        {**e, "id": n, "recorded": f"{e['time']}T12:00:00Z"} for n, e in (("w", works), ("m", made), ("s", sent))
    ]
    received = {**sent, "id": "r", "side": "taker", "reporter": WORKS, "recorded": "2024-09-01T00:00:00Z"}
    load_events(store, [*events, *reported, received], keep_recorded=True)

    before = ServiceClient(store, "2024-08-01T00:00:00Z").conduct(WORKS)
    after = ServiceClient(store).conduct(WORKS)

    assert [(e["item"], e["giver"]) for e in before["expected"]] == [(SPARE, OUTLET)]
    assert [g["item"] for g in ServiceClient(store, "2024-08-01T00:00:00Z").conduct(OUTLET)["given"]] == [SPARE]
    assert (after["held"], after["expected"], after["given"], after["open_complete"]) == (2, [], [], True)
    assert after["throughput"] == [
        {"year": 2024, "kg": 300.0, "items": 2, "without_mass": 1, "capacity_kg": 500.0},
    ]
    assert after["punctuality"] == {
        "met": 1, "late": 1, "share_met": 0.5, "median_days_late": 107, "worst_days_late": 107,
    }  # fmt: skip
