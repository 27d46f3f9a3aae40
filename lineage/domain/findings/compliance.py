"""Findings by the rules of the day: reports that came late or not at all, receivers who may not (contract 6, 7)."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.domain.compliance.duties import Duty, DutyContext
from lineage.domain.compliance.eligibility import category_of, may_receive
from lineage.domain.compliance.rule_sets import RuleBook, after, day_of, start_of
from lineage.domain.compliance.vehicle_of import last_vehicle
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings.model import OPEN, Finding, ItemEvidence
from lineage.domain.graph import MOVED, Mention


def compliance(view: ItemEvidence) -> Iterator[Finding]:
    """Everything that a rule of the day has to say of the item."""
    if view.ruled is None:
        return
    book, world = view.ruled.book, view.ruled.world
    for duty in view.ruled.duties:
        yield from _duty(view, duty, book)
    for m in view.told(MOVED):
        report = view.ruled.told.get(m.event)
        if report is not None and m.detail != "giver":
            yield from _received(view, m, report, book, world)


def _duty(view: ItemEvidence, duty: Duty, book: RuleBook) -> Iterator[Finding]:
    """A report that came late; or one that was never made though somebody else saw the deed.

    The side of a hand-over that was never told has kinds of its own.
    """
    parties = [p for p in (duty.holder, duty.actor) if p]
    said = {"what": duty.step or duty.type, "due": duty.due.isoformat(), "rule": duty.rule.id}
    if duty.status == "late" and duty.recorded is not None and duty.items[:1] == (view.item,):
        span, said = (duty.trigger, duty.recorded), {**said, "days": str(duty.days_late)}
        yield view.finding("late_report", duty.proof, span, items=duty.items, parties=parties, said=said)
    if duty.status in ("overdue", "missing", "open") and not duty.proof and "inferred" in duty.doubts:
        rule = duty.rule
        given_up = after(duty.due, rule.window or 30, rule.unit, book.calendar).day
        span, due = (start_of(duty.due), OPEN), start_of(given_up)
        yield view.finding("missing_report", [duty.event], span, parties=parties, due=due, said=said)


def _received(
    view: ItemEvidence, m: Mention, report: StoredEvent, book: RuleBook, world: DutyContext
) -> Iterator[Finding]:
    """Waste, a vehicle to be scrapped or a second-life unit goes to somebody who may not take it (`domain.md` 3.5)."""
    around, on = view.around, book.on(day_of(m.time))
    if around is None or on is None or m.party is None or not report.moves_custody:
        return
    before = m.time - 1
    inside = any(e.since <= before < e.until for e in view.wholes)
    left = not inside and last_vehicle(around, view.item, m.time) not in (None, view.item)
    thing = category_of(report, view.facts.kind, left_a_vehicle=left, is_second_life=bool(view.inputs))
    if thing is None:
        return
    verdict = may_receive(thing, world.party(m.party, m.time), day_of(m.time), on)
    # whom nobody enrolled has a kind of its own
    if verdict.ok or verdict.reason in ("unknown_party", "private_party"):
        return
    rule = "" if verdict.rule is None else verdict.rule.id
    said = {"taker": m.party, "giver": str(m.other), "why": verdict.message, "rule": rule}
    parties = [m.party, str(m.other)]
    yield view.finding("unqualified_receiver", [m.event], (m.time, m.time), parties=parties, said=said)
