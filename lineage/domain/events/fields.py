"""The field types of events: each reads the value that was sent and returns its one normal form.

A field that is refused raises `PydanticCustomError` with one of the service's codes; `violations.py`
turns it into a `Notice` with its path. Source: contract 1 and 2.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, FailFast, Field, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from lineage.domain.canonical_json import EXACT, integer
from lineage.domain.canonical_json import number as canonical_number
from lineage.domain.errors import InvalidIdentifierError, InvalidInstantError, called, shortened
from lineage.domain.identifiers.parsing import (
    ITEM_SCHEMES,
    MOST_CHARACTERS,
    PARTY_SCHEMES,
    REPLACEMENT_SUFFIX,
    Identity,
    check_event_id,
    parse_identifier,
)
from lineage.domain.instants import format_instant, parse_instant

MOST_TEXT: Final = 4_000
"""Characters in one text (contract 2)."""

MOST_LEVELS: Final = 64
"""Levels of nesting in one event, the event itself being the first (contract 2)."""

MOST_KG: Final = 1e7

_WITH_EXPONENT: Final = 1e21
"""From here on JSON writes a whole number with an exponent."""

_AMOUNTS: Final = ("soh_percent", "capacity_kwh")
"""Findings that are numbers wherever they are given; any other key is free."""

_LONGEST_EVENT_ID: Final = MOST_CHARACTERS + len(REPLACEMENT_SUFFIX)


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


def _read_item(value: object, info: ValidationInfo) -> str:
    identity = _read_identity(value, info)
    if identity.scheme not in ITEM_SCHEMES:
        raise refusal(
            "not_an_item",
            f"{shortened(identity.id)} names a party ({identity.scheme}), not a thing.",
        )
    return identity.id


def _read_party(value: object, info: ValidationInfo) -> str:
    identity = _read_identity(value, info)
    if identity.scheme not in PARTY_SCHEMES:
        raise refusal(
            "not_a_party",
            f"{shortened(identity.id)} names a thing ({identity.scheme}), not a party: give a "
            "credit code, BPN…, another URI or owner:<token>.",
        )
    return identity.id


def _read_event_id(value: object) -> str:
    if value is None:
        raise _missing()
    try:
        return check_event_id(value)
    except InvalidIdentifierError as error:
        raise refusal(error.code, error.message) from None


def _read_own_id(value: object) -> str:
    # null is the same as absent, and an absent id is made from the content
    return "" if value is None else _read_event_id(value)


def _read_moment(value: object) -> int:
    if value is None:
        raise _missing()
    try:
        return parse_instant(value)
    except InvalidInstantError as error:
        raise refusal(error.code, error.message) from None


def _read_text(value: object) -> str:
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise refusal("text_too_long", f"This text has {len(value)} characters; at most {MOST_TEXT}.")
        return value
    if value is None:
        raise _missing()
    raise refusal("wrong_type", f"A text is wanted here, not {called(value)}.")


def _read_label(value: object) -> str:
    """Return a name from outside the service's schemes (a serial, a site): trimmed, else by the same rules as an id."""
    text = _read_text(value).strip()
    return _read_event_id(text)


def _read_step(value: object) -> str:
    text = _read_text(value)
    if not text or text != text.lower() or any(letter.isspace() for letter in text):
        raise refusal("step_form", f"{shortened(text)} is not one lower-case word (pack_production).")
    return text


def _read_digest(value: object) -> str:
    text = _read_text(value)
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


def _read_amount(value: object) -> float:
    number = _read_number(value)
    if number < 0:
        raise refusal("number_out_of_range", f"{number} is below 0.")
    return number


def _read_mass(value: object) -> float:
    number = _read_number(value)
    if not 0 <= number <= MOST_KG:
        raise refusal("mass_out_of_range", f"{number} kg: a mass is 0 to 10,000,000 kg.")
    return number


def _read_count(value: object) -> int:
    number = _read_number(value)
    if number != int(number) or not 1 <= number <= MOST_KG:
        raise refusal("count_out_of_range", "A count is a whole number from 1 to 10,000,000.")
    return int(number)


def _read_findings(value: object) -> Mapping[str, object]:
    if value is None:
        raise _missing()
    if not isinstance(value, dict):
        raise refusal("wrong_type", f"An object is wanted here, not {called(value)}.")
    # the event is level 1, findings is level 2
    findings = _members(value, 2)
    for name in _AMOUNTS:
        if name in findings:
            try:
                _read_amount(findings[name])
            except PydanticCustomError as error:
                raise _under(name, error) from None
    return findings


def _normalized(value: object, level: int) -> object:
    """Return free JSON in its stored form: without nulls in objects. Refuses what the contract refuses."""
    if isinstance(value, str):
        return _read_text(value)
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
    return {_read_text(key): _normalized_at(key, member, level) for key, member in value.items() if member is not None}


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


def _or_nothing(value: object) -> object:
    return () if value is None else value


def _or_both(value: object) -> object:
    return "both" if value is None else value


def _or_custody(value: object) -> object:
    return "custody" if value is None else value


def _text_schema(description: str, **more: str | int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": description, **more})


# 5 must not be written as 5.0
_AS_IT_IS: Final = PlainSerializer(lambda number: number, return_type=Any)

ItemId = Annotated[
    str,
    PlainValidator(_read_item),
    _text_schema("An item: battery code, VIN, lot:<party>:<number> or another URI", maxLength=512),
]
PartyId = Annotated[
    str,
    PlainValidator(_read_party),
    _text_schema("A party: credit code, BPN…, owner:<token> or another URI", maxLength=512),
]
EventId = Annotated[
    str, PlainValidator(_read_event_id), _text_schema("The id of an event", maxLength=_LONGEST_EVENT_ID)
]
OwnId = Annotated[
    str,
    PlainValidator(_read_own_id),
    _text_schema("Unique; if absent, sha256:<hex> of the canonical content", maxLength=512),
]


def _without_default(schema: dict[str, Any]) -> None:
    del schema["default"]


# A schema with this default would have clients send an empty id, which is refused.
NoOwnId: Final[Any] = Field("", json_schema_extra=_without_default)
"""The id of an event that brings none, until it is made from the content."""
Moment = Annotated[
    int,
    PlainValidator(_read_moment),
    PlainSerializer(format_instant, return_type=str),
    _text_schema("RFC 3339 with offset, or a date (start of that day, UTC+08:00)"),
]
Text = Annotated[str, PlainValidator(_read_text), _text_schema("Any text", maxLength=MOST_TEXT)]
Label = Annotated[str, PlainValidator(_read_label), _text_schema("A name, trimmed", maxLength=512)]
Step = Annotated[
    str,
    PlainValidator(_read_step),
    _text_schema("Business step: one lower-case word", maxLength=MOST_TEXT),
]
Digest = Annotated[str, PlainValidator(_read_digest), _text_schema("SHA-256", pattern="^[0-9a-fA-F]{64}$")]
Amount = Annotated[
    float,
    PlainValidator(_read_amount),
    _AS_IT_IS,
    WithJsonSchema({"type": "number", "minimum": 0}),
]
Mass = Annotated[
    float,
    PlainValidator(_read_mass),
    _AS_IT_IS,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_KG}),
]
Count = Annotated[
    int,
    PlainValidator(_read_count),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": int(MOST_KG)}),
]
Findings = Annotated[
    Mapping[str, object],
    PlainValidator(_read_findings),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"soh_percent": {"type": "number"}, "capacity_kwh": {"type": "number"}},
            "additionalProperties": True,
        }
    ),
]
Kind = Literal["cell", "module", "pack", "vehicle", "part", "lot"]
Side = Annotated[Literal["giver", "taker", "both"], BeforeValidator(_or_both)]
Rights = Annotated[Literal["custody", "ownership", "both"], BeforeValidator(_or_custody)]

# Lists become tuples; strict mode alone would refuse a list where a tuple is stored.
Several = Field(strict=False, min_length=1)
"""A required list: not empty."""

Few = FailFast()
"""A list with no bound of its own: only its first problem is reported, not millions."""

Listed = Field(strict=False)
"""A list that may be empty."""

OrEmpty = BeforeValidator(_or_nothing)
"""An optional list: null is the same as absent, and absent is the same as empty."""
