"""Who holds an item, and what a party holds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from lineage.service.documents.common import AnswerDocument, Count, CustodyState, Ids, Instant, ItemKind, Page


class SegmentDocument(TypedDict):
    """Who held it for a time. `via`: the wholes around it, nearest first"""

    since: Instant
    until: Instant | None
    status: CustodyState
    holders: Ids
    to: str | None
    via: Ids
    events: Ids


class Custody(AnswerDocument):
    """Who held it, without holes"""

    segments: list[SegmentDocument]


class HeldItemDocument(TypedDict):
    """An item in custody of the party"""

    id: str
    kind: ItemKind
    since: Instant
    status: CustodyState


class Holdings(Page):
    """What a party holds"""

    items: list[HeldItemDocument]
    count: Annotated[Count, Field(description="how many items in all")]
