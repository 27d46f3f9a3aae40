"""What `POST /v1/impact` and `lineage impact` take: a recall, by ids or by what the making of items declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema

from lineage.domain.errors import InvalidInstantError, Notice, UnreadableInputError, called, shortened
from lineage.domain.events.fields import refusal
from lineage.domain.instants import parse_instant
from lineage.domain.traversal.impact import Recall as Declaration
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
    """What is recalled: `items`, or what their making declared"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: Omittable[_Ids] = Field(None, description="The ids of the items; goes without the next six.")
    maker: Omittable[_Text] = Field(None, description="The maker that was declared, else who reported the making.")
    model: Omittable[_Text] = Field(None, description="Only of this model.")
    batch: Omittable[_Text] = Field(None, description="Only of this batch.")
    kind: Omittable[_Kind] = Field(None, description="Only items of this kind.")
    produced_from: Omittable[_Time] = Field(None, description="Only what was made from this moment on.")
    produced_until: Omittable[_Time] = Field(None, description="Only what was made before this moment.")
    at: Omittable[_Time] = Field(None, description="What counts as now.")
    known_at: Omittable[_Time] = Field(None, description="As known then.")
    changed_since: Omittable[_Time] = Field(
        None, description="Only whom what was recorded after this moment added or released."
    )

    def question(self) -> ImpactQuestion:
        """The question to the service."""
        maker = None if self.maker is None else canonical_id(self.maker)
        declared = Declaration(
            maker, self.model, self.batch, self.kind, self.produced_from, self.produced_until
        )  # fmt: skip
        return ImpactQuestion(self.items, declared, self.changed_since)

    def context(self, clock: Clock) -> Context:
        """The moments of the question; its lines leave as they are made, so no deadline cuts them."""
        return Context(clock(), lambda: False, self.at, self.known_at)


_DECLARED: Final = ("maker", "model", "batch", "kind", "produced_from", "produced_until")


def decode_recall(body: bytes) -> RecallDocument:
    """The recall of a JSON object. Raises UnreadableInputError, InvalidParametersError."""
    try:
        document = orjson.loads(body)
    except ValueError as error:
        raise UnreadableInputError(f"The body is not JSON: {error}.", code="bad_json") from None
    if not isinstance(document, dict):
        raise UnreadableInputError("The body is a JSON object: see /docs.", code="bad_json")
    return read_recall(document)


def read_recall(document: Mapping[str, Any]) -> RecallDocument:
    """The recall of these fields; null is the same as absent. Raises InvalidParametersError with all that is wrong."""
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
    """What no field shows alone: a recall is by ids or by what was declared, and by one of them."""
    declared = [name for name in _DECLARED if name in given]
    if "items" in given and declared:
        message = "Recall by `items`, or by what their making declared, not by both."
        return [Notice(None, declared[0], "items_with_declaration", message)]
    if "items" not in given and not declared:
        message = "Say what is recalled: `items`, or `maker`, `model`, `batch`, `kind` or a window of production."
        return [Notice(None, "items", "missing_parameter", message)]
    return []
