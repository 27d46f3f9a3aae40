"""Identifiers of batteries and vehicles in the fleet: made in quantity, with valid check digits, never twice."""

from __future__ import annotations

from typing import Final

from lineage.synthetic.fleet.minutes import DAY_CODES, MINUTES
from lineage.synthetic.identifiers import MODEL_YEARS, VIN_VALUES, VIN_WEIGHTS

_SIGNS: Final = "0123456789ABCDEFGHJKLMNPRSTVWXYZ"
_PLANTS: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_TAIL: Final = [[digit * weight for digit in range(10)] for weight in VIN_WEIGHTS[11:]]


def block_sign(block: int) -> str:
    """Return the number of a block in five characters, without letters that are mistaken for digits."""
    found = ""
    for _ in range(5):
        block, rest = divmod(block, 32)
        found = _SIGNS[rest] + found
    return found


class IdentifierPools:
    """Makes the codes of one block: the traceability field holds its number, the serial a running number."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._sign = block_sign(block)
        self._serial = 0
        self._again = 0
        self._weights: dict[tuple[str, int], int] = {}

    def batteries(self, design: str, minute: int, count: int, *, coded: bool) -> list[str]:
        """Return codes of new cells, modules or packs; URNs with the maker's number if they are not `coded`.

        `design` is seven characters: maker, level (`C`, `M`, `P`), letter, specification.
        """
        first = self._serial + 1
        self._serial += count
        if coded:
            head = f"{design}F{design[5]}{self._sign}{DAY_CODES[minute // MINUTES]}"
        else:
            head = f"urn:fictitious:{design}:{self._sign}:"
        return [f"{head}{serial:07d}" for serial in range(first, first + count)]

    def second_life(self, maker: str, letter: str, minute: int) -> str:
        """Return the code of a pack in its second life: 19 characters, no traceability field."""
        self._again += 1
        more, number = divmod(self._again, 100)
        serial = (self._block % 100_000) * 100 + number
        return f"{maker}P{letter}{_SIGNS[more // 32]}{_SIGNS[more % 32]}{DAY_CODES[minute // MINUTES]}{serial:07d}RP"

    def vin(self, maker: int, year: int, index: int, *, is_wrong: bool = False) -> str:
        """Return the VIN of the vehicle with that number in the fleet, with a wrong check digit if `is_wrong`."""
        head = f"LX9FT{maker:03d}"
        weight = self._weights.get((head, year)) or self._weigh(head, year)
        plant, serial = divmod(index, 1_000_000)
        tail = f"{serial:06d}"
        total = weight + VIN_VALUES[_PLANTS[plant]] * VIN_WEIGHTS[10]
        for place, sign in enumerate(tail):
            total += _TAIL[place][int(sign)]
        check = (total + is_wrong) % 11
        return f"{head}{'X' if check == 10 else check}{MODEL_YEARS[year - 2010]}{_PLANTS[plant]}{tail}"

    def _weigh(self, head: str, year: int) -> int:
        signs = f"{head}0{MODEL_YEARS[year - 2010]}"
        weight = sum(VIN_VALUES[sign] * VIN_WEIGHTS[place] for place, sign in enumerate(signs))
        self._weights[head, year] = weight
        return weight


def twin_of(code: str) -> str | None:
    """Return the code with a 0 or 1 of its design part misread as O or I; `None` if there is none.

    The letters of type and chemistry stay (GB/T 34014-2017, positions 4 and 5).
    """
    if ":" in code:
        return None
    for place in (13, 12, 11, 10, 9, 8, 7, 6, 5, 2, 1):
        if code[place] in "01":
            return f"{code[:place]}{'O' if code[place] == '0' else 'I'}{code[place + 1 :]}"
    return None
