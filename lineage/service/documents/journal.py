"""Events as the journal stores them, and what became of events that were sent."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypeAliasType, TypedDict

from lineage.domain.events.corrections import Status
from lineage.domain.events.models import AnyEvent
from lineage.service.documents.common import AnswerDocument, Count, Ids, Instant, JsonObject, Page

Event = TypeAliasType("Event", AnyEvent)
"""An event of any type, by its name in a schema."""


class JournalRow(TypedDict):
    """A row of the journal"""

    position: Count
    recorded: Instant
    status: Status
    event: Event


class Events(Page):
    """A page of the journal"""

    events: list[JournalRow]


class EventNotice(TypedDict):
    """Something odd about a stored event; `path` is the field"""

    id: str | None
    path: str
    code: str
    message: str


class EventAnswer(AnswerDocument):
    """One event as stored; `sent` is as it came, where an id was spelled otherwise"""

    event: Event
    status: Status
    recorded: Instant
    corrected_by: Ids
    warnings: list[EventNotice]
    sent: NotRequired[JsonObject]


class Warning(TypedDict):  # noqa: A001 - its name in the OpenAPI document
    """Something odd about an event that was stored"""

    line: Count
    id: str | None
    code: str
    message: str


class EventError(TypedDict):
    """Why an event was refused; `path` is the field"""

    line: Count
    id: str | None
    path: str
    code: str
    message: str


class LoadFields(TypedDict):
    """The counts of a load."""

    accepted: Count
    duplicate: Count
    rejected: Annotated[Count, Field(description="events; one may have several errors")]
    warnings: list[Warning]
    errors: Annotated[list[EventError], Field(description="at most 1,000; all are counted")]
    digest: Annotated[str, Field(description="the journal's chain of digests, afterwards")]
    warnings_left_out: NotRequired[Count]


class Loaded(AnswerDocument, LoadFields):
    """What became of the events sent"""
