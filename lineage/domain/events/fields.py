"""The field types of events: each reads the value that was sent and returns its one normal form.

A field that is refused raises `PydanticCustomError` with one of the service's codes; `violations.py`
turns it into a `Notice` with its path. Source: contract 1 and 2.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, FailFast, Field, PlainSerializer, PlainValidator, WithJsonSchema

from lineage.domain.events.field_reading import (
    MOST_KG,
    MOST_TEXT,
    or_both,
    or_custody,
    or_nothing,
    read_amount,
    read_count,
    read_digest,
    read_event_id,
    read_findings,
    read_item,
    read_label,
    read_mass,
    read_moment,
    read_own_id,
    read_party,
    read_step,
    read_text,
)
from lineage.domain.identifiers.parsing import MOST_CHARACTERS, REPLACEMENT_SUFFIX
from lineage.domain.instants import format_instant

_LONGEST_EVENT_ID: Final = MOST_CHARACTERS + len(REPLACEMENT_SUFFIX)


def _text_schema(description: str, **more: str | int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": description, **more})


# 5 must not be written as 5.0
_AS_IT_IS: Final = PlainSerializer(lambda number: number, return_type=Any)

ItemId = Annotated[
    str,
    PlainValidator(read_item),
    _text_schema("An item: battery code, VIN, lot:<party>:<number> or another URI", maxLength=512),
]
PartyId = Annotated[
    str,
    PlainValidator(read_party),
    _text_schema("A party: credit code, BPN…, owner:<token> or another URI", maxLength=512),
]
EventId = Annotated[str, PlainValidator(read_event_id), _text_schema("The id of an event", maxLength=_LONGEST_EVENT_ID)]
OwnId = Annotated[
    str,
    PlainValidator(read_own_id),
    _text_schema("Unique; if absent, sha256:<hex> of the canonical content", maxLength=512),
]


def _without_default(schema: dict[str, Any]) -> None:
    del schema["default"]


# A schema with this default would have clients send an empty id, which is refused.
NoOwnId: Final[Any] = Field("", json_schema_extra=_without_default)
"""The id of an event that brings none, until it is made from the content."""
Moment = Annotated[
    int,
    PlainValidator(read_moment),
    PlainSerializer(format_instant, return_type=str),
    _text_schema("RFC 3339 with offset, or a date (start of that day, UTC+08:00)"),
]
Text = Annotated[str, PlainValidator(read_text), _text_schema("Any text", maxLength=MOST_TEXT)]
Label = Annotated[str, PlainValidator(read_label), _text_schema("A name, trimmed", maxLength=512)]
Step = Annotated[
    str,
    PlainValidator(read_step),
    _text_schema("Business step: one lower-case word", maxLength=MOST_TEXT),
]
Digest = Annotated[str, PlainValidator(read_digest), _text_schema("SHA-256", pattern="^[0-9a-fA-F]{64}$")]
Amount = Annotated[
    float,
    PlainValidator(read_amount),
    _AS_IT_IS,
    WithJsonSchema({"type": "number", "minimum": 0}),
]
Mass = Annotated[
    float,
    PlainValidator(read_mass),
    _AS_IT_IS,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_KG}),
]
Count = Annotated[
    int,
    PlainValidator(read_count),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": int(MOST_KG)}),
]
Findings = Annotated[
    Mapping[str, object],
    PlainValidator(read_findings),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"soh_percent": {"type": "number"}, "capacity_kwh": {"type": "number"}},
            "additionalProperties": True,
        }
    ),
]
Kind = Literal["cell", "module", "pack", "vehicle", "part", "lot"]
Side = Annotated[Literal["giver", "taker", "both"], BeforeValidator(or_both)]
Rights = Annotated[Literal["custody", "ownership", "both"], BeforeValidator(or_custody)]

# Lists become tuples; strict mode alone would refuse a list where a tuple is stored.
Several = Field(strict=False, min_length=1)
"""A required list: not empty."""

Few = FailFast()
"""A list with no bound of its own: only its first problem is reported, not millions."""

Listed = Field(strict=False)
"""A list that may be empty."""

OrEmpty = BeforeValidator(or_nothing)
"""An optional list: null is the same as absent, and absent is the same as empty."""
