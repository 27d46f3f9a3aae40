"""Replays of item timelines in a commit: which items, from when, and the edges and holdings that change."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.domain.instants import BEGIN, OPEN, Instant
from lineage.domain.projection.checkpoint import START, decode, span_since
from lineage.domain.projection.containment import ItemState, by_instant, merged
from lineage.domain.projection.custody import CustodyStatus, holdings_of
from lineage.domain.projection.item_update import ItemUpdate, UpdateMode
from lineage.domain.projection.replay import ItemReplay, ReplayScheduler
from lineage.service.projection.working_set import WorkingSet
from lineage.stores.interface import Row


class TimelineUpdates:
    """The items whose containment or custody one commit changes (contract 3, 5)."""

    def __init__(self, working_set: WorkingSet, updates: dict[str, ItemUpdate]) -> None:
        self._working_set = working_set
        self._updates = updates
        self._replays = {u.item: self._replay_of(u) for u in updates.values() if u.mode is not UpdateMode.NONE}

    def apply(self, recorded: Instant, on_cycles: Iterable[str]) -> None:
        """Replay every item that changes and every item whose custody depends on one; write what changes."""
        self._load_dependents(on_cycles)
        if self._replays:
            self._run(recorded)

    def _replay_of(self, update: ItemUpdate) -> ItemReplay:
        row, checkpoint = self._working_set.rows[update.item], self._working_set.checkpoint(update.item)
        item, lot = update.item, update.lot
        if update.replays_all or row is None:
            mentions = update.current()
            return ItemReplay(item, lot=lot, start=START.now, before_time=BEGIN, since=BEGIN, mentions=mentions)
        core = update.core(update.entering)
        if update.mode is UpdateMode.REPLAY_LAST:
            core += update.core(update.stored)
            start, before_time, since = checkpoint.before, checkpoint.before_time, checkpoint.time
        else:
            start, before_time, since = checkpoint.now, checkpoint.time, min(m.time for m in core)
        return ItemReplay(item, lot=lot, start=start, before_time=before_time, since=since, mentions=core)

    def _load_dependents(self, on_cycles: Iterable[str]) -> None:
        """Add the items whose custody depends on a changed item, directly or not; they are replayed completely."""
        replays = self._replays
        since = {u.item: u.since for u in self._updates.values() if u.since is not None}
        since.update(dict.fromkeys(on_cycles, BEGIN))
        todo = list(since)
        while todo:
            self._working_set.load_dependencies({x: since[x] for x in todo})
            reached: dict[str, None] = {}
            for whole in todo:
                for at, part in self._working_set.dependencies(whole):
                    if since[whole] <= at < since.get(part, OPEN):
                        since[part] = at
                        reached[part] = None
            todo = list(reached)
        incomplete = [
            x for x, t in since.items() if (replays[x].since > t if x in replays else self._is_dependent_only(x))
        ]
        if incomplete:
            self._replay_all(incomplete)

    def _is_dependent_only(self, item: str) -> bool:
        """Return whether an item that no mode replays must be replayed because of another item."""
        update = self._updates.get(item)
        row = self._working_set.rows[item]
        return (update is None or not update.lot) and row is not None and row.facts is not None

    def _replay_all(self, items: list[str]) -> None:
        updates = self._updates
        self._working_set.load(items)
        for item in items:
            update = updates.setdefault(item, ItemUpdate(item))
            update.replay_all(self._working_set.facts(item))
            update.stored, update.entering, update.leaving = [], [], []
        for m in self._working_set.mentions(items):
            updates[m.item].stored.append(m)
        for item in items:
            self._replays[item] = self._replay_of(updates[item])

    def _run(self, recorded: Instant) -> None:
        """Run all replays together, and write what has changed."""
        updates, replays, working_set = self._updates, self._replays, self._working_set
        self._load_wholes()
        scheduler = ReplayScheduler(replays, working_set.facts_and_checkpoint, working_set.custody_context)
        old: dict[str, list[Row]] = {x: self._rows_before(updates[x], replay) for x, replay in replays.items()}
        scheduler.run_all()
        replayed_all = [x for x in replays if updates[x].replays_all]
        for e in working_set.part_edges(replayed_all):
            old[e.source].append(e)
        for h in working_set.holdings(replayed_all):
            old[h.item].append(h)
        for item, replay in replays.items():
            self._store_replay(recorded, replay, old[item], paired=replay.lot and not updates[item].replays_all)
        for dependency in scheduler.dependencies:
            working_set.add_dependency(*dependency)

    def _load_wholes(self) -> None:
        """Fetch the wholes whose custody a replay may need, and everything that they are inside, level by level."""
        working_set = self._working_set
        level = {w for replay in self._replays.values() for w in replay.needs()}
        loaded: set[str] = set()
        while level:
            working_set.load(level)
            loaded |= level
            known = [x for x in level if working_set.rows[x] is not None]
            level = {w for x in known for w in working_set.checkpoint(x).now[1]} - loaded

    def _store_replay(self, recorded: Instant, replay: ItemReplay, old: list[Row], *, paired: bool) -> None:
        """Write the rows and the checkpoint of a replayed item; edges of a lot that is `paired` are left alone."""
        state = replay.state
        assert state is not None
        row = self._working_set.rows[replay.item]
        assert row is not None
        new: list[Row] = [*state.holdings()]
        if not paired:
            new += state.edges()
        self._working_set.supersede_all(recorded, old, new)
        facts = row.facts
        if facts is not None:
            start = span_since(replay.start)
            earlier = tuple(s for s in facts.spans if s.since < start) if replay.since > BEGIN else ()
            spans = (*earlier, *state.own_spans(suspended=row.on_cycle))
            facts = facts._replace(spans=spans) if spans != facts.spans else facts
        contested = state.contested or row.on_cycle
        self._working_set.update_item(recorded, replay.item, facts, checkpoint=replay.checkpoint, contested=contested)

    def _rows_before(self, update: ItemUpdate, replay: ItemReplay) -> list[Row]:
        """Return the stored rows that a replay may change, derived from the checkpoint; none where all are fetched."""
        if update.replays_all:
            return []
        item, lot = replay.item, replay.lot
        replays_last = update.mode is UpdateMode.REPLAY_LAST
        checkpoint = self._working_set.checkpoint(update.item)
        now = decode(checkpoint.now, item, lot=lot, effective=_no_dependency) if replays_last else replay.state
        assert now is not None
        rows: list[Row] = [*now.holdings()]
        if not lot:
            rows += now.edges()
        if not replays_last:
            return rows
        before = decode(checkpoint.before, item, lot=lot, effective=_no_dependency)
        if before.span[0] != now.span[0] and before.span[0] < checkpoint.time and before.answers:
            rows += holdings_of(item, before.span, checkpoint.time)
        if not lot:
            state = ItemState(item, lot=False)
            state.alive, state.inside = before.alive, dict(before.inside)
            for time, mentions in by_instant(update.core(update.stored)):
                state.apply_instant(time, mentions)
            rows += merged(state.closed)
        return rows


def _no_dependency(_whole: str, _time: Instant) -> CustodyStatus:
    raise AssertionError("a state that is only read applies no event")
