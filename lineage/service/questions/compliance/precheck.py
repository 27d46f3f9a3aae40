"""The check of events before they are reported: what a load would newly find (contract 9, law 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Final

from lineage.domain.compliance.duties import Duty, duties_of
from lineage.domain.compliance.party_history import PartyAt
from lineage.domain.compliance.refusals import ItemAt, Objection, objection_to_taker, unknown_party
from lineage.domain.compliance.rule_sets import RuleBook, day_of, start_of
from lineage.domain.compliance.vehicle_of import last_vehicle
from lineage.domain.errors import InvalidEventError, TimeLimitError
from lineage.domain.events.corrections import replacement_id
from lineage.domain.events.models import Event
from lineage.domain.events.participants import items_of, parties_of
from lineage.domain.events.reading import read_event
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings import Finding, sentence
from lineage.domain.instants import CHINA, Instant
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.exchange.jsonl import Line
from lineage.service.answers import Context, Document, Truncation, build_answer
from lineage.service.evidence import fetched_context, histories_of, remade
from lineage.service.findings.evaluation import FindingEvaluator
from lineage.service.findings.materialization import Concerned, concerned_by
from lineage.service.findings.neighbours import affected_by
from lineage.service.ingest.append import Incoming
from lineage.service.ingest.load import LoadReport
from lineage.service.ingest.preview import Preview, Previewed, read_with_preview
from lineage.service.journal_reads import StoredEvents, correction_status_of, events_of_entry
from lineage.service.questions.compliance.annual_intake import masses_of, taken_in
from lineage.service.questions.compliance.documents import duty_document
from lineage.service.questions.compliance.refusals import objection_document
from lineage.stores.interface import EvidenceReader, QuestionReader, Store

MOST_EVENTS: Final = 1_000
"""Events of one check."""
MOST_FOUND: Final = 1_000
"""Findings listed for one event."""
_PAGE: Final = 500
_ACCUSING: Final = frozenset({"broken_handover", "unqualified_receiver", "late_report", "unknown_party"})
"""Kinds of findings whose first party is the one that something is wrong with."""


def check(store: Store, lines: Iterable[Line], context: Context, book: RuleBook) -> Document:
    """Answer with the findings that would be new once each of these events, alone, were loaded now. Stores nothing.

    Events for which the time does not suffice are left out, and the answer states how many.
    """
    incoming: list[Incoming] = []
    refused = LoadReport()
    for line in lines:
        reading = _read(line, context, refused)
        if reading is not None:
            incoming.append(reading)

    def work(reader: QuestionReader, preview: Preview) -> Document:
        checked = _Check(reader, preview, context, book, refused)
        cut = checked.run(incoming)
        fields = {
            "checked": len(checked.rows),
            "clear": sum(1 for row in checked.rows if not row["findings"]),
            "rejected": checked.refused.rejected,
            "judgements": checked.rows,
            "errors": checked.refused.errors,
        }
        return build_answer(reader.state(), context, fields, cut=cut)

    return read_with_preview(store, context.now, work)


def _read(line: Line, context: Context, refused: LoadReport) -> Incoming | None:
    """Return the event of a line; None where it is refused."""
    if line.error is not None:
        refused.refuse(line.number, [line.error])
        return None
    today = datetime.fromtimestamp(context.now / 1000, UTC).astimezone(CHINA).date()
    try:
        reading = read_event(line.document, today=today, allow_recorded=False, now=context.now)
    except InvalidEventError as error:
        refused.refuse(line.number, list(error.notices))
        return None
    return Incoming(line.number, reading, None, None)


class _Check:
    """One check over one state of the store. `refused`: also the events whose id is that of another event."""

    def __init__(
        self, reader: QuestionReader, preview: Preview, context: Context, book: RuleBook, refused: LoadReport
    ) -> None:
        self._reader, self._preview, self._context, self._book = reader, preview, context, book
        self._now = max(context.now, reader.state().recorded + 1)
        """When the events would be accepted, milliseconds UTC: commits follow each other also under a slow clock."""
        self._before = FindingEvaluator(reader, None, book, context.check)
        self.refused = LoadReport(rejected=refused.rejected, errors=list(refused.errors))
        self.rows: list[Document] = []

    def run(self, incoming: list[Incoming]) -> Truncation | None:
        """Judge one event after the other until the time is over; return what was left out, if anything."""
        for n, one in enumerate(incoming):
            if self._context.deadline_passed() or not self._judged_in_time(one):
                left_out = incoming[n:]
                return Truncation("time_limit", [i.reading.event.id for i in left_out], len(left_out))
        return None

    def _judged_in_time(self, incoming: Incoming) -> bool:
        try:
            self._judge(incoming)
        except TimeLimitError:
            return False
        return True

    def _judge(self, incoming: Incoming) -> None:
        event, previewed = incoming.reading.event, self._preview(incoming)
        if previewed.result.conflicts:
            self.refused.refuse(incoming.line, [notice for _, notice in previewed.result.conflicts])
            return
        in_force = self._in_force(previewed.reader, event)
        surroundings = {one.id: self._surroundings(previewed.reader, one) for one in in_force}
        duties = [duty for one in in_force for duty in self._duties(previewed.reader, one, surroundings[one.id])]
        found = [objection for one in in_force for objection in self._unknown_items(one)]
        found += [_objection(f, duties, self._book) for f in self._new_findings(previewed)]
        found += [o for one in in_force for o in self._unfit_taker(previewed.reader, one, surroundings[one.id])]
        found += [objection for one in in_force for objection in self._over_capacity(one)]
        self.rows.append(
            {
                "line": incoming.line,
                "id": event.id,
                "type": event.type,
                "findings": [objection_document(objection) for objection in found[:MOST_FOUND]],
                "duties": [duty_document(duty) | {"recorded": None, "proof": []} for duty in duties],
            }
        )

    @staticmethod
    def _in_force(after: EvidenceReader, event: Event) -> list[StoredEvent]:
        """Return what of the event counts once it is loaded: itself, and of a correction its replacement."""
        ids = [replacement_id(event.id)] if event.type == "corrected" else [event.id]
        status = correction_status_of(after, ids, None)
        return list(StoredEvents(after).of(i for i in ids if status.in_force(i)).values())

    # ---- findings

    def _new_findings(self, previewed: Previewed) -> list[Finding]:
        """Return the findings that are not there before, in the order of the list of findings."""
        if not previewed.result.entries:
            return []
        after = FindingEvaluator(previewed.reader, None, self._book, self._context.check)
        concerned = concerned_by(previewed.reader, previewed.result.entries)
        items = affected_by(previewed.reader, concerned.items) | self._naming(concerned)
        found: list[Finding] = []
        ids = sorted(items)
        for start in range(0, len(ids), _PAGE):
            page = ids[start : start + _PAGE]
            before = dict(self._before.items(page))
            for place, findings in after.items(page):
                found += self._fresh(findings, before.get(place, []))
        corrections = dict(self._before.corrections(concerned.corrections))
        for place, findings in after.corrections(concerned.corrections):
            found += self._fresh(findings, corrections.get(place, []))
        return found

    def _fresh(self, findings: list[Finding], before: list[Finding]) -> list[Finding]:
        """Return the findings that are due now and were not listed before."""
        listed = {(f.key, f.regions) for f in before if f.due <= self._now}
        return [f for f in findings if f.due <= self._now and (f.key, f.regions) not in listed]

    def _naming(self, concerned: Concerned) -> set[str]:
        """Return the items of every event that names one of the parties whose enrolment changes."""
        items: set[str] = set()
        after = 0
        while concerned.parties and (entries := self._reader.entries(after, _PAGE)):
            self._context.check()
            for event in (event for entry in entries for event in events_of_entry(entry)):
                if not concerned.parties.isdisjoint(parties_of(event)):
                    items.update(items_of(event))
            after = entries[-1].position
        return items

    # ---- what no kind of finding is about

    def _unknown_items(self, event: StoredEvent) -> Iterator[Objection]:
        """Yield the items that the event does not bring into being and that no event names by then."""
        named = [i for i in event.item_ids if event.declared(i) is None]
        facts = self._reader.facts(named, None)
        for item in named:
            if item not in facts or facts[item].first > event.time:
                yield Objection("unknown_item", "No event names this item by then.", item)

    def _over_capacity(self, event: StoredEvent) -> Iterator[Objection]:
        """Yield the taker if the event, with earlier ones, exceeds what its permits allow in the year."""
        if not event.taker or not event.moves_custody:
            return
        day = day_of(event.time)
        taker: PartyAt = histories_of(self._reader, [event.taker], self._context)[event.taker].at(event.time)
        allowed = sum(p.capacity_kg_per_year for p in taker.permits if p.holds(day) and p.capacity_kg_per_year)
        if not allowed:
            return
        facts = self._reader.facts(event.item_ids, None)
        coming = sum(masses_of(StoredEvents(self._reader), facts).values())
        taken = taken_in(self._reader, event.taker, _year(day.year), self._context).get(day.year, (0.0, 0, 0))[0]
        if taken + coming > allowed:
            message = (
                f"It may take {allowed:,.0f} kg a year; it has taken {taken:,.0f} kg, and {coming:,.0f} kg would come."
            )
            yield Objection("over_capacity", message, party=event.taker)

    def _unfit_taker(
        self, after: EvidenceReader, event: StoredEvent, custody_context: CustodyContext
    ) -> Iterator[Objection]:
        """Yield the items that the taker may not take, of a giver's report: a load finds so by the receipt only."""
        if event.side != "giver" or not event.taker or not event.moves_custody:
            return
        facts = {x: f for x, f in custody_context.facts.items() if x in event.item_ids}
        of_used = remade(facts, StoredEvents(after), after, self._context)
        taker = histories_of(after, [event.taker], self._context)[event.taker].at(event.time)
        before, rules = event.time - 1, self._book.on(day_of(event.time))
        for x, f in facts.items():
            vehicle = None if custody_context.wholes(x, before) else last_vehicle(custody_context, x, before)
            item = ItemAt(x, f.kind, left_a_vehicle=vehicle not in (None, x), is_second_life=x in of_used)
            unfit = objection_to_taker(event, item, taker, rules)
            if unfit is not None:
                yield unfit._replace(kind="unfit_taker")

    # ---- duties

    def _surroundings(self, after: EvidenceReader, event: StoredEvent) -> CustodyContext:
        return CustodyContext(*after.custody_rows(event.item_ids, None), self._context.check)

    def _duties(self, after: EvidenceReader, event: StoredEvent, custody_context: CustodyContext) -> list[Duty]:
        """Return the duties that the report meets, in time or late."""
        stored_events = StoredEvents(after)
        duty_context = fetched_context(after, stored_events, [event], custody_context, self._context, self._book)
        return [d for d in duties_of([event], self._book, duty_context, self._now) if d.proof]


def _year(year: int) -> tuple[Instant, Instant]:
    first = date(year, 1, 1)
    return start_of(first), start_of(first.replace(year=year + 1))


def _objection(finding: Finding, duties: list[Duty], book: RuleBook) -> Objection:
    """Return a finding as the check names it: the item and the party that it is about first, and its rule, if any."""
    text = sentence(finding)["en"]
    details: Mapping[str, str] = dict(finding.details)
    if finding.kind == "unknown_party":
        return unknown_party(finding.parties[0], text)._replace(item=finding.items[0])
    party = finding.parties[0] if finding.kind in _ACCUSING else None
    item = finding.items[0] if finding.items else None
    rule = details.get("rule")
    confidence = next((d.confidence for d in duties if d.rule.id == rule and d.status == "late"), None)
    source = None if rule is None else book.source_of(rule)
    if source is None:
        return Objection(finding.kind, text, item, party)
    return Objection(finding.kind, text, item, party, source.id, source.article, confidence or source.confidence)
