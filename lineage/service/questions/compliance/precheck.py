"""Node control: events judged before they are reported, and the first hand-over that could have been refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from lineage.domain.compliance.duties import duties_of
from lineage.domain.compliance.party_history import PartyAt
from lineage.domain.compliance.precheck import CHECK_CHARACTERS, Capacity, ItemAt, Knowledge, PrecheckFinding, precheck
from lineage.domain.compliance.rule_sets import RuleBook, day_of, start_of
from lineage.domain.compliance.vehicle_of import last_vehicle
from lineage.domain.errors import InvalidEventError
from lineage.domain.events.models import Corrected
from lineage.domain.events.reading import read_event
from lineage.domain.events.stored_event import StoredEvent, in_order
from lineage.domain.graph import ItemFacts
from lineage.domain.instants import CHINA, Instant, format_instant
from lineage.domain.projection.custody import CustodyStatus
from lineage.domain.projection.effective_custody import CustodyContext, effective_custody
from lineage.exchange.jsonl import Line
from lineage.service.answers import Context, Document, build_answer
from lineage.service.evidence import fetched_context, histories_of
from lineage.service.ingest.load import LoadReport
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions.compliance.annual_intake import masses_of, taken_in
from lineage.service.questions.compliance.documents import duty_document
from lineage.service.questions.compliance.responsibility import ResponsibilityCase, remade
from lineage.service.questions.custody import custody_context
from lineage.stores.interface import QuestionReader, Store

MOST_EVENTS: Final = 1_000
"""Events of one check."""
MOST_HAND_OVERS: Final = 100
"""Hand-overs of one thing that are looked at for the first that could have been refused."""


def check(store: Store, lines: Iterable[Line], context: Context, book: RuleBook) -> Document:
    """What would be found if these events were reported now; each is judged against the store alone. Stores nothing."""
    outcome = LoadReport()
    reports = list(_read(lines, context, outcome))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        rows = [_judged(reader, line, report, context, book) for line, report in reports]
        own = {
            "checked": len(reports),
            "clear": sum(1 for row in rows if not row["findings"]),
            "rejected": outcome.rejected,
            "judgements": rows,
            "errors": outcome.errors,
        }
        return build_answer(state, context, own)

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


def _judged(reader: QuestionReader, line: int, report: StoredEvent, context: Context, book: RuleBook) -> Document:
    known, around = _knowledge(reader, report, context, book)
    world = fetched_context(reader, StoredEvents(reader), [report], around, context)
    own = [d for d in duties_of([report], book, world, context.now) if d.proof]
    found = precheck(report, known)
    found += [
        PrecheckFinding(
            "late_report", f"It was due on {d.due}.", None, d.holder, d.rule.id, d.rule.article, d.confidence
        )
        for d in own
        if d.status == "late"
    ]
    return {
        "line": line,
        "id": report.id,
        "type": report.type,
        "findings": [found_document(f) for f in found],
        "duties": [duty_document(d) | {"recorded": None, "proof": []} for d in own],
    }


def found_document(found: PrecheckFinding) -> Document:
    return {f: v or None for f, v in found._asdict().items()}


def _knowledge(
    reader: QuestionReader, report: StoredEvent, context: Context, book: RuleBook
) -> tuple[Knowledge, CustodyContext]:
    around = custody_context(reader, list(report.item_ids), context)
    histories = histories_of(reader, {p for p in (report.reporter, report.giver, report.taker) if p}, context)

    def party(party: str, t: Instant) -> PartyAt:
        return histories[party].at(t) if party in histories else PartyAt(party)

    items = items_then(reader, report, around, context)
    allowed = [p.capacity_kg_per_year for p in party(report.taker, report.time).permits if p.holds(day_of(report.time))]
    capacity = None
    if report.taker and any(allowed):
        year = day_of(report.time).year
        taken = taken_in(reader, report.taker, _year(year), context)
        capacity = Capacity(sum(a for a in allowed if a), taken.get(year, (0.0, 0, 0))[0])
    return Knowledge(items, party, book.on(day_of(report.time)), capacity), around


def _year(year: int) -> tuple[Instant, Instant]:
    first = datetime(year, 1, 1, tzinfo=UTC).date()
    return start_of(first), start_of(first.replace(year=year + 1))


def items_then(
    reader: QuestionReader, report: StoredEvent, around: CustodyContext, context: Context
) -> dict[str, ItemAt]:
    """The things of a report as they were just before it, as known at K."""
    reports = StoredEvents(reader)
    known = {x: f for x, f in around.facts.items() if x in set(report.item_ids)}
    masses = masses_of(reports, known)
    second = remade(known, reports, reader, context)
    return {x: _then(x, f, around, report.time, masses.get(x), x in second) for x, f in known.items()}


def _then(
    item: str,
    facts: ItemFacts,
    around: CustodyContext,
    t: Instant,
    mass_kg: float | None,
    is_second_life: bool,  # noqa: FBT001
) -> ItemAt:
    inside = tuple(sorted(around.wholes(item, t)))
    hands = effective_custody(around, item, t) if facts.first <= t else CustodyStatus("gap")
    is_dead = hands.status == "ended" or any(c <= t for c in facts.consumptions)
    left = not inside and last_vehicle(around, item, t) not in (None, item)
    return ItemAt(item, facts.first <= t, facts.kind, hands, inside, is_dead, left, is_second_life, mass_kg)


# ---- the first that could have been refused

_REFUSABLE: Final = frozenset({"unqualified_receiver", "prohibited_use", "dead_item_active", "broken_handover"})


def first_refusable(
    reader: QuestionReader, case: ResponsibilityCase, context: Context, book: RuleBook
) -> Document | None:
    """The first hand-over of a thing that could have been refused with what was known, and the rules, of its day.

    What the thing is anybody can see; who the taker is, whether the thing has ended and who holds it is what was
    recorded by then. A giver that did not hold it counts only if this is so to this day: reports come late.
    """
    hand_overs = [r for r in in_order(case.told) if r.moves_custody and r.time <= context.moment]
    for report in hand_overs[:MOST_HAND_OVERS]:
        alone = report.only_about(case.item)
        then = _that_day(reader, case, alone, hand_overs, context)
        histories = histories_of(
            reader, {report.reporter, report.giver, report.taker}, context._replace(known_at=report.time)
        )
        known = Knowledge({case.item: then}, lambda p, t, h=histories: h[p].at(t), book.on(day_of(report.time)))  # type: ignore[misc]
        found = [f for f in precheck(alone, known) if _is_refusable(f, report)]
        if found:
            return {
                "event": report.id,
                "time": format_instant(report.time),
                "giver": report.giver,
                "taker": report.taker,
                "findings": [found_document(f) for f in found],
            }
    return None


def _is_refusable(found: PrecheckFinding, report: StoredEvent) -> bool:
    """A stranger may only be told of late; that its code is wrong could be seen."""
    return found.kind in _REFUSABLE or (found.rule == CHECK_CHARACTERS and found.party == report.taker)


def _that_day(
    reader: QuestionReader,
    case: ResponsibilityCase,
    report: StoredEvent,
    hand_overs: Sequence[StoredEvent],
    context: Context,
) -> ItemAt:
    """The thing just before a hand-over, as it was known then where that is what counts."""
    item, before = case.item, report.time - 1
    now = _then(item, case.facts, case.around, before, None, item in case.course.remade)
    of_that_day = context._replace(known_at=report.time)
    facts = reader.facts([item], report.time).get(item)
    hands = CustodyStatus("gap")
    if facts is not None and facts.first <= before:
        hands = effective_custody(custody_context(reader, [item], of_that_day), item, before)
    is_dead = facts is not None and (
        any(c <= before for c in facts.consumptions) or any(end <= before for end, _, _ in facts.ends)
    )
    at_once = any(
        r.time == report.time and report.giver in (r.taker, r.reporter) for r in hand_overs if r.id != report.id
    )
    is_broken = not at_once and all(_is_elsewhere(h, report.giver) for h in (hands, now.custody))
    held = hands if is_broken else CustodyStatus("held", (report.giver,))
    return now._replace(is_known=True, custody=held, inside=(), is_dead=is_dead)


def _is_elsewhere(hands: CustodyStatus, party: str) -> bool:
    """Whether somebody is known to hold it, and not this party, and it is not on its way there."""
    return bool(hands.holders) and party not in hands.holders and party != hands.to
