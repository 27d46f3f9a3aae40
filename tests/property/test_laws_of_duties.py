"""Duties and conduct agree with responsibility, and depend neither on the order of arrival nor on what came later.

`LINEAGE_REFERENCE_EXAMPLES` sets how many histories each is held to.
"""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.errors import NotThereError
from lineage.reference.rule_files import rule_book
from lineage.service.findings.materialization import evaluate_all
from lineage.service.projection.rebuild import rebuild
from lineage.service.questions.compliance import duties as duties_questions
from lineage.service.questions.compliance import party_duties
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.property.duty_histories import duty_histories
from tests.property.test_reference_of_findings import ANY, EXAMPLES
from tests.reference.comparison import NOW_TEXT, conducts, duties, parties_of
from tests.reference.compliance.duties import concerned
from tests.reference.world import World
from tests.service_client import ServiceClient, TickingClock, load_events


@pytest.fixture(autouse=True)
def a_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every list takes several reads: what one of them brings must not depend on the others."""
    monkeypatch.setattr(duties_questions, "_AT_ONCE", 2)
    monkeypatch.setattr(duties_questions, "_VEHICLES_AT_ONCE", 1)
    monkeypatch.setattr(party_duties, "_EVENTS_AT_ONCE", 2)


OF_DUTIES = st.integers(0, 2).flatmap(lambda n: ANY if n == 0 else duty_histories())
ORDERS = st.randoms(use_true_random=False)


def loaded(fresh_store: FreshStore, events: list[Json]) -> Store:
    store = fresh_store()
    assert load_events(store, events, keep_recorded=True).errors == []
    return store


def parties(events: list[Json]) -> list[str]:
    world = World(events, now=NOW_TEXT)
    return sorted({*parties_of(world), *(party for event in world.events for party in concerned(event))})


@EXAMPLES
@given(events=OF_DUTIES)
def test_duties_and_conduct_are_those_of_the_reference(fresh_store: FreshStore, events: list[Json]) -> None:
    store, world = loaded(fresh_store, events), World(events, now=NOW_TEXT)
    assert [*duties(store, world), *conducts(store, world)] == []


@EXAMPLES
@given(events=OF_DUTIES)
def test_the_duties_of_a_party_are_those_of_the_responsibility_of_all_items_with_that_holder(
    fresh_store: FreshStore, events: list[Json]
) -> None:
    client = ServiceClient(loaded(fresh_store, events))
    items = sorted(World(events, now=NOW_TEXT).history.items)
    of_items = {text(duty) for item in items for duty in client.responsibility(item)["duties"]}
    of_parties: list[str] = []
    for party in parties(events):
        owed = [text(duty) for duty in without_part(client, party, "holder")]
        assert set(owed) == {duty for duty in of_items if orjson.loads(duty)["holder"] == party}
        of_parties += owed
    assert len(of_parties) == len(set(of_parties))


def without_part(client: ServiceClient, party: str, part: str) -> list[Json]:
    """The duties of a party in that part, as responsibility shows them."""
    try:
        found = client.duties(party, limit=1_000)
    except NotThereError:
        return []
    return [{f: v for f, v in duty.items() if f != "as"} for duty in found if duty["as"] == part]


def text(duty: Json) -> str:
    return orjson.dumps(duty, option=orjson.OPT_SORT_KEYS).decode()


@EXAMPLES
@given(events=OF_DUTIES, order=ORDERS, keeps_recorded=st.booleans())
def test_neither_order_nor_batches_nor_upkeep_change_duties_or_conduct(
    fresh_store: FreshStore, events: list[Json], order: Random, keeps_recorded: bool
) -> None:
    named = parties(events)
    plain = events if keeps_recorded else [{f: v for f, v in e.items() if f != "recorded"} for e in events]
    store = fresh_store()
    assert load_events(store, plain, keep_recorded=keeps_recorded).errors == []
    expected = answers(store, named, keeps_recorded=keeps_recorded)

    store, clock, arriving = fresh_store(), TickingClock(), list(plain)
    order.shuffle(arriving)
    while arriving:
        size = order.randint(1, 6)
        batch, arriving = arriving[:size], arriving[size:]
        assert load_events(store, batch, clock, keep_recorded=keeps_recorded).errors == []
        upkeep(store, order)

    assert answers(store, named, keeps_recorded=keeps_recorded) == expected


def upkeep(store: Store, order: Random) -> None:
    """Nothing, a rebuild, or an evaluation of all findings."""
    chosen = order.randint(0, 3)
    if chosen == 0:
        store.write(rebuild)
    elif chosen == 1 and store.findings is not None:
        evaluate_all(store, ServiceClient(store).context(), rule_book())


def answers(store: Store, named: list[str], *, keeps_recorded: bool, known_at: str | None = None) -> dict[str, Any]:
    """Duties, in their order, and conduct of these parties; without `recorded` where that is the clock's."""
    client = ServiceClient(store, known_at)
    found: dict[str, Any] = {}
    for party in named:
        try:
            listed, conduct = client.duties(party, limit=3), client.conduct(party)
        except NotThereError:
            found[party] = None
            continue
        if not keeps_recorded:
            listed = [{**duty, "recorded": None} for duty in listed]
        found[party] = (listed, {f: v for f, v in conduct.items() if f not in ("known_at", "position")})
    return found


@EXAMPLES
@given(events=OF_DUTIES)
def test_duties_and_conduct_as_known_then_are_those_of_a_store_of_what_was_recorded_by_then(
    fresh_store: FreshStore, events: list[Json]
) -> None:
    known_at = events[len(events) // 2]["recorded"]
    named = parties(events)
    then = answers(loaded(fresh_store, events), named, keeps_recorded=True, known_at=known_at)
    before = [event for event in events if event["recorded"] <= known_at]
    assert then == answers(loaded(fresh_store, before), named, keeps_recorded=True, known_at=known_at)
