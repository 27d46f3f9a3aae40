"""The rows that a transaction projects with: fetched once, many at once, changed in memory, flushed at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lineage.domain.events.effects import EventEffects
from lineage.domain.graph import PART_OF, CustodyDependency, Edge, Holding, ItemFacts, KnownInterval, Mention
from lineage.domain.instants import BEGIN, OPEN, Instant
from lineage.domain.projection.checkpoint import START, Checkpoint
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.domain.projection.write_buffer import WriteBuffer, row_key
from lineage.stores.interface import ItemRow, PartyRow, ProjectionTarget, Row


class WorkingSet:
    """Items, checkpoints and custody dependencies, as they are after all changes gathered so far in `buffer`."""

    def __init__(self, transaction: ProjectionTarget) -> None:
        self.tx = transaction
        self.buffer = WriteBuffer()
        self.rows: dict[str, ItemRow | None] = {}
        self._checkpoints: dict[str, Checkpoint] = {}
        self._dependencies: dict[str, tuple[int, list[tuple[int, str]]]] = {}
        self._parties: dict[str, PartyRow | None] = {}

    def load_all_for(self, effects: Iterable[EventEffects]) -> None:
        """Fetch the rows that these events will need, for all of them at once."""
        since: dict[str, int] = {}
        parties: dict[str, None] = {}
        for effect in effects:
            for m in effect.mentions:
                since[m.item] = min(m.time, since.get(m.item, OPEN))
            parties.update(dict.fromkeys(effect.parties))
        self.load(since)
        self.load_dependencies(since)
        self.load_parties(parties)

    def load_dependencies(self, since: Mapping[str, int]) -> None:
        """Fetch the custody dependencies on each of these items at or after the instant given with it."""
        missing = [(x, t) for x, t in since.items() if x not in self._dependencies or self._dependencies[x][0] > t]
        if not missing:
            return
        self.load(x for x, _ in missing)
        missing_since = [(x, t) for x, t in missing if x not in self._dependencies or self._dependencies[x][0] > t]
        if self.buffer.changes.dependencies and missing_since:
            self.flush()
        self._dependencies.update({x: (t, []) for x, t in missing_since})
        for dependency in self.tx.dependencies(missing_since) if missing_since else ():
            self._dependencies[dependency.whole][1].append((dependency.at, dependency.part))

    def load(self, items: Iterable[str]) -> None:
        """Fetch the rows of these items, many at once."""
        missing = [x for x in dict.fromkeys(items) if x not in self.rows]
        if not missing:
            return
        fetched = self.tx.items(missing)
        for x in missing:
            self.rows[x] = fetched.get(x)
            if x not in fetched:
                self._dependencies[x] = (BEGIN, [])

    def flush(self) -> None:
        """Write all gathered changes to the store, within its transaction."""
        self.tx.apply(self.buffer.take())

    def flush_if_touched(self, items: Iterable[str]) -> None:
        """Flush if a gathered change concerns one of these items, so that a read of them includes it."""
        if not self.buffer.touched.isdisjoint(items):
            self.flush()

    def mentions(self, items: Sequence[str]) -> list[Mention]:
        """Return every mention in force of these items."""
        return self.buffer.over(self.tx.mentions(items), Mention, items) if items else []

    def mentions_at(self, times: Mapping[str, int]) -> list[Mention]:
        """Return the mentions in force of each item at the instant given with it."""
        if not times:
            return []
        fetched = self.buffer.over(self.tx.mentions_at(times.items()), Mention, times)
        return [m for m in fetched if m.time == times[m.item]]

    def part_edges(self, items: Sequence[str]) -> list[Edge]:
        """Return every edge from one of these items to a whole."""
        stored = self.buffer.over(self.tx.part_edges(items), Edge, items) if items else []
        return [e for e in stored if e.type == PART_OF]

    def holdings(self, items: Sequence[str]) -> list[Holding]:
        """Return every holding of these items."""
        return self.buffer.over(self.tx.holdings_of(items), Holding, items) if items else []

    def row(self, item: str) -> ItemRow | None:
        """Return the row of an item; None if no event ever named it."""
        if item not in self.rows:
            self.load([item])
        return self.rows[item]

    def checkpoint(self, item: str) -> Checkpoint:
        """Return the checkpoint of an item, `START` if it has none."""
        checkpoint = self._checkpoints.get(item)
        if checkpoint is None:
            row = self.row(item)
            checkpoint = self._checkpoints[item] = START if row is None or row.checkpoint is None else row.checkpoint
        return checkpoint

    def facts(self, item: str) -> ItemFacts:
        """Return the facts of an item that an event in force names."""
        row = self.row(item)
        assert row is not None
        assert row.facts is not None
        return row.facts

    def facts_and_checkpoint(self, item: str) -> tuple[ItemFacts, Checkpoint | None]:
        """Return the facts and the checkpoint of an item that an event in force names."""
        return self.facts(item), self.checkpoint(item)

    def dependencies(self, item: str) -> list[tuple[int, str]]:
        """Return (instant, part) of every custody that depends on the item, from the instant on that was loaded."""
        return self._dependencies[item][1]

    def add_dependency(self, whole: str, at: int, part: str) -> None:
        """Note that the custody of the part at the instant depends on the whole."""
        self.buffer.changes.dependencies.append(CustodyDependency(whole, at, part))
        if whole in self._dependencies:
            self._dependencies[whole][1].append((at, part))

    def load_parties(self, parties: Iterable[str]) -> None:
        """Fetch the rows of these parties, many at once."""
        missing = [p for p in dict.fromkeys(parties) if p not in self._parties]
        fetched = self.tx.parties(missing) if missing else {}
        self._parties.update({p: fetched.get(p) for p in missing})

    def count_parties(self, recorded: Instant, named: Mapping[str, int]) -> None:
        """Change the number of events in force that name each party, from transaction time `recorded` on."""
        self.load_parties(party for party, more in named.items() if more)
        for party, more in named.items():
            if not more:
                continue
            row = self._parties[party] or PartyRow(party, recorded, 0, None)
            row = row._replace(events=row.events + more, first=min(row.first, recorded))
            if row.events and row.since is None:
                row = row._replace(since=recorded)
            elif not row.events and row.since is not None:
                past = (*row.past, KnownInterval(row.since, recorded)) if row.since < recorded else row.past
                row = row._replace(since=None, past=past)
            self._parties[party] = self.buffer.changes.parties[party] = row

    def update_item(
        self,
        recorded: Instant,
        item: str,
        facts: ItemFacts | None,
        *,
        checkpoint: Checkpoint | None = None,
        on_cycle: bool = False,
        contested: bool = False,
    ) -> None:
        """Set the facts of an item, known from `recorded` on unless they are unchanged, and its checkpoint, if any."""
        row = self.rows[item]
        known_from = recorded if row is None or row.facts != facts else row.known_from
        if row is not None and row.facts is not None and row.facts != facts and row.known_from < recorded:
            self.buffer.changes.past_facts.append((item, row.facts, KnownInterval(row.known_from, recorded)))
        if checkpoint is not None:
            self._checkpoints[item] = checkpoint
        if checkpoint is None and row is not None:
            checkpoint = row.checkpoint
        new = ItemRow(
            item, facts, known_from, checkpoint,
            contested or (row is not None and row.contested), on_cycle or (row is not None and row.on_cycle),
        )  # fmt: skip
        if new != row:
            self.rows[item] = new
            self.buffer.changes.items[item] = new

    def replace(self, recorded: Instant, old: Row | None, new: Row | None) -> None:
        """Supersede one version of a row by another, unless they are the same."""
        if old == new:
            return
        if old is not None:
            self.buffer.close(old, recorded)
        if new is not None:
            self.buffer.open(new, recorded)

    def supersede_all(self, recorded: Instant, old: Iterable[Row], new: Iterable[Row]) -> None:
        """Supersede rows that are no longer so, open new ones, leave unchanged ones alone."""
        before = {row_key(r): r for r in old}
        after = {row_key(r): r for r in new}
        for key, row in before.items():
            self.replace(recorded, row, after.get(key))
        for key, row in after.items():
            if key not in before:
                self.replace(recorded, None, row)

    def custody_context(self, item: str) -> CustodyContext:
        """Return the stored rows of one item, for an instant before its checkpoint."""
        facts, _ = self.facts_and_checkpoint(item)
        return CustodyContext(self.part_edges([item]), self.holdings([item]), {item: facts})
