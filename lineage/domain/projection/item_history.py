"""The complete history of one item: every row that was ever known of it, from the changes of its mentions.

This is the definition of the projection for an item whose custody depends on no other item: its history follows from
its own mentions. `lineage.service.projection` derives the same rows commit by commit from checkpoints, and a property
test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from lineage.domain.graph import (
    ENDED,
    INPUT,
    MAKERS,
    MOVED,
    OWNED,
    PART_OF,
    PUT_IN,
    SEEN,
    TAKEN_OUT,
    WHOLE,
    Edge,
    Holding,
    ItemFacts,
    KnownInterval,
    Mention,
)
from lineage.domain.instants import BEGIN, OPEN, Instant
from lineage.domain.projection.changes import MentionChange
from lineage.domain.projection.checkpoint import START, Checkpoint, encode, restored, snapshot
from lineage.domain.projection.containment import INERT, by_instant, merged, pair_edges
from lineage.domain.projection.custody import CustodyState, CustodyStatus, holdings_of
from lineage.domain.projection.item_facts import extended, facts_of
from lineage.domain.projection.item_update import ItemUpdate, UpdateMode
from lineage.domain.records import Changes, ItemRow, Row

_PLAIN: Final = frozenset({MOVED, OWNED, SEEN, PUT_IN, TAKEN_OUT})
"""Roles that change nothing in the facts but, perhaps, the first event."""
_recorded_of: Final = itemgetter(0)
_Key = tuple[Any, ...]
_UNTIL: Final = 4


def item_history(item: str, changes_of_item: Iterable[MentionChange], changes: Changes) -> None:
    """Add to `changes` every row that these changes of mentions, in the order of `recorded`, ever made known."""
    history = ItemHistory(item)
    for recorded, changes_at in groupby(changes_of_item, key=_recorded_of):
        entering: list[Mention] = []
        leaving: list[Mention] = []
        for _, sign, mention in changes_at:
            if sign > 0:
                entering.append(mention)
            elif sign < 0:
                leaving.append(mention)
            else:
                history.withdrawn_before_arrival(recorded, mention)
        if entering or leaving:
            history.commit(recorded, entering, leaving)
    history.write_to(changes)


class ItemHistory:
    """The rows of one item, commit by commit.

    `state` is the item state after `time`, the last instant of its events; `before` is the state before `time`, from
    `before_time` on. An event in order extends `state`; a simultaneous or backdated one replays some or all events.
    """

    def __init__(self, item: str) -> None:
        self.item = item
        self.facts: ItemFacts | None = None
        self.known_from: int | None = None
        self.contested = False
        self.past_facts: list[tuple[str, ItemFacts, KnownInterval]] = []
        self.past: list[tuple[Row, KnownInterval]] = []
        self._mentions: dict[_Key, tuple[Mention, int]] = {}
        self._fresh_mentions: list[tuple[Mention, int]] = []
        self._pairs: dict[str, dict[_Key, Mention]] = {}
        self.rows: dict[_Key, tuple[Row, int]] = {}
        self.open: dict[_Key, None] = {}
        self.pair_rows: dict[str, list[_Key]] = {}
        self.has_checkpoint = False
        self._reset()

    def _reset(self) -> None:
        self.state = CustodyState(self.item, lot=False, effective=_no_dependency)
        self.time, self.before_time = BEGIN, BEGIN
        self.before = _FRESH

    # ---- one commit

    def withdrawn_before_arrival(self, recorded: Instant, m: Mention) -> None:
        """Add the mention by an event that was withdrawn before it arrived: it never comes into force."""
        if self.known_from is None:
            self.known_from = recorded
        self.past.append((m, KnownInterval(recorded, recorded)))

    def commit(self, recorded: Instant, entering: list[Mention], leaving: list[Mention]) -> None:
        """Let mentions come into force and leave it at transaction time `recorded`, milliseconds UTC."""
        old = self.facts
        new = self._extended(old, entering)
        if leaving or (new is not None and new.is_lot) or (old is not None and old.is_lot):
            self._commit_with_removals(recorded, entering, leaving)
            return
        self._update_mentions(recorded, entering, leaving)
        core = [m for m in entering if m.role not in INERT]
        if core:
            first = core[0].time if len(core) == 1 else min([m.time for m in core])
            if first > self.time:
                new = self._extend(recorded, new, core)
            elif first == self.time:
                new = self._replay_last(recorded, new, core)
            else:
                new = self._replay_all(recorded, new, lot=False)
        self._update_facts(recorded, new)

    def _commit_with_removals(self, recorded: Instant, entering: list[Mention], leaving: list[Mention]) -> None:
        """Apply a commit to a lot, or one in which mentions leave."""
        old = self.facts
        update = ItemUpdate(self.item)
        update.entering, update.leaving = entering, leaving
        row = None if self.known_from is None else self._row(None)
        update.decide_mode(row, Checkpoint(self.time, START.now, self.before_time, START.now))
        self._update_mentions(recorded, entering, leaving)
        if update.replays_all:
            facts = facts_of(self.item, (m for m, _ in self.mentions.values()))
            if facts is not None:
                update.lot = facts.is_lot
                facts = facts._replace(spans=old.spans if old is not None else ())
        else:
            facts = extended(self.item, old, entering)
        if update.lot and not update.replays_all:
            assert facts is not None
            self._extend_pairs(recorded, facts, update.pairs)
        core = update.core(entering)
        if core and update.since is not None and update.since < min(m.time for m in core):
            # A pair of the lot changes at an earlier instant: the checkpoints cannot be used.
            update.mode = UpdateMode.REPLAY_ALL
        if update.mode is UpdateMode.EXTEND:
            facts = self._extend(recorded, facts, core, lot=update.lot)
        elif update.mode is UpdateMode.REPLAY_LAST:
            facts = self._replay_last(recorded, facts, core, lot=update.lot)
        elif update.mode is UpdateMode.REPLAY_ALL:
            facts = self._replay_all(recorded, facts, lot=update.lot)
        self._update_facts(recorded, facts)

    def _extended(self, old: ItemFacts | None, entering: list[Mention]) -> ItemFacts | None:
        """Return the facts after the mentions, as `extended` does, but faster where nothing or everything is new."""
        if old is not None:
            first = old.first
            for m in entering:
                if m.time < first or not (m.role in _PLAIN or (m.role == WHOLE and not m.detail)):
                    break
            else:
                return old
        elif len(entering) == 1:
            (m,) = entering
            if m.role in MAKERS:
                assert m.detail is not None
                return ItemFacts(m.detail, m.time, m.event, m.time)
        return extended(self.item, old, entering)

    def _update_facts(self, recorded: Instant, facts: ItemFacts | None) -> None:
        if self.known_from is None:
            self.known_from = recorded
        elif facts is not self.facts and facts != self.facts:
            if self.facts is not None and self.known_from < recorded:
                self.past_facts.append((self.item, self.facts, KnownInterval(self.known_from, recorded)))
            self.known_from = recorded
        self.facts = facts

    def _update_mentions(self, recorded: Instant, entering: list[Mention], leaving: list[Mention]) -> None:
        for m in leaving:
            stored = self.mentions.pop(m[:5], None)
            if stored is not None and stored[1] < recorded:
                self.past.append((stored[0], KnownInterval(stored[1], recorded)))
            if m.other is not None and m.role in (PUT_IN, TAKEN_OUT):
                self._pairs.get(m.other, {}).pop(m[:5], None)
        self._fresh_mentions += [(m, recorded) for m in entering]

    @property
    def mentions(self) -> dict[_Key, tuple[Mention, int]]:
        """The mentions in force, and since when they are known; built on demand, as most commits need none of them."""
        for m, recorded in self._fresh_mentions:
            self._mentions[m[:5]] = (m, recorded)
            if m.other is not None and m.role in (PUT_IN, TAKEN_OUT):
                self._pairs.setdefault(m.other, {})[m[:5]] = m
        self._fresh_mentions.clear()
        return self._mentions

    @property
    def pairs(self) -> dict[str, dict[_Key, Mention]]:
        """The mentions in force that name a whole, by whole."""
        return self._pairs if self.mentions else {}

    # ---- replay

    def _extend(
        self, recorded: Instant, facts: ItemFacts | None, core: list[Mention], *, lot: bool = False
    ) -> ItemFacts | None:
        """Apply mentions that are later than all others."""
        return self._replay(recorded, facts, core, list(self.open), lot=lot)

    def _replay_last(
        self, recorded: Instant, facts: ItemFacts | None, core: list[Mention], *, lot: bool = False
    ) -> ItemFacts | None:
        """Replay the last instant, with the new mentions."""
        last = self.time
        keys = {m[:5] for m in core}
        inert = INERT | ({PUT_IN, INPUT} if lot else set())
        replayed = [
            m for key, (m, _) in self.mentions.items() if m.time == last and m.role not in inert and key not in keys
        ]
        if lot:
            replayed = [m for m in replayed if m.role != TAKEN_OUT or m.party is not None]
        kinds = Holding if lot else (Holding, Edge)
        old = [key for key, (row, _) in self.rows.items() if isinstance(row, kinds) and row.until in (last, OPEN)]
        self.state, self.time = restored(self.before, self.item, lot=lot, effective=_no_dependency), self.before_time
        return self._replay(recorded, facts, [*replayed, *core], old, lot=lot)

    def _replay(
        self, recorded: Instant, facts: ItemFacts | None, core: list[Mention], old: list[_Key], *, lot: bool
    ) -> ItemFacts | None:
        """Apply the mentions, and replace the rows `old` by the new ones; edges of lots are derived in pairs."""
        state = self.state
        state.lot = lot
        started, closed, spans = state.span[0], len(state.closed), len(state.spans)
        if len(core) == 1:
            self._apply_at(core[0].time, core)
        else:
            self._apply(core)
        ended = state.own.status == "ended"
        new: list[Row] = []
        for span, until, answers in state.spans[spans:]:
            ended = ended or span[1].status == "ended"
            if answers:
                new += holdings_of(self.item, span, until)
        if state.answers:
            new += holdings_of(self.item, state.span, OPEN)
        if not lot and (state.inside or len(state.closed) > closed):
            open_edges = [Edge(PART_OF, self.item, w, since, OPEN, ids) for w, (since, ids) in state.inside.items()]
            new += merged([*state.closed[closed:], *open_edges])
        self._replace(recorded, old, new)
        self.contested = self.contested or state.contested
        if facts is None or not (facts.spans or ended):
            return facts
        earlier = tuple(s for s in facts.spans if s.since < started)
        return facts._replace(spans=(*earlier, *state.own_spans(suspended=False, after=spans)))

    def _replay_all(self, recorded: Instant, facts: ItemFacts | None, *, lot: bool) -> ItemFacts | None:
        """Replay all mentions in force."""
        self._reset()
        state = self.state
        state.lot = lot
        self._apply(m for m, _ in self.mentions.values())
        self._replace(recorded, list(self.rows), [*state.holdings(), *state.edges()])
        self.open, self.pair_rows = {}, {}
        for key, (row, _) in self.rows.items():
            if lot and isinstance(row, Edge):
                self.pair_rows.setdefault(row.target, []).append(key)
            elif key[_UNTIL] == OPEN:
                self.open[key] = None
        self.contested = self.contested or state.contested
        return facts if facts is None else facts._replace(spans=tuple(state.own_spans(suspended=False)))

    def _apply(self, core: Iterable[Mention]) -> None:
        self.has_checkpoint = True
        for time, mentions in by_instant(core):
            self._apply_at(time, mentions)

    def _apply_at(self, time: Instant, mentions: list[Mention]) -> None:
        self.before, self.before_time = snapshot(self.state), self.time
        self.state.apply_instant(time, mentions)
        self.time = time
        self.has_checkpoint = True

    def _extend_pairs(self, recorded: Instant, facts: ItemFacts, wholes: Iterable[str]) -> None:
        """Derive the edges between a lot and each of these wholes again."""
        ends = [Mention(self.item, t, event, ENDED) for t, event, _ in facts.ends]
        for whole in sorted(wholes):
            new = pair_edges(self.item, self.pairs.get(whole, {}).values(), ends)
            self._replace(recorded, self.pair_rows.get(whole, []), new, paired=True)
            self.pair_rows[whole] = [_key(e) for e in new]

    # ---- rows

    def _replace(self, recorded: Instant, old: Iterable[_Key], new: Iterable[Row], *, paired: bool = False) -> None:
        """Supersede rows that are no longer so, open new ones, leave unchanged ones alone."""
        rows, opened = self.rows, self.open
        after = {_key(r): r for r in new}
        for key in old:
            row, since = rows[key]
            if key in after and after[key] == row:
                del after[key]
                continue
            del rows[key]
            opened.pop(key, None)
            if since < recorded:
                self.past.append((row, KnownInterval(since, recorded)))
        for key, row in after.items():
            rows[key] = (row, recorded)
            if key[_UNTIL] == OPEN and not paired:
                opened[key] = None

    def _row(self, checkpoint: Checkpoint | None) -> ItemRow:
        assert self.known_from is not None
        return ItemRow(self.item, self.facts, self.known_from, checkpoint, self.contested, on_cycle=False)

    def write_to(self, changes: Changes) -> None:
        """Add every row that is known or was known."""
        checkpoint = None
        if self.has_checkpoint:
            checkpoint = Checkpoint(self.time, encode(self.state), self.before_time, encode(self.before))
        changes.items[self.item] = self._row(checkpoint)
        changes.past_facts.extend(self.past_facts)
        changes.opened.extend(self._mentions.values())
        changes.opened.extend(self._fresh_mentions)
        changes.opened.extend(self.rows.values())
        changes.past.extend(self.past)


def _key(row: Row) -> _Key:
    """Return the key of an edge or a holding; both have `until` at the same index."""
    if isinstance(row, Holding):
        return (row.item, row.holder, "", row.since, row.until, row.status, row.to)
    return row[:5]


def _no_dependency(_whole: str, _time: int) -> CustodyStatus:
    raise AssertionError("the custody of such an item depends on no other item")


_FRESH: Final = snapshot(CustodyState("", lot=False, effective=_no_dependency))
"""The state of an item before its first event."""
