"""Journal rows on their way into the projection: what comes into force with them, and what goes (contract 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import orjson

from lineage.domain.events import Corrected, Event, from_kept
from lineage.domain.journal import Correction, Standing, correction_of, replacement_id
from lineage.domain.telling import Told, tell
from lineage.service.projection import Projector
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
        pairs = sorted(zip(entries, events, strict=True), key=lambda pair: pair[0].recorded)
        tangled = self._tangled(events)
        told = {event.id: tell(event, event.id) for _, event in pairs if not isinstance(event, Corrected)}
        self._projector.kept.prepare_all(told.values())
        for k, group in groupby(pairs, key=lambda pair: pair[0].recorded):
            some = [event for _, event in group]
            if tangled:
                self._tangled_moment(k, some)
            else:
                self._projector.moment(k, [told[event.id] for event in some], [])
        self._projector.kept.flush()

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
        self._count_reporters(k, bodies, before, after)
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

    def _count_reporters(self, k: int, bodies: Mapping[str, Event], before: Standing, after: Standing) -> None:
        """A correction names its reporter while it stands; what it brings is told apart."""
        named: Counter[str] = Counter()
        for event in bodies.values():
            if isinstance(event, Corrected):
                named[event.reporter] += (event.id in after.standing) - (event.id in before.standing)
        self._projector.kept.count_parties(k, named)


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
