"""Comparison of stored findings with what the journal gives (contract 8, `verify --deep`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.instants import OPEN
from lineage.service.findings.evaluation import END, START, FindingPages
from lineage.service.findings.materialization import follows
from lineage.stores.interface import (
    EvaluatedFindings,
    EvaluatedUpTo,
    RowDifference,
    Store,
)

_PAGE: Final = 2_000
Outcome = Literal["none", "compared", "not_compared"]


class FindingsComparison(NamedTuple):
    """The first rows that differ, and whether there was anything to compare.

    `none`: no findings are stored. `not_compared`: they are those of another journal or of a part of this one, or the
    journal was backdated since; a question then evaluates them again.
    """

    outcome: Outcome
    differences: list[RowDifference]

    @classmethod
    def skipped(cls) -> FindingsComparison:
        """Return the outcome where the rows that findings follow from are damaged themselves."""
        return cls("not_compared", [])


def compare_findings(store: Store, book: RuleBook, most: int) -> FindingsComparison:
    """Compare the findings that are stored for the store with those of the state up to which they were evaluated."""
    cache = store.findings
    reached = EvaluatedUpTo() if cache is None else cache.evaluated()
    if cache is None or reached == EvaluatedUpTo():
        return FindingsComparison("none", [])
    if reached.place is not None or not store.read(lambda reader: follows(reader, reached, reader.state())):
        return FindingsComparison("not_compared", [])
    known_at = _known_at(store, reached.position)
    if known_at is None:
        return FindingsComparison("not_compared", [])
    return FindingsComparison("compared", cache.differences(reached, _evaluated(store, known_at, book), most))


def _known_at(store: Store, position: int) -> int | None:
    """Return the transaction time at which exactly the entries up to a position were known.

    None where a later entry was recorded before an earlier one: no question can be about that state any more.
    """
    latest, earliest_after, after = 0, OPEN, 0
    while entries := store.read(lambda reader, after=after: reader.entries(after, _PAGE)):  # type: ignore[misc]
        for entry in entries:
            if entry.position <= position:
                latest = max(latest, entry.recorded)
            else:
                earliest_after = min(earliest_after, entry.recorded)
        after = entries[-1].position
    return latest if latest < earliest_after else None


def _evaluated(store: Store, known_at: int, book: RuleBook) -> Iterator[EvaluatedFindings]:
    """Yield everything, page by page; what was known at a transaction time is the same in every read."""
    place = START
    while place != END:
        evaluated, place = store.read(
            lambda reader, after=place: FindingPages(reader, known_at, book).page(after)  # type: ignore[misc]
        )
        yield evaluated
