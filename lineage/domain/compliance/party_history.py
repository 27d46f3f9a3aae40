"""Who a party was at an instant, by its enrolments (contract 2 `enrolled`; domain 3.2)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from lineage.domain.compliance.rule_sets import day_of
from lineage.domain.events.models import Enrolled
from lineage.domain.instants import Instant

PRIVATE: Final = "owner:"
UTILISERS: Final = frozenset({"UTILISER", "RECYCLER", "ECHELON"})
SHOPS: Final = frozenset({"REPAIRER", "REPAIR", "LESSOR", "SWAP_OPERATOR", "SELLER"})
MAKERS: Final = frozenset({"BATTERY_MAKER", "VEHICLE_MAKER"})
_GONE: Final = re.compile(
    r"\b(insolvent|bankrupt|ceased|dissolved|deregistered|liquidat\w*|revoked|closed|dead)\b|破产|注销|吊销|清算|停业",
    re.IGNORECASE,
)
_HEIR: Final = re.compile(r"(?:taken over by|successor:?|承继[:：]?)\s*(\S+)", re.IGNORECASE)


class PermitAt(NamedTuple):
    """A permit: days on which it is valid, both included; `until` None is open."""

    kind: str
    since: date
    until: date | None
    capacity_kg_per_year: float | None = None

    def holds(self, day: date) -> bool:
        """Return whether it is valid on that day. The last day counts: that is how permits are written."""
        return self.since <= day and (self.until is None or day <= self.until)


class PartyAt(NamedTuple):
    """A party at an instant. `enrolled`: an event describes it by then; `status` as reported, empty if none was."""

    id: str
    enrolled: bool = False
    roles: frozenset[str] = frozenset()
    permits: tuple[PermitAt, ...] = ()
    status: str = ""
    name: str = ""
    events: tuple[str, ...] = ()

    @property
    def is_private(self) -> bool:
        """Whether it is a private owner, who is never enrolled."""
        return self.id.startswith(PRIVATE)

    @property
    def is_gone(self) -> bool:
        """Whether it no longer exists or acts: insolvent, dissolved, deregistered …"""
        return bool(_GONE.search(self.status))

    @property
    def heir(self) -> str | None:
        """The party that took its duties over, if its status names one."""
        match = _HEIR.search(self.status)
        return match[1].rstrip(".,;") if match and self.is_gone else None


class History(NamedTuple):
    """The enrolments of one party: when, and who it was from then on; ascending."""

    party: str
    times: tuple[Instant, ...] = ()
    cards: tuple[PartyAt, ...] = ()

    def at(self, t: Instant) -> PartyAt:
        """Return who it was at `t`; a party that was not enrolled by then has no roles."""
        place = bisect_right(self.times, t) - 1
        return self.cards[place] if place >= 0 else PartyAt(self.party)


def history_of(party: str, enrolments: Iterable[Enrolled]) -> History:
    """Return the history that these `enrolled` events of the party give."""
    ordered = sorted(enrolments, key=lambda e: (e.time, e.id))
    return History(party, tuple(e.time for e in ordered), tuple(_party_at(party, e) for e in ordered))


def _party_at(party: str, enrolment: Enrolled) -> PartyAt:
    card = enrolment.party
    permits = tuple(
        PermitAt(
            p.kind,
            day_of(p.valid_from),
            None if p.valid_until is None else day_of(p.valid_until),
            p.capacity_kg_per_year,
        )
        for p in card.permits
    )
    return PartyAt(
        party,
        enrolled=True,
        roles=frozenset(card.roles),
        permits=permits,
        status=card.status or "",
        name=card.name,
        events=(enrolment.id,),
    )
