"""The projection of one commit: edges, holdings and facts from the events that come into force (contract 3, 5, 8).

An event later than everything known of an item extends its checkpoint; a backdated, simultaneous or correcting one
replays the items concerned and those whose custody depends on them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from lineage.domain.events.effects import EventEffects
from lineage.domain.graph import BECAME, ENDED, PUT_IN, TAKEN_OUT, Edge, KnownInterval, Mention
from lineage.domain.instants import Instant
from lineage.domain.projection.became import became_edge
from lineage.domain.projection.checkpoint import nested
from lineage.domain.projection.containment import pair_edges
from lineage.domain.projection.cycles import items_on_cycles
from lineage.domain.projection.item_facts import facts_of
from lineage.domain.projection.item_update import ItemUpdate, UpdateMode
from lineage.domain.projection.write_buffer import row_key
from lineage.service.projection.timeline_updates import TimelineUpdates
from lineage.service.projection.working_set import WorkingSet
from lineage.stores.interface import ProjectionTarget, Row

_BecameKey = tuple[str, str, Instant]
_BecameEdges = dict[_BecameKey, Edge | None]


class Projector:
    """Applies commits to a store, within one transaction; `working_set.flush` at the end writes everything."""

    def __init__(self, transaction: ProjectionTarget) -> None:
        self.working_set = WorkingSet(transaction)

    # ---- one commit

    def commit(self, recorded: Instant, entering: list[EventEffects], leaving: list[EventEffects]) -> None:
        """Let events come into force and leave it at transaction time `recorded`, milliseconds UTC."""
        updates = _updates_of(entering, leaving)
        self.working_set.load(updates)
        for update in updates.values():
            update.decide_mode(self.working_set.row(update.item), self.working_set.checkpoint(update.item))
        # Everything is fetched as it was before this commit: once changes are gathered, reads would need a flush first.
        self._load(updates)
        on_cycles = self._items_on_cycles(updates)
        became = self._became_before(entering, leaving)
        for update in updates.values():
            self._update_facts(recorded, update, on_cycle=update.item in on_cycles)
        for item in sorted(on_cycles - updates.keys()):
            row = self.working_set.row(item)
            assert row is not None
            self.working_set.update_item(recorded, item, row.facts, on_cycle=True)
        self._store_effects(recorded, entering, leaving)
        self.working_set.count_parties(recorded, named_more(entering, leaving))
        self._update_became(recorded, became, entering, leaving)
        self._update_pairs(recorded, updates)
        TimelineUpdates(self.working_set, updates).apply(recorded, on_cycles)

    def _store_effects(self, recorded: Instant, entering: list[EventEffects], leaving: list[EventEffects]) -> None:
        """Write the rows that each event has by itself; all other rows are derived from these."""
        buffer = self.working_set.buffer
        for group, write in ((leaving, buffer.close), (entering, buffer.open)):
            for effects in group:
                rows: list[Row] = [*effects.mentions, *effects.terms]
                if effects.enrolment is not None:
                    rows.append(effects.enrolment)
                for row in rows:
                    write(row, recorded)

    def write_withdrawn_before_arrival(self, recorded: Instant, effects: EventEffects) -> None:
        """Write the mentions of an event that never comes into force, so that it is listed with its items."""
        self.working_set.load(m.item for m in effects.mentions)
        for m in effects.mentions:
            if self.working_set.rows[m.item] is None:
                self.working_set.update_item(recorded, m.item, None)
            self.working_set.buffer.changes.past.append((m, KnownInterval(recorded, recorded)))

    # ---- BECAME

    def _update_became(
        self,
        recorded: Instant,
        edges: _BecameEdges,
        entering: list[EventEffects],
        leaving: list[EventEffects],
    ) -> None:
        changes: dict[_BecameKey, dict[str, bool]] = defaultdict(dict)
        for group, enters in ((leaving, False), (entering, True)):
            for effects in group:
                for key in effects.became:
                    changes[key][effects.event] = enters
        for key, edge in edges.items():
            self.working_set.replace(recorded, edge, became_edge(*key, edge, changes[key]))

    def _became_before(self, entering: list[EventEffects], leaving: list[EventEffects]) -> _BecameEdges:
        """Return the edges of these inputs, outputs and instants as they are before this commit."""
        edges: _BecameEdges = {}
        missing = []
        buffer, rows = self.working_set.buffer, self.working_set.rows
        for key in (key for effects in (*leaving, *entering) for key in effects.became):
            key_of_row = row_key(Edge(BECAME, key[0], key[1], key[2], key[2], ()))
            opened = buffer.opened_row(key_of_row)
            assert opened is None or isinstance(opened, Edge)
            edges[key] = opened
            if opened is None and not buffer.has_closed(key_of_row) and rows[key[0]] and rows[key[1]]:
                missing.append(key)
        for edge in self.working_set.tx.became_edges(missing) if missing else ():
            edges[edge.source, edge.target, edge.since] = edge
        return edges

    # ---- what must be fetched

    def _load(self, updates: dict[str, ItemUpdate]) -> None:
        """Fetch the mentions in force of items that are replayed, all of them or those of the last instant."""
        replayed = [u.item for u in updates.values() if u.replays_all]
        last_replayed = [u.item for u in updates.values() if u.mode is UpdateMode.REPLAY_LAST]
        times = {x: self.working_set.checkpoint(x).time for x in last_replayed}
        for m in (*self.working_set.mentions(replayed), *self.working_set.mentions_at(times)):
            updates[m.item].stored.append(m)
        self._load_pairs(updates)

    def _load_pairs(self, updates: dict[str, ItemUpdate]) -> None:
        rows, tx = self.working_set.rows, self.working_set.tx
        lots = [u for u in updates.values() if u.lot and not u.replays_all and rows[u.item] is not None]
        pairs = [(u.item, w) for u in lots for w in sorted(u.pairs) if rows[w] is not None]
        if not pairs:
            return
        self.working_set.flush_if_touched([x for x, _ in pairs])
        for m in tx.mentions_of_pairs(pairs):
            updates[m.item].stored_pairs.append(m)
        for e in tx.edges_of_pairs(pairs):
            updates[e.source].edges_of_pairs.append(e)

    def _update_facts(self, recorded: Instant, update: ItemUpdate, *, on_cycle: bool) -> None:
        row = self.working_set.rows[update.item]
        old = None if row is None else row.facts
        if update.replays_all:
            facts = facts_of(update.item, update.current())
            if facts is not None:
                update.lot = facts.is_lot
                facts = facts._replace(spans=old.spans if old is not None else ())
        else:
            facts = update.facts
        self.working_set.update_item(recorded, update.item, facts, on_cycle=on_cycle)

    # ---- items that are part of themselves

    def _items_on_cycles(self, updates: dict[str, ItemUpdate]) -> set[str]:
        """Return the items that a new installation makes part of themselves, or that contain such an item."""
        steps = [(m.item, m.other) for u in updates.values() for m in u.entering if m.role == PUT_IN and m.other]
        return items_on_cycles(steps, lambda items: self._wholes_ever(items, updates))

    def _wholes_ever(self, items: Iterable[str], updates: dict[str, ItemUpdate]) -> dict[str, set[str]]:
        wholes: dict[str, set[str]] = {}
        installed = []
        self.working_set.load(items)
        for w in items:
            update = updates.get(w)
            wholes[w] = {m.other for m in (update.entering if update else ()) if m.role == PUT_IN and m.other}
            row = self.working_set.rows[w]
            if row is None:
                continue
            if nested(self.working_set.checkpoint(w).now) or (row.facts is not None and row.facts.is_lot):
                installed.append(w)
        for e in self.working_set.part_edges(installed):
            wholes[e.source].add(e.target)
        return wholes

    # ---- lots: a lot is in many wholes, and its part in each whole has edges of its own

    def _update_pairs(self, recorded: Instant, updates: dict[str, ItemUpdate]) -> None:
        """Derive the edges between lots and the wholes that this commit concerns, and no others."""
        for update in updates.values():
            if not update.lot or update.replays_all:
                continue
            facts = self.working_set.facts(update.item)
            ends = [Mention(update.item, t, event, ENDED) for t, event, _ in facts.ends]
            mentions = update.after(update.stored_pairs)
            for whole in sorted(update.pairs):
                of_pair = [m for m in mentions if m.other == whole and m.role in (PUT_IN, TAKEN_OUT)]
                old = [e for e in update.edges_of_pairs if e.target == whole]
                self.working_set.supersede_all(recorded, old, pair_edges(update.item, of_pair, ends))


def _updates_of(entering: list[EventEffects], leaving: list[EventEffects]) -> dict[str, ItemUpdate]:
    updates: dict[str, ItemUpdate] = {}
    for group, enters in ((leaving, False), (entering, True)):
        for effects in group:
            for m in effects.mentions:
                update = updates.get(m.item)
                if update is None:
                    update = updates[m.item] = ItemUpdate(m.item)
                (update.entering if enters else update.leaving).append(m)
    return updates


def named_more(entering: list[EventEffects], leaving: list[EventEffects]) -> Counter[str]:
    """Return by how many the events that name each party increase; below 0 they decrease."""
    named = Counter(p for effects in entering for p in effects.parties)
    named.subtract(p for effects in leaving for p in effects.parties)
    return named
