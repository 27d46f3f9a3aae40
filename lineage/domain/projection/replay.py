"""Lives that go on together: several items settled moment by moment, because custody may hang on one another."""

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
    """One item whose life is followed again from `since` on, starting in the state `start`."""

    def __init__(
        self, item: str, *, lot: bool, start: EncodedState, before_time: int, since: int, mentions: Iterable[Mention]
    ) -> None:
        self.item = item
        self.lot = lot
        self.start = start
        self.since = since
        self.todo = list(by_instant(mentions))[::-1]
        self.head = Checkpoint(before_time, start, BEGIN, EMPTY)
        self.life: CustodyState | None = None
        self.going = False
        self._happenings = [h for _, some in self.todo for h in some]
        self._shape: list[Edge] | None = None

    @property
    def next_time(self) -> int | None:
        """The next moment that is not settled yet."""
        return self.todo[-1][0] if self.todo else None

    def shape(self) -> list[Edge]:
        """What the item is inside from `since` on. Custody never changes it, so it is there before custody is."""
        if self._shape is None:
            life = ItemState(self.item, lot=self.lot)
            life.alive = self.start[0]
            life.inside = {w: (s, tuple(ids)) for w, (s, ids) in self.start[1].items()}
            for time, happenings in by_instant(self._happenings):
                life.moment(time, happenings)
            self._shape = life.edges()
        return self._shape

    def needs(self) -> set[str]:
        """Wholes whose custody may be asked for."""
        if self.lot:
            return set()
        named = {m.other for m in self._happenings if m.role == TAKEN_OUT and m.party is None and m.other is not None}
        if any(m.role in (ENDED, INPUT) for m in self._happenings):
            named.update(e.target for e in self.shape())
        return named


StoredStates = Callable[[str], tuple[ItemFacts, Checkpoint | None]]
"""Facts and head of an item as they are now."""
StoredRows = Callable[[str], CustodyContext]
"""The kept rows of one item: its edges to wholes and its holdings."""


class ReplayScheduler:
    """Settles runs in the order of time; asks kept state for all other items. Implements `Situation`."""

    def __init__(self, runs: dict[str, ItemReplay], kept: StoredStates, rows: StoredRows) -> None:
        self.runs = runs
        self._kept = kept
        self._rows = rows
        self._busy: list[str] = []
        self._circular: set[str] = set()
        self.dependencies: dict[CustodyDependency, None] = {}
        for run in runs.values():
            run.life = decode(run.start, run.item, lot=run.lot, effective=self._asking(run.item))

    def run_all(self) -> None:
        """Let everything happen, oldest moment first; of one moment the smallest id first."""
        agenda: dict[int, list[str]] = defaultdict(list)
        for item, run in self.runs.items():
            for time, _ in run.todo:
                agenda[time].append(item)
        for time in sorted(agenda):
            for item in sorted(agenda[time]):
                self._settle(item, time)

    def _settle(self, item: str, time: int) -> None:
        """Settle what happens to the item at `time`; all earlier moments are settled for all items."""
        run = self.runs[item]
        if run.next_time != time:
            return
        if item in self._busy:
            self._circular.update(self._busy[self._busy.index(item) :])
            raise CircularRemovalError
        assert run.life is not None
        _, happenings = run.todo[-1]
        if len(run.todo) == 1:
            before, before_time = encode(run.life) if run.going else run.start, run.head.time
        run.going = True
        self._busy.append(item)
        run.life.moment(time, happenings)
        self._busy.pop()
        if not self._busy:
            self._circular.clear()
        run.todo.pop()
        if run.todo:
            run.head = Checkpoint(time, EMPTY, BEGIN, EMPTY)
        else:
            run.head = Checkpoint(time, encode(run.life), before_time, before)

    def _asking(self, item: str) -> Callable[[str, int], CustodyStatus]:
        def ask(whole: str, time: int) -> CustodyStatus:
            for w in (whole, *enclosing_wholes(self, whole, time)):
                self.dependencies[CustodyDependency(w, time, item)] = None
            hands = effective_custody(self, whole, time)
            if item in self._circular:
                raise CircularRemovalError
            return hands

        return ask

    # ---- Situation

    def is_lot(self, item: str) -> bool:
        return self._kept(item)[0].is_lot

    def consumed_by(self, item: str, t: int) -> bool:
        return any(c <= t for c in self._kept(item)[0].consumptions)

    def wholes(self, item: str, t: int) -> Iterable[str]:
        run = self.runs.get(item)
        if run is not None and t >= run.since and not run.lot:
            return [e.target for e in run.shape() if e.since <= t < e.until]
        facts, head = self._kept(item)
        packed = None if head is None or facts.is_lot else head.at(t)
        return wholes_of(packed) if packed is not None else self._rows(item).wholes(item, t)

    def own(self, item: str, t: int) -> tuple[CustodyStatus, bool]:
        run = self.runs.get(item)
        if run is not None and t >= run.since:
            self._settle(item, t)
            assert run.life is not None
            return run.life.own, run.life.transferred_while_installed
        _, head = self._kept(item)
        packed = None if head is None else head.at(t)
        return own_of(packed) if packed is not None else self._rows(item).own(item, t)
