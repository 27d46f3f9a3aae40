"""The projection: edges, holdings and facts derived from the events in force, as they come and go (contract 3, 5, 8).

One `moment` of knowledge at a time. An event in order extends the life that is kept; a late, tied or correcting one
derives anew the items concerned and those whose custody hangs on them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from lineage.domain.events.effects import EventEffects
from lineage.domain.graph import BECAME, ENDED, PUT_IN, TAKEN_OUT, Edge, KnownInterval, Mention
from lineage.domain.projection.checkpoint import nested
from lineage.domain.projection.containment import ItemState, by_instant, merged
from lineage.domain.projection.cycles import items_on_cycles
from lineage.domain.projection.item_facts import facts_of
from lineage.domain.projection.item_update import ItemUpdate, UpdateMode
from lineage.domain.projection.write_buffer import row_key
from lineage.service.projection.timeline_updates import TimelineUpdates
from lineage.service.projection.working_set import WorkingSet
from lineage.stores.interface import Row, Transaction

_BecameKey = tuple[str, str, int]
_Became = dict[_BecameKey, Edge | None]


class Projector:
    """Applies moments of knowledge to a store, within one transaction. `kept.flush` at the end keeps everything."""

    def __init__(self, transaction: Transaction) -> None:
        self.kept = WorkingSet(transaction)

    # ---- one moment of knowledge

    def moment(self, k: int, entering: list[EventEffects], leaving: list[EventEffects]) -> None:
        """Events come into force and go out of force at `k` (milliseconds UTC), the `recorded` of a commit."""
        concerns = self._concerns(entering, leaving)
        self.kept.load(concerns)
        for concern in concerns.values():
            concern.judge(self.kept.row(concern.item), self.kept.head(concern.item))
        # What is fetched here is as it was before this moment; whatever is gathered from here on needs its items first.
        self._load(concerns)
        on_cycles = self._rings(concerns)
        standing = self._standing_became(entering, leaving)
        for concern in concerns.values():
            self._keep_facts(k, concern, on_cycle=concern.item in on_cycles)
        for item in sorted(on_cycles - concerns.keys()):
            row = self.kept.row(item)
            assert row is not None
            self.kept.update_item(k, item, row.facts, on_cycle=True)
        self._store_effects(k, entering, leaving)
        self.kept.count_parties(k, named_more(entering, leaving))
        self._became(k, standing, entering, leaving)
        self._pairs(k, concerns)
        TimelineUpdates(self.kept, concerns).go_on(k, on_cycles)

    def _concerns(self, entering: list[EventEffects], leaving: list[EventEffects]) -> dict[str, ItemUpdate]:
        concerns: dict[str, ItemUpdate] = {}
        for told, comes in ((leaving, False), (entering, True)):
            for one in told:
                for m in one.mentions:
                    concern = concerns.get(m.item)
                    if concern is None:
                        concern = concerns[m.item] = ItemUpdate(m.item)
                    (concern.entering if comes else concern.leaving).append(m)
        return concerns

    def _store_effects(self, k: int, entering: list[EventEffects], leaving: list[EventEffects]) -> None:
        """What is said leaves and comes as it is told; the rest of the projection is derived from it."""
        for told, keep in ((leaving, self.kept.pending.close), (entering, self.kept.pending.open)):
            for one in told:
                rows: list[Row] = [*one.mentions, *one.terms, *([one.enrolment] if one.enrolment else [])]
                for row in rows:
                    keep(row, k)

    def keep_withdrawn_before_arrival(self, k: int, told: EventEffects) -> None:
        """An event that is withdrawn before it arrives says nothing, but is found by what it names."""
        self.kept.load(m.item for m in told.mentions)
        for m in told.mentions:
            if self.kept.rows[m.item] is None:
                self.kept.update_item(k, m.item, None)
            self.kept.pending.changes.past.append((m, KnownInterval(k, k)))

    # ---- BECAME

    def _became(self, k: int, standing: _Became, entering: list[EventEffects], leaving: list[EventEffects]) -> None:
        """Each event proves its edges by itself: input → output at its time."""
        gains: dict[_BecameKey, dict[str, bool]] = defaultdict(dict)
        for told, comes in ((leaving, False), (entering, True)):
            for one in told:
                for key in one.became:
                    gains[key][one.event] = comes
        for key, edge in standing.items():
            events = {e for e in edge.events if e not in gains[key]} if edge else set()
            events |= {e for e, comes in gains[key].items() if comes}
            source, target, at = key
            new = Edge(BECAME, source, target, at, at, tuple(sorted(events))) if events else None
            self.kept.replace(k, edge, new)

    def _standing_became(self, entering: list[EventEffects], leaving: list[EventEffects]) -> _Became:
        """The edges of these inputs, outputs and instants as they are before this moment."""
        found: _Became = {}
        context = []
        for key in (key for one in (*leaving, *entering) for key in one.became):
            row_id = row_key(Edge(BECAME, key[0], key[1], key[2], key[2], ()))
            pending = self.kept.pending.standing(row_id)
            assert pending is None or isinstance(pending, Edge)
            found[key] = pending
            if (
                pending is None
                and not self.kept.pending.has_closed(row_id)
                and self.kept.rows[key[0]]
                and self.kept.rows[key[1]]
            ):
                context.append(key)
        for edge in self.kept.tx.became_edges(context) if context else ():
            found[edge.source, edge.target, edge.since] = edge
        return found

    # ---- what must be fetched

    def _load(self, concerns: dict[str, ItemUpdate]) -> None:
        """Fetch the mentions in force of items that are derived anew, or whose last moment is tied."""
        anew = [c.item for c in concerns.values() if c.replays_all]
        tied = {c.item: self.kept.head(c.item).time for c in concerns.values() if c.way is UpdateMode.TIED}
        for m in (*self.kept.mentions(anew), *self.kept.mentions_at(tied)):
            concerns[m.item].kept.append(m)
        self._load_pairs(concerns)

    def _load_pairs(self, concerns: dict[str, ItemUpdate]) -> None:
        lots = [c for c in concerns.values() if c.lot and not c.replays_all and self.kept.rows[c.item] is not None]
        pairs = [(c.item, w) for c in lots for w in sorted(c.pairs) if self.kept.rows[w] is not None]
        if not pairs:
            return
        self.kept.settled([x for x, _ in pairs])
        for m in self.kept.tx.mentions_of_pairs(pairs):
            concerns[m.item].pair_kept.append(m)
        for e in self.kept.tx.edges_of_pairs(pairs):
            concerns[e.source].edges_of_pairs.append(e)

    def _keep_facts(self, k: int, concern: ItemUpdate, *, on_cycle: bool) -> None:
        row = self.kept.rows[concern.item]
        old = None if row is None else row.facts
        if concern.replays_all:
            facts = facts_of(concern.item, concern.current())
            if facts is not None:
                concern.lot = facts.is_lot
                facts = facts._replace(spans=old.spans if old is not None else ())
        else:
            facts = concern.facts
        self.kept.update_item(k, concern.item, facts, on_cycle=on_cycle)

    # ---- things that are part of themselves

    def _rings(self, concerns: dict[str, ItemUpdate]) -> set[str]:
        """Items that a new `PART_OF` makes part of themselves, time ignored."""
        steps = [(m.item, m.other) for c in concerns.values() for m in c.entering if m.role == PUT_IN and m.other]
        return items_on_cycles(steps, lambda items: self._wholes_ever(items, concerns))

    def _wholes_ever(self, items: Iterable[str], concerns: dict[str, ItemUpdate]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        context = []
        self.kept.load(items)
        for w in items:
            concern = concerns.get(w)
            found[w] = {m.other for m in (concern.entering if concern else ()) if m.role == PUT_IN and m.other}
            row = self.kept.rows[w]
            if row is not None and (nested(self.kept.head(w).now) or (row.facts is not None and row.facts.is_lot)):
                context.append(w)
        for e in self.kept.part_edges(context):
            found[e.source].add(e.target)
        return found

    # ---- lots: each pair of a lot and a whole has a life of its own

    def _pairs(self, k: int, concerns: dict[str, ItemUpdate]) -> None:
        """A hot lot is in ever so many wholes: only the pairs concerned are looked at."""
        for concern in concerns.values():
            if not concern.lot or concern.replays_all:
                continue
            facts = self.kept.facts(concern.item)
            ends = [Mention(concern.item, t, event, ENDED) for t, event, _ in facts.ends]
            said = concern.after(concern.pair_kept)
            for whole in sorted(concern.pairs):
                life = ItemState(concern.item, lot=True)
                of_pair = [m for m in said if m.other == whole and m.role in (PUT_IN, TAKEN_OUT)]
                for time, happenings in by_instant([*of_pair, *ends]):
                    life.moment(time, happenings)
                old = [e for e in concern.edges_of_pairs if e.target == whole]
                self.kept.supersede_all(k, old, merged(life.edges()))


def named_more(entering: list[EventEffects], leaving: list[EventEffects]) -> Counter[str]:
    """How many more events name each party, or (below nothing) fewer."""
    named = Counter(p for one in entering for p in one.parties)
    named.subtract(p for one in leaving for p in one.parties)
    return named
