"""Own custody: who holds an item by its own events (contract 5), and the `HELD_BY` edges that follow (contract 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from lineage.domain.graph import ENDED, INPUT, MAKERS, MOVED, TAKEN_OUT, CustodySpan, Holding, Mention
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.projection.containment import ItemState


class CustodyStatus(NamedTuple):
    """Who holds an item at an instant.

    `status`: held, in_transit, conflict, gap or ended. `holders` ascend. `to`: the taker while in transit. `last`: the
    holders just before the end of an item that has ended.
    """

    status: str
    holders: tuple[str, ...] = ()
    to: str | None = None
    last: tuple[str, ...] = ()


GAP: Final = CustodyStatus("gap")


def held_by(parties: Iterable[str]) -> CustodyStatus:
    """Return the custody by these parties: none is a gap, one holds, several are in conflict (contract 5)."""
    holders = tuple(sorted(set(parties)))
    if not holders:
        return GAP
    return CustodyStatus("held" if len(holders) == 1 else "conflict", holders)


def held_by_one(party: str | None) -> CustodyStatus:
    """Return the custody by one party, or a gap if it is None."""
    return CustodyStatus("held", (party,)) if party else GAP


class CircularRemovalError(Exception):
    """The custody after a removal depends on itself: the removal changes no custody (contract 5)."""


Effective = Callable[[str, int], CustodyStatus]
"""Effective custody of a whole at an instant, after all events of that instant; may raise CircularRemovalError."""

Span = tuple[int, CustodyStatus, tuple[str, ...]]
"""Since when own custody is so, the custody, and the events that prove it."""


class CustodyState(ItemState):
    """The state of one item with its own custody.

    `span` is the interval of own custody that is still open. Closed ones are gathered in `spans`, each with whether own
    custody answers in it: outside wholes, for lots always, inside a whole once handed over there (contract 3, 5).
    """

    __slots__ = (
        "_effective",
        "answers",
        "contested",
        "had_holder",
        "nested",
        "own",
        "own_events",
        "span",
        "spans",
        "transferred_while_installed",
    )

    def __init__(self, item: str, *, lot: bool, effective: Effective) -> None:
        super().__init__(item, lot=lot)
        self._effective = effective
        self.own = GAP
        self.own_events: tuple[str, ...] = ()
        self.had_holder = False
        self.transferred_while_installed = False
        self.answers = True
        self.contested = False
        self.nested = False
        self.span: Span = (BEGIN, GAP, ())
        self.spans: list[tuple[Span, int, bool]] = []

    def hand_over_possible(self, giver: str | None) -> bool:
        return giver in self.own.holders

    def apply_instant(self, time: int, mentions: list[Mention]) -> None:
        if len(mentions) == 1:
            self.apply(time, mentions[0])
        else:
            super().apply_instant(time, mentions)
        self._close_instant(time)

    def apply(self, time: int, m: Mention) -> None:
        if m.role in MAKERS:
            if not self.had_holder:
                self._set(held_by_one(m.party), m.event)
        elif m.role == MOVED:
            self._hand_over(m)
        elif m.role == TAKEN_OUT:
            self._take_out(time, m)
        elif m.role == ENDED or (m.role == INPUT and not self.lot):
            self._set(CustodyStatus("ended", last=self._last_holders(time)), m.event)
        super().apply(time, m)
        if self.inside:
            self.nested = True
        else:
            self.transferred_while_installed = False

    def _set(self, custody: CustodyStatus, event: str) -> None:
        self.own_events = (*self.own_events, event) if custody == self.own else (event,)
        self.own = custody
        self.had_holder = self.had_holder or bool(custody.holders)

    def _hand_over(self, m: Mention) -> None:
        if m.detail != "giver":
            assert m.party is not None
            self._set(held_by_one(m.party), m.event)
        elif m.other is not None and m.other in self.own.holders:
            self._set(CustodyStatus("in_transit", (m.other,), m.party), m.event)
        else:
            return
        self.transferred_while_installed = bool(self.inside)

    def _take_out(self, time: int, m: Mention) -> None:
        if m.party is not None:
            self._set(held_by_one(m.party), m.event)
        elif m.other in self.inside and not self.transferred_while_installed and not self.lot:
            try:
                whole = self._effective(m.other, time)
            except CircularRemovalError:
                return
            self._set(held_by(whole.last if whole.status == "ended" else whole.holders), m.event)

    def _last_holders(self, time: int) -> tuple[str, ...]:
        """Return who held it just before its end: inside a whole the holders of the whole, as for a removal."""
        own = self.own.holders or self.own.last
        if self.lot or not self.inside:
            return own
        holders = set(own) if self.transferred_while_installed else set()
        for whole in sorted(self.inside):
            try:
                custody = self._effective(whole, time)
            except CircularRemovalError:
                return own
            holders.update(custody.holders or custody.last)
        return tuple(sorted(holders))

    def _close_instant(self, time: int) -> None:
        """Close or continue the open span after all events of an instant."""
        if self.own.status == "conflict" or (
            not self.lot and self.inside and (self.transferred_while_installed or len(self.inside) > 1)
        ):
            self.contested = True
        answers = self.lot or not self.inside or self.transferred_while_installed
        since, custody, _ = self.span
        if custody == self.own and answers == self.answers:
            self.span = (since, custody, self.own_events)
            return
        if since < time:
            self.spans.append((self.span, time, self.answers))
        self.span = (time, self.own, self.own_events)
        self.answers = answers

    def holdings(self) -> list[Holding]:
        """Return the `HELD_BY` edges so far, one a holder, closed and open."""
        return [h for span, until, answers in self._all_spans() if answers for h in holdings_of(self.item, span, until)]

    def own_spans(self, *, suspended: bool, after: int = 0) -> list[CustodySpan]:
        """Return the intervals without a `HELD_BY` edge: own custody has ended, or is suspended inside one.

        Suspended ones are included if `suspended`; the first `after` of all intervals are left out.
        """
        return [
            CustodySpan(
                since,
                until,
                custody.status,
                custody.holders,
                custody.to,
                custody.last,
                events,
            )
            for (since, custody, events), until, answers in self._all_spans()[after:]
            if (custody.status == "ended" and answers) or (suspended and not answers)
        ]

    def _all_spans(self) -> list[tuple[Span, int, bool]]:
        return [*self.spans, (self.span, OPEN, self.answers)]


def holdings_of(item: str, span: Span, until: int) -> list[Holding]:
    """Return the `HELD_BY` edges of one interval in which own custody answers."""
    since, (status, holders, to, _), events = span
    if len(holders) == 1:
        return [Holding(item, holders[0], since, until, status, to, events)]
    return [Holding(item, holder, since, until, status, to, events) for holder in holders]
