"""How much a party has taken in, year by year: what its own reports say, with the masses that were declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import orjson

from lineage.domain.compliance.rule_sets import day_of
from lineage.domain.graph import Facts
from lineage.domain.instants import OPEN, Instant, parse_instant
from lineage.service.answers import Asked
from lineage.service.evidence import Reports
from lineage.service.questions.journal import standing_of
from lineage.stores.interface import Entry, EntryFilter, Reader

_PAGE: Final = 500
Yearly = dict[int, tuple[float, int, int]]
"""Kilograms, things, and things whose mass nobody told, by year."""


def masses_of(reports: Reports, facts: Mapping[str, Facts]) -> dict[str, float]:
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


def own_entries(reader: Reader, party: str, asked: Asked) -> Iterator[list[Entry]]:
    """A party's own entries as known at K, page by page, until the time allowed is over."""
    known_at = OPEN if asked.known_at is None else asked.known_at
    after = 0
    while not asked.spent() and (batch := reader.entries(after, _PAGE, EntryFilter(reporter=party))):
        yield [e for e in batch if e.recorded <= known_at]
        after = batch[-1].position


def taken_in(reader: Reader, party: str, span: tuple[Instant, Instant], asked: Asked) -> Yearly:
    """What the party took in by its own reports, of hand-overs that happened in `[since, until)`."""
    totals: Yearly = defaultdict(lambda: (0.0, 0, 0))
    for page in own_entries(reader, party, asked):
        received = [e for e in page if e.type == "transferred" and span[0] <= e.time < span[1]]
        for year, items in _received(reader, party, received, asked):
            facts = reader.facts(items, asked.known_at)
            masses = masses_of(Reports(reader), facts)
            kg, count, unknown = totals[year]
            totals[year] = (
                kg + sum(masses.get(i, 0.0) for i in items),
                count + len(items),
                unknown + sum(1 for i in items if i not in masses),
            )
    return dict(totals)


def _received(reader: Reader, party: str, entries: Iterable[Entry], asked: Asked) -> Iterator[tuple[int, list[str]]]:
    listed = list(entries)
    standing = standing_of(reader, [e.id for e in listed], asked.known_at) if listed else None
    for entry in listed:
        event = orjson.loads(entry.event)
        is_taker = event["taker"] == party and event.get("side") != "giver" and event.get("rights") != "ownership"
        if is_taker and standing is not None and standing.in_force(entry.id):
            yield day_of(parse_instant(event["time"])).year, event["items"]
