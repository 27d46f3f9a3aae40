"""The events that concern a party, in the order of their time and id, a bounded number at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lineage.domain.errors import NotYetKnownError, UnknownPartyError
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.instants import Instant
from lineage.service.answers import Context, require_party
from lineage.service.journal_reads import StoredEvents, correction_status_of
from lineage.stores.interface import QuestionReader

EventPlace = tuple[Instant, str]
"""The place of an event in the list of a party: its time and id."""
BEFORE_ALL: Final[EventPlace] = (0, "")
_AT_ONCE: Final = 200
_MOST_ITEMS: Final = 2_000
"""Items that the events of one batch name, unless one event alone names more."""


class EventBatch(NamedTuple):
    """Consecutive events of a party that are in force; `last`: the place up to which all of them were read."""

    events: list[StoredEvent]
    last: EventPlace


def events_of_party(
    reader: QuestionReader, party: str, context: Context, after: EventPlace = BEFORE_ALL, most: int = _AT_ONCE
) -> Iterator[EventBatch]:
    """Yield the events in force that name items and concern a party, as known then, after a place.

    `most`: events of one batch; it may be empty.
    """
    while rows := reader.events_of_party(party, after, most):
        after = rows[-1].time, rows[-1].event
        ids = [row.event for row in rows]
        status = correction_status_of(reader, ids, context.known_at)
        events = StoredEvents(reader).of(i for i in ids if status.in_force(i)).values()
        groups = list(_grouped([e for e in events if e.item_ids]))
        for group in groups[:-1]:
            yield EventBatch(group, (group[-1].time, group[-1].id))
        yield EventBatch(groups[-1] if groups else [], after)


def _grouped(events: Sequence[StoredEvent]) -> Iterator[list[StoredEvent]]:
    """Yield the events in groups that name a bounded number of items."""
    group: list[StoredEvent] = []
    items = 0
    for event in events:
        if group and items + len(event.item_ids) > _MOST_ITEMS:
            yield group
            group, items = [], 0
        group.append(event)
        items += len(event.item_ids)
    if group:
        yield group


def require_concerned(reader: QuestionReader, party: str, context: Context) -> None:
    """Raise UnknownPartyError or NotYetKnownError unless an event in force names the party, as a maker too."""
    try:
        require_party(reader, party, context.known_at)
    except (UnknownPartyError, NotYetKnownError):
        if not _is_concerned(reader, party, context):
            if context.known_at is not None and _is_concerned(reader, party, context._replace(known_at=None)):
                raise NotYetKnownError(party, context.known_at) from None
            raise


def _is_concerned(reader: QuestionReader, party: str, context: Context) -> bool:
    return any(batch.events for batch in events_of_party(reader, party, context))
