"""Questions about custody: who held an item when, and what a party holds (contract 5, 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lineage.domain.errors import TimeLimitError
from lineage.domain.instants import OPEN, format_instant, format_or_none
from lineage.domain.projection.effective_custody import CustodyContext, Segment, effective_custody
from lineage.service.answers import (
    MOST_LISTED,
    Context,
    Document,
    Truncation,
    as_read,
    build_answer,
    canonical_id,
    check_named,
    item_facts,
)  # fmt: skip
from lineage.service.paging import read_cursor, write_cursor
from lineage.stores.interface import CustodyRows, HeldItem, HoldingsPage, QuestionReader, Store

MOST_CONTENTS = 100_000


def custody(store: Store, item_id: str, context: Context) -> Document:
    """Answer with the custody timeline of an item, without gaps between segments (contract 5)."""
    item = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        context_rows = fetch_custody_context(reader, [item], context)
        if item not in context_rows.facts:
            item_facts(reader, item, context.known_at)
        segments = context_rows.timeline(item, context.deadline_passed)
        is_complete = bool(segments) and segments[-1].until == OPEN
        cut = None if is_complete else Truncation("time_limit", [item])
        return build_answer(state, context, {"segments": [segment_document(s) for s in segments]}, cut=cut)

    return store.read(work)


def fetch_custody_context(reader: QuestionReader, items: list[str], context: Context) -> CustodyContext:
    """Return the custody rows of these items and of everything that they were ever inside."""
    return CustodyContext(*reader.custody_rows(items, context.known_at), context.check)


def segment_document(segment: Segment) -> Document:
    """Return a segment as answers show it."""
    custody_status = segment.custody
    return {
        "since": format_instant(segment.since),
        "until": format_or_none(segment.until),
        "status": custody_status.status,
        "holders": list(custody_status.holders),
        "to": custody_status.to,
        "via": list(segment.via),
        "events": list(segment.events),
    }


def segment_at(context_rows: CustodyContext, item: str, t: int) -> Segment | None:
    """Return the segment of the timeline that contains `t`; None before the first event."""
    return context_rows.segment_at(item, t)


class HoldingsQuestion(NamedTuple):
    """The party whose holdings to list; `contents`: with everything inside them; `cursor` continues a page."""

    party: str
    contents: bool = False
    limit: int = 100
    cursor: str | None = None


class _Listed(NamedTuple):
    id: str
    kind: str
    since: int
    status: str

    def document(self) -> Document:
        return {"id": self.id, "kind": self.kind, "since": format_instant(self.since), "status": self.status}


def holdings(store: Store, question: HoldingsQuestion, context: Context) -> Document:
    """Answer with what a party effectively holds at `at` (default now), inside nothing or in conflict (contract 8)."""
    party = canonical_id(question.party)
    after = ""
    if question.cursor is not None:
        (after, now), context = _cursor(question.cursor, context)
        context = context._replace(now=now)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        begin = ("", MOST_LISTED) if question.contents else (after, question.limit + 1)
        read = as_read(context, state)
        page = _page(reader, party, read, *begin)
        check_named(party, page.party, read.known_at)
        context_rows = CustodyContext(*page.custody_rows, context.check)
        contested = _contested_items(context_rows, page.contested_items, party, context)
        contested_by_item = contested.items
        if question.contents:
            items, count, cut = _with_contents(reader, party, read, page.holdings, contested_by_item)
            items = [x for x in items if x.id > after]
        else:
            apart = {x.id: x for x in contested_by_item.values() if x.id > after}
            items = sorted(({x.item: _Listed(*x) for x in page.holdings} | apart).values())
            count, cut = page.total + contested.not_counted, None
        if not contested.is_complete:
            cut = cut or Truncation("time_limit", [])
        listed = items[: question.limit]
        following = None
        if len(items) > question.limit:
            following = write_cursor(context, state, [listed[-1].id, context.moment])
        fields = {"items": [x.document() for x in listed], "count": count, "next": following}
        return build_answer(state, context, fields, cut=cut)

    return store.read(work)


def held_count(reader: QuestionReader, party: str, context: Context) -> int:
    """Return how many items `holdings` lists on all of its pages."""
    page = _page(reader, party, context, "", 1)
    context_rows = CustodyContext(*page.custody_rows, context.check)
    return page.total + _contested_items(context_rows, page.contested_items, party, context).not_counted


def _page(reader: QuestionReader, party: str, context: Context, after: str, limit: int) -> HoldingsPage:
    """Return a page of holdings, in one read where the store has one for it."""
    page = reader.holdings_page(party, context.moment, context.known_at, after, limit)
    return composed_page(reader, party, context, after, limit) if page is None else page


def composed_page(reader: QuestionReader, party: str, context: Context, after: str, limit: int) -> HoldingsPage:
    """Return the page that `QuestionReader.holdings_page` does, from the reads that it combines."""
    known_at, t = context.known_at, context.moment
    row = reader.parties([party]).get(party)
    listed = reader.holdings(party, t, known_at, after, limit)
    total = len(listed) if not after and len(listed) < limit else reader.holdings_count(party, t, known_at)
    contested = reader.contested_holdings(party, t, known_at)
    rows: CustodyRows = reader.custody_rows([c.item for c in contested], known_at) if contested else ([], [], {})
    return HoldingsPage(row, listed, total, [c.item for c in contested if not c.is_inside], rows)


def _cursor(text: str, context: Context) -> tuple[tuple[str, int], Context]:
    key, context = read_cursor(text, context)
    return (str(key[0]), int(key[1])), context


def _own_row(context_rows: CustodyContext, item: str, party: str, t: int) -> bool:
    return any(h.holder == party for h in context_rows.holdings_at(item, t))


class _Contested(NamedTuple):
    """Items in conflict. `not_counted`: how many of them are not among those that the store counts as held.

    `is_complete`: these are all; the time may not have sufficed.
    """

    items: dict[str, _Listed]
    not_counted: int
    is_complete: bool


def _contested_items(
    context_rows: CustodyContext, contested: Iterable[str], party: str, context: Context
) -> _Contested:
    """Return those of the items, with their contents, whose custody is in conflict with the party among the holders."""
    items: dict[str, _Listed] = {}
    not_counted, t = 0, context.moment
    try:
        for item in _with_parts(context_rows, contested, t):
            if context.deadline_passed():
                return _Contested(items, not_counted, is_complete=False)
            listed = _in_conflict(context_rows, item, party, t)
            if listed is not None:
                is_counted = not context_rows.wholes(item, t) and _own_row(context_rows, item, party, t)
                items[item] = listed
                not_counted += not is_counted
    except TimeLimitError:
        return _Contested(items, not_counted, is_complete=False)
    return _Contested(items, not_counted, is_complete=True)


def _with_parts(context_rows: CustodyContext, items: Iterable[str], t: int) -> Iterator[str]:
    """Yield the items and everything inside them.

    What is inside may be in conflict although the whole between is not: its own hand-over decides for it alone.
    """
    parts: dict[str, list[str]] = defaultdict(list)
    for item in context_rows.facts:
        for whole in context_rows.wholes(item, t):
            parts[whole].append(item)
    todo = list(items)
    seen = set(todo)
    for item in todo:
        todo += [x for x in parts[item] if x not in seen]
        seen.update(parts[item])
        yield item


def _in_conflict(context_rows: CustodyContext, item: str, party: str, t: int) -> _Listed | None:
    facts = context_rows.facts.get(item)
    if facts is None or facts.first > t:
        return None
    custody_status = effective_custody(context_rows, item, t)
    if custody_status.status != "conflict" or party not in custody_status.holders:
        return None
    segment = segment_at(context_rows, item, t)
    assert segment is not None
    return _Listed(item, facts.kind, segment.since, custody_status.status)


def _inside(reader: QuestionReader, wholes: Iterable[str], context: Context) -> list[str]:
    """Return the items directly inside these at the time of the question, all events of that instant included."""
    ids = list(wholes)
    fetched = reader.neighbours(ids, "upstream", context.known_at, part_of_only=True)
    requested = set(ids)
    return sorted({e.source for e in fetched.edges if e.target in requested and e.since <= context.moment < e.until})


def _with_contents(
    reader: QuestionReader, party: str, context: Context, page: list[HeldItem], contested_by_item: dict[str, _Listed]
) -> tuple[list[_Listed], int, Truncation | None]:
    """Return all holdings, from the first page on, with everything inside them, and the number of holdings."""
    holdings_by_item: dict[str, _Listed] = dict(contested_by_item)
    while page:
        holdings_by_item.update({x.item: _Listed(*x) for x in page if x.item not in contested_by_item})
        if len(holdings_by_item) > MOST_CONTENTS or context.deadline_passed():
            break
        page = reader.holdings(party, context.moment, context.known_at, page[-1].item, MOST_LISTED)
    count = len(holdings_by_item)
    everything = dict(holdings_by_item)
    level, cut = list(holdings_by_item), None
    while level:
        if len(everything) > MOST_CONTENTS or context.deadline_passed():
            cut = Truncation("time_limit" if context.deadline_passed() else "max_items", sorted(level))
            break
        level = [x for x in _inside(reader, level, context) if x not in everything]
        context_rows = fetch_custody_context(reader, level, context) if level else None
        for item in level:
            assert context_rows is not None
            segment = segment_at(context_rows, item, context.moment)
            if segment is not None:
                everything[item] = _Listed(item, context_rows.facts[item].kind, segment.since, segment.custody.status)
    return sorted(everything.values()), count, cut
