"""The projection: edges, holdings and facts derived from the events in force, as they come and go (contract 3, 5, 8).

One `moment` of knowledge at a time. An event in order extends the life that is kept; a late, tied or correcting one
derives anew the items concerned and those whose custody hangs on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import orjson

from lineage.domain.custody import Hands, holdings_of
from lineage.domain.effective import Surroundings
from lineage.domain.facts import extended, facts_of
from lineage.domain.graph import BECAME, ENDED, PUT_IN, TAKEN_OUT, Edge, Facts, Holding, Known, Mention
from lineage.domain.heads import START, Head, nested, unpack
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.telling import Told
from lineage.domain.timelines import Life, merged, moments
from lineage.service.concerned import Concern, Way
from lineage.service.pending import Pending, row_key
from lineage.service.rings import ringed
from lineage.service.runs import Run, Together
from lineage.stores.interface import ItemRow, Row, Transaction

_BecameKey = tuple[str, str, int]
_Became = dict[_BecameKey, Edge | None]


def read_head(text: str) -> Head:
    """The head as stores keep it."""
    return Head(*orjson.loads(text)) if text else START


def write_head(head: Head) -> str:
    return orjson.dumps(tuple(head)).decode()


class Projector:
    """Applies moments of knowledge to a store, within one transaction. `flush` at the end keeps everything."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self.pending = Pending()
        self._rows: dict[str, ItemRow | None] = {}
        self._heads: dict[str, Head] = {}
        self._hangs: dict[str, tuple[int, list[tuple[int, str]]]] = {}
        self._parties: set[str] = set()

    # ---- what is kept

    def prepare_all(self, told: Iterable[Told]) -> None:
        """Fetch what these events will need, for all of them at once."""
        since: dict[str, int] = {}
        for one in told:
            for m in one.mentions:
                since[m.item] = min(m.time, since.get(m.item, OPEN))
        self.prepare(since)
        self._prepare_hangs(since)

    def _prepare_hangs(self, since: Mapping[str, int]) -> None:
        """Know whose custody hangs on these items from these moments on."""
        missing = [(x, t) for x, t in since.items() if x not in self._hangs or self._hangs[x][0] > t]
        if not missing:
            return
        self.prepare(x for x, _ in missing)
        fresh = [(x, t) for x, t in missing if x not in self._hangs or self._hangs[x][0] > t]
        if self.pending.changes.hangs and fresh:
            self.flush()
        self._hangs.update({x: (t, []) for x, t in fresh})
        for hang in self._tx.hangs(fresh) if fresh else ():
            self._hangs[hang.whole][1].append((hang.at, hang.part))

    def prepare(self, items: Iterable[str]) -> None:
        """Fetch what is kept about these items, many at once."""
        missing = [x for x in dict.fromkeys(items) if x not in self._rows]
        if not missing:
            return
        found = self._tx.items(missing)
        for x in missing:
            self._rows[x] = found.get(x)
            if x not in found:
                self._hangs[x] = (BEGIN, [])

    def flush(self) -> None:
        """Hand everything gathered to the store, inside its transaction."""
        self._tx.apply(self.pending.take())

    def _settled(self, items: Iterable[str]) -> None:
        """Make sure that what the store tells of these items includes what is gathered."""
        if not self.pending.touched.isdisjoint(items):
            self.flush()

    def _row(self, item: str) -> ItemRow | None:
        if item not in self._rows:
            self.prepare([item])
        return self._rows[item]

    def _head(self, item: str) -> Head:
        head = self._heads.get(item)
        if head is None:
            row = self._row(item)
            head = self._heads[item] = read_head(row.head) if row is not None else START
        return head

    def _facts(self, item: str) -> Facts:
        row = self._row(item)
        assert row is not None and row.facts is not None
        return row.facts

    def _kept(self, item: str) -> tuple[Facts, Head | None]:
        return self._facts(item), self._head(item)

    # ---- one moment of knowledge

    def moment(self, k: int, entering: list[Told], leaving: list[Told]) -> None:
        """Events come into force and go out of force at `k` (milliseconds UTC), the `recorded` of a commit."""
        concerns = self._concerns(entering, leaving)
        self.prepare(concerns)
        for concern in concerns.values():
            concern.judge(self._row(concern.item), self._head(concern.item))
        # What is fetched here is as it was before this moment; whatever is gathered from here on needs its items first.
        self._load(concerns)
        in_rings = self._rings(concerns)
        standing = self._standing_became(entering, leaving)
        for concern in concerns.values():
            self._keep_facts(k, concern, in_ring=concern.item in in_rings)
        self._keep_told(k, entering, leaving)
        self.name_parties(k, (p for one in entering for p in one.parties))
        self._became(k, standing, entering, leaving)
        self._pairs(k, concerns)
        runs = {c.item: self._run(c) for c in concerns.values() if c.way is not Way.NONE}
        self._hanging(concerns, runs, in_rings)
        if runs:
            self._settle(k, concerns, runs)

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
        for told, keep in ((leaving, self.pending.close), (entering, self.pending.open)):
            for one in told:
                for row in (*one.mentions, *one.terms, *([one.enrolment] if one.enrolment else [])):
                    keep(row, k)

    def keep_unheard(self, k: int, told: Told) -> None:
        """An event that is withdrawn before it arrives says nothing, but is found by what it names."""
        self.prepare(m.item for m in told.mentions)
        for m in told.mentions:
            if self._rows[m.item] is None:
                self._keep_item(k, m.item, None)
            self.pending.changes.past.append((m, Known(k, k)))

    def name_parties(self, k: int, parties: Iterable[str]) -> None:
        """Remember since when each party has been named."""
        fresh = [p for p in dict.fromkeys(parties) if p not in self._parties]
        if fresh:
            self._parties.update(fresh)
            known = self._tx.parties(fresh)
            self.pending.changes.parties.update({p: k for p in fresh if p not in known or known[p] > k})

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
            self._replace(k, edge, new)

    def _standing_became(self, entering: list[Told], leaving: list[Told]) -> _Became:
        """The edges of these inputs, outputs and instants as they are before this moment."""
        found: _Became = {}
        asked = []
        for key in (key for one in (*leaving, *entering) for key in one.became):
            row_id = row_key(Edge(BECAME, key[0], key[1], key[2], key[2], ()))
            pending = self.pending.standing(row_id)
            assert pending is None or isinstance(pending, Edge)
            found[key] = pending
            if pending is None and not self.pending.has_closed(row_id) and self._rows[key[0]] and self._rows[key[1]]:
                asked.append(key)
        for edge in self._tx.became_edges(asked) if asked else ():
            found[edge.source, edge.target, edge.since] = edge
        return found

    def _replace(self, k: int, old: Row | None, new: Row | None) -> None:
        """Supersede one version of a row by another, unless they are the same."""
        if old == new:
            return
        if old is not None:
            self.pending.close(old, k)
        if new is not None:
            self.pending.open(new, k)

    def _replace_all(self, k: int, old: Iterable[Row], new: Iterable[Row]) -> None:
        before = {row_key(r): r for r in old}
        after = {row_key(r): r for r in new}
        for key, row in before.items():
            self._replace(k, row, after.get(key))
        for key, row in after.items():
            if key not in before:
                self._replace(k, None, row)

    # ---- what must be fetched

    def _load(self, concerns: dict[str, Concern]) -> None:
        """Fetch the mentions in force of items that are derived anew, or whose last moment is tied."""
        anew = [c.item for c in concerns.values() if c.anew]
        tied = [(c.item, self._head(c.item).time) for c in concerns.values() if c.way is Way.TIED and not c.anew]
        self._settled([*anew, *(x for x, _ in tied)])
        for m in self._tx.mentions(anew) if anew else ():
            concerns[m.item].kept.append(m)
        for m in self._tx.mentions_at(tied) if tied else ():
            concerns[m.item].kept.append(m)
        self._load_pairs(concerns)

    def _load_pairs(self, concerns: dict[str, Concern]) -> None:
        lots = [c for c in concerns.values() if c.lot and not c.anew and self._rows[c.item] is not None]
        pairs = [(c.item, w) for c in lots for w in sorted(c.pairs) if self._rows[w] is not None]
        if not pairs:
            return
        self._settled([x for x, _ in pairs])
        for m in self._tx.pair_mentions(pairs):
            concerns[m.item].pair_kept.append(m)
        for e in self._tx.pair_edges(pairs):
            concerns[e.source].pair_edges.append(e)

    def _keep_facts(self, k: int, concern: Concern, *, in_ring: bool) -> None:
        row = self._rows[concern.item]
        old = None if row is None else row.facts
        if concern.anew:
            facts = facts_of(concern.item, concern.current())
            if facts is not None:
                concern.lot = facts.is_lot
                facts = facts._replace(spans=old.spans if old is not None else ())
        else:
            facts = extended(concern.item, old, concern.entering)
        self._keep_item(k, concern.item, facts, in_ring=in_ring)

    def _keep_item(
        self,
        k: int,
        item: str,
        facts: Facts | None,
        *,
        head: Head | None = None,
        in_ring: bool = False,
        contested: bool = False,
    ) -> None:
        row = self._rows[item]
        known_from = k if row is None or row.facts != facts else row.known_from
        if row is not None and row.facts is not None and row.facts != facts and row.known_from < k:
            self.pending.changes.past_facts.append((item, row.facts, Known(row.known_from, k)))
        if head is not None:
            self._heads[item] = head
        text = write_head(head) if head is not None else ("" if row is None else row.head)
        new = ItemRow(
            item, facts, known_from, text,
            contested or (row is not None and row.contested), in_ring or (row is not None and row.ringed),
        )  # fmt: skip
        if new != row:
            self._rows[item] = new
            self.pending.changes.items[item] = new

    # ---- things that are part of themselves

    def _rings(self, concerns: dict[str, Concern]) -> set[str]:
        """Items that a new `PART_OF` makes part of themselves, time ignored."""
        steps = [(m.item, m.other) for c in concerns.values() for m in c.entering if m.role == PUT_IN and m.other]
        return ringed(steps, lambda items: self._wholes_ever(items, concerns))

    def _wholes_ever(self, items: Iterable[str], concerns: dict[str, Concern]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        asked = []
        self.prepare(items)
        for w in items:
            concern = concerns.get(w)
            found[w] = {m.other for m in (concern.entering if concern else ()) if m.role == PUT_IN and m.other}
            row = self._rows[w]
            if row is not None and (nested(self._head(w).now) or (row.facts is not None and row.facts.is_lot)):
                asked.append(w)
        if asked:
            self._settled(asked)
            for e in self._tx.part_edges(asked):
                found[e.source].add(e.target)
        return found

    # ---- lots: each pair of a lot and a whole has a life of its own

    def _pairs(self, k: int, concerns: dict[str, Concern]) -> None:
        """A hot lot is in ever so many wholes: only the pairs concerned are looked at."""
        for concern in concerns.values():
            if not concern.lot or concern.anew:
                continue
            facts = self._facts(concern.item)
            ends = [Mention(concern.item, t, event, ENDED) for t, event, _ in facts.ends]
            said = concern.after(concern.pair_kept)
            for whole in sorted(concern.pairs):
                life = Life(concern.item, lot=True)
                of_pair = [m for m in said if m.other == whole and m.role in (PUT_IN, TAKEN_OUT)]
                for time, happenings in moments([*of_pair, *ends]):
                    life.moment(time, happenings)
                old = [e for e in concern.pair_edges if e.target == whole]
                self._replace_all(k, old, merged(life.edges()))

    # ---- lives

    def _run(self, concern: Concern) -> Run:
        row, head = self._rows[concern.item], self._head(concern.item)
        lot = concern.lot
        if concern.anew or row is None:
            return Run(
                concern.item, lot=lot, start=START.now, before_time=BEGIN, since=BEGIN, mentions=concern.current()
            )
        core = concern.core(concern.entering)
        if concern.way is Way.TIED:
            core += concern.core(concern.kept)
            return Run(
                concern.item, lot=lot, start=head.before, before_time=head.before_time, since=head.time, mentions=core
            )
        since = min(m.time for m in core)
        return Run(concern.item, lot=lot, start=head.now, before_time=head.time, since=since, mentions=core)

    def _hanging(self, concerns: dict[str, Concern], runs: dict[str, Run], in_rings: set[str]) -> None:
        """Add the items whose custody hangs on what changes, and so on; they are derived anew."""
        since = {c.item: c.since for c in concerns.values() if c.since is not None}
        since.update(dict.fromkeys(in_rings, BEGIN))
        todo = list(since)
        while todo:
            self._prepare_hangs({x: since[x] for x in todo})
            reached: dict[str, None] = {}
            for whole in todo:
                for at, part in self._hangs[whole][1]:
                    if since[whole] <= at < since.get(part, OPEN):
                        since[part] = at
                        reached[part] = None
            todo = list(reached)
        late = [
            x
            for x, t in since.items()
            if (x in runs and runs[x].since > t) or (x not in runs and self._hangs_on(x, concerns))
        ]
        if late:
            self._derive_anew(late, concerns, runs)

    def _hangs_on(self, item: str, concerns: dict[str, Concern]) -> bool:
        """Whether the item is there for the sake of another, not for what is said of itself."""
        concern = concerns.get(item)
        row = self._rows[item]
        return (concern is None or not concern.lot) and row is not None and row.facts is not None

    def _derive_anew(self, items: list[str], concerns: dict[str, Concern], runs: dict[str, Run]) -> None:
        self.prepare(items)
        self.flush()
        for item in items:
            concern = concerns.setdefault(item, Concern(item))
            concern.start_anew(self._facts(item))
            concern.kept, concern.entering, concern.leaving = [], [], []
        for m in self._tx.mentions(items):
            concerns[m.item].kept.append(m)
        for item in items:
            runs[item] = self._run(concerns[item])

    def _settle(self, k: int, concerns: dict[str, Concern], runs: dict[str, Run]) -> None:
        """Let the lives go on together, and keep what has changed."""
        level = {w for run in runs.values() for w in run.needs()}
        met: set[str] = set()
        while level:
            self.prepare(level)
            met |= level
            level = {w for x in level if self._rows[x] is not None for w in self._head(x).now[1]} - met
        together = Together(runs, self._kept, self._surroundings)
        together.settle_all()
        anew = [x for x in runs if concerns[x].anew]
        self._settled(anew)
        old: dict[str, list[Row]] = defaultdict(list)
        for e in self._tx.part_edges(anew) if anew else ():
            old[e.source].append(e)
        for h in self._tx.holdings_of(anew) if anew else ():
            old[h.item].append(h)
        for item, run in runs.items():
            if not concerns[item].anew:
                old[item] = self._rows_before(concerns[item], run)
            self._keep_run(k, run, old[item], paired=run.lot and not concerns[item].anew)
        self._keep_hangs(together)

    def _keep_run(self, k: int, run: Run, old: list[Row], *, paired: bool) -> None:
        life = run.life
        assert life is not None
        row = self._rows[run.item]
        assert row is not None
        new: list[Row] = [*life.holdings()]
        if not paired:
            new += life.edges()
        self._replace_all(k, old, new)
        facts = row.facts
        if facts is not None:
            started = unpack(run.start, run.item, lot=run.lot, effective=_nobody).span[0]
            earlier = tuple(s for s in facts.spans if s.since < started) if run.since > BEGIN else ()
            facts = facts._replace(spans=(*earlier, *life.own_spans(suspended=row.ringed)))
        self._keep_item(k, run.item, facts, head=run.head, contested=life.contested or row.ringed)

    def _keep_hangs(self, together: Together) -> None:
        for hang in together.hangs:
            self.pending.changes.hangs.append(hang)
            if hang.whole in self._hangs:
                self._hangs[hang.whole][1].append((hang.at, hang.part))

    def _rows_before(self, concern: Concern, run: Run) -> list[Row]:
        """The rows from `since` on as they were kept, told from the head alone."""
        head = self._head(concern.item)
        now = unpack(head.now, run.item, lot=run.lot, effective=_nobody)
        rows: list[Row] = [*now.holdings()]
        if not run.lot:
            rows += now.edges()
        if concern.way is Way.TIED:
            before = unpack(head.before, run.item, lot=run.lot, effective=_nobody)
            if before.span[0] != now.span[0] and before.span[0] < head.time and before.answers:
                rows += holdings_of(run.item, before.span, head.time)
            if not run.lot:
                life = Life(run.item, lot=False)
                life.alive, life.inside = before.alive, dict(before.inside)
                for time, happenings in moments(concern.core(concern.kept)):
                    life.moment(time, happenings)
                rows += merged(life.closed)
        return rows

    def _surroundings(self, item: str) -> Surroundings:
        """The kept rows of one item, for a moment that its head does not reach."""
        self._settled([item])
        facts, _ = self._kept(item)
        holdings: list[Holding] = self._tx.holdings_of([item])
        return Surroundings(self._tx.part_edges([item]), holdings, {item: facts})


def _nobody(whole: str, time: int) -> Hands:
    raise AssertionError("a life that is only looked at does not go on")
