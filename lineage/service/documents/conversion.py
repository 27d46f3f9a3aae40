"""The answer of a load of messages whose records became events."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from lineage.service.documents.common import AnswerDocument, Count

Counts = Annotated[dict[str, Count], Field(description="how many, by name")]


class NotRead(TypedDict):
    """Messages of vehicles that are no logins that can be read"""

    encrypted: Count
    other_command: Count
    answer: Count


class RecordNotice(TypedDict):
    """A warning or an error: of the event or record `id`, in the field `path`; record 0 is the whole line"""

    line: Count
    record: Count
    id: str | None
    path: str
    code: str
    message: str
    file: NotRequired[str]


class ConversionFields(TypedDict):
    """The counts of a load whose records became events."""

    records: Annotated[Count, Field(description="records of messages read, the refused ones too")]
    logins: Annotated[Count, Field(description="logins of vehicles read")]
    events: Annotated[Count, Field(description="different events made")]
    repeats: Annotated[Count, Field(description="events made again in this load")]
    personal: Annotated[Counts, Field(description="personal data left out, by field")]
    not_carried: Annotated[Counts, Field(description="other fields left out, by name")]
    unknown_interfaces: Counts
    not_read: NotRead
    warning_counts: Annotated[Counts, Field(description="warnings about the reading, by code")]
    error_counts: Annotated[Counts, Field(description="refused records and events, by code")]
    warnings: Annotated[list[RecordNotice], Field(description="at most 1,000, those of the acceptance too")]
    errors: Annotated[list[RecordNotice], Field(description="at most 1,000; all are counted")]
    warnings_left_out: NotRequired[Count]
    accepted: Annotated[Count, Field(description="events stored")]
    duplicate: Annotated[Count, Field(description="events that were there already")]
    rejected: Annotated[Count, Field(description="refused records and refused events")]
    digest: Annotated[str, Field(description="the journal's chain of digests, afterwards")]


class Converted(AnswerDocument, ConversionFields):
    """What became of the messages sent"""
