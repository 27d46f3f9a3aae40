"""Findings about corrections: of what has not arrived, several of one event, in a circle, by somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reference.findings.finding import Finding, finding
from tests.reference.world import World


def corrections(world: World, correction: str) -> Iterator[Finding]:
    """What several share is found at the smallest id. The items are those that the target names."""
    standing = world.standing
    time = standing.corrections[correction].time
    circle = standing.circle(correction)
    target = standing.target(correction)
    arrived = world.arrived(target)
    items = () if arrived is None else arrived.concerned
    if circle:
        if correction == min(circle):
            yield finding(world, "correction_cycle", items, circle, time)
        return
    if not standing.stands(correction):
        return
    if arrived is None:
        yield finding(world, "dangling_correction", items, [correction], time)
    rivals = standing.rivals(target)
    if len(rivals) > 1 and correction == rivals[0]:
        yield finding(world, "contradictory_correction", items, [*rivals, target], time)
    if arrived is not None and arrived.reporter != standing.corrections[correction].reporter:
        yield finding(world, "foreign_correction", items, [correction, target], time)
