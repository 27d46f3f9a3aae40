"""The rows that events prove: edges, holdings, facts, and mentions of an item by an event (contract 3, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from lineage.domain.instants import BEGIN, OPEN

PART_OF: Final = "PART_OF"
BECAME: Final = "BECAME"
HELD_BY: Final = "HELD_BY"


class KnownInterval(NamedTuple):
    """The transaction times at which a row is known: `[since, until)`, milliseconds UTC; OPEN if it is known now."""

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
    """Own custody over `[since, until)` for which there is no `HELD_BY` edge (contract 5).

    It has ended (`last` held the item just before), or it is suspended inside a whole: such spans are stored only for
    items that were once part of themselves.
    """

    since: int
    until: int
    status: str
    holders: tuple[str, ...]
    to: str | None
    last: tuple[str, ...]
    events: tuple[str, ...]


Uncoded = tuple[tuple[str, int], ...]
"""How many parts without a code were put into an item, by kind."""


class ItemFacts(NamedTuple):
    """Facts of one item by its events in force, without its edges.

    `kind_time` and `kind_event` name the declaration that decides the kind. `first` is the time of the first event in
    force that names the item, also as a whole. `consumptions` is empty for lots. `ends` holds
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
    """The facts of an item that a walk needs."""

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
ROLES_BY_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "produced": frozenset({MADE}),
    "assembled": frozenset({WHOLE, PUT_IN}),
    "disassembled": frozenset({WHOLE, TAKEN_OUT}),
    "transferred": frozenset({MOVED, OWNED}),
    "transformed": frozenset({INPUT, OUTPUT}),
    "inspected": frozenset({SEEN}),
    "ended": frozenset({ENDED}),
}
"""The roles in which an event of a type names items."""


class Mention(NamedTuple):
    """A mention of one item by one event in force.

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
    """A search term: `text` case-folded, `label` as reported; `subject` is the item or party."""

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


class PartyEvent(NamedTuple):
    """An event, or a replacement, in force or not, in the list of a party that it concerns; `time`: its own."""

    party: str
    time: int
    event: str


class CustodyDependency(NamedTuple):
    """The custody of `part`, which leaves a whole or ends inside one at `at`, depends on that of `whole` then."""

    whole: str
    at: int
    part: str
