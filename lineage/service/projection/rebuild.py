"""Deriving everything anew from the journal (contract 8: a rebuild judges nothing again)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final

from lineage.service.projection.bulk import project_all
from lineage.stores.interface import Entry, QuestionReader, Transaction

REBUILD_BATCH: Final = 1_000


class DisorderedError(Exception):
    """The journal is not in the order of `recorded`: its order has to be found first."""


def rebuild(transaction: Transaction) -> int:
    """Derive everything anew from the journal, in the order of `recorded`; returns the number of entries."""
    transaction.clear_projection()
    try:
        return _derive(transaction, _in_order(transaction))
    except DisorderedError:
        # An import brought events that were known earlier than what was there.
        transaction.clear_projection()
        return _derive(transaction, _put_in_order(transaction))


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
    """The journal in batches that never part a moment of knowledge. Raises DisorderedError where it is not in order."""
    rest: list[Entry] = []
    after = 0
    while batch := reader.entries(after, REBUILD_BATCH):
        after = batch[-1].position
        if any(a.recorded > b.recorded for a, b in pairwise((*rest[-1:], *batch))):
            raise DisorderedError
        rest += batch
        if rest[0].recorded == rest[-1].recorded:
            continue
        whole = [e for e in rest if e.recorded < rest[-1].recorded]
        rest = rest[len(whole) :]
        if whole:
            yield whole
    if rest:
        yield rest


def _put_in_order(reader: QuestionReader) -> Iterator[list[Entry]]:
    """The same of a journal that is not in order: all of it in memory."""
    everything: list[Entry] = []
    after = 0
    while batch := reader.entries(after, REBUILD_BATCH):
        after = batch[-1].position
        everything += batch
    everything.sort(key=attrgetter("recorded", "position"))
    some: list[Entry] = []
    for _, group in groupby(everything, key=attrgetter("recorded")):
        some += group
        if len(some) >= REBUILD_BATCH:
            yield some
            some = []
    if some:
        yield some
