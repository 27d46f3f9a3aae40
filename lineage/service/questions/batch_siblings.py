"""Sister things: what shares a batch with a thing or with what is in it, ranked by how much is shared."""

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
"""Things in the one asked about whose batches are looked at, nearest first."""
MOST_BATCHES: Final = 20
MOST_MEMBERS: Final = 100
"""Things of one batch that are followed; larger batches are cut, and say so."""
MOST_SIBLINGS: Final = 50
_STEPS: Final = 4
"""A cell is in a module, that in a pack, that in a vehicle."""


class Batch(NamedTuple):
    """A batch: a lot that went in, or a label of a maker's. `of` is the part that it is the batch of."""

    label: str
    maker: str | None
    of: str


class Siblings(NamedTuple):
    """The things that share a batch, the most first; `whole` says whether no batch was cut."""

    rows: list[Document]
    whole: bool


def siblings_of(reader: QuestionReader, item: str, parts: list[str], context: Context) -> Siblings:
    """Things of the kind of `item` that share a batch with it or with one of its `parts`, wherever those are now."""
    reports = StoredEvents(reader)
    facts = reader.facts([item, *parts[:MOST_PARTS]], context.known_at)
    batches = batches_of(facts, reports)
    kind = facts[item].kind
    shared: dict[str, set[str]] = defaultdict(set)
    whole = len(parts) <= MOST_PARTS and len(batches) <= MOST_BATCHES
    for batch in batches[:MOST_BATCHES]:
        members, is_all = _members(reader, batch, facts, reports, context)
        whole = whole and is_all
        for found in _climbed(reader, members, kind, context):
            if found != item:
                shared[found].add(batch.label)
        if context.deadline_passed():
            whole = False
            break
    ranked = sorted(shared, key=lambda x: (-len(shared[x]), x))
    rows: list[Document] = [{"id": x, "kind": kind, "shared": sorted(shared[x])} for x in ranked[:MOST_SIBLINGS]]
    return Siblings(rows, whole and len(ranked) <= MOST_SIBLINGS)


def batches_of(facts: Mapping[str, ItemFacts], reports: StoredEvents) -> list[Batch]:
    """The batches of these things, each once, in the order of the things."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind_event is not None}
    reports.of(deciding.values())
    makers = makers_of(reports, facts)
    found: dict[tuple[str, str | None], Batch] = {}
    for x, known in facts.items():
        if known.is_lot:
            found.setdefault((x, None), Batch(x, None, x))
            continue
        event = deciding.get(x)
        label = None if event is None else _label(reports, event, x)
        if label is not None:
            maker = makers[x].party if x in makers else None
            found.setdefault((label, maker), Batch(label, maker, x))
    return list(found.values())


def _label(reports: StoredEvents, event: str, item: str) -> str | None:
    declared = reports[event].declared(item)
    return None if declared is None else declared.batch


def _members(
    reader: QuestionReader, batch: Batch, facts: Mapping[str, ItemFacts], reports: StoredEvents, context: Context
) -> tuple[list[str], bool]:
    """The things of a batch, and whether these are all."""
    if batch.maker is None:
        edges = reader.neighbours([batch.label], "downstream", context.known_at).edges
        found = list(dict.fromkeys(e.target for e in edges if e.source == batch.label))
        return found[:MOST_MEMBERS], len(found) <= MOST_MEMBERS
    hits = reader.search(batch.label, context.known_at, None, MOST_MEMBERS + 1)
    same = [h.subject for h in hits if h.rank == 0 and h.field == "batch"]
    known = reader.facts(same, context.known_at)
    kind = facts[batch.of].kind
    makers = makers_of(reports, {x: f for x, f in known.items() if f.kind == kind})
    return [x for x in same if x in makers and makers[x].party == batch.maker], len(same) <= MOST_MEMBERS


def _climbed(reader: QuestionReader, members: Iterable[str], kind: str, context: Context) -> set[str]:
    """The things of that kind that these are, or are in at the moment asked about."""
    t = context.moment
    level = list(members)
    found: set[str] = set()
    met = set(level)
    for _ in range(_STEPS):
        facts = reader.facts(level, context.known_at)
        found |= {x for x, f in facts.items() if f.kind == kind}
        level = [x for x in level if x in facts and facts[x].kind != kind]
        if not level:
            break
        edges = reader.neighbours(level, "downstream", context.known_at, part_of_only=True).edges
        up = {e.target for e in edges if e.source in set(level) and (e.since <= t < e.until or facts[e.source].is_lot)}
        level = sorted(up - met)
        met |= up
    return found
