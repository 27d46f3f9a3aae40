"""Findings, the reports that explain them away, and cases without findings: one hand-made history each."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.domain.findings import KINDS
from lineage.domain.findings.messages import SENTENCES
from lineage.domain.instants import format_instant, parse_instant
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.questions.findings import FindingsQuestion, findings
from lineage.stores import open_store
from lineage.stores.interface import Store
from tests import builders as b
from tests.builders import Json
from tests.finding_cases import FINDING_CASES, KNOWN_PARTIES, FindingCase
from tests.service_client import NOW, TickingClock, load_events

ALL = FindingsQuestion(limit=1_000)


@pytest.fixture
def store(sqlite_file: str) -> Any:
    opened = open_store(sqlite_file)
    yield opened
    opened.close()


def found(store: Store, question: FindingsQuestion = ALL, known_at: int | None = None, now: int = NOW) -> list[Json]:
    reported = findings(store, question, Context(now, lambda: False, known_at=known_at), rule_book())
    assert reported["complete"] is True
    assert reported["next"] is None
    listed: list[Json] = reported["findings"]
    return listed


def of_kind(listed: list[Json], wrong: FindingCase) -> list[Json]:
    return [f for f in listed if f["kind"] == wrong.kind and f["rule"] == (wrong.rule or wrong.kind)]


@pytest.mark.parametrize("wrong", FINDING_CASES, ids=lambda w: w.rule or w.kind)
def test_it_is_found_with_its_proof_and_goes_when_explained_and_known_at_shows_it_still(
    store: Store, wrong: FindingCase
) -> None:
    clock = TickingClock()
    assert load_events(store, [*KNOWN_PARTIES, *wrong.history], clock).errors == []
    wanted = of_kind(found(store), wrong)
    assert [(tuple(f["items"]), tuple(f["events"])) for f in wanted][:1] == [
        (wrong.items if wrong.kind != "mass_imbalance" else tuple(wanted[0]["items"][:1]), wrong.events)
    ]
    if wrong.interval is not None:
        assert wanted[0]["interval"] == list(wrong.interval)
    before = clock.now
    for item in wrong.items[:1]:
        assert of_kind(found(store, FindingsQuestion(item=item, limit=1_000)), wrong) == wanted
    if wrong.corrections:
        assert load_events(store, wrong.corrections, clock).errors == []
        assert of_kind(found(store), wrong) == []
        assert of_kind(found(store, known_at=before), wrong) == wanted


def test_every_kind_has_a_wrong_history() -> None:
    assert {w.kind for w in FINDING_CASES} == set(KINDS)


@pytest.mark.parametrize("wrong", FINDING_CASES, ids=lambda w: w.rule or w.kind)
def test_a_finding_states_in_two_languages_what_is_wrong(store: Store, wrong: FindingCase) -> None:
    load_events(store, [*KNOWN_PARTIES, *wrong.history])
    for f in of_kind(found(store), wrong):
        assert f["text"]["en"].endswith(".")
        assert f["text"]["zh"].endswith("。")
        assert "{" not in f["text"]["en"] + f["text"]["zh"]


def test_every_rule_has_a_sentence_in_both_languages() -> None:
    assert {rule.partition(".")[0] for rule in SENTENCES} == set(KINDS)
    assert all(en and zh for en, zh in SENTENCES.values())


CAR, PACK, CELL = b.vin(5), b.battery_code(1, "pack", day="2024-01-03"), b.battery_code(2, "cell", day="2024-01-02")
GOOD = [
    b.produced({"id": CELL, "kind": "cell", "chemistry": "LFP"}, time="2024-01-02"),
    b.produced({"id": PACK, "kind": "pack", "chemistry": "LFP"}, time="2024-01-03"),
    b.assembled(PACK, CELL, time="2024-01-03", step="pack_production"),
    b.transferred(PACK, giver=b.MAKER, taker=b.OEM, side="giver", time="2024-01-10"),
    b.transferred(PACK, giver=b.MAKER, taker=b.OEM, side="taker", time="2024-01-12"),
    b.produced(CAR, kind="vehicle", time="2024-01-20", reporter=b.OEM),
    b.assembled(CAR, PACK, time="2024-01-20", reporter=b.OEM),
    b.transferred(CAR, giver=b.OEM, taker=b.LI, time="2024-02-01"),
    b.inspected(PACK, inside=CAR, time="2024-05-01"),
    b.transferred(CAR, giver=b.LI, taker=b.SHOP, time="2025-01-01", reporter=b.SHOP),
    b.disassembled(CAR, PACK, time="2025-01-05", custodian=b.SHOP),
    b.ended(CAR, reason="scrapped", time="2025-01-06", reporter=b.SHOP),
    b.transferred(PACK, giver=b.SHOP, taker=b.WORKS, time="2025-02-01"),
    b.transformed([{"id": PACK, "mass_kg": 400}], [{"id": b.lot(9), "kind": "lot", "mass_kg": 390}], time="2025-03-01"),
]
"""A whole life without errors."""


def test_a_life_as_it_should_be_has_no_finding(store: Store) -> None:
    permit = {"kind": "comprehensive_utilisation", "valid_from": "2020-01-01"}
    parties = [b.enrolled(p, "maker") for p in (b.MAKER, b.OEM, b.SHOP)]
    load_events(store, [*parties, b.enrolled(b.WORKS, "RECYCLER", permits=[permit]), *b.history(*GOOD)])
    assert found(store) == []


@pytest.mark.parametrize(
    ("kind", "reported"),
    [
        pytest.param(
            "duplicate_identity",
            [
                b.produced("urn:x:1", event_id="1"),
                b.produced("urn:x:1", time="2024-05-01", reporter=b.OEM, step="import", event_id="2"),
            ],
            id="entered in the register after it was made",
        ),
        pytest.param(
            "simultaneous_installation",
            [
                b.produced({"id": b.lot(2), "kind": "lot"}),
                b.assembled("urn:x:1", b.lot(2), time="2024-02-01"),
                b.assembled("urn:x:2", b.lot(2), time="2024-02-01"),
            ],
            id="a lot may be in many wholes",
        ),
        pytest.param(
            "simultaneous_installation",
            [
                b.produced("urn:x:1"),
                b.assembled("urn:x:2", "urn:x:1", time="2024-02-01"),
                b.disassembled("urn:x:2", "urn:x:1", time="2024-03-01"),
                b.assembled("urn:x:3", "urn:x:1", time="2024-03-01"),
            ],
            id="out of one and into another at one moment",
        ),
        pytest.param(
            "moved_while_installed",
            [
                b.produced("urn:x:1"),
                b.transferred("urn:x:1", giver=b.MAKER, taker=b.OEM, side="giver", time="2024-02-01"),
                b.assembled("urn:x:2", "urn:x:1", time="2024-02-02", reporter=b.OEM),
                b.transferred("urn:x:1", giver=b.MAKER, taker=b.OEM, side="taker", time="2024-02-03"),
            ],
            id="received after it went in, given before",
        ),
        pytest.param(
            "dead_item_active",
            [
                b.produced(CAR, kind="vehicle"),
                b.assembled(CAR, "urn:x:1", time="2024-02-01"),
                b.ended(CAR, time="2024-03-01"),
                b.disassembled(CAR, "urn:x:1", time="2024-03-05"),
                b.transformed([CAR], {b.lot(3): "lot"}, time="2024-04-01"),
            ],
            id="a scrapped vehicle is taken apart and recycled",
        ),
        pytest.param(
            "consumed_twice",
            [
                b.produced({"id": b.lot(4), "kind": "lot"}),
                b.transformed([b.lot(4)], {"urn:x:1": "cell"}, time="2024-02-01"),
                b.transformed([b.lot(4)], {"urn:x:2": "cell"}, time="2024-03-01"),
            ],
            id="a lot is used as often as it lasts",
        ),
        pytest.param(
            "broken_handover",
            [
                b.produced("urn:x:1"),
                b.transferred("urn:x:1", giver=b.MAKER, taker=b.OEM, time="2024-02-01"),
                b.transferred("urn:x:1", giver=b.OEM, taker=b.SHOP, time="2024-02-01"),
            ],
            id="two hand-overs on one day",
        ),
        pytest.param(
            "broken_handover",
            [
                b.produced("urn:x:1"),
                b.transferred("urn:x:1", giver=b.MAKER, taker=b.OEM, side="taker", time="2024-02-01"),
                b.transferred("urn:x:1", giver=b.MAKER, taker=b.OEM, side="giver", time="2024-02-01T10:00:00+08:00"),
            ],
            id="a receipt reported by the day, a hand-over by the hour",
        ),
        pytest.param(
            "child_after_parent",
            [
                b.produced({"id": PACK, "kind": "pack"}, time="2024-01-03"),
                b.assembled(PACK, b.battery_code(3, "module", day="2024-06-01"), time="2024-06-05", step="replacement"),
            ],
            id="a younger module in a repair",
        ),
        pytest.param(
            "mass_imbalance",
            [b.transformed(["urn:x:1"], [{"id": b.lot(5), "kind": "lot", "mass_kg": 5}])],
            id="the mass of an input is not reported",
        ),
        pytest.param("unknown_party", [b.transferred("urn:x:1", giver=b.MAKER, taker=b.LI)], id="a private owner"),
        pytest.param(
            "second_life_without_parents",
            [b.transformed(["urn:x:1"], {b.second_life_code(2): "pack"})],
            id="a second-life pack of a pack",
        ),
        pytest.param(
            "impossible_travel",
            [
                b.inspected("urn:x:1", time="2024-03-01T08:00:00+08:00", place="440300"),
                b.inspected("urn:x:1", time="2024-03-01T12:00:00+08:00", place="110000"),
                b.inspected("urn:x:1", time="2024-03-02", place="440300"),
                b.inspected("urn:x:1", time="2024-03-02", place="110000"),
            ],
            id="a flight, and days without hours",
        ),
        pytest.param(
            "seen_elsewhere",
            [
                b.assembled("urn:x:2", "urn:x:1", time="2024-02-01T09:00:00+08:00"),
                b.assembled("urn:x:3", "urn:x:2", time="2024-02-01T10:00:00+08:00"),
                b.inspected("urn:x:1", inside="urn:x:3", time="2024-02-01"),
            ],
            id="seen on the day in the whole of its whole",
        ),
        pytest.param(
            "scrapped_without_pack",
            [b.produced(CAR, kind="vehicle"), b.ended(CAR, time="2024-03-01")],
            id="no pack was ever reported: unknown, not missing",
        ),
    ],
)
def test_this_is_no_finding(store: Store, kind: str, reported: list[Json]) -> None:
    assert load_events(store, [*KNOWN_PARTIES, *b.history(*reported)]).errors == []
    assert [f for f in found(store) if f["kind"] == kind] == []


def test_the_other_side_of_a_hand_over_may_take_thirty_days(store: Store) -> None:
    handed = b.transferred("urn:x:1", giver=b.MAKER, taker=b.OEM, side="giver", time="2024-03-01")
    load_events(store, [*KNOWN_PARTIES, b.produced("urn:x:1", event_id="1"), {**handed, "id": "2"}])
    for day, kinds in (("2024-03-30", []), ("2024-03-31", ["unacknowledged_handover"])):
        assert [f["kind"] for f in found(store, now=parse_instant(day))] == kinds


def test_pages_follow_one_another_without_hole_or_repetition(store: Store) -> None:
    load_events(store, [*KNOWN_PARTIES, *(e for w in FINDING_CASES for e in w.history)])
    whole = found(store)
    pages: list[Json] = []
    cursor = None
    while True:
        context = Context(NOW, lambda: False)
        reported = findings(store, FindingsQuestion(limit=3, cursor=cursor), context, rule_book())
        pages += reported["findings"]
        cursor = reported["next"]
        if cursor is None:
            break
    assert pages == whole
    assert {f["kind"] for f in whole} == set(KINDS)


def test_findings_are_chosen_by_kind_party_region_and_time(store: Store) -> None:
    load_events(store, [*KNOWN_PARTIES, *(e for w in FINDING_CASES for e in w.history)])
    whole = found(store)
    for kind in ("twin_code", "foreign_correction"):
        assert found(store, FindingsQuestion(kind=kind, limit=1_000)) == [f for f in whole if f["kind"] == kind]
    mine = found(store, FindingsQuestion(party=b.SHOP, limit=1_000))
    assert mine == [f for f in whole if b.SHOP in f["parties"]]
    assert [f["kind"] for f in found(store, FindingsQuestion(region="440000", limit=1_000))] == ["impossible_travel"]
    early = found(store, FindingsQuestion(until=parse_instant("2024-02-01"), limit=1_000))
    assert early == [f for f in whole if f["interval"][0] is None or f["interval"][0] < "2024-01-31T16:00:00.000Z"]


def test_a_page_that_ran_out_of_time_is_marked_and_can_be_continued(store: Store) -> None:
    load_events(store, [*KNOWN_PARTIES, *(e for w in FINDING_CASES for e in w.history)])
    whole, pages, cursor = found(store), [], None
    for _ in range(10):
        late = Context(NOW, lambda: True)
        reported = findings(store, FindingsQuestion(limit=1_000, cursor=cursor), late, rule_book())
        pages += reported["findings"]
        cursor = reported["next"]
        if cursor is None:
            break
        assert reported["cut"]["reason"] == "time_limit"
    assert pages == whole
    assert format_instant(NOW)
