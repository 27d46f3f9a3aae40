"""Duties by hand: a case for each row, the days around each due date, the ways in which a report can lack."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from lineage.domain.compliance.duties import Duty, duties_of
from lineage.domain.compliance.eligibility import category_of, may_receive
from lineage.domain.compliance.party_history import PartyAt, history_of
from lineage.domain.compliance.rule_sets import day_of, start_of
from lineage.domain.events.models import Enrolled
from lineage.domain.events.serialization import from_stored
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.instants import parse_instant
from lineage.reference.rule_files import rule_book
from tests import builders as b

BOOK = rule_book()
CAR, PACK = "car", "pack"
ROLES = {
    "oem": "VEHICLE_MAKER", "maker": "BATTERY_MAKER", "dealer": "SELLER", "shop": "REPAIRER", "pool": "SWAP_OPERATOR",
    "outlet": "OUTLET", "wrecker": "DISMANTLER", "second": "ECHELON", "works": "RECYCLER", "registry": "AUTHORITY",
}  # fmt: skip


class World:
    """A car of `oem`; parties bear the role next to their name from the beginning."""

    def __init__(self, maker: str | None = "oem", roles: Mapping[str, str] = ROLES) -> None:
        self.maker, self.roles = maker, roles

    def kind_of(self, item: str) -> str:
        return {CAR: "vehicle", PACK: "pack"}.get(item, "unknown")

    def party(self, party: str, t: int) -> PartyAt:
        role = self.roles.get(party)
        return PartyAt(party, enrolled=role is not None, roles=frozenset({role} if role else ()))

    def vehicle_maker(self, report: StoredEvent) -> str | None:
        return self.maker


def stored(event: b.Json, recorded: str | date) -> StoredEvent:
    at = start_of(recorded) + 9 * 3_600_000 if isinstance(recorded, date) else parse_instant(recorded)
    return StoredEvent(from_stored(event), 0, at, at)


def judged(*reports: StoredEvent, now: str = "2026-11-22", world: World | None = None) -> list[Duty]:
    return duties_of(reports, BOOK, world or World(), parse_instant(now))


def action(name: str, time: str) -> b.Json:
    """The actions that rows oblige to report, each reported by the actor."""
    made: dict[str, Any] = {
        "built": lambda: b.produced(CAR, kind="vehicle", time=time, reporter="oem", step="vehicle_production"),
        "installed": lambda: b.assembled(CAR, PACK, time=time, reporter="oem", step="vehicle_production"),
        "imported": lambda: b.produced(CAR, kind="vehicle", time=time, reporter="oem", step="import"),
        "sold": lambda: b.transferred(CAR, giver="dealer", taker="owner:li", time=time, rights="both", step="sale"),
        "repaired": lambda: b.disassembled(PACK, "m", time=time, reporter="shop", step="repair"),
        "replaced": lambda: b.disassembled(CAR, PACK, time=time, reporter="shop", step="replacement"),
        "swapped": lambda: b.assembled(CAR, PACK, time=time, reporter="pool", step="swap"),
        "taken in": lambda: hand_over("shop", "outlet", "taker", time),
        "handed out": lambda: hand_over("outlet", "second", "giver", time),
        "scrap received": lambda: b.transferred(
            CAR, giver="owner:li", taker="wrecker", time=time, reporter="wrecker", step="scrapping"
        ),
        "scrapped": lambda: b.ended(CAR, time=time, reporter="wrecker", step="scrapping"),
        "removed": lambda: b.disassembled(CAR, PACK, time=time, reporter="wrecker", step="removal"),
        "handed out by the dismantler": lambda: hand_over("wrecker", "second", "giver", time),
        "second life made": lambda: b.transformed(
            [PACK], {"unit": "pack"}, time=time, reporter="second", step="second_life_production"
        ),
        "second life sold": lambda: b.transferred(
            "unit", giver="second", taker="park", side="giver", time=time, step="second_life_sale"
        ),
        "second life waste": lambda: hand_over("second", "outsider", "giver", time),
        "received by the recycler": lambda: hand_over("shop", "works", "taker", time),
        "recycled": lambda: b.transformed([PACK], {b.lot(1): "lot"}, time=time, reporter="works", step="recycling"),
    }
    event: b.Json = made[name]()
    return event


def hand_over(giver: str, taker: str, side: str, time: str, event_id: str | None = None) -> b.Json:
    return b.transferred(PACK, giver=giver, taker=taker, side=side, time=time, step="collection", event_id=event_id)


# action, rule, who owes it, the day of the action, the last day in time: counted with a calendar in hand
ROWS = [
    ("built", "T18-08a", "oem", "2023-03-01", "2023-03-22"),
    ("installed", "T18-08a", "oem", "2024-09-20", "2024-10-16"),
    ("imported", "T18-08b", "oem", "2021-02-03", "2021-03-01"),
    ("sold", "T18-09", "oem", "2024-09-20", "2024-11-06"),
    ("repaired", "T18-10", "oem", "2020-01-10", "2020-02-28"),
    ("replaced", "T18-10", "oem", "2023-01-06", "2023-02-22"),
    ("swapped", "T18-10", "oem", "2022-09-20", "2022-11-04"),
    ("taken in", "T18-11-in", "oem", "2023-03-01", "2023-04-13"),
    ("handed out", "T18-11-out", "oem", "2023-03-01", "2023-04-13"),
    ("scrap received", "T18-13a", "wrecker", "2025-01-20", "2025-02-14"),
    ("scrapped", "T18-13a-certificate", "wrecker", "2025-09-24", "2025-10-21"),
    ("removed", "T18-13b-removal", "wrecker", "2019-09-23", "2019-10-17"),
    ("handed out by the dismantler", "T18-13b", "wrecker", "2023-03-01", "2023-03-22"),
    ("second life made", "T18-14a-making", "second", "2023-03-01", "2023-03-22"),
    ("second life sold", "T18-14a", "second", "2023-03-01", "2023-03-22"),
    ("second life waste", "T18-14b", "second", "2023-03-01", "2023-03-22"),
    ("received by the recycler", "T18-15a", "works", "2026-01-20", "2026-03-09"),
    ("recycled", "T18-15b", "works", "2023-03-01", "2023-04-13"),
    ("built", "T18-04", "oem", "2016-03-01", "2019-08-01"),
    ("built", "R26-24-production", "oem", "2026-04-01", "2026-05-01"),
    ("imported", "R26-24-import", "oem", "2026-04-01", "2026-05-01"),
    ("sold", "R26-24-sale", "dealer", "2026-09-20", "2026-10-20"),
    ("replaced", "R26-24-repair", "shop", "2026-04-01", "2026-05-01"),
    ("taken in", "R26-24-in", "outlet", "2026-04-01", "2026-05-01"),
    ("handed out", "R26-24-out", "outlet", "2026-04-01", "2026-05-01"),
    ("scrap received", "R26-24-scrapping", "wrecker", "2026-04-01", "2026-05-01"),
    ("scrapped", "R26-24-certificate", "wrecker", "2026-04-01", "2026-05-01"),
    ("removed", "R26-24-removal", "wrecker", "2026-04-01", "2026-05-01"),
    ("received by the recycler", "R26-24-7-in", "works", "2026-04-01", "2026-05-01"),
    ("second life waste", "R26-24-7-waste-out", "second", "2026-04-01", "2026-05-01"),
    ("second life made", "R26-24-7-making", "second", "2026-04-01", "2026-05-01"),
    ("second life sold", "R26-24-7-out", "second", "2026-04-01", "2026-05-01"),
    ("recycled", "R26-24-7-done", "works", "2026-04-01", "2026-05-01"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rule", "holder", "day", "due"), ROWS, ids=lambda case: case)
def test_each_row_obliges_its_holder_by_its_day(name: str, rule: str, holder: str, day: str, due: str) -> None:
    found = [d for d in judged(stored(action(name, day), "2026-11-01")) if d.rule.id == rule]

    assert [(d.holder, d.due.isoformat(), d.event) for d in found] == [(holder, due, action(name, day)["id"])]
    assert found[0].rule_set.id == ("BEFORE" if rule == "T18-04" else "R2018" if rule.startswith("T18") else "R2026")


@pytest.mark.parametrize(("name", "rule", "holder", "day", "due"), ROWS, ids=lambda case: case)
def test_the_day_before_and_on_the_due_day_are_in_time_and_the_day_after_is_late(
    name: str, rule: str, holder: str, day: str, due: str
) -> None:
    last = date.fromisoformat(due)

    def stands(days: int) -> tuple[str, int]:
        duties = judged(stored(action(name, day), last + timedelta(days=days)), now="2027-06-01")
        return next((d.status, d.days_late) for d in duties if d.rule.id == rule)

    assert [stands(n) for n in (-1, 0, 1, 40)] == [("met", 0), ("met", 0), ("late", 1), ("late", 40)]


def test_the_last_millisecond_of_the_due_day_in_china_is_in_time() -> None:
    car = action("built", "2023-03-01")
    statuses = [
        judged(stored(car, at))[0].status for at in ("2023-03-22T23:59:59.999+08:00", "2023-03-23T00:00:00+08:00")
    ]

    assert statuses == ["met", "late"]


def test_the_rule_set_is_that_of_the_trigger_and_a_window_runs_on_into_the_next() -> None:
    last, first = (judged(stored(action("built", d), "2026-05-10"))[0] for d in ("2026-03-31", "2026-04-01"))

    assert (last.rule_set.id, last.due.isoformat(), last.status) == ("R2018", "2026-04-22", "late")
    assert (first.rule_set.id, first.due.isoformat(), first.status) == ("R2026", "2026-05-01", "late")
    assert (first.confidence, first.doubts) == ("M", ("window_assumed",))


def test_a_trigger_just_before_midnight_in_china_belongs_to_the_old_set() -> None:
    eve = action("sold", "2026-03-31T23:59:59.999+08:00")

    assert judged(stored(eve, "2026-04-02"))[0].rule_set.id == "R2018"


def test_a_side_that_did_not_report_is_open_then_overdue_then_missing() -> None:
    given = stored(hand_over("shop", "outlet", "giver", "2023-03-01"), "2023-03-02")

    def stands(now: str) -> tuple[str, int, tuple[str, ...]]:
        found = [d for d in judged(given, now=now) if d.rule.id == "T18-11-in"]
        return found[0].status, found[0].days_late, found[0].proof

    assert stands("2023-04-13T23:00:00+08:00") == ("open", 0, ())
    assert stands("2023-04-14") == ("overdue", 1, ())
    assert stands("2023-05-26") == ("overdue", 43, ())
    assert stands("2023-05-27")[0] == "missing"


def test_the_other_side_meets_its_duty_by_its_own_report() -> None:
    given = stored(hand_over("wrecker", "works", "giver", "2023-03-01", "out"), "2023-03-02")
    taken = stored(hand_over("wrecker", "works", "taker", "2023-03-02", "in"), "2023-05-30")

    found = {d.rule.id: (d.holder, d.event, d.status, d.proof) for d in judged(given, taken)}

    assert found == {
        "T18-13b": ("wrecker", "out", "met", ("out",)),
        "T18-15a": ("works", "in", "late", ("in",)),
    }


def test_a_receipt_without_its_hand_over_leaves_the_giver_owing() -> None:
    taken = stored(hand_over("wrecker", "works", "taker", "2023-03-02"), "2023-03-03")

    found = {d.rule.id: (d.holder, d.status) for d in judged(taken, now="2024-01-01")}

    assert found == {"T18-13b": ("wrecker", "missing"), "T18-15a": ("works", "met")}


def test_two_hand_overs_between_the_same_parties_are_matched_in_order() -> None:
    reports = [
        stored(hand_over("wrecker", "works", side, time, name), "2023-06-01")
        for side, time, name in (
            ("giver", "2023-03-01", "out1"), ("taker", "2023-03-02", "in1"), ("giver", "2023-05-01", "out2"),
        )
    ]  # fmt: skip

    missing = [(d.rule.id, d.event) for d in judged(*reports) if not d.proof]

    assert missing == [("T18-15a", "out2")]


def test_reported_for_both_sides_it_meets_both_duties() -> None:
    both = stored(hand_over("wrecker", "works", "both", "2023-03-01"), "2023-03-10")

    assert {(d.rule.id, d.status) for d in judged(both)} == {("T18-13b", "met"), ("T18-15a", "met")}


def test_a_registration_without_a_sale_is_a_sale_that_was_not_reported() -> None:
    plated = b.inspected(CAR, time="2023-03-01", reporter="registry", step="registration", findings={"first": 1})
    sold = stored(action("sold", "2023-02-27"), "2023-03-03")
    seen = stored(plated, "2023-03-02")

    alone, both = judged(seen, now="2024-01-01"), judged(seen, sold)

    assert [(d.rule.id, d.holder, d.actor, d.status, d.doubts) for d in alone] == [
        ("T18-09", "oem", None, "missing", ("inferred",))
    ]
    assert [(d.rule.id, d.event, d.status) for d in both] == [("T18-09", sold.id, "met")]


def test_an_unknown_vehicle_maker_leaves_the_duty_with_the_actor_and_less_sure() -> None:
    found = judged(stored(action("replaced", "2023-03-01"), "2023-03-02"), world=World(maker=None))[0]

    assert (found.holder, found.confidence, found.doubts) == ("shop", "M", ("vehicle_maker_unknown",))


def test_somebody_who_was_never_enrolled_falls_under_the_first_row_that_fits_with_less_confidence() -> None:
    found = judged(stored(action("scrap received", "2023-03-01"), "2023-03-02"), world=World(roles={}))[0]

    assert (found.rule.id, found.holder, found.confidence, found.doubts) == (
        "T18-13a",
        "wrecker",
        "M",
        ("role_unknown",),
    )


def test_a_repair_shop_that_gives_a_battery_away_owes_no_report_of_that_before_2026() -> None:
    given = stored(hand_over("shop", "outlet", "giver", "2023-03-01"), "2023-03-02")

    assert [d.rule.id for d in judged(given, now="2023-03-05")] == ["T18-11-in"]


def test_private_owners_owe_nothing() -> None:
    received = b.transferred(
        CAR, giver="owner:li", taker="owner:wu", time="2023-03-01", step="sale", reporter="owner:li"
    )

    assert judged(stored(received, "2025-01-01")) == []


def test_what_is_recorded_after_now_has_not_come_yet() -> None:
    assert judged(stored(action("built", "2023-03-01"), "2023-03-20"), now="2023-03-10")[0].status == "open"


# ---- receivers

PERMIT = {"kind": "comprehensive_utilisation", "valid_from": "2019-01-01", "valid_until": "2025-12-31"}


def receiver(*roles: str, status: str = "", permits: tuple[Mapping[str, object], ...] = ()) -> PartyAt:
    card = {"id": "x", "name": "x", "roles": list(roles), "permits": list(permits), "status": status}
    enrolment = from_stored({"id": "e", "type": "enrolled", "time": "2000-01-01", "reporter": "x", "party": card})
    assert isinstance(enrolment, Enrolled)
    return history_of("x", [enrolment]).at(parse_instant("2024-01-01"))


@pytest.mark.parametrize(
    ("party", "day", "reason"),
    [
        (receiver("OUTLET"), "2024-01-01", ""),
        (receiver("ECHELON"), "2024-01-01", ""),
        (receiver("ECHELON"), "2026-05-01", "permit_missing"),
        (receiver("RECYCLER", permits=(PERMIT,)), "2024-01-01", ""),
        (receiver("RECYCLER", permits=(PERMIT,)), "2025-12-31", ""),
        (receiver("RECYCLER", permits=(PERMIT,)), "2026-01-01", "permit_not_valid"),
        (receiver("RECYCLER", permits=(PERMIT,)), "2018-12-31", "permit_not_valid"),
        (receiver("RECYCLER"), "2024-01-01", "permit_missing"),
        (receiver("SELLER"), "2024-01-01", "role"),
        (receiver(), "2024-01-01", "role"),
        (receiver("OUTLET", status="insolvent"), "2024-01-01", "ceased"),
        (PartyAt("x"), "2024-01-01", "unknown_party"),
        (PartyAt("owner:li"), "2024-01-01", "private_party"),
    ],
)
def test_who_may_take_a_waste_battery(party: PartyAt, day: str, reason: str) -> None:
    on = date.fromisoformat(day)
    rules = BOOK.on(on)
    assert rules is not None

    verdict = may_receive("waste", party, on, rules)

    assert (verdict.reason, verdict.ok) == (reason, not reason)


def test_a_scrap_vehicle_goes_to_a_licensed_dismantler_only() -> None:
    day = date(2024, 1, 1)
    rules = BOOK.on(day)
    assert rules is not None
    licensed = receiver("DISMANTLER", permits=({"kind": "dismantling", "valid_from": "2020-01-01"},))

    assert may_receive("vehicle", licensed, day, rules).ok
    assert may_receive("vehicle", receiver("DISMANTLER"), day, rules).reason == "permit_missing"
    assert may_receive("vehicle", receiver("REPAIRER"), day, rules).reason == "role"


def test_a_reprocessed_product_may_not_go_into_electric_bicycles_since_2026() -> None:
    day = day_of(parse_instant("2026-06-01"))
    rules = BOOK.on(day)
    assert rules is not None

    assert may_receive("second_life", receiver("EBIKE_MAKER"), day, rules).reason == "prohibited_use"
    assert may_receive("second_life", receiver("OWNER"), day, rules).ok


@pytest.mark.parametrize(
    ("step", "kind", "left", "second", "category"),
    [
        ("collection", "pack", False, False, "waste"),
        ("collection", "lot", False, False, None),
        ("delivery", "pack", False, False, None),
        ("", "pack", True, False, "waste"),
        ("swap", "pack", True, False, None),
        ("sale", "vehicle", False, False, None),
        ("scrapping", "vehicle", False, False, "vehicle"),
        ("second_life_sale", "pack", False, True, "second_life"),
    ],
)
def test_the_category_in_which_an_item_is_handed_over(
    step: str, kind: str, left: bool, second: bool, category: str | None
) -> None:
    report = stored(b.transferred("x", giver="a", taker="c", step=step or None), "2024-01-02")

    assert category_of(report, kind, left_a_vehicle=left, is_second_life=second) == category
