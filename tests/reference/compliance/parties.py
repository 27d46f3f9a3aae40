"""Who a party was at a moment, by its enrolments."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from tests.reference.compliance.rules import day_of
from tests.reference.events import Json, instant, stored_id
from tests.reference.world import World

_GONE = re.compile(
    r"\b(insolvent|bankrupt|ceased|dissolved|deregistered|liquidat\w*|revoked|closed|dead)\b|破产|注销|吊销|清算|停业",
    re.IGNORECASE,
)
_HEIR = re.compile(r"(?:taken over by|successor:?|承继[:：]?)\s*(\S+)", re.IGNORECASE)


class Permit(NamedTuple):
    """Valid from its first to its last day in China, both included."""

    kind: str
    first: date
    last: date | None
    capacity_kg_per_year: float | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Party(NamedTuple):
    """`event`: the enrolment that stands for the moment; `None` where there is none by then."""

    id: str
    event: str | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    permits: tuple[Permit, ...] = ()
    region: str | None = None
    status: str = ""

    @property
    def is_enrolled(self) -> bool:
        return self.event is not None

    @property
    def is_private(self) -> bool:
        return self.id.startswith("owner:")

    @property
    def is_gone(self) -> bool:
        return bool(_GONE.search(self.status))

    @property
    def heir(self) -> str | None:
        """Who took over from a party that is gone, where its status names somebody."""
        found = _HEIR.search(self.status) if self.is_gone else None
        return found[1].rstrip(".,;") if found else None


def enrolments(world: World, party: str) -> list[tuple[int, Party]]:
    """By time, then id: since when it was what."""
    rows = [e for e in world.events if e.type == "enrolled" and stored_id(e.body["party"]["id"]) == party]
    return [(event.time, _read(party, event.id, event.body["party"])) for event in rows]


def party_at(world: World, party: str, time: float) -> Party:
    past = [card for since, card in enrolments(world, party) if since <= time]
    return past[-1] if past else Party(party)


def _read(party: str, event: str, card: Json) -> Party:
    return Party(
        party,
        event,
        card.get("name") or "",
        frozenset(card.get("roles") or ()),
        tuple(_permit(row) for row in card.get("permits") or ()),
        card.get("region"),
        card.get("status") or "",
    )


def _permit(row: Json) -> Permit:
    last = row.get("valid_until")
    return Permit(
        row["kind"],
        day_of(instant(row["valid_from"])),
        day_of(instant(last)) if last else None,
        row.get("capacity_kg_per_year"),
    )


class Maker(NamedTuple):
    """Who made an item; `is_named`: as its maker, and not only as the reporter of its making."""

    party: str
    event: str
    is_named: bool


def maker_of(world: World, item: str) -> Maker | None:
    making = world.deciding(item)
    if making is None:
        return None
    named = making.maker(item)
    return Maker(named or making.reporter, making.id, bool(named))
