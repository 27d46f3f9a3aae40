"""Questions about the journal."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from lineage.operations.examples import EXAMPLES
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import (
    CURSOR,
    EventType,
    Limit,
    Omittable,
    Parameters,
    Position,
    Text,
    Time,
    cursor_of,
    known_at,
)
from lineage.service.answers import Document
from lineage.service.documents.journal import EventAnswer, Events
from lineage.service.questions import journal
from lineage.stores.interface import Store


class EventsParameters(Parameters):
    """Filters of the list of events."""

    reporter: Omittable[Text] = Field(None, description="Only events that this party reported.")
    type: Omittable[EventType] = Field(None, description="Only events of this type.")
    item: Omittable[Text] = Field(None, description="Only events that name this item.")
    after: Position = Field(0, description="Only events after this position in the journal.")
    limit: Limit = 100
    cursor: Annotated[Omittable[str], cursor_of(int)] = Field(None, description=CURSOR)
    known_at: Omittable[Time] = known_at()


class EventParameters(Parameters):
    """Transaction time."""

    known_at: Omittable[Time] = known_at()


def _events(store: Store, question: Question[EventsParameters]) -> Document:
    p = question.parameters
    chosen = journal.EventsQuestion(p.reporter, p.type, p.item, p.after, p.limit, p.cursor)
    return journal.events(store, chosen, question.context)


def _event(store: Store, question: Question[EventParameters]) -> Document:
    return journal.event(store, question.id, question.context)


EVENTS: Final = Operation(
    "events",
    "/v1/events",
    "List the journal in order of arrival.",
    EventsParameters,
    Events,
    _events,
    EXAMPLES["Events"],
    rows="events",
)
EVENT: Final = Operation(
    "event",
    "/v1/events/{id}",
    "Show one event as stored, its status, and its corrections.",
    EventParameters,
    EventAnswer,
    _event,
    EXAMPLES["EventAnswer"],
)
