"""What duties and responsibility are judged from, fetched: reports in force, who parties were, who made what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import orjson

from lineage.domain.compliance.party_history import History, PartyAt, history_of
from lineage.domain.compliance.responsibility import Made
from lineage.domain.compliance.vehicle_of import last_vehicle
from lineage.domain.events.corrections import correction_of
from lineage.domain.events.stored_event import StoredEvent, stored_event_of
from lineage.domain.graph import ItemFacts
from lineage.domain.instants import OPEN, Instant
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.service.answers import Context
from lineage.service.questions.journal import body_of
from lineage.stores.interface import Entry, QuestionReader

MOST_REPORTS: Final = 2_000
"""Reports about one thing that are looked at, the newest."""
_KINDS_OF: Final = 50
"""Things of one report whose kinds are fetched where it does not say them."""


class StoredEvents:
    """Reports by the ids of their events; entries are fetched once."""

    def __init__(self, reader: QuestionReader) -> None:
        self._reader = reader
        self._entries: dict[str, Entry] = {}
        self._documents: dict[str, Mapping[str, Any]] = {}

    def of(self, events: Iterable[str]) -> dict[str, StoredEvent]:
        """The reports that these events in force are, without those that the reader does not show."""
        context = list(dict.fromkeys(events))
        self._fetch(correction_of(e) or e for e in context)
        self._fetch_targets(e for e in context if correction_of(e) is not None)
        shown = (e for e in context if (correction_of(e) or e) in self._entries)
        return {e: stored_event_of(self.body(e), e, self._first_recorded(e)) for e in shown}

    def body(self, event: str) -> Mapping[str, Any]:
        """The event as kept; it was fetched before."""
        if event not in self._documents:
            self._documents[event] = body_of(self._entries[correction_of(event) or event], event)
        return self._documents[event]

    def position(self, event: str) -> int:
        """Where the event, or the correction that brought it, stands in the journal; it was fetched before."""
        return self._entries[correction_of(event) or event].position

    def _fetch(self, ids: Iterable[str]) -> None:
        missing = [i for i in dict.fromkeys(ids) if i not in self._entries]
        if missing:
            self._entries.update(self._reader.entries_by_id(missing))

    def _fetch_targets(self, replacements: Iterable[str]) -> None:
        """What corrections mend, and what those mend, to the first report of all."""
        todo = [owner for e in replacements if (owner := correction_of(e)) is not None]
        while todo:
            targets = [t for c in todo if c in self._entries and (t := self._target(c)) is not None]
            self._fetch(correction_of(t) or t for t in targets)
            todo = [owner for t in targets if (owner := correction_of(t)) is not None]

    def _target(self, correction: str) -> str | None:
        target: str | None = orjson.loads(self._entries[correction].event).get("target")
        return target

    def _first_recorded(self, event: str) -> Instant:
        """When it was first reported: what mends a report was learned when the report was."""
        owner = correction_of(event)
        recorded = self._entries[owner or event].recorded
        while owner is not None:
            target = self._target(owner)
            owner = None if target is None else correction_of(target)
            home = owner or target
            if home is None or home not in self._entries:
                return recorded
            recorded = min(recorded, self._entries[home].recorded)
        return recorded


def histories_of(reader: QuestionReader, parties: Collection[str], context: Context) -> dict[str, History]:
    """Who these parties were, as known at K."""
    if not parties:
        return {}
    enrolments = reader.enrolments(sorted(parties), context.known_at)
    entries = reader.entries_by_id({correction_of(e.event) or e.event for e in enrolments})
    told: dict[str, list[tuple[Instant, str, Mapping[str, Any]]]] = {p: [] for p in parties}
    for e in enrolments:
        body = body_of(entries[correction_of(e.event) or e.event], e.event)
        told[e.party].append((e.time, e.event, body["party"]))
    return {p: history_of(p, cards) for p, cards in told.items()}


def makers_of(reports: StoredEvents, facts: Mapping[str, ItemFacts]) -> dict[str, Made]:
    """Who made these things: as declared where their kind is, else who reported that."""
    deciding = {x: f.kind_event for x, f in facts.items() if f.kind_event is not None}
    told = reports.of(deciding.values())
    found = {}
    for item, event in deciding.items():
        named = dict(told[event].made).get(item)
        found[item] = Made(named or told[event].reporter, (event,), is_said=named is not None)
    return found


class FetchedContext:
    """What duties need to know beside the reports (`duties.World`), from what was fetched."""

    def __init__(
        self,
        facts: Mapping[str, ItemFacts],
        around: CustodyContext,
        makers: Mapping[str, Made],
        histories: Mapping[str, History],
    ) -> None:
        self._facts, self._around, self._makers, self._histories = facts, around, makers, histories

    def kind_of(self, item: str) -> str:
        facts = self._facts.get(item) or self._around.facts.get(item)
        return "unknown" if facts is None else facts.kind

    def party(self, party: str, t: Instant) -> PartyAt:
        history = self._histories.get(party)
        return PartyAt(party) if history is None else history.at(t)

    def vehicle_maker(self, report: StoredEvent) -> str | None:
        """Of a vehicle that the report names, else of the one that something it names is or was last in."""
        for item, kind in report.items:
            if (kind or self.kind_of(item)) == "vehicle":
                return self._maker(item)
        for item in report.ids:
            vehicle = last_vehicle(self._around, item, report.time)
            if vehicle is not None:
                return self._maker(vehicle)
        return None

    def _maker(self, vehicle: str) -> str | None:
        made = self._makers.get(vehicle)
        return None if made is None else made.party


def fetched_context(
    reader: QuestionReader,
    reports: StoredEvents,
    told: Collection[StoredEvent],
    around: CustodyContext,
    context: Context,
) -> FetchedContext:
    """Everything that duties of these reports need to know."""
    wanted = {i for r in told for i, kind in r.items[:_KINDS_OF] if not kind or kind == "vehicle"}
    facts = dict(around.facts) | reader.facts(sorted(wanted - around.facts.keys()), context.known_at)
    vehicles = {x: f for x, f in facts.items() if f.kind == "vehicle"}
    parties = {p for r in told for p in (r.reporter, r.giver, r.taker) if p}
    return FetchedContext(facts, around, makers_of(reports, vehicles), histories_of(reader, parties, context))


def events_about(
    reader: QuestionReader, item: str, context: Context, *, until: Instant = OPEN
) -> tuple[list[str], bool]:
    """The events in force that name a thing, the newest, and whether these are all."""
    recent = reader.recent_mentions(item, until, MOST_REPORTS + 1, context.known_at)
    ids = list(dict.fromkeys(m.event for m in recent))
    return ids[:MOST_REPORTS], len(recent) <= MOST_REPORTS
