"""Findings about what is inside what: in two wholes, out of where it never was, dead and active, in itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.reference.containment import Edge
from tests.reference.events import Event, same_two, stored_id
from tests.reference.findings.finding import GRACE, Finding, finding
from tests.reference.findings.identity import day_in_code, strict_makings
from tests.reference.intervals import ALL_TIME, Piece, at_once, between
from tests.reference.world import DAY, World, day_number, end_of_day, is_date

LATER_STEPS = ("repair", "replacement", "swap", "second_life_production")
AS_BUILT = 90 * DAY


def containment(world: World, item: str) -> Iterator[Finding]:
    if not world.lot(item):
        yield from _simultaneous_installation(world, item)
        yield from _moved_while_installed(world, item)
        yield from _dead_item_active(world, item)
        yield from _consumed_twice(world, item)
        yield from _self_containment(world, item)
        yield from _in_before_it_was_made(world, item)
        yield from _seen_elsewhere(world, item)
    yield from _removal_without_installation(world, item)
    yield from _older_than_its_parts(world, item)
    yield from _scrapped_without_pack(world, item)


class Overlap(NamedTuple):
    """Two edges to different wholes, and the time that both hold."""

    shared: Piece
    edges: tuple[Edge, Edge]


def _simultaneous_installation(world: World, item: str) -> Iterator[Finding]:
    """Overlaps that share a moment are one stretch; those that only touch are two."""
    edges = world.history.wholes(item)
    overlaps = [
        Overlap(shared, (one, other))
        for place, one in enumerate(edges)
        for other in edges[place + 1 :]
        if one.target != other.target
        and (shared := between(one.since, one.until).meet(between(other.since, other.until))) is not None
    ]
    stretches: list[list[Overlap]] = []
    for overlap in sorted(overlaps):
        joined = [s for s in stretches if any(overlap.shared.meet(o.shared) for o in s)]
        stretches = [s for s in stretches if s not in joined] + [[o for s in joined for o in s] + [overlap]]
    for stretch in stretches:
        concerned = [edge for edge in edges if any(edge in overlap.edges for overlap in stretch)]
        since, until = min(o.shared.since for o in stretch), max(o.shared.until for o in stretch)
        items = [item, *(edge.target for edge in concerned)]
        events = [world.history.opening(edge) for edge in concerned]
        yield finding(world, "simultaneous_installation", items, events, since, until)


def _removal_without_installation(world: World, item: str) -> Iterator[Finding]:
    for event in world.in_role(item, "part"):
        if event.type == "disassembled" and (item, event) not in world.history.removals:
            yield finding(
                world, "removal_without_installation", [item, event.whole], [event.id], event.time, event.time
            )


def _moved_while_installed(world: World, item: str) -> Iterator[Finding]:
    moves = world.hand_overs(item)
    for move in moves:
        inside = [edge for edge in world.history.wholes(item) if edge.since < move.time < edge.until]
        if not inside or _was_given_before(move, moves, inside[0].since):
            continue
        items = [item, *(edge.target for edge in inside)]
        events = [move.id, *map(world.history.opening, inside)]
        until = min(edge.until for edge in inside)
        parties = [move.party("giver"), move.party("taker")]
        yield finding(world, "moved_while_installed", items, events, move.time, until, parties)


def _was_given_before(receipt: Event, moves: Sequence[Event], since: float) -> bool:
    """Whether the giver reported it, to the same taker, before the item went in."""
    given = [move for move in moves if move.side != "taker" and move.time <= since and same_two(move, receipt)]
    return receipt.side == "taker" and bool(given)


def _dead_item_active(world: World, item: str) -> Iterator[Finding]:
    ends = [(e.time, e.id, e.body["reason"]) for e in world.in_role(item, "item") if e.type == "ended"]
    ends += [(e.time, e.id, "consumed") for e in world.in_role(item, "input")]
    if not ends:
        return
    end, first, reason = min(ends)
    active = [e for e in world.of(item) if e.time > end_of_day(end) and _is_activity(e, e.roles[item], reason)]
    if active:
        yield finding(world, "dead_item_active", [item], [first, *(e.id for e in active)], end, active[-1].time)


def _is_activity(event: Event, role: str, reason: str) -> bool:
    if event.type in ("ended", "disassembled"):
        return False
    return role != "input" or reason not in ("scrapped", "consumed")


def _consumed_twice(world: World, item: str) -> Iterator[Finding]:
    uses = world.in_role(item, "input")
    if len(uses) > 1:
        yield finding(world, "consumed_twice", [item], [e.id for e in uses], uses[0].time, uses[-1].time)


def _self_containment(world: World, item: str) -> Iterator[Finding]:
    """Circles on which it has the smallest id: the one with the fewest steps, then the earliest, then by ids."""
    level: list[tuple[Piece, tuple[Edge, ...]]] = [(ALL_TIME, ())]
    while level:
        longer = []
        for piece, chain in level:
            here = chain[-1].target if chain else item
            for edge in world.history.wholes(here):
                shared = piece.meet(between(edge.since, edge.until))
                is_new = edge.target > item and edge.target not in [e.target for e in chain]
                if shared is not None and (is_new or edge.target == item):
                    longer.append((shared, (*chain, edge)))
        closed = [(s.since, [e.target for e in chain], s, chain) for s, chain in longer if chain[-1].target == item]
        if closed:
            _, _, shared, chain = min(closed)
            items = [item, *(edge.target for edge in chain[:-1])]
            events = [world.history.opening(edge) for edge in chain]
            yield finding(world, "self_containment", items, events, shared.since, shared.until)
            return
        level = longer


def _seen_elsewhere(world: World, item: str) -> Iterator[Finding]:
    for event in world.in_role(item, "item"):
        inside = event.body.get("inside") if event.type == "inspected" else None
        if not inside:
            continue
        day = between(event.time, event.time + DAY) if is_date(event.time) else at_once(event.time)
        if not world.was_inside(item, stored_id(inside), day):
            wholes = [edge.target for edge in world.wholes_at(item, event.time)]
            variant = "in_another" if wholes else "in_none"
            items = [item, stored_id(inside), *wholes]
            yield finding(world, f"seen_elsewhere.{variant}", items, [event.id], event.time, event.time)


def _older_than_its_parts(world: World, item: str) -> Iterator[Finding]:
    made = day_in_code(item)
    making = world.deciding(item)
    if made is None and world.kind(item) == "vehicle" and making is not None:
        made = day_number(making.time)
    if made is None:
        return
    younger = [
        edge
        for edge in sorted(world.history.parts(item), key=lambda e: (e.since, e.source, e.until))
        if (day_in_code(edge.source) or made) > made and _is_as_built(world, edge)
    ]
    if younger:
        items = [item, *(edge.source for edge in younger)]
        events = [world.history.opening(edge) for edge in younger]
        yield finding(world, "child_after_parent.code", items, events, younger[0].since)


def _is_as_built(world: World, edge: Edge) -> bool:
    step = world.by_id[world.history.opening(edge)].step
    if step:
        return step not in LATER_STEPS
    return edge.since - world.first(edge.target) <= AS_BUILT


def _in_before_it_was_made(world: World, item: str) -> Iterator[Finding]:
    makings = strict_makings(world, item)
    for event in world.in_role(item, "part"):
        if not makings or event.type != "assembled":
            continue
        made = makings[0]
        by_day = is_date(event.time) or is_date(made.time)
        is_before = day_number(event.time) < day_number(made.time) if by_day else event.time < made.time
        if is_before:
            items, events = [item, event.whole], [event.id, made.id]
            yield finding(world, "child_after_parent.made", items, events, event.time, made.time)


def _scrapped_without_pack(world: World, item: str) -> Iterator[Finding]:
    if world.kind(item) != "vehicle":
        return
    ends = [e for e in world.in_role(item, "item") if e.type == "ended" and e.body["reason"] == "scrapped"]
    if not ends:
        return
    day = end_of_day(ends[0].time)
    left = [
        edge
        for edge in sorted(world.history.parts(item), key=lambda e: (e.since, e.source, e.until))
        if world.kind(edge.source) == "pack" and edge.since <= day and edge.until > day + GRACE
    ]
    if left:
        items, until = [item, *(edge.source for edge in left)], max(edge.until for edge in left)
        due = ends[0].time + GRACE
        yield finding(world, "scrapped_without_pack", items, [ends[0].id], ends[0].time, until, due=due)
