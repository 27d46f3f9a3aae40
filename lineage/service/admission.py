"""What a batch of events does to the journal: accepted, duplicate or conflict; the chain of digests; what comes into
force and what goes (contract 2, 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import orjson

from lineage.domain.errors import Notice
from lineage.domain.events import Corrected, Event, Reading, from_kept
from lineage.domain.instants import format_instant
from lineage.domain.journal import Correction, Standing, correction_of, replacement_id
from lineage.domain.telling import Told, tell
from lineage.service.projection import Projector
from lineage.stores.interface import Entry, Reader, State, Transaction


class Incoming(NamedTuple):
    """One valid event on its way in. `recorded` is its own only in a trusted import; `sent`: see `Entry`."""

    line: int
    reading: Reading
    recorded: int | None
    sent: str | None


@dataclass(slots=True)
class Admitted:
    """What became of one batch."""

    accepted: list[Incoming] = field(default_factory=list)
    duplicates: int = 0
    conflicts: list[tuple[int, Notice]] = field(default_factory=list)
    waiting: list[tuple[int, Notice]] = field(default_factory=list)
    state: State = State(0, 0, "")
    backdated: bool = False


class Conflicted(Exception):  # noqa: N818 - leaves a transaction, never the room
    """An atomic batch holds a conflict: nothing of it is kept."""

    def __init__(self, admitted: Admitted) -> None:
        super().__init__()
        self.admitted = admitted


def next_digest(before: str, entry: Entry) -> str:
    """SHA-256 over the row and the digest of the row before, in hexadecimal.

    The bytes are the canonical JSON of `[digest before, position, recorded, submitter, event, sent]`.
    """
    head = orjson.dumps([before, entry.position, format_instant(entry.recorded), entry.submitter])[:-1]
    row = b"".join((head, b",", entry.event.encode(), b",", (entry.sent or "null").encode(), b"]"))
    return sha256(row).hexdigest()


def admit(transaction: Transaction, batch: Sequence[Incoming], *, now: int, atomic: bool = False) -> Admitted:
    """Keep a batch: append what is new to the journal, and project it.

    `now` is the clock (milliseconds UTC): what has no `recorded` of its own gets the later of it and 1 ms after the last
    commit's. Raises `Conflicted` for an atomic batch with a conflict.
    """
    state = transaction.state()
    result = Admitted(state=state)
    fresh = _sort_out(transaction, batch, result)
    if atomic and result.conflicts:
        raise Conflicted(result)
    if not fresh:
        return result
    recorded = max(now, state.recorded + 1)
    entries = _entries(fresh, state, recorded)
    result.accepted = fresh
    result.backdated = any(e.recorded < state.recorded for e in entries)
    last = entries[-1]
    result.state = State(last.position, max(state.recorded, *(e.recorded for e in entries)), last.digest)
    projection = Projection(transaction)
    events = [i.reading.event for i in fresh]
    projection.append(entries, events)
    if result.backdated:
        # A trusted import may change the past of K: what is derived follows `recorded`, not arrival (contract 3).
        rebuild(transaction)
    else:
        projection.project(entries, events)
    result.waiting = _waiting(transaction, fresh)
    return result


def _sort_out(reader: Reader, batch: Sequence[Incoming], result: Admitted) -> list[Incoming]:
    """The events that are new; the same id with the same content is a duplicate, with other content a conflict."""
    kept = {i: e.event for i, e in reader.entries_by_id([i.reading.event.id for i in batch]).items()}
    fresh: list[Incoming] = []
    for incoming in batch:
        event_id, content = incoming.reading.event.id, incoming.reading.content.decode()
        known = kept.get(event_id)
        if known is None:
            kept[event_id] = content
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
        warnings = orjson.dumps([w._asdict() for w in reading.warnings]).decode() if reading.warnings else "[]"
        entry = Entry(
            position, recorded if own is None else own, event.id, event.type, event.time, event.reporter,
            reading.content.decode(), sent, warnings, None, "",
        )  # fmt: skip
        digest = next_digest(digest, entry)
        entries.append(entry._replace(digest=digest))
    return entries


def _waiting(reader: Reader, fresh: Sequence[Incoming]) -> list[tuple[int, Notice]]:
    """A correction whose target has not arrived is accepted with a warning (contract 2)."""
    targets = {i.reading.event.target: i for i in fresh if isinstance(i.reading.event, Corrected)}
    if not targets:
        return []
    asked = {correction_of(t) or t for t in targets}
    there = reader.entries_by_id(asked)
    notices = []
    for target, incoming in targets.items():
        if (correction_of(target) or target) not in there:
            message = "The event that this corrects has not arrived; the correction waits for it."
            notices.append((incoming.line, Notice(incoming.reading.event.id, "target", "target_unknown", message)))
    return notices


class Projection:
    """Journal rows on their way into the projection, moment of knowledge by moment of knowledge."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._projector = Projector(transaction)

    def append(self, entries: Sequence[Entry], events: Sequence[Event]) -> None:
        """Add rows to the journal."""
        changes = self._projector.pending.changes
        changes.entries.extend(entries)
        changes.corrections.extend(
            correction_row(event, entry.recorded)
            for entry, event in zip(entries, events, strict=True)
            if isinstance(event, Corrected)
        )
        self._projector.flush()

    def project(self, entries: Sequence[Entry], events: Sequence[Event]) -> None:
        """Derive what these rows change; they are in the journal, and nothing that is projected was learned later."""
        pairs = sorted(zip(entries, events, strict=True), key=lambda pair: pair[0].recorded)
        tangled = self._tangled(events)
        told = {event.id: tell(event, event.id) for _, event in pairs if not isinstance(event, Corrected)}
        self._projector.prepare_all(told.values())
        for k, group in groupby(pairs, key=lambda pair: pair[0].recorded):
            some = [event for _, event in group]
            self._projector.name_parties(k, (e.reporter for e in some if isinstance(e, Corrected)))
            if tangled:
                self._tangled_moment(k, some)
            else:
                self._projector.moment(k, [told[event.id] for event in some], [])
        self._projector.flush()

    def _tangled(self, events: Sequence[Event]) -> bool:
        """Whether a correction is among the events, or waits for one of them."""
        if any(isinstance(event, Corrected) for event in events):
            return True
        return bool(self._tx.corrections_about([event.id for event in events]))

    def _tangled_moment(self, k: int, events: Sequence[Event]) -> None:
        new = {event.id: event for event in events}
        corrections = component(self._tx, events, until=k)
        ids = {x for c in corrections for x in (c.id, c.target) if correction_of(x) is None} | new.keys()
        kept = {i: e for i, e in self._tx.entries_by_id(ids).items() if e.recorded <= k}
        before = Standing([c for c in corrections if c.id not in new], lambda i: i in kept and i not in new)
        after = Standing(corrections, lambda i: i in kept)
        bodies = {i: new.get(i) or from_kept(orjson.loads(e.event)) for i, e in kept.items()}
        entering: list[Told] = []
        leaving: list[Told] = []
        for told in _tellings(bodies):
            was, is_now = before.in_force(told.event), after.in_force(told.event)
            if is_now and not was:
                entering.append(told)
            elif was and not is_now:
                leaving.append(told)
            elif told.event in new and not is_now:
                self._projector.keep_unheard(k, told)
        self._projector.moment(k, entering, leaving)


def _tellings(bodies: dict[str, Event]) -> Iterable[Told]:
    """Everything that these events say, and that their replacements say, in the order of ids."""
    for event_id in sorted(bodies):
        event = bodies[event_id]
        if not isinstance(event, Corrected):
            yield tell(event, event_id)
        elif event.replacement is not None:
            yield tell(event.replacement, replacement_id(event_id))


def correction_row(event: Corrected, recorded: int) -> Correction:
    return Correction(event.id, event.target, event.time, recorded, event.replacement is not None)


def component(reader: Reader, events: Iterable[Event | str], *, until: int | None = None) -> list[Correction]:
    """Every correction that has to do with these events (or ids), directly or not, as known at `until`."""
    found: dict[str, Correction] = {}
    todo: set[str] = set()
    for event in events:
        if isinstance(event, str):
            todo.update(_about(event))
        else:
            todo.update((event.id, replacement_id(event.id)))
            if isinstance(event, Corrected):
                todo.update(_about(event.target))
    asked: set[str] = set()
    while todo:
        asked |= todo
        fresh = [
            c for c in reader.corrections_about(todo) if c.id not in found and (until is None or c.recorded <= until)
        ]
        found.update({c.id: c for c in fresh})
        todo = {x for c in fresh for x in (*_about(c.id), *_about(c.target))} - asked
    return list(found.values())


def _about(event_id: str) -> set[str]:
    owner = correction_of(event_id)
    return {event_id, replacement_id(event_id)} if owner is None else {event_id, owner}


REBUILD_BATCH = 1_000


def rebuild(transaction: Transaction, progress: object = None) -> int:
    """Derive everything anew from the journal, in the order of `recorded`; returns the number of entries."""
    transaction.clear_projection()
    count = 0
    for entries in _by_knowledge(transaction):
        events = [from_kept(orjson.loads(e.event)) for e in entries]
        Projection(transaction).project(entries, events)
        count += len(entries)
    return count


def _by_knowledge(reader: Reader) -> Iterable[list[Entry]]:
    """The journal in the order of `recorded`, in batches that never part one moment of knowledge."""
    rest: list[Entry] = []
    after, last, sorted_so_far = 0, 0, True
    while sorted_so_far and (batch := reader.entries(after, REBUILD_BATCH)):
        after = batch[-1].position
        sorted_so_far = (
            all(a.recorded <= b.recorded for a, b in zip(batch, batch[1:], strict=False)) and last <= batch[0].recorded
        )
        last = batch[-1].recorded
    if sorted_so_far:
        after = 0
        while batch := reader.entries(after, REBUILD_BATCH):
            after = batch[-1].position
            rest += batch
            whole = [e for e in rest if e.recorded < rest[-1].recorded]
            rest = rest[len(whole) :]
            if whole:
                yield whole
        if rest:
            yield rest
        return
    # An import brought events that were known earlier than what was there: their order has to be found first.
    everything: list[Entry] = []
    after = 0
    while batch := reader.entries(after, REBUILD_BATCH):
        after = batch[-1].position
        everything += batch
    everything.sort(key=attrgetter("recorded", "position"))
    for _, group in groupby(everything, key=attrgetter("recorded")):
        yield list(group)
