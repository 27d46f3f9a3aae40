"""The first hand-over of an item that could have been refused with the knowledge and the rules of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from lineage.domain.compliance.party_history import History, PartyAt
from lineage.domain.compliance.refusals import ItemAt, Knowledge, Objection, refusals
from lineage.domain.compliance.rule_sets import RuleBook, day_of
from lineage.domain.compliance.vehicle_of import last_vehicle
from lineage.domain.events.stored_event import StoredEvent, in_order
from lineage.domain.instants import Instant, format_instant
from lineage.domain.projection.custody import CustodyStatus
from lineage.domain.projection.effective_custody import effective_custody
from lineage.service.answers import Context, Document
from lineage.service.evidence import histories_of
from lineage.service.questions.compliance.responsibility import ResponsibilityCase
from lineage.service.questions.custody import fetch_custody_context
from lineage.stores.interface import QuestionReader

MOST_HAND_OVERS: Final = 100
"""Hand-overs of one item that are searched for the first that could have been refused."""


def first_refusable(
    reader: QuestionReader, case: ResponsibilityCase, context: Context, book: RuleBook
) -> Document | None:
    """Return the first hand-over of an item that could have been refused with the knowledge and rules of its day.

    The kind of the item is visible; the taker, the end of the item and its holder are as recorded by then. A giver that
    did not hold the item counts only if that is so by now as well, because reports come late.
    """
    hand_overs = [r for r in in_order(case.events) if r.moves_custody and r.time <= context.moment]
    for event in hand_overs[:MOST_HAND_OVERS]:
        narrowed = event.only_about(case.item)
        item_at = _as_known_that_day(reader, case, narrowed, hand_overs, context)
        histories = histories_of(reader, {event.taker} - {""}, context._replace(known_at=event.time))
        known = Knowledge(item_at, partial(_party_in, histories), book.on(day_of(event.time)))
        if found := refusals(narrowed, known):
            return {
                "event": event.id,
                "time": format_instant(event.time),
                "giver": event.giver or None,
                "taker": event.taker or None,
                "findings": [objection_document(objection) for objection in found],
            }
    return None


def objection_document(objection: Objection) -> Document:
    """Return an objection as answers show it; empty values are null."""
    return {name: value or None for name, value in objection._asdict().items()}


def _party_in(histories: Mapping[str, History], party: str, t: Instant) -> PartyAt:
    return histories[party].at(t) if party in histories else PartyAt(party)


def _as_known_that_day(
    reader: QuestionReader,
    case: ResponsibilityCase,
    event: StoredEvent,
    hand_overs: Sequence[StoredEvent],
    context: Context,
) -> ItemAt:
    """Return the item just before a hand-over: custody and end as recorded by then, the rest as known now."""
    item, before = case.item, event.time - 1
    custody_context = case.custody_context
    current = effective_custody(custody_context, item, before) if case.facts.first <= before else CustodyStatus("gap")
    left = not custody_context.wholes(item, before) and last_vehicle(custody_context, item, before) not in (None, item)
    of_that_day = context._replace(known_at=event.time)
    facts = reader.facts([item], event.time).get(item)
    custody_status = CustodyStatus("gap")
    if facts is not None and facts.first <= before:
        custody_status = effective_custody(fetch_custody_context(reader, [item], of_that_day), item, before)
    is_dead = facts is not None and (
        any(c <= before for c in facts.consumptions) or any(end <= before for end, _, _ in facts.ends)
    )
    is_simultaneous = any(
        r.time == event.time and event.giver in (r.taker, r.reporter) for r in hand_overs if r.id != event.id
    )
    is_broken = (
        bool(event.giver)
        and not is_simultaneous
        and all(_is_elsewhere(h, event.giver) for h in (custody_status, current))
    )
    assumed = custody_status if is_broken else CustodyStatus("held", (event.giver,))
    return ItemAt(item, case.facts.kind, assumed, is_dead, left, item in case.timeline.remade)


def _is_elsewhere(custody_status: CustodyStatus, party: str) -> bool:
    """Return whether another party is known to hold the item, and it is not in transit to this one."""
    return bool(custody_status.holders) and party not in custody_status.holders and party != custody_status.to
