"""Why a hand-over could have been refused: by its taker, its giver, or because the item had ended (contract 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from lineage.domain.compliance.eligibility import category_of, may_receive
from lineage.domain.compliance.party_history import PartyAt
from lineage.domain.compliance.rule_sets import RuleSet, day_of
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.instants import Instant
from lineage.domain.projection.custody import CustodyStatus

CHECK_CHARACTERS: Final = "GB 32100-2015"
"""The rule for credit codes, which can be checked without any event."""
_WRONG_CODE: Final = frozenset({"uscc_check_character", "uscc_organisation_check"})
_NOT_ENROLLED: Final = "This party is not enrolled at the time of the event."


class ItemAt(NamedTuple):
    """An item just before a hand-over. `is_dead`: ended or consumed."""

    id: str
    kind: str = "unknown"
    custody: CustodyStatus = CustodyStatus("gap")
    is_dead: bool = False
    left_a_vehicle: bool = False
    is_second_life: bool = False

    @property
    def is_lot(self) -> bool:
        """Whether it can be handed over and consumed in parts."""
        return self.kind == "lot"


class Objection(NamedTuple):
    """What speaks against an event. `rule`, `article` and `confidence` are empty where no rule of a set does."""

    kind: str
    message: str
    item: str | None = None
    party: str | None = None
    rule: str = ""
    article: str = ""
    confidence: str = ""


class Knowledge(NamedTuple):
    """The facts that a hand-over is judged by: the item, who parties were at a time, the rules of the day."""

    item: ItemAt
    party: Callable[[str, Instant], PartyAt]
    rules: RuleSet | None


def refusals(event: StoredEvent, known: Knowledge) -> list[Objection]:
    """Return every reason for which the hand-over of this one item could have been refused."""
    found = [*_misspelled_taker(event, known), *_not_to_be_given(event, known.item)]
    unfit = objection_to_taker(event, known.item, known.party(event.taker, event.time), known.rules)
    return found if unfit is None else [*found, unfit]


def wrong_code(party: str) -> list[str]:
    """Return what is wrong with the check characters of a credit code; empty where nothing is.

    >>> wrong_code("urn:x:party")
    []
    """
    return [message for code, message in parse_identifier(party, is_stored=True).warnings if code in _WRONG_CODE]


def unknown_party(party: str, sentence: str = _NOT_ENROLLED) -> Objection:
    """Return the objection to a party that no event enrols, with what is wrong with its code."""
    warnings = wrong_code(party)
    rule = (CHECK_CHARACTERS, CHECK_CHARACTERS, "A") if warnings else ("", "", "")
    return Objection("unknown_party", " ".join([sentence, *warnings]), None, party, *rule)


def _misspelled_taker(event: StoredEvent, known: Knowledge) -> Iterable[Objection]:
    """Yield a taker that is not enrolled and whose code is visibly wrong."""
    if event.taker and wrong_code(event.taker):
        taker = known.party(event.taker, event.time)
        if not taker.enrolled and not taker.is_private:
            yield unknown_party(event.taker)


def _not_to_be_given(event: StoredEvent, item: ItemAt) -> Iterable[Objection]:
    """Yield an item that has ended, or one that another party than the giver holds."""
    if item.is_dead:
        if not item.is_lot:
            yield Objection("dead_item_active", "It has ended or was consumed before.", item.id)
    elif event.giver and item.custody.holders and not _is_with(item, event.giver):
        holders = ", ".join(item.custody.holders)
        yield Objection("broken_handover", f"The giver does not hold it: {holders}.", item.id, event.giver)


def _is_with(item: ItemAt, party: str) -> bool:
    """Return whether a party holds an item, or the item is in transit to it."""
    return party in item.custody.holders or party == item.custody.to


def objection_to_taker(event: StoredEvent, item: ItemAt, taker: PartyAt, rules: RuleSet | None) -> Objection | None:
    """Return why the rules of the day do not let the taker have the item; None where they do or say nothing.

    A taker that no event enrols is unknown, and no more than that.
    """
    if rules is None or not event.taker:
        return None
    category = category_of(event, item.kind, left_a_vehicle=item.left_a_vehicle, is_second_life=item.is_second_life)
    if category is None:
        return None
    verdict = may_receive(category, taker, day_of(event.time), rules)
    if verdict.ok or verdict.reason == "unknown_party":
        return None
    kind = "prohibited_use" if verdict.reason == "prohibited_use" else "unqualified_receiver"
    rule = verdict.rule
    rule_fields = ("", "", "") if rule is None else (rule.id, rule.article, rule.confidence)
    return Objection(kind, verdict.message, item.id, event.taker, *rule_fields)


__all__ = ["ItemAt", "Knowledge", "Objection", "objection_to_taker", "refusals", "unknown_party", "wrong_code"]
