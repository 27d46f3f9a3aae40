"""The responsibility for an item: holder, owners, who answers by which rule, which duties were met (contract 6, 8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from lineage.domain.compliance.duties import Duty, OtherReports, duties_of
from lineage.domain.compliance.responsibility import Answer, KnownParties, Owned, ResponsibilityTimeline, StateAt
from lineage.domain.compliance.rule_sets import RuleBook, day_of, longest_window
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.graph import MOVED, OWNED, ItemFacts
from lineage.domain.instants import OPEN, Instant, format_instant, format_or_none
from lineage.domain.projection.effective_custody import CustodyContext, Segment, enclosing_wholes
from lineage.service.answers import MOST_LISTED, Context, Document, Truncation, build_answer, canonical_id, item_facts
from lineage.service.evidence import (
    FetchedContext,
    events_about,
    fetched_context,
    histories_of,
    makers_of,
    other_reports,
    remade,
)  # fmt: skip
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions.compliance.documents import duty_document, rule_set_document
from lineage.service.questions.custody import fetch_custody_context, segment_document
from lineage.stores.interface import QuestionReader, Store


class ResponsibilityCase(NamedTuple):
    """Everything that is known of one item for this question; `is_complete`: `events` are all of its events.

    `others`: what these events are matched with, of the other items that they name.
    """

    item: str
    facts: ItemFacts
    custody_context: CustodyContext
    stored_events: StoredEvents
    events: list[StoredEvent]
    is_complete: bool
    timeline: ResponsibilityTimeline
    duty_context: FetchedContext
    others: OtherReports


def responsibility(store: Store, item_id: str, context: Context, book: RuleBook) -> Document:
    """Answer with holder, owners, responsible parties, duties, gaps and finality, as of `at` (default now)."""
    item = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        case = case_of(reader, item, context, book)
        fields, cut = responsibility_fields(case, context, book)
        return build_answer(state, context, {"id": item, "kind": case.facts.kind, **fields}, cut=cut)

    return store.read(work)


def case_of(reader: QuestionReader, item: str, context: Context, book: RuleBook) -> ResponsibilityCase:
    """Fetch what is known of an item. Raises UnknownItemError, NotYetKnownError."""
    facts = item_facts(reader, item, context.known_at)
    custody_context = fetch_custody_context(reader, [item], context)
    stored_events = StoredEvents(reader)
    event_ids, is_complete = events_about(reader, item, context)
    events = list(stored_events.of(event_ids).values())
    parties = _known(reader, item, custody_context, stored_events, events, context)
    duty_context = fetched_context(reader, stored_events, events, custody_context, context, book)
    timeline = ResponsibilityTimeline(item, custody_context, book, parties)
    others = other_reports(reader, stored_events, events, context, book)
    return ResponsibilityCase(
        item, facts, custody_context, stored_events, events, is_complete, timeline, duty_context, others
    )


def _known(
    reader: QuestionReader,
    item: str,
    custody_context: CustodyContext,
    stored_events: StoredEvents,
    events: list[StoredEvent],
    context: Context,
) -> KnownParties:
    makers = makers_of(stored_events, custody_context.facts)
    owned = {item: _owned(events)}
    for whole in sorted(set(enclosing_wholes(custody_context, item, context.moment)) - {item}):
        owned[whole] = _owned(_hand_overs(reader, whole, stored_events, context))
    owners = {o.party for transfers in owned.values() for o in transfers}
    parties = custody_context.holders() | {m.party for m in makers.values()} | owners
    histories = histories_of(reader, parties, context)
    heirs = {c.heir for h in histories.values() for c in h.cards if c.heir} - histories.keys()
    histories |= histories_of(reader, heirs, context)
    return KnownParties(makers, owned, histories, remade(custody_context.facts, stored_events, reader, context))


def _hand_overs(
    reader: QuestionReader, is_complete: str, stored_events: StoredEvents, context: Context
) -> list[StoredEvent]:
    recent = reader.recent_mentions(is_complete, OPEN, MOST_LISTED, context.known_at)
    return list(stored_events.of(m.event for m in recent if m.role in (MOVED, OWNED)).values())


def _owned(events: list[StoredEvent]) -> list[Owned]:
    return [Owned(r.time, r.taker, r.id) for r in events if r.moves_ownership and r.taker]


def responsibility_fields(
    case: ResponsibilityCase, context: Context, book: RuleBook
) -> tuple[Document, Truncation | None]:
    """Return the fields of the answer, and why it is not complete."""
    t = context.moment
    state, segment = case.timeline.at(t), case.custody_context.segment_at(case.item, t)
    duties = duties_until(case, context, book)
    shown = duties[-MOST_LISTED:]
    fields: Document = {
        "stage": None if state is None else state.stage,
        "rule_set": rule_set_document(None if state is None else state.rules),
        "holder": None if segment is None else segment_document(segment),
        "owners": [_owner(o) for o in case.timeline.owners(t)] if state is not None else [],
        "answerable": [] if state is None else [_answerable(a, case.timeline, segment, t) for a in state.answers],
        "duties": [duty_document(d) for d in shown],
        "gaps": _gaps(case, state, t),
        "final_from": final_from(duties, t, book).isoformat(),
    }
    cut = None
    if not case.is_complete or len(shown) < len(duties):
        cut = Truncation("max_items", [case.item], None if not case.is_complete else len(duties) - len(shown))
    return fields, cut


def duties_until(case: ResponsibilityCase, context: Context, book: RuleBook) -> list[Duty]:
    """Return the duties triggered up to the time of the question, as they stand at `known_at`, by default now."""
    now = context.now if context.known_at is None else context.known_at
    return [
        d
        for d in duties_of(case.events, book, case.duty_context, now, case.others)
        if d.trigger <= context.moment and _is_of(d, case.item)
    ]


def _is_of(duty: Duty, item: str) -> bool:
    return item in duty.items


def final_from(duties: list[Duty], t: Instant, book: RuleBook) -> date:
    """Return the first day on which no report that is in time can change the answer for `t` any more."""
    last = max([longest_window(book.sets, day_of(t), book.calendar), *(d.settled for d in duties if d.settled)])
    return last + timedelta(days=1)


def _owner(owned: Owned) -> Document:
    return {"party": owned.party, "since": format_instant(owned.time), "events": [owned.event]}


def _answerable(answer: Answer, timeline: ResponsibilityTimeline, segment: Segment | None, t: Instant) -> Document:
    since, until = timeline.interval_of(answer, t)
    is_by_custody = answer.rule.party in ("holder", "last_holder") and segment is not None
    return {
        "party": answer.party,
        "as": answer.capacity,
        "rule": answer.rule.id,
        "name": answer.rule.name,
        "rule_set": answer.rule_set.id,
        "version": answer.rule_set.version,
        "article": answer.rule.article,
        "since": format_instant(since),
        "until": format_or_none(until),
        "confidence": answer.confidence,
        "events": list(segment.events if is_by_custody and segment is not None else answer.events),
    }


def _gaps(case: ResponsibilityCase, state: StateAt | None, t: Instant) -> list[Document]:
    """Return the gaps up to `t`: intervals without a holder, parties that are gone, and that no party answers."""
    gaps = [
        {"kind": "no_holder", "party": None, "since": format_instant(s.since), "until": format_or_none(s.until)}
        for s in case.custody_context.timeline(case.item)
        if s.custody.status == "gap" and s.since <= t
    ][-MOST_LISTED:]
    if state is None:
        return gaps
    at = format_instant(t)
    gaps += [{"kind": "party_gone", "party": p, "since": at, "until": None} for p in state.gone]
    if not state.answers:
        gaps.append({"kind": "nobody_known", "party": None, "since": at, "until": None})
    return gaps
