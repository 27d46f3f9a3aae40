"""Custody of items, and the state on their cards."""

from tests.answer_cases.case import C1, LOT, M1, M2, P1, P2, V1, V2, Table, moment, on, segment
from tests.answer_cases.histories import (
    CONSUMED_INSIDE,
    CYCLE,
    IN_AND_OUT,
    LOT_IN_PARTS,
    LOT_INSIDE,
    SHREDDED,
    SOLD_AND_DISMANTLED,
    SOLD_AND_SCRAPPED,
    SWAPPED,
    TWO_WHOLES,
)
from tests.builders import (
    LI,
    MAKER,
    OEM,
    SHOP,
    WORKS,
    assembled,
    battery_code,
    disassembled,
    ended,
    history,
    inspected,
    produced,
    transferred,
    transformed,
)

TABLE = Table()
add = TABLE.add

# A module is swapped out in 2021; its old pack moves to another vehicle in 2022.

add(
    "custody of what is inside follows the outermost whole until the removal names a custodian",
    SWAPPED, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", MAKER, via=(P1,)),
        segment(2020, 2021, "held", OEM, via=(P1, V1)), segment(2021, None, "held", SHOP),
    ]},
)  # fmt: skip
add(
    "the card of an installed pack shows where it is and who holds it through the vehicle",
    SWAPPED, "card", item=P1, at=on(2021),
    expected={
        "kind": "pack", "born": moment(2018), "ended": None, "consumed": None,
        "inside": [{"id": V1, "kind": "vehicle", "since": moment(2020)}],
        "custody": segment(2020, 2022, "held", OEM, via=(V1,)),
    },
)  # fmt: skip

# A pack is consumed with its module inside, which is taken out of the remains a year later.

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
    "the card of a consumed pack shows the time",
    CONSUMED_INSIDE, "card", item=P1, at=on(2022),
    expected={"ended": None, "consumed": moment(2021), "inside": [], "custody": segment(2021, None, "ended")},
)  # fmt: skip

# A module is removed on the day on which the pack is shredded.

add(
    "that module goes to the last holder of the shredded pack",
    SHREDDED, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", MAKER, via=(P1,)),
        segment(2021, None, "held", MAKER),
    ]},
)  # fmt: skip

# In and out on one day, and out and in again on one day.

add(
    "a custody timeline has no segment without length",
    IN_AND_OUT, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2020, "held", MAKER), segment(2020, 2021, "held", SHOP),
        segment(2021, 2022, "gap", via=(P1, V1)), segment(2022, None, "held", SHOP),
    ]},
)  # fmt: skip

# Two wholes at once.

add(
    "in two wholes at once custody is in conflict between their holders",
    TWO_WHOLES, "custody", item=M1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", OEM, via=(P1,)),
        segment(2020, 2021, "conflict", OEM, SHOP, via=(P1, P2)), segment(2021, None, "held", SHOP, via=(P2,)),
    ]},
)  # fmt: skip

# A lot is consumed in parts.

add(
    "a consumed lot is still held",
    LOT_IN_PARTS, "custody", item=LOT, expected={"segments": [segment(2018, None, "held", WORKS)]},
)  # fmt: skip
add(
    "the card of a lot shows its last consumption",
    LOT_IN_PARTS, "card", item=LOT, at=on(2021),
    expected={"consumed": moment(2020), "ended": None, "custody": segment(2018, None, "held", WORKS)},
)  # fmt: skip

# A sale on the day of the dismantling, of the scrapping, of an installation.

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
    "a vehicle that only the giver reports is in transit",
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
add(
    "a pack in a vehicle sold and scrapped on one day is with the buyer, before and after its removal",
    SOLD_AND_SCRAPPED, "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2021, "held", OEM, via=(V1,)),
        segment(2021, 2022, "held", WORKS, via=(V1,)), segment(2022, None, "held", WORKS),
    ]},
)  # fmt: skip
add(
    "the card of a scrapped vehicle shows when and why",
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

# Hand-overs reported by one side.

add(
    "once the giver reports it is in transit, once the taker reports it has arrived",
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
    "before a holder is reported there is a gap, and a late production changes no holder",
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
    "an end lasts until a party takes the item over",
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

add(
    "a lot inside a whole has its own custody, and its removal changes none",
    LOT_INSIDE, "custody", item=LOT,
    expected={"segments": [
        segment(2018, 2019, "held", WORKS), segment(2019, 2020, "held", WORKS, via=(M1,)),
        segment(2020, 2021, "held", WORKS, via=(M1, M2)), segment(2021, None, "held", WORKS, via=(M2,)),
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
add(
    "wholes in a circle are all outermost",
    CYCLE, "custody", item=P1,
    expected={"segments": [
        segment(2018, 2019, "held", MAKER), segment(2019, 2020, "held", OEM, via=(P2,)),
        segment(2020, None, "conflict", MAKER, OEM, via=(P2,)),
    ]},
)  # fmt: skip

# Which order fits, where several events have one time.

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
    "a removal from a pack that it is not in changes no custody where no custodian is named",
    history(
        produced(M1, time=on(2018)), produced(P1, kind="pack", time=on(2018), reporter=OEM),
        disassembled(P1, M1, time=on(2020)),
    ), "custody", item=M1,
    expected={"segments": [segment(2018, None, "held", MAKER)]},
)  # fmt: skip

# Several paths, and layers that were not reported.

add(
    "where nothing declares the kind, the code gives it",
    history(inspected(battery_code(7, "module"), time=on(2024))), "card", item=battery_code(7, "module"), at=on(2024),
    expected={"kind": "module", "born": None, "custody": segment(2024, None, "gap")},
)  # fmt: skip
