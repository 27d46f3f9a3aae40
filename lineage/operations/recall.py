"""The recall that `POST /v1/impact` and `lineage impact` take: by ids, or by the declared making of items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema

from lineage.domain.errors import InvalidInstantError, Notice, UnreadableInputError, called, shortened
from lineage.domain.events.field_reading import refusal
from lineage.domain.instants import parse_instant
from lineage.domain.traversal.impact import Recall as Declaration
from lineage.operations.deadline import Deadline
from lineage.operations.operation import Clock
from lineage.operations.parameters import (
    MOST_TEXT,
    TIME_SCHEMA,
    InvalidParametersError,
    Omittable,
    names_of,
    notices_of,
)
from lineage.service.answers import Context, canonical_id
from lineage.service.questions.impact import ImpactQuestion

MOST_IDS: Final = 100_000
KINDS: Final = ("cell", "module", "pack", "vehicle", "part", "lot")


def _read_ids(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
        raise refusal("wrong_type", "`items` is a list of ids, with at least one.")
    if len(value) > MOST_IDS:
        message = f"`items` has {len(value)} ids: give at most {MOST_IDS}, or what their making declared."
        raise refusal("too_many_ids", message)
    return tuple(value)


def _read_text(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MOST_TEXT:
        shown = called(value) if not isinstance(value, str) else f"{len(value)} characters"
        raise refusal("wrong_type", f"A text of 1 to 4,000 characters is wanted here, not {shown}.")
    return value


def _read_kind(value: object) -> str:
    word = _read_text(value)
    if word not in KINDS:
        raise refusal("not_a_choice", f"{shortened(word)} is none of {', '.join(KINDS)}.")
    return word


def _read_time(value: object) -> int:
    try:
        return parse_instant(value)
    except InvalidInstantError as error:
        raise refusal(error.code, error.message) from None


_Ids = Annotated[
    tuple[str, ...],
    PlainValidator(_read_ids),
    WithJsonSchema({"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": MOST_IDS}),
]
_Text = Annotated[
    str, PlainValidator(_read_text), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MOST_TEXT})
]
_Kind = Annotated[str, PlainValidator(_read_kind), WithJsonSchema({"type": "string", "enum": list(KINDS)})]
_Time = Annotated[int, PlainValidator(_read_time), WithJsonSchema(TIME_SCHEMA)]


class RecallDocument(BaseModel):
    """A recall: by `items`, or by what their making declared"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: Omittable[_Ids] = Field(None, description="The ids of the items; excludes the next six fields.")
    maker: Omittable[_Text] = Field(None, description="The declared maker, else the reporter of the making.")
    model: Omittable[_Text] = Field(None, description="Only items of this model.")
    batch: Omittable[_Text] = Field(None, description="Only items of this batch.")
    kind: Omittable[_Kind] = Field(None, description="Only items of this kind.")
    produced_from: Omittable[_Time] = Field(None, description="Only items made at or after this time.")
    produced_until: Omittable[_Time] = Field(None, description="Only items made before this time.")
    at: Omittable[_Time] = Field(None, description="Answer as of this time; now if absent.")
    known_at: Omittable[_Time] = Field(None, description="Answer as known at this time.")
    changed_since: Omittable[_Time] = Field(
        None, description="Only entries added or released by events recorded after this time."
    )

    def question(self) -> ImpactQuestion:
        """Return the question to the service."""
        maker = None if self.maker is None else canonical_id(self.maker)
        declared = Declaration(
            maker, self.model, self.batch, self.kind, self.produced_from, self.produced_until
        )  # fmt: skip
        return ImpactQuestion(self.items, declared, self.changed_since)

    def context(self, clock: Clock, deadline: Deadline) -> Context:
        """Return the times of the question, and the deadline for all of its lines together."""
        return Context(clock(), deadline.passed, self.at, self.known_at, deadline.check)


_DECLARED: Final = ("maker", "model", "batch", "kind", "produced_from", "produced_until")


def decode_recall(body: bytes) -> RecallDocument:
    """Return the recall of a JSON object. Raises UnreadableInputError, InvalidParametersError."""
    try:
        document = orjson.loads(body)
    except ValueError as error:
        raise UnreadableInputError(f"The body is not JSON: {error}.", code="bad_json") from None
    if not isinstance(document, dict):
        raise UnreadableInputError("The body is a JSON object: see /docs.", code="bad_json")
    return read_recall(document)


def read_recall(document: Mapping[str, Any]) -> RecallDocument:
    """Return the recall of these fields; null is the same as absent. Raises InvalidParametersError with all errors."""
    known = names_of(RecallDocument)
    given = {name: value for name, value in document.items() if value is not None or name not in known}
    notices = _contradictions(given)
    try:
        recall = RecallDocument.model_validate(given)
    except ValidationError as error:
        raise InvalidParametersError([*notices_of(error, known, noun="field"), *notices]) from None
    if notices:
        raise InvalidParametersError(notices)
    return recall


def _contradictions(given: Mapping[str, Any]) -> list[Notice]:
    """Return the errors that no field shows alone: a recall is either by ids or by what was declared."""
    declared = [name for name in _DECLARED if name in given]
    if "items" in given and declared:
        message = "Recall by `items`, or by what their making declared, not by both."
        return [Notice(None, declared[0], "items_with_declaration", message)]
    if "items" not in given and not declared:
        message = "State what is recalled: `items`, or `maker`, `model`, `batch`, `kind` or a window of production."
        return [Notice(None, "items", "missing_parameter", message)]
    return []
