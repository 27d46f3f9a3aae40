"""The changes of one commit for one item, and how much of its timeline they replay."""

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
    """How much of an item's timeline an update replays.

    NONE: nothing. EXTEND: events after the checkpoint only. REPLAY_LAST: the last instant as well. REPLAY_ALL: all.
    """

    NONE = "none"
    EXTEND = "extend"
    REPLAY_LAST = "replay_last"
    REPLAY_ALL = "replay_all"


class ItemUpdate:
    """The mentions of one item that come into force (`entering`) and leave it (`leaving`) in a commit.

    `stored` and `stored_pairs` are mentions fetched from the store; `edges_of_pairs` are the edges of a lot to the
    wholes concerned. `since`: the earliest instant (milliseconds UTC) at which containment, custody or consumption of
    the item may change; None if they cannot. `facts`: the facts afterwards, unless all is replayed.
    """

    __slots__ = (
        "edges_of_pairs",
        "entering",
        "facts",
        "item",
        "leaving",
        "lot",
        "mode",
        "since",
        "stored",
        "stored_pairs",
    )

    def __init__(self, item: str) -> None:
        self.item = item
        self.entering: list[Mention] = []
        self.leaving: list[Mention] = []
        self.stored: list[Mention] = []
        self.stored_pairs: list[Mention] = []
        self.edges_of_pairs: list[Edge] = []
        self.facts: ItemFacts | None = None
        self.mode = UpdateMode.NONE
        self.lot = False
        self.since: int | None = None

    @property
    def replays_all(self) -> bool:
        """Whether all mentions of the item are replayed."""
        return self.mode is UpdateMode.REPLAY_ALL

    def decide_mode(self, row: ItemRow | None, checkpoint: Checkpoint) -> None:
        """Set the cheapest mode that gives the right rows; REPLAY_ALL when in doubt."""
        old = None if row is None else row.facts
        self.lot = old is not None and old.is_lot
        changing = [m for m in (*self.entering, *self.leaving) if m.role not in INERT]
        self.since = min((m.time for m in changing), default=None)
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
        self.mode = self._mode_for(checkpoint)

    def _mode_for(self, checkpoint: Checkpoint) -> UpdateMode:
        core = self.core(self.entering)
        if not core:
            return UpdateMode.NONE
        if self.lot and any(m.role in (ENDED, TAKEN_OUT) for m in core):
            return UpdateMode.REPLAY_ALL
        since = min(m.time for m in core)
        if since > checkpoint.time:
            return UpdateMode.EXTEND
        return UpdateMode.REPLAY_LAST if since == checkpoint.time else UpdateMode.REPLAY_ALL

    def _replay_all(self) -> None:
        self.mode = UpdateMode.REPLAY_ALL

    def replay_all(self, facts: ItemFacts) -> None:
        """Replay all mentions because the custody of another item changes."""
        self.lot = facts.is_lot
        self._replay_all()

    def _removal_is_inert(self, facts: ItemFacts | None) -> bool:
        """Return whether the leaving mentions change neither facts nor state; of a lot, at most its pairs."""
        is_light = all(
            (m.role in INERT and not (m.role == WHOLE and m.detail)) or (self.lot and self.in_pair(m))
            for m in self.leaving
        )
        return is_light and facts is not None and all(m.time > facts.first for m in self.leaving)

    @staticmethod
    def in_pair(m: Mention) -> bool:
        """Return whether a mention of a lot is about one whole, or about a part of the lot that was consumed."""
        return m.role in (PUT_IN, INPUT) or (m.role == TAKEN_OUT and m.party is None)

    def core(self, mentions: Iterable[Mention]) -> list[Mention]:
        """Return the mentions that change the item's own state: of a lot without those of its pairs with wholes."""
        return [m for m in mentions if m.role not in INERT and not (self.lot and self.in_pair(m))]

    @property
    def pairs(self) -> set[str]:
        """The wholes that the mentions of a lot name."""
        mentions = (*self.entering, *self.leaving)
        return {m.other for m in mentions if m.role in (PUT_IN, TAKEN_OUT) and m.other is not None}

    def current(self) -> list[Mention]:
        """Return the fetched mentions as they are in force after this commit."""
        return self.after(self.stored)

    def after(self, stored: Iterable[Mention]) -> list[Mention]:
        """Return the stored mentions without those that leave, with those that enter."""
        changed = {m[:5] for m in (*self.leaving, *self.entering)}
        return [*(m for m in stored if m[:5] not in changed), *self.entering]
