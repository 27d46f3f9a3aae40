"""What a conversion asks the store: in what an item is, and when an event was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lineage.domain.graph import PART_OF
from lineage.domain.instants import Instant
from lineage.exchange.conversion.interface import Installation
from lineage.stores.interface import Store


class FactsOfStore:
    """The facts of a store as known now: the `StoredFacts` of a conversion."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def installations(self, parts: Sequence[str]) -> list[Installation]:
        """Return every installation of these parts that is known now."""
        wanted = set(parts)
        fetched = self._store.read(lambda reader: reader.neighbours(parts, "downstream", None, part_of_only=True))
        return [
            Installation(edge.source, edge.target, edge.since, edge.until)
            for edge in fetched.edges
            if edge.type == PART_OF and edge.source in wanted
        ]

    def times(self, event_ids: Sequence[str]) -> Mapping[str, Instant]:
        """Return the times of those of these events that were accepted."""
        entries = self._store.read(lambda reader: reader.entries_by_id(event_ids))
        return {id: entry.time for id, entry in entries.items()}


__all__ = ["FactsOfStore"]
