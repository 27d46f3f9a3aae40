"""The checkpoint of an item: its state after its last instant, and before it, in a form that stores can hold.

An event later than the checkpoint extends it; one at the same instant is replayed from the state before.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from lineage.domain.instants import BEGIN
from lineage.domain.projection.custody import CustodyState, CustodyStatus, Effective, Span

EncodedState = list[Any]
"""A state as JSON values: lists, texts, numbers. Only this module reads its fields."""

EMPTY: Final[EncodedState] = [True, {}, ["gap", [], None, []], [], False, False, [BEGIN, []], True, False, False]


class Checkpoint(NamedTuple):
    """`now` holds from `time` on; `before` from `before_time` up to `time`. Milliseconds UTC."""

    time: int
    now: EncodedState
    before_time: int
    before: EncodedState

    def at(self, t: int) -> EncodedState | None:
        """Return the state after all events of `t`; None if the checkpoint does not reach back so far."""
        if t >= self.time:
            return self.now
        return self.before if t >= self.before_time else None


START: Final = Checkpoint(BEGIN, EMPTY, BEGIN, EMPTY)


class Snapshot(NamedTuple):
    """A copy of an item state; its fields are those of `CustodyState`."""

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


def snapshot(state: CustodyState) -> Snapshot:
    """Return a copy of the state as it is now."""
    return Snapshot(
        state.alive, state.inside.copy(), state.own, state.own_events, state.had_holder,
        state.transferred_while_installed, state.span, state.answers, state.contested, state.nested,
    )  # fmt: skip


def restored(copy: Snapshot, item: str, *, lot: bool, effective: Effective) -> CustodyState:
    """Return a state that continues from a snapshot, without any closed edge or span."""
    state = CustodyState(item, lot=lot, effective=effective)
    for name, value in copy._asdict().items():
        setattr(state, name, value)
    state.inside = copy.inside.copy()
    return state


def encode(state: CustodyState | Snapshot) -> EncodedState:
    """Return the state as JSON values."""
    since, _, span_events = state.span
    return [
        state.alive,
        {w: [entered, list(ids)] for w, (entered, ids) in state.inside.items()},
        _encode_status(state.own),
        list(state.own_events),
        state.had_holder,
        state.transferred_while_installed,
        [since, list(span_events)],
        state.answers,
        state.contested,
        state.nested,
    ]


def decode(encoded: EncodedState, item: str, *, lot: bool, effective: Effective) -> CustodyState:
    """Return a state that continues from an encoded one, without any closed edge or span."""
    state = CustodyState(item, lot=lot, effective=effective)
    alive, inside, own, own_events, had_holder, transferred, span, answers, contested, was_nested = encoded
    state.alive, state.had_holder, state.transferred_while_installed, state.contested = (
        alive,
        had_holder,
        transferred,
        contested,
    )
    state.nested = was_nested
    state.inside = {w: (since, tuple(ids)) for w, (since, ids) in inside.items()}
    state.own, state.own_events, state.answers = _decode_status(own), tuple(own_events), answers
    state.span = (span[0], state.own, tuple(span[1]))
    return state


def own_of(encoded: EncodedState) -> tuple[CustodyStatus, bool]:
    """Return own custody in an encoded state, and whether it was handed over while inside."""
    return _decode_status(encoded[2]), encoded[5]


def wholes_of(encoded: EncodedState) -> list[str]:
    """Return the wholes that the item is directly inside in an encoded state."""
    return list(encoded[1])


def span_since(encoded: EncodedState) -> int:
    """Return since when own custody is as it is, in an encoded state."""
    since: int = encoded[6][0]
    return since


def nested(encoded: EncodedState) -> bool:
    """Return whether the item was ever inside anything, in an encoded state."""
    return bool(encoded[9])


def _encode_status(custody_status: CustodyStatus) -> EncodedState:
    return [custody_status.status, list(custody_status.holders), custody_status.to, list(custody_status.last)]


def _decode_status(encoded: EncodedState) -> CustodyStatus:
    status, holders, to, last = encoded
    return CustodyStatus(status, tuple(holders), to, tuple(last))
