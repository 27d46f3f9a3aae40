"""The rows of the journal and of the projection, as stores hold and return them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lineage.domain.events.corrections import Correction
from lineage.domain.graph import (
    CustodyDependency,
    Edge,
    Enrolment,
    Holding,
    ItemFacts,
    KnownInterval,
    Mention,
    PartyEvent,
    Term,
)
from lineage.domain.projection.checkpoint import Checkpoint


class Entry(NamedTuple):
    """One row of the journal.

    `event` is the canonical content with its id; `sent` what came, where ids were spelled otherwise; `warnings` JSON;
    `digest` hexadecimal, over this row and the digest of the row before.
    """

    position: int
    recorded: int
    id: str
    type: str
    time: int
    reporter: str
    event: str
    sent: str | None
    warnings: str
    submitter: str | None
    digest: str


class State(NamedTuple):
    """The state of the journal: number of entries, greatest `recorded` (or 0), digest of the last entry (or "")."""

    position: int
    recorded: int
    digest: str


EMPTY = State(0, 0, "")
"""The state of a journal without entries."""


class ItemRow(NamedTuple):
    """An item as known now; `facts` is None while no event in force names it.

    `known_from`: since when these facts are known. `checkpoint`: the item's state after its last instant, so that an
    event in order extends it; None before the first. `contested`: it was once in two wholes at a time, or handed over
    while inside, so that its effective custody may be in conflict; `on_cycle`: it was once part of itself. Neither
    flag is ever cleared.
    """

    id: str
    facts: ItemFacts | None
    known_from: int
    checkpoint: Checkpoint | None
    contested: bool
    on_cycle: bool


class PartyRow(NamedTuple):
    """A party that events name. `events`: how many events in force name it now; `since`: since when any does, if any.

    `first` is the first transaction time at which any did; `past` holds the earlier intervals in which any did.
    """

    id: str
    first: int
    events: int
    since: int | None
    past: tuple[KnownInterval, ...] = ()

    def known(self, known_at: int | None) -> bool:
        """Return whether an event in force at transaction time `known_at` names the party; None is now."""
        if self.since is not None and (known_at is None or self.since <= known_at):
            return True
        return known_at is not None and any(past.since <= known_at < past.until for past in self.past)


Row = Mention | Edge | Holding | Term | Enrolment


class EntryFilter(NamedTuple):
    """A filter of journal entries: all values that are not None must fit."""

    reporter: str | None = None
    type: str | None = None
    item: str | None = None


ALL_ENTRIES = EntryFilter()


class Hit(NamedTuple):
    """A search result: `rank` 0 exact, 1 beginning, 2 ending; `text` orders the hits of a rank, for the cursor.

    `text` is the id or the folded term, in rank 2 folded and from its last character to its first.
    """

    rank: int
    text: str
    subject: str
    field: str
    is_party: bool


class HeldItem(NamedTuple):
    """An item directly held by a party at a moment, inside no whole; `since` is when that custody segment began."""

    item: str
    kind: str
    since: int
    status: str


class ContestedItem(NamedTuple):
    """An item whose effective custody may be in conflict at a moment; `is_inside`: only a whole around it may be."""

    item: str
    is_inside: bool


CustodyRows = tuple[list[Edge], list[Holding], dict[str, ItemFacts]]
"""`PART_OF` edges, holdings and facts of some items and of everything that they were ever inside."""


class HoldingsPage(NamedTuple):
    """A page of the items that a party holds at a moment by own custody, inside no whole, ordered by id.

    `total` counts them on all pages. `contested_items` are those that may be in conflict with the party among the
    holders; `custody_rows` are about these and everything inside them at that moment.
    """

    party: PartyRow | None
    holdings: list[HeldItem]
    total: int
    contested_items: list[str]
    custody_rows: CustodyRows


class InTransit(NamedTuple):
    """An item in transit to a party at an instant: since when, and who gave it and still answers for it."""

    item: str
    since: int
    giver: str


@dataclass(slots=True)
class Changes:
    """All rows that one transaction writes.

    `closed` rows, superseded at the transaction time with them, apply before `opened` ones; rows are identified by all
    fields but their proofs. `past` rows were opened and superseded within the transaction.
    """

    entries: list[Entry] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    items: dict[str, ItemRow] = field(default_factory=dict)
    past_facts: list[tuple[str, ItemFacts, KnownInterval]] = field(default_factory=list)
    opened: list[tuple[Row, int]] = field(default_factory=list)
    closed: list[tuple[Row, int]] = field(default_factory=list)
    past: list[tuple[Row, KnownInterval]] = field(default_factory=list)
    dependencies: list[CustodyDependency] = field(default_factory=list)
    parties: dict[str, PartyRow] = field(default_factory=dict)
    party_events: list[PartyEvent] = field(default_factory=list)
