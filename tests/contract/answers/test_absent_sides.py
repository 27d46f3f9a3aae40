"""Hand-overs that one side reports without naming the other: absent is unknown, and nobody unknown is accused."""

from __future__ import annotations

import pytest

from lineage.stores.interface import Store
from tests import builders as b
from tests.builders import Json
from tests.conftest import FreshStore
from tests.reference.comparison import NOW_TEXT, finding_filters, findings, responsibilities
from tests.reference.world import World
from tests.service_client import ServiceClient, load_events

ITEM, MAKER, SHOP = "urn:x:p", "urn:x:maker", "urn:x:shop"
MADE = b.produced({"id": ITEM, "kind": "pack"}, time="2024-01-01", reporter=MAKER, event_id="made")
WHO = [b.enrolled(p, "BATTERY_MAKER", time="2024-01-01", event_id=p) for p in (MAKER, SHOP)]


def moved(side: str | None, **sides: str) -> Json:
    names = {"giver": MAKER, "taker": SHOP}
    whole = b.transferred(ITEM, **names, side=side, time="2024-02-01", event_id=f"{side} {sorted(sides)}")
    return {field: value for field, value in whole.items() if field not in names or field in sides}


@pytest.fixture
def store(fresh_store: FreshStore) -> Store:
    return fresh_store()


def test_a_hand_over_to_nobody_named_is_in_transit_to_nobody_known(store: Store) -> None:
    assert load_events(store, [MADE, moved("giver", giver=MAKER)]).errors == []
    last = ServiceClient(store).custody(ITEM)["segments"][-1]
    assert (last["status"], last["holders"], last["to"]) == ("in_transit", [MAKER], None)


def test_a_receipt_from_nobody_named_moves_custody(store: Store) -> None:
    assert load_events(store, [MADE, moved("taker", taker=SHOP)]).errors == []
    last = ServiceClient(store).custody(ITEM)["segments"][-1]
    assert (last["status"], last["holders"]) == ("held", [SHOP])


@pytest.mark.parametrize("event", [moved(None, giver=MAKER), moved("giver", taker=SHOP), moved("taker", giver=MAKER)])
def test_only_the_side_that_does_not_report_may_be_left_out(store: Store, event: Json) -> None:
    (error,) = load_events(store, [event]).errors
    assert (error["code"], error["path"]) == ("missing_field", "taker" if "giver" in event else "giver")


@pytest.mark.parametrize(
    "events",
    [
        [moved("giver", giver=MAKER)],
        [moved("taker", taker=SHOP)],
        [moved("giver", giver=MAKER), moved("taker", taker=SHOP)],
        [moved("giver", giver=MAKER, taker=SHOP), moved("taker", taker=SHOP)],
        [moved("giver", giver=SHOP)],
    ],
)
def test_findings_and_responsibility_are_those_of_the_reference(store: Store, events: list[Json]) -> None:
    history = [{**e, "recorded": f"2024-03-01T00:00:{n:02}Z"} for n, e in enumerate([*WHO, MADE, *events])]
    assert load_events(store, history, keep_recorded=True).errors == []
    world = World(history, now=NOW_TEXT)
    assert [*findings(store, world), *finding_filters(store, world), *responsibilities(store, world)] == []
