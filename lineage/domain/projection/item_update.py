"""What one moment of knowledge changes for one item, and how its life is followed again."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from lineage.domain.graph import ENDED, INPUT, PUT_IN, TAKEN_OUT, WHOLE, Edge, ItemFacts, Mention
from lineage.domain.instants import BEGIN
from lineage.domain.projection.checkpoint import Checkpoint
from lineage.domain.projection.containment import INERT
from lineage.domain.projection.item_facts import extended
from lineage.domain.records import ItemRow


class UpdateMode(Enum):
    """How an item's life is followed: not at all, on from its head, its last moment again, or from the beginning."""

    NONE = "none"
    EXTENDED = "extended"
    TIED = "tied"
    ANEW = "anew"


class ItemUpdate:
    """`entering` and `leaving` are the mentions that come into force and go out of it; `kept` those fetched.

    `since`: the earliest moment (milliseconds UTC) at which what the item is inside, who holds it, or whether it was
    consumed may change; None if it cannot. `facts`: as they are afterwards, unless everything is derived anew.
    """

    __slots__ = ("edges_of_pairs", "entering", "facts", "item", "kept", "leaving", "lot", "pair_kept", "since", "way")

    def __init__(self, item: str) -> None:
        self.item = item
        self.entering: list[Mention] = []
        self.leaving: list[Mention] = []
        self.kept: list[Mention] = []
        self.pair_kept: list[Mention] = []
        self.edges_of_pairs: list[Edge] = []
        self.facts: ItemFacts | None = None
        self.way = UpdateMode.NONE
        self.lot = False
        self.since: int | None = None

    @property
    def replays_all(self) -> bool:
        """Whether everything about the item is derived anew."""
        return self.way is UpdateMode.ANEW

    def judge(self, row: ItemRow | None, head: Checkpoint) -> None:
        """Decide the way. The lightest one that is right; from the beginning when in doubt."""
        old = None if row is None else row.facts
        self.lot = old is not None and old.is_lot
        telling = [m for m in (*self.entering, *self.leaving) if m.role not in INERT]
        self.since = min((m.time for m in telling), default=None)
        if self.leaving and not self._removal_is_inert(old):
            self._replay_all()
            return
        self.facts = new = extended(self.item, old, self.entering)
        lot = new is not None and new.is_lot
        if old is not None and old.is_lot != lot:
            self.since = BEGIN
            self._replay_all()
            return
        self.lot = lot
        self.way = self._way(head)

    def _way(self, head: Checkpoint) -> UpdateMode:
        core = self.core(self.entering)
        if not core:
            return UpdateMode.NONE
        if self.lot and any(m.role in (ENDED, TAKEN_OUT) for m in core):
            return UpdateMode.ANEW
        since = min(m.time for m in core)
        if since > head.time:
            return UpdateMode.EXTENDED
        return UpdateMode.TIED if since == head.time else UpdateMode.ANEW

    def _replay_all(self) -> None:
        self.way = UpdateMode.ANEW

    def replay_all(self, facts: ItemFacts) -> None:
        """Something else changes who holds it."""
        self.lot = facts.is_lot
        self._replay_all()

    def _removal_is_inert(self, facts: ItemFacts | None) -> bool:
        """Whether what leaves changes neither facts nor life; of a lot, at most its pairs with wholes."""
        light = all(
            (m.role in INERT and not (m.role == WHOLE and m.detail)) or (self.lot and self.in_pair(m))
            for m in self.leaving
        )
        return light and facts is not None and all(m.time > facts.first for m in self.leaving)

    @staticmethod
    def in_pair(m: Mention) -> bool:
        """Whether a mention of a lot is about one whole, or about a part of the lot that became something."""
        return m.role in (PUT_IN, INPUT) or (m.role == TAKEN_OUT and m.party is None)

    def core(self, mentions: Iterable[Mention]) -> list[Mention]:
        """The mentions that change the item's own state: of a lot not what is said of its pairs with wholes."""
        return [m for m in mentions if m.role not in INERT and not (self.lot and self.in_pair(m))]

    @property
    def pairs(self) -> set[str]:
        """The wholes with which a lot is concerned."""
        said = (*self.entering, *self.leaving)
        return {m.other for m in said if m.role in (PUT_IN, TAKEN_OUT) and m.other is not None}

    def current(self) -> list[Mention]:
        """The mentions in force after this moment, of what was fetched."""
        return self.after(self.kept)

    def after(self, kept: Iterable[Mention]) -> list[Mention]:
        """What was kept, without what leaves, with what enters."""
        gone = {m[:5] for m in (*self.leaving, *self.entering)}
        return [*(m for m in kept if m[:5] not in gone), *self.entering]
