"""Events judged before they are reported, and the first hand-over that could have been refused; on every store."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.domain.instants import parse_instant
from lineage.exchange.jsonl import read_lines
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.questions.compliance.precheck import check
from lineage.service.questions.dossier import dossier
from lineage.stores.interface import Store
from tests import builders as b
from tests.builders import Json
from tests.conftest import FreshStore
from tests.contract.answers.test_responsibility import (
    CAR,
    CELLS,
    DEALER,
    LI,
    OEM,
    OUTLET,
    PACK,
    SHOP,
    WORKS,
    WRECKER,
    life,
)
from tests.service_client import ServiceClient, load_events

PERMIT = {"kind": "comprehensive_utilisation", "valid_from": "2020-01-01", "valid_until": "2026-12-31"}
TRADER = b.credit_code(19)
STEP = "collection"


def until(event: str, *more: Json) -> list[Json]:
    """The life up to this event, with the recycler's permit."""
    events = life()
    cut = [e["id"] for e in events].index(event) + 1
    return [*(_with_permit(e) for e in events[:cut]), *more]


def _with_permit(event: Json) -> Json:
    if event["id"] != "en-RECYCLER":
        return event
    return {**event, "party": {**event["party"], "permits": [{**PERMIT, "capacity_kg_per_year": 1_000}]}}


def judged(store: Store, *events: Json, now: str = "2024-03-15") -> list[Json]:
    lines = read_lines([b"\n".join(orjson.dumps(e) for e in events)])
    before = store.read(lambda reader: reader.state())
    document = check(store, lines, Context(parse_instant(now), lambda: False), rule_book())
    assert store.read(lambda reader: reader.state()) == before
    assert document["errors"] == []
    rows: list[Json] = document["judgements"]
    return rows


def kinds(store: Store, event: Json, now: str = "2024-03-15") -> list[str]:
    (row,) = judged(store, event, now=now)
    return [f["kind"] for f in row["findings"]]


def given_away(taker: str, giver: str = SHOP, item: str = PACK, step: str = STEP, time: str = "2024-03-10") -> Json:
    return b.transferred(item, giver=giver, taker=taker, side="giver", time=time, step=step)


@pytest.fixture
def removed(store: Store) -> Store:
    """The pack is out of the car, in the hands of the shop."""
    assert load_events(store, until("out"), keep_recorded=True).errors == []
    return store


def test_a_hand_over_that_is_as_it_should_be_is_clear(removed: Store) -> None:
    assert [kinds(removed, given_away(taker)) for taker in (OUTLET, WORKS, OEM)] == [[], [], []]


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (given_away(DEALER), ["unfit_taker"]),
        (given_away("owner:wu"), ["unfit_taker"]),
        ({**given_away("owner:wu"), "side": "both"}, ["unqualified_receiver"]),
        (given_away(TRADER), ["unknown_party"]),
        (given_away(OUTLET, giver=WRECKER), ["broken_handover"]),
        (given_away(OUTLET, item="urn:x:never"), ["unknown_item", "custody_gap"]),
        (given_away(WRECKER, giver=LI, item=CAR, step="scrapping"), ["unfit_taker"]),
        (b.assembled("urn:x:car2", PACK, time="2024-03-10", reporter=OEM), ["unknown_item", "custody_gap"]),
        (b.assembled(CAR, PACK, time="2023-05-10", reporter=OEM), []),
        (
            b.assembled(b.vin(8), PACK, time="2023-05-10", reporter=OEM),
            ["unknown_item", "simultaneous_installation", "custody_gap"],
        ),
        (b.disassembled(CAR, PACK, time="2024-03-10", reporter=SHOP), ["removal_without_installation"]),
        (b.inspected(PACK, time="2024-03-10", reporter=SHOP), []),
    ],
)
def test_what_would_be_found_is_reported_before(removed: Store, event: Json, found: list[str]) -> None:
    assert kinds(removed, event) == found


def test_an_item_that_has_ended_cannot_go_on(store: Store) -> None:
    load_events(store, until("recycled"), keep_recorded=True)

    assert kinds(store, given_away(OUTLET, giver=WORKS, time="2024-07-01"), "2024-07-02") == ["dead_item_active"]
    again = b.transformed([PACK], {b.lot(9, WORKS): "lot"}, time="2024-07-01", reporter=WORKS, step="recycling")
    assert kinds(store, again, "2024-07-02") == ["consumed_twice"]


def test_the_permit_counts_on_the_day_of_the_hand_over(removed: Store) -> None:
    in_time, after = (given_away(WORKS, time=day) for day in ("2026-12-31", "2027-01-01"))

    assert [kinds(removed, e, "2027-01-02") for e in (in_time, after)] == [[], ["unfit_taker"]]


def test_what_would_be_late_is_reported_with_its_rule_and_due_day(removed: Store) -> None:
    (row,) = judged(
        removed, b.disassembled(CAR, PACK, time="2024-03-01", reporter=SHOP, step="replacement"), now="2024-05-20"
    )

    assert [(f["kind"], f["rule"], f["party"]) for f in row["findings"] if f["kind"] == "late_report"] == [
        ("late_report", "T18-10", OEM)
    ]
    assert [(d["due"], d["days_late"]) for d in row["duties"]] == [("2024-04-15", 35)]


def test_more_than_a_permit_allows_in_a_year_is_reported(store: Store) -> None:
    heavy = [
        b.produced(
            {"id": f"urn:x:h{n}", "kind": "pack", "mass_kg": 600}, time="2024-01-02", reporter=OUTLET, event_id=f"h{n}"
        )
        for n in (1, 2)
    ]
    taken = b.transferred(
        "urn:x:h1", giver=OUTLET, taker=WORKS, side="taker", time="2024-02-01", step=STEP, event_id="t1"
    )
    load_events(
        store,
        [*until("out"), *({**e, "recorded": "2024-02-02T00:00:00Z"} for e in (*heavy, taken))],
        keep_recorded=True,
    )

    this_year = given_away(WORKS, giver=OUTLET, item="urn:x:h2")
    next_year = given_away(WORKS, giver=OUTLET, item="urn:x:h2", time="2025-03-10")

    assert kinds(store, this_year) == ["over_capacity"]
    assert kinds(store, next_year, "2025-03-11") == []


# ---- the first that could have been refused


def first(store: Store, item: str = PACK, at: str = "2025-01-01") -> Json | None:
    found: Json | None = dossier(store, item, ServiceClient(store).context(at), rule_book())["first_refusable"]
    return found


def test_a_chain_in_which_nothing_went_wrong_has_none(store: Store) -> None:
    load_events(store, until("recycled"), keep_recorded=True)

    assert first(store) is None
    assert first(store, CAR) is None


def wrong(step: str, recorded: str) -> list[Json]:
    """The shop gives the pack to a trader who is not enrolled; the trader sells it on to another."""
    one = b.transferred(PACK, giver=SHOP, taker=TRADER, time="2024-03-10", step=step, event_id="wrong1")
    two = b.transferred(PACK, giver=TRADER, taker=DEALER, time="2024-03-20", step=step, event_id="wrong2")
    return [{**e, "recorded": recorded} for e in (one, two)]


def test_a_taker_that_is_not_enrolled_by_then_could_not_have_been_refused(store: Store) -> None:
    load_events(store, until("out", *wrong(STEP, "2024-05-01T00:00:00Z")), keep_recorded=True)

    found = first(store)

    assert found is not None
    assert (found["event"], [f["kind"] for f in found["findings"]]) == ("wrong2", ["unqualified_receiver"])


def test_the_first_of_several_wrong_hand_overs_is_the_one_that_is_named(store: Store) -> None:
    seller = {**b.enrolled(TRADER, "SELLER", time="2024-01-01", event_id="seller"), "recorded": "2024-01-02T00:00:00Z"}
    load_events(store, until("out", seller, *wrong(STEP, "2024-05-01T00:00:00Z")), keep_recorded=True)

    found = first(store)

    assert found is not None
    assert (found["event"], [f["kind"] for f in found["findings"]]) == ("wrong1", ["unqualified_receiver"])


def test_who_was_qualified_as_known_on_that_day_could_not_have_been_refused(store: Store) -> None:
    """Facts about the taker that the platform learned later were no reason to refuse then."""
    licensed = b.enrolled(TRADER, "OUTLET", time="2024-01-01", event_id="outlet")
    struck = b.enrolled(TRADER, "SELLER", time="2024-02-01", event_id="struck")
    reported = [{**licensed, "recorded": "2024-01-02T00:00:00Z"}, {**struck, "recorded": "2024-04-01T00:00:00Z"}]
    load_events(store, until("out", *reported, *wrong(STEP, "2024-05-01T00:00:00Z")), keep_recorded=True)

    found = first(store)

    assert found is not None
    assert found["event"] == "wrong2"


@settings(max_examples=8)
@given(place=st.integers(0, 3), role=st.sampled_from(("SELLER", "OWNER", "AUTHORITY")), known=st.booleans())
def test_the_planted_hand_over_is_always_the_one_named(
    fresh_store: FreshStore, place: int, role: str, known: bool
) -> None:
    """A chain of outlets; at one place the pack goes to somebody who may not have it, and on from there.

    Who is not enrolled is unknown, and no more than that.
    """
    store = fresh_store()
    chain = [b.credit_code(40 + n) for n in range(5)]
    roles = [role if n == place + 1 else "OUTLET" for n in range(5)]
    enrolled = [
        b.enrolled(p, r, time="2019-01-01", event_id=f"e{n}")
        for n, (p, r) in enumerate(zip(chain, roles, strict=True))
        if known or r == "OUTLET"
    ]
    made = b.produced({"id": "urn:x:p", "kind": "pack"}, time="2020-01-01", reporter=chain[0], event_id="made")
    passed = [
        b.transferred(
            "urn:x:p", giver=chain[n], taker=chain[n + 1], time=f"2024-0{n + 1}-01", step=STEP, event_id=f"t{n}"
        )
        for n in range(4)
    ]
    load_events(
        store, [{**e, "recorded": f"{e['time']}T12:00:00Z"} for e in (*enrolled, made, *passed)], keep_recorded=True
    )

    found = first(store, "urn:x:p")

    assert (None if found is None else found["event"]) == (f"t{place}" if known else None)


def test_a_giver_that_held_nothing_is_found_once_that_is_known(store: Store) -> None:
    stranger = b.transferred(PACK, giver=WRECKER, taker=OUTLET, time="2024-03-10", step=STEP, event_id="stranger")
    load_events(store, until("out", {**stranger, "recorded": "2024-03-11T00:00:00Z"}), keep_recorded=True)

    # on that day the platform still had the pack in the car: the shop's report came ten days later
    found = first(store)

    assert found is not None
    assert [(f["kind"], f["party"]) for f in found["findings"]] == [("broken_handover", WRECKER)]
    assert CELLS not in (found["giver"], found["taker"])
