"""Findings about who holds an item: hand-overs that one side reported, by others than the holder, and gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.reference.containment import FOREVER
from tests.reference.events import Event, same_two
from tests.reference.findings.finding import GRACE, Finding, finding
from tests.reference.world import DAY, World, end_of_day, is_date

LONGEST_WAY = 90 * DAY
CLOCKS = 3 * DAY


class HandOver(NamedTuple):
    """What each side reported of one hand-over; the same event twice where it was reported for both."""

    given: Event | None
    received: Event | None

    @property
    def reports(self) -> list[Event]:
        return [event for event in dict.fromkeys(self) if event is not None]

    @property
    def earliest(self) -> Event:
        return min(self.reports, key=lambda event: event.time)


def hand_overs(world: World, item: str) -> list[HandOver]:
    """Reports that name both parties are paired first, then what is left with those that leave one out."""
    moves = world.hand_overs(item)
    found = [HandOver(move, move) for move in moves if move.side == "both"]
    left = [move for move in moves if move.side != "both"]
    for fits in (_exactly_same_two, same_two):
        pairs = _paired(left, fits)
        found += pairs
        paired = [event for pair in pairs for event in pair.reports]
        left = [move for move in left if move not in paired]
    alone = [HandOver(e, None) if e.side == "giver" else HandOver(None, e) for e in left]
    return found + alone


def _exactly_same_two(one: Event, other: Event) -> bool:
    names = [(event.party("giver"), event.party("taker")) for event in (one, other)]
    return names[0] == names[1] and None not in names[0]


def _paired(moves: list[Event], fits: Callable[[Event, Event], bool]) -> list[HandOver]:
    """By time: a receipt with the nearest hand-over before it, a hand-over with the first receipt just ahead of it."""
    given: list[Event] = []
    received: list[Event] = []
    pairs = []
    for move in moves:
        if move.side == "taker":
            # only the newest hand-over of the two is looked at: an older one is not on its way any more
            before = [other for other in given if fits(other, move)][-1:]
            matches = [other for other in before if move.time - other.time <= LONGEST_WAY]
            if matches:
                given.remove(matches[0])
                pairs.append(HandOver(matches[0], move))
            else:
                received.append(move)
        else:
            ahead = [
                other for other in received if fits(other, move) and move.time - other.time <= _clocks(other, move)
            ]
            if ahead:
                received.remove(ahead[0])
                pairs.append(HandOver(move, ahead[0]))
            else:
                given.append(move)
    return pairs


def _clocks(one: Event, other: Event) -> int:
    return CLOCKS + DAY if is_date(one.time) or is_date(other.time) else CLOCKS


def custody(world: World, item: str) -> Iterator[Finding]:
    for hand_over in hand_overs(world, item):
        yield from _one_sided(world, item, hand_over)
        yield from _broken_handover(world, item, hand_over)
    yield from _custody_gap(world, item)


def _one_sided(world: World, item: str, hand_over: HandOver) -> Iterator[Finding]:
    """The side that is missing has to be named: nobody unknown is accused."""
    if hand_over.given is not None and hand_over.received is not None:
        return
    report = hand_over.earliest
    missing, kind, until = "taker", "unacknowledged_handover", FOREVER
    if hand_over.given is None:
        missing, kind, until = "giver", "unreported_handover", float(report.time)
    if report.party(missing) is not None:
        parties = [report.party("giver"), report.party("taker")]
        due = report.time + GRACE
        yield finding(world, kind, [item], [report.id], report.time, until, parties, due)


def _broken_handover(world: World, item: str, hand_over: HandOver) -> Iterator[Finding]:
    report = hand_over.earliest
    giver = report.party("giver")
    holders = _who_may_give(world, item, report)
    if giver is not None and holders and giver not in holders:
        parties = [giver, report.party("taker"), *sorted(holders)]
        events = [event.id for event in hand_over.reports]
        yield finding(world, "broken_handover", [item], events, report.time, report.time, parties)


def _who_may_give(world: World, item: str, report: Event) -> set[str]:
    """Who had it just before or was to get it, and who had it that moment; that day, where only the day is known."""
    holders: set[str] = set()
    if world.first(item) < report.time:
        held, last = world.holding(item, report.time - 1)
        holders = {*held.holders, *last, *([held.to] if held.to else [])}
    day = (report.time, end_of_day(report.time))
    for event in world.of(item):
        role = event.roles[item]
        if not day[0] <= event.time <= day[1] or event is report:
            continue
        if role == "made":
            holders.add(event.party("custodian") or event.reporter)
        elif role == "item" and event.moves_custody:
            holders |= {event.party("taker") or ""} - {""}
        elif role == "part" and event.type == "disassembled":
            custodian = event.party("custodian")
            after, last = world.holding(item, report.time)
            holders |= {custodian} if custodian else {*after.holders, *last}
    return holders


def _custody_gap(world: World, item: str) -> Iterator[Finding]:
    """Each stretch in which it is in nothing and nobody is known to hold it; a lot may be in something."""
    moments = [moment for moment in world.custody.moments if moment >= world.first(item)]
    since: float | None = None
    for moment in moments:
        own = world.custody.owns[world.custody.moments.index(moment)][item]
        is_gap = own.status == "gap" and (world.lot(item) or not world.wholes_at(item, moment))
        if is_gap and since is None:
            since = moment
        elif not is_gap and since is not None:
            yield _gap(world, item, since, moment)
            since = None
    if since is not None:
        yield _gap(world, item, since, FOREVER)


def _gap(world: World, item: str, since: float, until: float) -> Finding:
    """Shown by the last event up to its beginning that is neither an end nor a consumption, and the one at its end."""
    before = [e for e in world.of(item) if e.time <= since and e.type != "ended" and e.roles[item] != "input"]
    after = [e for e in world.of(item) if e.time == until]
    return finding(world, "custody_gap", [item], [e.id for e in (*before[-1:], *after[:1])], since, until)
