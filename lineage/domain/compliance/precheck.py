"""The pre-submission check: findings that an event would have if it were reported now (contract 6, 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from lineage.domain.compliance.eligibility import Verdict, category_of, may_receive
from lineage.domain.compliance.party_history import PartyAt
from lineage.domain.compliance.rule_sets import RuleSet, day_of
from lineage.domain.events.models import Event
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.instants import Instant
from lineage.domain.projection.custody import CustodyStatus

MOST_FOUND: Final = 1_000
CHECK_CHARACTERS: Final = "GB 32100-2015"
"""The rule for credit codes, which can be checked without any event."""
_WRONG_CODE: Final = frozenset({"uscc_check_character", "uscc_organisation_check"})
_BATTERIES: Final = frozenset({"cell", "module", "pack"})


class ItemAt(NamedTuple):
    """An item just before the event. `inside`: the wholes that it is directly in; `is_dead`: ended or consumed."""

    id: str
    is_known: bool = False
    kind: str = "unknown"
    custody: CustodyStatus = CustodyStatus("gap")
    inside: tuple[str, ...] = ()
    is_dead: bool = False
    left_a_vehicle: bool = False
    is_second_life: bool = False
    mass_kg: float | None = None

    @property
    def is_lot(self) -> bool:
        """Whether it can be handed over and consumed in parts."""
        return self.kind == "lot"


class PrecheckFinding(NamedTuple):
    """One finding of the check. `rule`, `article` and `confidence` are empty where it follows from no rule of a set."""

    kind: str
    message: str
    item: str | None = None
    party: str | None = None
    rule: str = ""
    article: str = ""
    confidence: str = ""


class Capacity(NamedTuple):
    """The mass that a party may take in a year, and has taken in this year so far, in kilograms."""

    allowed_kg: float
    taken_kg: float


class Knowledge(NamedTuple):
    """The stored facts that an event is checked against."""

    items: Mapping[str, ItemAt]
    party: Callable[[str, Instant], PartyAt]
    rules: RuleSet | None
    capacity: Capacity | None = None


def precheck(event: StoredEvent, knowledge: Knowledge) -> list[PrecheckFinding]:
    """Return the findings that the event would have, at most 1,000."""
    findings = [*_strangers(event, knowledge)]
    for item in event.item_ids:
        item_at = knowledge.items.get(item, ItemAt(item))
        findings += _of_item(event, item_at, knowledge)
        if len(findings) >= MOST_FOUND:
            break
    findings += _capacity(event, knowledge)
    return findings[:MOST_FOUND]


def _strangers(event: StoredEvent, knowledge: Knowledge) -> Iterable[PrecheckFinding]:
    """Yield the parties that no event enrols."""
    for party in dict.fromkeys(p for p in (event.reporter, event.giver, event.taker) if p):
        item_at = knowledge.party(party, event.time)
        if not item_at.enrolled and not item_at.is_private and event.type != "enrolled":
            warnings = [message for code, message in parse_identifier(party).warnings if code in _WRONG_CODE]
            rule = (CHECK_CHARACTERS, CHECK_CHARACTERS, "A") if warnings else ("", "", "")
            message = " ".join(["This party is not enrolled at the time of the event.", *warnings])
            yield PrecheckFinding("unknown_party", message, None, party, *rule)


def _of_item(event: StoredEvent, item_at: ItemAt, knowledge: Knowledge) -> list[PrecheckFinding]:
    if event.declared(item_at.id) is not None:
        return []
    findings = []
    if not item_at.is_known:
        findings.append(PrecheckFinding("unknown_item", "No event names this item yet.", item_at.id))
    elif item_at.is_dead and not item_at.is_lot and event.type not in ("ended", "disassembled"):
        kind = "consumed_twice" if item_at.id in event.inputs else "dead_item_active"
        findings.append(PrecheckFinding(kind, "It has ended or was consumed before.", item_at.id))
    if event.moves_custody:
        findings += _hand_over(event, item_at, knowledge)
    else:
        findings += _containment(event.event, item_at)
    return findings


def _containment(event: Event, item_at: ItemAt) -> Iterable[PrecheckFinding]:
    """Yield an installation of a part that is elsewhere, or a removal of one that is not in the whole."""
    if event.type == "assembled" and item_at.id != event.whole and not item_at.is_lot:
        elsewhere = [w for w in item_at.inside if w != event.whole]
        if elsewhere:
            yield PrecheckFinding("simultaneous_installation", f"It is inside {elsewhere[0]}.", item_at.id)
    elif event.type == "disassembled" and item_at.id != event.whole and event.whole not in item_at.inside:
        yield PrecheckFinding("removal_without_installation", f"It is not inside {event.whole}.", item_at.id)


def _hand_over(event: StoredEvent, item_at: ItemAt, knowledge: Knowledge) -> list[PrecheckFinding]:
    findings = []
    is_elsewhere = bool(item_at.custody.holders) and not is_with(item_at, event.giver)
    if event.giver and item_at.is_known and not item_at.is_dead and is_elsewhere:
        holders = ", ".join(item_at.custody.holders)
        findings.append(
            PrecheckFinding("broken_handover", f"The giver does not hold it: {holders}.", item_at.id, event.giver)
        )
    if item_at.inside and not item_at.is_lot:
        findings.append(PrecheckFinding("moved_while_installed", f"It is inside {item_at.inside[0]}.", item_at.id))
    verdict = receiving(event, item_at, knowledge)
    # a taker that no event enrols is a finding of another kind
    if verdict is not None and not verdict.ok and verdict.reason != "unknown_party":
        kind = "prohibited_use" if verdict.reason == "prohibited_use" else "unqualified_receiver"
        rule = verdict.rule
        rule_fields = ("", "", "") if rule is None else (rule.id, rule.article, rule.confidence)
        findings.append(PrecheckFinding(kind, verdict.message, item_at.id, event.taker, *rule_fields))
    return findings


def is_with(item_at: ItemAt, party: str) -> bool:
    """Return whether a party holds an item, or the item is in transit to it."""
    return party in item_at.custody.holders or party == item_at.custody.to


def receiving(event: StoredEvent, item_at: ItemAt, knowledge: Knowledge) -> Verdict | None:
    """Return whether the taker may take the item by the rules of the day; None where no rule restricts it."""
    if knowledge.rules is None:
        return None
    left, is_second_life = item_at.left_a_vehicle, item_at.is_second_life
    category = category_of(event, item_at.kind, left_a_vehicle=left, is_second_life=is_second_life)
    if category is None or not event.taker:
        return None
    return may_receive(category, knowledge.party(event.taker, event.time), day_of(event.time), knowledge.rules)


def _capacity(event: StoredEvent, knowledge: Knowledge) -> list[PrecheckFinding]:
    """Return a finding if the event, with earlier ones, exceeds what the permits of the taker allow in the year."""
    if knowledge.capacity is None or not event.moves_custody:
        return []
    coming_kg = sum(item_at.mass_kg or 0 for i in event.item_ids if (item_at := knowledge.items.get(i)) is not None)
    allowed, taken = knowledge.capacity
    if taken + coming_kg <= allowed:
        return []
    message = f"It may take {allowed:,.0f} kg a year; it has taken {taken:,.0f} kg, and {coming_kg:,.0f} kg would come."
    return [PrecheckFinding("over_capacity", message, party=event.taker)]
