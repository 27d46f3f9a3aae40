"""A wrong history for each kind of finding, and what explains it away. Each has items of its own."""

from __future__ import annotations

from typing import NamedTuple

from tests import builders as b
from tests.builders import Json

PARTIES = (b.MAKER, b.OEM, b.SHOP, b.WORKS)
KNOWN_PARTIES = [b.enrolled(p, "maker", event_id=f"who-{n}") for n, p in enumerate(PARTIES)]
"""Everybody who takes part is enrolled, so that only what is meant is found."""


class FindingCase(NamedTuple):
    """`history`: events with one contradiction. `corrections`: what arrives later and explains it, if anything does.

    `items` of the finding, `events` that show it; `rule` where a kind has several.
    """

    kind: str
    history: list[Json]
    corrections: list[Json]
    items: tuple[str, ...]
    events: tuple[str, ...]
    rule: str = ""
    interval: tuple[str | None, str | None] | None = None


def _u(name: str) -> str:
    return f"urn:x:{name}"


def made(*items: str, kind: str = "module", event_id: str, time: str = b.FIRST_DAY) -> Json:
    return b.produced(*items, kind=kind, time=time, event_id=event_id)


def taken_back(event_id: str) -> list[Json]:
    """The reporter of a wrong report withdraws it."""
    return [b.corrected(event_id, time="2024-12-01", event_id=f"{event_id}-back", reporter=b.SHOP)]


P, M, C, V = "pack", "module", "cell", "vehicle"
_CAR = b.vin(1)
_SCRAPPED = [
    made(_CAR, kind=V, event_id="sc1"),
    made(_u("sc-pack"), kind=P, event_id="sc2"),
    b.assembled(_CAR, _u("sc-pack"), time="2024-02-01", event_id="sc3"),
    b.ended(_CAR, reason="scrapped", time="2024-06-01", event_id="sc4"),
]
_TWIN = b.battery_code(7, "pack", maker="0B5")
_MISREAD = _TWIN.replace("0B5", "OB5")
_YOUNG = b.battery_code(8, "cell", day="2024-03-01")
_OLD = b.battery_code(9, "pack", day="2024-02-01")
_LFP = b.battery_code(10, "pack", chemistry="B")
_CELL = b.battery_code(11, "cell")
_DATED = b.battery_code(12, "pack", day="2024-03-01")
_SECOND = b.second_life_code(1)
_LOT = b.lot(1)
_KG = {"kind": "lot", "mass_kg": 10}

FINDING_CASES = [
    FindingCase(
        "duplicate_identity",
        [
            b.produced({"id": _u("d"), "kind": M, "maker": b.MAKER}, event_id="d1"),
            b.produced({"id": _u("d"), "kind": M, "maker": b.SHOP}, time="2024-03-01", reporter=b.SHOP, event_id="d2"),
        ],
        taken_back("d2"),
        (_u("d"),),
        ("d1", "d2"),
    ),
    FindingCase(
        "simultaneous_installation",
        [
            made(_u("s"), event_id="s1"),
            b.assembled(_u("s-one"), _u("s"), time="2024-02-01", event_id="s2"),
            b.assembled(_u("s-two"), _u("s"), time="2024-03-01", event_id="s3"),
            b.disassembled(_u("s-one"), _u("s"), time="2024-04-01", event_id="s4"),
        ],
        [b.disassembled(_u("s-one"), _u("s"), time="2024-02-20", event_id="s5")],
        (_u("s"), _u("s-one"), _u("s-two")),
        ("s2", "s3"),
        interval=("2024-02-29T16:00:00.000Z", "2024-03-31T16:00:00.000Z"),
    ),
    FindingCase(
        "removal_without_installation",
        [made(_u("r"), event_id="r1"), b.disassembled(_u("r-whole"), _u("r"), time="2024-03-01", event_id="r2")],
        [b.assembled(_u("r-whole"), _u("r"), time="2024-02-01", event_id="r3")],
        (_u("r"), _u("r-whole")),
        ("r2",),
    ),
    FindingCase(
        "moved_while_installed",
        [
            made(_u("m"), event_id="m1"),
            b.assembled(_u("m-whole"), _u("m"), time="2024-02-01", event_id="m2"),
            b.transferred(_u("m"), giver=b.MAKER, taker=b.SHOP, time="2024-03-01", event_id="m3"),
        ],
        [b.disassembled(_u("m-whole"), _u("m"), time="2024-02-15", event_id="m4", custodian=b.MAKER)],
        (_u("m"), _u("m-whole")),
        ("m3", "m2"),
    ),
    FindingCase(
        "dead_item_active",
        [
            made(_u("x"), event_id="x1"),
            b.ended(_u("x"), reason="destroyed", time="2024-03-01", event_id="x2"),
            b.inspected(_u("x"), time="2024-05-01", event_id="x3"),
        ],
        taken_back("x3"),
        (_u("x"),),
        ("x2", "x3"),
    ),
    FindingCase(
        "consumed_twice",
        [
            made(_u("c"), event_id="c1"),
            b.transformed([_u("c")], {_u("c-a"): "lot"}, time="2024-03-01", event_id="c2"),
            b.transformed([_u("c")], {_u("c-b"): "lot"}, time="2024-04-01", event_id="c3"),
        ],
        taken_back("c3"),
        (_u("c"),),
        ("c2", "c3"),
    ),
    FindingCase(
        "broken_handover",
        [
            made(_u("h"), event_id="h1"),
            b.transferred(_u("h"), giver=b.SHOP, taker=b.WORKS, time="2024-03-01", event_id="h2"),
        ],
        [b.transferred(_u("h"), giver=b.MAKER, taker=b.SHOP, time="2024-02-01", event_id="h3")],
        (_u("h"),),
        ("h2",),
    ),
    FindingCase(
        "unacknowledged_handover",
        [
            made(_u("a"), event_id="a1"),
            b.transferred(_u("a"), giver=b.MAKER, taker=b.OEM, side="giver", time="2024-03-01", event_id="a2"),
        ],
        [b.transferred(_u("a"), giver=b.MAKER, taker=b.OEM, side="taker", time="2024-03-03", event_id="a3")],
        (_u("a"),),
        ("a2",),
    ),
    FindingCase(
        "unreported_handover",
        [
            made(_u("u"), event_id="u1"),
            b.transferred(_u("u"), giver=b.MAKER, taker=b.OEM, side="taker", time="2024-03-01", event_id="u2"),
        ],
        [b.transferred(_u("u"), giver=b.MAKER, taker=b.OEM, side="giver", time="2024-03-02", event_id="u3")],
        (_u("u"),),
        ("u2",),
    ),
    FindingCase(
        "custody_gap",
        [
            b.inspected(_u("g"), time="2024-02-01", event_id="g1"),
            b.transferred(_u("g"), giver=b.MAKER, taker=b.OEM, side="both", time="2024-03-01", event_id="g2"),
        ],
        [made(_u("g"), event_id="g3")],
        (_u("g"),),
        ("g1", "g2"),
        interval=("2024-01-31T16:00:00.000Z", "2024-02-29T16:00:00.000Z"),
    ),
    FindingCase(
        "child_after_parent",
        [
            made(_OLD, kind=P, event_id="y1", time="2024-02-01"),
            made(_YOUNG, kind=C, event_id="y2", time="2024-03-01"),
            b.assembled(_OLD, _YOUNG, time="2024-03-02", step="pack_production", event_id="y3"),
        ],
        [
            b.corrected(
                "y3",
                b.assembled(_OLD, _YOUNG, time="2024-03-02", step="replacement"),
                time="2024-12-01",
                event_id="y3-back",
            )
        ],
        (_OLD, _YOUNG),
        ("y3",),
        rule="child_after_parent.code",
    ),
    FindingCase(
        "child_after_parent",
        [
            b.assembled(_u("b-whole"), _u("b"), time="2024-02-01", event_id="b1"),
            made(_u("b"), event_id="b2", time="2024-04-01"),
        ],
        [b.corrected("b2", made(_u("b"), event_id="", time="2024-01-01"), time="2024-12-01", event_id="b2-back")],
        (_u("b"), _u("b-whole")),
        ("b1", "b2"),
        rule="child_after_parent.made",
    ),
    FindingCase(
        "self_containment",
        [
            b.assembled(_u("l-b"), _u("l-a"), time="2024-02-01", event_id="l1"),
            b.assembled(_u("l-a"), _u("l-b"), time="2024-03-01", event_id="l2"),
        ],
        [b.disassembled(_u("l-b"), _u("l-a"), time="2024-02-15", event_id="l3", custodian=b.OEM)],
        (_u("l-a"), _u("l-b")),
        ("l1", "l2"),
    ),
    FindingCase(
        "scrapped_without_pack",
        _SCRAPPED,
        [b.disassembled(_CAR, _u("sc-pack"), time="2024-06-10", event_id="sc5", custodian=b.SHOP)],
        (_CAR, _u("sc-pack")),
        ("sc4",),
    ),
    FindingCase(
        "mass_imbalance",
        [b.transformed([{"id": _u("k"), "mass_kg": 5}], [{"id": b.lot("k"), **_KG}], time="2024-03-01", event_id="k1")],
        taken_back("k1"),
        (b.lot("k"),),
        ("k1",),
        rule="mass_imbalance.output",
    ),
    FindingCase(
        "mass_imbalance",
        [
            b.produced({"id": _LOT, **_KG}, event_id="o1"),
            b.transformed([{"id": _LOT, "mass_kg": 8}], {_u("o-a"): C}, time="2024-03-01", event_id="o2"),
            b.transformed([{"id": _LOT, "mass_kg": 8}], {_u("o-b"): C}, time="2024-04-01", event_id="o3"),
        ],
        taken_back("o3"),
        (_LOT,),
        ("o1", "o3", "o2"),
        rule="mass_imbalance.lot",
    ),
    FindingCase(
        "twin_code",
        [made(_TWIN, kind=P, event_id="t1"), b.assembled(_u("t-car"), _MISREAD, time="2024-02-01", event_id="t2")],
        [b.corrected("t2", b.assembled(_u("t-car"), _TWIN, time="2024-02-01"), time="2024-12-01", event_id="t2-back")],
        (_MISREAD, _TWIN),
        ("t2",),
    ),
    FindingCase(
        "code_mismatch",
        [b.produced({"id": _LFP, "kind": P, "chemistry": "NCM523"}, event_id="z1")],
        [b.corrected("z1", b.produced({"id": _LFP, "kind": P, "chemistry": "LFP"}), event_id="z1-back")],
        (_LFP,),
        ("z1",),
        rule="code_mismatch.chemistry",
    ),
    FindingCase(
        "code_mismatch",
        [b.produced({"id": _DATED, "kind": P}, time="2024-05-01", event_id="z2")],
        [b.corrected("z2", b.produced({"id": _DATED, "kind": P}, time="2024-03-01"), event_id="z2-back")],
        (_DATED,),
        ("z2",),
        rule="code_mismatch.date",
    ),
    FindingCase(
        "unknown_party",
        [b.produced(_u("n"), reporter="urn:x:nobody", event_id="n1")],
        [b.enrolled("urn:x:nobody", "maker", event_id="n2", reporter=b.OEM)],
        (_u("n"),),
        ("n1",),
    ),
    FindingCase(
        "second_life_without_parents",
        [made(_SECOND, kind=P, event_id="w1")],
        [
            b.corrected(
                "w1",
                b.transformed([_u("w-old")], {_SECOND: P}, time=b.FIRST_DAY),
                time="2024-12-01",
                event_id="w1-back",
            )
        ],
        (_SECOND,),
        ("w1",),
    ),
    FindingCase(
        "impossible_travel",
        [
            made(_u("i"), event_id="i1"),
            b.inspected(_u("i"), time="2024-03-01T08:00:00+08:00", place="440300", event_id="i2"),
            b.inspected(_u("i"), time="2024-03-01T08:30:00+08:00", place="110000", event_id="i3"),
        ],
        taken_back("i3"),
        (_u("i"),),
        ("i2", "i3"),
    ),
    FindingCase(
        "late_report",
        [b.produced(b.vin(31), kind=V, time="2024-03-01", reporter=b.OEM, step="vehicle_production", event_id="lr1")],
        taken_back("lr1"),
        (b.vin(31),),
        ("lr1",),
    ),
    FindingCase(
        "missing_report",
        [
            made(b.vin(32), kind=V, event_id="mr1"),
            b.inspected(b.vin(32), time="2024-03-01", step="registration", event_id="mr2"),
        ],
        [b.transferred(b.vin(32), giver=b.MAKER, taker=b.LI, time="2024-02-28", step="sale", event_id="mr3")],
        (b.vin(32),),
        ("mr2",),
    ),
    FindingCase(
        "unqualified_receiver",
        [
            made(_u("ur"), kind=P, event_id="ur1"),
            b.transferred(_u("ur"), giver=b.MAKER, taker=b.SHOP, time="2024-03-01", step="collection", event_id="ur2"),
        ],
        [b.enrolled(b.SHOP, "OUTLET", time="2024-02-01", event_id="ur3", reporter=b.OEM)],
        (_u("ur"),),
        ("ur2",),
    ),
    FindingCase(
        "dangling_correction",
        [b.corrected("q-late", time="2024-03-01", event_id="q1")],
        [made(_u("q"), event_id="q-late")],
        (),
        ("q1",),
    ),
    FindingCase(
        "contradictory_correction",
        [
            made(_u("v"), event_id="v1"),
            b.corrected("v1", made(_u("v-2"), event_id=""), time="2024-03-01", event_id="v2"),
            b.corrected("v1", made(_u("v-3"), event_id=""), time="2024-04-01", event_id="v3"),
        ],
        [b.corrected("v2", time="2024-05-01", event_id="v4")],
        (_u("v"),),
        ("v2", "v3", "v1"),
    ),
    FindingCase(
        "correction_cycle",
        [
            b.corrected("cy2", time="2024-03-01", event_id="cy1"),
            b.corrected("cy1", time="2024-03-01", event_id="cy2"),
        ],
        [],
        (),
        ("cy1", "cy2"),
    ),
    FindingCase(
        "foreign_correction",
        [
            made(_u("f"), event_id="f1"),
            b.corrected("f1", time="2024-03-01", event_id="f2", reporter=b.SHOP),
        ],
        [b.corrected("f2", time="2024-04-01", event_id="f3", reporter=b.SHOP)],
        (_u("f"),),
        ("f2", "f1"),
    ),
    FindingCase(
        "seen_elsewhere",
        [
            made(_u("e"), event_id="e1"),
            b.assembled(_u("e-one"), _u("e"), time="2024-02-01", event_id="e2"),
            b.inspected(_u("e"), inside=_u("e-two"), time="2024-03-01", event_id="e3"),
        ],
        [
            b.disassembled(_u("e-one"), _u("e"), time="2024-02-10", event_id="e4"),
            b.assembled(_u("e-two"), _u("e"), time="2024-02-11", event_id="e5"),
        ],
        (_u("e"), _u("e-two"), _u("e-one")),
        ("e3",),
        rule="seen_elsewhere.in_another",
    ),
]
"""Each kind once, and kinds with several rules once a rule."""
