"""Questions about lineage: traces, compositions, paths."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from lineage.domain.traversal.neighbourhood import Direction
from lineage.operations.example_items import MODULE, OTHER_CAR
from lineage.operations.examples import EXAMPLES
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import (
    MaxHops,
    MaxItems,
    MaxPaths,
    Omittable,
    Parameters,
    Text,
    Time,
    as_of,
    known_at,
    moment,
)
from lineage.service.answers import Document
from lineage.service.documents.lineage import CompositionDocument, Paths, TraceDocument
from lineage.service.questions import lineage
from lineage.service.questions.lineage import Bounds, Traced, TraceQuestion
from lineage.service.questions.paths import PathQuestion, path
from lineage.stores.interface import Store

INSTANT: Final = "Only what holds at this instant; excludes `from` and `until`."
SINCE: Final = "Only what holds at or after this time."
UNTIL: Final = "Only what holds before this time."
_STREAM: Final = """With `Accept: application/x-ndjson` the answer is a stream of lines: first `root`, `direction`,
`as_of`, `known_at` and `position`; then a line for each item (it has `id`) and a line for each edge (it has `source`);
last the number of `items` and `edges`, `complete`, `cut` if it is not, and `unknown`. A stream without that last line
is incomplete."""


class TraceParameters(Parameters):
    """Direction, window and bounds of a trace."""

    direction: Direction = Field(
        "downstream", description="Downstream: where the item went; upstream: what is in it and where that comes from."
    )
    at: Omittable[Time] = moment(INSTANT)
    since: Omittable[Time] = moment(SINCE, "from")
    until: Omittable[Time] = moment(UNTIL)
    mode: Omittable[Literal["exposure"]] = Field(
        None, description="Exposure, downstream only: an item that once held another stays exposed from then on."
    )
    max_items: MaxItems = 10_000
    max_hops: Omittable[MaxHops] = Field(None, description="The most steps from the item; no bound if absent.")
    known_at: Omittable[Time] = known_at()


class CompositionParameters(Parameters):
    """Valid time, transaction time, and the size of the tree."""

    at: Omittable[Time] = as_of()
    max_items: MaxItems = 10_000
    known_at: Omittable[Time] = known_at()


class PathParameters(Parameters):
    """Source, destination and window of paths."""

    source: Text = Field(description="The item where the path begins.", examples=[MODULE])
    destination: Text = Field(description="The item where it ends.", examples=[OTHER_CAR])
    at: Omittable[Time] = moment(INSTANT)
    since: Omittable[Time] = moment(SINCE, "from")
    until: Omittable[Time] = moment(UNTIL)
    max_paths: MaxPaths = 10
    known_at: Omittable[Time] = known_at()


def _trace_question(question: Question[TraceParameters]) -> TraceQuestion:
    p = question.parameters
    return TraceQuestion(question.id, p.direction, p.mode, Bounds(p.since, p.until), p.max_items, p.max_hops)


def _trace(store: Store, question: Question[TraceParameters]) -> Document:
    return lineage.trace(store, _trace_question(question), question.context)


def _traced(store: Store, question: Question[TraceParameters]) -> Traced:
    return lineage.traced(store, _trace_question(question), question.context)


def _composition(store: Store, question: Question[CompositionParameters]) -> Document:
    return lineage.composition(store, question.id, question.context, max_items=question.parameters.max_items)


def _path(store: Store, question: Question[PathParameters]) -> Document:
    p = question.parameters
    return path(store, PathQuestion(p.source, p.destination, Bounds(p.since, p.until), p.max_paths), question.context)


TRACE: Final = Operation(
    "trace",
    "/v1/items/{id}/lineage",
    "Trace an item: downstream where it went, upstream what is in it and where that comes from.",
    TraceParameters,
    TraceDocument,
    _trace,
    EXAMPLES["Trace"],
    description=_STREAM,
    lines=_traced,
    rows="items",
)
COMPOSITION: Final = Operation(
    "composition",
    "/v1/items/{id}/composition",
    "Show the parts of an item at one time, as a tree.",
    CompositionParameters,
    CompositionDocument,
    _composition,
    EXAMPLES["Composition"],
)
PATH: Final = Operation(
    "path",
    "/v1/paths",
    "Show how one item got into another, or why it did not.",
    PathParameters,
    Paths,
    _path,
    EXAMPLES["Paths"],
)
