"""How much a party has taken in, year by year: what its own reports say, with the masses that were declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import orjson

from lineage.domain.compliance.rule_sets import day_of
from lineage.domain.graph import ItemFacts
from lineage.domain.instants import OPEN, Instant, parse_instant
from lineage.service.answers import Context
from lineage.service.evidence import StoredEvents
from lineage.service.questions.journal import correction_status_of
from lineage.stores.interface import Entry, EntryFilter, QuestionReader

_PAGE: Final = 500
Yearly = dict[int, tuple[float, int, int]]
"""Kilograms, things, and things whose mass nobody told, by year."""


def masses_of(reports: StoredEvents, facts: Mapping[str, ItemFacts]) -> dict[str, float]:
    """The masses that were declared of these things, in kilograms; what has none is left out."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind_event is not None}
    reports.of(deciding.values())
    found = {}
    for item, event in deciding.items():
        body = reports.body(event)
        for declared in (*body.get("items", ()), *body.get("outputs", ())):
            if declared["id"] == item and declared.get("mass_kg") is not None:
                found[item] = float(declared["mass_kg"])
    return found


def own_entries(reader: QuestionReader, party: str, context: Context) -> Iterator[list[Entry]]:
    """A party's own entries as known at K, page by page, until the time allowed is over."""
    known_at = OPEN if context.known_at is None else context.known_at
    after = 0
    while not context.deadline_passed() and (batch := reader.entries(after, _PAGE, EntryFilter(reporter=party))):
        yield [e for e in batch if e.recorded <= known_at]
        after = batch[-1].position


def taken_in(reader: QuestionReader, party: str, span: tuple[Instant, Instant], context: Context) -> Yearly:
    """What the party took in by its own reports, of hand-overs that happened in `[since, until)`."""
    totals: Yearly = defaultdict(lambda: (0.0, 0, 0))
    for page in own_entries(reader, party, context):
        received = [e for e in page if e.type == "transferred" and span[0] <= e.time < span[1]]
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
    standing = correction_status_of(reader, [e.id for e in listed], context.known_at) if listed else None
    for entry in listed:
        event = orjson.loads(entry.event)
        is_taker = event["taker"] == party and event.get("side") != "giver" and event.get("rights") != "ownership"
        if is_taker and standing is not None and standing.in_force(entry.id):
            yield day_of(parse_instant(event["time"])).year, event["items"]
