"""Questions about one item or one party, and the search for them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from lineage.operations.examples import EXAMPLES
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import CURSOR, Limit, Omittable, Parameters, Text, Time, as_of, cursor_of, known_at
from lineage.service.answers import Document
from lineage.service.documents.items import Hits, ItemAnswer, Party
from lineage.service.questions import items, party, search
from lineage.stores.interface import Store


class ItemParameters(Parameters):
    """Valid time and transaction time."""

    at: Omittable[Time] = as_of()
    known_at: Omittable[Time] = known_at()


class PartyParameters(Parameters):
    """Valid time and transaction time."""

    at: Omittable[Time] = as_of()
    known_at: Omittable[Time] = known_at()


class SearchParameters(Parameters):
    """The text to search for, and the page."""

    q: Text = Field(
        title="text",
        description="The whole text, its beginning, or, from 4 characters on, the end of an id or identifier.",
        examples=["9XHP"],
    )
    limit: Limit = 100
    cursor: Annotated[Omittable[str], cursor_of(int, str, str, str)] = Field(None, description=CURSOR)
    known_at: Omittable[Time] = known_at()


def _item(store: Store, question: Question[ItemParameters]) -> Document:
    return items.item(store, question.id, question.context)


def _party(store: Store, question: Question[PartyParameters]) -> Document:
    return party.party(store, question.id, question.context)


def _search(store: Store, question: Question[SearchParameters]) -> Document:
    p = question.parameters
    return search.search(store, search.SearchQuestion(p.q, p.limit, p.cursor), question.context)


ITEM: Final = Operation(
    "item",
    "/v1/items/{id}",
    "Show the facts of an item, the wholes that it is in, its holder, and its events.",
    ItemParameters,
    ItemAnswer,
    _item,
    EXAMPLES["ItemAnswer"],
)
PARTY: Final = Operation(
    "party",
    "/v1/parties/{id}",
    "Show the description of a party, and its history.",
    PartyParameters,
    Party,
    _party,
    EXAMPLES["Party"],
)
SEARCH: Final = Operation(
    "search",
    "/v1/search",
    "Find items and parties by id, identifiers, model, batch or name.",
    SearchParameters,
    Hits,
    _search,
    EXAMPLES["Hits"],
    rows="hits",
)
