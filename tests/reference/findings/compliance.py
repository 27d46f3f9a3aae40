"""Findings by the rules of the day: reports that came late or not at all, receivers who may not take it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from tests.reference.compliance.duties import Duty
from tests.reference.compliance.receivers import verdict
from tests.reference.compliance.rules import given_up, start_of
from tests.reference.findings.finding import Finding, finding
from tests.reference.world import World


def compliance(world: World, item: str, duties: Sequence[Duty]) -> Iterator[Finding]:
    """`duties`: all there are, as they stand when every window has passed."""
    for duty in duties:
        parties = [duty.holder, duty.actor]
        if duty.status == "late" and duty.recorded is not None and duty.items[0] == item:
            events, since = [duty.trigger.id], duty.trigger.time
            yield finding(world, "late_report", duty.items, events, since, duty.recorded, parties)
        if "inferred" in duty.doubts and item in duty.items:
            missing_from = start_of(given_up(duty.row, duty.due) + timedelta(days=1))
            since, events = start_of(duty.due), [duty.trigger.id]
            yield finding(world, "missing_report", [item], events, since, parties=parties, due=missing_from)
    for move in world.hand_overs(item):
        reason = verdict(world, move, item).reason
        if move.side != "giver" and reason not in ("", "unknown_party"):
            parties = [move.party("taker"), move.party("giver")]
            yield finding(world, "unqualified_receiver", [item], [move.id], move.time, move.time, parties)
