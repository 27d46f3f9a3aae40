"""Problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from lineage.service.documents.common import Count, Cut, Instant, Unknown
from lineage.service.documents.journal import EventError, Warning  # noqa: A004 - its name in the OpenAPI document


class ParameterError(TypedDict):
    """Why a parameter was refused; `path` is its name"""

    line: None
    path: str
    code: str
    message: str


class _ProblemFields(TypedDict):
    type: Annotated[str, Field(json_schema_extra={"format": "uri"})]
    title: str
    status: int
    detail: str
    code: str


class Problem(_ProblemFields):
    """RFC 9457. `code` is for programs and does not change its meaning; `detail` is for people"""

    errors: NotRequired[Annotated[list[ParameterError], Field(description="of parameters")]]
    line: NotRequired[Count | None]
    column: NotRequired[Count | None]


class EventsProblem(_ProblemFields):
    """RFC 9457, with the counts of a load of which nothing was stored; of a wrong parameter as any other"""

    errors: NotRequired[list[EventError | ParameterError]]
    as_of: NotRequired[Instant | None]
    known_at: NotRequired[Instant | None]
    position: NotRequired[Count]
    complete: NotRequired[bool]
    cut: NotRequired[Cut]
    unknown: NotRequired[list[Unknown]]
    accepted: NotRequired[Count]
    duplicate: NotRequired[Count]
    rejected: NotRequired[Count]
    warnings: NotRequired[list[Warning]]
    warnings_left_out: NotRequired[Count]
    digest: NotRequired[str]
