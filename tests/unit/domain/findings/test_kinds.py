"""Each kind of finding: a case that has it, and the nearest case that has not."""

from __future__ import annotations

from lineage.domain.findings import KINDS, Finding, ItemEvidence, findings_of, findings_of_correction
from lineage.domain.graph import BECAME, Edge
from lineage.domain.instants import OPEN, parse_instant
from tests import builders as b
from tests.builders import LI, MAKER, OEM, SHOP, WORKS, Json
from tests.unit.domain.findings.evidence import (
    correction_evidence,
    held,
    inside,
    item_evidence,
    rules_of,
)

ITEM, ONE, TWO = "urn:x:item", "urn:x:one", "urn:x:two"
CAR = b.vin(1)
MADE = b.produced(ITEM, event_id="made")


def of_kind(kind: str, evidence: ItemEvidence) -> list[Finding]:
    return [finding for finding in findings_of(evidence) if finding.kind == kind]


def proof_of(kind: str, evidence: ItemEvidence) -> list[tuple[str, ...]]:
    """The events of each finding of this kind."""
    return [finding.events for finding in of_kind(kind, evidence)]


def test_duplicate_identity_is_two_different_makings_and_no_registration() -> None:
    other = b.produced(ITEM, time="2024-03-01", reporter=SHOP, event_id="other")
    registered = b.produced(ITEM, time="2024-03-01", reporter=OEM, step="import", event_id="registered")

    assert proof_of("duplicate_identity", item_evidence(ITEM, MADE, other)) == [("made", "other")]
    assert proof_of("duplicate_identity", item_evidence(ITEM, MADE, registered)) == []


def test_one_making_may_be_reported_by_two_parties() -> None:
    by_maker = b.produced(ITEM, time="2024-02-01", reporter=SHOP, event_id="by_maker")
    by_vehicle_maker = b.produced(ITEM, time="2024-02-01", reporter=OEM, event_id="by_vehicle_maker")

    assert proof_of("duplicate_identity", item_evidence(ITEM, by_maker, by_vehicle_maker)) == []


def test_simultaneous_installation_needs_intervals_that_overlap() -> None:
    first = inside(ITEM, ONE, "2024-02-01", "2024-04-01", "first", "out")
    overlapping = inside(ITEM, TWO, "2024-03-01", None, "second")
    following = inside(ITEM, TWO, "2024-04-01", None, "second")

    (finding,) = of_kind("simultaneous_installation", item_evidence(ITEM, MADE, wholes=[first, overlapping]))
    assert (finding.items, finding.events) == ((ITEM, ONE, TWO), ("first", "second"))
    assert (finding.since, finding.until) == (parse_instant("2024-03-01"), parse_instant("2024-04-01"))
    assert of_kind("simultaneous_installation", item_evidence(ITEM, MADE, wholes=[first, following])) == []


def test_removal_without_installation_is_a_removal_that_closes_no_edge() -> None:
    out = b.disassembled(ONE, ITEM, time="2024-03-01", event_id="out")
    closed = inside(ITEM, ONE, "2024-02-01", "2024-03-01", "in", "out")

    assert proof_of("removal_without_installation", item_evidence(ITEM, MADE, out)) == [("out",)]
    assert proof_of("removal_without_installation", item_evidence(ITEM, MADE, out, wholes=[closed])) == []


def test_moved_while_installed_is_a_hand_over_within_the_interval_of_an_edge() -> None:
    moved = b.transferred(ITEM, giver=MAKER, taker=SHOP, time="2024-03-01", event_id="moved")
    still_in = inside(ITEM, ONE, "2024-02-01", None, "in")
    taken_out = inside(ITEM, ONE, "2024-02-01", "2024-03-01", "in", "out")

    (finding,) = of_kind("moved_while_installed", item_evidence(ITEM, MADE, moved, wholes=[still_in]))
    assert (finding.items, finding.events) == ((ITEM, ONE), ("moved", "in"))
    assert of_kind("moved_while_installed", item_evidence(ITEM, MADE, moved, wholes=[taken_out])) == []


def test_dead_item_active_is_a_report_after_the_day_of_the_end() -> None:
    end = b.ended(ITEM, reason="destroyed", time="2024-03-01", event_id="end")
    later = b.inspected(ITEM, time="2024-03-02", event_id="later")
    same_day = b.inspected(ITEM, time="2024-03-01T20:00:00+08:00", event_id="same day")
    removal = b.disassembled(ONE, ITEM, time="2024-03-02", event_id="removal")

    assert proof_of("dead_item_active", item_evidence(ITEM, MADE, end, later)) == [("end", "later")]
    assert proof_of("dead_item_active", item_evidence(ITEM, MADE, end, same_day)) == []
    assert proof_of("dead_item_active", item_evidence(ITEM, MADE, end, removal)) == []


def test_consumed_twice_is_for_items_and_not_for_lots() -> None:
    def uses(item: str) -> list[Json]:
        outputs = ((ONE, "2024-03-01", "first"), (TWO, "2024-04-01", "second"))
        return [b.transformed([item], {out: "lot"}, time=day, event_id=name) for out, day, name in outputs]

    assert proof_of("consumed_twice", item_evidence(ITEM, MADE, *uses(ITEM))) == [("first", "second")]
    assert proof_of("consumed_twice", item_evidence(ITEM, MADE, uses(ITEM)[0])) == []
    assert proof_of("consumed_twice", item_evidence(b.lot(1), *uses(b.lot(1)), kind="lot")) == []


def test_broken_handover_has_a_giver_who_does_not_hold_the_item() -> None:
    moved = b.transferred(ITEM, giver=SHOP, taker=WORKS, time="2024-03-01", event_id="moved")

    def evidence(holder: str) -> ItemEvidence:
        return item_evidence(ITEM, MADE, moved, holdings=[held(ITEM, holder, b.FIRST_DAY)])

    (finding,) = of_kind("broken_handover", evidence(MAKER))
    assert (finding.events, finding.parties) == (("moved",), (SHOP, WORKS, MAKER))
    assert of_kind("broken_handover", evidence(SHOP)) == []


def test_unacknowledged_handover_lacks_the_report_of_the_taker() -> None:
    given = b.transferred(ITEM, giver=MAKER, taker=OEM, side="giver", time="2024-03-01", event_id="given")
    taken = b.transferred(ITEM, giver=MAKER, taker=OEM, side="taker", time="2024-03-03", event_id="taken")

    (finding,) = of_kind("unacknowledged_handover", item_evidence(ITEM, MADE, given))
    assert (finding.events, finding.due) == (("given",), parse_instant("2024-03-31"))
    assert of_kind("unacknowledged_handover", item_evidence(ITEM, MADE, given, taken)) == []


def test_unreported_handover_lacks_the_report_of_the_giver() -> None:
    taken = b.transferred(ITEM, giver=MAKER, taker=OEM, side="taker", time="2024-03-01", event_id="taken")
    given = b.transferred(ITEM, giver=MAKER, taker=OEM, side="giver", time="2024-03-04", event_id="given")
    too_late = {**given, "time": "2024-03-20"}

    assert proof_of("unreported_handover", item_evidence(ITEM, MADE, taken)) == [("taken",)]
    assert proof_of("unreported_handover", item_evidence(ITEM, MADE, taken, given)) == []
    assert proof_of("unreported_handover", item_evidence(ITEM, MADE, taken, too_late)) == [("taken",)]


def test_custody_gap_is_a_stretch_that_no_holding_and_no_whole_covers() -> None:
    seen = b.inspected(ITEM, time="2024-02-01", event_id="seen")
    moved = b.transferred(ITEM, giver=MAKER, taker=OEM, time="2024-03-01", event_id="moved")
    holding = held(ITEM, OEM, "2024-03-01")
    covered = inside(ITEM, ONE, "2024-02-01", "2024-03-01", "in", "out")

    (finding,) = of_kind("custody_gap", item_evidence(ITEM, seen, moved, holdings=[holding]))
    assert (finding.since, finding.until) == (parse_instant("2024-02-01"), parse_instant("2024-03-01"))
    assert finding.events[0] == "seen"
    assert of_kind("custody_gap", item_evidence(ITEM, seen, moved, holdings=[holding], wholes=[covered])) == []


def test_child_after_parent_is_a_younger_code_in_an_older_whole_as_built() -> None:
    pack, cell = b.battery_code(1, "pack", day="2024-02-01"), b.battery_code(2, "cell", day="2024-03-01")

    def evidence(step: str) -> ItemEvidence:
        built = b.assembled(pack, cell, time="2024-03-02", step=step, event_id="built")
        part = inside(cell, pack, "2024-03-02", None, "built")
        return item_evidence(pack, built, kind="pack", parts={part: "cell"})

    (finding,) = of_kind("child_after_parent", evidence("pack_production"))
    assert (finding.rule, finding.items) == ("child_after_parent.code", (pack, cell))
    assert of_kind("child_after_parent", evidence("replacement")) == []


def test_child_after_parent_is_an_installation_before_the_day_of_making() -> None:
    def evidence(day: str) -> ItemEvidence:
        installed = b.assembled(ONE, ITEM, time=day, event_id="in")
        made = b.produced(ITEM, time="2024-04-01T10:00:00+08:00", event_id="made")
        return item_evidence(ITEM, installed, made, wholes=[inside(ITEM, ONE, day, None, "in")])

    (finding,) = of_kind("child_after_parent", evidence("2024-02-01"))
    assert (finding.rule, finding.events) == ("child_after_parent.made", ("in", "made"))
    assert of_kind("child_after_parent", evidence("2024-04-01")) == []


def test_self_containment_is_a_cycle_whose_edges_hold_at_one_time() -> None:
    there = inside(ITEM, ONE, "2024-02-01", "2024-04-01", "there")
    back = inside(ONE, ITEM, "2024-03-01", None, "back")
    back_later = inside(ONE, ITEM, "2024-04-01", None, "back")

    (finding,) = of_kind("self_containment", item_evidence(ITEM, MADE, wholes=[there], around=[back]))
    assert (finding.items, finding.events) == ((ITEM, ONE), ("there", "back"))
    assert of_kind("self_containment", item_evidence(ITEM, MADE, wholes=[there], around=[back_later])) == []


def test_scrapped_without_pack_is_a_pack_that_stays_in_for_thirty_days() -> None:
    made = b.produced(CAR, kind="vehicle", event_id="made")
    scrapped = b.ended(CAR, reason="scrapped", time="2024-06-01", event_id="scrapped")

    def evidence(until: str | None) -> ItemEvidence:
        return item_evidence(
            CAR, made, scrapped, kind="vehicle", parts={inside(ITEM, CAR, "2024-02-01", until, "in"): "pack"}
        )

    (finding,) = of_kind("scrapped_without_pack", evidence(None))
    assert (finding.items, finding.events, finding.until) == ((CAR, ITEM), ("scrapped",), OPEN)
    assert of_kind("scrapped_without_pack", evidence("2024-07-15")) != []
    assert of_kind("scrapped_without_pack", evidence("2024-06-30")) == []


def test_mass_imbalance_of_outputs_needs_more_than_rounding() -> None:
    def evidence(kilograms: float) -> ItemEvidence:
        output = {"id": ONE, "kind": "module", "mass_kg": kilograms}
        return item_evidence(ONE, b.transformed([{"id": ITEM, "mass_kg": 5}], [output], event_id="made"))

    (finding,) = of_kind("mass_imbalance", evidence(10))
    assert (finding.rule, finding.events) == ("mass_imbalance.output", ("made",))
    assert of_kind("mass_imbalance", evidence(5.4)) == []


def test_mass_imbalance_of_a_lot_needs_more_than_it_held() -> None:
    lot = b.lot(1)

    def evidence(second: float) -> ItemEvidence:
        made = b.produced({"id": lot, "kind": "lot", "mass_kg": 10}, event_id="made")
        uses = [
            b.transformed([{"id": lot, "mass_kg": kg}], {out: "cell"}, time=day, event_id=name)
            for kg, out, day, name in ((8, ONE, "2024-03-01", "first"), (second, TWO, "2024-04-01", "second"))
        ]
        return item_evidence(lot, made, *uses, kind="lot")

    (finding,) = of_kind("mass_imbalance", evidence(8))
    assert (finding.rule, finding.events) == ("mass_imbalance.lot", ("made", "second", "first"))
    assert of_kind("mass_imbalance", evidence(2)) == []


def test_twin_code_is_reported_at_the_code_with_more_letters() -> None:
    code = b.battery_code(7, "pack", maker="0B5")
    misread = code.replace("0B5", "OB5")

    def evidence(item: str, *twins: str) -> ItemEvidence:
        return item_evidence(item, b.produced(item, kind="pack", event_id="made"), kind="pack", twins=twins)

    (finding,) = of_kind("twin_code", evidence(misread, code))
    assert finding.items == (misread, code)
    assert of_kind("twin_code", evidence(code, misread)) == []
    assert of_kind("twin_code", evidence(misread)) == []


def test_code_mismatch_is_a_code_that_disagrees_with_its_making() -> None:
    code = b.battery_code(8, "pack", day="2024-03-01", chemistry="B")

    def rules(day: str = "2024-03-01", kind: str = "pack", **declared: str) -> list[str]:
        made = b.produced({"id": code, "kind": kind, **declared}, time=day, event_id="made")
        return [finding.rule for finding in of_kind("code_mismatch", item_evidence(code, made, kind=kind))]

    assert rules(chemistry="NCM523") == ["code_mismatch.chemistry"]
    assert rules(day="2024-03-05") == ["code_mismatch.date"]
    assert rules(kind="module") == ["code_mismatch.type"]
    assert rules(day="2024-03-04", chemistry="LFP") == []


def test_unknown_party_is_one_that_no_event_enrols_apart_from_private_owners() -> None:
    sold = b.transferred(ITEM, giver=SHOP, taker=LI, time="2024-02-01", event_id="sold")

    (finding,) = of_kind("unknown_party", item_evidence(ITEM, MADE, sold, not_enrolled=[SHOP, LI]))
    assert (finding.events, finding.parties) == (("sold",), (SHOP,))
    assert of_kind("unknown_party", item_evidence(ITEM, MADE, sold, not_enrolled=[LI])) == []


def test_second_life_without_parents_is_made_of_nothing() -> None:
    unit = b.second_life_code(1)
    made = b.produced(unit, kind="pack", event_id="made")
    parent = Edge(BECAME, ITEM, unit, parse_instant(b.FIRST_DAY), parse_instant(b.FIRST_DAY), ("made",))

    assert proof_of("second_life_without_parents", item_evidence(unit, made, kind="pack")) == [("made",)]
    assert proof_of("second_life_without_parents", item_evidence(unit, made, kind="pack", inputs=[parent])) == []


def test_impossible_travel_is_faster_than_a_flight() -> None:
    def evidence(hour: str) -> ItemEvidence:
        return item_evidence(
            ITEM,
            MADE,
            b.inspected(ITEM, time="2024-03-01T08:00:00+08:00", place="440300", event_id="south"),
            b.inspected(ITEM, time=f"2024-03-01T{hour}:00+08:00", place="110000", event_id="north"),
        )

    assert proof_of("impossible_travel", evidence("08:30")) == [("south", "north")]
    assert proof_of("impossible_travel", evidence("12:00")) == []


def test_seen_elsewhere_is_a_sighting_in_a_whole_that_is_not_around_the_item() -> None:
    seen = b.inspected(ITEM, inside=TWO, time="2024-03-01", event_id="seen")
    in_one, one_in_two = inside(ITEM, ONE, "2024-02-01", None, "in"), inside(ONE, TWO, "2024-02-01", None, "in two")

    (finding,) = of_kind("seen_elsewhere", item_evidence(ITEM, MADE, seen, wholes=[in_one]))
    assert (finding.rule, finding.items) == ("seen_elsewhere.in_another", (ITEM, TWO, ONE))
    assert of_kind("seen_elsewhere", item_evidence(ITEM, MADE, seen, wholes=[in_one], around=[one_in_two])) == []


def test_late_report_is_recorded_after_the_last_day_in_time() -> None:
    made = b.produced(CAR, kind="vehicle", time="2024-03-01", reporter=OEM, step="vehicle_production", event_id="made")

    def evidence(recorded: str) -> ItemEvidence:
        return item_evidence(CAR, made, kind="vehicle", rules=rules_of({"made": recorded}, made))

    assert proof_of("late_report", evidence("2024-06-03")) == [("made",)]
    assert proof_of("late_report", evidence("2024-03-04")) == []


def test_missing_report_is_an_action_that_only_somebody_else_saw() -> None:
    registered = b.inspected(CAR, time="2024-03-01", step="registration", event_id="registered")
    sold = b.transferred(CAR, giver=MAKER, taker=LI, rights="both", time="2024-02-28", step="sale", event_id="sold")

    def evidence(*events: Json) -> ItemEvidence:
        return item_evidence(CAR, *events, kind="vehicle", rules=rules_of({}, *events))

    assert proof_of("missing_report", evidence(registered)) == [("registered",)]
    assert proof_of("missing_report", evidence(registered, sold)) == []


def test_unqualified_receiver_takes_waste_without_the_role_for_it() -> None:
    def evidence(taker: str) -> ItemEvidence:
        moved = b.transferred(ITEM, giver=MAKER, taker=taker, time="2024-03-01", step="collection", event_id="moved")
        return item_evidence(ITEM, MADE, moved, kind="pack", rules=rules_of({}, MADE, moved))

    assert proof_of("unqualified_receiver", evidence(SHOP)) == [("moved",)]
    assert proof_of("unqualified_receiver", evidence(WORKS)) == []


def of_correction(correction: str, *events: Json) -> list[tuple[str, tuple[str, ...]]]:
    """The kind and the events of each finding about a correction."""
    return [(f.kind, f.events) for f in findings_of_correction(correction_evidence(correction, *events))]


def test_dangling_correction_has_a_target_that_has_not_arrived() -> None:
    fix = b.corrected("made", time="2024-03-01", event_id="fix")

    assert of_correction("fix", fix) == [("dangling_correction", ("fix",))]
    assert of_correction("fix", fix, MADE) == []


def test_contradictory_correction_is_two_in_force_of_one_event() -> None:
    one = b.corrected("made", b.produced(ONE), time="2024-03-01", event_id="fix 1")
    two = b.corrected("made", b.produced(TWO), time="2024-04-01", event_id="fix 2")
    withdrawal = b.corrected("fix 2", time="2024-05-01", event_id="fix 3")

    assert of_correction("fix 1", MADE, one, two) == [("contradictory_correction", ("fix 1", "fix 2", "made"))]
    assert of_correction("fix 2", MADE, one, two) == []
    assert of_correction("fix 1", MADE, one, two, withdrawal) == []


def test_correction_cycle_is_reported_once() -> None:
    one = b.corrected("fix 2", time="2024-03-01", event_id="fix 1")
    two = b.corrected("fix 1", time="2024-03-01", event_id="fix 2")
    no_cycle = b.corrected("made", time="2024-03-01", event_id="fix 2")

    assert of_correction("fix 1", one, two) == [("correction_cycle", ("fix 1", "fix 2"))]
    assert of_correction("fix 2", one, two) == []
    assert of_correction("fix 1", MADE, one, no_cycle) == []


def test_foreign_correction_has_another_reporter_than_its_target() -> None:
    def fix(reporter: str) -> Json:
        return b.corrected("made", time="2024-03-01", reporter=reporter, event_id="fix")

    assert of_correction("fix", MADE, fix(SHOP)) == [("foreign_correction", ("fix", "made"))]
    assert of_correction("fix", MADE, fix(MAKER)) == []


def test_every_kind_has_a_test_here() -> None:
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]

    assert [kind for kind in KINDS if not any(name.startswith(kind) for name in tests)] == []
