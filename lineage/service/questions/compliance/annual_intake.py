"""The yearly intake of a party by its own reports, with the declared masses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lineage.domain.compliance.rule_sets import day_of
from lineage.domain.events.models import Transferred
from lineage.domain.graph import ItemFacts
from lineage.domain.instants import OPEN, Instant
from lineage.service.answers import Context
from lineage.service.journal_reads import StoredEvents, correction_status_of, event_of
from lineage.stores.interface import Entry, EntryFilter, QuestionReader

_PAGE: Final = 500
Yearly = dict[int, tuple[float, int, int]]
"""Kilograms, number of items, and number of items without a declared mass, by year."""


def masses_of(stored_events: StoredEvents, facts: Mapping[str, ItemFacts]) -> dict[str, float]:
    """Return the declared masses of these items, in kilograms; items without one are left out."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind_event is not None}
    events = stored_events.of(deciding.values())
    declared = {item: events[event_id].declared(item) for item, event_id in deciding.items()}
    return {item: float(d.mass_kg) for item, d in declared.items() if d is not None and d.mass_kg is not None}


def own_entries(reader: QuestionReader, party: str, context: Context) -> Iterator[list[Entry]]:
    """Yield the entries that a party reported, as known then, page by page, until the deadline has passed."""
    known_at = OPEN if context.known_at is None else context.known_at
    after = 0
    while not context.deadline_passed() and (batch := reader.entries(after, _PAGE, EntryFilter(reporter=party))):
        yield [e for e in batch if e.recorded <= known_at]
        after = batch[-1].position


def taken_in(reader: QuestionReader, party: str, interval: tuple[Instant, Instant], context: Context) -> Yearly:
    """Return the intake of the party by its own reports of hand-overs in the interval `[since, until)`."""
    totals: Yearly = defaultdict(lambda: (0.0, 0, 0))
    for page in own_entries(reader, party, context):
        received = [e for e in page if e.type == "transferred" and interval[0] <= e.time < interval[1]]
        for year, items in _received(reader, party, received, context):
            facts = reader.facts(items, context.known_at)
            masses = masses_of(StoredEvents(reader), facts)
            kg, count, unknown = totals[year]
            totals[year] = (
                kg + sum(masses.get(i, 0.0) for i in items),
                count + len(items),
                unknown + sum(1 for i in items if i not in masses),
            )
    return dict(totals)


def _received(
    reader: QuestionReader, party: str, entries: Iterable[Entry], context: Context
) -> Iterator[tuple[int, list[str]]]:
    listed = list(entries)
    status = correction_status_of(reader, [e.id for e in listed], context.known_at) if listed else None
    for entry in listed:
        event = event_of(entry, entry.id)
        assert isinstance(event, Transferred)
        is_taker = event.taker == party and event.side != "giver" and event.rights != "ownership"
        if is_taker and status is not None and status.in_force(entry.id):
            yield day_of(event.time).year, list(event.items)
