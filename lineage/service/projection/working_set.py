"""What a transaction knows of items while it projects: fetched once, many at once, changed here, flushed at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lineage.domain.events.effects import EventEffects
from lineage.domain.graph import PART_OF, CustodyDependency, Edge, Holding, ItemFacts, KnownInterval, Mention
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.projection.checkpoint import START, Checkpoint
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.domain.projection.write_buffer import WriteBuffer, row_key
from lineage.stores.interface import ItemRow, PartyRow, Row, Transaction


class WorkingSet:
    """Items, heads, and whose custody hangs on them, as they are after everything gathered so far in `pending`."""

    def __init__(self, transaction: Transaction) -> None:
        self.tx = transaction
        self.pending = WriteBuffer()
        self.rows: dict[str, ItemRow | None] = {}
        self._heads: dict[str, Checkpoint] = {}
        self._hangs: dict[str, tuple[int, list[tuple[int, str]]]] = {}
        self._parties: dict[str, PartyRow | None] = {}

    def load_all_for(self, told: Iterable[EventEffects]) -> None:
        """Fetch what these events will need, for all of them at once."""
        since: dict[str, int] = {}
        parties: dict[str, None] = {}
        for one in told:
            for m in one.mentions:
                since[m.item] = min(m.time, since.get(m.item, OPEN))
            parties.update(dict.fromkeys(one.parties))
        self.load(since)
        self.load_dependencies(since)
        self.load_parties(parties)

    def load_dependencies(self, since: Mapping[str, int]) -> None:
        """Know whose custody hangs on these items from these moments on."""
        missing = [(x, t) for x, t in since.items() if x not in self._hangs or self._hangs[x][0] > t]
        if not missing:
            return
        self.load(x for x, _ in missing)
        fresh = [(x, t) for x, t in missing if x not in self._hangs or self._hangs[x][0] > t]
        if self.pending.changes.dependencies and fresh:
            self.flush()
        self._hangs.update({x: (t, []) for x, t in fresh})
        for hang in self.tx.dependencies(fresh) if fresh else ():
            self._hangs[hang.whole][1].append((hang.at, hang.part))

    def load(self, items: Iterable[str]) -> None:
        """Fetch what is kept about these items, many at once."""
        missing = [x for x in dict.fromkeys(items) if x not in self.rows]
        if not missing:
            return
        found = self.tx.items(missing)
        for x in missing:
            self.rows[x] = found.get(x)
            if x not in found:
                self._hangs[x] = (BEGIN, [])

    def flush(self) -> None:
        """Hand everything gathered to the store, inside its transaction."""
        self.tx.apply(self.pending.take())

    def settled(self, items: Iterable[str]) -> None:
        """Make sure that what the store tells of these items includes what is gathered."""
        if not self.pending.touched.isdisjoint(items):
            self.flush()

    def mentions(self, items: Sequence[str]) -> list[Mention]:
        """Every mention in force of these items."""
        return self.pending.over(self.tx.mentions(items), Mention, items) if items else []

    def mentions_at(self, times: Mapping[str, int]) -> list[Mention]:
        """The mentions in force of each item at the moment beside it."""
        if not times:
            return []
        found = self.pending.over(self.tx.mentions_at(times.items()), Mention, times)
        return [m for m in found if m.time == times[m.item]]

    def part_edges(self, items: Sequence[str]) -> list[Edge]:
        """Every edge from one of these items to a whole."""
        kept = self.pending.over(self.tx.part_edges(items), Edge, items) if items else []
        return [e for e in kept if e.type == PART_OF]

    def holdings(self, items: Sequence[str]) -> list[Holding]:
        """What own custody ever said of these items."""
        return self.pending.over(self.tx.holdings_of(items), Holding, items) if items else []

    def row(self, item: str) -> ItemRow | None:
        if item not in self.rows:
            self.load([item])
        return self.rows[item]

    def head(self, item: str) -> Checkpoint:
        head = self._heads.get(item)
        if head is None:
            row = self.row(item)
            head = self._heads[item] = START if row is None or row.checkpoint is None else row.checkpoint
        return head

    def facts(self, item: str) -> ItemFacts:
        row = self.row(item)
        assert row is not None
        assert row.facts is not None
        return row.facts

    def facts_and_checkpoint(self, item: str) -> tuple[ItemFacts, Checkpoint | None]:
        return self.facts(item), self.head(item)

    def dependencies(self, item: str) -> list[tuple[int, str]]:
        """(moment, part) of every custody that hangs on the item, from the moment that was prepared on."""
        return self._hangs[item][1]

    def add_dependency(self, whole: str, at: int, part: str) -> None:
        """The custody of the part hangs on the whole."""
        self.pending.changes.dependencies.append(CustodyDependency(whole, at, part))
        if whole in self._hangs:
            self._hangs[whole][1].append((at, part))

    def load_parties(self, parties: Iterable[str]) -> None:
        """Fetch what is kept about these parties, many at once."""
        missing = [p for p in dict.fromkeys(parties) if p not in self._parties]
        found = self.tx.parties(missing) if missing else {}
        self._parties.update({p: found.get(p) for p in missing})

    def count_parties(self, k: int, named: Mapping[str, int]) -> None:
        """So many more, or fewer, events in force name each of these parties from `k` on."""
        self.load_parties(party for party, more in named.items() if more)
        for party, more in named.items():
            if not more:
                continue
            row = self._parties[party] or PartyRow(party, k, 0, None)
            row = row._replace(events=row.events + more, first=min(row.first, k))
            if row.events and row.since is None:
                row = row._replace(since=k)
            elif not row.events and row.since is not None:
                past = (*row.past, KnownInterval(row.since, k)) if row.since < k else row.past
                row = row._replace(since=None, past=past)
            self._parties[party] = self.pending.changes.parties[party] = row

    def update_item(
        self,
        k: int,
        item: str,
        facts: ItemFacts | None,
        *,
        head: Checkpoint | None = None,
        on_cycle: bool = False,
        contested: bool = False,
    ) -> None:
        """Keep the facts of an item, known from `k` on unless they are as they were; and its new head, if any."""
        row = self.rows[item]
        known_from = k if row is None or row.facts != facts else row.known_from
        if row is not None and row.facts is not None and row.facts != facts and row.known_from < k:
            self.pending.changes.past_facts.append((item, row.facts, KnownInterval(row.known_from, k)))
        if head is not None:
            self._heads[item] = head
        if head is None and row is not None:
            head = row.checkpoint
        new = ItemRow(
            item, facts, known_from, head,
            contested or (row is not None and row.contested), on_cycle or (row is not None and row.on_cycle),
        )  # fmt: skip
        if new != row:
            self.rows[item] = new
            self.pending.changes.items[item] = new

    def replace(self, k: int, old: Row | None, new: Row | None) -> None:
        """Supersede one version of a row by another, unless they are the same."""
        if old == new:
            return
        if old is not None:
            self.pending.close(old, k)
        if new is not None:
            self.pending.open(new, k)

    def supersede_all(self, k: int, old: Iterable[Row], new: Iterable[Row]) -> None:
        """Supersede what is no longer so, open what is new, leave alone what stays."""
        before = {row_key(r): r for r in old}
        after = {row_key(r): r for r in new}
        for key, row in before.items():
            self.replace(k, row, after.get(key))
        for key, row in after.items():
            if key not in before:
                self.replace(k, None, row)

    def surroundings(self, item: str) -> CustodyContext:
        """The kept rows of one item, for a moment that its head does not reach."""
        facts, _ = self.facts_and_checkpoint(item)
        return CustodyContext(self.part_edges([item]), self.holdings([item]), {item: facts})
