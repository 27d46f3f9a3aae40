"""Rebuild of the projection from the journal; events are not validated again (contract 8)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final

from lineage.service.projection.bulk import project_all
from lineage.stores.interface import Entry, QuestionReader, Transaction

REBUILD_BATCH: Final = 1_000


class DisorderedError(Exception):
    """The journal is not in the order of `recorded` and has to be sorted first."""


def rebuild(transaction: Transaction) -> int:
    """Drop the projection and derive it again, in the order of `recorded`; return the number of entries."""
    transaction.clear_projection()
    try:
        return _derive(transaction, _in_order(transaction))
    except DisorderedError:
        # A trusted import was backdated.
        transaction.clear_projection()
        return _derive(transaction, _sorted_batches(transaction))


def _derive(transaction: Transaction, journal: Iterator[list[Entry]]) -> int:
    count = 0

    def counted() -> Iterator[list[Entry]]:
        nonlocal count
        for entries in journal:
            yield entries
            count += len(entries)

    project_all(transaction, counted())
    return count


def _in_order(reader: QuestionReader) -> Iterator[list[Entry]]:
    """Yield the journal in batches that never split a commit. Raises DisorderedError where it is not in order."""
    remaining: list[Entry] = []
    after = 0
    while batch := reader.entries(after, REBUILD_BATCH):
        after = batch[-1].position
        if any(a.recorded > b.recorded for a, b in pairwise((*remaining[-1:], *batch))):
            raise DisorderedError
        remaining += batch
        if remaining[0].recorded == remaining[-1].recorded:
            continue
        complete = [e for e in remaining if e.recorded < remaining[-1].recorded]
        remaining = remaining[len(complete) :]
        if complete:
            yield complete
    if remaining:
        yield remaining


def _sorted_batches(reader: QuestionReader) -> Iterator[list[Entry]]:
    """Yield the same batches of a journal that is not in order, which is sorted in memory."""
    everything: list[Entry] = []
    after = 0
    while batch := reader.entries(after, REBUILD_BATCH):
        after = batch[-1].position
        everything += batch
    everything.sort(key=attrgetter("recorded", "position"))
    commits: list[Entry] = []
    for _, group in groupby(everything, key=attrgetter("recorded")):
        commits += group
        if len(commits) >= REBUILD_BATCH:
            yield commits
            commits = []
    if commits:
        yield commits
