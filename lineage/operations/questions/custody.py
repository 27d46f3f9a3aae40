"""Questions about custody: the holders of an item, the items of a party."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from lineage.operations.examples import EXAMPLES
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import CURSOR, Flag, Limit, Omittable, Parameters, Time, as_of, cursor_of, known_at
from lineage.service.answers import Document
from lineage.service.documents.custody import Custody, Holdings
from lineage.service.questions import custody
from lineage.stores.interface import Store


class CustodyParameters(Parameters):
    """Transaction time."""

    known_at: Omittable[Time] = known_at()


class HoldingsParameters(Parameters):
    """Valid time, transaction time, and whether contents are listed."""

    at: Omittable[Time] = as_of()
    contents: Flag = Field(default=False, description="Also list the items inside the items that it holds.")
    limit: Limit = 100
    cursor: Annotated[Omittable[str], cursor_of(str, int)] = Field(None, description=CURSOR)
    known_at: Omittable[Time] = known_at()


def _custody(store: Store, question: Question[CustodyParameters]) -> Document:
    return custody.custody(store, question.id, question.context)


def _holdings(store: Store, question: Question[HoldingsParameters]) -> Document:
    p = question.parameters
    return custody.holdings(
        store, custody.HoldingsQuestion(question.id, p.contents, p.limit, p.cursor), question.context
    )


CUSTODY: Final = Operation(
    "custody",
    "/v1/items/{id}/custody",
    "Show who held an item over its whole time, without gaps.",
    CustodyParameters,
    Custody,
    _custody,
    EXAMPLES["Custody"],
    rows="segments",
)
HOLDINGS: Final = Operation(
    "holdings",
    "/v1/parties/{id}/holdings",
    "List the items that a party holds.",
    HoldingsParameters,
    Holdings,
    _holdings,
    EXAMPLES["Holdings"],
    rows="items",
)
