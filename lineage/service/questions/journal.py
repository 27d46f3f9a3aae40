"""The journal: one event with its status, and the list in order of arrival (contract 2, 8)."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from lineage.domain.errors import NotYetKnownError, UnknownEventError
from lineage.domain.events.corrections import correction_of
from lineage.domain.instants import OPEN, Instant, format_instant
from lineage.service.answers import Context, Document, build_answer, canonical_id
from lineage.service.journal_reads import body_of, correction_status_of
from lineage.service.paging import read_cursor, write_cursor
from lineage.stores.interface import Entry, EntryFilter, QuestionReader, ReadableStore


def event(store: ReadableStore, event_id: str, context: Context) -> Document:
    """Answer with one event as stored, its status and its corrections. Raises UnknownEventError, NotYetKnownError."""
    event_id = event_id.strip()

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        home = correction_of(event_id) or event_id
        entry = reader.entries_by_id([home]).get(home)
        if entry is None or (home != event_id and "replacement" not in orjson.loads(entry.event)):
            raise UnknownEventError(event_id)
        if context.known_at is not None and entry.recorded > context.known_at:
            raise NotYetKnownError(event_id, context.known_at)
        status = correction_status_of(reader, [event_id], context.known_at)
        fields: Document = {
            "event": body_of(entry, event_id),
            "status": status.status(event_id),
            "recorded": format_instant(entry.recorded),
            "corrected_by": status.corrected_by(event_id),
            "warnings": orjson.loads(entry.warnings),
        }
        if entry.sent is not None:
            fields["sent"] = orjson.loads(entry.sent)
        return build_answer(state, context, fields)

    return store.read(work)


class EventsQuestion(NamedTuple):
    """Which events to list: all filters that are not None must fit.

    `after` is a journal position; `cursor` continues a page.
    """

    reporter: str | None = None
    type: str | None = None
    item: str | None = None
    after: int = 0
    limit: int = 100
    cursor: str | None = None


def events(store: ReadableStore, question: EventsQuestion, context: Context) -> Document:
    """Answer with the journal in order of arrival, filtered, page by page."""
    after = question.after
    if question.cursor is not None:
        key, context = read_cursor(question.cursor, context)
        after = int(key[0])
    entry_filter = EntryFilter(
        None if question.reporter is None else canonical_id(question.reporter),
        question.type,
        None if question.item is None else canonical_id(question.item),
    )

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        known_at = OPEN if context.known_at is None else context.known_at
        entries, has_more = _page(reader, after, question.limit, entry_filter, known_at)
        status = correction_status_of(reader, [e.id for e in entries], context.known_at)
        rows = [
            {
                "position": e.position,
                "recorded": format_instant(e.recorded),
                "status": status.status(e.id),
                "event": orjson.loads(e.event),
            }
            for e in entries
        ]
        following = write_cursor(context, state, [entries[-1].position]) if has_more else None
        return build_answer(state, context, {"events": rows, "next": following})

    return store.read(work)


def _page(
    reader: QuestionReader, after: int, limit: int, entry_filter: EntryFilter, known_at: Instant
) -> tuple[list[Entry], bool]:
    """Return one page of what was known then, and whether more follows.

    `recorded` need not ascend with the position: a trusted import may be backdated.
    """
    entries: list[Entry] = []
    while len(entries) <= limit:
        batch = reader.entries(after, limit + 1, entry_filter)
        entries += [e for e in batch if e.recorded <= known_at]
        if len(batch) <= limit:
            break
        after = batch[-1].position
    return entries[:limit], len(entries) > limit
