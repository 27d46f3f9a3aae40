"""Who holds an item, and what a party holds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from lineage.service.documents.common import Answer, Count, CustodyState, Ids, Instant, ItemKind, Page


class Segment(TypedDict):
    """Who held it for a time. `via`: the wholes around it, nearest first"""

    since: Instant
    until: Instant | None
    status: CustodyState
    holders: Ids
    to: str | None
    via: Ids
    events: Ids


class Custody(Answer):
    """Who held it, without holes"""

    segments: list[Segment]


class HeldItem(TypedDict):
    """An item in custody of the party"""

    id: str
    kind: ItemKind
    since: Instant
    status: CustodyState


class Holdings(Page):
    """What a party holds"""

    items: list[HeldItem]
    count: Annotated[Count, Field(description="how many items in all")]
