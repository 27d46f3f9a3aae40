"""The question for findings."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from lineage.operations.examples import EXAMPLES
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import (
    CURSOR,
    FindingKind,
    Limit,
    Omittable,
    Parameters,
    Region,
    Text,
    Time,
    cursor_of,
    known_at,
    moment,
)
from lineage.operations.questions.lineage import SINCE, UNTIL
from lineage.service.answers import Document
from lineage.service.documents.findings import Findings
from lineage.service.questions import findings
from lineage.stores.interface import Store


class FindingsParameters(Parameters):
    """Filters of the list of findings; a finding must match all of them."""

    kind: Omittable[FindingKind] = Field(None, description="Only findings of this kind.")
    party: Omittable[Text] = Field(None, description="Only findings that name this party.")
    item: Omittable[Text] = Field(None, description="Only findings that name this item.")
    region: Omittable[Region] = Field(
        None, description="Only findings with an event in this region; 440000 is all of a province."
    )
    since: Omittable[Time] = moment(SINCE, "from")
    until: Omittable[Time] = moment(UNTIL)
    limit: Limit = 100
    cursor: Annotated[Omittable[str], cursor_of(int, str, int, int)] = Field(None, description=CURSOR)
    known_at: Omittable[Time] = known_at()


def _findings(store: Store, question: Question[FindingsParameters]) -> Document:
    p = question.parameters
    chosen = findings.FindingsQuestion(p.kind, p.party, p.item, p.region, p.since, p.until, p.limit, p.cursor)
    return findings.findings(store, chosen, question.context, question.book)


FINDINGS: Final = Operation(
    "findings",
    "/v1/findings",
    "List contradictions in the reports, with their proofs.",
    FindingsParameters,
    Findings,
    _findings,
    EXAMPLES["Findings"],
    rows="findings",
)
