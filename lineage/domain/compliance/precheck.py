"""What would be found if a report were made: judged against what is known, nothing stored (contract 6, 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from lineage.domain.compliance.eligibility import Verdict, category_of, may_receive
from lineage.domain.compliance.party_history import PartyAt
from lineage.domain.compliance.rule_sets import RuleSet, day_of
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.instants import Instant
from lineage.domain.projection.custody import CustodyStatus

MOST_FOUND: Final = 1_000
CHECK_CHARACTERS: Final = "GB 32100-2015"
"""The rule that anybody can hold a credit code to."""
_WRONG_CODE: Final = frozenset({"uscc_check_character", "uscc_organisation_check"})
_BATTERIES: Final = frozenset({"cell", "module", "pack"})


class ItemAt(NamedTuple):
    """A thing just before the report. `inside`: the wholes that it is directly in; `is_dead`: ended or consumed."""

    id: str
    is_known: bool = False
    kind: str = "unknown"
    hands: CustodyStatus = CustodyStatus("gap")
    inside: tuple[str, ...] = ()
    is_dead: bool = False
    left_a_vehicle: bool = False
    is_second_life: bool = False
    mass_kg: float | None = None

    @property
    def is_lot(self) -> bool:
        """Whether it can be given and used in parts."""
        return self.kind == "lot"


class PrecheckFinding(NamedTuple):
    """One thing that would be found. `rule`, `article` and `confidence` are empty where no rule of a set says it."""

    kind: str
    message: str
    item: str | None = None
    party: str | None = None
    rule: str = ""
    article: str = ""
    confidence: str = ""


class Capacity(NamedTuple):
    """What a party may take in a year, and what it has taken in this one so far, in kilograms."""

    allowed_kg: float
    taken_kg: float


class Knowledge(NamedTuple):
    """What a report is judged against."""

    items: Mapping[str, ItemAt]
    party: Callable[[str, Instant], PartyAt]
    rules: RuleSet | None
    capacity: Capacity | None = None


def precheck(report: StoredEvent, known: Knowledge) -> list[PrecheckFinding]:
    """Everything that would be found, at most 1,000; empty if nothing would."""
    found = [*_strangers(report, known)]
    for item in report.item_ids:
        then = known.items.get(item, ItemAt(item))
        found += _of_item(report, then, known)
        if len(found) >= MOST_FOUND:
            break
    found += _capacity(report, known)
    return found[:MOST_FOUND]


def _strangers(report: StoredEvent, known: Knowledge) -> Iterable[PrecheckFinding]:
    """Parties that nobody has said who they are."""
    for party in dict.fromkeys(p for p in (report.reporter, report.giver, report.taker) if p):
        then = known.party(party, report.time)
        if not then.enrolled and not then.is_private and report.type != "enrolled":
            wrong = [said for code, said in parse_identifier(party).warnings if code in _WRONG_CODE]
            rule = (CHECK_CHARACTERS, CHECK_CHARACTERS, "A") if wrong else ("", "", "")
            yield PrecheckFinding(
                "unknown_party", " ".join(["Nobody has said who this party is.", *wrong]), None, party, *rule
            )


def _of_item(report: StoredEvent, then: ItemAt, known: Knowledge) -> list[PrecheckFinding]:
    is_made = report.declared(then.id) is not None
    if is_made:
        return []
    found = []
    if not then.is_known:
        found.append(PrecheckFinding("unknown_item", "No report names this thing yet.", then.id))
    elif then.is_dead and not then.is_lot:
        word = "consumed_twice" if then.id in report.inputs else "dead_item_active"
        found.append(PrecheckFinding(word, "It has ended or was consumed before.", then.id))
    event = report.event
    if report.moves_custody:
        found += _hand_over(report, then, known)
    elif event.type == "assembled" and then.id != event.whole and not then.is_lot:
        elsewhere = [w for w in then.inside if w != event.whole]
        if elsewhere:
            found.append(PrecheckFinding("simultaneous_installation", f"It is inside {elsewhere[0]}.", then.id))
    elif event.type == "disassembled" and then.id != event.whole and event.whole not in then.inside:
        found.append(PrecheckFinding("removal_without_installation", f"It is not inside {event.whole}.", then.id))
    return found


def _hand_over(report: StoredEvent, then: ItemAt, known: Knowledge) -> list[PrecheckFinding]:
    found = []
    if then.is_known and not then.is_dead and not is_with(then, report.giver):
        holders = ", ".join(then.hands.holders) or "nobody known"
        found.append(
            PrecheckFinding("broken_handover", f"The giver does not hold it: {holders}.", then.id, report.giver)
        )
    if then.inside and not then.is_lot:
        found.append(PrecheckFinding("moved_while_installed", f"It is inside {then.inside[0]}.", then.id))
    verdict = receiving(report, then, known)
    if verdict is not None and not verdict.ok:
        kind = "prohibited_use" if verdict.reason == "prohibited_use" else "unqualified_receiver"
        rule = verdict.rule
        more = ("", "", "") if rule is None else (rule.id, rule.article, rule.confidence)
        found.append(PrecheckFinding(kind, verdict.message, then.id, report.taker, *more))
    return found


def is_with(then: ItemAt, party: str) -> bool:
    """Whether a party holds a thing, or it is on its way to it; what nobody is known to hold is with nobody."""
    return party in then.hands.holders or party == then.hands.to


def receiving(report: StoredEvent, then: ItemAt, known: Knowledge) -> Verdict | None:
    """Whether the taker may take the thing by the day's rules; None where no rule says."""
    if known.rules is None:
        return None
    thing = category_of(report, then.kind, left_a_vehicle=then.left_a_vehicle, is_second_life=then.is_second_life)
    if thing is None:
        return None
    return may_receive(thing, known.party(report.taker, report.time), day_of(report.time), known.rules)


def _capacity(report: StoredEvent, known: Knowledge) -> list[PrecheckFinding]:
    """More than the taker's permits allow in a year, what it has taken so far included."""
    if known.capacity is None or not report.moves_custody:
        return []
    coming = sum(then.mass_kg or 0 for i in report.item_ids if (then := known.items.get(i)) is not None)
    allowed, taken = known.capacity
    if taken + coming <= allowed:
        return []
    message = f"It may take {allowed:,.0f} kg a year; it has taken {taken:,.0f} kg, and {coming:,.0f} kg would come."
    return [PrecheckFinding("over_capacity", message, party=report.taker)]
