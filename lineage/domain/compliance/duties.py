"""Duties: which report was owed by whom until when, and whether it came (contract 6; domain 3.3, 3.4).

- The trigger's day in China is day 0 and selects the rule set, also for a window that ends under a later set.
- A report is its own trigger and its own proof. Where one side reported a hand-over, the other side owes its own
  report, and the report of the first side is the trigger.
- A replacement counts as reported when the event that it corrects was; a withdrawn event causes no duty.
- A party of unknown role falls under the first row that fits the action, with less confidence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple, Protocol

from lineage.domain.compliance.party_history import PRIVATE, PartyAt
from lineage.domain.compliance.rule_sets import Actor, Due, DutyRule, RuleBook, RuleSet, after, day_of, due_of, lower
from lineage.domain.events.stored_event import StoredEvent, in_order, is_one_sided, one_sided, other_side
from lineage.domain.graph import Mention
from lineage.domain.instants import Instant

Status = Literal["met", "late", "open", "overdue", "missing"]
STATUSES: Final = ("met", "late", "open", "overdue", "missing")


class DutyContext(Protocol):
    """The facts that duties need besides the events."""

    def kind_of(self, item: str) -> str:
        """Return the kind of an item, `unknown` where none is known."""
        ...

    def party(self, party: str, t: Instant) -> PartyAt:
        """Return who a party was at `t`."""
        ...

    def vehicle_maker(self, report: StoredEvent) -> str | None:
        """Return the maker of the vehicle that the event is about; None where it is not known."""
        ...


class Duty(NamedTuple):
    """A report that a party owes.

    `holder` owes it; `actor` did the action and informs the holder (often the same). `event` triggered it at `trigger`;
    `due` is the last day in time. `proof` are the events that met it, however late, first received at `recorded`.
    `days_late` counts calendar days after `due`, 0 if in time. `doubts` name what lowered the confidence. `settled` is
    the last day on which the status can still change without a report, None if it cannot.
    """

    rule: DutyRule
    rule_set: RuleSet
    holder: str | None
    actor: str | None
    items: tuple[str, ...]
    event: str
    type: str
    step: str
    trigger: Instant
    due: date
    status: Status
    days_late: int
    proof: tuple[str, ...]
    recorded: Instant | None
    confidence: str
    doubts: tuple[str, ...]
    settled: date | None


class _ApplicableRule(NamedTuple):
    """The row that requires a report, its rule set, and who owes the report by that row."""

    rules: RuleSet
    rule: DutyRule
    holder: str | None


class _Owed(NamedTuple):
    """A report that some rule may require, before the rule is selected."""

    report: StoredEvent
    actor: Actor
    party: str | None
    items: tuple[str, ...]
    is_reported: bool


class OtherReports(NamedTuple):
    """Reports that trigger no duty themselves, and decide whether others met one.

    `hand_overs`: mentions in the role `moved` of the items of one-sided hand-overs; `events`: those that name an item
    of a sighting.
    """

    hand_overs: Sequence[Mention] = ()
    events: Sequence[StoredEvent] = ()


ALONE: Final = OtherReports()


def duties_of(
    reports: Iterable[StoredEvent],
    book: RuleBook,
    duty_context: DutyContext,
    now: Instant,
    others: OtherReports = ALONE,
) -> list[Duty]:
    """Return the duties that these events trigger, as they stand at `now`, by trigger, event, rule, holder and items.

    Sides of one hand-over, a sale and its registration are matched among these events and `others`: together they have
    to be all events of each item concerned, see `needs_hand_overs` and `needs_events`.
    """
    events = in_order(reports)
    owed = [o for r in events for o in _reported(r)]
    for gap in one_sided(events, others.hand_overs):
        actor: Actor = "giver" if gap.missing == "giver" else "taker"
        owed.append(_Owed(gap.report, actor, getattr(gap.report, actor), gap.items, is_reported=False))
    duties = _judged(owed, book, duty_context, now)
    duties += _witnessed(events, {r.id: r for r in (*others.events, *events)}.values(), book, duty_context, now)
    return sorted(duties, key=_place)


def reported_duties_of(
    reports: Iterable[StoredEvent], book: RuleBook, duty_context: DutyContext, now: Instant
) -> list[Duty]:
    """Return those of `duties_of` that the reports themselves meet, whatever else was reported."""
    return sorted(_judged([o for r in reports for o in _reported(r)], book, duty_context, now), key=_place)


def needs_hand_overs(report: StoredEvent, book: RuleBook) -> bool:
    """Return whether the duties of an event depend on other hand-overs of its items."""
    missing = other_side(report)
    return is_one_sided(report) and any(r.actor == missing for r in rules_concerning(report, book))


def needs_events(report: StoredEvent, book: RuleBook) -> bool:
    """Return whether the duties of an event depend on all other events of its items: it may witness an action."""
    return report.type == "inspected" and any(report.step in r.witness for r in rules_concerning(report, book))


def _place(duty: Duty) -> tuple[Instant, str, str, str, tuple[str, ...]]:
    return duty.trigger, duty.event, duty.rule.id, duty.holder or "", duty.items


def _judged(owed: Iterable[_Owed], book: RuleBook, duty_context: DutyContext, now: Instant) -> list[Duty]:
    return [d for o in owed if o.party and not o.party.startswith(PRIVATE) and (d := _duty(o, book, duty_context, now))]


def _reported(report: StoredEvent) -> list[_Owed]:
    """Return the reports that an event is: of its reporter, and of the sides for which it speaks."""
    return [
        _Owed(report, "reporter", report.reporter, report.item_ids, is_reported=True),
        *(_sides(report) if report.moves_custody else ()),
    ]


def _sides(report: StoredEvent) -> list[_Owed]:
    """Return the reports owed by the sides that reported a hand-over: by both, if it was reported for both."""
    sides: tuple[Actor, ...] = ("giver", "taker")
    return [
        _Owed(report, side, getattr(report, side), report.item_ids, is_reported=True)
        for side in sides
        if report.side in (side, "both")
    ]


def _duty(owed: _Owed, book: RuleBook, duty_context: DutyContext, now: Instant) -> Duty | None:
    report = owed.report
    rules = book.on(day_of(report.time))
    duties = None if rules is None else _fitting(owed, rules, duty_context)
    if rules is None or duties is None:
        return None
    rule, doubts = duties
    due = due_of(rule, day_of(report.time), book.calendar)
    holder, more = _holder(owed, rule, duty_context)
    return _stated(owed, _ApplicableRule(rules, rule, holder), due, (*doubts, *more), book, now)


def _fitting(owed: _Owed, rules: RuleSet, duty_context: DutyContext) -> tuple[DutyRule, tuple[str, ...]] | None:
    """Return the first row that fits, with doubts; a row that fits but for the roles only if none fits completely."""
    kinds = {kind or duty_context.kind_of(i) for i, kind in owed.report.kinds.items()}
    rows = [r for r in rules.duties if r.actor == owed.actor and _fits(r, owed.report, kinds)]
    if not rows:
        return None
    party = duty_context.party(owed.party or "", owed.report.time)
    for row in rows:
        if not row.roles or not party.roles.isdisjoint(row.roles):
            return row, ()
    for row in rows:
        if not party.roles:
            return row, ("role_unknown",)
        if not row.strict:
            return row, ("other_role",)
    return None


def _fits(rule: DutyRule, report: StoredEvent, kinds: set[str]) -> bool:
    return (
        (not rule.types or report.type in rule.types)
        and (not rule.steps or report.step in rule.steps)
        and (not rule.kinds or not kinds.isdisjoint(rule.kinds))
    )


def _holder(owed: _Owed, rule: DutyRule, duty_context: DutyContext) -> tuple[str | None, tuple[str, ...]]:
    """Return who owes the report, with doubts: for a network the maker of the vehicle, else who did the action."""
    if rule.holder != "vehicle_maker":
        return owed.party, ()
    if owed.party and "VEHICLE_MAKER" in duty_context.party(owed.party, owed.report.time).roles:
        return owed.party, ()
    maker = duty_context.vehicle_maker(owed.report)
    return (maker, ()) if maker is not None else (owed.party, ("vehicle_maker_unknown",))


def _stated(owed: _Owed, row: _ApplicableRule, due: Due, doubts: tuple[str, ...], book: RuleBook, now: Instant) -> Duty:
    report, rule = owed.report, row.rule
    recorded = report.first_recorded if owed.is_reported else None
    status, days_late, settled = status_at(rule, due.day, recorded, now, book)
    doubts += () if due.sure else ("calendar_unknown",)
    confidence = lower(rule.confidence, "M") if doubts else rule.confidence
    doubts += ("window_assumed",) if rule.assumed else ()
    return Duty(
        rule, row.rules, row.holder, owed.party, owed.items, report.id, report.type, report.step, report.time, due.day,
        status, days_late, (report.id,) if owed.is_reported else (), recorded, confidence, doubts, settled,
    )  # fmt: skip


def status_at(
    rule: DutyRule, due: date, recorded: Instant | None, now: Instant, book: RuleBook
) -> tuple[Status, int, date | None]:
    """Return the status of a duty at `now`, the days late, and the last day on which that can change by itself.

    A report that has not come is open until it is due, then overdue for as long as its window was, then missing.
    """
    if recorded is not None and recorded <= now:
        late = (day_of(recorded) - due).days
        return ("late", late, None) if late > 0 else ("met", 0, None)
    today = day_of(now)
    given_up = after(due, rule.window or 30, rule.unit, book.calendar).day
    if today <= due:
        return "open", 0, given_up
    if today <= given_up:
        return "overdue", (today - due).days, given_up
    return "missing", (today - due).days, None


def _witnessed(
    sightings: Iterable[StoredEvent],
    events: Collection[StoredEvent],
    book: RuleBook,
    duty_context: DutyContext,
    now: Instant,
) -> list[Duty]:
    """Return duties whose action was not reported, but shows in an inspection: a registration without a sale."""
    duties = []
    for sighting in sightings:
        rules = book.on(day_of(sighting.time))
        if sighting.type != "inspected" or rules is None:
            continue
        for rule in (r for r in rules.duties if sighting.step and sighting.step in r.witness):
            items = tuple(
                i
                for i in sighting.item_ids
                if _is_kind(i, rule, duty_context) and not _was_reported(i, sighting, rule, events)
            )
            if items:
                owed = _Owed(sighting, "reporter", None, items, is_reported=False)
                holder, doubts = _holder(owed, rule, duty_context)
                due = due_of(rule, day_of(sighting.time), book.calendar)
                duties.append(
                    _stated(owed, _ApplicableRule(rules, rule, holder), due, ("inferred", *doubts), book, now)
                )
    return duties


def rules_concerning(report: StoredEvent, book: RuleBook) -> list[DutyRule]:
    """Return the rows of the day's rule set that an event may trigger or meet, with any parties."""
    rules = book.on(day_of(report.time))
    rows = () if rules is None else rules.duties
    return [
        r
        for r in rows
        if (report.step and report.step in r.witness)
        or ((not r.types or report.type in r.types) and (not r.steps or report.step in r.steps))
    ]


def _is_kind(item: str, rule: DutyRule, duty_context: DutyContext) -> bool:
    return not rule.kinds or duty_context.kind_of(item) in rule.kinds


def _was_reported(item: str, sighting: StoredEvent, rule: DutyRule, events: Iterable[StoredEvent]) -> bool:
    """Return whether such an action on the item was reported, or an earlier sighting already stands for it."""
    for r in events:
        if r.type in rule.types and r.step in rule.steps and item in r.item_ids:
            return True
        is_sighting = r.type == "inspected" and r.step in rule.witness and item in r.item_ids
        if is_sighting and (r.time, r.id) < (sighting.time, sighting.id):
            return True
    return False
