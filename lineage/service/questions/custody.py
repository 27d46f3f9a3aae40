"""Who holds it, since when, and what does a party hold (contract 5, 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

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
    """The custody timeline of an item, without holes (contract 5)."""
    item = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        around = custody_context(reader, [item], context)
        if item not in around.facts:
            item_facts(reader, item, context.known_at)
        segments = around.timeline(item, context.deadline_passed)
        whole = bool(segments) and segments[-1].until == OPEN
        cut = None if whole else Truncation("time_limit", [item])
        return build_answer(state, context, {"segments": [segment_document(s) for s in segments]}, cut=cut)

    return store.read(work)


def custody_context(reader: QuestionReader, items: list[str], context: Context) -> CustodyContext:
    return CustodyContext(*reader.custody_rows(items, context.known_at))


def segment_document(segment: Segment) -> Document:
    hands = segment.custody
    return {
        "since": format_instant(segment.since),
        "until": format_or_none(segment.until),
        "status": hands.status,
        "holders": list(hands.holders),
        "to": hands.to,
        "via": list(segment.via),
        "events": list(segment.events),
    }


def segment_at(around: CustodyContext, item: str, t: int) -> Segment | None:
    """The segment of the timeline that holds `t`; None before the first event."""
    return around.segment_at(item, t)


class HoldingsQuestion(NamedTuple):
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
    """What a party effectively holds at `at` (default now), in nothing else or in conflict (contract 8)."""
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
        around = CustodyContext(*page.custody_rows)
        disputed = _disputed(around, page.contested_items, party, context.moment)
        if question.contents:
            found, count, cut = _with_contents(reader, party, read, page.holdings, disputed)
            found = [x for x in found if x.id > after]
        else:
            apart = {x.id: x for x in disputed.values() if x.id > after}
            found = sorted(({x.item: _Listed(*x) for x in page.holdings} | apart).values())
            count, cut = page.total + _more(around, party, context.moment, disputed), None
        listed = found[: question.limit]
        following = None
        if len(found) > question.limit:
            following = write_cursor(context, state, [listed[-1].id, context.moment])
        own = {"items": [x.document() for x in listed], "count": count, "next": following}
        return build_answer(state, context, own, cut=cut)

    return store.read(work)


def _page(reader: QuestionReader, party: str, context: Context, after: str, limit: int) -> HoldingsPage:
    """A page of holdings, in one read where the store has one for it."""
    page = reader.holdings_page(party, context.moment, context.known_at, after, limit)
    return composed_page(reader, party, context, after, limit) if page is None else page


def composed_page(reader: QuestionReader, party: str, context: Context, after: str, limit: int) -> HoldingsPage:
    """The page that `QuestionReader.holdings_page` answers, from the reads that it combines."""
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


def _more(around: CustodyContext, party: str, t: int, disputed: Iterable[str]) -> int:
    """How much of what is in conflict is not among what the store counts as held outright."""
    return sum(1 for x in disputed if around.wholes(x, t) or not _own_row(around, x, party, t))


def _own_row(around: CustodyContext, item: str, party: str, t: int) -> bool:
    return any(h.holder == party for h in around.holdings_at(item, t))


def _disputed(around: CustodyContext, suspects: Iterable[str], party: str, t: int) -> dict[str, _Listed]:
    """What of these is in conflict with this party among the holders, and what is inside that."""
    parts: dict[str, list[str]] = defaultdict(list)
    for item in around.facts:
        for whole in around.wholes(item, t):
            parts[whole].append(item)
    found: dict[str, _Listed] = {}
    todo = list(suspects)
    met = set(todo)
    for item in todo:
        facts = around.facts.get(item)
        if facts is None or facts.first > t:
            continue
        hands = effective_custody(around, item, t)
        if hands.status == "conflict" and party in hands.holders:
            segment = segment_at(around, item, t)
            assert segment is not None
            found[item] = _Listed(item, facts.kind, segment.since, hands.status)
            todo += [x for x in parts[item] if x not in met]
            met.update(parts[item])
    return found


def _inside(reader: QuestionReader, wholes: Iterable[str], context: Context) -> list[str]:
    """What is directly inside these at the moment asked about, all events of that moment included."""
    asked_for = list(wholes)
    got = reader.neighbours(asked_for, "upstream", context.known_at, part_of_only=True)
    mine = set(asked_for)
    return sorted({e.source for e in got.edges if e.target in mine and e.since <= context.moment < e.until})


def _with_contents(
    reader: QuestionReader, party: str, context: Context, page: list[HeldItem], disputed: dict[str, _Listed]
) -> tuple[list[_Listed], int, Truncation | None]:
    """Everything held, from its first page on, and everything inside it, by id; the count is of what is held."""
    held: dict[str, _Listed] = dict(disputed)
    while page:
        held.update({x.item: _Listed(*x) for x in page if x.item not in disputed})
        if len(held) > MOST_CONTENTS or context.deadline_passed():
            break
        page = reader.holdings(party, context.moment, context.known_at, page[-1].item, MOST_LISTED)
    count = len(held)
    everything = dict(held)
    level, cut = list(held), None
    while level:
        if len(everything) > MOST_CONTENTS or context.deadline_passed():
            cut = Truncation("time_limit" if context.deadline_passed() else "max_items", sorted(level))
            break
        level = [x for x in _inside(reader, level, context) if x not in everything]
        around = custody_context(reader, level, context) if level else None
        for item in level:
            assert around is not None
            segment = segment_at(around, item, context.moment)
            if segment is not None:
                everything[item] = _Listed(item, around.facts[item].kind, segment.since, segment.custody.status)
    return sorted(everything.values()), count, cut
