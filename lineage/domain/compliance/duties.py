"""Duties: which report was owed by whom until when, and whether it came (contract 6; domain 3.3, 3.4).

- The trigger's day in China is day 0 and chooses the rule set; a window that runs on keeps its set.
- A report that was made is its own trigger and its own proof. Where one side told a hand-over, the other side owes
  its own report, and the telling is the trigger.
- What a correction put in counts as reported when what it mends was; what was withdrawn owes nothing.
- Somebody of whom nothing is known falls under the first row that fits the deed, with less confidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple, Protocol

from lineage.domain.compliance.party_history import PRIVATE, PartyAt
from lineage.domain.compliance.rule_sets import Actor, Due, DutyRule, RuleBook, RuleSet, after, day_of, due_of, lower
from lineage.domain.events.stored_event import StoredEvent, in_order, one_sided
from lineage.domain.instants import Instant

Status = Literal["met", "late", "open", "overdue", "missing"]
STATUSES: Final = ("met", "late", "open", "overdue", "missing")


class DutyContext(Protocol):
    """What duties need to know beside the reports."""

    def kind_of(self, item: str) -> str: ...
    def party(self, party: str, t: Instant) -> PartyAt:
        """Who a party was at a moment."""
        ...

    def vehicle_maker(self, report: StoredEvent) -> str | None:
        """The maker of the vehicle that the report is about, as far as that is known."""
        ...


class Duty(NamedTuple):
    """A report that somebody owed.

    `holder` owes it; `actor` did the deed and tells the holder (often the same). `event` triggered it at `trigger`;
    `due` is the last day in time. `proof` are the reports that met it, however late. `days_late` counts calendar days
    after `due`, 0 if in time. `doubts` say what lowered the confidence. `settled` is the last day on which the status
    can still change without a report, None if it cannot.
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


class _Row(NamedTuple):
    """The row that asks for a report, its set, and who owes it by that row."""

    rules: RuleSet
    rule: DutyRule
    holder: str | None


class _Owed(NamedTuple):
    """A report that some rule may ask for, before the rule is known."""

    report: StoredEvent
    actor: Actor
    party: str | None
    items: tuple[str, ...]
    is_told: bool


def duties_of(reports: Iterable[StoredEvent], book: RuleBook, world: DutyContext, now: Instant) -> list[Duty]:
    """The duties that these reports trigger or meet, as they stand at `now`, in the order of their triggers.

    Sides of one hand-over, a sale and its registration are matched among these: give all that name a thing.
    """
    ordered = in_order(reports)
    owed = [_Owed(r, "reporter", r.reporter, r.item_ids, is_told=True) for r in ordered]
    owed += [o for r in ordered if r.moves_custody for o in _sides(r)]
    for gap in one_sided(ordered):
        actor: Actor = "giver" if gap.missing == "giver" else "taker"
        owed.append(_Owed(gap.report, actor, getattr(gap.report, actor), gap.items, is_told=False))
    found = [d for o in owed if not (o.party or "").startswith(PRIVATE) and (d := _duty(o, book, world, now))]
    found += _witnessed(ordered, book, world, now)
    return sorted(found, key=lambda d: (d.trigger, d.event, d.rule.id, d.holder or ""))


def _sides(report: StoredEvent) -> list[_Owed]:
    """What those who told a hand-over owed: both, if it was told for both."""
    sides: tuple[Actor, ...] = ("giver", "taker")
    return [
        _Owed(report, side, getattr(report, side), report.item_ids, is_told=True)
        for side in sides
        if report.side in (side, "both")
    ]


def _duty(owed: _Owed, book: RuleBook, world: DutyContext, now: Instant) -> Duty | None:
    report = owed.report
    rules = book.on(day_of(report.time))
    found = None if rules is None else _fitting(owed, rules, world)
    if rules is None or found is None:
        return None
    rule, doubts = found
    due = due_of(rule, day_of(report.time), book.calendar)
    holder, more = _holder(owed, rule, world)
    return _stated(owed, _Row(rules, rule, holder), due, (*doubts, *more), book, now)


def _fitting(owed: _Owed, rules: RuleSet, world: DutyContext) -> tuple[DutyRule, tuple[str, ...]] | None:
    """The first row that fits; one that fits but for the party's roles only if none fits wholly."""
    kinds = {kind or world.kind_of(i) for i, kind in owed.report.kinds.items()}
    rows = [r for r in rules.duties if r.actor == owed.actor and _fits(r, owed.report, kinds)]
    if not rows:
        return None
    party = world.party(owed.party or "", owed.report.time)
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


def _holder(owed: _Owed, rule: DutyRule, world: DutyContext) -> tuple[str | None, tuple[str, ...]]:
    """Who owes the report: for a network the maker of the vehicle, else who did the deed."""
    if rule.holder != "vehicle_maker":
        return owed.party, ()
    if owed.party and "VEHICLE_MAKER" in world.party(owed.party, owed.report.time).roles:
        return owed.party, ()
    maker = world.vehicle_maker(owed.report)
    return (maker, ()) if maker is not None else (owed.party, ("vehicle_maker_unknown",))


def _stated(owed: _Owed, row: _Row, due: Due, doubts: tuple[str, ...], book: RuleBook, now: Instant) -> Duty:
    report, rule = owed.report, row.rule
    recorded = report.first_recorded if owed.is_told else None
    status, days_late, settled = stands(rule, due.day, recorded, now, book)
    doubts += () if due.sure else ("calendar_unknown",)
    confidence = lower(rule.confidence, "M") if doubts else rule.confidence
    doubts += ("window_assumed",) if rule.assumed else ()
    return Duty(
        rule, row.rules, row.holder, owed.party, owed.items, report.id, report.type, report.step, report.time, due.day,
        status, days_late, (report.id,) if owed.is_told else (), recorded, confidence, doubts, settled,
    )  # fmt: skip


def stands(
    rule: DutyRule, due: date, recorded: Instant | None, now: Instant, book: RuleBook
) -> tuple[Status, int, date | None]:
    """How a duty stands at `now`: its status, the days late, and the last day on which that can change by itself.

    What has not come is open until it is due, then overdue for as long as its window was, then missing.
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


def _witnessed(ordered: Sequence[StoredEvent], book: RuleBook, world: DutyContext, now: Instant) -> list[Duty]:
    """Duties whose deed shows in what somebody else saw, while nobody reported it: a registration without a sale."""
    found = []
    for seen in ordered:
        rules = book.on(day_of(seen.time))
        if seen.type != "inspected" or rules is None:
            continue
        for rule in (r for r in rules.duties if seen.step and seen.step in r.witness):
            items = tuple(
                i for i in seen.item_ids if _is_kind(i, rule, world) and not _was_reported(i, seen, rule, ordered)
            )
            if items:
                owed = _Owed(seen, "reporter", None, items, is_told=False)
                holder, doubts = _holder(owed, rule, world)
                due = due_of(rule, day_of(seen.time), book.calendar)
                found.append(_stated(owed, _Row(rules, rule, holder), due, ("inferred", *doubts), book, now))
    return found


def _is_kind(item: str, rule: DutyRule, world: DutyContext) -> bool:
    return not rule.kinds or world.kind_of(item) in rule.kinds


def _was_reported(item: str, seen: StoredEvent, rule: DutyRule, ordered: Iterable[StoredEvent]) -> bool:
    """Whether such a deed of the thing was reported, or another sighting already stands for it."""
    for r in ordered:
        if item in r.item_ids and r.type in rule.types and r.step in rule.steps:
            return True
        is_sighting = r.type == "inspected" and r.step in rule.witness and item in r.item_ids
        if is_sighting and (r.time, r.id) < (seen.time, seen.id):
            return True
    return False
