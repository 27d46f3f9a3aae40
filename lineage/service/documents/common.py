"""What all answers share: the words for instants and kinds, and the fields that every answer has (contract 8)."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

Instant = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
            "description": "UTC, to the millisecond",
        }
    ),
]
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date", "description": "a day in China (UTC+08:00)"})]
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0)]
ItemKind = Literal["cell", "module", "pack", "vehicle", "part", "lot", "unknown"]
CustodyState = Literal["held", "in_transit", "conflict", "gap", "ended"]
Window = Annotated[
    list[Instant | None],
    Field(
        min_length=2,
        max_length=2,
        description="[since, until): half-open, an open end is null; an instant is [t, t]",
    ),
]
Ids = list[str]
JsonObject = dict[str, object]


class Cut(TypedDict):
    """Why an answer is not complete"""

    reason: Literal["max_items", "max_hops", "time_limit"]
    frontier: Annotated[Ids, Field(max_length=100, description="where it would go on")]
    left_out: Annotated[Count | None, Field(description="how many items; null where they were not counted")]


class Unknown(TypedDict):
    """A layer that was never reported"""

    item: str
    layer: Literal["pack", "cell"]
    uncoded: Annotated[Count | None, Field(description="how many parts without a code were counted")]


class AnswerDocument(TypedDict):
    """What every answer has."""

    as_of: Annotated[Instant | None, Field(description="the `at` of the question, else null")]
    known_at: Annotated[
        Instant | None, Field(description="the `known_at` of the question, else when the newest event was recorded")
    ]
    position: Annotated[Count, Field(description="how many accepted events the state read holds")]
    complete: Annotated[bool, Field(description="false: `cut` has the reason why something was left out")]
    cut: NotRequired[Cut]
    unknown: Annotated[
        list[Unknown], Field(description="layers that were never reported, which is not the same as nothing there")
    ]


class OfAnItem(AnswerDocument):
    """What answers about one item at a moment have."""

    not_yet_born: NotRequired[
        Annotated[Instant, Field(description="only before the first event that names the item: the time of that event")]
    ]


class Page(AnswerDocument):
    """What every page of a list has."""

    next: Annotated[str | None, Field(description="the cursor of the next page; null at the end")]
