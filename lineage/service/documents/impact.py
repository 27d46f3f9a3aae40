"""The lines of an impact answer: one for each concern, and the totals at the end."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from lineage.domain.traversal.impact import Change, Status
from lineage.service.documents.common import Count, Cut, Ids, Instant


class Concern(TypedDict):
    """An item that is (`now`), was (`once`) or may be (`unknown`) in a whole, or that became it"""

    status: Status
    item: str
    whole: Annotated[str | None, Field(description="null: the item by itself")]
    since: Instant | None
    until: Instant | None
    holders: Annotated[Ids, Field(description="who holds the whole now")]
    region: Annotated[str | None, Field(description="where the first of the holders is enrolled")]
    remedied: Annotated[bool | None, Field(description="whether it is out of there again; null where not known")]
    change: NotRequired[Annotated[Change, Field(description="of questions with `changed_since`")]]
    layer: NotRequired[
        Annotated[
            Literal["vehicle", "pack", "cell", "making", "declaration", "item"],
            Field(description="of what is unknown: the layer that was not reported"),
        ]
    ]
    uncoded: NotRequired[Annotated[Count | None, Field(description="parts without a code that were counted")]]
    silent: NotRequired[Annotated[Ids, Field(description="who ought to have reported")]]


class Totals(TypedDict):
    """Lines by status, and items by what was declared of them"""

    now: Count
    once: Count
    unknown: Count
    items: Annotated[Count, Field(description="items that are recalled")]
    wholes: Annotated[Count, Field(description="different wholes and outputs that the lines name")]
    uncoded: Count
    undeclared: Annotated[Count, Field(description="items whose making declares nothing of what was named")]
    added: NotRequired[Count]
    released: NotRequired[Count]


class ImpactTotals(TypedDict):
    """The last line. A stream without it was broken off"""

    totals: Totals
    as_of: Instant
    known_at: Instant | None
    position: Count
    complete: bool
    cut: NotRequired[Cut]
    digest: Annotated[str, Field(description="SHA-256 over all lines before this one")]
