"""Where items went, what is in them, and the paths between them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from lineage.domain.traversal.neighbourhood import Direction
from lineage.domain.traversal.paths import Reason
from lineage.service.documents.common import AnswerDocument, Count, Ids, Instant, ItemKind, OfAnItem, Window


class EdgeDocument(TypedDict):
    """A step. `source` is the part or the input, `events` prove it"""

    type: Literal["PART_OF", "BECAME"]
    source: str
    target: str
    since: Instant | None
    until: Instant | None
    at: Instant | None
    events: Ids


class TracedItem(TypedDict):
    """An item of a trace, with every time at which it was reached"""

    id: str
    kind: ItemKind
    distance: Count
    windows: list[Window]


class TraceDocument(AnswerDocument):
    """Every item reached, nearest first, and every edge stepped over"""

    root: str
    direction: Direction
    items: list[TracedItem]
    edges: list[EdgeDocument]


class BranchDocument(TypedDict):
    """An item of a tree, and what is in it"""

    id: str
    kind: ItemKind
    since: Instant | None
    events: Ids
    parts: list[BranchDocument]


class CompositionDocument(OfAnItem):
    """What is in it; `tree` is null for what was consumed before"""

    tree: BranchDocument | None


class PathDocument(TypedDict):
    """A chain of steps, and the window at its end"""

    steps: list[EdgeDocument]
    window: Window


class BlockedStep(TypedDict):
    """The step that cannot be taken; `since` and `until` are of the window that arrived there"""

    edge: EdgeDocument
    reason: Reason
    since: Instant | None
    until: Instant | None


class Paths(AnswerDocument):
    """Shortest chains downstream (`more`: there are others as short), or the first step that time blocks"""

    paths: list[PathDocument]
    more: bool
    why_not: list[BlockedStep] | None
