"""The duties of one party: by events that concern it, and, as the maker of vehicles, by events of its network.

The second are of events about its vehicles, and about what was ever in one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from lineage.domain.compliance.duties import Duty, duties_of, rules_concerning
from lineage.domain.compliance.rule_sets import DutyRule, RuleBook
from lineage.domain.events.participants import concerned_parties_of, maker_of
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.graph import ROLES_BY_TYPE
from lineage.domain.instants import BEGIN, OPEN, Instant
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.service.answers import Context
from lineage.service.evidence import fetched_context, other_reports
from lineage.service.journal_reads import StoredEvents
from lineage.stores.interface import QuestionReader

_EVENTS_AT_ONCE: Final = 500
"""Events of a network whose duties are looked at together."""


class DutySearch(NamedTuple):
    """What duties are looked for: of one party, as they stand at `now`, triggered in `[since, until)`."""

    reader: QuestionReader
    party: str
    context: Context
    book: RuleBook
    now: Instant
    since: Instant = BEGIN
    until: Instant = OPEN

    def covers(self, event: StoredEvent) -> bool:
        """Return whether the event happened in the time of the question."""
        return self.since <= event.time < self.until


def duties_triggered(search: DutySearch, events: Sequence[StoredEvent]) -> list[Duty]:
    """Return the duties of the party, as holder or actor, that these events trigger, by time and id of the event."""
    reader, context, book = search.reader, search.context, search.book
    triggers = [e for e in events if search.covers(e)]
    if not triggers:
        return []
    stored_events = StoredEvents(reader)
    duty_context = fetched_context(reader, stored_events, triggers, CustodyContext([], [], {}), context, book)
    others = other_reports(reader, stored_events, triggers, context, book)
    duties = duties_of(triggers, book, duty_context, search.now, others)
    return [d for d in duties if search.party in (d.holder, d.actor)]


# ---- vehicles


def vehicles_made(search: DutySearch, events: Iterable[StoredEvent]) -> list[tuple[StoredEvent, str]]:
    """Return the vehicles that the party made, each with the event among these that decides who made it, in order.

    An item that is no vehicle is one for a rule about its making, where a later event makes it as a vehicle.
    """
    rules = _rules_of_networks(search.book)
    also_others = any(not r.types or not {"produced", "transformed"}.isdisjoint(r.types) for r in rules)
    if not rules:
        return []
    made = [
        (event, item)
        for event in events
        for item in sorted(event.kinds)
        if (declared := event.declared(item)) is not None
        and (declared.kind == "vehicle" or also_others)
        and (maker_of(declared) or event.reporter) == search.party
    ]
    facts = search.reader.facts([item for _, item in made], search.context.known_at) if made else {}
    return [(event, item) for event, item in made if item in facts and facts[item].kind_event == event.id]


def _rules_of_networks(book: RuleBook) -> list[DutyRule]:
    """Return the rows of all sets by which the maker of a vehicle owes the report of another party's action."""
    return [r for rules in book.sets for r in rules.duties if r.holder == "vehicle_maker"]


def duties_through(search: DutySearch, vehicles: Sequence[str]) -> dict[str, list[Duty]]:
    """Return the duties that the party, the maker of these vehicles, owes by events that do not concern it, by vehicle.

    An event that concerns it is in its own list, with all of its duties.
    """
    ids = _events_about(search, vehicles)
    found: dict[str, list[Duty]] = defaultdict(list)
    for start in range(0, len(ids), _EVENTS_AT_ONCE):
        search.context.check()
        stored_events = StoredEvents(search.reader)
        events = stored_events.of(ids[start : start + _EVENTS_AT_ONCE]).values()
        triggers = [e for e in events if search.covers(e) and _is_of_others(search, e)]
        for vehicle, duty in _owed(search, stored_events, triggers, set(vehicles)):
            found[vehicle].append(duty)
    return found


def _owed(
    search: DutySearch, stored_events: StoredEvents, triggers: Sequence[StoredEvent], vehicles: Collection[str]
) -> list[tuple[str, Duty]]:
    reader, context, book = search.reader, search.context, search.book
    if not triggers:
        return []
    duty_context = fetched_context(reader, stored_events, triggers, CustodyContext([], [], {}), context, book)
    vehicle_of = {e.id: v for e in triggers if (v := duty_context.vehicle_of(e)) is not None and v in vehicles}
    chosen = [e for e in triggers if e.id in vehicle_of]
    others = other_reports(reader, stored_events, chosen, context, book)
    duties = duties_of(chosen, book, duty_context, search.now, others)
    return [(vehicle_of[d.event], d) for d in duties if d.holder == search.party]


def _is_of_others(search: DutySearch, event: StoredEvent) -> bool:
    """Return whether the maker of a vehicle may owe a report of the event, which does not concern the party."""
    rules = rules_concerning(event, search.book)
    is_of_a_network = any(r.holder == "vehicle_maker" for r in rules)
    return is_of_a_network and search.party not in concerned_parties_of(event.event)


def _events_about(search: DutySearch, vehicles: Sequence[str]) -> list[str]:
    """Return the events that name one of the vehicles, or something that was in one by then, by time and id."""
    entered, roles = _ever_inside(search, vehicles), _roles_of_networks(search.book)
    places = {
        (m.time, m.event)
        for m in search.reader.mentions(list(entered), search.context.known_at)
        if m.role in roles and max(search.since, entered[m.item]) <= m.time < search.until
    }
    return [event for _, event in sorted(places)]


def _roles_of_networks(book: RuleBook) -> set[str]:
    """Return the roles in which an event may name an item whose vehicle has a maker that owes a report."""
    types: set[str] = set()
    for rule in _rules_of_networks(book):
        types.update(rule.types or ROLES_BY_TYPE, ("inspected",) if rule.witness else ())
    return {role for type_ in types for role in ROLES_BY_TYPE.get(type_, ())}


def _ever_inside(search: DutySearch, vehicles: Sequence[str]) -> dict[str, Instant]:
    """Return the vehicles, and everything that was ever in one of them and in no vehicle between, with since when."""
    entered: dict[str, Instant] = dict.fromkeys(vehicles, BEGIN)
    level = list(vehicles)
    while level:
        search.context.check()
        fetched = search.reader.neighbours(level, "upstream", search.context.known_at, part_of_only=True)
        earlier: dict[str, Instant] = {}
        for edge in fetched.edges:
            node = fetched.nodes.get(edge.source)
            if edge.target not in entered or (node is not None and node.kind == "vehicle"):
                continue
            since = max(edge.since, entered[edge.target])
            if since < min(entered.get(edge.source, OPEN), earlier.get(edge.source, OPEN)):
                earlier[edge.source] = since
        entered |= earlier
        level = list(earlier)
    return entered
