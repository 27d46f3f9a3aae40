"""Rows and edges from the columns that statements return, and the choice of the statement for a closure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lineage.domain.graph import BECAME, PART_OF, Edge, Holding, ItemFacts, Mention, Node, Uncoded
from lineage.domain.instants import OPEN
from lineage.domain.intervals import Interval
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction
from lineage.stores.neo4j.row_encoding import Params, moment, past_facts, past_node
from lineage.stores.row_encoding import edges_of, facts_from

Rows = list[list[Any]]

ANY_UNCODED: Final = "]]]]"
"""The end of the text of superseded facts that count parts without a code. Query files contain it, too."""


def facts_by_id(rows: Rows) -> dict[str, ItemFacts]:
    """Facts from rows of an id, the current text if it was known then, and the superseded text that was, if any."""
    found = {}
    for id, current, *past in rows:
        if current is not None:
            found[id] = facts_from(current)
        elif past and past[0] is not None:
            found[id] = past_facts(past[0])
    return found


def mentions_from(rows: Rows) -> list[Mention]:
    return [Mention(*row) for row in rows]


def edges_from(type_: str, rows: Rows) -> list[Edge]:
    return [Edge(type_, source, target, since, until, tuple(events)) for source, target, since, until, events in rows]


def holdings_from(rows: Rows) -> list[Holding]:
    return [
        Holding(i, holder, since, until, status, to, tuple(ids)) for i, holder, since, until, status, to, ids in rows
    ]


def nodes_from(
    ids: list[str], kinds: list[str | None], consumed: list[int | None], past: list[str | None] | None = None
) -> dict[str, Node]:
    """Nodes by id; an item of which nothing was known has neither a kind nor a superseded text, and is left out."""
    nodes = {id: Node(kind, c) for id, kind, c in zip(ids, kinds, consumed, strict=True) if kind is not None}
    if past is not None:
        nodes.update(
            {id: past_node(text) for id, text in zip(ids, past, strict=True) if text is not None and id not in nodes}
        )
    return nodes


def uncoded_from(rows: Rows, ids: list[str], past: Sequence[str | None] = ()) -> dict[str, Uncoded]:
    """Counts of parts without a code, by whole, from rows of an id and the text of the facts where there are any."""
    found: dict[str, Uncoded] = {
        id: past_facts(text).uncoded if text.endswith(ANY_UNCODED) else ()
        for id, text in zip(ids, past, strict=False)
        if text is not None
    }
    found.update((id, facts_from(text).uncoded if text else ()) for id, text in rows)
    return found


def steps_from(columns: Rows, *, downstream: bool) -> list[Edge]:
    near, far, inside, since, until, events = columns
    source, target = (near, far) if downstream else (far, near)
    types = [PART_OF if part else BECAME for part in inside]
    return edges_of(types, source, target, since, until, map(tuple, events))


def closure_for(direction: Direction, window: Interval, *, part_of_only: bool) -> tuple[str, Params] | None:
    """The statement for the closure of an item, and its bounds as parameters; None where no statement fits."""
    if part_of_only:
        if direction == "downstream" or window == ALL_TIME:
            return None
        return "closure_up_parts_during", {"since": moment(window[0]), "until": moment(window[1])}
    if direction == "upstream" and window[1] < OPEN:
        return "closure_up_before", {"until": moment(window[1])}
    return ("closure_down" if direction == "downstream" else "closure_up"), {}
