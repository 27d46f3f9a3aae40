"""Duties and rule sets as answers show them."""

from __future__ import annotations

from typing import Final

from lineage.domain.compliance.duties import Duty
from lineage.domain.compliance.rule_sets import RuleSet
from lineage.domain.instants import format_instant
from lineage.service.answers import Document

MOST_ITEMS_SHOWN: Final = 100


def duty_document(duty: Duty) -> Document:
    """Return one duty: `due` is the last day in time, in China; `items` at most 100."""
    return {
        "rule": duty.rule.id,
        "name": duty.rule.name,
        "rule_set": duty.rule_set.id,
        "version": duty.rule_set.version,
        "article": duty.rule.article,
        "confidence": duty.confidence,
        "doubts": list(duty.doubts),
        "holder": duty.holder,
        "actor": duty.actor,
        "items": list(duty.items[:MOST_ITEMS_SHOWN]),
        "trigger": {
            "event": duty.event,
            "type": duty.type,
            "step": duty.step or None,
            "time": format_instant(duty.trigger),
        },
        "window": None if duty.rule.due is not None else {"days": duty.rule.window, "unit": duty.rule.unit},
        "due": duty.due.isoformat(),
        "status": duty.status,
        "days_late": duty.days_late,
        "recorded": None if duty.recorded is None else format_instant(duty.recorded),
        "proof": list(duty.proof),
    }


def rule_set_document(rules: RuleSet | None) -> Document | None:
    """Return the identity of the rule set that an answer is by."""
    return None if rules is None else {"id": rules.id, "version": rules.version, "title": rules.title}
