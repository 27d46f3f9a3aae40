"""Journal rows on their way into the projection: what comes into force with them, and what goes (contract 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import orjson

from lineage.domain.events.corrections import Correction, Standing, correction_of, replacement_id
from lineage.domain.events.effects import Told, tell
from lineage.domain.events.reading import Corrected, Event, from_kept
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
        self._projector.kept.prepare_all(
            told for moment in moments for told in (*moment.entering, *moment.leaving, *moment.unheard)
        )
        for moment in moments:
            self._projector.kept.count_parties(moment.k, moment.reporters)
            for one in moment.unheard:
                self._projector.keep_unheard(moment.k, one)
            self._projector.moment(moment.k, moment.entering, moment.leaving)
        self._projector.kept.flush()


class Moment(NamedTuple):
    """What one moment of knowledge changes: what comes into force, what goes, and what never was heard of.

    `reporters`: how many more standing corrections each party reports, or (below nothing) fewer.
    """

    k: int
    entering: list[Told]
    leaving: list[Told]
    unheard: list[Told]
    reporters: Counter[str]


class Plain(NamedTuple):
    """A moment of knowledge at which events came that nothing corrects, as they are kept."""

    k: int
    events: list[str]

    def heard(self) -> Moment:
        """What they say."""
        events = [from_kept(orjson.loads(text)) for text in self.events]
        return Moment(self.k, [tell(event, event.id) for event in events], [], [], Counter())


def moments_of(reader: Reader, pairs: Iterable[tuple[Entry, Event]]) -> Iterator[Moment]:
    """The moments of these rows in the order of `recorded`. The rows are in the journal, and no moment is parted."""
    pairs = list(pairs)
    events = {event.id: event for _, event in pairs}
    for k, some, tangled in _parted(reader, [entry for entry, _ in pairs]):
        told = [events[entry.id] for entry in some]
        if tangled:
            yield _tangled(reader, k, told)
        else:
            yield Moment(k, [tell(event, event.id) for event in told], [], [], Counter())


def to_hear(reader: Reader, entries: Sequence[Entry]) -> Iterator[Moment | Plain]:
    """The same, of rows whose events have not been read: only those that corrections are about are read here."""
    for k, some, tangled in _parted(reader, entries):
        if tangled:
            yield _tangled(reader, k, [from_kept(orjson.loads(entry.event)) for entry in some])
        else:
            yield Plain(k, [entry.event for entry in some])


def _parted(reader: Reader, entries: Sequence[Entry]) -> Iterator[tuple[int, list[Entry], bool]]:
    """The rows moment by moment, and whether any correction is about them."""
    targeted = {c.target for c in reader.corrections_about([entry.id for entry in entries])}
    for k, group in groupby(sorted(entries, key=attrgetter("recorded")), key=attrgetter("recorded")):
        some = list(group)
        yield k, some, any(entry.type == "corrected" or entry.id in targeted for entry in some)


def _tangled(reader: Reader, k: int, events: Sequence[Event]) -> Moment:
    """A moment with corrections, or with events that corrections wait for."""
    new = {event.id: event for event in events}
    corrections = component(reader, events, until=k)
    ids = {x for c in corrections for x in (c.id, c.target) if correction_of(x) is None} | new.keys()
    kept = {i: e for i, e in reader.entries_by_id(ids).items() if e.recorded <= k}
    before = Standing([c for c in corrections if c.id not in new], lambda i: i in kept and i not in new)
    after = Standing(corrections, lambda i: i in kept)
    bodies = {i: new.get(i) or from_kept(orjson.loads(e.event)) for i, e in kept.items()}
    moment = Moment(k, [], [], [], _reporters(bodies, before, after))
    for told in _tellings(bodies):
        was, is_now = before.in_force(told.event), after.in_force(told.event)
        if is_now and not was:
            moment.entering.append(told)
        elif was and not is_now:
            moment.leaving.append(told)
        elif told.event in new and not is_now:
            moment.unheard.append(told)
    return moment


def _reporters(bodies: Mapping[str, Event], before: Standing, after: Standing) -> Counter[str]:
    """A correction names its reporter while it stands; what it brings is told apart."""
    named: Counter[str] = Counter()
    for event in bodies.values():
        if isinstance(event, Corrected):
            named[event.reporter] += (event.id in after.standing) - (event.id in before.standing)
    return named


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
