"""Findings beside a store: what is kept of them, and how far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from lineage.domain.findings import Finding

FindingPlace = tuple[int, str]
"""What findings hang on, in the order in which they are listed: (0, an item's id), (1, a correction's position)."""


class EvaluatedUpTo(NamedTuple):
    """How far findings are kept: up to this position of the journal, whose row has this digest.

    `place`: as far as a first look at everything has come; None when it is through.
    """

    position: int = 0
    digest: str = ""
    place: FindingPlace | None = (0, "")


class CachedFinding(NamedTuple):
    """The `n`th of the findings that hang on one thing."""

    phase: int
    anchor: str
    n: int
    finding: Finding


class FindingsCache(Protocol):
    """Findings as last judged. They follow from the journal, and may be lost."""

    def judged(self) -> EvaluatedUpTo: ...
    def keep(
        self, found: Iterable[tuple[FindingPlace, list[Finding]]], was: EvaluatedUpTo, judged: EvaluatedUpTo
    ) -> bool:
        """Replace what is known of these, all or nothing; False if somebody else came first (`was` is not so)."""
        ...

    def clear(self, judged: EvaluatedUpTo) -> None: ...
    def listed(
        self,
        after: tuple[int, str, int],
        position: int,
        *,
        kind: str | None = None,
        item: str | None = None,
        party: str | None = None,
    ) -> Iterator[CachedFinding] | None:
        """Findings after a place by the narrowest of these, the others are the caller's to hold; None unless what is
        kept goes exactly as far as this position."""
        ...
