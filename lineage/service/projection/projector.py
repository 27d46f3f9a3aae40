"""The projection: edges, holdings and facts derived from the events in force, as they come and go (contract 3, 5, 8).

One `moment` of knowledge at a time. An event in order extends the life that is kept; a late, tied or correcting one
derives anew the items concerned and those whose custody hangs on them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from lineage.domain.events.effects import Told
from lineage.domain.graph import BECAME, ENDED, PUT_IN, TAKEN_OUT, Edge, Known, Mention
from lineage.domain.projection.checkpoint import nested
from lineage.domain.projection.containment import Life, merged, moments
from lineage.domain.projection.cycles import ringed
from lineage.domain.projection.item_facts import facts_of
from lineage.domain.projection.item_update import Concern, Way
from lineage.domain.projection.write_buffer import row_key
from lineage.service.projection.timeline_updates import Lives
from lineage.service.projection.working_set import Kept
from lineage.stores.interface import Row, Transaction

_BecameKey = tuple[str, str, int]
_Became = dict[_BecameKey, Edge | None]


class Projector:
    """Applies moments of knowledge to a store, within one transaction. `kept.flush` at the end keeps everything."""

    def __init__(self, transaction: Transaction) -> None:
        self.kept = Kept(transaction)

    # ---- one moment of knowledge

    def moment(self, k: int, entering: list[Told], leaving: list[Told]) -> None:
        """Events come into force and go out of force at `k` (milliseconds UTC), the `recorded` of a commit."""
        concerns = self._concerns(entering, leaving)
        self.kept.prepare(concerns)
        for concern in concerns.values():
            concern.judge(self.kept.row(concern.item), self.kept.head(concern.item))
        # What is fetched here is as it was before this moment; whatever is gathered from here on needs its items first.
        self._load(concerns)
        in_rings = self._rings(concerns)
        standing = self._standing_became(entering, leaving)
        for concern in concerns.values():
            self._keep_facts(k, concern, in_ring=concern.item in in_rings)
        for item in sorted(in_rings - concerns.keys()):
            row = self.kept.row(item)
            assert row is not None
            self.kept.keep_item(k, item, row.facts, in_ring=True)
        self._keep_told(k, entering, leaving)
        self.kept.count_parties(k, named_more(entering, leaving))
        self._became(k, standing, entering, leaving)
        self._pairs(k, concerns)
        Lives(self.kept, concerns).go_on(k, in_rings)

    def _concerns(self, entering: list[Told], leaving: list[Told]) -> dict[str, Concern]:
        concerns: dict[str, Concern] = {}
        for told, comes in ((leaving, False), (entering, True)):
            for one in told:
                for m in one.mentions:
                    concern = concerns.get(m.item)
                    if concern is None:
                        concern = concerns[m.item] = Concern(m.item)
                    (concern.entering if comes else concern.leaving).append(m)
        return concerns

    def _keep_told(self, k: int, entering: list[Told], leaving: list[Told]) -> None:
        """What is said leaves and comes as it is told; the rest of the projection is derived from it."""
        for told, keep in ((leaving, self.kept.pending.close), (entering, self.kept.pending.open)):
            for one in told:
                rows: list[Row] = [*one.mentions, *one.terms, *([one.enrolment] if one.enrolment else [])]
                for row in rows:
                    keep(row, k)

    def keep_unheard(self, k: int, told: Told) -> None:
        """An event that is withdrawn before it arrives says nothing, but is found by what it names."""
        self.kept.prepare(m.item for m in told.mentions)
        for m in told.mentions:
            if self.kept.rows[m.item] is None:
                self.kept.keep_item(k, m.item, None)
            self.kept.pending.changes.past.append((m, Known(k, k)))

    # ---- BECAME

    def _became(self, k: int, standing: _Became, entering: list[Told], leaving: list[Told]) -> None:
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

    def _standing_became(self, entering: list[Told], leaving: list[Told]) -> _Became:
        """The edges of these inputs, outputs and instants as they are before this moment."""
        found: _Became = {}
        asked = []
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
                asked.append(key)
        for edge in self.kept.tx.became_edges(asked) if asked else ():
            found[edge.source, edge.target, edge.since] = edge
        return found

    # ---- what must be fetched

    def _load(self, concerns: dict[str, Concern]) -> None:
        """Fetch the mentions in force of items that are derived anew, or whose last moment is tied."""
        anew = [c.item for c in concerns.values() if c.anew]
        tied = {c.item: self.kept.head(c.item).time for c in concerns.values() if c.way is Way.TIED}
        for m in (*self.kept.mentions(anew), *self.kept.mentions_at(tied)):
            concerns[m.item].kept.append(m)
        self._load_pairs(concerns)

    def _load_pairs(self, concerns: dict[str, Concern]) -> None:
        lots = [c for c in concerns.values() if c.lot and not c.anew and self.kept.rows[c.item] is not None]
        pairs = [(c.item, w) for c in lots for w in sorted(c.pairs) if self.kept.rows[w] is not None]
        if not pairs:
            return
        self.kept.settled([x for x, _ in pairs])
        for m in self.kept.tx.pair_mentions(pairs):
            concerns[m.item].pair_kept.append(m)
        for e in self.kept.tx.pair_edges(pairs):
            concerns[e.source].pair_edges.append(e)

    def _keep_facts(self, k: int, concern: Concern, *, in_ring: bool) -> None:
        row = self.kept.rows[concern.item]
        old = None if row is None else row.facts
        if concern.anew:
            facts = facts_of(concern.item, concern.current())
            if facts is not None:
                concern.lot = facts.is_lot
                facts = facts._replace(spans=old.spans if old is not None else ())
        else:
            facts = concern.facts
        self.kept.keep_item(k, concern.item, facts, in_ring=in_ring)

    # ---- things that are part of themselves

    def _rings(self, concerns: dict[str, Concern]) -> set[str]:
        """Items that a new `PART_OF` makes part of themselves, time ignored."""
        steps = [(m.item, m.other) for c in concerns.values() for m in c.entering if m.role == PUT_IN and m.other]
        return ringed(steps, lambda items: self._wholes_ever(items, concerns))

    def _wholes_ever(self, items: Iterable[str], concerns: dict[str, Concern]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        asked = []
        self.kept.prepare(items)
        for w in items:
            concern = concerns.get(w)
            found[w] = {m.other for m in (concern.entering if concern else ()) if m.role == PUT_IN and m.other}
            row = self.kept.rows[w]
            if row is not None and (nested(self.kept.head(w).now) or (row.facts is not None and row.facts.is_lot)):
                asked.append(w)
        for e in self.kept.part_edges(asked):
            found[e.source].add(e.target)
        return found

    # ---- lots: each pair of a lot and a whole has a life of its own

    def _pairs(self, k: int, concerns: dict[str, Concern]) -> None:
        """A hot lot is in ever so many wholes: only the pairs concerned are looked at."""
        for concern in concerns.values():
            if not concern.lot or concern.anew:
                continue
            facts = self.kept.facts(concern.item)
            ends = [Mention(concern.item, t, event, ENDED) for t, event, _ in facts.ends]
            said = concern.after(concern.pair_kept)
            for whole in sorted(concern.pairs):
                life = Life(concern.item, lot=True)
                of_pair = [m for m in said if m.other == whole and m.role in (PUT_IN, TAKEN_OUT)]
                for time, happenings in moments([*of_pair, *ends]):
                    life.moment(time, happenings)
                old = [e for e in concern.pair_edges if e.target == whole]
                self.kept.replace_all(k, old, merged(life.edges()))


def named_more(entering: list[Told], leaving: list[Told]) -> Counter[str]:
    """How many more events name each party, or (below nothing) fewer."""
    named = Counter(p for one in entering for p in one.parties)
    named.subtract(p for one in leaving for p in one.parties)
    return named
