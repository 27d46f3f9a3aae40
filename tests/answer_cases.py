"""Small histories with answers worked out by hand from the contract: a table of cases, hence longer than a module.

Every event happens on New Year's Day of its year (UTC+08:00); equal years are equal times. `expected` holds the
fields of the answer that the case is about; for `holdings` it is the whole answer, for `event_status` the one word
that the contract's words lead to, for `named` the set of items. Runs on the reference and on every store alike.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.builders import (
    LI,
    MAKER,
    OEM,
    SHOP,
    WORKS,
    Json,
    assembled,
    battery_code,
    corrected,
    disassembled,
    ended,
    history,
    inspected,
    lot,
    produced,
    transferred,
    transformed,
    vin,
)

C1, C2, C3 = "urn:x:c1", "urn:x:c2", "urn:x:c3"
M1, M2 = "urn:x:m1", "urn:x:m2"
P1, P2, P3 = "urn:x:p1", "urn:x:p2", "urn:x:p3"
V1, V2 = vin(1), vin(2)
LOT = lot(1)


@dataclass(frozen=True)
class Case:
    """`ask` is a method of the reference's `World`, `given` its arguments."""

    name: str
    events: list[Json]
    ask: str
    given: dict[str, Any]
    expected: Any
    known_at: str | None = None


@dataclass
class Table:
    """Cases that share a history."""

    cases: list[Case] = field(default_factory=list)

    def add(
        self, name: str, events: list[Json], ask: str, expected: object, known: str | None = None, **given: object
    ) -> None:
        self.cases.append(Case(name, events, ask, given, expected, known))


def on(year: int) -> str:
    return f"{year}-01-01"


def moment(year: int | None) -> str | None:
    """New Year's Day in China, as answers write it."""
    return None if year is None else f"{year - 1}-12-31T16:00:00.000Z"


def item(name: str, kind: str, distance: int, *windows: tuple[int | None, int | None]) -> Json:
    shown = [[moment(since), moment(until)] for since, until in windows]
    return {"id": name, "kind": kind, "distance": distance, "windows": shown}


def part_of(part: str, whole: str, since: int, until: int | None, *events: str) -> Json:
    ends = {"since": moment(since), "until": moment(until), "at": None}
    return {"type": "PART_OF", "source": part, "target": whole, **ends, "events": list(events)}


def became(source: str, output: str, year: int, *events: str) -> Json:
    ends = {"since": None, "until": None, "at": moment(year)}
    return {"type": "BECAME", "source": source, "target": output, **ends, "events": list(events)}


def node(name: str, kind: str, since: int | None, events: list[str], *parts: Json) -> Json:
    return {"id": name, "kind": kind, "since": moment(since), "events": events, "parts": list(parts)}


def segment(
    since: int, until: int | None, status: str, *holders: str, via: tuple[str, ...] = (), to: str | None = None
) -> Json:
    ends = {"since": moment(since), "until": moment(until)}
    return {**ends, "status": status, "holders": list(holders), "to": to, "via": list(via)}


def missing(name: str, layer: str, uncoded: int | None = None) -> Json:
    return {"item": name, "layer": layer, "uncoded": uncoded}


def steps(*edges: Json, window: tuple[int | None, int | None]) -> Json:
    return {"steps": list(edges), "window": [moment(window[0]), moment(window[1])]}


TABLE = Table()
add = TABLE.add

# A module is swapped out in 2021; its old pack moves to another vehicle in 2022.

SWAPPED = history(
    produced(M1, M2, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018)),  # e02
    produced(V1, kind="vehicle", time=on(2018), reporter=OEM),  # e03
    produced(V2, kind="vehicle", time=on(2018), reporter=OEM),  # e04
    assembled(P1, M1, time=on(2019)),  # e05
    assembled(V1, P1, time=on(2020), reporter=OEM),  # e06
    disassembled(P1, M1, time=on(2021), custodian=SHOP),  # e07
    assembled(P1, M2, time=on(2021), reporter=SHOP),  # e08
    disassembled(V1, P1, time=on(2022)),  # e09
    assembled(V2, P1, time=on(2022), reporter=SHOP),  # e10
)
M1_IN_P1 = part_of(M1, P1, 2019, 2021, "e05", "e07")
M2_IN_P1 = part_of(M2, P1, 2021, None, "e08")
P1_IN_V1 = part_of(P1, V1, 2020, 2022, "e06", "e09")
P1_IN_V2 = part_of(P1, V2, 2022, None, "e10")

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
add(
    "a path exists while the module, its pack and the vehicle are together",
    SWAPPED, "path", source=M1, destination=V1,
    expected={"paths": [steps(M1_IN_P1, P1_IN_V1, window=(2020, 2021))], "more": False, "why_not": None},
)  # fmt: skip
add(
    "no path leads to the second vehicle because the pack entered it after the module had left",
    SWAPPED, "path", source=M1, destination=V2,
    expected={
        "paths": [],
        "more": False,
        "why_not": [{"edge": P1_IN_V2, "reason": "starts_after", "since": moment(2019), "until": moment(2021)}],
    },
)  # fmt: skip
add(
    "no path at an instant after the pack has left, because that step ended before",
    SWAPPED, "path", source=P1, destination=V1, at=on(2023),
    expected={
        "paths": [],
        "why_not": [{"edge": P1_IN_V1, "reason": "ended_before", "since": moment(2023), "until": moment(2023)}],
    },
)  # fmt: skip
add(
    "no path and no reason where nothing leads there at any time",
    SWAPPED, "path", source=V1, destination=M1,
    expected={"paths": [], "more": False, "why_not": None},
)  # fmt: skip
add(
    "from an item to itself is one path without steps",
    SWAPPED, "path", source=M1, destination=M1,
    expected={"paths": [steps(window=(None, None))], "more": False, "why_not": None},
)  # fmt: skip
add(
    "custody of what is inside follows the outermost whole until the removal names a custodian",
    SWAPPED, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", MAKER, via=(P1,)),
        segment(2020, 2021, "held", OEM, via=(P1, V1)), segment(2021, None, "held", SHOP),
    ]},
)  # fmt: skip
add(
    "a party's holdings are what it holds that is in nothing else",
    SWAPPED, "holdings", party=OEM, at=on(2022),
    expected={V1: (moment(2018), "held"), V2: (moment(2018), "held")},
)  # fmt: skip
add(
    "the card of an installed pack says where it is and who holds it through the vehicle",
    SWAPPED, "card", item=P1, at=on(2021),
    expected={
        "kind": "pack", "born": moment(2018), "ended": None, "consumed": None,
        "inside": [{"id": V1, "kind": "vehicle", "since": moment(2020)}],
        "custody": segment(2020, 2022, "held", OEM, via=(V1,)),
    },
)  # fmt: skip

# A pack is consumed with its module inside, which is taken out of the remains a year later.

CONSUMED_INSIDE = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018)),  # e02
    assembled(P1, M1, time=on(2019)),  # e03
    transferred(P1, giver=MAKER, taker=WORKS, time=on(2020)),  # e04
    transformed([P1], {LOT: "lot"}, time=on(2021)),  # e05
    disassembled(P1, M1, time=on(2022), reporter=WORKS),  # e06
)
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
    "a module inside a consumed pack is ended with it until it is removed, then the pack's last holder has it",
    CONSUMED_INSIDE, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", MAKER, via=(P1,)),
        segment(2020, 2021, "held", WORKS, via=(P1,)), segment(2021, 2022, "ended", via=(P1,)),
        segment(2022, None, "held", WORKS),
    ]},
)  # fmt: skip
add(
    "custody of a consumed pack ends",
    CONSUMED_INSIDE, "custody", item=P1,
    expected={"segments": [
        segment(2018, 2020, "held", MAKER), segment(2020, 2021, "held", WORKS), segment(2021, None, "ended"),
    ]},
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
add(
    "the card of a consumed pack says when",
    CONSUMED_INSIDE, "card", item=P1, at=on(2022),
    expected={"ended": None, "consumed": moment(2021), "inside": [], "custody": segment(2021, None, "ended")},
)  # fmt: skip

# A module is removed on the day on which the pack is shredded.

SHREDDED = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018)),  # e02
    assembled(P1, M1, time=on(2019)),  # e03
    transformed([P1], {LOT: "lot"}, time=on(2021)),  # e04
    disassembled(P1, M1, time=on(2021)),  # e05
)
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
add(
    "the step into that lot starts after the module's time in the pack",
    SHREDDED, "path", source=M1, destination=LOT,
    expected={
        "paths": [],
        "why_not": [
            {"edge": became(P1, LOT, 2021, "e04"), "reason": "starts_after",
             "since": moment(2019), "until": moment(2021)}
        ],
    },
)  # fmt: skip
add(
    "that module goes to the last holder of the shredded pack",
    SHREDDED, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", MAKER, via=(P1,)),
        segment(2021, None, "held", MAKER),
    ]},
)  # fmt: skip

# In and out on one day, and out and in again on one day.

IN_AND_OUT = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018)),  # e02
    assembled(V1, P1, time=on(2019), reporter=OEM),  # e03
    disassembled(P1, M1, time=on(2020), custodian=SHOP),  # e04
    assembled(P1, M1, time=on(2020)),  # e05
    assembled(P1, M1, time=on(2021)),  # e06
    disassembled(P1, M1, time=on(2022), custodian=SHOP),  # e07
)
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
add(
    "a custody timeline has no segment without length",
    IN_AND_OUT, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2020, "held", MAKER), segment(2020, 2021, "held", SHOP),
        segment(2021, 2022, "gap", via=(P1, V1)), segment(2022, None, "held", SHOP),
    ]},
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

TWO_WHOLES = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018), reporter=OEM),  # e02
    produced(P2, kind="pack", time=on(2018), reporter=SHOP),  # e03
    assembled(P1, M1, time=on(2019)),  # e04
    assembled(P2, M1, time=on(2020)),  # e05
    disassembled(P1, M1, time=on(2021)),  # e06
)
add(
    "of two overlapping installations both stand",
    TWO_WHOLES, "lineage", item=M1,
    expected={"items": [
        item(M1, "module", 0, (None, None)), item(P1, "pack", 1, (2019, 2021)), item(P2, "pack", 1, (2020, None)),
    ]},
)  # fmt: skip
add(
    "in two wholes at once custody is in conflict between their holders",
    TWO_WHOLES, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", OEM, via=(P1,)),
        segment(2020, 2021, "conflict", OEM, SHOP, via=(P1, P2)), segment(2021, None, "held", SHOP, via=(P2,)),
    ]},
)  # fmt: skip
add(
    "what is in conflict is listed with each holder",
    TWO_WHOLES, "holdings", party=SHOP, at=on(2020),
    expected={P2: (moment(2018), "held"), M1: (moment(2020), "conflict")},
)  # fmt: skip

# A lot is consumed in parts.

LOT_IN_PARTS = history(
    produced(LOT, kind="lot", time=on(2018), reporter=WORKS),  # e01
    transformed([{"id": LOT, "mass_kg": 5.5}], {C1: "cell"}, time=on(2019), reporter=MAKER),  # e02
    transformed([LOT], {C2: "cell"}, time=on(2020), reporter=MAKER),  # e03
)
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
add(
    "a consumed lot is still held",
    LOT_IN_PARTS, "custody", item=LOT, expected={"segments": [segment(2018, None, "held", WORKS)]},
)  # fmt: skip
add(
    "the card of a lot tells its last consumption",
    LOT_IN_PARTS, "card", item=LOT, at=on(2021),
    expected={"consumed": moment(2020), "ended": None, "custody": segment(2018, None, "held", WORKS)},
)  # fmt: skip

# Recycling over several generations, through one lot.

LOOP = history(
    produced(C1, kind="cell", time=on(2018)),  # e01
    transformed([C1], {LOT: "lot"}, time=on(2019)),  # e02
    transformed([LOT], {C2: "cell"}, time=on(2020), reporter=MAKER),  # e03
    transformed([C2], {LOT: "lot"}, time=on(2021)),  # e04
    transformed([LOT], {C3: "cell"}, time=on(2022), reporter=MAKER),  # e05
)
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
add(
    "the path through the loop takes the fewest steps",
    LOOP, "path", source=C1, destination=C3,
    expected={
        "paths": [steps(became(C1, LOT, 2019, "e02"), became(LOT, C3, 2022, "e05"), window=(2022, None))],
        "more": False,
    },
)  # fmt: skip

# A sale on the day of the dismantling, of the scrapping, of an installation.

SOLD_AND_DISMANTLED = history(
    produced(P1, kind="pack", time=on(2018)),  # e01
    produced(V1, kind="vehicle", time=on(2018), reporter=OEM),  # e02
    assembled(V1, P1, time=on(2019), reporter=OEM),  # e03
    disassembled(V1, P1, time=on(2021)),  # e04
    transferred(V1, giver=OEM, taker=WORKS, time=on(2021)),  # e05
)
add(
    "a pack taken out on the day on which its vehicle is sold goes to the buyer",
    SOLD_AND_DISMANTLED, "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", OEM, via=(V1,)),
        segment(2021, None, "held", WORKS),
    ]},
)  # fmt: skip

GIVEN_AND_DISMANTLED = history(
    *SOLD_AND_DISMANTLED[:4],
    transferred(V1, giver=OEM, taker=WORKS, side="giver", time=on(2021)),  # e05
)
add(
    "told by the giver alone the vehicle is in transit",
    GIVEN_AND_DISMANTLED, "custody", item=V1,
    expected={"segments": [segment(2018, 2021, "held", OEM), segment(2021, None, "in_transit", OEM, to=WORKS)]},
)  # fmt: skip
add(
    "a pack taken out of a vehicle in transit is with the giver",
    GIVEN_AND_DISMANTLED, "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", OEM, via=(V1,)),
        segment(2021, None, "held", OEM),
    ]},
)  # fmt: skip

SOLD_AND_SCRAPPED = history(
    *SOLD_AND_DISMANTLED[:3],
    ended(V1, time=on(2021)),  # e04
    transferred(V1, giver=OEM, taker=WORKS, time=on(2021)),  # e05
    disassembled(V1, P1, time=on(2022), reporter=WORKS),  # e06
)
add(
    "a pack in a vehicle sold and scrapped on one day is with the buyer, before and after its removal",
    SOLD_AND_SCRAPPED, "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", OEM, via=(V1,)),
        segment(2021, 2022, "held", WORKS, via=(V1,)), segment(2022, None, "held", WORKS),
    ]},
)  # fmt: skip
add(
    "a pack stays in a scrapped vehicle until its removal is reported",
    SOLD_AND_SCRAPPED, "lineage", item=P1,
    expected={"items": [item(P1, "pack", 0, (None, None)), item(V1, "vehicle", 1, (2019, 2022))]},
)  # fmt: skip
add(
    "the card of a scrapped vehicle says when and why",
    SOLD_AND_SCRAPPED, "card", item=V1, at=on(2023),
    expected={
        "kind": "vehicle", "ended": {"time": moment(2021), "reason": "scrapped"}, "custody": segment(2021, None,
        "ended"),
    },
)  # fmt: skip

SOLD_AND_INSTALLED = history(
    produced(P1, kind="pack", time=on(2018)),  # e01
    produced(V1, kind="vehicle", time=on(2018), reporter=OEM),  # e02
    assembled(V1, P1, time=on(2019), reporter=OEM),  # e03
    transferred(P1, giver=MAKER, taker=SHOP, time=on(2019)),  # e04
)
add(
    "sold by its holder on the day of its installation, it was handed over first",
    SOLD_AND_INSTALLED, "custody", item=P1,
    expected={"segments": [segment(2018, 2019, "held", MAKER), segment(2019, None, "held", OEM, via=(V1,))]},
)  # fmt: skip
add(
    "sold by somebody else on that day, it was handed over inside",
    history(*SOLD_AND_INSTALLED[:3], transferred(P1, giver=LI, taker=SHOP, time=on(2019))), "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, None, "conflict", OEM, SHOP, via=(V1,)),
    ]},
)  # fmt: skip
add(
    "sold by its former vehicle's holder on the day of its removal, it was removed first",
    history(
        *SOLD_AND_DISMANTLED[:4],
        transferred(P1, giver=OEM, taker=SHOP, time=on(2021)),
    ), "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", OEM, via=(V1,)),
        segment(2021, None, "held", SHOP),
    ]},
)  # fmt: skip

# A pack is handed over while still installed.

HANDED_OVER_INSIDE = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018)),  # e02
    produced(V1, kind="vehicle", time=on(2018), reporter=OEM),  # e03
    produced(V2, kind="vehicle", time=on(2018), reporter=LI),  # e04
    assembled(P1, M1, time=on(2019)),  # e05
    assembled(V1, P1, time=on(2019), reporter=OEM),  # e06
    transferred(P1, giver=OEM, taker=SHOP, time=on(2020)),  # e07
    disassembled(V1, P1, time=on(2021)),  # e08
    assembled(V2, P1, time=on(2022)),  # e09
)
add(
    "handed over while installed, a pack is in conflict until it is removed, and then the taker's",
    HANDED_OVER_INSIDE, "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", OEM, via=(V1,)),
        segment(2020, 2021, "conflict", OEM, SHOP, via=(V1,)), segment(2021, 2022, "held", SHOP),
        segment(2022, None, "held", LI, via=(V2,)),
    ]},
)  # fmt: skip
add(
    "what is in a pack handed over while installed is in the same conflict",
    HANDED_OVER_INSIDE, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", OEM, via=(P1, V1)),
        segment(2020, 2021, "conflict", OEM, SHOP, via=(P1, V1)), segment(2021, 2022, "held", SHOP, via=(P1,)),
        segment(2022, None, "held", LI, via=(P1, V2)),
    ]},
)  # fmt: skip
add(
    "handing over what is inside leaves the vehicle with its holder",
    HANDED_OVER_INSIDE, "custody", item=V1, expected={"segments": [segment(2018, None, "held", OEM)]},
)  # fmt: skip

# Hand-overs told by one side.

add(
    "told by the giver it is in transit, told by the taker it has arrived",
    history(
        produced(M1, time=on(2018)),
        transferred(M1, giver=MAKER, taker=SHOP, side="giver", time=on(2019)),
        transferred(M1, giver=MAKER, taker=OEM, side="giver", time=on(2020)),
        transferred(M1, giver=LI, taker=WORKS, side="giver", time=on(2021)),
        transferred(M1, giver=MAKER, taker=OEM, side="taker", time=on(2022)),
        transferred(M1, giver=OEM, taker=LI, rights="ownership", time=on(2023)),
    ), "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "in_transit", MAKER, to=SHOP),
        segment(2020, 2022, "in_transit", MAKER, to=OEM), segment(2022, None, "held", OEM),
    ]},
)  # fmt: skip
add(
    "before anybody is said to hold it there is a gap, and a late production changes no holder",
    history(
        inspected(M1, time=on(2018)),
        transferred(M1, giver=LI, taker=SHOP, side="taker", time=on(2019)),
        produced(M1, time=on(2020)),
    ), "custody", item=M1,
    expected={"segments": [segment(2018, 2019, "gap"), segment(2019, None, "held", SHOP)]},
)  # fmt: skip
add(
    "the gap of a whole goes with what is taken out of it, until somebody is named",
    history(
        produced(M1, time=on(2018)), assembled(P1, M1, time=on(2019)), disassembled(P1, M1, time=on(2020)),
        disassembled(P1, M1, time=on(2021), custodian=WORKS),
    ), "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "gap", via=(P1,)), segment(2020, 2021, "gap"),
        segment(2021, None, "held", WORKS),
    ]},
)  # fmt: skip
add(
    "an end lasts until somebody takes the thing over",
    history(
        produced(M1, time=on(2018)), ended(M1, reason="lost", time=on(2019)),
        transferred(M1, giver=LI, taker=SHOP, side="taker", time=on(2020)),
    ), "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "ended"),
        segment(2020, None, "held", SHOP),
    ]},
)  # fmt: skip

# Lots inside, wholes inside a consumed vehicle, wholes in a circle.

LOT_INSIDE = history(
    produced(LOT, kind="lot", time=on(2018), reporter=WORKS),  # e01
    produced(M1, M2, kind="module", time=on(2018)),  # e02
    assembled(M1, LOT, time=on(2019)),  # e03
    assembled(M2, LOT, time=on(2020)),  # e04
    disassembled(M1, LOT, time=on(2021)),  # e05
)
add(
    "a lot inside a whole keeps its own custody, and its removal changes none",
    LOT_INSIDE, "custody", item=LOT,
    expected={"segments": [
        segment(2018, 2019, "held", WORKS), segment(2019, 2020, "held", WORKS, via=(M1,)),
        segment(2020, 2021, "held", WORKS, via=(M1, M2)), segment(2021, None, "held", WORKS, via=(M2,)),
    ]},
)  # fmt: skip
add(
    "a lot may be in several wholes at once",
    LOT_INSIDE, "lineage", item=LOT,
    expected={"items": [
        item(LOT, "lot", 0, (None, None)), item(M1, "module", 1, (2019, 2021)), item(M2, "module", 1, (2020, None)),
    ]},
)  # fmt: skip

CONSUMED_VEHICLE = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018)),  # e02
    produced(V1, kind="vehicle", time=on(2018), reporter=OEM),  # e03
    assembled(P1, M1, time=on(2019)),  # e04
    assembled(V1, P1, time=on(2019), reporter=OEM),  # e05
    transformed([V1], {LOT: "lot"}, time=on(2021)),  # e06
    disassembled(V1, P1, time=on(2022)),  # e07
)
add(
    "a module in a pack in a consumed vehicle is ended until the pack is taken out",
    CONSUMED_VEHICLE, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", OEM, via=(P1, V1)),
        segment(2021, 2022, "ended", via=(P1, V1)), segment(2022, None, "held", OEM, via=(P1,)),
    ]},
)  # fmt: skip
add(
    "a module taken out of a pack that still lies in a consumed vehicle is with the vehicle's last holder",
    history(*CONSUMED_VEHICLE[:6], disassembled(P1, M1, time=on(2022))), "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", OEM, via=(P1, V1)),
        segment(2021, 2022, "ended", via=(P1, V1)), segment(2022, None, "held", OEM),
    ]},
)  # fmt: skip

RING = history(
    produced(P1, kind="pack", time=on(2018)),  # e01
    produced(P2, kind="pack", time=on(2018), reporter=OEM),  # e02
    assembled(P2, P1, time=on(2019)),  # e03
    assembled(P1, P2, time=on(2020)),  # e04
)
add(
    "a circle of wholes is walked once",
    RING, "lineage", item=P1,
    expected={
        "items": [item(P1, "pack", 0, (None, None)), item(P2, "pack", 1, (2019, None))],
        "edges": [part_of(P1, P2, 2019, None, "e03"), part_of(P2, P1, 2020, None, "e04")],
    },
)  # fmt: skip
add(
    "wholes in a circle are all outermost",
    RING, "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", OEM, via=(P2,)),
        segment(2020, None, "conflict", MAKER, OEM, via=(P2,)),
    ]},
)  # fmt: skip

# After a consumption, and on its day.

add(
    "a consumed module carries nothing into what it is said to enter later",
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

# Which order fits, where several things happen at one time.

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
    "a cell recycled, sold and built in on one day was made first, sold then, and is inside now",
    history(
        produced(M1, time=on(2018), reporter=OEM),
        assembled(M1, C1, time=on(2020)),
        transferred(C1, giver=WORKS, taker=SHOP, time=on(2020)),
        transformed([LOT], {C1: "cell"}, time=on(2020)),
    ), "custody", item=C1,
    expected={"segments": [segment(2020, None, "held", OEM, via=(M1,))]},
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
    "for a dead module nothing fits, so that the removal counts before the hand-over",
    history(
        produced(M1, time=on(2018)), ended(M1, time=on(2019)),
        transferred(M1, giver=LI, taker=SHOP, side="taker", time=on(2020)),
        transferred(M1, giver=SHOP, taker=OEM, time=on(2021)),
        disassembled(P2, M1, time=on(2021), custodian=WORKS),
    ), "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "ended"), segment(2020, 2021, "held", SHOP),
        segment(2021, None, "held", OEM),
    ]},
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
add(
    "a removal from a pack that it is not in changes no custody where nobody is named",
    history(
        produced(M1, time=on(2018)), produced(P1, kind="pack", time=on(2018), reporter=OEM),
        disassembled(P1, M1, time=on(2020)),
    ), "custody", item=M1,
    expected={"segments": [segment(2018, None, "held", MAKER)]},
)  # fmt: skip

# Several paths, and layers that nobody reported.

TWO_WAYS = history(
    assembled(P1, M1, time=on(2019)),  # e01
    assembled(P2, M1, time=on(2019)),  # e02
    assembled(V1, P1, time=on(2021)),  # e03
    assembled(V1, P2, time=on(2020)),  # e04
)
add(
    "of several shortest paths the one whose last window starts first comes first",
    TWO_WAYS, "path", source=M1, destination=V1,
    expected={
        "paths": [
            steps(part_of(M1, P2, 2019, None, "e02"), part_of(P2, V1, 2020, None, "e04"), window=(2020, None)),
            steps(part_of(M1, P1, 2019, None, "e01"), part_of(P1, V1, 2021, None, "e03"), window=(2021, None)),
        ],
        "more": False,
    },
)  # fmt: skip
add(
    "paths beyond the asked number are told as more",
    TWO_WAYS, "path", source=M1, destination=V1, max_paths=1,
    expected={
        "paths": [steps(part_of(M1, P2, 2019, None, "e02"), part_of(P2, V1, 2020, None, "e04"), window=(2020, None))],
        "more": True,
    },
)  # fmt: skip
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
    "where nothing declares the kind, the code says it",
    history(inspected(battery_code(7, "module"), time=on(2024))), "card", item=battery_code(7, "module"), at=on(2024),
    expected={"kind": "module", "born": None, "custody": segment(2024, None, "gap")},
)  # fmt: skip
add(
    "the whole that an inspection saw it in is not named by that",
    history(inspected(M1, inside=V1, time=on(2018))), "named", expected={M1},
)  # fmt: skip

# Corrections.

INSTALLED = (produced(M1, time=on(2018)), assembled(P1, M1, time=on(2019)))  # e01, e02
IN_P2 = assembled(P2, M1, time=on(2019))
IN_P3 = assembled(P3, M1, time=on(2019))


def in_pack(whole: str, proof: str) -> dict[str, Json | list[Json]]:
    """The module is in this pack alone."""
    return {"edges": [part_of(M1, whole, 2019, None, proof)]}


REPLACED = history(*INSTALLED, corrected("e02", IN_P2, time=on(2020)))  # e03
CORRECTED_TWICE = history(*REPLACED, corrected("e03", time=on(2021)))  # e04
CORRECTED_THRICE = history(*CORRECTED_TWICE, corrected("e04", time=on(2022)))  # e05
add("a replacement takes the place of what it corrects", REPLACED, "lineage", in_pack(P2, "e03#r"), item=M1)
add("a corrected event is withdrawn", REPLACED, "event_status", "withdrawn", event="e02")
add("a withdrawn correction lets its target stand again", CORRECTED_TWICE, "lineage", in_pack(P1, "e02"), item=M1)
add("a corrected correction is withdrawn", CORRECTED_TWICE, "event_status", "withdrawn", event="e03")
add(
    "the replacement of a withdrawn correction has no effect",
    CORRECTED_TWICE,
    "event_status",
    "no_effect",
    event="e03#r",
)
add("a correction of a correction of a correction acts", CORRECTED_THRICE, "lineage", in_pack(P2, "e03#r"), item=M1)
add("what is withdrawn by a withdrawn correction stands", CORRECTED_THRICE, "event_status", "standing", event="e03")

REPLACEMENT_REPLACED = history(*REPLACED, corrected("e03#r", IN_P3, time=on(2021)))  # e04
add("a replacement is corrected by its own id", REPLACEMENT_REPLACED, "lineage", in_pack(P3, "e04#r"), item=M1)
add("a replaced replacement is withdrawn", REPLACEMENT_REPLACED, "event_status", "withdrawn", event="e03#r")

TWO_OF_ONE = history(*REPLACED, corrected("e02", IN_P3, time=on(2019)))  # e04
add(
    "of two corrections of one event the later puts its replacement in",
    TWO_OF_ONE,
    "lineage",
    in_pack(P2, "e03#r"),
    item=M1,
)
add("the replacement of the earlier one has no effect", TWO_OF_ONE, "event_status", "no_effect", event="e04#r")
add("the earlier correction stands all the same", TWO_OF_ONE, "event_status", "standing", event="e04")

NOT_PUT_IN = history(*CORRECTED_TWICE, corrected("e03#r", IN_P3, time=on(2022)))  # e05
add("correcting what is not put in puts nothing in", NOT_PUT_IN, "lineage", in_pack(P1, "e02"), item=M1)
add("a correction of what is not put in has no effect", NOT_PUT_IN, "event_status", "no_effect", event="e05")

WAITING = history(*INSTALLED, corrected("e04", IN_P2, time=on(2020)))  # e03
ARRIVED = history(*WAITING, assembled(P3, M1, time=on(2021)))  # e04
add("a correction of what has not arrived waits, its replacement too", WAITING, "lineage", in_pack(P1, "e02"), item=M1)
add("it is said to wait", WAITING, "event_status", "waiting", event="e03")
add(
    "when its target arrives it acts",
    ARRIVED, "lineage", item=M1,
    expected={"edges": [part_of(M1, P1, 2019, None, "e02"), part_of(M1, P2, 2019, None, "e03#r")]},
)  # fmt: skip

CIRCLE = history(*INSTALLED, corrected("e04", IN_P2, time=on(2020)), corrected("e03", IN_P3, time=on(2021)))  # e03, e04
add("corrections in a circle change nothing", CIRCLE, "lineage", in_pack(P1, "e02"), item=M1)
add("a correction in a circle has no effect", CIRCLE, "event_status", "no_effect", event="e04")

# As known at some time.

RECORDED = [
    {**event, "recorded": f"{on(year)}T09:00:00Z"} for event, year in zip(REPLACED, (2019, 2019, 2021), strict=True)
]
add(
    "before the correction was known its target stood",
    RECORDED, "lineage", known=on(2020), item=M1, expected=in_pack(P1, "e02"),
)  # fmt: skip
add(
    "from the correction's arrival on the replacement is in",
    RECORDED, "lineage", known=f"{on(2021)}T09:00:00Z", item=M1, expected=in_pack(P2, "e03#r"),
)  # fmt: skip
add(
    "an item that only a later report names is not named yet",
    RECORDED, "named", known=on(2020), expected={M1, P1},
)  # fmt: skip

CASES = tuple(TABLE.cases)
