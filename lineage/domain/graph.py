"""The rows that events prove: edges, holdings, facts, and what an event says of one item (contract 3, 5)."""

from __future__ import annotations

from typing import Final, NamedTuple

from lineage.domain.instants import BEGIN, OPEN

PART_OF: Final = "PART_OF"
BECAME: Final = "BECAME"
HELD_BY: Final = "HELD_BY"


class KnownInterval(NamedTuple):
    """When the platform knew a row: `[since, until)`, milliseconds UTC; `until` is OPEN for what is known now."""

    since: int = BEGIN
    until: int = OPEN


class Edge(NamedTuple):
    """`PART_OF` part → whole, valid `[since, until)`, or `BECAME` input → output at `since` (= `until`).

    `events` are the ids of the events that prove it: those that opened it, then the one that closed it.
    """

    type: str
    source: str
    target: str
    since: int
    until: int
    events: tuple[str, ...]


class Holding(NamedTuple):
    """`HELD_BY` item → party while the item's own custody answers (contract 3): one a holder."""

    item: str
    holder: str
    since: int
    until: int
    status: str
    to: str | None
    events: tuple[str, ...]


class CustodySpan(NamedTuple):
    """Own custody over `[since, until)` where no `HELD_BY` says it (contract 5).

    It has ended (`last` held it just before), or it is suspended inside a whole: that is kept only for items that were
    once part of themselves.
    """

    since: int
    until: int
    status: str
    holders: tuple[str, ...]
    to: str | None
    last: tuple[str, ...]
    events: tuple[str, ...]


Uncoded = tuple[tuple[str, int], ...]
"""How many parts without a code were put into a thing, by kind."""


class ItemFacts(NamedTuple):
    """What the standing events say of one item, beside its edges.

    `kind_time` and `kind_event` name the declaration that decides the kind. `first` is the time of the first standing
    event that names the item, as whole too. `consumptions` is kept for items other than lots only. `ends` holds
    (time, event, reason). `uncoded` counts parts without a code that were put in, by kind.
    """

    kind: str
    kind_time: int | None
    kind_event: str | None
    first: int
    consumptions: tuple[int, ...] = ()
    ends: tuple[tuple[int, str, str], ...] = ()
    spans: tuple[CustodySpan, ...] = ()
    uncoded: Uncoded = ()

    @property
    def is_lot(self) -> bool:
        """Whether the item is divisible, so that consumption does not end it."""
        return self.kind == "lot"

    @property
    def consumed(self) -> int | None:
        """The last consumption of an item other than a lot."""
        return self.consumptions[-1] if self.consumptions else None


class Node(NamedTuple):
    """What a walk needs of an item beside its edges."""

    kind: str
    consumed: int | None


MADE: Final = "made"
OUTPUT: Final = "output"
MAKERS: Final = frozenset({MADE, OUTPUT})
"""Roles of an item that comes into being: `produced`, and output of `transformed`."""
INPUT: Final = "input"
PUT_IN: Final = "put_in"
TAKEN_OUT: Final = "taken_out"
MOVED: Final = "moved"
OWNED: Final = "owned"
SEEN: Final = "seen"
ENDED: Final = "ended"
WHOLE: Final = "whole"


class Mention(NamedTuple):
    """What one event in force says of one item.

    `role` is one of the constants above. `other`: the whole (put_in, taken_out), the giver (moved, owned). `party`: who
    holds it then (made, output), the custodian named (taken_out), the taker (moved, owned). `detail`: the kind declared
    (made, output), the side (moved), the reason (ended), `kind=count,…` of uncoded parts (whole).
    """

    item: str
    time: int
    event: str
    role: str
    other: str | None = None
    party: str | None = None
    detail: str | None = None


class Term(NamedTuple):
    """Something to search by: `text` case-folded, `label` as told; `subject` is the item or party."""

    text: str
    subject: str
    field: str
    label: str
    event: str
    is_party: bool


class Enrolment(NamedTuple):
    """An `enrolled` event in force; its content is in the journal."""

    party: str
    time: int
    event: str


class CustodyDependency(NamedTuple):
    """The custody of `part`, which leaves a whole or ends inside one at `at`, hangs on what `whole` says then."""

    whole: str
    at: int
    part: str
