"""Eligibility of receivers: whether a party may take an item on a day (contract 7; domain 3.5)."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, NamedTuple

from lineage.domain.compliance.party_history import PartyAt
from lineage.domain.compliance.rule_sets import ReceiverRule, RuleSet
from lineage.domain.events.stored_event import StoredEvent

Category = Literal["waste", "vehicle", "second_life"]
_BATTERIES: Final = frozenset({"cell", "module", "pack"})
WASTE_STEPS: Final = frozenset({"collection", "recycling", "disposal"})
SERVICE_STEPS: Final = frozenset(
    {"swap", "repair", "replacement", "delivery", "sale", "second_life_sale", "registration", "storage", "grading"}
)
"""A battery that has left a vehicle is not waste where it is handed over for one of these."""


class Verdict(NamedTuple):
    """Whether the party may take it: then `reason` is empty. `rule` is the one that permits it, or that it fails."""

    reason: str
    rule: ReceiverRule | None
    message: str

    @property
    def ok(self) -> bool:
        """Whether the party may take it."""
        return not self.reason


def category_of(report: StoredEvent, kind: str, *, left_a_vehicle: bool, is_second_life: bool) -> Category | None:
    """Return the category as which an item is handed over; None where no rule restricts its receivers.

    `left_a_vehicle`: it was in a vehicle and is in none now. `is_second_life`: it was re-made of used batteries.
    """
    if kind == "vehicle":
        return "vehicle" if report.step == "scrapping" else None
    if kind not in _BATTERIES and kind != "lot":
        return None
    if kind in _BATTERIES and report.step in WASTE_STEPS:
        return "waste"
    if is_second_life:
        return "second_life"
    return "waste" if left_a_vehicle and report.step not in SERVICE_STEPS and kind in _BATTERIES else None


def may_receive(category: Category, receiver: PartyAt, day: date, rules: RuleSet) -> Verdict:
    """Return whether a party, as it was on that day, may take an item of the category by the rules of that day.

    Reasons: `prohibited_use`, `private_party`, `unknown_party`, `ceased`, `role`, `permit_missing`, `permit_not_valid`.
    """
    rows = [r for r in rules.receivers if category in r.categories]
    never = next((r for r in rows if not receiver.roles.isdisjoint(r.never)), None)
    if never is not None:
        return Verdict("prohibited_use", never, f"{', '.join(never.never)} may not take it: {never.article}.")
    rows = [r for r in rows if r.roles]
    if not rows:
        return Verdict("", None, "No rule says who may take it.")
    if receiver.is_private:
        return Verdict("private_party", rows[0], "A private person may not take it.")
    if not receiver.enrolled:
        return Verdict("unknown_party", rows[0], "The taker is not enrolled on that day.")
    if receiver.is_gone:
        return Verdict("ceased", rows[0], f"The taker's status is {receiver.status!r}.")
    return _by_role(rows, receiver, day)


def _by_role(rows: list[ReceiverRule], receiver: PartyAt, day: date) -> Verdict:
    fitting = [r for r in rows if not receiver.roles.isdisjoint(r.roles)]
    if not fitting:
        wanted = sorted({role for r in rows for role in r.roles})
        held = ", ".join(sorted(receiver.roles)) or "no role"
        return Verdict("role", rows[0], f"The taker is {held}; it takes one of {', '.join(wanted)}.")
    for row in fitting:
        if not row.permits or any(p.kind in row.permits and p.holds(day) for p in receiver.permits):
            return Verdict("", row, row.name)
    row = fitting[0]
    if any(p.kind in row.permits for p in receiver.permits):
        return Verdict("permit_not_valid", row, f"Its permit ({', '.join(row.permits)}) does not hold on {day}.")
    return Verdict("permit_missing", row, f"It has no permit of the kind {', '.join(row.permits)}.")
