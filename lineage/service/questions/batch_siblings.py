"""Siblings: items that share a batch with an item or with one of its parts, ranked by the number of batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from lineage.domain.graph import ItemFacts
from lineage.service.answers import Context, Document
from lineage.service.evidence import makers_of
from lineage.service.journal_reads import StoredEvents
from lineage.stores.interface import QuestionReader

MOST_PARTS: Final = 300
"""Parts of the item whose batches are read, nearest first."""
MOST_BATCHES: Final = 20
MOST_MEMBERS: Final = 100
"""Items of one batch that are followed; larger batches are cut, and the answer is marked as incomplete."""
MOST_SIBLINGS: Final = 50
_STEPS: Final = 4
"""A cell is in a module, that in a pack, that in a vehicle."""


class Batch(NamedTuple):
    """A batch: a lot that was consumed, or a batch label of a maker. `of` is the part that belongs to it."""

    label: str
    maker: str | None
    of: str


class Siblings(NamedTuple):
    """The items that share a batch, those with the most first; `whole`: no batch was cut."""

    rows: list[Document]
    is_complete: bool


def siblings_of(reader: QuestionReader, item: str, parts: list[str], context: Context) -> Siblings:
    """Return items of the kind of `item` that share a batch with it or with one of its `parts`."""
    stored_events = StoredEvents(reader)
    wanted = [item, *parts[:MOST_PARTS]]
    known = reader.facts(wanted, context.known_at)
    facts = {x: known[x] for x in wanted if x in known}
    batches = batches_of(facts, stored_events)
    kind = facts[item].kind
    shared: dict[str, set[str]] = defaultdict(set)
    is_complete = len(parts) <= MOST_PARTS and len(batches) <= MOST_BATCHES
    for batch in batches[:MOST_BATCHES]:
        members, is_all = _members(reader, batch, facts, stored_events, context)
        is_complete = is_complete and is_all
        for candidates in _climbed(reader, members, kind, context):
            if candidates != item:
                shared[candidates].add(batch.label)
        if context.deadline_passed():
            is_complete = False
            break
    ranked = sorted(shared, key=lambda x: (-len(shared[x]), x))
    rows: list[Document] = [{"id": x, "kind": kind, "shared": sorted(shared[x])} for x in ranked[:MOST_SIBLINGS]]
    return Siblings(rows, is_complete and len(ranked) <= MOST_SIBLINGS)


def batches_of(facts: Mapping[str, ItemFacts], stored_events: StoredEvents) -> list[Batch]:
    """Return the batches of these items, each once, in the order of the items."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind_event is not None}
    stored_events.of(deciding.values())
    makers = makers_of(stored_events, facts)
    candidates: dict[tuple[str, str | None], Batch] = {}
    for x, known in facts.items():
        if known.is_lot:
            candidates.setdefault((x, None), Batch(x, None, x))
            continue
        event = deciding.get(x)
        label = None if event is None else _label(stored_events, event, x)
        if label is not None:
            maker = makers[x].party if x in makers else None
            candidates.setdefault((label, maker), Batch(label, maker, x))
    return list(candidates.values())


def _label(stored_events: StoredEvents, event: str, item: str) -> str | None:
    declared = stored_events[event].declared(item)
    return None if declared is None else declared.batch


def _members(
    reader: QuestionReader, batch: Batch, facts: Mapping[str, ItemFacts], stored_events: StoredEvents, context: Context
) -> tuple[list[str], bool]:
    """Return the items of a batch, and whether these are all."""
    if batch.maker is None:
        edges = reader.neighbours([batch.label], "downstream", context.known_at).edges
        candidates = sorted({e.target for e in edges if e.source == batch.label})
        return candidates[:MOST_MEMBERS], len(candidates) <= MOST_MEMBERS
    hits = reader.search(batch.label, context.known_at, None, MOST_MEMBERS + 1)
    labelled = [h.subject for h in hits if h.rank == 0 and h.field == "batch"]
    known = reader.facts(labelled, context.known_at)
    kind = facts[batch.of].kind
    makers = makers_of(stored_events, {x: f for x, f in known.items() if f.kind == kind})
    return [x for x in labelled if x in makers and makers[x].party == batch.maker], len(labelled) <= MOST_MEMBERS


def _climbed(reader: QuestionReader, members: Iterable[str], kind: str, context: Context) -> set[str]:
    """Return the items of that kind that these are, or are in at the time of the question."""
    t = context.moment
    level = list(members)
    candidates: set[str] = set()
    reached = set(level)
    for _ in range(_STEPS):
        facts = reader.facts(level, context.known_at)
        candidates |= {x for x, f in facts.items() if f.kind == kind}
        level = [x for x in level if x in facts and facts[x].kind != kind]
        if not level:
            break
        edges = reader.neighbours(level, "downstream", context.known_at, part_of_only=True).edges
        up = {e.target for e in edges if e.source in set(level) and (e.since <= t < e.until or facts[e.source].is_lot)}
        level = sorted(up - reached)
        reached |= up
    return candidates
