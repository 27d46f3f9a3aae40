"""The journal itself: one event and its state, and the list in order of arrival (contract 2, 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson

from lineage.domain.errors import NotYetKnownError, UnknownEventError
from lineage.domain.events.corrections import Correction, Standing, correction_of
from lineage.domain.instants import OPEN, format_instant
from lineage.service.answers import Asked, Document, answer, as_kept, read_cursor, write_cursor
from lineage.service.projection.commits import component
from lineage.stores.interface import Entry, EntryFilter, Reader, Store


def standing_of(reader: Reader, ids: Iterable[str], known_at: int | None) -> Standing:
    """The verdict on everything that has to do with these events, as known then."""
    until = OPEN if known_at is None else known_at
    asked = list(ids)
    corrections: Sequence[Correction] = component(reader, asked, until=until)
    plain = {x for c in corrections for x in (c.id, c.target)} | set(asked)
    there = {
        i
        for i, e in reader.entries_by_id({x for x in plain if correction_of(x) is None}).items()
        if e.recorded <= until
    }
    return Standing(corrections, lambda i: i in there)


def body_of(entry: Entry, event_id: str) -> Document:
    """The event as kept: the entry's own, or the replacement that a correction brings."""
    event: Document = orjson.loads(entry.event)
    if event_id == entry.id:
        return event
    replacement: Document = event["replacement"]
    return {"id": event_id, **replacement}


def event(store: Store, event_id: str, asked: Asked) -> Document:
    """One event as kept, whether it counts, and what corrected it."""
    event_id = event_id.strip()

    def work(reader: Reader) -> Document:
        state = reader.state()
        home = correction_of(event_id) or event_id
        entry = reader.entries_by_id([home]).get(home)
        if entry is None or (home != event_id and "replacement" not in orjson.loads(entry.event)):
            raise UnknownEventError(event_id)
        if asked.known_at is not None and entry.recorded > asked.known_at:
            raise NotYetKnownError(event_id, asked.known_at)
        standing = standing_of(reader, [event_id], asked.known_at)
        own: Document = {
            "event": body_of(entry, event_id),
            "status": standing.status(event_id),
            "recorded": format_instant(entry.recorded),
            "corrected_by": standing.corrected_by(event_id),
            "warnings": orjson.loads(entry.warnings),
        }
        if entry.sent is not None:
            own["sent"] = orjson.loads(entry.sent)
        return answer(state, asked, own)

    return store.read(work)


class EventsQuestion(NamedTuple):
    """Which events to list; `after` is a position, `cursor` goes on from a page."""

    reporter: str | None = None
    type: str | None = None
    item: str | None = None
    after: int = 0
    limit: int = 100
    cursor: str | None = None


def events(store: Store, question: EventsQuestion, asked: Asked) -> Document:
    """The journal in order of arrival, filtered, page by page."""
    after = question.after
    if question.cursor is not None:
        key, asked = read_cursor(question.cursor, asked)
        after = int(key[0])
    chosen = EntryFilter(
        None if question.reporter is None else as_kept(question.reporter),
        question.type,
        None if question.item is None else as_kept(question.item),
    )

    def work(reader: Reader) -> Document:
        state = reader.state()
        known_at = OPEN if asked.known_at is None else asked.known_at
        found, more = _page(reader, after, question.limit, chosen, known_at)
        standing = standing_of(reader, [e.id for e in found], asked.known_at)
        rows = [
            {
                "position": e.position,
                "recorded": format_instant(e.recorded),
                "status": standing.status(e.id),
                "event": orjson.loads(e.event),
            }
            for e in found
        ]
        following = write_cursor(asked, state, [found[-1].position]) if more else None
        return answer(state, asked, {"events": rows, "next": following})

    return store.read(work)


def _page(reader: Reader, after: int, limit: int, chosen: EntryFilter, known_at: int) -> tuple[list[Entry], bool]:
    """One page of what was known then; `recorded` need not ascend where an import brought the past."""
    found: list[Entry] = []
    while len(found) <= limit:
        batch = reader.entries(after, limit + 1, chosen)
        found += [e for e in batch if e.recorded <= known_at]
        if len(batch) <= limit:
            break
        after = batch[-1].position
    return found[:limit], len(found) > limit
