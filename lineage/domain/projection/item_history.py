"""The whole history of one item, from everything that was ever said of it: what was known of it, and when.

What the projection makes moment by moment for all items at once is made here item by item, in memory. It is for items
whose custody hangs on no other item's: such a history needs nothing but what is said of the item.
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
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.projection.changes import Word
from lineage.domain.projection.checkpoint import START, Checkpoint, encode, restored, snapshot
from lineage.domain.projection.containment import INERT, ItemState, by_instant, merged
from lineage.domain.projection.custody import CustodyState, CustodyStatus, holdings_of
from lineage.domain.projection.item_facts import extended, facts_of
from lineage.domain.projection.item_update import ItemUpdate, UpdateMode
from lineage.domain.records import Changes, ItemRow, Row

_PLAIN: Final = frozenset({MOVED, OWNED, SEEN, PUT_IN, TAKEN_OUT})
"""Roles that add nothing to the facts but, perhaps, an earlier beginning."""
_k_of: Final = itemgetter(0)
_Key = tuple[Any, ...]
_UNTIL: Final = 4


def item_history(item: str, said: Iterable[Word], changes: Changes) -> None:
    """Add to `changes` everything that these words, in the order of `k`, ever made known of the item."""
    followed = ItemHistory(item)
    for k, some in groupby(said, key=_k_of):
        entering: list[Mention] = []
        leaving: list[Mention] = []
        for _, sign, mention in some:
            if sign > 0:
                entering.append(mention)
            elif sign < 0:
                leaving.append(mention)
            else:
                followed.withdrawn_before_arrival(k, mention)
        if entering or leaving:
            followed.moment(k, entering, leaving)
    followed.tell(changes)


class ItemHistory:
    """`life` goes on from moment to moment while all comes in order; `before` is its state before `time`."""

    def __init__(self, item: str) -> None:
        self.item = item
        self.facts: ItemFacts | None = None
        self.known_from: int | None = None
        self.contested = False
        self.past_facts: list[tuple[str, ItemFacts, KnownInterval]] = []
        self.past: list[tuple[Row, KnownInterval]] = []
        self._mentions: dict[_Key, tuple[Mention, int]] = {}
        self._news: list[tuple[Mention, int]] = []
        self._pairs: dict[str, dict[_Key, Mention]] = {}
        self.rows: dict[_Key, tuple[Row, int]] = {}
        self.open: dict[_Key, None] = {}
        self.pair_rows: dict[str, list[_Key]] = {}
        self.has_run = False
        self._begin()

    def _begin(self) -> None:
        self.life = CustodyState(self.item, lot=False, effective=_no_dependency)
        self.time, self.before_time = BEGIN, BEGIN
        self.before = _FRESH

    # ---- one moment of knowledge

    def withdrawn_before_arrival(self, k: int, m: Mention) -> None:
        """Said by an event that was withdrawn before it arrived."""
        if self.known_from is None:
            self.known_from = k
        self.past.append((m, KnownInterval(k, k)))

    def moment(self, k: int, entering: list[Mention], leaving: list[Mention]) -> None:
        """What the projection does for one item at one moment."""
        old = self.facts
        new = self._extended(old, entering)
        if leaving or (new is not None and new.is_lot) or (old is not None and old.is_lot):
            self._commit_with_removals(k, entering, leaving)
            return
        self._say(k, entering, leaving)
        core = [m for m in entering if m.role not in INERT]
        if core:
            first = core[0].time if len(core) == 1 else min([m.time for m in core])
            if first > self.time:
                new = self._go_on(k, new, core)
            elif first == self.time:
                new = self._replay_last(k, new, core)
            else:
                new = self._replay_all(k, new, lot=False)
        self._keep_facts(k, new)

    def _commit_with_removals(self, k: int, entering: list[Mention], leaving: list[Mention]) -> None:
        """The same for lots, and where something goes."""
        old = self.facts
        concern = ItemUpdate(self.item)
        concern.entering, concern.leaving = entering, leaving
        row = None if self.known_from is None else self._row(None)
        concern.judge(row, Checkpoint(self.time, START.now, self.before_time, START.now))
        self._say(k, entering, leaving)
        if concern.replays_all:
            facts = facts_of(self.item, (m for m, _ in self.mentions.values()))
            if facts is not None:
                concern.lot = facts.is_lot
                facts = facts._replace(spans=old.spans if old is not None else ())
        else:
            facts = extended(self.item, old, entering)
        if concern.lot and not concern.replays_all:
            assert facts is not None
            self._go_on_in_pairs(k, facts, concern.pairs)
        core = concern.core(entering)
        if core and concern.since is not None and concern.since < min(m.time for m in core):
            # Something earlier is said of a pair: the projection looks at the whole life then.
            concern.way = UpdateMode.ANEW
        if concern.way is UpdateMode.EXTENDED:
            facts = self._go_on(k, facts, core, lot=concern.lot)
        elif concern.way is UpdateMode.TIED:
            facts = self._replay_last(k, facts, core, lot=concern.lot)
        elif concern.way is UpdateMode.ANEW:
            facts = self._replay_all(k, facts, lot=concern.lot)
        self._keep_facts(k, facts)

    def _extended(self, old: ItemFacts | None, entering: list[Mention]) -> ItemFacts | None:
        """`extended`, without its work where nothing or everything is new."""
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

    def _keep_facts(self, k: int, facts: ItemFacts | None) -> None:
        if self.known_from is None:
            self.known_from = k
        elif facts is not self.facts and facts != self.facts:
            if self.facts is not None and self.known_from < k:
                self.past_facts.append((self.item, self.facts, KnownInterval(self.known_from, k)))
            self.known_from = k
        self.facts = facts

    def _say(self, k: int, entering: list[Mention], leaving: list[Mention]) -> None:
        for m in leaving:
            kept = self.mentions.pop(m[:5], None)
            if kept is not None and kept[1] < k:
                self.past.append((kept[0], KnownInterval(kept[1], k)))
            if m.other is not None and m.role in (PUT_IN, TAKEN_OUT):
                self._pairs.get(m.other, {}).pop(m[:5], None)
        self._news += [(m, k) for m in entering]

    @property
    def mentions(self) -> dict[_Key, tuple[Mention, int]]:
        """The mentions in force, and since when they are known: most lives go on without a look at them."""
        for m, k in self._news:
            self._mentions[m[:5]] = (m, k)
            if m.other is not None and m.role in (PUT_IN, TAKEN_OUT):
                self._pairs.setdefault(m.other, {})[m[:5]] = m
        self._news.clear()
        return self._mentions

    @property
    def pairs(self) -> dict[str, dict[_Key, Mention]]:
        """The mentions in force that are about a whole, by whole."""
        return self._pairs if self.mentions else {}

    # ---- the life

    def _go_on(self, k: int, facts: ItemFacts | None, core: list[Mention], *, lot: bool = False) -> ItemFacts | None:
        """The life goes on from where it is."""
        return self._follow(k, facts, core, list(self.open), lot=lot)

    def _replay_last(
        self, k: int, facts: ItemFacts | None, core: list[Mention], *, lot: bool = False
    ) -> ItemFacts | None:
        """The last moment happens again, with what is new."""
        last = self.time
        met = {m[:5] for m in core}
        inert = INERT | ({PUT_IN, INPUT} if lot else set())
        again = [
            m for key, (m, _) in self.mentions.items() if m.time == last and m.role not in inert and key not in met
        ]
        if lot:
            again = [m for m in again if m.role != TAKEN_OUT or m.party is not None]
        kinds = Holding if lot else (Holding, Edge)
        old = [key for key, (row, _) in self.rows.items() if isinstance(row, kinds) and row.until in (last, OPEN)]
        self.life, self.time = restored(self.before, self.item, lot=lot, effective=_no_dependency), self.before_time
        return self._follow(k, facts, [*again, *core], old, lot=lot)

    def _follow(
        self, k: int, facts: ItemFacts | None, core: list[Mention], old: list[_Key], *, lot: bool
    ) -> ItemFacts | None:
        """Let it happen, and put what comes of it in the place of the rows `old`. Edges of lots are not looked at."""
        life = self.life
        life.lot = lot
        started, closed, spans = life.span[0], len(life.closed), len(life.spans)
        if len(core) == 1:
            self._happen_at(core[0].time, core)
        else:
            self._happen(core)
        ended = life.own.status == "ended"
        new: list[Row] = []
        for span, until, answers in life.spans[spans:]:
            ended = ended or span[1].status == "ended"
            if answers:
                new += holdings_of(self.item, span, until)
        if life.answers:
            new += holdings_of(self.item, life.span, OPEN)
        if not lot and (life.inside or len(life.closed) > closed):
            going_on = [Edge(PART_OF, self.item, w, since, OPEN, ids) for w, (since, ids) in life.inside.items()]
            new += merged([*life.closed[closed:], *going_on])
        self._replace(k, old, new)
        self.contested = self.contested or life.contested
        if facts is None or not (facts.spans or ended):
            return facts
        earlier = tuple(s for s in facts.spans if s.since < started)
        return facts._replace(spans=(*earlier, *life.own_spans(suspended=False, after=spans)))

    def _replay_all(self, k: int, facts: ItemFacts | None, *, lot: bool) -> ItemFacts | None:
        """The life is followed again from its beginning."""
        self._begin()
        life = self.life
        life.lot = lot
        self._happen(m for m, _ in self.mentions.values())
        self._replace(k, list(self.rows), [*life.holdings(), *life.edges()])
        self.open, self.pair_rows = {}, {}
        for key, (row, _) in self.rows.items():
            if lot and isinstance(row, Edge):
                self.pair_rows.setdefault(row.target, []).append(key)
            elif key[_UNTIL] == OPEN:
                self.open[key] = None
        self.contested = self.contested or life.contested
        return facts if facts is None else facts._replace(spans=tuple(life.own_spans(suspended=False)))

    def _happen(self, core: Iterable[Mention]) -> None:
        self.has_run = True
        for time, happenings in by_instant(core):
            self._happen_at(time, happenings)

    def _happen_at(self, time: int, happenings: list[Mention]) -> None:
        self.before, self.before_time = snapshot(self.life), self.time
        self.life.moment(time, happenings)
        self.time = time
        self.has_run = True

    def _go_on_in_pairs(self, k: int, facts: ItemFacts, wholes: Iterable[str]) -> None:
        """Each pair of a lot and a whole has a life of its own."""
        ends = [Mention(self.item, t, event, ENDED) for t, event, _ in facts.ends]
        for whole in sorted(wholes):
            life = ItemState(self.item, lot=True)
            for time, happenings in by_instant([*self.pairs.get(whole, {}).values(), *ends]):
                life.moment(time, happenings)
            new = merged(life.edges())
            self._replace(k, self.pair_rows.get(whole, []), new, paired=True)
            self.pair_rows[whole] = [_key(e) for e in new]

    # ---- rows

    def _replace(self, k: int, old: Iterable[_Key], new: Iterable[Row], *, paired: bool = False) -> None:
        """Supersede what is no longer so, open what is new, leave alone what stays."""
        rows, opened = self.rows, self.open
        after = {_key(r): r for r in new}
        for key in old:
            row, since = rows[key]
            if key in after and after[key] == row:
                del after[key]
                continue
            del rows[key]
            opened.pop(key, None)
            if since < k:
                self.past.append((row, KnownInterval(since, k)))
        for key, row in after.items():
            rows[key] = (row, k)
            if key[_UNTIL] == OPEN and not paired:
                opened[key] = None

    def _row(self, head: Checkpoint | None) -> ItemRow:
        assert self.known_from is not None
        return ItemRow(self.item, self.facts, self.known_from, head, self.contested, on_cycle=False)

    def tell(self, changes: Changes) -> None:
        """Everything that is known, and was."""
        head = None
        if self.has_run:
            head = Checkpoint(self.time, encode(self.life), self.before_time, encode(self.before))
        changes.items[self.item] = self._row(head)
        changes.past_facts.extend(self.past_facts)
        changes.opened.extend(self._mentions.values())
        changes.opened.extend(self._news)
        changes.opened.extend(self.rows.values())
        changes.past.extend(self.past)


def _key(row: Row) -> _Key:
    """What makes an edge or a holding itself; its end lies in the same place of both."""
    if isinstance(row, Holding):
        return (row.item, row.holder, "", row.since, row.until, row.status, row.to)
    return row[:5]


def _no_dependency(_whole: str, _time: int) -> CustodyStatus:
    raise AssertionError("a custody that hangs on another is not followed here")


_FRESH: Final = snapshot(CustodyState("", lot=False, effective=_no_dependency))
"""The state of a life before its first moment."""
