"""Check digits and check characters (`domain.md` 2.1, 2.2): each returns what ought to stand."""

from datetime import date
from typing import Final

_VIN_VALUES: Final = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)),
        strict=True,
    )
)
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES: Final = {letter: value for value, letter in enumerate(CREDIT_ALPHABET)}
_CREDIT_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))

_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK: Final = "10X98765432"


def vin_check_digit(vin: str) -> str:
    """Return the check digit (character 9) that a VIN of 17 characters ought to have.

    >>> vin_check_digit("1M8GDM9AXKP042788")
    'X'
    """
    total = sum(_VIN_VALUES[letter] * weight for letter, weight in zip(vin, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def credit_code_check(code: str) -> str:
    """Return the check character that ought to follow the first 17 of a credit code.

    >>> credit_code_check("91350900587527783")
    'P'
    """
    total = sum(_CREDIT_VALUES[letter] * weight for letter, weight in zip(code[:17], _CREDIT_WEIGHTS, strict=True))
    # the outer modulo matters: a remainder of 0 stands for 0, not for 31
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def organisation_check(body: str) -> str:
    """Return the check character of an organisation code of 8 characters (GB 11714).

    >>> organisation_check("58752778")
    '3'
    """
    total = sum(int(letter, 36) * weight for letter, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def resident_number_is_plausible(text: str) -> bool:
    """Return whether a text could be the number of a Chinese identity card (GB 11643).

    18 characters, a date of birth, a right check character: then it is personal data and
    must not be stored (contract 1).
    """
    if len(text) != 18 or not text.isascii() or not text[:17].isdigit():
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(text[:17]))
    return text[17].upper() == _RESIDENT_CHECK[total % 11]


def old_resident_number_is_plausible(text: str) -> bool:
    """Return whether a text could be the number of an identity card issued before 1999 (GB 11643-1989).

    15 digits: a region, a date of birth of the 20th century, a sequence number; there is no check digit.
    """
    if len(text) != 15 or not text.isascii() or not text.isdigit() or text[0] not in "12345678":
        return False
    try:
        date(1900 + int(text[6:8]), int(text[8:10]), int(text[10:12]))
    except ValueError:
        return False
    return True
