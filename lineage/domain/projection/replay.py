"""Replay of several items together, instant by instant, because the custody of one may depend on another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from lineage.domain.graph import ENDED, INPUT, TAKEN_OUT, CustodyDependency, Edge, ItemFacts, Mention
from lineage.domain.instants import BEGIN
from lineage.domain.projection.checkpoint import EMPTY, Checkpoint, EncodedState, decode, encode, own_of, wholes_of
from lineage.domain.projection.containment import ItemState, by_instant
from lineage.domain.projection.custody import CircularRemovalError, CustodyState, CustodyStatus
from lineage.domain.projection.effective_custody import CustodyContext, effective_custody, enclosing_wholes


class ItemReplay:
    """One item whose mentions from `since` on are applied again, starting from the encoded state `start`."""

    def __init__(
        self, item: str, *, lot: bool, start: EncodedState, before_time: int, since: int, mentions: Iterable[Mention]
    ) -> None:
        self.item = item
        self.lot = lot
        self.start = start
        self.since = since
        self.todo = list(by_instant(mentions))[::-1]
        self.checkpoint = Checkpoint(before_time, start, BEGIN, EMPTY)
        self.state: CustodyState | None = None
        self.started = False
        self._mentions = [h for _, group in self.todo for h in group]
        self._edges: list[Edge] | None = None

    @property
    def next_time(self) -> int | None:
        """The next instant that is not applied yet."""
        return self.todo[-1][0] if self.todo else None

    def edges(self) -> list[Edge]:
        """Return the edges to wholes from `since` on. Custody never changes them, so they are known before it is."""
        if self._edges is None:
            state = ItemState(self.item, lot=self.lot)
            state.alive = self.start[0]
            state.inside = {w: (s, tuple(ids)) for w, (s, ids) in self.start[1].items()}
            for time, mentions in by_instant(self._mentions):
                state.apply_instant(time, mentions)
            self._edges = state.edges()
        return self._edges

    def needs(self) -> set[str]:
        """Return the wholes whose custody may be needed."""
        if self.lot:
            return set()
        named = {m.other for m in self._mentions if m.role == TAKEN_OUT and m.party is None and m.other is not None}
        if any(m.role in (ENDED, INPUT) for m in self._mentions):
            named.update(e.target for e in self.edges())
        return named


StoredStates = Callable[[str], tuple[ItemFacts, Checkpoint | None]]
"""Facts and checkpoint of an item as stored."""
StoredRows = Callable[[str], CustodyContext]
"""The stored rows of one item: its edges to wholes and its holdings."""


class ReplayScheduler:
    """Applies replays in the order of time, with stored states for all other items. A `CustodySource`."""

    def __init__(self, replays: dict[str, ItemReplay], stored: StoredStates, rows: StoredRows) -> None:
        self.replays = replays
        self._stored = stored
        self._rows = rows
        self._in_progress: list[str] = []
        self._circular: set[str] = set()
        self.dependencies: dict[CustodyDependency, None] = {}
        for replay in replays.values():
            replay.state = decode(replay.start, replay.item, lot=replay.lot, effective=self._custody_for(replay.item))

    def run_all(self) -> None:
        """Apply all mentions, earliest instant first; at one instant the smallest item id first."""
        agenda: dict[int, list[str]] = defaultdict(list)
        for item, replay in self.replays.items():
            for time, _ in replay.todo:
                agenda[time].append(item)
        for time in sorted(agenda):
            for item in sorted(agenda[time]):
                self._advance(item, time)

    def _advance(self, item: str, time: int) -> None:
        """Apply the mentions of the item at `time`; all earlier instants are applied for all items."""
        replay = self.replays[item]
        if replay.next_time != time:
            return
        if item in self._in_progress:
            self._circular.update(self._in_progress[self._in_progress.index(item) :])
            raise CircularRemovalError
        assert replay.state is not None
        _, mentions = replay.todo[-1]
        if len(replay.todo) == 1:
            before, before_time = encode(replay.state) if replay.started else replay.start, replay.checkpoint.time
        replay.started = True
        self._in_progress.append(item)
        replay.state.apply_instant(time, mentions)
        self._in_progress.pop()
        if not self._in_progress:
            self._circular.clear()
        replay.todo.pop()
        if replay.todo:
            replay.checkpoint = Checkpoint(time, EMPTY, BEGIN, EMPTY)
        else:
            replay.checkpoint = Checkpoint(time, encode(replay.state), before_time, before)

    def _custody_for(self, item: str) -> Callable[[str, int], CustodyStatus]:
        def custody_of_whole(whole: str, time: int) -> CustodyStatus:
            for w in (whole, *enclosing_wholes(self, whole, time)):
                self.dependencies[CustodyDependency(w, time, item)] = None
            custody_status = effective_custody(self, whole, time)
            if item in self._circular:
                raise CircularRemovalError
            return custody_status

        return custody_of_whole

    # ---- CustodySource

    def is_lot(self, item: str) -> bool:
        return self._stored(item)[0].is_lot

    def consumed_by(self, item: str, t: int) -> bool:
        return any(c <= t for c in self._stored(item)[0].consumptions)

    def wholes(self, item: str, t: int) -> Iterable[str]:
        replay = self.replays.get(item)
        if replay is not None and t >= replay.since and not replay.lot:
            return [e.target for e in replay.edges() if e.since <= t < e.until]
        facts, checkpoint = self._stored(item)
        encoded = None if checkpoint is None or facts.is_lot else checkpoint.at(t)
        return wholes_of(encoded) if encoded is not None else self._rows(item).wholes(item, t)

    def own(self, item: str, t: int) -> tuple[CustodyStatus, bool]:
        replay = self.replays.get(item)
        if replay is not None and t >= replay.since:
            self._advance(item, t)
            assert replay.state is not None
            return replay.state.own, replay.state.transferred_while_installed
        _, checkpoint = self._stored(item)
        encoded = None if checkpoint is None else checkpoint.at(t)
        return own_of(encoded) if encoded is not None else self._rows(item).own(item, t)
