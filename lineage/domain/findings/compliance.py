"""Findings by the rules of the day: reports that came late or not at all, receivers who may not (contract 6, 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lineage.domain.compliance.duties import Duty
from lineage.domain.compliance.eligibility import category_of, may_receive
from lineage.domain.compliance.rule_sets import RuleBook, after, day_of, start_of
from lineage.domain.compliance.vehicle_of import last_vehicle
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings.model import OPEN, Finding, ItemEvidence, RuleContext
from lineage.domain.graph import MOVED, Mention


def compliance(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield every finding that a rule of the day gives about the item."""
    if evidence.rules is None:
        return
    for duty in evidence.rules.duties:
        yield from _duty(evidence, duty, evidence.rules.book)
    for mention in evidence.mentions_as(MOVED):
        event = evidence.event(mention.event)
        if event is not None and mention.detail != "giver":
            yield from _unqualified_receiver(evidence, mention, event, evidence.rules)


def _duty(evidence: ItemEvidence, duty: Duty, book: RuleBook) -> Iterator[Finding]:
    """Yield a report that came late, or one that never came although another party saw the action.

    A missing side of a hand-over has kinds of its own (`custody.py`).
    """
    parties = [p for p in (duty.holder, duty.actor) if p]
    details = {"what": duty.step or duty.type, "due": duty.due.isoformat(), "rule": duty.rule.id}
    if duty.status == "late" and duty.recorded is not None and duty.items[:1] == (evidence.item,):
        interval, late = (duty.trigger, duty.recorded), {**details, "days": str(duty.days_late)}
        yield evidence.finding("late_report", duty.proof, interval, items=duty.items, parties=parties, details=late)
    if duty.status in ("overdue", "missing", "open") and not duty.proof and "inferred" in duty.doubts:
        rule = duty.rule
        missing_from = after(duty.due, rule.window or 30, rule.unit, book.calendar).day + timedelta(days=1)
        interval, due = (start_of(duty.due), OPEN), start_of(missing_from)
        yield evidence.finding("missing_report", [duty.event], interval, parties=parties, due=due, details=details)


def _unqualified_receiver(
    evidence: ItemEvidence, mention: Mention, event: StoredEvent, rules: RuleContext
) -> Iterator[Finding]:
    """Yield waste, a vehicle to scrap or a second-life unit that goes to a party that may not take it (domain 3.5)."""
    custody_context, rule_set = evidence.custody_context, rules.book.on(day_of(mention.time))
    if custody_context is None or rule_set is None or mention.party is None or not event.moves_custody:
        return
    before = mention.time - 1
    is_inside = any(e.since <= before < e.until for e in evidence.wholes)
    left = not is_inside and last_vehicle(custody_context, evidence.item, before) not in (None, evidence.item)
    category = category_of(event, evidence.facts.kind, left_a_vehicle=left, is_second_life=evidence.is_remade)
    if category is None:
        return
    receiver = rules.duty_context.party(mention.party, mention.time)
    verdict = may_receive(category, receiver, day_of(mention.time), rule_set)
    # a party that no event enrols is a finding of another kind
    if verdict.ok or verdict.reason == "unknown_party":
        return
    rule = "" if verdict.rule is None else verdict.rule.id
    details = {"taker": mention.party, "giver": mention.other or "", "why": verdict.message, "rule": rule}
    parties = [mention.party, mention.other]
    interval = (mention.time, mention.time)
    yield evidence.finding("unqualified_receiver", [mention.event], interval, parties=parties, details=details)
