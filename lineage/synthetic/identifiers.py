"""Identifiers with right check digits, in blocks that no real firm, car or battery has.

Credit codes lie in region 990000, which GB/T 2260 does not assign; maker codes begin with 9, VINs carry the
descriptor of a car that nobody builds.
"""

from __future__ import annotations

from datetime import date

# GB/T 34014-2017: years 2011 to 2040, days 1 to 30 (31 is written 0); without I, O, Q, U, Z.
YEARS = "123456789ABCDEFGHJKLMNPRSTVWXY"
MONTHS = "123456789ABC"
DAYS = YEARS + "0"

# GB 16735: model years from 2010; values of letters and weights of positions for the check digit.
MODEL_YEARS = "ABCDEFGHJKLMNPRSTVWXY"
VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

# GB 32100-2015 and, for the nine characters inside, GB 11714.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
NO_REGION = "990000"


def battery_code(design: str, day: date, serial: int) -> str:
    """Return a 24-character code: 14 characters of design, three of date, seven of serial (GB/T 34014-2017)."""
    return f"{design}{_day_code(day)}{serial:07d}"


def second_life_code(design: str, day: date, serial: int) -> str:
    """Return a 19-character code: no traceability field, and `R` with the level of re-use at the end."""
    return f"{design[:7]}{_day_code(day)}{serial:07d}R{design[3]}"


def vin(maker: str, descriptor: str, year: int, serial: int) -> str:
    """Return a VIN with its check digit; `maker` is three characters, `descriptor` five."""
    rest = f"{MODEL_YEARS[year - 2010]}0{serial:06d}"
    blank = f"{maker}{descriptor}0{rest}"
    check = sum(VIN_VALUES[sign] * weight for sign, weight in zip(blank, VIN_WEIGHTS, strict=True)) % 11
    return f"{maker}{descriptor}{'X' if check == 10 else check}{rest}"


def credit_code(registrar: str, body: str) -> str:
    """Return a credit code of two characters of registrar, no region and eight of body, with both check characters."""
    check = 11 - sum(int(sign, 36) * weight for sign, weight in zip(body, BODY_WEIGHTS, strict=True)) % 11
    code = f"{registrar}{NO_REGION}{body}{'X' if check == 10 else check % 11}"
    total = sum(CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + CREDIT_ALPHABET[-total % 31]


def _day_code(day: date) -> str:
    return YEARS[day.year - 2011] + MONTHS[day.month - 1] + DAYS[day.day - 1]
