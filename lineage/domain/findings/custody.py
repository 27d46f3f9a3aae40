"""Findings about custody: hand-overs by a party that is not the holder, one-sided reports, gaps (contract 5, 7)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from operator import attrgetter
from typing import Final

from lineage.domain.events.stored_event import names_same_two
from lineage.domain.findings.model import GRACE_PERIOD, OPEN, Finding, ItemEvidence, day_end, is_bare_date
from lineage.domain.graph import ENDED, INPUT, MAKERS, MOVED, TAKEN_OUT, Mention
from lineage.domain.instants import DAY, Instant
from lineage.domain.projection.effective_custody import CustodyContext, effective_custody

LONGEST_TRANSIT: Final = 90 * DAY
"""A receipt answers a hand-over between the same two parties that is at most so much earlier."""
CLOCK_DIFFERENCE: Final = 3 * DAY
"""By how much a receipt may be dated before the hand-over that it answers: two parties, two clocks."""


def custody(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield every finding about who holds the item."""
    receivers = _Receivers(evidence.mentions)
    for sent, received in paired(evidence.mentions_as(MOVED)):
        evidence.check()
        yield from _one_sided(evidence, sent, received)
        yield from _not_the_holder(evidence, sent, received, receivers)
    yield from _gaps(evidence)


HandOver = tuple[Mention | None, Mention | None]
"""The giver's report and the taker's report of one hand-over; the same twice where one event reports both sides."""


def paired(moves: list[Mention]) -> list[HandOver]:
    """Return hand-overs with the reports of both sides: each receipt with the nearest hand-over of the same two.

    Reports that name both parties are paired first, then what is left with those that leave one out.
    """
    pairs: list[HandOver] = [(m, m) for m in moves if m.detail not in ("giver", "taker")]
    left = [m for m in moves if m.detail in ("giver", "taker")]
    same_two: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for m in left:
        if m.other is not None and m.party is not None:
            same_two[m.other, m.party].append(m)
    found = [pair for reports in same_two.values() for pair in _matched(reports)]
    done = {id(m) for pair in found for m in pair}
    left = [m for m in left if id(m) not in done]
    if any(m.other is None or m.party is None for m in left):
        more = _matched(left)
        found += more
        done = {id(m) for pair in more for m in pair}
        left = [m for m in left if id(m) not in done]
    pairs += found
    return pairs + [(m, None) if m.detail == "giver" else (None, m) for m in left]


def _matched(moves: list[Mention]) -> list[tuple[Mention, Mention]]:
    """Return pairs of a giver's and a taker's report, in the order of time."""
    sent: list[Mention] = []
    early: list[Mention] = []
    pairs = []
    for m in moves:
        if m.detail == "giver":
            answered = next(
                (r for r in early if names_same_two(r, m) and m.time - r.time <= CLOCK_DIFFERENCE + _slack(r, m)), None
            )
            if answered is None:
                sent.append(m)
            else:
                early.remove(answered)
                pairs.append((m, answered))
            continue
        latest = next((s for s in reversed(sent) if names_same_two(s, m)), None)
        if latest is not None and m.time - latest.time <= LONGEST_TRANSIT:
            sent.remove(latest)
            pairs.append((latest, m))
        else:
            early.append(m)
    return pairs


def _slack(receipt: Mention, hand_over: Mention) -> Instant:
    return DAY if is_bare_date(receipt.time) or is_bare_date(hand_over.time) else 0


def _one_sided(evidence: ItemEvidence, sent: Mention | None, received: Mention | None) -> Iterator[Finding]:
    """Yield a hand-over that one side only reports; the other report may still come for a while.

    A side that no report names is not accused.
    """
    move = sent or received
    assert move is not None
    if (sent is not None and received is not None) or (move.party if received is None else move.other) is None:
        return
    kind = "unacknowledged_handover" if received is None else "unreported_handover"
    parties = [move.other, move.party]
    details = {"giver": move.other or "", "taker": move.party or ""}
    interval, due = (move.time, OPEN if received is None else move.time), move.time + GRACE_PERIOD
    yield evidence.finding(kind, [move.event], interval, parties=parties, due=due, details=details)


class _Receivers:
    """The parties that got the item within a window: how often each, and whether some did whom no event names.

    Each window is counted once, because thousands of hand-overs may bear one date.
    """

    def __init__(self, mentions: list[Mention]) -> None:
        self._mentions = mentions
        self._counted: dict[Instant, tuple[Counter[str], bool]] = {}

    def at(self, t: Instant) -> tuple[Counter[str], bool]:
        """Return the counts of the instant, or of the day that a bare date stands for."""
        if t not in self._counted:
            begin = bisect_left(self._mentions, t, key=attrgetter("time"))
            end = bisect_right(self._mentions, day_end(t), key=attrgetter("time"))
            within = self._mentions[begin:end]
            counts = Counter(m.party for m in within if m.party and m.role in (*MAKERS, MOVED, TAKEN_OUT))
            self._counted[t] = counts, any(m.role == TAKEN_OUT and not m.party for m in within)
        return self._counted[t]


def _not_the_holder(
    evidence: ItemEvidence, sent: Mention | None, received: Mention | None, receivers: _Receivers
) -> Iterator[Finding]:
    """Yield a hand-over whose giver is none of those who held the item just before."""
    move = min((m for m in (sent, received) if m is not None), key=lambda m: m.time)
    if evidence.custody_context is None or move.other is None:
        return
    counts, has_unnamed = receivers.at(move.time)
    # The hand-over itself makes nobody a holder.
    if counts[move.other] > (move.other == move.party):
        return
    holders = _holders_before(evidence, evidence.custody_context, move.time, has_unnamed=has_unnamed)
    if move.other in holders:
        return
    holders |= {party for party, n in counts.items() if n > (party == move.party)}
    if holders:
        events = [m.event for m in (sent, received) if m is not None]
        parties = [move.other, move.party, *sorted(holders)]
        details = {"giver": move.other, "taker": move.party or "", "holder": min(holders)}
        yield evidence.finding("broken_handover", events, (move.time, move.time), parties=parties, details=details)


def _holders_before(evidence: ItemEvidence, context: CustodyContext, t: Instant, *, has_unnamed: bool) -> set[str]:
    """Return who may give it: the holders just before and who it was in transit to.

    With a receiver at `t` whom no event names also those who hold it afterwards.
    """
    holders: set[str] = set()
    if evidence.facts.first < t:
        status = effective_custody(context, evidence.item, t - 1)
        holders = {*status.holders, *status.last, *([status.to] if status.to else [])}
    if has_unnamed:
        after = effective_custody(context, evidence.item, t)
        holders |= {*after.holders, *after.last}
    return holders


def _gaps(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield the intervals in which the item is inside nothing and no row names a holder.

    A stay without length covers nothing.
    """
    if evidence.facts.first >= OPEN:
        return
    covered = [(h.since, h.until) for h in evidence.holdings]
    covered += [(s.since, s.until) for s in evidence.facts.spans]
    if not evidence.facts.is_lot:
        covered += [(e.since, e.until) for e in evidence.wholes]
    reached = evidence.facts.first
    for since, until in [*sorted(c for c in covered if c[0] < c[1]), (OPEN, OPEN)]:
        if since > reached:
            yield _gap(evidence, reached, since)
        reached = max(reached, until)


def _gap(evidence: ItemEvidence, since: Instant, until: Instant) -> Finding:
    """Return a gap with the event after which no holder is known, and the one that ends it."""
    before = [m for m in evidence.mentions if m.time <= since and m.role not in (ENDED, INPUT)]
    after = [m for m in evidence.mentions if m.time == until]
    events = [m.event for m in (*before[-1:], *after[:1])]
    return evidence.finding("custody_gap", events, (since, until))
