"""Findings about what is inside what: two places at once, out of where it never was, older than its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from lineage.domain.findings.enclosure import cycle_of, was_inside
from lineage.domain.findings.identity import REGISTERED
from lineage.domain.findings.model import (
    DAY,
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

_EPOCH: Final = date(1970, 1, 1).toordinal()
REPAIRS: Final = frozenset({"repair", "replacement", "swap", "second_life_production"})
"""Steps in which a younger part goes into an older whole, as it should."""
AS_BUILT: Final = 90 * DAY
"""Where no step is told: what goes in this long after the whole was made belongs to its building."""


def containment(view: ItemEvidence) -> Iterator[Finding]:
    """Everything about what the item is inside and what is inside it."""
    if not view.facts.is_lot:
        yield from _simultaneous_installation(view)
        yield from _moved_while_installed(view)
        yield from _dead_item_active(view)
        yield from _consumed_twice(view)
        yield from _self_containment(view)
        yield from _before_made(view)
    yield from _removal_without_installation(view)
    yield from _seen_elsewhere(view)
    yield from _older_than_parts(view)
    yield from _scrapped_without_pack(view)


def _simultaneous_installation(view: ItemEvidence) -> Iterator[Finding]:
    """Each stretch of time in which the item is in two wholes or more."""
    edges = sorted(view.wholes, key=lambda e: (e.since, e.until, e.target))
    open_ones: list[Edge] = []
    cluster: dict[Edge, None] = {}
    since = until = 0
    for edge in edges:
        open_ones = [e for e in open_ones if e.until > edge.since or e.since == edge.since == e.until]
        meeting = [e for e in open_ones if e.target != edge.target]
        if meeting:
            if cluster and edge.since >= until:
                yield _both(view, cluster, since, until)
                cluster = {}
            if not cluster:
                since, until = edge.since, edge.since
            cluster.update(dict.fromkeys((*meeting, edge)))
            until = max(until, *(min(e.until, edge.until) for e in meeting))
        open_ones.append(edge)
    if cluster:
        yield _both(view, cluster, since, until)


def _both(view: ItemEvidence, edges: Iterable[Edge], since: int, until: int) -> Finding:
    wholes = dict.fromkeys(e.target for e in edges)
    events = [e.events[0] for e in edges]
    return view.finding("simultaneous_installation", events, (since, until), items=wholes, said={"count": len(wholes)})


def _removal_without_installation(view: ItemEvidence) -> Iterator[Finding]:
    """Taken out of a whole that nobody put it into."""
    closing = {(e.target, event) for e in view.wholes for event in e.events}
    for m in view.told(TAKEN_OUT):
        assert m.other is not None
        if (m.other, m.event) not in closing:
            span = (m.time, m.time)
            yield view.finding(
                "removal_without_installation", [m.event], span, items=[m.other], said={"whole": m.other}
            )


def _moved_while_installed(view: ItemEvidence) -> Iterator[Finding]:
    """Handed over while inside a whole; a receipt of what was given before it went in is no move."""
    moves = view.told(MOVED)
    for m in moves:
        inside = [e for e in view.wholes if e.since < m.time < e.until]
        if not inside or (m.detail == "taker" and _given_before(moves, m, inside[0].since)):
            continue
        events = [m.event, *(e.events[0] for e in inside)]
        wholes, until = [e.target for e in inside], min(e.until for e in inside)
        yield view.finding(
            "moved_while_installed", events, (m.time, until), items=wholes, parties=_two(m), said={"whole": wholes[0]}
        )


def _given_before(moves: list[Mention], receipt: Mention, since: int) -> bool:
    return any(
        m.detail != "taker" and (m.other, m.party) == (receipt.other, receipt.party) and m.time <= since for m in moves
    )


def _two(m: Mention) -> list[str]:
    return [p for p in (m.other, m.party) if p]


def _dead_item_active(view: ItemEvidence) -> Iterator[Finding]:
    """Something is told of it after its end or its consumption."""
    ends = [(time, event, reason) for time, event, reason in view.facts.ends]
    used = [(m.time, m.event, "consumed") for m in view.told(INPUT)]
    if not ends and not used:
        return
    end, first, reason = min([*ends, *used])
    active = [m for m in view.mentions if m.time > day_end(end) and _is_life(view, m, reason)]
    if active:
        events = [first, *(m.event for m in active)]
        yield view.finding("dead_item_active", events, (end, active[-1].time), said={"reason": reason})


def _is_life(view: ItemEvidence, m: Mention, reason: str) -> bool:
    """What the dead do not do: being taken apart, reported dead again, or recycled after scrapping they may be."""
    if m.role in (ENDED, TAKEN_OUT):
        return False
    if m.role == WHOLE:
        report = view.report(m.event)
        return report is None or report.type == "assembled"
    # consumed twice has a name of its own
    return m.role != INPUT or reason not in ("scrapped", "consumed")


def _consumed_twice(view: ItemEvidence) -> Iterator[Finding]:
    uses = view.told(INPUT)
    if len(uses) > 1:
        span = (uses[0].time, uses[-1].time)
        yield view.finding("consumed_twice", [m.event for m in uses], span, said={"count": len(uses)})


def _self_containment(view: ItemEvidence) -> Iterator[Finding]:
    """The item is inside itself at some moment; told once, at the smallest id of the circle."""
    ring = None if view.around is None else cycle_of(view.around, view.item)
    if ring is not None and min(ring.items) == view.item:
        yield view.finding("self_containment", ring.events, (ring.since, ring.until), items=ring.items)


def _seen_elsewhere(view: ItemEvidence) -> Iterator[Finding]:
    """Seen in a whole that the edges do not have it in at that time, directly or not."""
    around = view.around
    for m in view.told(SEEN):
        if m.other is None or around is None or _is_around(view, m):
            continue
        now_in = [e.target for e in view.wholes if e.since <= m.time < e.until]
        variant = "in_another" if now_in else "in_none"
        yield view.finding(
            "seen_elsewhere",
            [m.event],
            (m.time, m.time),
            items=[m.other, *now_in],
            variant=variant,
            said={"whole": m.other},
        )


def _is_around(view: ItemEvidence, m: Mention) -> bool:
    """Whether the whole was around the item then; on that day, where only the day is told."""
    assert view.around is not None
    if view.facts.is_lot:
        return True
    until = day_end(m.time)
    window = (m.time, m.time) if until == m.time else (m.time, until + 1)
    return was_inside(view.around, view.item, str(m.other), window)


def _older_than_parts(view: ItemEvidence) -> Iterator[Finding]:
    """As built, a part bears a later day in its code than its whole (`domain.md` 1.6)."""
    made = _day_in(view.item)
    if made is None:
        if view.facts.kind != "vehicle" or view.facts.kind_time is None:
            return
        made = day_of(view.facts.kind_time)
    younger = [e for e in view.parts if (_day_in(e.source) or made) > made and _is_as_built(view, e)]
    if younger:
        first = min(younger, key=lambda e: (e.since, e.source))
        events = [e.events[0] for e in younger]
        said = {"part": first.source, "count": len(younger)}
        items = [e.source for e in sorted(younger, key=lambda e: (e.since, e.source))]
        yield view.finding("child_after_parent", events, (first.since, OPEN), items=items, variant="code", said=said)


def _day_in(code: str) -> int | None:
    if ":" in code or len(code) not in LENGTHS:
        return None
    made = date_in(code)
    return None if made is None else made.toordinal() - _EPOCH


def _is_as_built(view: ItemEvidence, edge: Edge) -> bool:
    step = view.step(edge.events[0])
    if step in REPAIRS:
        return False
    return bool(step) or edge.since - view.facts.first <= AS_BUILT


def _before_made(view: ItemEvidence) -> Iterator[Finding]:
    """Put into a whole before the day on which it was made, by its own making event."""
    makers = [m for m in view.told(*MAKERS) if not (m.role == MADE and view.step(m.event) in REGISTERED)]
    if not makers or not view.wholes:
        return
    made = makers[0]
    for m in view.told(PUT_IN):
        is_before = m.time < made.time
        if is_bare_date(m.time) or is_bare_date(made.time):
            is_before = day_of(m.time) < day_of(made.time)
        if is_before:
            events, span = [m.event, made.event], (m.time, made.time)
            yield view.finding(
                "child_after_parent", events, span, items=[str(m.other)], variant="made", said={"whole": m.other}
            )


def _scrapped_without_pack(view: ItemEvidence) -> Iterator[Finding]:
    """A vehicle is scrapped with a pack in it, and nobody takes that out in time (`domain.md` 3.2, Q3)."""
    if view.facts.kind != "vehicle":
        return
    scrapped = [(time, event) for time, event, reason in view.facts.ends if reason == "scrapped"]
    if not scrapped:
        return
    time, event = scrapped[0]
    left = [
        e
        for e in view.parts
        if view.kinds.get(e.source) == "pack" and e.since <= day_end(time) and e.until > day_end(time) + GRACE_PERIOD
    ]
    if left:
        until = max(e.until for e in left)
        items, due = [e.source for e in left], time + GRACE_PERIOD
        yield view.finding(
            "scrapped_without_pack", [event], (time, until), items=items, due=due, said={"count": len(left)}
        )
