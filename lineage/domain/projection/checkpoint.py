"""The head of a life: its state after the last moment, and before it, in a form that stores can keep.

An event later than the head extends it; one at the very same moment is settled again from the state before.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from lineage.domain.instants import BEGIN
from lineage.domain.projection.custody import Effective, Hands, OwnLife, Span

Packed = list[Any]
"""A state as JSON holds it: lists, texts, numbers. Only `pack` and `unpack` look inside."""

EMPTY: Final[Packed] = [True, {}, ["gap", [], None, []], [], False, False, [BEGIN, []], True, False, False]


class Head(NamedTuple):
    """`now` holds from `time` on; `before` from `before_time` up to `time`. Milliseconds UTC."""

    time: int
    now: Packed
    before_time: int
    before: Packed

    def at(self, t: int) -> Packed | None:
        """The state after all events of `t`; None if the head does not reach back so far."""
        if t >= self.time:
            return self.now
        return self.before if t >= self.before_time else None


START: Final = Head(BEGIN, EMPTY, BEGIN, EMPTY)


class Snapshot(NamedTuple):
    """The state of a life at a moment, kept while the life goes on; its fields are those of `OwnLife`."""

    alive: bool
    inside: dict[str, tuple[int, tuple[str, ...]]]
    own: Hands
    own_events: tuple[str, ...]
    had_holder: bool
    handed: bool
    span: Span
    answers: bool
    contested: bool
    nested: bool


def snapshot(life: OwnLife) -> Snapshot:
    """The state of a life as it is now."""
    return Snapshot(
        life.alive, life.inside.copy(), life.own, life.own_events, life.had_holder, life.handed, life.span,
        life.answers, life.contested, life.nested,
    )  # fmt: skip


def restored(state: Snapshot, item: str, *, lot: bool, effective: Effective) -> OwnLife:
    """A life that goes on from a snapshot, with nothing followed yet."""
    life = OwnLife(item, lot=lot, effective=effective)
    for name, value in state._asdict().items():
        setattr(life, name, value)
    life.inside = state.inside.copy()
    return life


def pack(life: OwnLife | Snapshot) -> Packed:
    """The state of a life as JSON-ready lists."""
    since, _, span_events = life.span
    return [
        life.alive,
        {w: [entered, list(ids)] for w, (entered, ids) in life.inside.items()},
        _pack_hands(life.own),
        list(life.own_events),
        life.had_holder,
        life.handed,
        [since, list(span_events)],
        life.answers,
        life.contested,
        life.nested,
    ]


def unpack(packed: Packed, item: str, *, lot: bool, effective: Effective) -> OwnLife:
    """A life that goes on from a packed state, with nothing followed yet."""
    life = OwnLife(item, lot=lot, effective=effective)
    alive, inside, own, own_events, had_holder, handed, span, answers, contested, been_inside = packed
    life.alive, life.had_holder, life.handed, life.contested = alive, had_holder, handed, contested
    life.nested = been_inside
    life.inside = {w: (since, tuple(ids)) for w, (since, ids) in inside.items()}
    life.own, life.own_events, life.answers = _hands(own), tuple(own_events), answers
    life.span = (span[0], life.own, tuple(span[1]))
    return life


def own_of(packed: Packed) -> tuple[Hands, bool]:
    """Own custody in a packed state, and whether it was handed over while inside."""
    return _hands(packed[2]), packed[5]


def wholes_of(packed: Packed) -> list[str]:
    """What the item is directly inside in a packed state."""
    return list(packed[1])


def span_since(packed: Packed) -> int:
    """Since when own custody says what it says, in a packed state."""
    since: int = packed[6][0]
    return since


def nested(packed: Packed) -> bool:
    """Whether the item was ever inside anything."""
    return bool(packed[9])


def _pack_hands(hands: Hands) -> Packed:
    return [hands.status, list(hands.holders), hands.to, list(hands.last)]


def _hands(packed: Packed) -> Hands:
    status, holders, to, last = packed
    return Hands(status, tuple(holders), to, tuple(last))
