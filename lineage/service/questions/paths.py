"""The question for paths between two items (contract 4)."""

from __future__ import annotations

from typing import NamedTuple

from lineage.domain.intervals import Interval, clip_at_consumption, normalized
from lineage.domain.traversal.neighbourhood import Neighbourhood
from lineage.domain.traversal.paths import Layers, first_blocked, shortest
from lineage.domain.traversal.trace import Limits, blind_chain
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
from lineage.service.questions.lineage import UNBOUNDED_HOPS, Bounds, begin, edge_document, neighbourhood_of
from lineage.stores.interface import QuestionReader, Store

AHEAD = 10_000
"""How many items a path may fetch at once, as the distance of its end is not known."""
MOST_CHAINS = 200
"""How many shortest chains a path may fetch at once, before it walks."""


class PathQuestion(NamedTuple):
    """The two ends and the window of a path, and its limits."""

    source: str
    destination: str
    bounds: Bounds = Bounds()
    max_paths: int = 10
    max_items: int = 1_000_000


def path(store: Store, question: PathQuestion, context: Context) -> Document:
    """Answer with the shortest chains from source downstream to destination, or the first blocked step (contract 4)."""
    window = question.bounds.window(context.at)
    question = question._replace(source=canonical_id(question.source), destination=canonical_id(question.destination))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        read = as_read(context, state)
        chains = reader.between(question.source, question.destination, read.known_at, MOST_CHAINS)
        answer = None
        if chains is not None:
            answer = _answered(reader, Neighbourhood("downstream", lambda *_: chains), question, read)
            # What time allows is no shorter than what it does not: if none of these is open, a longer chain may be.
            if chains.edges and not answer.fields["paths"] and answer.cut is None:
                answer = None
        if answer is None:
            neighbourhood = neighbourhood_of(reader, "downstream", read, ahead=AHEAD, window=window)
            answer = _answered(reader, neighbourhood, question, read)
        return build_answer(state, context, answer.fields, cut=answer.cut, unknown=answer.unknown)

    return store.read(work)


class _PathAnswer(NamedTuple):
    """The fields of the answer, why it is not complete, and the layers that were not reported."""

    fields: Document
    cut: Truncation | None
    unknown: list[Document]


def _answered(
    reader: QuestionReader, neighbourhood: Neighbourhood, question: PathQuestion, context: Context
) -> _PathAnswer:
    """Return the paths in a neighbourhood of the source. Raises UnknownItemError, NotYetKnownError."""
    source, destination = question.source, question.destination
    begin(reader, neighbourhood, source, context)
    if destination not in neighbourhood.nodes:
        item_facts(reader, destination, context.known_at)
    limits = Limits(question.max_items, UNBOUNDED_HOPS, context.deadline_passed)
    fields, cut = _path(
        neighbourhood, source, destination, question.bounds.window(context.at), question.max_paths, limits
    )
    neighbourhood.cover([destination])
    ends = {x for p in fields["paths"] for s in p["steps"] for x in (s["source"], s["target"])}
    named = sorted(ends | {source, destination})
    kinds = {x: neighbourhood.nodes[x].kind for x in named}
    return _PathAnswer(fields, cut, missing_layers(reader, named, context.known_at, kinds, neighbourhood))


def _path(
    neighbourhood: Neighbourhood, source: str, destination: str, window: Interval, most: int, limits: Limits
) -> tuple[Document, Truncation | None]:
    layers = Layers(neighbourhood, source, window, destination, limits)
    start = list(clip_at_consumption(window, neighbourhood.nodes[source].consumed))
    if source == destination:
        steps = [{"steps": [], "window": span(*normalized(start)[0])}] if start else []
        return {"paths": steps, "more": False, "why_not": None}, None
    paths, more = shortest(layers, start, most)
    fields: Document = {
        "paths": [{"steps": [edge_document(e) for e in p.steps], "window": span(*p.windows[0])} for p in paths],
        "more": more,
        "why_not": None,
    }
    if layers.cut is not None:
        return fields, Truncation(layers.cut, sorted({x for x, _ in layers.layers[-1]}))
    if not paths:
        chain = blind_chain(neighbourhood, source, destination, limits)
        blocked = first_blocked(neighbourhood, chain, window) if chain else None
        if blocked is not None:
            since, until = span(blocked.since, blocked.until)
            step = {"edge": edge_document(blocked.edge), "reason": blocked.reason, "since": since, "until": until}
            fields["why_not"] = [step]
        elif limits.deadline_passed():
            return fields, Truncation("time_limit", [])
    return fields, None
