"""Own custody: who holds an item by its own events (contract 5), and the `HELD_BY` edges that follow (contract 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from lineage.domain.graph import ENDED, INPUT, MAKERS, MOVED, TAKEN_OUT, CustodySpan, Holding, Mention
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.projection.containment import ItemState


class CustodyStatus(NamedTuple):
    """Who holds an item. `holders` ascend. `to`: to whom it goes while in transit. `last`: who held what has ended."""

    status: str
    holders: tuple[str, ...] = ()
    to: str | None = None
    last: tuple[str, ...] = ()


GAP: Final = CustodyStatus("gap")


def held_by(parties: Iterable[str]) -> CustodyStatus:
    """None known: gap; one: held; several: conflict (contract 5)."""
    holders = tuple(sorted(set(parties)))
    if not holders:
        return GAP
    return CustodyStatus("held" if len(holders) == 1 else "conflict", holders)


def held_by_one(party: str | None) -> CustodyStatus:
    """The same of one, or of none known."""
    return CustodyStatus("held", (party,)) if party else GAP


class CircularRemovalError(Exception):
    """A removal needs a result that needs its own: it changes no custody (contract 5)."""


Effective = Callable[[str, int], CustodyStatus]
"""Effective custody of a whole at a moment, after all events of that moment; may raise CircularRemovalError."""

Span = tuple[int, CustodyStatus, tuple[str, ...]]
"""Since when, what own custody says, and the events that prove it."""


class CustodyState(ItemState):
    """A life with its own custody.

    `span` is the stretch of own custody that is still open. Closed ones are gathered in `spans`, apart by whether own
    custody answered then: outside wholes, for lots always, inside a whole once handed over there (contract 3, 5).
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

    def moment(self, time: int, happenings: list[Mention]) -> None:
        if len(happenings) == 1:
            self.happen(time, happenings[0])
        else:
            super().moment(time, happenings)
        self._settle(time)

    def happen(self, time: int, m: Mention) -> None:
        if m.role in MAKERS:
            if not self.had_holder:
                self._set(held_by_one(m.party), m.event)
        elif m.role == MOVED:
            self._hand_over(m)
        elif m.role == TAKEN_OUT:
            self._take_out(time, m)
        elif m.role == ENDED or (m.role == INPUT and not self.lot):
            self._set(CustodyStatus("ended", last=self._last_holders(time)), m.event)
        super().happen(time, m)
        if self.inside:
            self.nested = True
        else:
            self.transferred_while_installed = False

    def _set(self, hands: CustodyStatus, event: str) -> None:
        self.own_events = (*self.own_events, event) if hands == self.own else (event,)
        self.own = hands
        self.had_holder = self.had_holder or bool(hands.holders)

    def _hand_over(self, m: Mention) -> None:
        assert m.other is not None
        assert m.party is not None
        if m.detail != "giver":
            self._set(held_by_one(m.party), m.event)
        elif m.other in self.own.holders:
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
        """Who answered for it just before its end: inside a whole that is the whole's holder, as for a removal."""
        own = self.own.holders or self.own.last
        if self.lot or not self.inside:
            return own
        holders = set(own) if self.transferred_while_installed else set()
        for whole in sorted(self.inside):
            try:
                hands = self._effective(whole, time)
            except CircularRemovalError:
                return own
            holders.update(hands.holders or hands.last)
        return tuple(sorted(holders))

    def _settle(self, time: int) -> None:
        """Note the state after all events of a moment."""
        if self.own.status == "conflict" or (
            not self.lot and self.inside and (self.transferred_while_installed or len(self.inside) > 1)
        ):
            self.contested = True
        answers = self.lot or not self.inside or self.transferred_while_installed
        since, hands, _ = self.span
        if hands == self.own and answers == self.answers:
            self.span = (since, hands, self.own_events)
            return
        if since < time:
            self.spans.append((self.span, time, self.answers))
        self.span = (time, self.own, self.own_events)
        self.answers = answers

    def holdings(self) -> list[Holding]:
        """`HELD_BY` edges followed so far, one a holder, closed and open."""
        return [h for span, until, answers in self._all_spans() if answers for h in holdings_of(self.item, span, until)]

    def own_spans(self, *, suspended: bool, after: int = 0) -> list[CustodySpan]:
        """Stretches that no `HELD_BY` says: own custody has ended, and, if asked for, is suspended inside a whole.

        The first `after` of all stretches that were followed are passed over.
        """
        return [
            CustodySpan(since, until, hands.status, hands.holders, hands.to, hands.last, events)
            for (since, hands, events), until, answers in self._all_spans()[after:]
            if (hands.status == "ended" and answers) or (suspended and not answers)
        ]

    def _all_spans(self) -> list[tuple[Span, int, bool]]:
        return [*self.spans, (self.span, OPEN, self.answers)]


def holdings_of(item: str, span: Span, until: int) -> list[Holding]:
    """The `HELD_BY` edges of one stretch in which own custody answers."""
    since, (status, holders, to, _), events = span
    if len(holders) == 1:
        return [Holding(item, holders[0], since, until, status, to, events)]
    return [Holding(item, holder, since, until, status, to, events) for holder in holders]
