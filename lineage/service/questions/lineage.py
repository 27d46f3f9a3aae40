"""Questions about lineage: trace and composition (contract 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from lineage.domain.errors import InvalidQuestionError
from lineage.domain.graph import PART_OF, Edge, Node
from lineage.domain.instants import BEGIN, OPEN, format_instant, format_or_none
from lineage.domain.intervals import Interval
from lineage.domain.traversal.composition import Branch, compose
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Neighbourhood
from lineage.domain.traversal.trace import Limits, Trace, Walk
from lineage.service.answers import (
    Context,
    Document,
    Truncation,
    as_read,
    build_answer,
    canonical_id,
    item_facts,
    missing_layers,
    not_yet_born,
    span,
)  # fmt: skip
from lineage.stores.interface import QuestionReader, ReadableStore, State


class Bounds(NamedTuple):
    """The bounds of a window: `[since, until)`, milliseconds UTC; None is open."""

    since: int | None = None
    until: int | None = None

    def window(self, at: int | None) -> Interval:
        """Return the window, the instant `at` if given. Raises InvalidQuestionError where the bounds contradict."""
        if at is not None:
            if self.since is not None or self.until is not None:
                message = "`at` is an instant and goes without `from` and `until`: use one or the other."
                raise InvalidQuestionError(message, path="at", code="at_with_bounds")
            return (at, at)
        since = BEGIN if self.since is None else self.since
        until = OPEN if self.until is None else self.until
        if since > until:
            raise InvalidQuestionError(
                "`from` lies after `until`: exchange them.", path="from", code="from_after_until"
            )
        return (since, until)


class TraceQuestion(NamedTuple):
    """The item, direction and window of a trace, and its limits; `max_hops` None is unlimited."""

    item: str
    direction: Direction = "downstream"
    mode: Literal["exposure"] | None = None
    bounds: Bounds = Bounds()
    max_items: int = 10_000
    max_hops: int | None = None


UNBOUNDED_HOPS = 1 << 30


def neighbourhood_of(
    reader: QuestionReader,
    direction: Direction,
    context: Context,
    *,
    ahead: int = 0,
    part_of_only: bool = False,
    window: Interval = ALL_TIME,
) -> Neighbourhood:
    """Return the neighbourhood of a walk through a window, which fetches from a store."""
    return Neighbourhood(
        direction,
        lambda items, are_met: reader.neighbours(
            items, direction, context.known_at, ahead=ahead, part_of_only=part_of_only, window=window, are_met=are_met
        ),
    )


class Traced(NamedTuple):
    """The result of a walk in one state of the store; its documents are built while they are sent."""

    root: str
    direction: Direction
    state: State
    context: Context
    result: Trace
    nodes: dict[str, Node]
    unknown: Sequence[Document]

    def items(self) -> Iterator[Document]:
        """Yield the items, nearest first, then by id."""
        result, nodes = self.result, self.nodes
        first, pieces, distance = result.first, result.pieces, result.distance
        for x in result.order():
            # Most items are reached with one interval.
            windows = [span(*first[x])] if x not in pieces else [span(*w) for w in pieces[x].normalized()]
            yield {"id": x, "kind": nodes[x].kind, "distance": distance[x], "windows": windows}

    def edges(self) -> Iterator[Document]:
        """Yield the edges stepped over, in a fixed order."""
        return map(edge_document, sorted(self.result.edges))

    def document(self, fields: Mapping[str, Any]) -> Document:
        """Return the fields of every answer with the given ones."""
        return build_answer(self.state, self.context, fields, cut=_cut(self.result), unknown=self.unknown)


def trace(store: ReadableStore, question: TraceQuestion, context: Context) -> Document:
    """Answer with the lineage of one item, upstream or downstream, with windows (contract 4, 8)."""
    walk = traced(store, question, context)
    items, edges = list(walk.items()), list(walk.edges())
    return walk.document({"root": walk.root, "direction": walk.direction, "items": items, "edges": edges})


def traced(store: ReadableStore, question: TraceQuestion, context: Context) -> Traced:
    """Return the walk of a trace. Raises InvalidQuestionError, UnknownItemError, NotYetKnownError."""
    window = question.bounds.window(context.at)
    if question.mode == "exposure" and question.direction == "upstream":
        message = "Exposure is asked downstream: what once held the item stays exposed."
        raise InvalidQuestionError(message, path="mode", code="exposure_upstream")
    item = canonical_id(question.item)

    def work(reader: QuestionReader) -> Traced:
        state = reader.state()
        # An item that once contained the item stays exposed: such a walk has no end in time.
        reach = (window[0], OPEN) if question.mode == "exposure" else window
        read = as_read(context, state)
        neighbourhood = neighbourhood_of(reader, question.direction, read, ahead=question.max_items, window=reach)
        begin(reader, neighbourhood, item, read)
        hops = UNBOUNDED_HOPS if question.max_hops is None else question.max_hops
        walk = Walk(
            neighbourhood,
            Limits(question.max_items, hops, context.deadline_passed),
            exposure=question.mode == "exposure",
        )
        result = walk.run(item, window)
        unknown: Sequence[Document] = ()
        if question.direction == "upstream":
            kinds = {x: neighbourhood.nodes[x].kind for x in result.distance}
            unknown = missing_layers(reader, list(result.order()), read.known_at, kinds, neighbourhood)
        return Traced(item, question.direction, state, context, result, neighbourhood.nodes, unknown)

    return store.read(work)


def begin(reader: QuestionReader, neighbourhood: Neighbourhood, item: str, context: Context) -> None:
    """Fetch the edges of the item of the question. Raises UnknownItemError, NotYetKnownError."""
    neighbourhood.cover([item])
    if item not in neighbourhood.nodes:
        item_facts(reader, item, context.known_at)


def _cut(result: Trace) -> Truncation | None:
    return None if result.cut is None else Truncation(result.cut, result.frontier, result.left_out)


def edge_document(edge: Edge) -> Document:
    part_of = edge.type == PART_OF
    return {
        "type": edge.type,
        "source": edge.source,
        "target": edge.target,
        "since": format_instant(edge.since) if part_of else None,
        "until": format_or_none(edge.until) if part_of else None,
        "at": None if part_of else format_instant(edge.since),
        "events": list(edge.events),
    }


def composition(store: ReadableStore, item_id: str, context: Context, *, max_items: int = 10_000) -> Document:
    """Answer with what the item is made of at `at` (default now), as a tree (contract 4)."""
    item = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        composition = composed(reader, item, as_read(context, state), max_items=max_items)
        fields: Document = {"tree": composition.tree}
        if context.at is not None and len(composition.items) <= 1:
            # what has parts at a time is named by then; by now, or by a transaction time, everything known is
            fields |= not_yet_born(item_facts(reader, item, context.known_at), context)
        return build_answer(state, context, fields, cut=composition.cut, unknown=composition.unknown)

    return store.read(work)


class Composed(NamedTuple):
    """The composition of an item as a tree; `items` are all in it, `unknown` the layers that were not reported."""

    tree: Document | None
    items: list[str]
    unknown: list[Document]
    cut: Truncation | None


def composed(reader: QuestionReader, item: str, context: Context, *, max_items: int) -> Composed:
    """Return the composition of an item at the time of the question. Raises UnknownItemError, NotYetKnownError."""
    moment = (context.moment, context.moment)
    neighbourhood = neighbourhood_of(reader, "upstream", context, part_of_only=True, ahead=max_items, window=moment)
    begin(reader, neighbourhood, item, context)
    result = compose(neighbourhood, item, context.moment, Limits(max_items, UNBOUNDED_HOPS, context.deadline_passed))
    kinds = {x: node.kind for x, node in neighbourhood.nodes.items()}
    tree = None if result.root is None else _tree(result.root, kinds)
    cut = None if result.cut is None else Truncation(result.cut, result.frontier)
    items = list(result.items())
    return Composed(tree, items, missing_layers(reader, items, context.known_at, kinds, neighbourhood), cut)


def _tree(root: Branch, kinds: dict[str, str]) -> Document:
    """Return the tree as nested documents, built without recursion: a contradictory chain may be very deep."""
    top = _node(root, kinds)
    todo = [(root, top)]
    for branch, document in todo:
        for part in branch.parts:
            below = _node(part, kinds)
            document["parts"].append(below)
            todo.append((part, below))
    return top


def _node(branch: Branch, kinds: dict[str, str]) -> Document:
    edge = branch.edge
    return {
        "id": branch.item,
        "kind": kinds[branch.item],
        "since": None if edge is None else format_instant(edge.since),
        "events": [] if edge is None else list(edge.events),
        "parts": [],
    }


def branches(root: Document | None) -> Iterator[tuple[Document, int]]:
    """Yield each node of a composition, parents first, with its depth; without recursion, as it may be deep."""
    todo = [] if root is None else [(root, 0)]
    while todo:
        node, depth = todo.pop()
        yield node, depth
        todo += [(part, depth + 1) for part in reversed(node["parts"])]
