"""A batch of events is appended to the journal and projected: accepted, duplicate or conflict (contract 2, 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

import orjson

from lineage.domain.errors import Notice
from lineage.domain.events.corrections import correction_of
from lineage.domain.events.models import Corrected, Event
from lineage.domain.events.reading import Reading
from lineage.domain.events.validation import validated
from lineage.domain.instants import format_instant
from lineage.service.projection.commits import Projection
from lineage.service.projection.rebuild import rebuild
from lineage.stores.interface import EMPTY, Entry, EvidenceReader, State, Transaction


class Incoming(NamedTuple):
    """One valid event on its way in. `recorded` is its own only in a trusted import; `sent`: see `Entry`."""

    line: int
    reading: Reading
    recorded: int | None
    sent: str | None


@dataclass(slots=True)
class AppendResult:
    """The result of one batch.

    `conflicts` and `unresolved` are (line number, notice): events refused, and corrections whose target is missing.
    `backdated`: an event is recorded earlier than the journal before it.
    """

    accepted: list[Incoming] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    duplicates: int = 0
    conflicts: list[tuple[int, Notice]] = field(default_factory=list)
    unresolved: list[tuple[int, Notice]] = field(default_factory=list)
    state: State = field(default=EMPTY)
    backdated: bool = False


class AtomicConflict(Exception):  # noqa: N818 - leaves a transaction, never this package
    """An atomic batch holds a conflict: nothing of it is stored."""

    def __init__(self, result: AppendResult) -> None:
        super().__init__()
        self.result = result


def next_digest(before: str, entry: Entry) -> str:
    """Return SHA-256 over the row and the digest of the row before, in hexadecimal.

    The bytes are the canonical JSON of `[digest before, position, recorded, submitter, event, sent]`.
    """
    prefix = orjson.dumps([before, entry.position, format_instant(entry.recorded), entry.submitter])[:-1]
    row = b"".join((prefix, b",", entry.event.encode(), b",", (entry.sent or "null").encode(), b"]"))
    return sha256(row).hexdigest()


def append_batch(
    transaction: Transaction, batch: Sequence[Incoming], *, now: int, atomic: bool = False, projecting: bool = True
) -> AppendResult:
    """Append the new events of a batch to the journal, and project them unless a rebuild will.

    `now`: see `entered`. Raises `AtomicConflict` for an atomic batch with a conflict.
    """
    result = entered(transaction, batch, now)
    if atomic and result.conflicts:
        raise AtomicConflict(result)
    if not result.accepted:
        return result
    entries, events = result.entries, [i.reading.event for i in result.accepted]
    projection = Projection(transaction)
    projection.append(entries, events)
    if not projecting:
        pass
    elif result.backdated:
        # A trusted import may be backdated: the projection follows `recorded`, not arrival (contract 3).
        rebuild(transaction)
    else:
        projection.project(entries, events)
    result.unresolved = _unresolved_corrections(transaction, result.accepted)
    return result


def entered(reader: EvidenceReader, batch: Sequence[Incoming], now: int) -> AppendResult:
    """Return the entries that the new events of a batch become in the journal, and what is no new event.

    `now` is the clock (milliseconds UTC): an event without `recorded` gets the later of it and 1 ms after the last
    commit.
    """
    state = reader.state()
    result = AppendResult(state=state)
    fresh = _new_events(reader, batch, result)
    if not fresh:
        return result
    recorded = max(now, state.recorded + 1)
    entries = _entries(fresh, state, recorded)
    result.accepted, result.entries = fresh, entries
    result.backdated = any(e.recorded < state.recorded for e in entries)
    last = entries[-1]
    result.state = State(last.position, max(state.recorded, *(e.recorded for e in entries)), last.digest)
    return result


def _new_events(reader: EvidenceReader, batch: Sequence[Incoming], result: AppendResult) -> list[Incoming]:
    """Return the new events; the same id with the same content is a duplicate, with other content a conflict."""
    stored = {i: e.event for i, e in reader.entries_by_id([i.reading.event.id for i in batch]).items()}
    fresh: list[Incoming] = []
    for incoming in batch:
        event_id, content = incoming.reading.event.id, incoming.reading.content.decode()
        known = stored.get(event_id)
        if known is None:
            stored[event_id] = content
            fresh.append(incoming)
        elif known == content:
            result.duplicates += 1
        else:
            message = "Another event with this id and other content is in the journal: give this one an id of its own."
            result.conflicts.append((incoming.line, Notice(event_id, "id", "id_conflict", message)))
    return fresh


def _entries(fresh: Sequence[Incoming], state: State, recorded: int) -> list[Entry]:
    digest, entries = state.digest, []
    for position, (_, reading, own, sent) in enumerate(fresh, state.position + 1):
        event = reading.event
        warnings = _warnings_text(reading.warnings)
        entry = Entry(
            position, recorded if own is None else own, event.id, event.type, event.time, event.reporter,
            reading.content.decode(), sent, warnings, None, "",
        )  # fmt: skip
        digest = next_digest(digest, entry)
        entries.append(entry._replace(digest=digest))
    return entries


def _warnings_text(warnings: Sequence[Notice]) -> str:
    return orjson.dumps([w._asdict() for w in warnings]).decode() if warnings else "[]"


def warnings_of(event: Event) -> str:
    """Return the warnings of a stored event as the journal stores them; they follow from the event alone."""
    _, warnings = validated(event, None)
    return _warnings_text([w._replace(id=event.id) for w in warnings])


def _unresolved_corrections(reader: EvidenceReader, fresh: Sequence[Incoming]) -> list[tuple[int, Notice]]:
    """Return a warning for each correction whose target has not arrived (contract 2)."""
    targets = {i.reading.event.target: i for i in fresh if isinstance(i.reading.event, Corrected)}
    if not targets:
        return []
    homes = {correction_of(t) or t for t in targets}
    arrived = reader.entries_by_id(homes)
    notices = []
    for target, incoming in targets.items():
        if (correction_of(target) or target) not in arrived:
            message = "The event that this corrects has not arrived; the correction waits for it."
            notices.append((incoming.line, Notice(incoming.reading.event.id, "target", "target_unknown", message)))
    return notices
