"""Histories and edges that cases of several questions share."""

from tests.answer_cases.case import C1, C2, C3, LOT, M1, M2, P1, P2, V1, V2, on, part_of
from tests.builders import (
    MAKER,
    OEM,
    SHOP,
    WORKS,
    assembled,
    disassembled,
    ended,
    history,
    produced,
    transferred,
    transformed,
)

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
P1_IN_V1 = part_of(P1, V1, 2020, 2022, "e06", "e09")
P1_IN_V2 = part_of(P1, V2, 2022, None, "e10")

# A pack is consumed with its module inside, which is taken out of the remains a year later.

CONSUMED_INSIDE = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018)),  # e02
    assembled(P1, M1, time=on(2019)),  # e03
    transferred(P1, giver=MAKER, taker=WORKS, time=on(2020)),  # e04
    transformed([P1], {LOT: "lot"}, time=on(2021)),  # e05
    disassembled(P1, M1, time=on(2022), reporter=WORKS),  # e06
)

# A module is removed on the day on which the pack is shredded.

SHREDDED = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018)),  # e02
    assembled(P1, M1, time=on(2019)),  # e03
    transformed([P1], {LOT: "lot"}, time=on(2021)),  # e04
    disassembled(P1, M1, time=on(2021)),  # e05
)

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

# Two wholes at once.

TWO_WHOLES = history(
    produced(M1, kind="module", time=on(2018)),  # e01
    produced(P1, kind="pack", time=on(2018), reporter=OEM),  # e02
    produced(P2, kind="pack", time=on(2018), reporter=SHOP),  # e03
    assembled(P1, M1, time=on(2019)),  # e04
    assembled(P2, M1, time=on(2020)),  # e05
    disassembled(P1, M1, time=on(2021)),  # e06
)

# A lot is consumed in parts.

LOT_IN_PARTS = history(
    produced(LOT, kind="lot", time=on(2018), reporter=WORKS),  # e01
    transformed([{"id": LOT, "mass_kg": 5.5}], {C1: "cell"}, time=on(2019), reporter=MAKER),  # e02
    transformed([LOT], {C2: "cell"}, time=on(2020), reporter=MAKER),  # e03
)

# Recycling over several generations, through one lot.

LOOP = history(
    produced(C1, kind="cell", time=on(2018)),  # e01
    transformed([C1], {LOT: "lot"}, time=on(2019)),  # e02
    transformed([LOT], {C2: "cell"}, time=on(2020), reporter=MAKER),  # e03
    transformed([C2], {LOT: "lot"}, time=on(2021)),  # e04
    transformed([LOT], {C3: "cell"}, time=on(2022), reporter=MAKER),  # e05
)

# A sale on the day of the dismantling, of the scrapping, of an installation.

SOLD_AND_DISMANTLED = history(
    produced(P1, kind="pack", time=on(2018)),  # e01
    produced(V1, kind="vehicle", time=on(2018), reporter=OEM),  # e02
    assembled(V1, P1, time=on(2019), reporter=OEM),  # e03
    disassembled(V1, P1, time=on(2021)),  # e04
    transferred(V1, giver=OEM, taker=WORKS, time=on(2021)),  # e05
)
SOLD_AND_SCRAPPED = history(
    *SOLD_AND_DISMANTLED[:3],
    ended(V1, time=on(2021)),  # e04
    transferred(V1, giver=OEM, taker=WORKS, time=on(2021)),  # e05
    disassembled(V1, P1, time=on(2022), reporter=WORKS),  # e06
)

# Lots inside, wholes inside a consumed vehicle, wholes in a circle.

LOT_INSIDE = history(
    produced(LOT, kind="lot", time=on(2018), reporter=WORKS),  # e01
    produced(M1, M2, kind="module", time=on(2018)),  # e02
    assembled(M1, LOT, time=on(2019)),  # e03
    assembled(M2, LOT, time=on(2020)),  # e04
    disassembled(M1, LOT, time=on(2021)),  # e05
)
CYCLE = history(
    produced(P1, kind="pack", time=on(2018)),  # e01
    produced(P2, kind="pack", time=on(2018), reporter=OEM),  # e02
    assembled(P2, P1, time=on(2019)),  # e03
    assembled(P1, P2, time=on(2020)),  # e04
)
