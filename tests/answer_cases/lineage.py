"""Lineage of items: traces, compositions, and layers that were not reported."""

from tests.answer_cases.case import (
    C1,
    C2,
    C3,
    LOT,
    M1,
    M2,
    P1,
    P2,
    V1,
    V2,
    Table,
    became,
    item,
    missing,
    node,
    on,
    part_of,
)
from tests.answer_cases.histories import (
    CONSUMED_INSIDE,
    CYCLE,
    IN_AND_OUT,
    LOOP,
    LOT_IN_PARTS,
    LOT_INSIDE,
    M1_IN_P1,
    P1_IN_V1,
    P1_IN_V2,
    SHREDDED,
    SOLD_AND_SCRAPPED,
    SWAPPED,
    TWO_WHOLES,
)
from tests.builders import OEM, assembled, disassembled, ended, history, inspected, produced, transformed

TABLE = Table()
add = TABLE.add

# A module is swapped out in 2021; its old pack moves to another vehicle in 2022.

M2_IN_P1 = part_of(M2, P1, 2021, None, "e08")
add(
    "a module removed before its pack moved was never in the second vehicle",
    SWAPPED, "lineage", item=M1,
    expected={
        "items": [
            item(M1, "module", 0, (None, None)), item(P1, "pack", 1, (2019, 2021)),
            item(V1, "vehicle", 2, (2020, 2021)),
        ],
        "edges": [M1_IN_P1, P1_IN_V1],
        "unknown": [],
    },
)  # fmt: skip
add(
    "the module put in instead was in both vehicles, one after the other",
    SWAPPED, "lineage", item=M2,
    expected={
        "items": [
            item(M2, "module", 0, (None, None)), item(P1, "pack", 1, (2021, None)),
            item(V1, "vehicle", 2, (2021, 2022)), item(V2, "vehicle", 2, (2022, None)),
        ],
        "edges": [M2_IN_P1, P1_IN_V1, P1_IN_V2],
    },
)  # fmt: skip
add(
    "upstream of the second vehicle only the module put in instead is found, and its cells are not reported",
    SWAPPED, "lineage", item=V2, direction="upstream",
    expected={
        "items": [
            item(V2, "vehicle", 0, (None, None)), item(P1, "pack", 1, (2022, None)),
            item(M2, "module", 2, (2022, None)),
        ],
        "edges": [M2_IN_P1, P1_IN_V2],
        "unknown": [missing(M2, "cell")],
    },
)  # fmt: skip
add(
    "upstream at the instant at which a pack is put in, it is in",
    SWAPPED, "lineage", item=V1, direction="upstream", at=on(2020),
    expected={
        "items": [
            item(V1, "vehicle", 0, (2020, 2020)), item(P1, "pack", 1, (2020, 2020)),
            item(M1, "module", 2, (2020, 2020)),
        ],
        "unknown": [missing(M1, "cell")],
    },
)  # fmt: skip
add(
    "a window that begins when the module leaves steps nowhere",
    SWAPPED, "lineage", item=M1, from_=on(2021), until=on(2022),
    expected={"items": [item(M1, "module", 0, (2021, 2022))], "edges": []},
)  # fmt: skip
add(
    "from equal to until is the instant",
    SWAPPED, "lineage", item=M1, from_=on(2020), until=on(2020),
    expected={
        "items": [
            item(M1, "module", 0, (2020, 2020)), item(P1, "pack", 1, (2020, 2020)),
            item(V1, "vehicle", 2, (2020, 2020)),
        ],
        "edges": [M1_IN_P1, P1_IN_V1],
    },
)  # fmt: skip
add(
    "what once held a module stays exposed, and so does what it is put into later",
    SWAPPED, "lineage", item=M1, mode="exposure",
    expected={
        "items": [
            item(M1, "module", 0, (None, None)), item(P1, "pack", 1, (2019, None)),
            item(V1, "vehicle", 2, (2020, None)), item(V2, "vehicle", 2, (2022, None)),
        ],
        "edges": [M1_IN_P1, P1_IN_V1, P1_IN_V2],
    },
)  # fmt: skip
add(
    "composition on the day of a swap holds what came in, not what went out",
    SWAPPED, "composition", item=V1, at=on(2021),
    expected={
        "tree": node(
            V1, "vehicle", None, [], node(P1, "pack", 2020, ["e06", "e09"], node(M2, "module", 2021, ["e08"]))
        ),
    },
)  # fmt: skip

# A pack is consumed with its module inside, which is taken out of the remains a year later.

add(
    "what is inside a consumed pack went where the pack went",
    CONSUMED_INSIDE, "lineage", item=M1,
    expected={
        "items": [
            item(M1, "module", 0, (None, None)), item(P1, "pack", 1, (2019, 2021)), item(LOT, "lot", 2, (2021, None)),
        ],
        "edges": [became(P1, LOT, 2021, "e05"), part_of(M1, P1, 2019, 2022, "e03", "e06")],
    },
)  # fmt: skip
add(
    "upstream of a lot is the pack at the instant of its consumption, with what was in it then",
    CONSUMED_INSIDE, "lineage", item=LOT, direction="upstream",
    expected={
        "items": [
            item(LOT, "lot", 0, (None, None)), item(P1, "pack", 1, (2021, 2021)),
            item(M1, "module", 2, (2021, 2021)),
        ],
        "unknown": [missing(M1, "cell")],
    },
)  # fmt: skip
add(
    "a consumed pack carries up to its consumption",
    CONSUMED_INSIDE, "lineage", item=P1,
    expected={"items": [item(P1, "pack", 0, (None, 2021)), item(LOT, "lot", 1, (2021, None))]},
)  # fmt: skip
add(
    "nothing is left of a consumed pack afterwards, itself included",
    CONSUMED_INSIDE, "lineage", item=P1, at=on(2022), expected={"items": [], "edges": []},
)  # fmt: skip
add(
    "a pack has a composition at the instant of its consumption",
    CONSUMED_INSIDE, "composition", item=P1, at=on(2021),
    expected={"tree": node(P1, "pack", None, [], node(M1, "module", 2019, ["e03", "e06"]))},
)  # fmt: skip
add(
    "a pack has no composition after its consumption",
    CONSUMED_INSIDE, "composition", item=P1, at=on(2022), expected={"tree": None},
)  # fmt: skip

# A module is removed on the day on which the pack is shredded.

add(
    "a module removed on the day on which its pack is shredded is not in the lot",
    SHREDDED, "lineage", item=M1,
    expected={
        "items": [item(M1, "module", 0, (None, None)), item(P1, "pack", 1, (2019, 2021))],
        "edges": [part_of(M1, P1, 2019, 2021, "e03", "e05")],
    },
)  # fmt: skip
add(
    "upstream of that lot the module is not found",
    SHREDDED, "lineage", item=LOT, direction="upstream",
    expected={
        "items": [item(LOT, "lot", 0, (None, None)), item(P1, "pack", 1, (2021, 2021))],
        "edges": [became(P1, LOT, 2021, "e04")],
        "unknown": [],
    },
)  # fmt: skip

# In and out on one day, and out and in again on one day.

add(
    "a module in and out on one day was in the pack, and in the vehicle around it, for that instant",
    IN_AND_OUT, "lineage", item=M1,
    expected={
        "items": [
            item(M1, "module", 0, (None, None)), item(P1, "pack", 1, (2020, 2020), (2021, 2022)),
            item(V1, "vehicle", 2, (2020, 2020), (2021, 2022)),
        ],
        "edges": [
            part_of(M1, P1, 2020, 2020, "e04", "e05"), part_of(M1, P1, 2021, 2022, "e06", "e07"),
            part_of(P1, V1, 2019, None, "e03"),
        ],
    },
)  # fmt: skip
add(
    "upstream at that instant the module is there",
    IN_AND_OUT, "lineage", item=P1, direction="upstream", at=on(2020),
    expected={"items": [item(P1, "pack", 0, (2020, 2020)), item(M1, "module", 1, (2020, 2020))]},
)  # fmt: skip
OUT_AND_IN = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    assembled(P1, M1, time=on(2019)),  # e02
    assembled(P1, M1, time=on(2021)),  # e03
    disassembled(P1, M1, time=on(2021)),  # e04
)
add(
    "out and in again on one day is two edges and one window",
    OUT_AND_IN, "lineage", item=M1,
    expected={
        "items": [item(M1, "module", 0, (None, None)), item(P1, "unknown", 1, (2019, None))],
        "edges": [part_of(M1, P1, 2019, 2021, "e02", "e04"), part_of(M1, P1, 2021, None, "e03")],
    },
)  # fmt: skip
add(
    "assembled again where it already is: no new edge, one more proof",
    history(assembled(P1, M1, time=on(2019)), assembled(P1, M1, time=on(2020))), "lineage", item=M1,
    expected={"edges": [part_of(M1, P1, 2019, None, "e01", "e02")]},
)  # fmt: skip

# Two wholes at once.

add(
    "of two overlapping installations both stand",
    TWO_WHOLES, "lineage", item=M1,
    expected={"items": [
        item(M1, "module", 0, (None, None)), item(P1, "pack", 1, (2019, 2021)), item(P2, "pack", 1, (2020, None)),
    ]},
)  # fmt: skip

# A lot is consumed in parts.

add(
    "a lot consumed in parts goes on",
    LOT_IN_PARTS, "lineage", item=LOT,
    expected={
        "items": [
            item(LOT, "lot", 0, (None, None)), item(C1, "cell", 1, (2019, None)), item(C2, "cell", 1, (2020, None)),
        ],
        "edges": [became(LOT, C1, 2019, "e02"), became(LOT, C2, 2020, "e03")],
    },
)  # fmt: skip
add(
    "at the instant of one consumption only its output is reached",
    LOT_IN_PARTS, "lineage", item=LOT, at=on(2019),
    expected={"items": [item(LOT, "lot", 0, (2019, 2019)), item(C1, "cell", 1, (2019, None))]},
)  # fmt: skip
add(
    "from the later consumption on only its output is reached",
    LOT_IN_PARTS, "lineage", item=LOT, from_=on(2020),
    expected={"items": [item(LOT, "lot", 0, (2020, None)), item(C2, "cell", 1, (2020, None))]},
)  # fmt: skip

# Recycling over several generations, through one lot.

add(
    "a first cell is in every later generation of the loop",
    LOOP, "lineage", item=C1,
    expected={
        "items": [
            item(C1, "cell", 0, (None, 2019)), item(LOT, "lot", 1, (2019, None)), item(C2, "cell", 2, (2020, 2021)),
            item(C3, "cell", 2, (2022, None)),
        ],
        "edges": [
            became(LOT, C2, 2020, "e03"), became(LOT, C3, 2022, "e05"), became(C1, LOT, 2019, "e02"),
            became(C2, LOT, 2021, "e04"),
        ],
    },
)  # fmt: skip
add(
    "a second cell is not in its own generation",
    LOOP, "lineage", item=C2,
    expected={
        "items": [
            item(C2, "cell", 0, (None, 2021)), item(LOT, "lot", 1, (2021, None)),
            item(C3, "cell", 2, (2022, None)),
        ],
        "edges": [became(LOT, C3, 2022, "e05"), became(C2, LOT, 2021, "e04")],
    },
)  # fmt: skip
add(
    "upstream of the third cell the lot is met at two instants",
    LOOP, "lineage", item=C3, direction="upstream",
    expected={"items": [
        item(C3, "cell", 0, (None, None)), item(LOT, "lot", 1, (2020, 2020), (2022, 2022)),
        item(C1, "cell", 2, (2019, 2019)), item(C2, "cell", 2, (2021, 2021)),
    ]},
)  # fmt: skip

# A sale on the day of the dismantling, of the scrapping, of an installation.

add(
    "a pack stays in a scrapped vehicle until its removal is reported",
    SOLD_AND_SCRAPPED, "lineage", item=P1,
    expected={"items": [item(P1, "pack", 0, (None, None)), item(V1, "vehicle", 1, (2019, 2022))]},
)  # fmt: skip

# Lots inside, wholes inside a consumed vehicle, wholes in a circle.

add(
    "a lot may be in several wholes at once",
    LOT_INSIDE, "lineage", item=LOT,
    expected={"items": [
        item(LOT, "lot", 0, (None, None)), item(M1, "module", 1, (2019, 2021)), item(M2, "module", 1, (2020, None)),
    ]},
)  # fmt: skip
add(
    "a circle of wholes is walked once",
    CYCLE, "lineage", item=P1,
    expected={
        "items": [item(P1, "pack", 0, (None, None)), item(P2, "pack", 1, (2019, None))],
        "edges": [part_of(P1, P2, 2019, None, "e03"), part_of(P2, P1, 2020, None, "e04")],
    },
)  # fmt: skip

# After a consumption, and on its day.

add(
    "a consumed module carries nothing into what it is reported to enter later",
    history(
        produced(M1, time=on(2018)), transformed([M1], {LOT: "lot"}, time=on(2020)), assembled(P1, M1, time=on(2021)),
    ), "lineage", item=M1,
    expected={
        "items": [item(M1, "module", 0, (None, 2020)), item(LOT, "lot", 1, (2020, None))],
        "edges": [became(M1, LOT, 2020, "e02")],
    },
)  # fmt: skip
add(
    "assembled on the day of its consumption, it was put in before",
    history(
        produced(M1, time=on(2018)), transformed([M1], {LOT: "lot"}, time=on(2020)), assembled(P1, M1, time=on(2020)),
    ), "lineage", item=M1,
    expected={
        "items": [
            item(M1, "module", 0, (None, 2020)), item(LOT, "lot", 1, (2020, None)),
            item(P1, "unknown", 1, (2020, 2020)),
        ],
        "edges": [became(M1, LOT, 2020, "e02"), part_of(M1, P1, 2020, 2020, "e02", "e03")],
    },
)  # fmt: skip
add(
    "put into a pack on the day on which the pack is consumed, it went along",
    history(
        produced(M1, time=on(2018)), transformed([P1], {LOT: "lot"}, time=on(2020)), assembled(P1, M1, time=on(2020)),
    ), "lineage", item=M1,
    expected={"items": [
        item(M1, "module", 0, (None, None)), item(P1, "unknown", 1, (2020, 2020)), item(LOT, "lot", 2, (2020, None)),
    ]},
)  # fmt: skip

# Which order fits, where several events have one time.

OFTEN = history(
    assembled(P1, M1, time=on(2019)),  # e01
    disassembled(P1, M1, time=on(2019)),  # e02
    assembled(P1, M1, time=on(2019)),  # e03
    disassembled(P1, M1, time=on(2021)),  # e04
    assembled(P1, M1, time=on(2021)),  # e05
    disassembled(P1, M1, time=on(2021)),  # e06
)
add(
    "instants at both ends of a window are stepped over and not shown",
    OFTEN, "lineage", item=M1,
    expected={
        "items": [item(M1, "unknown", 0, (None, None)), item(P1, "unknown", 1, (2019, 2021))],
        "edges": [
            part_of(M1, P1, 2019, 2019, "e01", "e02"), part_of(M1, P1, 2019, 2021, "e03", "e04"),
            part_of(M1, P1, 2021, 2021, "e05", "e06"),
        ],
    },
)  # fmt: skip
add(
    "a lot enters a second whole before it ends on that day, and leaves both by its end",
    history(assembled(M1, LOT, time=on(2019)), assembled(M2, LOT, time=on(2021)), ended(LOT, time=on(2021))),
    "lineage", item=LOT,
    expected={"edges": [part_of(LOT, M1, 2019, 2021, "e01", "e03"), part_of(LOT, M2, 2021, 2021, "e02", "e03")]},
)  # fmt: skip
add(
    "for a dead module nothing fits, so that the removal counts before the installation",
    history(ended(M1, time=on(2019)), assembled(P1, M1, time=on(2020)), disassembled(P1, M1, time=on(2020))),
    "lineage", item=M1,
    expected={"edges": [part_of(M1, P1, 2020, None, "e02")]},
)  # fmt: skip
add(
    "a module leaves its pack by its own end",
    history(assembled(P1, M1, time=on(2019)), ended(M1, time=on(2020))), "lineage", item=M1,
    expected={
        "items": [item(M1, "unknown", 0, (None, None)), item(P1, "unknown", 1, (2019, 2020))],
        "edges": [part_of(M1, P1, 2019, 2020, "e01", "e02")],
    },
)  # fmt: skip
add(
    "a module leaves its pack by its consumption",
    history(assembled(P1, M1, time=on(2019)), transformed([M1], {LOT: "lot"}, time=on(2020))), "lineage", item=P1,
    direction="upstream",
    expected={"edges": [part_of(M1, P1, 2019, 2020, "e01", "e02")]},
)  # fmt: skip
add(
    "a lot stays where it was put when more of it is consumed",
    history(assembled(M1, LOT, time=on(2019)), transformed([LOT], {C1: "cell"}, time=on(2020))), "lineage", item=LOT,
    expected={"edges": [became(LOT, C1, 2020, "e02"), part_of(LOT, M1, 2019, None, "e01")]},
)  # fmt: skip

# Several paths, and layers that were not reported.

add(
    "a vehicle without a reported pack lacks that layer",
    history(produced(V1, kind="vehicle", time=on(2018), reporter=OEM)), "lineage", item=V1, direction="upstream",
    expected={"unknown": [missing(V1, "pack")]},
)  # fmt: skip
add(
    "cells without a code are counted, and still not known",
    history(produced(P1, kind="pack", time=on(2018)), assembled(P1, uncoded={"cell": 96}, time=on(2018))),
    "lineage", item=P1, direction="upstream",
    expected={"unknown": [missing(P1, "cell", 96)]},
)  # fmt: skip
add(
    "the whole that an inspection saw it in is not named by that",
    history(inspected(M1, inside=V1, time=on(2018))), "named", expected={M1},
)  # fmt: skip
