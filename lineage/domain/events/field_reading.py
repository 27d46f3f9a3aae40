"""The values of fields as they are sent, read one by one: each function returns the one normal form, or refuses.

What is refused raises `PydanticCustomError` with one of the service's codes. Source: contract 1 and 2.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Final

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from lineage.domain.canonical_json import EXACT, integer
from lineage.domain.canonical_json import number as canonical_number
from lineage.domain.errors import InvalidIdentifierError, InvalidInstantError, called, shortened
from lineage.domain.identifiers.parsing import (
    ITEM_SCHEMES,
    PARTY_SCHEMES,
    Identity,
    check_event_id,
    parse_identifier,
)
from lineage.domain.instants import parse_instant

MOST_TEXT: Final = 4_000
"""Characters in one text (contract 2)."""

MOST_LEVELS: Final = 64
"""Levels of nesting in one event, the event itself being the first (contract 2)."""

MOST_KG: Final = 1e7

_WITH_EXPONENT: Final = 1e21
"""From here on JSON writes a whole number with an exponent."""

_AMOUNTS: Final = ("soh_percent", "capacity_kwh")
"""Findings that are numbers wherever they are given; any other key is free."""


def refusal(code: str, message: str, path: str = "") -> PydanticCustomError:
    """Return an error that pydantic collects with its path; braces in `message` are safe.

    `path` continues pydantic's own for a value inside a field.
    """
    return PydanticCustomError(code, "{message}", {"message": message, "path": path})


def _missing() -> PydanticCustomError:
    return refusal("missing_field", "This field is required and must not be null.")


OF_JOURNAL: Final = "of_journal"
"""The key of the context in which events of a whole journal are read: their ids are those of an earlier release."""


def _read_identity(value: object, info: ValidationInfo) -> Identity:
    if value is None:
        raise _missing()
    try:
        return parse_identifier(value, is_stored=bool(info.context and info.context.get(OF_JOURNAL)))
    except InvalidIdentifierError as error:
        raise refusal(error.code, error.message) from None


def read_item(value: object, info: ValidationInfo) -> str:
    """Return the canonical id of an item."""
    identity = _read_identity(value, info)
    if identity.scheme not in ITEM_SCHEMES:
        raise refusal(
            "not_an_item",
            f"{shortened(identity.id)} names a party ({identity.scheme}), not a thing.",
        )
    return identity.id


def read_party(value: object, info: ValidationInfo) -> str:
    """Return the canonical id of a party."""
    identity = _read_identity(value, info)
    if identity.scheme not in PARTY_SCHEMES:
        raise refusal(
            "not_a_party",
            f"{shortened(identity.id)} names a thing ({identity.scheme}), not a party: give a "
            "credit code, BPN…, another URI or owner:<token>.",
        )
    return identity.id


def read_event_id(value: object) -> str:
    """Return the id of an event, trimmed."""
    if value is None:
        raise _missing()
    try:
        return check_event_id(value)
    except InvalidIdentifierError as error:
        raise refusal(error.code, error.message) from None


def read_own_id(value: object) -> str:
    """Return the id that an event brings; empty where it brings none."""
    # null is the same as absent, and an absent id is made from the content
    return "" if value is None else read_event_id(value)


def read_moment(value: object) -> int:
    """Return a moment in milliseconds UTC."""
    if value is None:
        raise _missing()
    try:
        return parse_instant(value)
    except InvalidInstantError as error:
        raise refusal(error.code, error.message) from None


def read_text(value: object) -> str:
    """Return a text of at most 4,000 characters."""
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise refusal("text_too_long", f"This text has {len(value)} characters; at most {MOST_TEXT}.")
        return value
    if value is None:
        raise _missing()
    raise refusal("wrong_type", f"A text is wanted here, not {called(value)}.")


def read_label(value: object) -> str:
    """Return a name from outside the service's schemes (a serial, a site): trimmed, else by the same rules as an id."""
    text = read_text(value).strip()
    return read_event_id(text)


def read_step(value: object) -> str:
    """Return a business step: one lower-case word."""
    text = read_text(value)
    if not text or text != text.lower() or any(letter.isspace() for letter in text):
        raise refusal("step_form", f"{shortened(text)} is not one lower-case word (pack_production).")
    return text


def read_digest(value: object) -> str:
    """Return a SHA-256 in hexadecimal digits."""
    text = read_text(value)
    if len(text) != 64 or not set(text) <= set("0123456789abcdefABCDEF"):
        raise refusal("sha256_form", "A SHA-256 is written as 64 hexadecimal digits.")
    return text


def _read_number(value: object) -> float:
    # bool is an int to Python, but not a number to the contract
    if isinstance(value, bool) or not isinstance(value, int | float):
        if value is None:
            raise _missing()
        raise refusal("wrong_type", f"A number is wanted here, not {called(value)}.")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise refusal("not_finite", "NaN, infinity and numbers beyond a double are refused.")
    if not number.is_integer() or abs(number) >= _WITH_EXPONENT:
        return number
    # 5 and 5.0 are one number (RFC 8785) and have one form here: the one read back
    return int(number) if abs(number) <= EXACT else int(canonical_number(number))


def read_amount(value: object) -> float:
    """Return a number from 0 on."""
    number = _read_number(value)
    if number < 0:
        raise refusal("number_out_of_range", f"{number} is below 0.")
    return number


def read_mass(value: object) -> float:
    """Return a mass in kilograms, 0 to 10,000,000."""
    number = _read_number(value)
    if not 0 <= number <= MOST_KG:
        raise refusal("mass_out_of_range", f"{number} kg: a mass is 0 to 10,000,000 kg.")
    return number


def read_count(value: object) -> int:
    """Return a whole number from 1 to 10,000,000."""
    number = _read_number(value)
    if number != int(number) or not 1 <= number <= MOST_KG:
        raise refusal("count_out_of_range", "A count is a whole number from 1 to 10,000,000.")
    return int(number)


def read_findings(value: object) -> Mapping[str, object]:
    """Return the free JSON of an inspection, in its stored form."""
    if value is None:
        raise _missing()
    if not isinstance(value, dict):
        raise refusal("wrong_type", f"An object is wanted here, not {called(value)}.")
    # the event is level 1, findings is level 2
    findings = _members(value, 2)
    for name in _AMOUNTS:
        if name in findings:
            try:
                read_amount(findings[name])
            except PydanticCustomError as error:
                raise _under(name, error) from None
    return findings


def _normalized(value: object, level: int) -> object:
    """Return free JSON in its stored form: without nulls in objects. Refuses what the contract refuses."""
    if isinstance(value, str):
        return read_text(value)
    if isinstance(value, dict):
        return _members(value, level)
    if isinstance(value, list | tuple):
        _check_level(level)
        return [_normalized_at(index, member, level) for index, member in enumerate(value)]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        try:
            integer(value)
        except ValueError as error:
            raise refusal("number_inexact", f"{error}. Send it as text.") from None
        return value
    return _read_number(value)


def _members(value: dict[str, object], level: int) -> dict[str, object]:
    _check_level(level)
    return {read_text(key): _normalized_at(key, member, level) for key, member in value.items() if member is not None}


def _normalized_at(step: str | int, member: object, level: int) -> object:
    try:
        return _normalized(member, level + 1)
    except PydanticCustomError as error:
        raise _under(step, error) from None


def _under(step: str | int, error: PydanticCustomError) -> PydanticCustomError:
    facts = error.context or {}
    path = f"{step}.{facts['path']}" if facts["path"] else str(step)
    return refusal(error.type, facts["message"], path)


def _check_level(level: int) -> None:
    if level > MOST_LEVELS:
        raise refusal("too_deep", f"More than {MOST_LEVELS} levels of nesting are refused.")


def or_nothing(value: object) -> object:
    """Return an empty list for null."""
    return () if value is None else value


def or_both(value: object) -> object:
    """Return `both` for null: the default of `side`."""
    return "both" if value is None else value


def or_custody(value: object) -> object:
    """Return `custody` for null: the default of `rights`."""
    return "custody" if value is None else value
