"""Findings: contradictions and omissions in what was reported (contract 7). Pure functions of an item and its edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings.compliance import compliance
from lineage.domain.findings.containment import containment
from lineage.domain.findings.corrections import CorrectionEvidence, corrections
from lineage.domain.findings.custody import custody
from lineage.domain.findings.identity import identity, twin_codes
from lineage.domain.findings.mass_balance import mass_balance
from lineage.domain.findings.messages import sentence
from lineage.domain.findings.model import Finding, ItemEvidence, RuleContext
from lineage.domain.findings.travel import impossible_travel

KINDS: Final = (
    "duplicate_identity", "simultaneous_installation", "removal_without_installation", "moved_while_installed",
    "dead_item_active", "consumed_twice", "broken_handover", "unacknowledged_handover", "unreported_handover",
    "custody_gap", "child_after_parent", "self_containment", "scrapped_without_pack", "mass_imbalance", "twin_code",
    "code_mismatch", "unknown_party", "second_life_without_parents", "impossible_travel", "dangling_correction",
    "contradictory_correction", "correction_cycle", "foreign_correction", "seen_elsewhere", "late_report",
    "missing_report", "unqualified_receiver",
)  # fmt: skip
"""Every kind of finding, by the words of contract 7."""

OF_CORRECTIONS: Final = frozenset(
    {"dangling_correction", "contradictory_correction", "correction_cycle", "foreign_correction"}
)
"""Kinds that are about a correction, not about an item."""


def drafts_of(evidence: ItemEvidence) -> list[Finding]:
    """Return the findings about one item without the reporters and regions of the events that prove them.

    One that several items share is found at one of them.
    """
    rules = (identity, containment, custody, mass_balance, impossible_travel, compliance)
    return [f for rule in rules for f in rule(evidence)]


def completed(drafts: Iterable[Finding], events: Mapping[str, StoredEvent]) -> list[Finding]:
    """Return findings with the reporters and regions of their events, each once, in a fixed order."""
    findings = (f.with_reports(events) for f in drafts)
    return sorted({f.key: f for f in findings}.values(), key=lambda f: f.key)


def findings_of(evidence: ItemEvidence) -> list[Finding]:
    """Return the findings about one item, in a fixed order; its events must hold all that prove them."""
    return completed(drafts_of(evidence), evidence.events)


def findings_of_correction(evidence: CorrectionEvidence) -> list[Finding]:
    """Return the findings about one correction, in a fixed order."""
    return sorted(corrections(evidence), key=lambda f: f.key)


__all__ = [
    "KINDS",
    "OF_CORRECTIONS",
    "CorrectionEvidence",
    "Finding",
    "ItemEvidence",
    "RuleContext",
    "completed",
    "drafts_of",
    "findings_of",
    "findings_of_correction",
    "sentence",
    "twin_codes",
]  # fmt: skip
