"""Search for items and parties by id, identifier, model, batch or name (contract 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lineage.domain.graph import ItemFacts
from lineage.service.answers import Context, Document, build_answer
from lineage.service.paging import read_cursor, write_cursor
from lineage.service.questions.party import names_of
from lineage.stores.interface import Hit, QuestionReader, ReadableStore


class SearchQuestion(NamedTuple):
    """The text to search for, and how many hits to list; `cursor` continues a page."""

    text: str
    limit: int = 100
    cursor: str | None = None


def search(store: ReadableStore, question: SearchQuestion, context: Context) -> Document:
    """Answer with items and parties that have the text: equal, at the beginning, or at the end of an id."""
    text = question.text.strip()
    after: tuple[int, str, str, str] | None = None
    if question.cursor is not None:
        key, context = read_cursor(question.cursor, context)
        after = (int(key[0]), str(key[1]), str(key[2]), str(key[3]))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        hits = reader.search(text, context.known_at, after, question.limit + 1) if text else []
        page = hits[: question.limit]
        listed = _named_then(reader, page, context)
        facts = reader.facts([h.subject for h in listed if not h.is_party], context.known_at)
        names = names_of(reader, [h.subject for h in listed if h.is_party], context)
        following = None
        if len(hits) > question.limit:
            last = page[-1]
            following = write_cursor(context, state, [last.rank, last.text, last.subject, last.field])
        fields = {"hits": [_hit(h, facts, names) for h in listed], "next": following}
        return build_answer(state, context, fields)

    return store.read(work)


def _named_then(reader: QuestionReader, hits: list[Hit], context: Context) -> list[Hit]:
    """Return the hits without the parties that no event in force names, as known then."""
    rows = reader.parties([h.subject for h in hits if h.is_party])
    return [h for h in hits if not h.is_party or (h.subject in rows and rows[h.subject].known(context.known_at))]


def _hit(hit: Hit, facts: Mapping[str, ItemFacts], names: Mapping[str, str]) -> Document:
    if hit.is_party:
        return {"id": hit.subject, "party": names.get(hit.subject), "matched": hit.field}
    known = facts.get(hit.subject)
    return {"id": hit.subject, "kind": known.kind if known else "unknown", "matched": hit.field}
