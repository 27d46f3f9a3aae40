"""A question about a time before the first event that names an item states so (contract 8); on every store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.questions.dossier import dossier
from lineage.service.questions.items import item
from lineage.service.questions.lineage import composition
from lineage.stores.interface import Store
from tests import builders as b
from tests.builders import Json
from tests.service_client import ServiceClient, load_events

EVENTS = [
    b.produced("urn:x:m", time="2024-01-02", reporter=b.MAKER, event_id="made"),
    b.assembled("urn:x:p", "urn:x:m", time="2024-02-01", reporter=b.MAKER, event_id="put"),
]
QUESTIONS: list[Callable[[Store, str, Context], Json]] = [
    item,
    composition,
    lambda store, id, context: dossier(store, id, context, rule_book()),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=["card", "composition", "dossier"])
def test_a_time_before_the_first_event_is_answered_with_the_time_of_that_event(
    store: Store, question: Callable[[Store, str, Context], Json]
) -> None:
    load_events(store, EVENTS)

    def born(id: str, at: str | None) -> str | None:
        found: str | None = question(store, id, ServiceClient(store).context(at)).get("not_yet_born")
        return found

    assert born("urn:x:m", "2024-01-01") == "2024-01-01T16:00:00.000Z"
    assert [born("urn:x:m", at) for at in ("2024-01-02", "2024-03-01", None)] == [None, None, None]
    # a whole is named before anything is reported of its making
    assert [born("urn:x:p", at) for at in ("2024-01-02", "2024-02-01")] == ["2024-01-31T16:00:00.000Z", None]


def test_the_first_event_is_that_of_what_was_known_then(store: Store) -> None:
    earlier = b.inspected("urn:x:m", time="2023-06-01", reporter=b.SHOP, event_id="seen")
    load_events(
        store,
        [{**EVENTS[0], "recorded": "2024-01-03T00:00:00Z"}, {**earlier, "recorded": "2024-05-01T00:00:00Z"}],
        keep_recorded=True,
    )

    def born(known_at: str | None) -> str | None:
        found: str | None = item(store, "urn:x:m", ServiceClient(store, known_at).context("2023-07-01")).get(
            "not_yet_born"
        )
        return found

    assert (born("2024-02-01"), born(None)) == ("2024-01-01T16:00:00.000Z", None)
