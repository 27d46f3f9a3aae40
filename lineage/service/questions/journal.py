"""The journal itself: one event and its state, and the list in order of arrival (contract 2, 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson

from lineage.domain.errors import NotYetKnownError, UnknownEventError
from lineage.domain.events.corrections import Correction, CorrectionStatus, correction_of
from lineage.domain.instants import OPEN, format_instant
from lineage.service.answers import Context, Document, build_answer, canonical_id, read_cursor, write_cursor
from lineage.service.projection.commits import related_corrections
from lineage.stores.interface import Entry, EntryFilter, QuestionReader, Store


def correction_status_of(reader: QuestionReader, ids: Iterable[str], known_at: int | None) -> CorrectionStatus:
    """The verdict on everything that has to do with these events, as known then."""
    until = OPEN if known_at is None else known_at
    context = list(ids)
    corrections: Sequence[Correction] = related_corrections(reader, context, until=until)
    plain = {x for c in corrections for x in (c.id, c.target)} | set(context)
    there = {
        i
        for i, e in reader.entries_by_id({x for x in plain if correction_of(x) is None}).items()
        if e.recorded <= until
    }
    return CorrectionStatus(corrections, lambda i: i in there)


def body_of(entry: Entry, event_id: str) -> Document:
    """The event as kept: the entry's own, or the replacement that a correction brings."""
    event: Document = orjson.loads(entry.event)
    if event_id == entry.id:
        return event
    replacement: Document = event["replacement"]
    return {"id": event_id, **replacement}


def event(store: Store, event_id: str, context: Context) -> Document:
    """One event as kept, whether it counts, and what corrected it."""
    event_id = event_id.strip()

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        home = correction_of(event_id) or event_id
        entry = reader.entries_by_id([home]).get(home)
        if entry is None or (home != event_id and "replacement" not in orjson.loads(entry.event)):
            raise UnknownEventError(event_id)
        if context.known_at is not None and entry.recorded > context.known_at:
            raise NotYetKnownError(event_id, context.known_at)
        standing = correction_status_of(reader, [event_id], context.known_at)
        own: Document = {
            "event": body_of(entry, event_id),
            "status": standing.status(event_id),
            "recorded": format_instant(entry.recorded),
            "corrected_by": standing.corrected_by(event_id),
            "warnings": orjson.loads(entry.warnings),
        }
        if entry.sent is not None:
            own["sent"] = orjson.loads(entry.sent)
        return build_answer(state, context, own)

    return store.read(work)


class EventsQuestion(NamedTuple):
    """Which events to list; `after` is a position, `cursor` goes on from a page."""

    reporter: str | None = None
    type: str | None = None
    item: str | None = None
    after: int = 0
    limit: int = 100
    cursor: str | None = None


def events(store: Store, question: EventsQuestion, context: Context) -> Document:
    """The journal in order of arrival, filtered, page by page."""
    after = question.after
    if question.cursor is not None:
        key, context = read_cursor(question.cursor, context)
        after = int(key[0])
    chosen = EntryFilter(
        None if question.reporter is None else canonical_id(question.reporter),
        question.type,
        None if question.item is None else canonical_id(question.item),
    )

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        known_at = OPEN if context.known_at is None else context.known_at
        found, more = _page(reader, after, question.limit, chosen, known_at)
        standing = correction_status_of(reader, [e.id for e in found], context.known_at)
        rows = [
            {
                "position": e.position,
                "recorded": format_instant(e.recorded),
                "status": standing.status(e.id),
                "event": orjson.loads(e.event),
            }
            for e in found
        ]
        following = write_cursor(context, state, [found[-1].position]) if more else None
        return build_answer(state, context, {"events": rows, "next": following})

    return store.read(work)


def _page(
    reader: QuestionReader, after: int, limit: int, chosen: EntryFilter, known_at: int
) -> tuple[list[Entry], bool]:
    """One page of what was known then; `recorded` need not ascend where an import brought the past."""
    found: list[Entry] = []
    while len(found) <= limit:
        batch = reader.entries(after, limit + 1, chosen)
        found += [e for e in batch if e.recorded <= known_at]
        if len(batch) <= limit:
            break
        after = batch[-1].position
    return found[:limit], len(found) > limit
