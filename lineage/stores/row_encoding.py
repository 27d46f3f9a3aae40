"""The stored form of values: facts as JSON, proofs as lines of text (an id contains no control character)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import repeat
from typing import Any, Final

import orjson

from lineage.domain.events.effects import LONGEST_TERM
from lineage.domain.events.participants import party_events_of
from lineage.domain.events.serialization import from_stored
from lineage.domain.graph import CustodySpan, Edge, ItemFacts, KnownInterval, Node, PartyEvent, Term
from lineage.domain.projection.checkpoint import Checkpoint
from lineage.domain.records import PartyRow


def facts_text(facts: ItemFacts) -> str:
    """Facts as compact JSON."""
    return orjson.dumps((*facts[:6], [tuple(s) for s in facts.spans], facts.uncoded)).decode()


def facts_from(text: str) -> ItemFacts:
    """The inverse of `facts_text`."""
    kind, kind_time, kind_event, first, consumptions, ends, spans, uncoded = orjson.loads(text)
    return ItemFacts(
        kind, kind_time, kind_event, first, tuple(consumptions), tuple(_triple(e) for e in ends),
        tuple(_span(s) for s in spans), tuple((k, n) for k, n in uncoded),
    )  # fmt: skip


def _triple(values: list[Any]) -> tuple[int, str, str]:
    time, event, reason = values
    return time, event, reason


def _span(values: list[Any]) -> CustodySpan:
    since, until, status, holders, to, last, events = values
    return CustodySpan(since, until, status, tuple(holders), to, tuple(last), tuple(events))


def checkpoint_text(checkpoint: Checkpoint | None) -> str:
    """The checkpoint of an item as JSON; empty where there is none."""
    return orjson.dumps(tuple(checkpoint)).decode() if checkpoint is not None else ""


def checkpoint_from(text: str) -> Checkpoint | None:
    """The inverse of `checkpoint_text`."""
    return Checkpoint(*orjson.loads(text)) if text else None


def reversed_text(text: str) -> str:
    """The text case-folded and from its last character to its first: what ends alike has one beginning.

    >>> reversed_text("04QCB903")
    '309bcq40'
    """
    return text.casefold()[::-1]


def reversed_term(term: Term) -> str | None:
    """The reversed text of an identifier, by which its end is found; None for other terms and where the end was cut."""
    return reversed_text(term.text) if term.field == "identifiers" and len(term.text) < LONGEST_TERM else None


def party_events_in(event: str) -> list[PartyEvent]:
    """The rows of a stored event, and of its replacement, in the lists of the parties that they concern."""
    return party_events_of(from_stored(orjson.loads(event)))


def party_text(row: PartyRow) -> str:
    """When events in force named a party, as JSON; its id and `first` are stored in columns of their own."""
    return orjson.dumps((row.events, row.since, [tuple(k) for k in row.past])).decode()


def party_from(id: str, first: int, text: str) -> PartyRow:
    """The inverse of `party_text`."""
    events, since, past = orjson.loads(text)
    return PartyRow(id, first, events, since, tuple(KnownInterval(*k) for k in past))


_EDGE: Final = partial(tuple.__new__, Edge)
_NODE: Final = partial(tuple.__new__, Node)
"""Make a named tuple from a row without running Python code for it: large answers have very many rows."""


def edges_of(*columns: Iterable[Any]) -> list[Edge]:
    """Edges from columns in the order of the fields of an edge; proofs are given as tuples."""
    return list(map(_EDGE, zip(*columns, strict=True)))


def nodes_of(ids: Iterable[str], kinds: Iterable[str], consumed: Iterable[int | None]) -> dict[str, Node]:
    """Nodes by id, from columns."""
    return dict(zip(ids, map(_NODE, zip(kinds, consumed, strict=True)), strict=True))


def proofs_text(events: tuple[str, ...]) -> str:
    return "\n".join(events)


def proofs_from(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))


def proofs_of_all(texts: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """`proofs_from` for each text, without running Python code for it."""
    return map(tuple, map(str.split, texts, repeat("\n")))
