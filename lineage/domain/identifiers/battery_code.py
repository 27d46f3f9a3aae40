"""Battery codes of GB/T 34014-2017: layout, alphabets, date (`domain.md` 1.1 to 1.4)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from lineage.domain.errors import InvalidIdentifierError, shortened

LENGTHS: Final = (24, 19, 26)
"""A code; a second-life code; a code with a suffix, which two public decoders accept."""

KIND_OF_LETTER: Final[Mapping[str, str]] = {"P": "pack", "M": "module", "C": "cell"}

# domain.md 1.3: no I O Q U Z; a year never 0, day 31 is written 0
YEARS: Final = "123456789ABCDEFGHJKLMNPRSTVWXY"
MONTHS: Final = "123456789ABC"
DAYS: Final = "123456789ABCDEFGHJKLMNPRSTVWXY0"
_IN_FORCE: Final = date(2018, 2, 1)

# For each character: the field, its error code, its alphabet (domain.md 1.1). Second-life codes have no
# traceability field but a suffix.
_ANY: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DESIGN: Final = [
    *[("maker code", "battery_code_alphabet", _ANY)] * 3,
    ("product type", "battery_code_type", "PMC"),
    ("battery type", "battery_code_chemistry", "ABCDEFGZ"),
    *[("specification", "battery_code_alphabet", _ANY)] * 2,
]
_TRACEABILITY: Final = [("traceability information", "battery_code_alphabet", _ANY)] * 7
_PRODUCTION: Final = [
    ("year", "battery_code_date", YEARS),
    ("month", "battery_code_date", MONTHS),
    ("day", "battery_code_date", DAYS),
    *[("serial number", "battery_code_serial", "0123456789")] * 7,
]
_SUFFIX: Final = [("suffix", "battery_code_suffix", "R"), ("suffix", "battery_code_suffix", "PMC")]
_FIELDS: Final = {
    24: _DESIGN + _TRACEABILITY + _PRODUCTION,
    19: _DESIGN + _PRODUCTION + _SUFFIX,
    26: _DESIGN + _TRACEABILITY + _PRODUCTION + _SUFFIX,
}
_BATTERY_CODES: Final = {
    length: re.compile("".join(f"[{alphabet}]" for _, _, alphabet in fields)) for length, fields in _FIELDS.items()
}


def check_battery_code(code: str) -> date:
    """Return the date in an upper-cased code of a known length.

    Raises `InvalidIdentifierError` where a character cannot stand where it does, or there
    is no such day.
    """
    if not _BATTERY_CODES[len(code)].fullmatch(code):
        raise _bad_battery_code(code)
    made_on = date_in(code)
    if made_on is None:
        start = date_position(code)
        raise InvalidIdentifierError(
            f"{shortened(code)} bears a date that does not exist: {code[start : start + 3]} "
            f"at characters {start + 1} to {start + 3}.",
            code="battery_code_date",
            scheme="gbt34014",
            position=start + 1,
        )
    return made_on


def _bad_battery_code(code: str) -> InvalidIdentifierError:
    """Return what is wrong with the first character that cannot stand where it does."""
    fields = _FIELDS[len(code)]
    position = next(i for i, letter in enumerate(code) if letter not in fields[i][2])
    name, error, _ = fields[position]
    return InvalidIdentifierError(
        f"{shortened(code)} is not a battery code: character {position + 1} ({name}) "
        f"cannot be {shortened(code[position])}.",
        code=error,
        scheme="gbt34014",
        position=position + 1,
    )


def battery_code_warnings(code: str, made_on: date) -> tuple[tuple[str, str], ...]:
    """Return the soft breaches of a checked code, as pairs of code and sentence (`domain.md` 1.3)."""
    warnings = []
    start = date_position(code)
    odd = [i for i, letter in enumerate(code[:start], 1) if letter in "IOQU"]
    if odd:
        letters = ", ".join(f"{code[i - 1]} at {i}" for i in odd)
        warnings.append(("ambiguous_letter", f"Battery code {code} holds {letters}: 0, 1 or V misread?"))
    if code[start + 3 : start + 10] == "0000000":
        warnings.append(("serial_zero", f"Battery code {code} has the serial number 0000000."))
    if made_on < _IN_FORCE:
        warnings.append(
            (
                "date_before_standard",
                f"Battery code {code} bears {made_on}, before the standard (2018-02-01).",
            )
        )
    if len(code) == 26:
        warnings.append(("code_with_suffix", f"Battery code {code} has 26 characters: a code and a suffix."))
    return tuple(warnings)


def date_position(code: str) -> int:
    """Return the index of the year letter; second-life codes have no traceability field."""
    return 7 if len(code) == 19 else 14


def date_in(code: str) -> date | None:
    """Return the date in a battery code of a known length; `None` if there is no such day."""
    start = date_position(code)
    try:
        return date(
            2011 + YEARS.index(code[start]),
            1 + MONTHS.index(code[start + 1]),
            1 + DAYS.index(code[start + 2]),
        )
    except ValueError:
        return None
