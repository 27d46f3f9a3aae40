"""Who holds it, to whom it belongs, who answers for it by which rule, which duties were met (contract 6, 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from lineage.domain.compliance.duties import Duty, duties_of
from lineage.domain.compliance.responsibility import Answer, KnownParties, Owned, ResponsibilityTimeline, StateAt
from lineage.domain.compliance.rule_sets import RuleBook, day_of, longest_window
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.graph import MOVED, OWNED, ItemFacts
from lineage.domain.identifiers.decoding import decode
from lineage.domain.instants import OPEN, Instant, format_instant, format_or_none
from lineage.domain.projection.effective_custody import CustodyContext, Segment, enclosing_wholes
from lineage.service.answers import MOST_LISTED, Context, Document, Truncation, build_answer, canonical_id, item_facts
from lineage.service.evidence import (
    FetchedContext,
    events_about,
    fetched_context,
    histories_of,
    makers_of,
)  # fmt: skip
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions.compliance.documents import duty_document, rule_set_document
from lineage.service.questions.custody import custody_context, segment_document
from lineage.stores.interface import QuestionReader, Store

_BATTERIES: Final = ("cell", "module", "pack")
MOST_INPUTS: Final = 100
"""Inputs of one making that are looked at, to see whether it used batteries."""


class ResponsibilityCase(NamedTuple):
    """Everything that is known of one thing for this question; `told` are its reports, `whole` says if all of them."""

    item: str
    facts: ItemFacts
    around: CustodyContext
    reports: StoredEvents
    told: list[StoredEvent]
    whole: bool
    course: ResponsibilityTimeline
    world: FetchedContext


def responsibility(store: Store, item_id: str, context: Context, book: RuleBook) -> Document:
    """Holder, owners, who answers, duties, gaps, and from when on the answer is final, as of `at` (default now)."""
    item = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        case = case_of(reader, item, context, book)
        own, cut = responsibility_fields(case, context, book)
        return build_answer(state, context, {"id": item, "kind": case.facts.kind, **own}, cut=cut)

    return store.read(work)


def case_of(reader: QuestionReader, item: str, context: Context, book: RuleBook) -> ResponsibilityCase:
    """Fetch what is known of a thing. Raises UnknownItemError, NotYetKnownError."""
    facts = item_facts(reader, item, context.known_at)
    around = custody_context(reader, [item], context)
    reports = StoredEvents(reader)
    events, whole = events_about(reader, item, context)
    told = list(reports.of(events).values())
    known = _known(reader, item, around, reports, told, context)
    world = fetched_context(reader, reports, told, around, context)
    return ResponsibilityCase(
        item, facts, around, reports, told, whole, ResponsibilityTimeline(item, around, book, known), world
    )


def _known(
    reader: QuestionReader,
    item: str,
    around: CustodyContext,
    reports: StoredEvents,
    told: list[StoredEvent],
    context: Context,
) -> KnownParties:
    makers = makers_of(reports, around.facts)
    owned = {item: _owned(told)}
    for whole in sorted(set(enclosing_wholes(around, item, context.moment)) - {item}):
        owned[whole] = _owned(_hand_overs(reader, whole, reports, context))
    parties = around.holders() | {m.party for m in makers.values()} | {o.party for some in owned.values() for o in some}
    histories = histories_of(reader, parties, context)
    heirs = {c.heir for h in histories.values() for c in h.cards if c.heir} - histories.keys()
    histories |= histories_of(reader, heirs, context)
    return KnownParties(makers, owned, histories, remade(around.facts, reports, reader, context))


def _hand_overs(reader: QuestionReader, whole: str, reports: StoredEvents, context: Context) -> list[StoredEvent]:
    recent = reader.recent_mentions(whole, OPEN, MOST_LISTED, context.known_at)
    return list(reports.of(m.event for m in recent if m.role in (MOVED, OWNED)).values())


def _owned(told: list[StoredEvent]) -> list[Owned]:
    return [Owned(r.time, r.taker, r.id) for r in told if r.moves_ownership]


def remade(
    facts: Mapping[str, ItemFacts], reports: StoredEvents, reader: QuestionReader, context: Context
) -> frozenset[str]:
    """Which of these batteries were made of used ones: told as second life, coded so, or made of batteries."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind in _BATTERIES and f.kind_event is not None}
    told = reports.of(deciding.values())
    inputs = {i for e in told.values() for i in e.inputs[:MOST_INPUTS]}
    used = reader.facts(sorted(inputs), context.known_at) if inputs else {}
    batteries = {x for x, f in used.items() if f.kind in _BATTERIES}
    return frozenset(
        x
        for x, event in deciding.items()
        if told[event].step == "second_life_production"
        or decode(x).get("second_life")
        or not batteries.isdisjoint(told[event].inputs[:MOST_INPUTS])
    )


def responsibility_fields(
    case: ResponsibilityCase, context: Context, book: RuleBook
) -> tuple[Document, Truncation | None]:
    """The answer's own fields, and why it is not complete."""
    t = context.moment
    then, segment = case.course.at(t), case.around.segment_at(case.item, t)
    duties = duties_until(case, context, book)
    shown = duties[-MOST_LISTED:]
    own: Document = {
        "stage": None if then is None else then.stage,
        "rule_set": rule_set_document(None if then is None else then.rules),
        "holder": None if segment is None else segment_document(segment),
        "owners": [_owner(o) for o in case.course.owners(t)] if then is not None else [],
        "answerable": [] if then is None else [_answerable(a, case.course, segment, t) for a in then.answers],
        "duties": [duty_document(d) for d in shown],
        "gaps": _gaps(case, then, t),
        "final_from": final_from(duties, t, book).isoformat(),
    }
    cut = None
    if not case.whole or len(shown) < len(duties):
        cut = Truncation("max_items", [case.item], None if not case.whole else len(duties) - len(shown))
    return own, cut


def duties_until(case: ResponsibilityCase, context: Context, book: RuleBook) -> list[Duty]:
    """The duties triggered up to the moment asked about, as they stand now, which is K if one is asked for."""
    now = context.now if context.known_at is None else context.known_at
    return [
        d for d in duties_of(case.told, book, case.world, now) if d.trigger <= context.moment and _is_of(d, case.item)
    ]


def _is_of(duty: Duty, item: str) -> bool:
    return item in duty.items


def final_from(duties: list[Duty], t: Instant, book: RuleBook) -> date:
    """The first day on which nothing that comes in time can change the answer for `t` any more."""
    last = max([longest_window(book.sets, day_of(t), book.calendar), *(d.settled for d in duties if d.settled)])
    return last + timedelta(days=1)


def _owner(owned: Owned) -> Document:
    return {"party": owned.party, "since": format_instant(owned.time), "events": [owned.event]}


def _answerable(found: Answer, course: ResponsibilityTimeline, segment: Segment | None, t: Instant) -> Document:
    since, until = course.interval_of(found, t)
    by_hands = found.rule.party in ("holder", "last_holder") and segment is not None
    return {
        "party": found.party,
        "as": found.capacity,
        "rule": found.rule.id,
        "name": found.rule.name,
        "rule_set": found.rule_set.id,
        "version": found.rule_set.version,
        "article": found.rule.article,
        "since": format_instant(since),
        "until": format_or_none(until),
        "confidence": found.confidence,
        "events": list(segment.events if by_hands and segment is not None else found.events),
    }


def _gaps(case: ResponsibilityCase, then: StateAt | None, t: Instant) -> list[Document]:
    """What nobody knows: stretches without a holder up to `t`, makers that are gone, and that nobody answers."""
    found = [
        {"kind": "no_holder", "party": None, "since": format_instant(s.since), "until": format_or_none(s.until)}
        for s in case.around.timeline(case.item)
        if s.custody.status == "gap" and s.since <= t
    ][-MOST_LISTED:]
    if then is None:
        return found
    at = format_instant(t)
    found += [{"kind": "party_gone", "party": p, "since": at, "until": None} for p in then.gone]
    if not then.answers:
        found.append({"kind": "nobody_known", "party": None, "since": at, "until": None})
    return found
