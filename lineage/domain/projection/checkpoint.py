"""The head of a life: its state after the last moment, and before it, in a form that stores can keep.

An event later than the head extends it; one at the very same moment is settled again from the state before.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from lineage.domain.instants import BEGIN
from lineage.domain.projection.custody import CustodyState, CustodyStatus, Effective, Span

EncodedState = list[Any]
"""A state as JSON holds it: lists, texts, numbers. Only `pack` and `unpack` look inside."""

EMPTY: Final[EncodedState] = [True, {}, ["gap", [], None, []], [], False, False, [BEGIN, []], True, False, False]


class Checkpoint(NamedTuple):
    """`now` holds from `time` on; `before` from `before_time` up to `time`. Milliseconds UTC."""

    time: int
    now: EncodedState
    before_time: int
    before: EncodedState

    def at(self, t: int) -> EncodedState | None:
        """The state after all events of `t`; None if the head does not reach back so far."""
        if t >= self.time:
            return self.now
        return self.before if t >= self.before_time else None


START: Final = Checkpoint(BEGIN, EMPTY, BEGIN, EMPTY)


class Snapshot(NamedTuple):
    """The state of a life at a moment, kept while the life goes on; its fields are those of `OwnLife`."""

    alive: bool
    inside: dict[str, tuple[int, tuple[str, ...]]]
    own: CustodyStatus
    own_events: tuple[str, ...]
    had_holder: bool
    transferred_while_installed: bool
    span: Span
    answers: bool
    contested: bool
    nested: bool


def snapshot(life: CustodyState) -> Snapshot:
    """The state of a life as it is now."""
    return Snapshot(
        life.alive, life.inside.copy(), life.own, life.own_events, life.had_holder, life.transferred_while_installed,
        life.span, life.answers, life.contested, life.nested,
    )  # fmt: skip


def restored(state: Snapshot, item: str, *, lot: bool, effective: Effective) -> CustodyState:
    """A life that goes on from a snapshot, with nothing followed yet."""
    life = CustodyState(item, lot=lot, effective=effective)
    for name, value in state._asdict().items():
        setattr(life, name, value)
    life.inside = state.inside.copy()
    return life


def encode(life: CustodyState | Snapshot) -> EncodedState:
    """The state of a life as JSON-ready lists."""
    since, _, span_events = life.span
    return [
        life.alive,
        {w: [entered, list(ids)] for w, (entered, ids) in life.inside.items()},
        _encode_status(life.own),
        list(life.own_events),
        life.had_holder,
        life.transferred_while_installed,
        [since, list(span_events)],
        life.answers,
        life.contested,
        life.nested,
    ]


def decode(packed: EncodedState, item: str, *, lot: bool, effective: Effective) -> CustodyState:
    """A life that goes on from a packed state, with nothing followed yet."""
    life = CustodyState(item, lot=lot, effective=effective)
    alive, inside, own, own_events, had_holder, handed, span, answers, contested, been_inside = packed
    life.alive, life.had_holder, life.transferred_while_installed, life.contested = alive, had_holder, handed, contested
    life.nested = been_inside
    life.inside = {w: (since, tuple(ids)) for w, (since, ids) in inside.items()}
    life.own, life.own_events, life.answers = _decode_status(own), tuple(own_events), answers
    life.span = (span[0], life.own, tuple(span[1]))
    return life


def own_of(packed: EncodedState) -> tuple[CustodyStatus, bool]:
    """Own custody in a packed state, and whether it was handed over while inside."""
    return _decode_status(packed[2]), packed[5]


def wholes_of(packed: EncodedState) -> list[str]:
    """What the item is directly inside in a packed state."""
    return list(packed[1])


def span_since(packed: EncodedState) -> int:
    """Since when own custody says what it says, in a packed state."""
    since: int = packed[6][0]
    return since


def nested(packed: EncodedState) -> bool:
    """Whether the item was ever inside anything."""
    return bool(packed[9])


def _encode_status(hands: CustodyStatus) -> EncodedState:
    return [hands.status, list(hands.holders), hands.to, list(hands.last)]


def _decode_status(packed: EncodedState) -> CustodyStatus:
    status, holders, to, last = packed
    return CustodyStatus(status, tuple(holders), to, tuple(last))
