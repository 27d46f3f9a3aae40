"""The cache of findings that belongs to a store: its rows, its interface, and how far it was evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from lineage.domain.findings import Finding

FindingPlace = tuple[int, str]
"""The subject of findings, in the order in which they are listed: (0, an item's id) or (1, a correction's id)."""


class EvaluatedUpTo(NamedTuple):
    """How far the cache reflects the journal: up to this position, whose entry has this digest.

    `place`: the last subject that a first evaluation of the whole store has reached; None when it is complete.
    """

    position: int = 0
    digest: str = ""
    place: FindingPlace | None = (0, "")


class CachedFinding(NamedTuple):
    """The `n`th of the findings about one subject; (`phase`, `anchor`) is its `FindingPlace`."""

    phase: int
    anchor: str
    n: int
    finding: Finding


EvaluatedFindings = list[tuple[FindingPlace, list[Finding]]]
"""The findings about some subjects, in the order of their places; subjects without findings may be among them."""


class RowDifference(NamedTuple):
    """A derived row that is stored otherwise than the journal gives it.

    `reason` is `missing`, `unexpected` (two rows where a value differs: one of each), or `damaged`: `row` then is a
    sentence about what cannot be read.
    """

    table: str
    row: str
    reason: str


class FindingsCache(Protocol):
    """Findings as last evaluated. They are derived from the journal: losing them costs only time."""

    def evaluated(self) -> EvaluatedUpTo: ...
    def replace(
        self, found: Iterable[tuple[FindingPlace, list[Finding]]], before: EvaluatedUpTo, after: EvaluatedUpTo
    ) -> bool:
        """Replace the findings about these subjects, all or nothing, and move on from `before` to `after`.

        False, and nothing done, if the cache is not at `before`: another process was first.
        """
        ...

    def clear(self, after: EvaluatedUpTo) -> None:
        """Delete every finding, and set how far the cache was evaluated."""
        ...

    def differences(
        self, reached: EvaluatedUpTo, evaluated: Iterable[EvaluatedFindings], most: int
    ) -> list[RowDifference]:
        """Return the first rows, at most `most`, that are stored otherwise than these findings give them.

        `evaluated` are all findings as of `reached`, page by page. None differ if another process went on from there.
        """
        ...

    def listed(
        self,
        after: tuple[int, str, int],
        position: int,
        *,
        kind: str | None = None,
        item: str | None = None,
        party: str | None = None,
    ) -> Iterator[CachedFinding] | None:
        """Findings after (phase, anchor, n), of at most one of the filters; the caller applies the others.

        The filter is the item, else the party, else the kind. None unless the cache reflects exactly this position.
        """
        ...
