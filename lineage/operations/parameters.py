"""Query parameters: their types, and the errors of the contract for values that are refused."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)  # fmt: skip
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails

from lineage.domain.compliance.duties import STATUSES
from lineage.domain.errors import InvalidInstantError, LineageError, Notice, shortened
from lineage.domain.events.field_reading import refusal
from lineage.domain.events.models import TYPES
from lineage.domain.findings import KINDS
from lineage.domain.instants import BEGIN, OPEN, parse_instant
from lineage.service.answers import MOST_HOPS, MOST_ITEMS, MOST_LISTED

MOST_TEXT: Final = 4_000
MOST_PATHS: Final = 1_000
MOST_POSITION: Final = 10**15
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
T = TypeVar("T")
P = TypeVar("P", bound=BaseModel)


class InvalidParametersError(LineageError):
    """A question with wrong parameters; `notices` has one entry for each error and is never empty."""

    code = "invalid_parameters"

    def __init__(self, notices: Sequence[Notice]) -> None:
        super().__init__(notices[0].message, code=notices[0].code if len(notices) == 1 else None)
        self.notices = tuple(notices)


class Parameters(BaseModel):
    """The query parameters of one question; any other name is refused. Descriptions go into OpenAPI and into help."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ---- types of parameters


class _NeverNull:
    """A query has no null: the schema of an optional parameter is that of its value."""

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        values = [kind for kind in schema.pop("anyOf", ()) if kind != {"type": "null"}]
        return schema | (values[0] if len(values) == 1 else {"anyOf": values})


Omittable = Annotated[T | None, _NeverNull()]
"""`None` where the parameter is absent."""


def _read_time(value: object) -> int:
    try:
        return parse_instant(value)
    except InvalidInstantError as error:
        message = error.message
        if error.code == "time_form" and isinstance(value, str) and " " in value:
            message += " In an address, + is written %2B."
        raise refusal(error.code, message) from None


def _read_integer(value: object) -> object:
    # pydantic alone takes ` 5`, `5.0` and `1_000` for numbers as well
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value):
            raise refusal("number_form", f"{shortened(value)} is not a whole number.")
        return int(value)
    return value


def _read_flag(value: object) -> object:
    # pydantic alone takes `1`, `on` and `yes` for true as well
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise refusal("boolean_form", f"{shortened(value)} is neither true nor false.")
        return value == "true"
    return value


class _OneOf:
    """One of these words; in a schema, an enumeration."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:  # noqa: ANN401 - pydantic's
        schema: CoreSchema = handler(Annotated[source, AfterValidator(self._check)])
        return schema

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core_schema), "enum": list(self._words)}

    def _check(self, value: str) -> str:
        if value not in self._words:
            raise refusal("not_a_choice", f"{shortened(value)} is none of {', '.join(self._words)}.")
        return value


TIME_SCHEMA: Final[JsonSchemaValue] = {
    "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]
}
Time = Annotated[int, PlainValidator(_read_time), WithJsonSchema(TIME_SCHEMA)]
"""Milliseconds UTC, read from the forms that `time` of an event has (contract 2)."""
Text = Annotated[str, Field(min_length=1, max_length=MOST_TEXT)]
Flag = Annotated[bool, BeforeValidator(_read_flag)]
Region = Annotated[str, Field(pattern="^[1-9][0-9]{5}$", examples=["440000"])]
EventType = Annotated[str, _OneOf(TYPES)]
FindingKind = Annotated[str, _OneOf(KINDS)]
DutyStatus = Annotated[str, _OneOf(STATUSES)]

_TIME: Final = " RFC 3339 with offset, or a date (the start of that day, UTC+08:00); years 1990 to 2200."


def moment(about: str, alias: str | None = None) -> Any:  # noqa: ANN401 - as pydantic's Field
    """Return the field of an optional time; its description ends with the forms of a time."""
    return Field(None, alias=alias, description=about + _TIME, examples=["2024-05-01"])


def known_at() -> Any:  # noqa: ANN401 - as pydantic's Field
    return moment("Answer as known at this time: only events recorded by then count.")


def as_of() -> Any:  # noqa: ANN401 - as pydantic's Field
    return moment("Answer as of this time; now if absent.")


_INTEGER_TEXT: Final = BeforeValidator(_read_integer)
Limit = Annotated[int, Field(ge=1, le=MOST_LISTED, description="The most rows to list."), _INTEGER_TEXT]
MaxItems = Annotated[
    int, Field(ge=1, le=MOST_ITEMS, description="The most items to return, including the first one."), _INTEGER_TEXT
]
MaxHops = Annotated[int, Field(ge=0, le=MOST_HOPS), _INTEGER_TEXT]
MaxPaths = Annotated[int, Field(ge=1, le=MOST_PATHS, description="The most paths to list."), _INTEGER_TEXT]
Position = Annotated[int, Field(ge=0, le=MOST_POSITION), _INTEGER_TEXT]
CURSOR: Final = "Continue after a page: its `next`. Later pages answer as known at the time of the first page."


def cursor_of(*key: type) -> AfterValidator:
    """Return a check that a cursor has a key of these types, which are those of one list only."""

    def check(value: str) -> str:
        if not _is_cursor(value, key):
            raise refusal("bad_cursor", "This is no cursor of this list: send `next` back as it came.")
        return value

    return AfterValidator(check)


def _is_cursor(value: str, shape: Sequence[type]) -> bool:
    try:
        known, at, key = orjson.loads(base64.b64decode(value, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error):
        return False
    instants = [known, at, *(part for part in (key if isinstance(key, list) else []) if type(part) is int)]
    return (
        isinstance(key, list)
        and tuple(type(part) for part in key) == tuple(shape)
        and all(i is None or (type(i) is int and BEGIN <= i <= OPEN) for i in instants)
    )


# ---- reading parameters, and the errors of refused ones


def read_parameters(model: type[P], pairs: Iterable[tuple[str, str]]) -> P:
    """Return the model of these names and texts. Raises InvalidParametersError with everything that is wrong."""
    sent: dict[str, list[str]] = {}
    for name, text in pairs:
        sent.setdefault(name, []).append(text)
    # A name that was sent twice has a list, which no type of parameter takes.
    values = {name: texts[0] if len(texts) == 1 else texts for name, texts in sent.items()}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidParametersError(notices_of(error, names_of(model))) from None


def names_of(model: type[BaseModel]) -> list[str]:
    """Return the names of a model's parameters as they are sent."""
    return [field.alias or name for name, field in model.model_fields.items()]


def notices_of(error: ValidationError, known: Sequence[str], noun: str = "parameter") -> list[Notice]:
    """Return each error with its parameter and a code of the contract: unknown names first, then in declared order."""
    details = error.errors(include_url=False)
    unknown = [d for d in details if d["type"] == "extra_forbidden"]
    return [_notice(d, known, noun) for d in (*unknown, *(d for d in details if d["type"] != "extra_forbidden"))]


def _notice(detail: ErrorDetails, known: Sequence[str], noun: str) -> Notice:
    name = str(detail["loc"][0])
    if detail["type"] == "extra_forbidden":
        message = f"There is no {noun} {shortened(name)} here. This takes {', '.join(sorted(known))}."
        return Notice(None, name, "unknown_parameter", message)
    if isinstance(detail["input"], list) and noun == "parameter":
        return Notice(None, name, "repeated_parameter", f"`{name}` is there twice: send it once.")
    facts = detail.get("ctx", {})
    if "message" in facts:
        return Notice(None, name, detail["type"], str(facts["message"]))
    code, message = _READ_BY_PYDANTIC[detail["type"]](name, detail["input"], facts)
    return Notice(None, name, code, message)


_Sentence = Callable[[str, Any, Mapping[str, Any]], tuple[str, str]]


def _out_of_range(_name: str, value: object, facts: Mapping[str, Any]) -> tuple[str, str]:
    bound = f"at least {facts['ge']}" if "ge" in facts else f"at most {facts['le']}"
    return "out_of_range", f"{value} is out of bounds: give {bound}."


def _length(name: str, value: str, _facts: Mapping[str, Any]) -> tuple[str, str]:
    return "text_length", f"`{name}` has {len(value)} characters: give 1 to {MOST_TEXT}."


_READ_BY_PYDANTIC: Final[Mapping[str, _Sentence]] = {
    "missing": lambda name, *_: ("missing_parameter", f"`{name}` is missing."),
    "literal_error": lambda _name, value, facts: (
        "not_a_choice",
        f"{shortened(str(value))} is none of {facts['expected'].replace(' or ', ', ').replace(chr(39), '')}.",
    ),
    "string_pattern_mismatch": lambda _name, value, _facts: (
        "region_form",
        f"{shortened(value)} is no region code: give six digits (GB/T 2260).",
    ),
    "string_too_short": _length,
    "string_too_long": _length,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
}
"""The errors of pydantic that are passed on, each with its code and its sentence."""
