"""Commits: the events that come into force, and leave it, at one transaction time (contract 2)."""

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
from lineage.domain.events.participants import party_events_of
from lineage.domain.events.serialization import from_stored
from lineage.domain.graph import PartyEvent
from lineage.domain.instants import Instant
from lineage.service.journal_reads import correction_row, related_corrections
from lineage.service.projection.projector import Projector
from lineage.stores.interface import Entry, EvidenceReader, ProjectionTarget


class Projection:
    """Appends entries to the journal and projects them, commit by commit."""

    def __init__(self, transaction: ProjectionTarget) -> None:
        self._tx = transaction
        self._projector = Projector(transaction)

    def append(self, entries: Sequence[Entry], events: Sequence[Event]) -> None:
        """Add entries, with their decoded events, to the journal."""
        changes = self._projector.working_set.buffer.changes
        changes.entries.extend(entries)
        changes.corrections.extend(
            correction_row(event, entry.recorded)
            for entry, event in zip(entries, events, strict=True)
            if isinstance(event, Corrected)
        )
        self._projector.working_set.flush()

    def project(self, entries: Sequence[Entry], events: Sequence[Event]) -> None:
        """Derive what these entries change; they are in the journal, and nothing projected was recorded later."""
        commits = list(commits_of(self._tx, zip(entries, events, strict=True)))
        self._projector.working_set.load_all_for(
            effects for c in commits for effects in (*c.entering, *c.leaving, *c.withdrawn_before_arrival)
        )
        for commit in commits:
            self._projector.working_set.buffer.changes.party_events.extend(commit.party_events)
            self._projector.working_set.count_parties(commit.recorded, commit.reporters)
            for effects in commit.withdrawn_before_arrival:
                self._projector.write_withdrawn_before_arrival(commit.recorded, effects)
            self._projector.commit(commit.recorded, commit.entering, commit.leaving)
        self._projector.working_set.flush()


class CommitEffects(NamedTuple):
    """The changes of one commit: events that come into force, that leave it, and that never come into it.

    `reporters`: by how many the standing corrections that each party reports increase; below 0 they decrease.
    `party_events`: the events and replacements that arrive, in force or not, by the parties that they concern.
    """

    recorded: Instant
    entering: list[EventEffects]
    leaving: list[EventEffects]
    withdrawn_before_arrival: list[EventEffects]
    reporters: Counter[str]
    party_events: list[PartyEvent]


def _uncorrected(recorded: Instant, events: Sequence[Event]) -> CommitEffects:
    """Return the effects of events that no correction concerns: all of them come into force."""
    entering = [effects_of(event, event.id) for event in events]
    return CommitEffects(recorded, entering, [], [], Counter(), _party_events(events))


def _party_events(events: Iterable[Event]) -> list[PartyEvent]:
    return [row for event in events for row in party_events_of(event)]


class UncorrectedCommit(NamedTuple):
    """A commit of events, as stored, that no correction concerns."""

    recorded: Instant
    events: list[str]

    def decoded(self) -> CommitEffects:
        """Return the effects of its events, all of which come into force."""
        return _uncorrected(self.recorded, [from_stored(orjson.loads(text)) for text in self.events])


def commits_of(reader: EvidenceReader, pairs: Iterable[tuple[Entry, Event]]) -> Iterator[CommitEffects]:
    """Yield the commits of these journal entries, in the order of `recorded`; no commit may be split."""
    pairs = list(pairs)
    decoded = {event.id: event for _, event in pairs}
    for recorded, entries, has_corrections in _grouped(reader, [entry for entry, _ in pairs]):
        events = [decoded[entry.id] for entry in entries]
        if has_corrections:
            yield _with_corrections(reader, recorded, events)
        else:
            yield _uncorrected(recorded, events)


def decode_commits(reader: EvidenceReader, entries: Sequence[Entry]) -> Iterator[CommitEffects | UncorrectedCommit]:
    """Yield the commits of entries that are not decoded yet; only those that corrections concern are decoded here."""
    for recorded, group, has_corrections in _grouped(reader, entries):
        if has_corrections:
            yield _with_corrections(reader, recorded, [from_stored(orjson.loads(entry.event)) for entry in group])
        else:
            yield UncorrectedCommit(recorded, [entry.event for entry in group])


def _grouped(reader: EvidenceReader, entries: Sequence[Entry]) -> Iterator[tuple[Instant, list[Entry], bool]]:
    """Yield the entries commit by commit, and whether any correction concerns them."""
    targets = {c.target for c in reader.corrections_about([entry.id for entry in entries])}
    for recorded, group in groupby(sorted(entries, key=attrgetter("recorded")), key=attrgetter("recorded")):
        commit = list(group)
        yield recorded, commit, any(entry.type == "corrected" or entry.id in targets for entry in commit)


def _with_corrections(reader: EvidenceReader, recorded: Instant, events: Sequence[Event]) -> CommitEffects:
    """Return the effects of a commit with corrections, or with events that corrections wait for."""
    new = {event.id: event for event in events}
    corrections = related_corrections(reader, events, until=recorded)
    ids = {x for c in corrections for x in (c.id, c.target) if correction_of(x) is None} | new.keys()
    known = {i: e for i, e in reader.entries_by_id(ids).items() if e.recorded <= recorded}
    before = CorrectionStatus([c for c in corrections if c.id not in new], lambda i: i in known and i not in new)
    after = CorrectionStatus(corrections, lambda i: i in known)
    decoded = {i: new.get(i) or from_stored(orjson.loads(e.event)) for i, e in known.items()}
    commit = CommitEffects(recorded, [], [], [], _reporter_counts(decoded, before, after), _party_events(events))
    for effects in _all_effects(decoded):
        was_in_force, is_in_force = before.in_force(effects.event), after.in_force(effects.event)
        if is_in_force and not was_in_force:
            commit.entering.append(effects)
        elif was_in_force and not is_in_force:
            commit.leaving.append(effects)
        elif effects.event in new and not is_in_force:
            commit.withdrawn_before_arrival.append(effects)
    return commit


def _reporter_counts(events: Mapping[str, Event], before: CorrectionStatus, after: CorrectionStatus) -> Counter[str]:
    """Return by how many the standing corrections of each reporter increase; their replacements are counted apart."""
    counts: Counter[str] = Counter()
    for event in events.values():
        if isinstance(event, Corrected):
            counts[event.reporter] += (event.id in after.standing) - (event.id in before.standing)
    return counts


def _all_effects(events: dict[str, Event]) -> Iterable[EventEffects]:
    """Yield the effects of these events and of their replacements, in the order of ids."""
    for event_id in sorted(events):
        event = events[event_id]
        if not isinstance(event, Corrected):
            yield effects_of(event, event_id)
        elif event.replacement is not None:
            yield effects_of(event.replacement, replacement_id(event_id))
