"""The card of one party, and the names of parties (contract 8)."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.domain.instants import Instant, format_instant
from lineage.service.answers import MOST_LISTED, Context, Document, build_answer, canonical_id, require_party
from lineage.service.journal_reads import bodies_of
from lineage.stores.interface import QuestionReader, ReadableStore


def party(store: ReadableStore, party_id: str, context: Context) -> Document:
    """Answer with a party as of `at` (default now) and its history: each enrolment replaces the whole description.

    Raises UnknownPartyError, NotYetKnownError.
    """
    id = canonical_id(party_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        require_party(reader, id, context.known_at)
        enrolments = [e for e in reader.enrolments([id], context.known_at) if e.time <= context.moment]
        bodies = bodies_of(reader, (e.event for e in enrolments))
        history = [
            {"since": format_instant(e.time), "event": e.event, **_card(bodies[e.event]["party"])} for e in enrolments
        ]
        current = history[-1] if history else {"since": None, "event": None, **_card({})}
        fields: Document = {
            "id": id,
            "enrolled": bool(history),
            **{k: v for k, v in current.items() if k not in ("since", "event")},
        }
        fields["history"] = history[-MOST_LISTED:]
        return build_answer(state, context, fields)

    return store.read(work)


def _card(card: Document) -> Document:
    return {
        "name": card.get("name"),
        "roles": card.get("roles", []),
        "permits": card.get("permits", []),
        "region": card.get("region"),
        "status": card.get("status"),
    }


def party_names(store: ReadableStore, ids: list[str], context: Context) -> dict[str, str]:
    """Return the names of parties as of the moment of the question; parties without a name are left out."""
    return store.read(lambda reader: names_of(reader, ids, context, until=context.moment))


def names_of(
    reader: QuestionReader, ids: Iterable[str], context: Context, *, until: Instant | None = None
) -> dict[str, str]:
    """Return the latest name of each party, of the enrolments that happened up to and including `until`."""
    enrolments = reader.enrolments(list(ids), context.known_at)
    latest = {e.party: e.event for e in enrolments if until is None or e.time <= until}
    bodies = bodies_of(reader, latest.values())
    return {party_id: bodies[event_id]["party"]["name"] for party_id, event_id in latest.items()}
