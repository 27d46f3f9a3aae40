"""Findings about corrections: of nothing, of one another, several of one event, of another's report (contract 2, 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lineage.domain.events.corrections import Correction, CorrectionStatus
from lineage.domain.findings.model import MOST_EVIDENCE, OPEN, EventEvidence, Finding


class CorrectionEvidence(NamedTuple):
    """A correction with what its rules look at.

    `reports` holds it, the corrections of the same target and their target, as far as they arrived. `items`: what the
    target names.
    """

    correction: Correction
    standing: CorrectionStatus
    reports: Mapping[str, EventEvidence]
    items: tuple[str, ...] = ()

    def finding(self, kind: str, events: Sequence[str], **said: object) -> Finding:
        """A finding about these events: its parties are their reporters."""
        shown = tuple(events[:MOST_EVIDENCE])
        reports = [r for e in shown if (r := self.reports.get(e)) is not None]
        parties = tuple(dict.fromkeys(r.reporter for r in reports))
        regions = tuple(dict.fromkeys(r.place for r in reports if r.place))
        told = tuple((name, str(value)) for name, value in said.items())
        items = self.items[:MOST_EVIDENCE]
        return Finding(kind, kind, items, parties, self.correction.time, OPEN, shown, regions=regions, said=told)


def corrections(view: CorrectionEvidence) -> Iterator[Finding]:
    """Everything about one correction. What several share is told at the smallest id."""
    c, standing = view.correction, view.standing
    if c.id in standing.circular:
        ring = _circle(c, standing)
        if min(ring) == c.id:
            yield view.finding("correction_cycle", ring, count=len(ring))
        return
    if c.id not in standing.standing:
        return
    if standing.status(c.id) == "waiting":
        yield view.finding("dangling_correction", [c.id], target=c.target)
    rivals = standing.corrected_by(c.target)
    if len(rivals) > 1 and rivals[0] == c.id:
        yield view.finding("contradictory_correction", [*rivals, c.target], target=c.target, count=len(rivals))
    mine, target = view.reports.get(c.id), view.reports.get(c.target)
    if mine is not None and target is not None and mine.reporter != target.reporter:
        said = {"reporter": target.reporter, "corrector": mine.reporter}
        yield view.finding("foreign_correction", [c.id, c.target], **said)


def _circle(c: Correction, standing: CorrectionStatus) -> list[str]:
    ring = [c.id]
    while (following := standing.corrections[ring[-1]].target) != c.id:
        ring.append(following)
    return ring
