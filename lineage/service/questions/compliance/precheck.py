"""The check of events before they are reported, and the first hand-over that could have been refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from lineage.domain.compliance.duties import duties_of
from lineage.domain.compliance.party_history import History, PartyAt
from lineage.domain.compliance.precheck import CHECK_CHARACTERS, Capacity, ItemAt, Knowledge, PrecheckFinding, precheck
from lineage.domain.compliance.rule_sets import RuleBook, day_of, start_of
from lineage.domain.compliance.vehicle_of import last_vehicle
from lineage.domain.errors import InvalidEventError
from lineage.domain.events.models import Corrected
from lineage.domain.events.reading import read_event
from lineage.domain.events.stored_event import StoredEvent, in_order
from lineage.domain.findings.model import day_end
from lineage.domain.graph import ItemFacts
from lineage.domain.instants import CHINA, Instant, format_instant
from lineage.domain.projection.custody import CustodyStatus
from lineage.domain.projection.effective_custody import CustodyContext, effective_custody
from lineage.exchange.jsonl import Line
from lineage.service.answers import Context, Document, build_answer
from lineage.service.evidence import fetched_context, histories_of, remade
from lineage.service.ingest.load import LoadReport
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions.compliance.annual_intake import masses_of, taken_in
from lineage.service.questions.compliance.documents import duty_document
from lineage.service.questions.compliance.responsibility import ResponsibilityCase
from lineage.service.questions.custody import fetch_custody_context
from lineage.stores.interface import QuestionReader, Store

MOST_EVENTS: Final = 1_000
"""Events of one check."""
MOST_HAND_OVERS: Final = 100
"""Hand-overs of one item that are searched for the first that could have been refused."""


def check(store: Store, lines: Iterable[Line], context: Context, book: RuleBook) -> Document:
    """Answer with the findings that these events would have now, each by itself against the store. Stores nothing."""
    outcome = LoadReport()
    events = list(_read(lines, context, outcome))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        rows = [_checked(reader, line, event, context, book) for line, event in events]
        fields = {
            "checked": len(events),
            "clear": sum(1 for row in rows if not row["findings"]),
            "rejected": outcome.rejected,
            "judgements": rows,
            "errors": outcome.errors,
        }
        return build_answer(state, context, fields)

    return store.read(work)


def _read(lines: Iterable[Line], context: Context, outcome: LoadReport) -> Iterable[tuple[int, StoredEvent]]:
    today = datetime.fromtimestamp(context.now / 1000, UTC).astimezone(CHINA).date()
    for line in lines:
        if line.error is not None:
            outcome.refuse(line.number, [line.error])
            continue
        try:
            event = read_event(line.document, today=today, allow_recorded=False, now=context.now).event
        except InvalidEventError as error:
            outcome.refuse(line.number, list(error.notices))
            continue
        if not isinstance(event, Corrected):
            yield line.number, StoredEvent(event, 0, context.now, context.now)
        elif event.replacement is not None:
            yield line.number, StoredEvent(event.replacement, 0, context.now, context.now)


def _checked(reader: QuestionReader, line: int, event: StoredEvent, context: Context, book: RuleBook) -> Document:
    known, custody_context = _knowledge_for(reader, event, context, book)
    duty_context = fetched_context(reader, StoredEvents(reader), [event], custody_context, context, book)
    duties = [d for d in duties_of([event], book, duty_context, context.now) if d.proof]
    findings = precheck(event, known)
    findings += [
        PrecheckFinding(
            "late_report", f"It was due on {d.due}.", None, d.holder, d.rule.id, d.rule.article, d.confidence
        )
        for d in duties
        if d.status == "late"
    ]
    return {
        "line": line,
        "id": event.id,
        "type": event.type,
        "findings": [finding_document(f) for f in findings],
        "duties": [duty_document(d) | {"recorded": None, "proof": []} for d in duties],
    }


def finding_document(finding: PrecheckFinding) -> Document:
    """Return a finding of the check as answers show it; empty values are null."""
    return {name: value or None for name, value in finding._asdict().items()}


def _knowledge_for(
    reader: QuestionReader, event: StoredEvent, context: Context, book: RuleBook
) -> tuple[Knowledge, CustodyContext]:
    custody_context = fetch_custody_context(reader, list(event.item_ids), context)
    histories = histories_of(reader, {p for p in (event.reporter, event.giver, event.taker) if p}, context)

    party = partial(_party_in, histories)
    items = items_before(reader, event, custody_context, context)
    allowed = [p.capacity_kg_per_year for p in party(event.taker, event.time).permits if p.holds(day_of(event.time))]
    capacity = None
    if event.taker and any(allowed):
        year = day_of(event.time).year
        taken = taken_in(reader, event.taker, _year(year), context)
        capacity = Capacity(sum(a for a in allowed if a), taken.get(year, (0.0, 0, 0))[0])
    return Knowledge(items, party, book.on(day_of(event.time)), capacity), custody_context


def _year(year: int) -> tuple[Instant, Instant]:
    first = datetime(year, 1, 1, tzinfo=UTC).date()
    return start_of(first), start_of(first.replace(year=year + 1))


def items_before(
    reader: QuestionReader, event: StoredEvent, custody_context: CustodyContext, context: Context
) -> dict[str, ItemAt]:
    """Return the items of an event as they were just before it, as known at `context.known_at`."""
    stored_events = StoredEvents(reader)
    known = {x: f for x, f in custody_context.facts.items() if x in set(event.item_ids)}
    masses = masses_of(stored_events, known)
    second_life = remade(known, stored_events, reader, context)
    return {x: _item_at(x, f, custody_context, event.time, masses.get(x), x in second_life) for x, f in known.items()}


def _item_at(
    item: str,
    facts: ItemFacts,
    custody_context: CustodyContext,
    t: Instant,
    mass_kg: float | None,
    is_second_life: bool,  # noqa: FBT001
) -> ItemAt:
    inside = tuple(sorted(custody_context.wholes(item, t)))
    custody_status = effective_custody(custody_context, item, t) if facts.first <= t else CustodyStatus("gap")
    # what is inside a whole again has ended all the same; on the day of an end the order is not known
    ends = [*(end for end, _, _ in facts.ends), *facts.consumptions]
    is_dead = bool(ends) and t > day_end(min(ends))
    left = not inside and last_vehicle(custody_context, item, t) not in (None, item)
    return ItemAt(item, facts.first <= t, facts.kind, custody_status, inside, is_dead, left, is_second_life, mass_kg)


# ---- the first that could have been refused

_REFUSABLE: Final = frozenset({"unqualified_receiver", "prohibited_use", "dead_item_active", "broken_handover"})


def first_refusable(
    reader: QuestionReader, case: ResponsibilityCase, context: Context, book: RuleBook
) -> Document | None:
    """Return the first hand-over of an item that could have been refused with the knowledge and rules of its day.

    The kind of the item is visible; the taker, the end of the item and its holder are as recorded by then. A giver that
    did not hold the item counts only if that is so by now as well, because reports come late.
    """
    hand_overs = [r for r in in_order(case.events) if r.moves_custody and r.time <= context.moment]
    for event in hand_overs[:MOST_HAND_OVERS]:
        narrowed = event.only_about(case.item)
        item_at = _as_known_that_day(reader, case, narrowed, hand_overs, context)
        histories = histories_of(
            reader, {event.reporter, event.giver, event.taker} - {""}, context._replace(known_at=event.time)
        )
        known = Knowledge({case.item: item_at}, partial(_party_in, histories), book.on(day_of(event.time)))
        findings = [f for f in precheck(narrowed, known) if _is_refusable(f, event)]
        if findings:
            return {
                "event": event.id,
                "time": format_instant(event.time),
                "giver": event.giver or None,
                "taker": event.taker or None,
                "findings": [finding_document(f) for f in findings],
            }
    return None


def _party_in(histories: Mapping[str, History], party: str, t: Instant) -> PartyAt:
    return histories[party].at(t) if party in histories else PartyAt(party)


def _is_refusable(finding: PrecheckFinding, event: StoredEvent) -> bool:
    """Return whether a finding could have been made then; a wrong code of the taker is visible without any report."""
    return finding.kind in _REFUSABLE or (finding.rule == CHECK_CHARACTERS and finding.party == event.taker)


def _as_known_that_day(
    reader: QuestionReader,
    case: ResponsibilityCase,
    event: StoredEvent,
    hand_overs: Sequence[StoredEvent],
    context: Context,
) -> ItemAt:
    """Return the item just before a hand-over: custody and end as recorded by then, the rest as known now."""
    item, before = case.item, event.time - 1
    current = _item_at(item, case.facts, case.custody_context, before, None, item in case.timeline.remade)
    of_that_day = context._replace(known_at=event.time)
    facts = reader.facts([item], event.time).get(item)
    custody_status = CustodyStatus("gap")
    if facts is not None and facts.first <= before:
        custody_status = effective_custody(fetch_custody_context(reader, [item], of_that_day), item, before)
    is_dead = facts is not None and (
        any(c <= before for c in facts.consumptions) or any(end <= before for end, _, _ in facts.ends)
    )
    is_simultaneous = any(
        r.time == event.time and event.giver in (r.taker, r.reporter) for r in hand_overs if r.id != event.id
    )
    is_broken = (
        bool(event.giver)
        and not is_simultaneous
        and all(_is_elsewhere(h, event.giver) for h in (custody_status, current.custody))
    )
    assumed = custody_status if is_broken else CustodyStatus("held", (event.giver,))
    return current._replace(is_known=True, custody=assumed, inside=(), is_dead=is_dead)


def _is_elsewhere(custody_status: CustodyStatus, party: str) -> bool:
    """Return whether another party is known to hold the item, and it is not in transit to this one."""
    return bool(custody_status.holders) and party not in custody_status.holders and party != custody_status.to
