"""Findings about who holds it: hand-overs by those who have it not, told by one side, and holes (contract 5, 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.domain.findings.model import DAY, GRACE_PERIOD, OPEN, Finding, ItemEvidence, day_end, is_bare_date
from lineage.domain.graph import ENDED, INPUT, MAKERS, MOVED, TAKEN_OUT, Mention
from lineage.domain.projection.effective_custody import effective_custody

LONGEST_WAY: Final = 90 * DAY
"""A receipt answers a hand-over of the same two that was told to be at most so long before."""
CLOCKS: Final = 3 * DAY
"""By how much a receipt may be dated before the hand-over that it answers: two parties, two clocks."""


def custody(view: ItemEvidence) -> Iterator[Finding]:
    """Everything about who holds the item."""
    pairs = paired(view.told(MOVED))
    for given, received in pairs:
        yield from _one_sided(view, given, received)
        yield from _not_the_holder(view, given, received)
    yield from _gaps(view)


HandOver = tuple[Mention | None, Mention | None]
"""The giver's report and the taker's report of one hand-over; the same twice where one event tells both sides."""


def paired(moves: list[Mention]) -> list[HandOver]:
    """Reports of both sides brought together: each receipt with the nearest hand-over of the same two before it."""
    found: list[HandOver] = [(m, m) for m in moves if m.detail not in ("giver", "taker")]
    keys = dict.fromkeys((m.other, m.party) for m in moves if m.detail in ("giver", "taker"))
    for key in keys:
        given: list[Mention] = []
        early: list[Mention] = []
        for m in (m for m in moves if (m.other, m.party) == key):
            if m.detail == "giver":
                answered = next((r for r in early if m.time - r.time <= CLOCKS + _slack(r, m)), None)
                if answered is not None:
                    early.remove(answered)
                    found.append((m, answered))
                else:
                    given.append(m)
            elif m.detail == "taker":
                if given and m.time - given[-1].time <= LONGEST_WAY:
                    found.append((given.pop(), m))
                else:
                    early.append(m)
        found += [(g, None) for g in given] + [(None, r) for r in early]
    return found


def _slack(one: Mention, other: Mention) -> int:
    return DAY if is_bare_date(one.time) or is_bare_date(other.time) else 0


def _one_sided(view: ItemEvidence, given: Mention | None, received: Mention | None) -> Iterator[Finding]:
    """Only one side of a hand-over was told; the other may still come for a while."""
    told = given or received
    assert told is not None
    if given is not None and received is not None:
        return
    kind = "unacknowledged_handover" if received is None else "unreported_handover"
    parties = [str(told.other), str(told.party)]
    said = {"giver": parties[0], "taker": parties[1]}
    span = (told.time, OPEN if received is None else told.time)
    yield view.finding(kind, [told.event], span, parties=parties, due=told.time + GRACE_PERIOD, said=said)


def _not_the_holder(view: ItemEvidence, given: Mention | None, received: Mention | None) -> Iterator[Finding]:
    """The giver is none of those who held the item just before."""
    told = min((m for m in (given, received) if m is not None), key=lambda m: m.time)
    if view.around is None or told.other is None:
        return
    holders = _holders_before(view, told)
    if holders and told.other not in holders:
        events = [m.event for m in (given, received) if m is not None]
        parties = [told.other, str(told.party), *sorted(holders)]
        said = {"giver": told.other, "taker": told.party, "holder": min(holders)}
        yield view.finding("broken_handover", events, (told.time, told.time), parties=parties, said=said)


def _holders_before(view: ItemEvidence, told: Mention) -> set[str]:
    """Who may have given it: the holders just before, whom it was on its way to, and whoever had it that moment."""
    around = view.around
    assert around is not None
    holders: set[str] = set()
    if view.facts.first < told.time:
        hands = effective_custody(around, view.item, told.time - 1)
        holders = {*hands.holders, *hands.last, *([hands.to] if hands.to else [])}
    first, last = told.time, day_end(told.time)
    for m in view.mentions:
        if first <= m.time <= last and m is not told and m.party and (m.role in MAKERS or m.role in (MOVED, TAKEN_OUT)):
            holders.add(m.party)
    if any(m.role == TAKEN_OUT and first <= m.time <= last and not m.party for m in view.mentions):
        after = effective_custody(around, view.item, told.time)
        holders |= {*after.holders, *after.last}
    return holders


def _gaps(view: ItemEvidence) -> Iterator[Finding]:
    """Stretches in which the item is in nothing and nothing says who has it."""
    if view.facts.first >= OPEN:
        return
    covered = [(h.since, h.until) for h in view.holdings]
    covered += [(s.since, s.until) for s in view.facts.spans]
    if not view.facts.is_lot:
        covered += [(e.since, e.until) for e in view.wholes]
    at = view.facts.first
    for since, until in [*sorted(covered), (OPEN, OPEN)]:
        if since > at:
            yield _gap(view, at, since)
        at = max(at, until)


def _gap(view: ItemEvidence, since: int, until: int) -> Finding:
    """With the event after which nobody is known, and the one that ends it."""
    before = [m for m in view.mentions if m.time <= since and m.role not in (ENDED, INPUT)]
    after = [m for m in view.mentions if m.time == until]
    events = [m.event for m in (*before[-1:], *after[:1])]
    return view.finding("custody_gap", events, (since, until))
