"""Findings about corrections: of nothing, of one another, several of one event, of another's report (contract 2, 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lineage.domain.events.corrections import Correction, CorrectionStatus
from lineage.domain.events.participants import items_of
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings.model import MOST_EVIDENCE, OPEN, Finding


class CorrectionEvidence(NamedTuple):
    """A correction with everything that its rules look at.

    `events` holds it, the corrections of the same target and the target, as far as they have arrived.
    """

    correction: Correction
    status: CorrectionStatus
    events: Mapping[str, StoredEvent]

    def finding(self, kind: str, event_ids: Sequence[str], **details: object) -> Finding:
        """Return a finding about these events: its parties are their reporters, its items those of the target."""
        proof = tuple(event_ids[:MOST_EVIDENCE])
        events = [e for i in proof if (e := self.events.get(i)) is not None]
        parties = tuple(dict.fromkeys(e.reporter for e in events))
        regions = tuple(dict.fromkeys(e.region for e in events if e.region))
        texts = tuple((name, str(value)) for name, value in details.items())
        target = self.events.get(self.correction.target)
        items = () if target is None else items_of(target.event)[:MOST_EVIDENCE]
        return Finding(kind, kind, items, parties, self.correction.time, OPEN, proof, regions=regions, details=texts)


def corrections(evidence: CorrectionEvidence) -> Iterator[Finding]:
    """Yield every finding about one correction; one that several corrections share is found at the smallest id."""
    correction, status = evidence.correction, evidence.status
    if correction.id in status.circular:
        cycle = _cycle(correction, status)
        if min(cycle) == correction.id:
            yield evidence.finding("correction_cycle", cycle, count=len(cycle))
        return
    if correction.id not in status.standing:
        return
    if correction.target not in evidence.events:
        yield evidence.finding("dangling_correction", [correction.id], target=correction.target)
    rivals = status.corrected_by(correction.target)
    if len(rivals) > 1 and rivals[0] == correction.id:
        proof = [*rivals, correction.target]
        yield evidence.finding("contradictory_correction", proof, target=correction.target, count=len(rivals))
    event, target = evidence.events.get(correction.id), evidence.events.get(correction.target)
    if event is not None and target is not None and event.reporter != target.reporter:
        proof = [correction.id, correction.target]
        yield evidence.finding("foreign_correction", proof, reporter=target.reporter, corrector=event.reporter)


def _cycle(correction: Correction, status: CorrectionStatus) -> list[str]:
    cycle = [correction.id]
    while (following := status.corrections[cycle[-1]].target) != correction.id:
        cycle.append(following)
    return cycle
