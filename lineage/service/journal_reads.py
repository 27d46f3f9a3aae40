"""Events as the journal holds them: read once, decoded once, with the corrections that decide whether they count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from lineage.domain.events.corrections import Correction, CorrectionStatus, correction_of, replacement_id
from lineage.domain.events.models import Corrected, Enrolled, Event
from lineage.domain.events.serialization import from_stored
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.instants import OPEN, Instant
from lineage.stores.interface import Entry, EvidenceReader


def body_of(entry: Entry, event_id: str) -> dict[str, Any]:
    """Return the event as it is stored, for answers: the entry's own, or the replacement that a correction brings."""
    document: dict[str, Any] = orjson.loads(entry.event)
    if event_id == entry.id:
        return document
    replacement: dict[str, Any] = document["replacement"]
    return {"id": event_id, **replacement}


def event_of(entry: Entry, event_id: str) -> Event:
    """Return the decoded event: the entry's own, or the replacement that a correction brings."""
    return from_stored(body_of(entry, event_id))


def events_of_entry(entry: Entry) -> list[Event]:
    """Return the entry's event and, of a correction, the replacement that it brings."""
    event = from_stored(orjson.loads(entry.event))
    replacement = event.replacement if isinstance(event, Corrected) else None
    return [event] if replacement is None else [event, replacement]


def entries_holding(reader: EvidenceReader, event_ids: Iterable[str]) -> dict[str, Entry]:
    """Return the journal entry of each event, by event id; of a replacement that of its correction."""
    ids = list(dict.fromkeys(event_ids))
    entries = reader.entries_by_id({correction_of(i) or i for i in ids}) if ids else {}
    return {i: entries[home] for i in ids if (home := correction_of(i) or i) in entries}


def bodies_of(reader: EvidenceReader, event_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return events as they are stored, by id; every id is that of an event in force."""
    return {i: body_of(entry, i) for i, entry in entries_holding(reader, event_ids).items()}


def enrolments_of(
    reader: EvidenceReader, parties: Iterable[str], known_at: Instant | None
) -> dict[str, list[Enrolled]]:
    """Return the `enrolled` events in force of each party, as known then; parties without any are left out."""
    rows = reader.enrolments(sorted(parties), known_at)
    entries = entries_holding(reader, (e.event for e in rows))
    events: dict[str, list[Enrolled]] = {}
    for row in rows:
        event = event_of(entries[row.event], row.event)
        assert isinstance(event, Enrolled)
        events.setdefault(row.party, []).append(event)
    return events


class StoredEvents:
    """Events in force by id; each entry is fetched once and each event decoded once."""

    def __init__(self, reader: EvidenceReader) -> None:
        self._reader = reader
        self._entries: dict[str, Entry] = {}
        self._events: dict[str, StoredEvent] = {}

    def of(self, event_ids: Iterable[str]) -> dict[str, StoredEvent]:
        """Return the events by id, without those that the reader does not show; the ids are of events in force."""
        ids = list(dict.fromkeys(event_ids))
        missing = [i for i in ids if i not in self._events]
        self._fetch(correction_of(i) or i for i in missing)
        self._fetch_targets(i for i in missing if correction_of(i) is not None)
        for i in missing:
            entry = self._entries.get(correction_of(i) or i)
            if entry is not None:
                first = self._first_recorded(i)
                self._events[i] = StoredEvent(event_of(entry, i), entry.position, entry.recorded, first)
        return {i: self._events[i] for i in ids if i in self._events}

    def __getitem__(self, event_id: str) -> StoredEvent:
        """Return an event that was fetched before."""
        return self._events[event_id]

    def _fetch(self, ids: Iterable[str]) -> None:
        missing = [i for i in dict.fromkeys(ids) if i not in self._entries]
        if missing:
            self._entries.update(self._reader.entries_by_id(missing))

    def _fetch_targets(self, replacements: Iterable[str]) -> None:
        """Fetch what these replacements correct, and what that corrects, back to the first report."""
        corrections = [c for i in replacements if (c := correction_of(i)) is not None]
        while corrections:
            targets = [t for c in corrections if c in self._entries and (t := self._target(c)) is not None]
            self._fetch(correction_of(t) or t for t in targets)
            corrections = [c for t in targets if (c := correction_of(t)) is not None]

    def _target(self, correction: str) -> str | None:
        target: str | None = orjson.loads(self._entries[correction].event).get("target")
        return target

    def _first_recorded(self, event_id: str) -> Instant:
        """Return the earliest `recorded` of the event and of everything that it corrects, back to the first report."""
        correction = correction_of(event_id)
        recorded = self._entries[correction or event_id].recorded
        while correction is not None:
            target = self._target(correction)
            correction = None if target is None else correction_of(target)
            home = correction or target
            if home is None or home not in self._entries:
                return recorded
            recorded = min(recorded, self._entries[home].recorded)
        return recorded


# ---- corrections


def correction_row(event: Corrected, recorded: Instant) -> Correction:
    """Return the row that the store holds of a correction next to its journal entry."""
    return Correction(event.id, event.target, event.time, recorded, event.replacement is not None)


def related_corrections(
    reader: EvidenceReader, events: Iterable[Event | str], *, until: Instant | None = None
) -> list[Correction]:
    """Return every correction that concerns these events (or ids), directly or not, recorded by `until` at the latest.

    They form a closed set: all that target one another, and all that target these events.
    """
    corrections: dict[str, Correction] = {}
    todo: set[str] = set()
    for event in events:
        if isinstance(event, str):
            todo.update(_with_counterpart(event))
        else:
            todo.update((event.id, replacement_id(event.id)))
            if isinstance(event, Corrected):
                todo.update(_with_counterpart(event.target))
    requested: set[str] = set()
    while todo:
        requested |= todo
        fresh = [
            c
            for c in reader.corrections_about(todo)
            if c.id not in corrections and (until is None or c.recorded <= until)
        ]
        corrections.update({c.id: c for c in fresh})
        todo = {x for c in fresh for x in (*_with_counterpart(c.id), *_with_counterpart(c.target))} - requested
    return list(corrections.values())


def _with_counterpart(event_id: str) -> set[str]:
    """Return the id with that of its replacement; of a replacement with that of its correction."""
    correction = correction_of(event_id)
    return {event_id, replacement_id(event_id) if correction is None else correction}


def correction_status_of(
    reader: EvidenceReader, event_ids: Iterable[str], known_at: Instant | None
) -> CorrectionStatus:
    """Return the status of everything that has to do with these events, as known then; None is now."""
    until = OPEN if known_at is None else known_at
    ids = list(event_ids)
    corrections = related_corrections(reader, ids, until=until)
    concerned = {x for c in corrections for x in (c.id, c.target)} | set(ids)
    entries: Mapping[str, Entry] = reader.entries_by_id({x for x in concerned if correction_of(x) is None})
    arrived = {i for i, e in entries.items() if e.recorded <= until}
    return CorrectionStatus(corrections, lambda i: i in arrived)
