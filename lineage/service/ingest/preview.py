"""What a load of one event would make of a store, without storing it (contract 9, law 6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeVar

from lineage.domain.instants import Instant
from lineage.service.ingest.append import AppendResult, Incoming, entered
from lineage.service.projection.commits import Projection
from lineage.service.projection.unstored import UnstoredChanges
from lineage.stores.interface import EvidenceReader, ProjectionReader, QuestionReader, Store

T = TypeVar("T")


class Previewed(NamedTuple):
    """What would be appended, and a reader of the state afterwards, as known then."""

    result: AppendResult
    reader: EvidenceReader


Preview = Callable[[Incoming], Previewed]
"""Returns what one event alone, loaded now, would change."""


def read_with_preview(store: Store, now: Instant, work: Callable[[QuestionReader, Preview], T]) -> T:
    """Run `work` on one state of the store, with a preview of events that arrive at `now`, milliseconds UTC."""
    return store.read_projection(lambda reader: work(reader, partial(_previewed, reader, now)))


def _previewed(reader: ProjectionReader, now: Instant, incoming: Incoming) -> Previewed:
    changes = UnstoredChanges(reader)
    result = entered(changes, [incoming], now)
    if result.accepted:
        projection, events = Projection(changes), [accepted.reading.event for accepted in result.accepted]
        projection.append(result.entries, events)
        projection.project(result.entries, events)
    return Previewed(result, changes)
