"""Items that a party holds at a time."""

from tests.answer_cases.case import M1, P2, V1, V2, Table, moment, on
from tests.answer_cases.histories import SWAPPED, TWO_WHOLES
from tests.builders import OEM, SHOP

TABLE = Table()
add = TABLE.add

# A module is swapped out in 2021; its old pack moves to another vehicle in 2022.

add(
    "a party's holdings are what it holds that is in nothing else",
    SWAPPED, "holdings", party=OEM, at=on(2022),
    expected={V1: (moment(2018), "held"), V2: (moment(2018), "held")},
)  # fmt: skip

# Two wholes at once.

add(
    "what is in conflict is listed with each holder",
    TWO_WHOLES, "holdings", party=SHOP, at=on(2020),
    expected={P2: (moment(2018), "held"), M1: (moment(2020), "conflict")},
)  # fmt: skip
