"""Where did it go, what is in it, what was in it then, which way from here to there (contract 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from lineage.domain.errors import InvalidQuestionError
from lineage.domain.graph import PART_OF, Edge, Node
from lineage.domain.instants import BEGIN, OPEN, format_instant, format_or_none
from lineage.domain.intervals import Interval, clip_at_consumption, normalized
from lineage.domain.traversal.composition import Branch, compose
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Neighbourhood
from lineage.domain.traversal.paths import Layers, first_blocked, shortest
from lineage.domain.traversal.trace import Limits, Trace, Walk, blind_chain
from lineage.service.answers import (
    Context,
    Document,
    Truncation,
    as_read,
    build_answer,
    canonical_id,
    item_facts,
    missing_layers,
    span,
)  # fmt: skip
from lineage.stores.interface import QuestionReader, State, Store


class Bounds(NamedTuple):
    """The window of a question: `at` is an instant, `since` and `until` bound it, half-open; None is open."""

    since: int | None = None
    until: int | None = None

    def window(self, at: int | None) -> Interval:
        """The window as one piece. Raises InvalidQuestionError where the bounds contradict each other."""
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
    item: str
    direction: Direction = "downstream"
    mode: Literal["exposure"] | None = None
    bounds: Bounds = Bounds()
    max_items: int = 10_000
    max_hops: int | None = None


UNBOUNDED_HOPS = 1 << 30
AHEAD = 10_000
"""How many things a path may fetch at once where nobody knows how far its end is."""
MOST_CHAINS = 200
"""How many of the shortest chains of all a path may fetch, before it walks."""


def around(
    reader: QuestionReader,
    direction: Direction,
    context: Context,
    *,
    ahead: int = 0,
    part_of_only: bool = False,
    window: Interval = ALL_TIME,
) -> Neighbourhood:
    """The neighbourhood of a walk through a window, fetched from a store."""
    return Neighbourhood(
        direction,
        lambda items, are_met: reader.neighbours(
            items, direction, context.known_at, ahead=ahead, part_of_only=part_of_only, window=window, are_met=are_met
        ),
    )


class Traced(NamedTuple):
    """What a walk found, of one state of the store. Documents are made of it when they are sent, and not before."""

    root: str
    direction: Direction
    state: State
    context: Context
    result: Trace
    nodes: dict[str, Node]
    unknown: Sequence[Document]

    def items(self) -> Iterator[Document]:
        """The items, nearest first, then by id."""
        result, nodes = self.result, self.nodes
        first, pieces, distance = result.first, result.pieces, result.distance
        for x in result.order():
            # Most things are reached with one piece.
            windows = [span(*first[x])] if x not in pieces else [span(*w) for w in pieces[x].normalized()]
            yield {"id": x, "kind": nodes[x].kind, "distance": distance[x], "windows": windows}

    def edges(self) -> Iterator[Document]:
        """The edges stepped over, in a fixed order."""
        return map(edge_document, sorted(self.result.edges))

    def document(self, own: Mapping[str, Any]) -> Document:
        """What every answer says, and its own fields."""
        return build_answer(self.state, self.context, own, cut=_cut(self.result), unknown=self.unknown)


def trace(store: Store, question: TraceQuestion, context: Context) -> Document:
    """Lineage of one item, upstream or downstream, with windows (contract 4, 8)."""
    found = traced(store, question, context)
    items, edges = list(found.items()), list(found.edges())
    return found.document({"root": found.root, "direction": found.direction, "items": items, "edges": edges})


def traced(store: Store, question: TraceQuestion, context: Context) -> Traced:
    """The walk of a trace. Raises InvalidQuestionError, UnknownItemError, NotYetKnownError."""
    window = question.bounds.window(context.at)
    if question.mode == "exposure" and question.direction == "upstream":
        message = "Exposure is asked downstream: what once held the item stays exposed."
        raise InvalidQuestionError(message, path="mode", code="exposure_upstream")
    item = canonical_id(question.item)

    def work(reader: QuestionReader) -> Traced:
        state = reader.state()
        # What once held the item stays exposed: such a walk ends at no moment.
        reach = (window[0], OPEN) if question.mode == "exposure" else window
        read = as_read(context, state)
        near = around(reader, question.direction, read, ahead=question.max_items, window=reach)
        _begin(reader, near, item, read)
        hops = UNBOUNDED_HOPS if question.max_hops is None else question.max_hops
        walk = Walk(
            near, Limits(question.max_items, hops, context.deadline_passed), exposure=question.mode == "exposure"
        )
        result = walk.run(item, window)
        unknown: Sequence[Document] = ()
        if question.direction == "upstream":
            kinds = {x: near.nodes[x].kind for x in result.distance}
            unknown = missing_layers(reader, list(result.order()), read.known_at, kinds, near)
        return Traced(item, question.direction, state, context, result, near.nodes, unknown)

    return store.read(work)


def _begin(reader: QuestionReader, near: Neighbourhood, item: str, context: Context) -> None:
    """Fetch around the item that is asked about. Raises UnknownItemError, NotYetKnownError."""
    near.cover([item])
    if item not in near.nodes:
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


def composition(store: Store, item_id: str, context: Context, *, max_items: int = 10_000) -> Document:
    """What the item is made of at `at` (default now), as a tree (contract 4)."""
    item = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        found = composed(reader, item, as_read(context, state), max_items=max_items)
        return build_answer(state, context, {"tree": found.tree}, cut=found.cut, unknown=found.unknown)

    return store.read(work)


class Composed(NamedTuple):
    """What a thing is made of, as a tree; `items` are all of it, `unknown` the layers that nobody reported."""

    tree: Document | None
    items: list[str]
    unknown: list[Document]
    cut: Truncation | None


def composed(reader: QuestionReader, item: str, context: Context, *, max_items: int) -> Composed:
    """The composition of a thing at the moment asked about. Raises UnknownItemError, NotYetKnownError."""
    moment = (context.moment, context.moment)
    near = around(reader, "upstream", context, part_of_only=True, ahead=max_items, window=moment)
    _begin(reader, near, item, context)
    result = compose(near, item, context.moment, Limits(max_items, UNBOUNDED_HOPS, context.deadline_passed))
    kinds = {x: node.kind for x, node in near.nodes.items()}
    tree = None if result.root is None else _tree(result.root, kinds)
    cut = None if result.cut is None else Truncation(result.cut, result.frontier)
    items = list(result.items())
    return Composed(tree, items, missing_layers(reader, items, context.known_at, kinds, near), cut)


def _tree(root: Branch, kinds: dict[str, str]) -> Document:
    """The tree as nested documents, built without recursion: a nonsense chain may be very deep."""
    top = _place(root, kinds)
    todo = [(root, top)]
    for branch, document in todo:
        for part in branch.parts:
            below = _place(part, kinds)
            document["parts"].append(below)
            todo.append((part, below))
    return top


def _place(branch: Branch, kinds: dict[str, str]) -> Document:
    edge = branch.edge
    return {
        "id": branch.item,
        "kind": kinds[branch.item],
        "since": None if edge is None else format_instant(edge.since),
        "events": [] if edge is None else list(edge.events),
        "parts": [],
    }


class PathQuestion(NamedTuple):
    source: str
    destination: str
    bounds: Bounds = Bounds()
    max_paths: int = 10
    max_items: int = 1_000_000


def path(store: Store, question: PathQuestion, context: Context) -> Document:
    """The shortest chains downstream from source to destination, or the first blocked step (contract 4)."""
    window = question.bounds.window(context.at)
    question = question._replace(source=canonical_id(question.source), destination=canonical_id(question.destination))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        read = as_read(context, state)
        chains = reader.between(question.source, question.destination, read.known_at, MOST_CHAINS)
        found = None
        if chains is not None:
            found = _found(reader, Neighbourhood("downstream", lambda *_: chains), question, read)
            # What time allows is no shorter than what it does not: if none of these is open, a longer chain may be.
            if chains.edges and not found.own["paths"] and found.cut is None:
                found = None
        if found is None:
            near = around(reader, "downstream", read, ahead=AHEAD, window=window)
            found = _found(reader, near, question, read)
        return build_answer(state, context, found.own, cut=found.cut, unknown=found.unknown)

    return store.read(work)


class _Found(NamedTuple):
    """The fields of the answer, why it is not complete, and the layers that nobody reported."""

    own: Document
    cut: Truncation | None
    unknown: list[Document]


def _found(reader: QuestionReader, near: Neighbourhood, question: PathQuestion, context: Context) -> _Found:
    """The paths in a neighbourhood of the source. Raises UnknownItemError, NotYetKnownError."""
    source, destination = question.source, question.destination
    _begin(reader, near, source, context)
    if destination not in near.nodes:
        item_facts(reader, destination, context.known_at)
    limits = Limits(question.max_items, UNBOUNDED_HOPS, context.deadline_passed)
    own, cut = _path(near, source, destination, question.bounds.window(context.at), question.max_paths, limits)
    near.cover([destination])
    ends = {x for p in own["paths"] for s in p["steps"] for x in (s["source"], s["target"])}
    named = sorted(ends | {source, destination})
    kinds = {x: near.nodes[x].kind for x in named}
    return _Found(own, cut, missing_layers(reader, named, context.known_at, kinds, near))


def _path(
    near: Neighbourhood, source: str, destination: str, window: Interval, most: int, limits: Limits
) -> tuple[Document, Truncation | None]:
    layers = Layers(near, source, window, destination, limits)
    start = list(clip_at_consumption(window, near.nodes[source].consumed))
    if source == destination:
        steps = [{"steps": [], "window": span(*normalized(start)[0])}] if start else []
        return {"paths": steps, "more": False, "why_not": None}, None
    found, more = shortest(layers, start, most)
    own: Document = {
        "paths": [{"steps": [edge_document(e) for e in p.steps], "window": span(*p.windows[0])} for p in found],
        "more": more,
        "why_not": None,
    }
    if layers.cut is not None:
        return own, Truncation(layers.cut, sorted({x for x, _ in layers.layers[-1]}))
    if not found:
        chain = blind_chain(near, source, destination, limits)
        blocked = first_blocked(near, chain, window) if chain else None
        if blocked is not None:
            since, until = span(blocked.since, blocked.until)
            step = {"edge": edge_document(blocked.edge), "reason": blocked.reason, "since": since, "until": until}
            own["why_not"] = [step]
        elif limits.deadline_passed():
            return own, Truncation("time_limit", [])
    return own, None
