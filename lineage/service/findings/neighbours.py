"""Items whose findings depend on a given item, for a question about one item and for a catch-up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lineage.domain.findings import twin_codes
from lineage.domain.graph import PUT_IN, SEEN, TAKEN_OUT
from lineage.domain.traversal.neighbourhood import Direction
from lineage.service.journal_reads import StoredEvents
from lineage.stores.interface import EvidenceReader

_PAGE: Final = 500
_CODES: Final = 5_000
"""Codes that are looked up in one read."""


def neighbours_of(reader: EvidenceReader, item: str, known_at: int | None) -> list[str]:
    """Return, by id, the item and every item that may have a finding that names it, as known then.

    Those are the items one edge away, those that its events put it in, took it out of or saw it in, what its events
    are about first, what they take out of it or make with it, what was seen in it, the wholes of a cycle that it is
    on, and its twin codes.
    """
    neighbours = {item}
    directions: tuple[Direction, ...] = ("downstream", "upstream")
    for direction in directions:
        fetched = reader.neighbours([item], direction, known_at)
        neighbours.update(x for e in fetched.edges for x in (e.source, e.target))
    facts = reader.facts([item], known_at)
    is_lot = item in facts and facts[item].is_lot
    mentions = reader.mentions([item], known_at)
    neighbours.update(m.other for m in mentions if m.role in (PUT_IN, TAKEN_OUT, SEEN) and m.other)
    events = StoredEvents(reader).of(m.event for m in mentions if not (is_lot and m.role == PUT_IN))
    for event in events.values():
        if event.whole == item:
            neighbours.update(event.item_ids)
        neighbours.update((*event.item_ids[:1], *event.made))
    neighbours.update(reader.seen_inside(item, known_at))
    wholes = _reached(reader, {item}, "downstream", known_at)
    if len(wholes) > 1 and item in _targets(reader, wholes, known_at):
        neighbours |= wholes
    neighbours.update(reader.facts(twin_codes(item), known_at))
    return sorted(neighbours)


def affected_by(reader: EvidenceReader, items: Iterable[str]) -> set[str]:
    """Return the items and every item whose findings may change when something about these changes, as known now.

    Those are all wholes that they were ever inside, all parts that were ever inside those (not inside lots), what the
    events of all of these are about first or make, and the twin codes of all of them.
    """
    affected = set(items)
    affected |= _reached(reader, affected, "downstream", None)
    facts = reader.facts(sorted(affected), None)
    affected |= _reached(reader, {x for x in affected if x not in facts or not facts[x].is_lot}, "upstream", None)
    affected |= _concerned_first(reader, sorted(affected))
    twins = sorted({t for x in affected for t in twin_codes(x)})
    for start in range(0, len(twins), _CODES):
        affected.update(reader.facts(twins[start : start + _CODES], None))
    return affected


def _concerned_first(reader: EvidenceReader, items: list[str]) -> set[str]:
    """Return the first item of each event of these items, where a duty is found, and what such an event makes of them.

    Who owes a report depends on all its items, and whether an item was made of used batteries on what it was made of.
    """
    concerned: set[str] = set()
    for start in range(0, len(items), _PAGE):
        page = items[start : start + _PAGE]
        facts = reader.facts(page, None)
        ids = (m.event for m in reader.mentions(page) if not (m.role == PUT_IN and facts[m.item].is_lot))
        for event in StoredEvents(reader).of(ids).values():
            concerned.update((*event.item_ids[:1], *event.made))
    return concerned


def _targets(reader: EvidenceReader, items: set[str], known_at: int | None) -> set[str]:
    """Return everything that one of the items was ever directly inside."""
    ids = sorted(items)
    targets: set[str] = set()
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        fetched = reader.neighbours(page, "downstream", known_at, part_of_only=True)
        targets.update(e.target for e in fetched.edges if e.source in items)
    return targets


def _reached(reader: EvidenceReader, items: set[str], direction: Direction, known_at: int | None) -> set[str]:
    """Return what is reached over `PART_OF` at any time: the wholes (downstream) or the parts (upstream)."""
    reached = set(items)
    level = sorted(items)
    while level:
        fresh: set[str] = set()
        for start in range(0, len(level), _PAGE):
            page = level[start : start + _PAGE]
            fetched = reader.neighbours(page, direction, known_at, part_of_only=True)
            near = set(page)
            ends = ((e.source, e.target) if direction == "downstream" else (e.target, e.source) for e in fetched.edges)
            fresh |= {far for source, far in ends if source in near}
        level = sorted(fresh - reached)
        reached |= fresh
    return reached
