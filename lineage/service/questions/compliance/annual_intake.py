"""The yearly intake of a party by its own reports, with the declared masses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineage.domain.compliance.rule_sets import day_of
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.graph import ItemFacts
from lineage.domain.instants import Instant
from lineage.service.answers import Context
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions.compliance.party_events import events_of_party
from lineage.stores.interface import QuestionReader

Yearly = dict[int, tuple[float, int, int]]
"""Kilograms, number of items, and number of items without a declared mass, by year."""


def masses_of(stored_events: StoredEvents, facts: Mapping[str, ItemFacts]) -> dict[str, float]:
    """Return the declared masses of these items, in kilograms; items without one are left out."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind_event is not None}
    events = stored_events.of(deciding.values())
    declared = {item: events[event_id].declared(item) for item, event_id in deciding.items()}
    return {item: float(d.mass_kg) for item, d in declared.items() if d is not None and d.mass_kg is not None}


def taken_in(reader: QuestionReader, party: str, interval: tuple[Instant, Instant], context: Context) -> Yearly:
    """Return the intake of the party by its own reports of hand-overs in the interval `[since, until)`.

    It is that of the events read until the deadline has passed.
    """
    since, until = interval
    totals: Yearly = {}
    for batch in events_of_party(reader, party, context, (since, "")):
        add_intake(totals, reader, party, [e for e in batch.events if since <= e.time < until], context)
        if batch.last[0] >= until or context.deadline_passed():
            break
    return totals


def add_intake(
    totals: Yearly, reader: QuestionReader, party: str, events: Iterable[StoredEvent], context: Context
) -> None:
    """Add what the party took in by those of the events that are its own receipts."""
    receipts = [e for e in events if e.moves_custody and e.side != "giver" and e.reporter == e.taker == party]
    items = sorted({item for e in receipts for item in e.item_ids})
    masses = masses_of(StoredEvents(reader), reader.facts(items, context.known_at)) if items else {}
    for event in receipts:
        kg, count, unknown = totals.get(day_of(event.time).year, (0.0, 0, 0))
        for item in event.item_ids:
            kg, count, unknown = kg + masses.get(item, 0.0), count + 1, unknown + (item not in masses)
        totals[day_of(event.time).year] = kg, count, unknown
