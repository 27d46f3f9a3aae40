"""Canonical JSON (RFC 8785): one sequence of bytes for one value.

Keys are in the order of their UTF-16 code units, numbers are written as ECMAScript writes
them, texts with the fewest escapes, no blanks. Two contents are the same exactly when
these bytes are.
"""

import json
import re
from math import isfinite
from typing import Final

EXACT: Final = 2**53
"""Whole numbers up to this size are exact in I-JSON (RFC 7493, 2.2)."""

# The C encoder writes the same as the RFC for most values and is several times quicker.
_QUICK: Final = json.JSONEncoder(
    ensure_ascii=False,
    check_circular=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
)
_escape: Final = json.encoder.encode_basestring

# Where one of these is met its text may differ: a float that it spells otherwise (1.0,
# 1e-07), a whole number that may be too long. A match inside a text only costs time. Each
# begins with fixed characters: that makes searching for all of them cheap.
_DOUBTFUL: Final = tuple(
    re.compile(mark).search
    for mark in (
        r"\.0(?:[,}\]]|$)",
        r"e[-+][0-9]{2,3}(?:[,}\]]|$)",
        r'":-?[0-9]{16}',
        r",-?[0-9]{16}",
        r"\[-?[0-9]{16}",
        r"^-?[0-9]{16}",
    )
)
# UTF-16 sorts these otherwise than code points do (RFC 8785, 3.2.3)
_SORTED_OTHERWISE: Final = re.compile("[\ue000-\U0010ffff]")


def canonical(value: object) -> bytes:
    """Return the value as RFC 8785 writes it, in UTF-8.

    The value is made of what JSON has: `dict` with text keys, `list` or `tuple`, `str`,
    `int`, `float`, `bool`, `None`. Raises `ValueError` for what JSON cannot hold or cannot
    hold exactly (NaN, infinity, lone surrogates, whole numbers that a double would
    round) and `TypeError` for anything else.

    >>> canonical({"b": 1.0, "a": [1e21, 0.002, None]})
    b'{"a":[1e+21,0.002,null],"b":1}'
    """
    text = _QUICK.encode(value)
    if _is_doubtful(text):
        text = _written(value)
    return text.encode()


def _is_doubtful(text: str) -> bool:
    if not text.isascii() and _SORTED_OTHERWISE.search(text):
        return True
    return any(search(text) for search in _DOUBTFUL)


def _written(value: object) -> str:
    if isinstance(value, str):
        return _escape(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, dict):
        keys = sorted(value, key=_utf16)
        return "{" + ",".join(f"{_escape(key)}:{_written(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    raise TypeError(f"JSON has no {type(value).__name__}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def integer(value: int) -> str:
    """Return a whole number as RFC 8785 writes it.

    Raises `ValueError` for one that a double would change: neither exact nor written as
    ECMAScript writes the nearest double.

    >>> integer(67120028813908750)
    '67120028813908750'
    """
    if -EXACT <= value <= EXACT:
        return str(int(value))
    try:
        nearest = float(value)
    except OverflowError:
        raise ValueError("a number is too large for JSON") from None
    text = number(nearest)
    # what was written by these rules is taken again
    if int(nearest) != value and text != str(value):
        raise ValueError(f"{value} has more digits than a JSON number can hold exactly")
    return text


def number(value: float) -> str:
    """Return a double as ECMAScript's Number::toString writes it (RFC 8785, 3.2.2.3).

    >>> number(1e-7), number(0.000001), number(333333333.33333329)
    ('1e-7', '0.000001', '333333333.3333333')
    """
    if not isfinite(value):
        raise ValueError("NaN and infinity are no JSON numbers")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    # repr finds the same shortest digits; only their layout differs
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    raw = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(raw))
    return sign + _laid_out(raw.rstrip("0"), point)


def _laid_out(digits: str, point: int) -> str:
    """Return 0.digits times ten to the power of `point`, as ECMAScript lays it out."""
    size = len(digits)
    if size <= point <= 21:
        return digits + "0" * (point - size)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits if size == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"
