"""Lives followed again: which items, from when, and what that changes of their edges and holdings (contract 3, 5)."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.projection.checkpoint import START, decode, span_since
from lineage.domain.projection.containment import ItemState, by_instant, merged
from lineage.domain.projection.custody import CustodyStatus, holdings_of
from lineage.domain.projection.item_update import ItemUpdate, UpdateMode
from lineage.domain.projection.replay import ItemReplay, ReplayScheduler
from lineage.service.projection.working_set import WorkingSet
from lineage.stores.interface import Row


class TimelineUpdates:
    """The lives that one moment of knowledge changes."""

    def __init__(self, kept: WorkingSet, concerns: dict[str, ItemUpdate]) -> None:
        self._kept = kept
        self._concerns = concerns
        self._runs = {c.item: self._run(c) for c in concerns.values() if c.way is not UpdateMode.NONE}

    def go_on(self, k: int, on_cycles: Iterable[str]) -> None:
        """Follow every life that changes, and those whose custody hangs on them; keep what has changed at `k`."""
        self._load_dependents(on_cycles)
        if self._runs:
            self._settle(k)

    def _run(self, concern: ItemUpdate) -> ItemReplay:
        row, head = self._kept.rows[concern.item], self._kept.head(concern.item)
        lot = concern.lot
        if concern.replays_all or row is None:
            return ItemReplay(
                concern.item, lot=lot, start=START.now, before_time=BEGIN, since=BEGIN, mentions=concern.current()
            )
        core = concern.core(concern.entering)
        if concern.way is UpdateMode.TIED:
            core += concern.core(concern.kept)
            return ItemReplay(
                concern.item, lot=lot, start=head.before, before_time=head.before_time, since=head.time, mentions=core
            )
        since = min(m.time for m in core)
        return ItemReplay(concern.item, lot=lot, start=head.now, before_time=head.time, since=since, mentions=core)

    def _load_dependents(self, on_cycles: Iterable[str]) -> None:
        """Add the items whose custody hangs on what changes, and so on; they are derived anew."""
        concerns, runs = self._concerns, self._runs
        since = {c.item: c.since for c in concerns.values() if c.since is not None}
        since.update(dict.fromkeys(on_cycles, BEGIN))
        todo = list(since)
        while todo:
            self._kept.load_dependencies({x: since[x] for x in todo})
            reached: dict[str, None] = {}
            for whole in todo:
                for at, part in self._kept.dependencies(whole):
                    if since[whole] <= at < since.get(part, OPEN):
                        since[part] = at
                        reached[part] = None
            todo = list(reached)
        late = [
            x for x, t in since.items() if (x in runs and runs[x].since > t) or (x not in runs and self._for_another(x))
        ]
        if late:
            self._replay_all(late)

    def _for_another(self, item: str) -> bool:
        """Whether the item is there for the sake of another, not for what is said of itself."""
        concern = self._concerns.get(item)
        row = self._kept.rows[item]
        return (concern is None or not concern.lot) and row is not None and row.facts is not None

    def _replay_all(self, items: list[str]) -> None:
        concerns = self._concerns
        self._kept.load(items)
        for item in items:
            concern = concerns.setdefault(item, ItemUpdate(item))
            concern.replay_all(self._kept.facts(item))
            concern.kept, concern.entering, concern.leaving = [], [], []
        for m in self._kept.mentions(items):
            concerns[m.item].kept.append(m)
        for item in items:
            self._runs[item] = self._run(concerns[item])

    def _settle(self, k: int) -> None:
        """Let the lives go on together, and keep what has changed."""
        concerns, runs, kept = self._concerns, self._runs, self._kept
        level = {w for run in runs.values() for w in run.needs()}
        met: set[str] = set()
        while level:
            kept.load(level)
            met |= level
            level = {w for x in level if self._kept.rows[x] is not None for w in self._kept.head(x).now[1]} - met
        together = ReplayScheduler(runs, kept.facts_and_checkpoint, kept.surroundings)
        old: dict[str, list[Row]] = {x: self._rows_before(concerns[x], run) for x, run in runs.items()}
        together.run_all()
        anew = [x for x in runs if concerns[x].replays_all]
        for e in kept.part_edges(anew):
            old[e.source].append(e)
        for h in kept.holdings(anew):
            old[h.item].append(h)
        for item, run in runs.items():
            self._store_replay(k, run, old[item], paired=run.lot and not concerns[item].replays_all)
        for hang in together.dependencies:
            kept.add_dependency(*hang)

    def _store_replay(self, k: int, run: ItemReplay, old: list[Row], *, paired: bool) -> None:
        life = run.life
        assert life is not None
        row = self._kept.rows[run.item]
        assert row is not None
        new: list[Row] = [*life.holdings()]
        if not paired:
            new += life.edges()
        self._kept.supersede_all(k, old, new)
        facts = row.facts
        if facts is not None:
            earlier = tuple(s for s in facts.spans if s.since < span_since(run.start)) if run.since > BEGIN else ()
            spans = (*earlier, *life.own_spans(suspended=row.on_cycle))
            facts = facts._replace(spans=spans) if spans != facts.spans else facts
        self._kept.update_item(k, run.item, facts, head=run.head, contested=life.contested or row.on_cycle)

    def _rows_before(self, concern: ItemUpdate, run: ItemReplay) -> list[Row]:
        """The rows from `since` on as they were kept, told from the head alone; none where all rows are fetched."""
        if concern.replays_all:
            return []
        tied = concern.way is UpdateMode.TIED
        head = self._kept.head(concern.item)
        now = decode(head.now, run.item, lot=run.lot, effective=_no_dependency) if tied else run.life
        assert now is not None
        rows: list[Row] = [*now.holdings()]
        if not run.lot:
            rows += now.edges()
        if not tied:
            return rows
        before = decode(head.before, run.item, lot=run.lot, effective=_no_dependency)
        if before.span[0] != now.span[0] and before.span[0] < head.time and before.answers:
            rows += holdings_of(run.item, before.span, head.time)
        if not run.lot:
            life = ItemState(run.item, lot=False)
            life.alive, life.inside = before.alive, dict(before.inside)
            for time, happenings in by_instant(concern.core(concern.kept)):
                life.moment(time, happenings)
            rows += merged(life.closed)
        return rows


def _no_dependency(_whole: str, _time: int) -> CustodyStatus:
    raise AssertionError("a life that is only looked at does not go on")
