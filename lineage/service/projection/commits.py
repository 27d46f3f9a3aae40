"""Journal rows on their way into the projection: what comes into force with them, and what goes (contract 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import orjson

from lineage.domain.events.corrections import CorrectionStatus, correction_of, replacement_id
from lineage.domain.events.effects import EventEffects, effects_of
from lineage.domain.events.models import Corrected, Event
from lineage.domain.events.serialization import from_stored
from lineage.service.journal_reads import correction_row, related_corrections
from lineage.service.projection.projector import Projector
from lineage.stores.interface import Entry, Reader, Transaction


class Projection:
    """Journal rows on their way into the projection, moment of knowledge by moment of knowledge."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._projector = Projector(transaction)

    def append(self, entries: Sequence[Entry], events: Sequence[Event]) -> None:
        """Add rows to the journal."""
        changes = self._projector.kept.pending.changes
        changes.entries.extend(entries)
        changes.corrections.extend(
            correction_row(event, entry.recorded)
            for entry, event in zip(entries, events, strict=True)
            if isinstance(event, Corrected)
        )
        self._projector.kept.flush()

    def project(self, entries: Sequence[Entry], events: Sequence[Event]) -> None:
        """Derive what these rows change; they are in the journal, and nothing that is projected was learned later."""
        pairs = list(zip(entries, events, strict=True))
        moments = list(moments_of(self._tx, pairs))
        self._projector.kept.load_all_for(
            told for moment in moments for told in (*moment.entering, *moment.leaving, *moment.withdrawn_before_arrival)
        )
        for moment in moments:
            self._projector.kept.count_parties(moment.k, moment.reporters)
            for one in moment.withdrawn_before_arrival:
                self._projector.keep_withdrawn_before_arrival(moment.k, one)
            self._projector.moment(moment.k, moment.entering, moment.leaving)
        self._projector.kept.flush()


class CommitEffects(NamedTuple):
    """What one moment of knowledge changes: what comes into force, what goes, and what never was heard of.

    `reporters`: how many more standing corrections each party reports, or (below nothing) fewer.
    """

    k: int
    entering: list[EventEffects]
    leaving: list[EventEffects]
    withdrawn_before_arrival: list[EventEffects]
    reporters: Counter[str]


class UncorrectedCommit(NamedTuple):
    """A moment of knowledge at which events came that nothing corrects, as they are kept."""

    k: int
    events: list[str]

    def heard(self) -> CommitEffects:
        """What they say."""
        events = [from_stored(orjson.loads(text)) for text in self.events]
        return CommitEffects(self.k, [effects_of(event, event.id) for event in events], [], [], Counter())


def moments_of(reader: Reader, pairs: Iterable[tuple[Entry, Event]]) -> Iterator[CommitEffects]:
    """The moments of these rows in the order of `recorded`. The rows are in the journal, and no moment is parted."""
    pairs = list(pairs)
    events = {event.id: event for _, event in pairs}
    for k, some, tangled in _parted(reader, [entry for entry, _ in pairs]):
        told = [events[entry.id] for entry in some]
        if tangled:
            yield _with_corrections(reader, k, told)
        else:
            yield CommitEffects(k, [effects_of(event, event.id) for event in told], [], [], Counter())


def decode_commits(reader: Reader, entries: Sequence[Entry]) -> Iterator[CommitEffects | UncorrectedCommit]:
    """The same, of rows whose events have not been read: only those that corrections are about are read here."""
    for k, some, tangled in _parted(reader, entries):
        if tangled:
            yield _with_corrections(reader, k, [from_stored(orjson.loads(entry.event)) for entry in some])
        else:
            yield UncorrectedCommit(k, [entry.event for entry in some])


def _parted(reader: Reader, entries: Sequence[Entry]) -> Iterator[tuple[int, list[Entry], bool]]:
    """The rows moment by moment, and whether any correction is about them."""
    targeted = {c.target for c in reader.corrections_about([entry.id for entry in entries])}
    for k, group in groupby(sorted(entries, key=attrgetter("recorded")), key=attrgetter("recorded")):
        some = list(group)
        yield k, some, any(entry.type == "corrected" or entry.id in targeted for entry in some)


def _with_corrections(reader: Reader, k: int, events: Sequence[Event]) -> CommitEffects:
    """A moment with corrections, or with events that corrections wait for."""
    new = {event.id: event for event in events}
    corrections = related_corrections(reader, events, until=k)
    ids = {x for c in corrections for x in (c.id, c.target) if correction_of(x) is None} | new.keys()
    kept = {i: e for i, e in reader.entries_by_id(ids).items() if e.recorded <= k}
    before = CorrectionStatus([c for c in corrections if c.id not in new], lambda i: i in kept and i not in new)
    after = CorrectionStatus(corrections, lambda i: i in kept)
    bodies = {i: new.get(i) or from_stored(orjson.loads(e.event)) for i, e in kept.items()}
    moment = CommitEffects(k, [], [], [], _reporters(bodies, before, after))
    for told in _tellings(bodies):
        was, is_now = before.in_force(told.event), after.in_force(told.event)
        if is_now and not was:
            moment.entering.append(told)
        elif was and not is_now:
            moment.leaving.append(told)
        elif told.event in new and not is_now:
            moment.withdrawn_before_arrival.append(told)
    return moment


def _reporters(bodies: Mapping[str, Event], before: CorrectionStatus, after: CorrectionStatus) -> Counter[str]:
    """A correction names its reporter while it stands; what it brings is told apart."""
    named: Counter[str] = Counter()
    for event in bodies.values():
        if isinstance(event, Corrected):
            named[event.reporter] += (event.id in after.standing) - (event.id in before.standing)
    return named


def _tellings(bodies: dict[str, Event]) -> Iterable[EventEffects]:
    """Everything that these events say, and that their replacements say, in the order of ids."""
    for event_id in sorted(bodies):
        event = bodies[event_id]
        if not isinstance(event, Corrected):
            yield effects_of(event, event_id)
        elif event.replacement is not None:
            yield effects_of(event.replacement, replacement_id(event_id))
