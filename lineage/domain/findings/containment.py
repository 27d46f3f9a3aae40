"""Findings about containment: two wholes at once, removed without being installed, older than its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from lineage.domain.events.stored_event import names_same_two
from lineage.domain.findings.enclosure import cycle_of, was_inside
from lineage.domain.findings.identity import REGISTERED
from lineage.domain.findings.model import (
    GRACE_PERIOD,
    OPEN,
    Finding,
    ItemEvidence,
    day_end,
    day_of,
    is_bare_date,
)
from lineage.domain.graph import ENDED, INPUT, MADE, MAKERS, MOVED, PUT_IN, SEEN, TAKEN_OUT, WHOLE, Edge, Mention
from lineage.domain.identifiers.battery_code import LENGTHS, date_in
from lineage.domain.instants import DAY
from lineage.domain.intervals import Interval, intersect

_EPOCH: Final = date(1970, 1, 1).toordinal()
REPAIRS: Final = frozenset({"repair", "replacement", "swap", "second_life_production"})
"""Steps in which a younger part goes into an older whole as a matter of course."""
AS_BUILT: Final = 90 * DAY
"""Where no step is reported: how long after its first event parts still belong to the building of a whole."""


def containment(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield every finding about what the item is inside and what is inside it."""
    if not evidence.facts.is_lot:
        yield from _simultaneous_installation(evidence)
        yield from _moved_while_installed(evidence)
        yield from _dead_item_active(evidence)
        yield from _consumed_twice(evidence)
        yield from _self_containment(evidence)
        yield from _before_made(evidence)
    yield from _removal_without_installation(evidence)
    yield from _seen_elsewhere(evidence)
    yield from _older_than_parts(evidence)
    yield from _scrapped_without_pack(evidence)


def _stays(evidence: ItemEvidence) -> list[Edge]:
    return sorted(evidence.wholes, key=lambda e: (e.since, e.until, e.target))


def _simultaneous_installation(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield each stretch in which the item is in two wholes or more; stretches that only touch are two.

    An overlap is part of the stretch where they share a moment; those without length share only their own instant.
    """
    still_open: list[Edge] = []
    overlaps: list[tuple[Interval, Edge, Edge]] = []
    for edge in _stays(evidence):
        still_open = [e for e in still_open if e.until > edge.since or e.since == edge.since]
        shared = [(intersect((e.since, e.until), (edge.since, edge.until)), e) for e in still_open]
        overlaps += [(s, e, edge) for s, e in shared if s is not None and e.target != edge.target]
        still_open.append(edge)
    stretches: list[list[tuple[Interval, Edge, Edge]]] = []
    for overlap in sorted(overlaps):
        joined = [s for s in stretches if any(intersect(overlap[0], o[0]) is not None for o in s)]
        stretches = [s for s in stretches if s not in joined] + [[*(o for s in joined for o in s), overlap]]
    for stretch in stretches:
        edges = {e for _, one, other in stretch for e in (one, other)}
        since, until = min(s for (s, _), _, _ in stretch), max(u for (_, u), _, _ in stretch)
        yield _installed_in(evidence, [e for e in _stays(evidence) if e in edges], since, until)


def _installed_in(evidence: ItemEvidence, edges: Iterable[Edge], since: int, until: int) -> Finding:
    wholes = dict.fromkeys(e.target for e in edges)
    events = [e.events[0] for e in edges]
    details = {"count": len(wholes)}
    return evidence.finding("simultaneous_installation", events, (since, until), items=wholes, details=details)


def _removal_without_installation(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield each removal from a whole into which no event puts it."""
    closing = {(e.target, event) for e in evidence.wholes for event in e.events}
    for m in evidence.mentions_as(TAKEN_OUT):
        assert m.other is not None
        if (m.other, m.event) not in closing:
            interval, details = (m.time, m.time), {"whole": m.other}
            yield evidence.finding(
                "removal_without_installation", [m.event], interval, items=[m.other], details=details
            )


def _moved_while_installed(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield each hand-over inside a whole; the receipt of an item given before it went in is none."""
    moves = evidence.mentions_as(MOVED)
    for m in moves:
        inside = [e for e in _stays(evidence) if e.since < m.time < e.until]
        if not inside or (m.detail == "taker" and _given_before(moves, m, inside[0].since)):
            continue
        events = [m.event, *(e.events[0] for e in inside)]
        wholes, until = [e.target for e in inside], min(e.until for e in inside)
        parties, details = [m.other, m.party], {"whole": wholes[0]}
        yield evidence.finding(
            "moved_while_installed", events, (m.time, until), items=wholes, parties=parties, details=details
        )


def _given_before(moves: list[Mention], receipt: Mention, since: int) -> bool:
    return any(m.detail != "taker" and names_same_two(m, receipt) and m.time <= since for m in moves)


def _dead_item_active(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield the events that use the item after its end or its consumption."""
    ends = [(time, event, reason) for time, event, reason in evidence.facts.ends]
    consumed = [(m.time, m.event, "consumed") for m in evidence.mentions_as(INPUT)]
    if not ends and not consumed:
        return
    end, first, reason = min([*ends, *consumed])
    active = [m for m in evidence.mentions if m.time > day_end(end) and _is_activity(evidence, m, reason)]
    if active:
        events = [first, *(m.event for m in active)]
        yield evidence.finding("dead_item_active", events, (end, active[-1].time), details={"reason": reason})


def _is_activity(evidence: ItemEvidence, m: Mention, reason: str) -> bool:
    """Return whether a mention contradicts the end: an ended item may be taken apart, ended again or recycled."""
    if m.role in (ENDED, TAKEN_OUT):
        return False
    if m.role == WHOLE:
        event = evidence.event(m.event)
        return event is None or event.type == "assembled"
    # a second consumption is a finding of another kind
    return m.role != INPUT or reason not in ("scrapped", "consumed")


def _consumed_twice(evidence: ItemEvidence) -> Iterator[Finding]:
    uses = evidence.mentions_as(INPUT)
    if len(uses) > 1:
        interval = (uses[0].time, uses[-1].time)
        yield evidence.finding("consumed_twice", [m.event for m in uses], interval, details={"count": len(uses)})


def _self_containment(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield a cycle by which the item is inside itself, once, at the smallest id of the cycle."""
    cycle = None if evidence.custody_context is None else cycle_of(evidence.custody_context, evidence.item)
    if cycle is not None:
        yield evidence.finding("self_containment", cycle.events, (cycle.since, cycle.until), items=cycle.items)


def _seen_elsewhere(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield each sighting in a whole in which the edges do not have the item at that time, directly or not."""
    for m in evidence.mentions_as(SEEN):
        if m.other is None or evidence.custody_context is None or _was_enclosed_by(evidence, m):
            continue
        now_in = [e.target for e in _stays(evidence) if e.since <= m.time < e.until]
        variant = "in_another" if now_in else "in_none"
        yield evidence.finding(
            "seen_elsewhere",
            [m.event],
            (m.time, m.time),
            items=[m.other, *now_in],
            variant=variant,
            details={"whole": m.other},
        )


def _was_enclosed_by(evidence: ItemEvidence, m: Mention) -> bool:
    """Return whether the item was in the whole then; at some time of that day, where only the day is reported."""
    assert evidence.custody_context is not None
    if evidence.facts.is_lot:
        return True
    until = day_end(m.time)
    window = (m.time, m.time) if until == m.time else (m.time, until + 1)
    return was_inside(evidence.custody_context, evidence.item, str(m.other), window)


def _older_than_parts(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield the parts that, as built, bear a later day in their codes than their whole (`domain.md` 1.6)."""
    made = _day_in(evidence.item)
    if made is None:
        if evidence.facts.kind != "vehicle" or evidence.facts.kind_time is None:
            return
        made = day_of(evidence.facts.kind_time)
    parts = sorted(evidence.parts, key=lambda e: (e.since, e.source, e.until))
    younger = [e for e in parts if (_day_in(e.source) or made) > made and _is_as_built(evidence, e)]
    if younger:
        first = younger[0]
        events = [e.events[0] for e in younger]
        details = {"part": first.source, "count": len(younger)}
        items = [e.source for e in younger]
        interval = (first.since, OPEN)
        yield evidence.finding("child_after_parent", events, interval, items=items, variant="code", details=details)


def _day_in(code: str) -> int | None:
    if ":" in code or len(code) not in LENGTHS:
        return None
    made = date_in(code)
    return None if made is None else made.toordinal() - _EPOCH


def _is_as_built(evidence: ItemEvidence, edge: Edge) -> bool:
    step = evidence.step(edge.events[0])
    if step in REPAIRS:
        return False
    return bool(step) or edge.since - evidence.facts.first <= AS_BUILT


def _before_made(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield each installation before the day on which the item was made by its own making event."""
    makers = [m for m in evidence.mentions_as(*MAKERS) if not (m.role == MADE and evidence.step(m.event) in REGISTERED)]
    if not makers or not evidence.wholes:
        return
    made = makers[0]
    for m in evidence.mentions_as(PUT_IN):
        is_before = m.time < made.time
        if is_bare_date(m.time) or is_bare_date(made.time):
            is_before = day_of(m.time) < day_of(made.time)
        if is_before:
            events, interval, details = [m.event, made.event], (m.time, made.time), {"whole": m.other}
            yield evidence.finding(
                "child_after_parent", events, interval, items=[str(m.other)], variant="made", details=details
            )


def _scrapped_without_pack(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield a vehicle that is scrapped with a pack in it that is not removed in time (`domain.md` 3.2, Q3)."""
    if evidence.facts.kind != "vehicle":
        return
    scrapped = [(time, event) for time, event, reason in evidence.facts.ends if reason == "scrapped"]
    if not scrapped:
        return
    time, event = scrapped[0]
    parts = sorted(evidence.parts, key=lambda e: (e.since, e.source, e.until))
    end, packs = day_end(time), [e for e in parts if evidence.kinds.get(e.source) == "pack"]
    left = [e for e in packs if e.since <= end and e.until > end + GRACE_PERIOD]
    if left:
        until = max(e.until for e in left)
        items, due = [e.source for e in left], time + GRACE_PERIOD
        details = {"count": len(left)}
        yield evidence.finding("scrapped_without_pack", [event], (time, until), items=items, due=due, details=details)
