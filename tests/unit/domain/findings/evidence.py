"""Builds the evidence that a rule looks at from a few events and edges, without a store.

Events come from `tests.builders`; what the projection would derive from them (edges, holdings) is stated by the test,
so that a test shows all that its rule sees. Days are ISO dates at UTC+08:00; intervals are half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lineage.domain.compliance.duties import duties_of
from lineage.domain.compliance.party_history import PartyAt
from lineage.domain.events.corrections import Correction, CorrectionStatus
from lineage.domain.events.effects import effects_of
from lineage.domain.events.models import Event
from lineage.domain.events.participants import parties_of
from lineage.domain.events.reading import read_event
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings import CorrectionEvidence, ItemEvidence, RuleContext
from lineage.domain.graph import ENDED, INPUT, MAKERS, PART_OF, Edge, Holding, ItemFacts, Mention
from lineage.domain.instants import OPEN, parse_instant
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.reference.rule_files import rule_book
from tests import builders as b
from tests.builders import Json

LATE_ENOUGH = OPEN - 30 * 86_400_000
"""A time by which every window for a report has passed."""
ROLES: Mapping[str, str] = {
    b.MAKER: "BATTERY_MAKER",
    b.OEM: "VEHICLE_MAKER",
    b.SHOP: "REPAIRER",
    b.WORKS: "OUTLET",
}


def inside(part: str, whole: str, since: str, until: str | None = None, *events: str) -> Edge:
    """Return a `PART_OF` edge that these events prove."""
    return Edge(PART_OF, part, whole, parse_instant(since), _end(until), events or ("unnamed",))


def held(item: str, party: str, since: str, until: str | None = None) -> Holding:
    """Return a `HELD_BY` row of one holder."""
    return Holding(item, party, parse_instant(since), _end(until), "held", None, ("unnamed",))


def _end(until: str | None) -> int:
    return OPEN if until is None else parse_instant(until)


def item_evidence(
    item: str,
    *events: Json,
    kind: str = "module",
    wholes: Iterable[Edge] = (),
    parts: Mapping[Edge, str] | None = None,
    inputs: Iterable[Edge] = (),
    holdings: Iterable[Holding] = (),
    around: Iterable[Edge] = (),
    twins: Iterable[str] = (),
    not_enrolled: Iterable[str] = (),
    rules: RuleContext | None = None,
) -> ItemEvidence:
    """Return an item as these events describe it.

    `parts`: edges from its parts with the kinds of those. `around`: further edges between the wholes that it is inside.
    Every party that the events name is enrolled, apart from `not_enrolled`.
    """
    read = [_read(event) for event in events]
    mentions = sorted(
        (m for e in read for m in effects_of(e, e.id).mentions if m.item == item), key=lambda m: (m.time, m.event)
    )
    facts = _facts(kind, mentions)
    own, further, holders = [*wholes], [*around], [*holdings]
    everything = {edge.source for edge in (*own, *further)} | {edge.target for edge in (*own, *further)}
    others = {other: ItemFacts("pack", None, None, 0) for other in everything}
    context = CustodyContext([*own, *further], holders, {**others, item: facts})
    enrolled = frozenset(p for e in read for p in parties_of(e)) - frozenset(not_enrolled)
    stored = {event["id"]: _stored(event) for event in events}
    below = dict(parts or {})
    kinds = {edge.source: part_kind for edge, part_kind in below.items()}
    return ItemEvidence(
        item, facts, mentions, stored, own, [*below], [*inputs], holders, kinds, context, tuple(twins), enrolled, rules
    )  # fmt: skip


def _read(event: Json) -> Event:
    return read_event(event, today=None, allow_recorded=False).event


def _stored(event: Json, recorded: str | None = None) -> StoredEvent:
    read = _read(event)
    at = read.time if recorded is None else parse_instant(recorded)
    return StoredEvent(read, 1, at, at)


def _facts(kind: str, mentions: Sequence[Mention]) -> ItemFacts:
    made = next((m for m in mentions if m.role in MAKERS), None)
    consumptions = tuple(m.time for m in mentions if m.role == INPUT) if kind != "lot" else ()
    return ItemFacts(
        kind,
        None if made is None else made.time,
        None if made is None else made.event,
        mentions[0].time if mentions else OPEN,
        consumptions,
        tuple((m.time, m.event, str(m.detail)) for m in mentions if m.role == ENDED),
    )


class Parties:
    """A world in which the parties of `builders` bear their roles, and every vehicle is made by the vehicle maker."""

    def kind_of(self, item: str) -> str:
        return "vehicle" if len(item) == 17 else "pack"

    def party(self, party: str, t: int) -> PartyAt:
        role = ROLES.get(party)
        return PartyAt(party, enrolled=role is not None, roles=frozenset({role} if role else ()))

    def vehicle_maker(self, report: StoredEvent) -> str | None:
        return b.OEM


def rules_of(recorded: Mapping[str, str], *events: Json) -> RuleContext:
    """Return the duties that these events bring, and what receivers are judged by.

    `recorded`: days by event id; an event that is not in it was recorded on its own day.
    """
    stored = [_stored(e, recorded.get(e["id"])) for e in events]
    book, world = rule_book(), Parties()
    return RuleContext(book, world, duties_of(stored, book, world, LATE_ENOUGH))


def correction_evidence(correction: str, *events: Json) -> CorrectionEvidence:
    """Return one of these events, a correction, with the verdict on all of them."""
    by_id = {event["id"]: event for event in events}
    corrections = {
        e["id"]: Correction(e["id"], e["target"], parse_instant(e["time"]), 0, "replacement" in e)
        for e in events
        if e["type"] == "corrected"
    }
    status = CorrectionStatus(corrections.values(), by_id.__contains__)
    stored = {event["id"]: _stored(event) for event in events}
    return CorrectionEvidence(corrections[correction], status, stored)
