"""What a question may be asked with: each parameter reads its text and says what it takes, for both doors."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from lineage.domain.errors import InvalidInstantError, InvalidQuestionError, LineageError, Notice, shortened
from lineage.domain.instants import BEGIN, OPEN, parse_instant
from lineage.service.answers import MOST_HOPS, MOST_ITEMS

Values = Mapping[str, Any]
MOST_TEXT: Final = 4_000
MOST_LISTED: Final = 1_000
MOST_PATHS: Final = 1_000
_REGION: Final = re.compile(r"[1-9][0-9]{5}")
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")


class InvalidParametersError(LineageError):
    """A question that cannot be asked: every parameter that is wrong, and why; never empty."""

    code = "invalid_parameters"

    def __init__(self, notices: Sequence[Notice]) -> None:
        super().__init__(notices[0].message, code=notices[0].code if len(notices) == 1 else None)
        self.notices = tuple(notices)


class Parameter(NamedTuple):
    """`read` turns text into a value or raises InvalidQuestionError; `schema` is for the OpenAPI document."""

    name: str
    read: Callable[[str], Any]
    schema: Mapping[str, object]
    about: str
    default: Any = None
    is_required: bool = False
    example: str | None = None


def read_values(pairs: Iterable[tuple[str, str]], allowed: Sequence[Parameter]) -> dict[str, Any]:
    """Return a value for each allowed parameter, its default where it is absent.

    Raises InvalidParametersError for what is unknown, there twice, missing or wrong, all of it at once.
    """
    sent: dict[str, list[str]] = {}
    for name, text in pairs:
        sent.setdefault(name, []).append(text)
    known = [p.name for p in allowed]
    notices = [_unknown(name, known) for name in sent if name not in known]
    values = {p.name: _value(p, sent.get(p.name, []), notices) for p in allowed}
    if notices:
        raise InvalidParametersError(notices)
    return values


def _unknown(name: str, known: list[str]) -> Notice:
    message = f"There is no parameter {shortened(name)} here. This takes {', '.join(sorted(known))}."
    return Notice(None, name, "unknown_parameter", message)


def _value(parameter: Parameter, texts: list[str], notices: list[Notice]) -> Any:  # noqa: ANN401 - as its reader says
    name = parameter.name
    if len(texts) > 1:
        notices.append(Notice(None, name, "repeated_parameter", f"`{name}` is there twice: send it once."))
    elif not texts and parameter.is_required:
        notices.append(Notice(None, name, "missing_parameter", f"`{name}` is missing."))
    elif texts:
        try:
            return parameter.read(texts[0])
        except (InvalidQuestionError, InvalidInstantError) as error:
            notices.append(Notice(None, name, error.code, error.message))
    return parameter.default


def text(name: str, about: str, *, required: bool = False, example: str | None = None) -> Parameter:
    """Text of 1 to 4,000 characters."""

    def read(value: str) -> str:
        if not 1 <= len(value) <= MOST_TEXT:
            message = f"`{name}` has {len(value)} characters: give 1 to {MOST_TEXT}."
            raise InvalidQuestionError(message, path=name, code="text_length")
        return value

    schema = {"type": "string", "minLength": 1, "maxLength": MOST_TEXT}
    return Parameter(name, read, schema, about, is_required=required, example=example)


def instant(name: str, about: str) -> Parameter:
    """A time with offset, or a date: what `time` takes (contract 2)."""

    def read(value: str) -> int:
        try:
            return parse_instant(value)
        except InvalidInstantError as error:
            if error.code == "time_form" and " " in value:
                message = f"{error.message} In an address, + is written %2B."
                raise InvalidInstantError(message, code=error.code) from None
            raise

    schema = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
    takes = " RFC 3339 with offset, or a date (the start of that day, UTC+08:00); years 1990 to 2200."
    return Parameter(name, read, schema, about + takes, example="2024-05-01")


def region(name: str, about: str) -> Parameter:
    """A GB/T 2260 region code."""

    def read(value: str) -> str:
        if not _REGION.fullmatch(value):
            message = f"{shortened(value)} is no region code: give six digits (GB/T 2260)."
            raise InvalidQuestionError(message, path=name, code="region_form")
        return value

    return Parameter(name, read, {"type": "string", "pattern": "^[1-9][0-9]{5}$"}, about, example="440000")


def whole(name: str, about: str, least: int, most: int, *, default: int | None = None) -> Parameter:
    """A whole number within bounds."""

    def read(value: str) -> int:
        number = int(value) if _WHOLE.fullmatch(value) else None
        if number is None:
            message = f"{shortened(value)} is not a whole number: give {least} to {most}."
            raise InvalidQuestionError(message, path=name, code="number_form")
        if not least <= number <= most:
            message = f"{number} is out of bounds: give {least} to {most}."
            raise InvalidQuestionError(message, path=name, code="out_of_range")
        return number

    schema: dict[str, object] = {"type": "integer", "minimum": least, "maximum": most}
    if default is not None:
        schema["default"] = default
    return Parameter(name, read, schema, about, default)


def choice(name: str, about: str, words: Sequence[str], *, default: str | None = None) -> Parameter:
    """One of these words."""

    def read(value: str) -> str:
        if value not in words:
            message = f"{shortened(value)} is none of {', '.join(words)}."
            raise InvalidQuestionError(message, path=name, code="not_a_choice")
        return value

    schema: dict[str, object] = {"type": "string", "enum": list(words)}
    if default is not None:
        schema["default"] = default
    return Parameter(name, read, schema, about, default)


def flag(name: str, about: str) -> Parameter:
    """`true` or `false`."""

    def read(value: str) -> bool:
        if value not in ("true", "false"):
            message = f"{shortened(value)} is neither true nor false."
            raise InvalidQuestionError(message, path=name, code="boolean_form")
        return value == "true"

    return Parameter(name, read, {"type": "boolean", "default": False}, about, default=False)


def cursor(*shape: type) -> Parameter:
    """Where a list goes on: `next` of the page before; its key has these types."""

    def read(value: str) -> str:
        if not _is_cursor(value, shape):
            message = "This is no cursor of this list: send `next` back as it came."
            raise InvalidQuestionError(message, path="cursor", code="bad_cursor")
        return value

    about = "Where to go on: `next` of the page before. Later pages are as known when the first was asked for."
    return Parameter("cursor", read, {"type": "string"}, about)


def _is_cursor(value: str, shape: Sequence[type]) -> bool:
    try:
        known_at, at, key = orjson.loads(base64.b64decode(value, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error):
        return False
    instants = [known_at, at, *(part for part in (key if isinstance(key, list) else []) if type(part) is int)]
    return (
        isinstance(key, list)
        and tuple(type(part) for part in key) == tuple(shape)
        and all(i is None or (type(i) is int and BEGIN <= i <= OPEN) for i in instants)
    )


KNOWN_AT = instant("known_at", "As known then: only what had been recorded by this moment counts.")
AT = instant("at", "As of this moment; now if absent.")
WINDOW = (
    instant("at", "Only what is so at this instant; goes without `from` and `until`."),
    instant("from", "Only what is so from this moment on."),
    instant("until", "Only what is so before this moment."),
)
LIMIT = whole("limit", "How many to list.", 1, MOST_LISTED, default=100)
MAX_ITEMS = whole("max_items", "How many items at most, the first one included.", 1, MOST_ITEMS, default=10_000)
MAX_HOPS = whole("max_hops", "How many steps away at most; no bound if absent.", 0, MOST_HOPS)
MAX_PATHS = whole("max_paths", "How many paths to list at most.", 1, MOST_PATHS, default=10)
