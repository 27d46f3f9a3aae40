"""Deriving everything anew from the journal (contract 8: a rebuild judges nothing again)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final

import orjson

from lineage.domain.events import from_kept
from lineage.service.bulk import project_all
from lineage.service.journaling import Moment, moments_of
from lineage.stores.interface import Entry, Reader, Transaction

REBUILD_BATCH: Final = 1_000


def rebuild(transaction: Transaction) -> int:
    """Derive everything anew from the journal, in the order of `recorded`; returns the number of entries."""
    transaction.clear_projection()
    count = 0

    def moments() -> Iterator[Moment]:
        nonlocal count
        for entries in _by_knowledge(transaction):
            yield from moments_of(transaction, ((e, from_kept(orjson.loads(e.event))) for e in entries))
            count += len(entries)

    project_all(transaction, moments())
    return count


def _by_knowledge(reader: Reader) -> Iterator[list[Entry]]:
    """The journal in the order of `recorded`, in batches that never part one moment of knowledge."""
    rest: list[Entry] = []
    after, last, sorted_so_far = 0, 0, True
    while sorted_so_far and (batch := reader.entries(after, REBUILD_BATCH)):
        after = batch[-1].position
        sorted_so_far = all(a.recorded <= b.recorded for a, b in pairwise(batch)) and last <= batch[0].recorded
        last = batch[-1].recorded
    if sorted_so_far:
        after = 0
        while batch := reader.entries(after, REBUILD_BATCH):
            after = batch[-1].position
            rest += batch
            whole = [e for e in rest if e.recorded < rest[-1].recorded]
            rest = rest[len(whole) :]
            if whole:
                yield whole
        if rest:
            yield rest
        return
    # An import brought events that were known earlier than what was there: their order has to be found first.
    everything: list[Entry] = []
    after = 0
    while batch := reader.entries(after, REBUILD_BATCH):
        after = batch[-1].position
        everything += batch
    everything.sort(key=attrgetter("recorded", "position"))
    for _, group in groupby(everything, key=attrgetter("recorded")):
        yield list(group)
