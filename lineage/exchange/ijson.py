"""I-JSON (RFC 7493): read one document from bytes, or raise an error with the reason."""

import json
import re
from math import isinf
from typing import Final, NoReturn

import orjson

from lineage.domain.canonical_json import integer
from lineage.domain.errors import UnreadableInputError, shortened
from lineage.domain.events.field_reading import MOST_LEVELS

# A fast parser reads every document, but it accepts repeated keys and rounds long numbers.
# A document that may hold one of these is read again by an exact, slower parser. Each pattern
# begins with fixed characters, which makes the search for all of them cheap.
_DOUBTFUL: Final = tuple(
    re.compile(mark).search
    for mark in (
        rb'"[ \t\r\n]+:',
        rb'\\"',
        rb'":[ \t\r\n]*-?[0-9]{16}',
        rb",[ \t\r\n]*-?[0-9]{16}",
        rb"\[[ \t\r\n]*-?[0-9]{16}",
        rb"^[ \t\r\n]*-?[0-9]{16}",
    )
)


class _NotIJsonError(ValueError):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_document(raw: bytes) -> object:
    """Return the value of one JSON text.

    Raises `UnreadableInputError` with code `not_utf8`, `bad_json` (with the column),
    `repeated_key`, `not_finite` (NaN, infinity, numbers beyond a double),
    `number_inexact` (whole numbers that a double would round), `lone_surrogate` or
    `too_deep` (more than 64 levels). Source: contract 2.
    """
    try:
        document: object = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise _reason(raw) from None
    keys = _count_keys(document, 1)
    if raw.count(b'":') == keys and not any(search(raw) for search in _DOUBTFUL):
        return document
    return _read_exactly(raw)


def _count_keys(value: object, level: int) -> int:
    if isinstance(value, dict):
        members = value.values()
        count = len(value)
    elif isinstance(value, list):
        members, count = value, 0  # type: ignore[assignment]
    else:
        return 0
    if level > MOST_LEVELS:
        raise _too_deep()
    for member in members:
        if isinstance(member, dict | list):
            count += _count_keys(member, level + 1)
    return count


def _read_exactly(raw: bytes) -> object:
    try:
        return _EXACT.decode(raw.decode())
    except _NotIJsonError as error:
        raise UnreadableInputError(str(error), code=error.code) from None


def _reason(raw: bytes) -> UnreadableInputError:
    """Return the error for bytes that the fast parser refused, with a code and a message of this service."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return UnreadableInputError(
            f"Byte {error.start + 1} is not UTF-8. Save the file as UTF-8.",
            code="not_utf8",
            column=error.start + 1,
        )
    try:
        _EXACT.decode(text)
    except _NotIJsonError as error:
        return UnreadableInputError(str(error), code=error.code)
    except json.JSONDecodeError as error:
        return UnreadableInputError(
            f"Not JSON at character {error.pos + 1}: {error.msg}.",
            code="bad_json",
            column=error.pos + 1,
        )
    except RecursionError:
        return _too_deep()
    if re.search(r"\\u[dD][89a-fA-F]", text):
        return UnreadableInputError(
            "Half of a surrogate pair (\\uD800 to \\uDFFF) stands alone: it is no character.",
            code="lone_surrogate",
        )
    return _too_deep()


def _too_deep() -> UnreadableInputError:
    return UnreadableInputError(f"More than {MOST_LEVELS} levels of nesting are refused.", code="too_deep")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _NotIJsonError("repeated_key", f"The key {shortened(key)} is there twice. Which one counts?")
            seen.add(key)
    return members


def _integer(digits: str) -> int:
    # a double has at most 309 digits; Python itself refuses numbers of some thousand digits
    if len(digits) > 310:
        _not_finite(digits)
    value = int(digits)
    try:
        integer(value)
    except ValueError as error:
        raise _NotIJsonError("number_inexact", f"{error}. Send it as text.") from None
    return value


def _float(digits: str) -> float:
    value = float(digits)
    if isinf(value):
        _not_finite(digits)
    return value


def _not_finite(name: str) -> NoReturn:
    raise _NotIJsonError("not_finite", f"{shortened(name)}: NaN, infinity and numbers beyond a double are refused.")


_EXACT: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_not_finite,
)
