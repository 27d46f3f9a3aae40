"""Evidence of compliance questions, fetched: who parties were, who made items, which vehicle an item was in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from lineage.domain.compliance.duties import OtherReports, needs_events, needs_hand_overs, rules_concerning
from lineage.domain.compliance.party_history import History, PartyAt, history_of
from lineage.domain.compliance.responsibility import Made
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.compliance.vehicle_of import last_vehicle
from lineage.domain.events.participants import maker_of
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.graph import ROLES_BY_TYPE, ItemFacts
from lineage.domain.identifiers.decoding import decode
from lineage.domain.instants import OPEN, Instant
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.service.answers import Context
from lineage.service.journal_reads import StoredEvents, enrolments_of
from lineage.stores.interface import EvidenceReader, QuestionReader

MOST_REPORTS: Final = 2_000
"""The newest events of one item, up to which evidence is read."""
_BATTERIES: Final = ("cell", "module", "pack")
MOST_INPUTS: Final = 100
"""Inputs of one making event that are checked for batteries."""


def histories_of(reader: EvidenceReader, parties: Collection[str], context: Context) -> dict[str, History]:
    """Return the enrolment history of these parties, as known at `context.known_at`."""
    enrolments = enrolments_of(reader, parties, context.known_at) if parties else {}
    return {p: history_of(p, enrolments.get(p, ())) for p in parties}


def makers_of(stored_events: StoredEvents, facts: Mapping[str, ItemFacts]) -> dict[str, Made]:
    """Return who made these items: the declared maker, else the reporter of the declaration that decides the kind."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind_event is not None}
    events = stored_events.of(deciding.values())
    makers = {}
    for item, event_id in deciding.items():
        declared = events[event_id].declared(item)
        maker = None if declared is None else maker_of(declared)
        makers[item] = Made(maker or events[event_id].reporter, (event_id,), is_declared=bool(maker))
    return makers


def remade(
    facts: Mapping[str, ItemFacts], stored_events: StoredEvents, reader: EvidenceReader, context: Context
) -> frozenset[str]:
    """Return the batteries that were made of used ones: by step, by code, or with batteries among the inputs."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind in _BATTERIES and f.kind_event is not None}
    events = stored_events.of(deciding.values())
    inputs = {i for e in events.values() for i in e.inputs[:MOST_INPUTS]}
    used = reader.facts(sorted(inputs), context.known_at) if inputs else {}
    batteries = {x for x, f in used.items() if f.kind in _BATTERIES}
    return frozenset(
        x
        for x, event in deciding.items()
        if events[event].step == "second_life_production"
        or decode(x).get("second_life")
        or not batteries.isdisjoint(events[event].inputs[:MOST_INPUTS])
    )


class FetchedContext:
    """A `DutyContext` from rows that were fetched."""

    def __init__(
        self,
        facts: Mapping[str, ItemFacts],
        custody_context: CustodyContext,
        makers: Mapping[str, Made],
        histories: Mapping[str, History],
    ) -> None:
        self._facts, self._custody_context, self._makers, self._histories = facts, custody_context, makers, histories

    def kind_of(self, item: str) -> str:
        """Return the kind of an item, `unknown` where none is known."""
        facts = self._facts.get(item) or self._custody_context.facts.get(item)
        return "unknown" if facts is None else facts.kind

    def party(self, party: str, t: Instant) -> PartyAt:
        """Return who a party was at `t`."""
        history = self._histories.get(party)
        return PartyAt(party) if history is None else history.at(t)

    def vehicle_of(self, report: StoredEvent) -> str | None:
        """Return the first vehicle that the event names, else the one that the first of its items with one was last in.

        None if there is none.
        """
        for item, kind in report.kinds.items():
            if (kind or self.kind_of(item)) == "vehicle":
                return item
        vehicles = (last_vehicle(self._custody_context, item, report.time) for item in report.item_ids)
        return next((v for v in vehicles if v is not None), None)

    def vehicle_maker(self, report: StoredEvent) -> str | None:
        """Return the maker of the vehicle that the event is about; None where it is not known."""
        vehicle = self.vehicle_of(report)
        made = None if vehicle is None else self._makers.get(vehicle)
        return None if made is None else made.party


def fetched_context(
    reader: EvidenceReader,
    stored_events: StoredEvents,
    events: Collection[StoredEvent],
    custody_context: CustodyContext,
    context: Context,
    book: RuleBook,
) -> FetchedContext:
    """Fetch everything that the duties of these events need to know besides the events.

    A duty depends on the kinds of all items of its report, and one of a network that names no vehicle on the vehicles
    of all of them.
    """
    of_a_kind: set[str] = set()
    of_networks: list[StoredEvent] = []
    for event in events:
        rules = rules_concerning(event, book)
        is_of_a_network = any(r.holder == "vehicle_maker" for r in rules)
        if is_of_a_network:
            of_networks.append(event)
            of_a_kind.update(event.kinds)
        elif any(r.kinds for r in rules):
            of_a_kind.update(i for i, kind in event.kinds.items() if not kind)
    facts = dict(custody_context.facts)
    facts |= reader.facts(sorted(of_a_kind - facts.keys()), context.known_at)
    named = {i for e in of_networks for i, kind in e.kinds.items() if kind == "vehicle"}
    in_a_vehicle = {i for e in of_networks if not _names_a_vehicle(e, facts) for i in e.kinds}
    if not in_a_vehicle <= custody_context.facts.keys():
        rows = reader.custody_rows(sorted(in_a_vehicle), context.known_at)
        custody_context = CustodyContext(*rows) if rows[2] else custody_context
        facts |= custody_context.facts
    vehicles = {x: f for x, f in facts.items() if f.kind == "vehicle" or x in named}
    parties = {p for e in events for p in (e.reporter, e.giver, e.taker) if p}
    makers = makers_of(stored_events, vehicles)
    return FetchedContext(facts, custody_context, makers, histories_of(reader, parties, context))


def _names_a_vehicle(event: StoredEvent, facts: Mapping[str, ItemFacts]) -> bool:
    return any((kind or (facts[i].kind if i in facts else "")) == "vehicle" for i, kind in event.kinds.items())


def other_reports(
    reader: QuestionReader,
    stored_events: StoredEvents,
    events: Collection[StoredEvent],
    context: Context,
    book: RuleBook,
) -> OtherReports:
    """Fetch the reports that these events are matched with: other sides of hand-overs, and what sightings stand for."""
    moved = sorted({i for e in events if needs_hand_overs(e, book) for i in e.item_ids})
    sightings = [e for e in events if needs_events(e, book)]
    seen = sorted({i for e in sightings for i in e.item_ids})
    rules = [r for e in sightings for r in rules_concerning(e, book) if e.step in r.witness]
    roles = {role for r in rules for t in ("inspected", *r.types) for role in ROLES_BY_TYPE.get(t, ())}
    about = reader.mentions(seen, context.known_at) if seen else []
    return OtherReports(
        reader.hand_overs(moved, context.known_at) if moved else (),
        list(stored_events.of(m.event for m in about if m.role in roles).values()),
    )


def events_about(
    reader: QuestionReader, item: str, context: Context, *, until: Instant = OPEN
) -> tuple[list[str], bool]:
    """Return the ids of the newest events in force that name an item, and whether these are all."""
    recent = reader.recent_mentions(item, until, MOST_REPORTS + 1, context.known_at)
    ids = list(dict.fromkeys(m.event for m in recent))
    return ids[:MOST_REPORTS], len(recent) <= MOST_REPORTS
