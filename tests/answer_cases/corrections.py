"""Corrections: what is in force after them, and as known before them."""

from tests.answer_cases.case import M1, P1, P2, P3, Table, on, part_of
from tests.builders import Json, assembled, corrected, history, produced

TABLE = Table()
add = TABLE.add

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
add("its status is waiting", WAITING, "event_status", "waiting", event="e03")
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
