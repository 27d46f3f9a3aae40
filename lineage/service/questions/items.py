"""The card of one item: its identity, state, containment, custody and events (contract 8)."""

from __future__ import annotations

from lineage.domain.events.participants import declared_items_of
from lineage.domain.graph import INPUT, ItemFacts, Mention
from lineage.domain.identifiers.decoding import decode
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.instants import Instant, format_instant
from lineage.service.answers import MOST_LISTED, Context, Document, build_answer, canonical_id, item_facts, not_yet_born
from lineage.service.journal_reads import bodies_of, entries_holding, event_of
from lineage.service.questions.custody import fetch_custody_context, segment_at, segment_document
from lineage.stores.interface import QuestionReader, Store

_DECLARED = ("maker", "model", "batch", "chemistry", "mass_kg", "capacity_kwh")


def item(store: Store, item_id: str, context: Context) -> Document:
    """Answer with everything about one item as of `at` (default now). Raises UnknownItemError, NotYetKnownError."""
    id = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        facts = item_facts(reader, id, context.known_at)
        t = context.moment
        recent = reader.recent_mentions(id, t, MOST_LISTED, context.known_at)
        fields: Document = {"id": id, "kind": facts.kind, "scheme": parse_identifier(id, is_stored=True).scheme}
        fields |= declared_of(reader, id, facts, t)
        fields["decoded"] = decode(id)
        fields |= _dates(facts, recent, t)
        rows = fetch_custody_context(reader, [id], context)
        segment = segment_at(rows, id, t)
        fields["inside"] = [
            {"id": e.target, "kind": rows.facts[e.target].kind, "since": format_instant(e.since)}
            for e in sorted(rows.edges_at(id, t), key=lambda e: (e.target, e.since))
        ]
        fields["custody"] = None if segment is None else segment_document(segment)
        fields["events"] = event_lines(reader, recent)
        fields |= not_yet_born(facts, context)
        return build_answer(state, context, fields)

    return store.read(work)


def declared_of(reader: QuestionReader, item_id: str, facts: ItemFacts, t: Instant) -> Document:
    """Return the fields of the declaration that decides the kind; all are empty before the time of that event."""
    fields: Document = {"identifiers": [], **dict.fromkeys(_DECLARED)}
    if facts.kind_event is None or facts.kind_time is None or facts.kind_time > t:
        return fields
    entry = entries_holding(reader, [facts.kind_event])[facts.kind_event]
    for declared in declared_items_of(event_of(entry, facts.kind_event)):
        if declared.id == item_id:
            fields |= {field: getattr(declared, field) for field in _DECLARED}
            fields["identifiers"] = [{"id": i.id, "scheme": i.scheme} for i in declared.identifiers]
    return fields


def _dates(facts: ItemFacts, recent: list[Mention], t: Instant) -> Document:
    ended = max(((time, reason) for time, _, reason in facts.ends if time <= t), default=None)
    consumed = max((c for c in facts.consumptions if c <= t), default=None)
    if facts.is_lot:
        # The facts of a lot hold no consumptions, there are too many: the last one is among its newest mentions.
        consumed = max((m.time for m in recent if m.role == INPUT), default=None)
    born = facts.kind_time if facts.kind_time is not None and facts.kind_time <= t else None
    return {
        "born": None if born is None else format_instant(born),
        "ended": None if ended is None else {"time": format_instant(ended[0]), "reason": ended[1]},
        "consumed": None if consumed is None else format_instant(consumed),
    }


def dates_of(reader: QuestionReader, item_id: str, facts: ItemFacts, context: Context) -> Document:
    """Return when an item was made, ended and consumed, as of the moment of the question."""
    recent = reader.recent_mentions(item_id, context.moment, MOST_LISTED, context.known_at) if facts.is_lot else []
    return _dates(facts, recent, context.moment)


def event_lines(reader: QuestionReader, recent: list[Mention]) -> list[Document]:
    """Return the events of these mentions, newest first, each once."""
    bodies = bodies_of(reader, (m.event for m in recent))
    fields = ("type", "step", "time", "reporter")
    return [{"id": event_id, **{f: body.get(f) for f in fields}} for event_id, body in bodies.items()]


__all__ = ["dates_of", "declared_of", "event_lines", "item"]
