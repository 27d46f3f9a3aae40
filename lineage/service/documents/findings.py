"""Findings, page by page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from lineage.domain.findings import KINDS
from lineage.service.documents.common import Ids, Page, Window


class Sentence(TypedDict):
    """A sentence in English and in Chinese"""

    en: str
    zh: str


class FindingDocument(TypedDict):
    """Something that cannot be as it was reported, with what shows it"""

    kind: Annotated[str, Field(json_schema_extra={"enum": list(KINDS)})]
    rule: str
    items: Ids
    parties: Ids
    interval: Window
    events: Ids
    regions: Ids
    text: Sentence


class Findings(Page):
    """A page of findings"""

    findings: list[FindingDocument]
