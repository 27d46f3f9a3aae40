"""Shortest chains between two items."""

from tests.answer_cases.case import C1, C3, LOT, M1, P1, P2, V1, V2, Table, became, moment, on, part_of, steps
from tests.answer_cases.histories import LOOP, M1_IN_P1, P1_IN_V1, P1_IN_V2, SHREDDED, SWAPPED
from tests.builders import assembled, history

TABLE = Table()
add = TABLE.add

# A module is swapped out in 2021; its old pack moves to another vehicle in 2022.

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

# A module is removed on the day on which the pack is shredded.

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

# Recycling over several generations, through one lot.

add(
    "the path through the loop takes the fewest steps",
    LOOP, "path", source=C1, destination=C3,
    expected={
        "paths": [steps(became(C1, LOT, 2019, "e02"), became(LOT, C3, 2022, "e05"), window=(2022, None))],
        "more": False,
    },
)  # fmt: skip

# Several paths, and layers that were not reported.

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
    "paths beyond the requested number are reported as more",
    TWO_WAYS, "path", source=M1, destination=V1, max_paths=1,
    expected={
        "paths": [steps(part_of(M1, P2, 2019, None, "e02"), part_of(P2, V1, 2020, None, "e04"), window=(2020, None))],
        "more": True,
    },
)  # fmt: skip
