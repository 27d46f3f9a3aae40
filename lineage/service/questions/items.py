"""Cards: one item, one party; and the search that finds them (contract 8)."""

from __future__ import annotations

from typing import NamedTuple

from lineage.domain.events.corrections import correction_of
from lineage.domain.graph import INPUT, ItemFacts, Mention
from lineage.domain.identifiers.decoding import decode
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.instants import format_instant
from lineage.service.answers import (
    MOST_LISTED,
    Context,
    Document,
    build_answer,
    canonical_id,
    item_facts,
    read_cursor,
    require_party,
    write_cursor,
)  # fmt: skip
from lineage.service.questions.custody import custody_context, segment_at, segment_document
from lineage.service.questions.journal import body_of
from lineage.stores.interface import Hit, QuestionReader, Store

_DECLARED = ("maker", "model", "batch", "chemistry", "mass_kg", "capacity_kwh")


def item(store: Store, item_id: str, context: Context) -> Document:
    """What an item is, whether it lives, what it is in, who holds it, and its events, as of `at` (default now)."""
    kept = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        facts = item_facts(reader, kept, context.known_at)
        t = context.moment if context.at is None else context.at
        recent = reader.recent_mentions(kept, t, MOST_LISTED, context.known_at)
        own: Document = {"id": kept, "kind": facts.kind, "scheme": parse_identifier(kept).scheme}
        own |= declared_of(reader, kept, facts, t)
        own["decoded"] = decode(kept)
        own |= _life(facts, recent, t)
        around = custody_context(reader, [kept], context)
        segment = segment_at(around, kept, t)
        own["inside"] = [
            {"id": e.target, "kind": around.facts[e.target].kind, "since": format_instant(e.since)}
            for e in sorted(around.edges_at(kept, t), key=lambda e: (e.target, e.since))
        ]
        own["custody"] = None if segment is None else segment_document(segment)
        own["events"] = event_lines(reader, recent)
        return build_answer(state, context, own)

    return store.read(work)


def declared_of(reader: QuestionReader, item_id: str, facts: ItemFacts, t: int) -> Document:
    """What the declaration that decides the kind says of the item; nothing while that has not happened yet."""
    said: Document = {"identifiers": [], **dict.fromkeys(_DECLARED)}
    if facts.kind_event is None or facts.kind_time is None or facts.kind_time > t:
        return said
    home = correction_of(facts.kind_event) or facts.kind_event
    event = body_of(reader.entries_by_id([home])[home], facts.kind_event)
    for declared in event.get("items", []) + event.get("outputs", []):
        if declared["id"] == item_id:
            said |= {field: declared.get(field) for field in _DECLARED}
            said["identifiers"] = declared.get("identifiers", [])
    return said


def _life(facts: ItemFacts, recent: list[Mention], t: int) -> Document:
    ended = max(((time, reason) for time, _, reason in facts.ends if time <= t), default=None)
    consumed = max((c for c in facts.consumptions if c <= t), default=None)
    if facts.is_lot:
        # Parts of a lot are consumed ever so often: the last time is among what was said of it last.
        consumed = max((m.time for m in recent if m.role == INPUT), default=None)
    born = facts.kind_time if facts.kind_time is not None and facts.kind_time <= t else None
    return {
        "born": None if born is None else format_instant(born),
        "ended": None if ended is None else {"time": format_instant(ended[0]), "reason": ended[1]},
        "consumed": None if consumed is None else format_instant(consumed),
    }


def life_of(reader: QuestionReader, item_id: str, facts: ItemFacts, context: Context) -> Document:
    """When a thing was born, ended and consumed, as of the moment asked about."""
    recent = reader.recent_mentions(item_id, context.moment, MOST_LISTED, context.known_at) if facts.is_lot else []
    return _life(facts, recent, context.moment)


def event_lines(reader: QuestionReader, recent: list[Mention]) -> list[Document]:
    """The events behind these mentions, newest first, each once."""
    ids = list(dict.fromkeys(m.event for m in recent))
    entries = reader.entries_by_id({correction_of(i) or i for i in ids})
    lines = []
    for event_id in ids:
        event = body_of(entries[correction_of(event_id) or event_id], event_id)
        lines.append({"id": event_id, **{f: event.get(f) for f in ("type", "step", "time", "reporter")}})
    return lines


def party(store: Store, party_id: str, context: Context) -> Document:
    """Who a party is at `at` (default now), and its history; `enrolled` again replaces the whole description."""
    kept = canonical_id(party_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        require_party(reader, kept, context.known_at)
        enrolments = [e for e in reader.enrolments([kept], context.known_at) if e.time <= context.moment]
        entries = reader.entries_by_id({correction_of(e.event) or e.event for e in enrolments})
        history = []
        for e in enrolments:
            card = body_of(entries[correction_of(e.event) or e.event], e.event)["party"]
            history.append({"since": format_instant(e.time), "event": e.event, **_party_card(card)})
        now = history[-1] if history else {"since": None, "event": None, **_party_card({})}
        own: Document = {
            "id": kept,
            "enrolled": bool(history),
            **{k: v for k, v in now.items() if k not in ("since", "event")},
        }
        own["history"] = history[-MOST_LISTED:]
        return build_answer(state, context, own)

    return store.read(work)


def _party_card(card: Document) -> Document:
    return {
        "name": card.get("name"),
        "roles": card.get("roles", []),
        "permits": card.get("permits", []),
        "region": card.get("region"),
        "status": card.get("status"),
    }


def party_names(store: Store, ids: list[str], context: Context) -> dict[str, str]:
    """The names of parties as of the moment asked about, for tables; parties without a name are left out."""

    def work(reader: QuestionReader) -> dict[str, str]:
        latest = {e.party: e.event for e in reader.enrolments(ids, context.known_at) if e.time <= context.moment}
        entries = reader.entries_by_id({correction_of(e) or e for e in latest.values()})
        return {p: body_of(entries[correction_of(e) or e], e)["party"]["name"] for p, e in latest.items()}

    return store.read(work)


class SearchQuestion(NamedTuple):
    text: str
    limit: int = 100
    cursor: str | None = None


def search(store: Store, question: SearchQuestion, context: Context) -> Document:
    """Items and parties whose id, identifiers, model, batch or name is the text, or begins with it."""
    text = question.text.strip()
    after: tuple[int, str, str, str] | None = None
    if question.cursor is not None:
        key, context = read_cursor(question.cursor, context)
        after = (int(key[0]), str(key[1]), str(key[2]), str(key[3]))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        hits = reader.search(text, context.known_at, after, question.limit + 1) if text else []
        page = hits[: question.limit]
        shown = _still_named(reader, page, context)
        facts = reader.facts([h.subject for h in shown if not h.is_party], context.known_at)
        names = _names(reader, [h.subject for h in shown if h.is_party], context)
        following = None
        if len(hits) > question.limit:
            last = page[-1]
            following = write_cursor(context, state, [last.rank, last.text, last.subject, last.field])
        own = {"hits": [_hit(h, facts, names) for h in shown], "next": following}
        return build_answer(state, context, own)

    return store.read(work)


def _still_named(reader: QuestionReader, hits: list[Hit], context: Context) -> list[Hit]:
    """Without the parties that no event names any more, or yet, as known then."""
    rows = reader.parties([h.subject for h in hits if h.is_party])
    return [h for h in hits if not h.is_party or (h.subject in rows and rows[h.subject].known(context.known_at))]


def _hit(hit: Hit, facts: dict[str, ItemFacts], names: dict[str, str | None]) -> Document:
    if hit.is_party:
        return {"id": hit.subject, "party": names.get(hit.subject), "matched": hit.field}
    known = facts.get(hit.subject)
    return {"id": hit.subject, "kind": known.kind if known else "unknown", "matched": hit.field}


def _names(reader: QuestionReader, ids: list[str], context: Context) -> dict[str, str | None]:
    latest = {e.party: e.event for e in reader.enrolments(ids, context.known_at)}
    entries = reader.entries_by_id({correction_of(e) or e for e in latest.values()})
    return {p: body_of(entries[correction_of(e) or e], e)["party"]["name"] for p, e in latest.items()}


__all__ = ["SearchQuestion", "item", "party", "party_names", "search"]
