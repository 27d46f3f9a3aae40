"""The transaction that `Neo4jStore.write` hands out: the graph itself, or a rebuild of its projection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Self

from lineage.domain.events.corrections import Correction
from lineage.domain.graph import CustodyDependency, Edge, Enrolment, Holding, ItemFacts, Mention, PartyEvent
from lineage.domain.intervals import Interval
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched
from lineage.stores.interface import (
    ALL_ENTRIES,
    Changes,
    ContestedItem,
    CustodyRows,
    Entry,
    EntryFilter,
    HeldItem,
    Hit,
    HoldingsPage,
    InTransit,
    ItemRow,
    PartyRow,
    StagedPartition,
    State,
)
from lineage.stores.neo4j.rebuild import RebuildScratch
from lineage.stores.neo4j.transaction import Neo4jTransaction
from lineage.stores.sqlite.transaction import SqliteTransaction


class WriteTransaction:
    """Implements `interface.Transaction`. Leaving it without an error writes what a rebuild found to differ.

    The journal is read from and written to the graph. The projection is, too, until `clear_projection`: from then on
    it is read from and written to a scratch file.
    """

    def __init__(self, writer: Neo4jTransaction) -> None:
        self._journal = writer
        self._projection: Neo4jTransaction | SqliteTransaction = writer
        self._rebuild: RebuildScratch | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if self._rebuild is None:
            return
        try:
            if error is None:
                self._rebuild.write_differences()
        finally:
            self._rebuild.close()

    # ---- writes

    def apply(self, changes: Changes) -> None:
        if self._rebuild is None:
            self._journal.apply(changes)
        else:
            self._rebuild.apply(changes)

    def clear_projection(self) -> None:
        if self._rebuild is None:
            self._rebuild = RebuildScratch(self._journal)
            self._projection = self._rebuild.transaction
        else:
            self._rebuild.transaction.clear_projection()

    def deferred_indexes(self) -> AbstractContextManager[None]:
        return self._scratch().deferred_indexes()

    def item_numbers(self) -> Iterable[tuple[str, int]]:
        return self._scratch().item_numbers()

    def insert_partition(self, partition: StagedPartition, rows: bytes) -> None:
        self._scratch().insert_partition(partition, rows)

    def _scratch(self) -> SqliteTransaction:
        assert self._rebuild is not None, "a bulk projection needs an empty projection: clear_projection comes first"
        return self._rebuild.transaction

    # ---- reads of the journal

    def state(self) -> State:
        return self._journal.state()

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]:
        return self._journal.entries_by_id(ids)

    def entries(self, after: int, limit: int, chosen: EntryFilter = ALL_ENTRIES) -> list[Entry]:
        return self._journal.entries(after, limit, chosen)

    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        return self._journal.corrections_about(ids)

    # ---- reads of the projection

    def events_of_party(self, party: str, after: tuple[int, str], limit: int) -> list[PartyEvent]:
        return self._projection.events_of_party(party, after, limit)

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]:
        return self._projection.items(ids)

    def item_ids(self, after: str, limit: int) -> list[str]:
        return self._projection.item_ids(after, limit)

    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        return self._projection.facts(ids, known_at)

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]:
        return self._projection.mentions(items, known_at)

    def hand_overs(self, items: Iterable[str], known_at: int | None) -> list[Mention]:
        return self._projection.hand_overs(items, known_at)

    def recent_mentions(self, item: str, until: int, limit: int, known_at: int | None) -> list[Mention]:
        return self._projection.recent_mentions(item, until, limit, known_at)

    def seen_inside(self, whole: str, known_at: int | None) -> list[str]:
        return self._projection.seen_inside(whole, known_at)

    def mentions_at(self, moments: Iterable[tuple[str, int]]) -> list[Mention]:
        return self._projection.mentions_at(moments)

    def mentions_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Mention]:
        return self._projection.mentions_of_pairs(pairs)

    def part_edges(self, parts: Iterable[str]) -> list[Edge]:
        return self._projection.part_edges(parts)

    def edges_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Edge]:
        return self._projection.edges_of_pairs(pairs)

    def became_edges(self, keys: Iterable[tuple[str, str, int]]) -> list[Edge]:
        return self._projection.became_edges(keys)

    def holdings_of(self, items: Iterable[str]) -> list[Holding]:
        return self._projection.holdings_of(items)

    def dependencies(self, since: Iterable[tuple[str, int]]) -> list[CustodyDependency]:
        return self._projection.dependencies(since)

    def neighbours(  # noqa: PLR0913 - each option of a walk is named on its own
        self,
        items: Sequence[str],
        direction: Direction,
        known_at: int | None,
        *,
        part_of_only: bool = False,
        ahead: int = 0,
        window: Interval = ALL_TIME,
        are_met: bool = False,
    ) -> Fetched:
        return self._projection.neighbours(
            items, direction, known_at, part_of_only=part_of_only, ahead=ahead, window=window, are_met=are_met
        )

    def between(self, source: str, destination: str, known_at: int | None, most: int) -> Fetched | None:
        return self._projection.between(source, destination, known_at, most)

    def custody_rows(self, items: Sequence[str], known_at: int | None) -> CustodyRows:
        return self._projection.custody_rows(items, known_at)

    def own_custody_rows(
        self, items: Sequence[str], pairs: Sequence[tuple[str, str]], known_at: int | None
    ) -> tuple[list[Edge], list[Holding]] | None:
        return self._projection.own_custody_rows(items, pairs, known_at)

    def layers_reported(self, items: Iterable[str], known_at: int | None) -> dict[str, set[str]]:
        return self._projection.layers_reported(items, known_at)

    def holdings(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[HeldItem]:
        return self._projection.holdings(party, at, known_at, after, limit)

    def holdings_count(self, party: str, at: int, known_at: int | None) -> int:
        return self._projection.holdings_count(party, at, known_at)

    def contested_holdings(self, party: str, at: int, known_at: int | None) -> list[ContestedItem]:
        return self._projection.contested_holdings(party, at, known_at)

    def holdings_page(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> HoldingsPage | None:
        return self._projection.holdings_page(party, at, known_at, after, limit)

    def in_transit_to(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[InTransit]:
        return self._projection.in_transit_to(party, at, known_at, after, limit)

    def search(self, text: str, known_at: int | None, after: tuple[int, str, str, str] | None, limit: int) -> list[Hit]:
        return self._projection.search(text, known_at, after, limit)

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]:
        return self._projection.enrolments(parties, known_at)

    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        return self._projection.parties(ids)
