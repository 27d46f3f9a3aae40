"""What a party owed is found whoever reported it, in whatever order, and is the same in every answer that counts it."""

from __future__ import annotations

from itertools import permutations

import pytest

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import NotYetKnownError, UnknownPartyError
from lineage.reference.rule_files import read_rules, rule_book
from lineage.service.questions.compliance.duties import DutiesQuestion, duties
from lineage.service.questions.compliance.responsibility import responsibility
from lineage.stores.interface import Store
from tests import builders as b
from tests.builders import Json
from tests.conftest import FreshStore
from tests.reference.comparison import NOW_TEXT, conducts, responsibilities
from tests.reference.comparison import duties as duty_differences
from tests.reference.world import World
from tests.service_client import ServiceClient, TickingClock, load_events

CARS = [b.vin(n) for n in range(50)]
PACK, CAR, LOT = "urn:x:p", CARS[1], b.lot(1)
WHO = [
    b.enrolled(b.OEM, "VEHICLE_MAKER", event_id="who-oem"),
    b.enrolled(b.SHOP, "OUTLET", event_id="who-shop"),
    b.enrolled(b.WORKS, "RECYCLER", event_id="who-works"),
    b.enrolled(b.MAKER, "ECHELON", event_id="who-maker"),
]
MADE = b.produced({"id": PACK, "kind": "pack"}, {"id": LOT, "kind": "lot"}, event_id="made")


def loaded(fresh_store: FreshStore, events: list[Json], *, one_by_one: bool = False) -> Store:
    store, clock = fresh_store(), TickingClock()
    for batch in [[event] for event in events] if one_by_one else [events]:
        assert load_events(store, batch, clock).errors == []
    return store


def recorded(*events: Json) -> list[Json]:
    """Each recorded on the day after it happened."""
    return [{**event, "recorded": f"{event['time']}T23:00:00Z"} for event in events]


def collected(side: str, event_id: str, *items: str, time: str = "2024-02-01", **more: str) -> Json:
    """Handed over by the shop to the works."""
    sides = {"giver": b.SHOP, "taker": b.WORKS}
    return b.transferred(*items, **sides, side=side, time=time, step="collection", event_id=event_id, **more)


def owed(store: Store, party: str) -> list[tuple[str, str, str, str]]:
    """The rule, the event, the status and the part of each duty of a party."""
    found = ServiceClient(store).duties(party)
    return [(d["rule"], d["trigger"]["event"], d["status"], d["as"]) for d in found]


def assert_is_that_of_the_reference(store: Store, events: list[Json]) -> None:
    world = World(events, now=NOW_TEXT)
    assert [*duty_differences(store, world), *conducts(store, world), *responsibilities(store, world)] == []


# ---- replacements


CORRECTED = b.corrected(
    "of-the-shop", collected("taker", "-", PACK), time="2024-02-05", reporter=b.SHOP, event_id="fix"
)
OF_THE_SHOP = b.inspected(PACK, time="2024-02-01", event_id="of-the-shop")
OWN = collected("taker", "own", PACK, time="2024-02-03")


@pytest.mark.parametrize(
    "order", [*permutations([OF_THE_SHOP, CORRECTED, OWN])], ids=lambda o: "-".join(e["id"] for e in o)
)
def test_a_report_that_anothers_correction_puts_in_is_owed_and_counted_by_its_reporter(
    fresh_store: FreshStore, order: tuple[Json, ...]
) -> None:
    store = fresh_store()
    for event in recorded(*WHO, MADE, *order):
        assert load_events(store, [event], keep_recorded=True).errors == []

    assert owed(store, b.WORKS) == [("T18-15a", "fix#r", "met", "holder"), ("T18-15a", "own", "met", "holder")]
    conduct = ServiceClient(store).conduct(b.WORKS)
    assert (conduct["punctuality"]["met"], conduct["throughput"][0]["items"]) == (2, 2)
    assert_is_that_of_the_reference(store, recorded(*WHO, MADE, *order))


def test_a_vehicle_that_a_replacement_makes_has_its_maker(fresh_store: FreshStore) -> None:
    made = b.produced({"id": CAR, "kind": "vehicle", "maker": b.OEM}, time="2024-01-02", reporter=b.MAKER)
    events = recorded(
        *WHO,
        b.corrected("typo", made, time="2024-01-05", reporter=b.SHOP, event_id="fix"),
        b.inspected(CAR, time="2024-01-02", event_id="typo"),
        b.disassembled(CAR, PACK, time="2024-03-01", step="removal", reporter=b.SHOP, event_id="out"),
    )
    store = fresh_store()
    assert load_events(store, events, keep_recorded=True).errors == []

    assert owed(store, b.OEM) == [("T18-10-removal", "out", "met", "holder")]
    assert owed(store, b.SHOP) == [("T18-10-removal", "out", "met", "actor")]
    assert_is_that_of_the_reference(store, events)


# ---- reported by others


def test_a_sale_that_another_party_reported_is_owed_by_its_giver(fresh_store: FreshStore) -> None:
    sold = b.transferred(
        PACK, giver=b.MAKER, taker=b.SHOP, reporter=b.WORKS, time="2024-02-01", step="second_life_sale", event_id="sold"
    )
    events = recorded(*WHO, MADE, sold)
    store = fresh_store()
    assert load_events(store, events, keep_recorded=True).errors == []

    assert owed(store, b.MAKER) == [("T18-14a", "sold", "met", "holder")]
    assert ServiceClient(store).conduct(b.MAKER)["punctuality"]["met"] == 0
    assert_is_that_of_the_reference(store, events)


def test_a_maker_that_nothing_else_names_owes_what_its_network_did(fresh_store: FreshStore) -> None:
    alone = "urn:x:alone"
    made = b.produced(
        {"id": CAR, "kind": "vehicle", "maker": f" {alone} "}, {"id": PACK, "kind": "pack"}, event_id="made"
    )
    put_in = b.assembled(CAR, PACK, time="2024-02-01", event_id="in")
    out = b.disassembled(CAR, PACK, time="2024-03-01", step="removal", reporter=b.SHOP, event_id="out")
    collected_later = collected("taker", "taken", PACK, time="2024-03-05", reporter=b.SHOP)
    collected_later |= {"giver": b.MAKER, "taker": b.SHOP}
    events = recorded(*WHO, made, put_in, out, collected_later)
    store = fresh_store()
    assert load_events(store, events, keep_recorded=True).errors == []

    expected = [("T18-10-removal", "out", "met", "holder"), ("T18-11-in", "taken", "met", "holder")]
    assert owed(store, alone) == expected
    assert ServiceClient(store).conduct(alone)["punctuality"]["met"] == 0
    assert_is_that_of_the_reference(store, events)
    with pytest.raises(NotYetKnownError):
        ServiceClient(store, "2023-12-31").duties(alone)
    with pytest.raises(UnknownPartyError):
        ServiceClient(store).duties("urn:x:nobody")


def test_a_maker_owes_what_an_outlet_took_in_of_anything_that_was_in_its_car_by_then(fresh_store: FreshStore) -> None:
    cell, module = "urn:x:c", "urn:x:m"
    batteries = ({"id": cell, "kind": "cell"}, {"id": module, "kind": "module"}, {"id": PACK, "kind": "pack"})
    made = b.produced(*batteries, {"id": CAR, "kind": "vehicle", "maker": b.OEM}, event_id="made")
    put_in = [
        b.assembled(module, cell, time="2024-01-02", event_id="in-1"),
        b.assembled(PACK, module, time="2024-01-03", event_id="in-2"),
        b.assembled(CAR, PACK, time="2024-01-04", event_id="in-3"),
    ]
    taken = [
        collected("taker", f"taken-{day}", cell, time=f"2024-01-0{day}") | {"giver": b.WORKS, "taker": b.SHOP}
        for day in (3, 4, 5)
    ]
    events = recorded(*WHO, made, *put_in, *({**e, "reporter": b.SHOP} for e in taken))
    store = fresh_store()
    assert load_events(store, events, keep_recorded=True).errors == []

    of_the_maker = [("T18-11-in", f"taken-{day}", "met", "holder") for day in (4, 5)]
    assert owed(store, b.OEM) == of_the_maker
    assert owed(store, b.SHOP) == [
        ("T18-11-in", "taken-3", "met", "holder"),
        *((*d[:3], "actor") for d in of_the_maker),
    ]
    assert_is_that_of_the_reference(store, events)


OWN_RULES = b"""
[set]
id = "OWN"
version = "1"
title = "Makers of vehicles report what is made"
valid_from = 2000-01-01

[[duty]]
id = "OWN-making"
name = "Something is made"
article = "1"
confidence = "A"
types = ["produced"]
steps = ["import"]
kinds = ["vehicle"]
actor = "reporter"
holder = "vehicle_maker"
window = 10

[[duty]]
id = "OWN-testing"
name = "Something is tested, or put in"
article = "2"
confidence = "A"
types = ["assembled"]
steps = ["repair"]
actor = "reporter"
window = 10
witness = ["test"]
"""


def test_own_rules_make_the_first_maker_owe_what_others_make_again_as_a_vehicle(fresh_store: FreshStore) -> None:
    first = b.produced({"id": "urn:x:a", "kind": "pack"}, time="2024-01-01", reporter=b.OEM, event_id="first")
    again = b.produced({"id": "urn:x:a", "kind": "vehicle"}, time="2024-02-01", reporter=b.SHOP, step="import")
    store = loaded(fresh_store, [first, {**again, "id": "again"}])

    assert of_own_rules(store, b.OEM) == [("OWN-making", "again", ["urn:x:a"])]
    assert of_own_rules(store, b.SHOP) == [("OWN-making", "again", ["urn:x:a"])]


def test_own_rules_may_have_a_witness_of_other_actions_than_hand_overs(fresh_store: FreshStore) -> None:
    tested = b.inspected("urn:x:a", "urn:x:b", time="2024-02-01", reporter=b.SHOP, step="test", event_id="tested")
    put_in = b.assembled(PACK, "urn:x:a", time="2024-03-01", reporter=b.OEM, step="repair", event_id="in")
    car = b.produced({"id": CAR, "kind": "vehicle"}, reporter=b.OEM, event_id="car")
    inside = b.assembled(CAR, "urn:x:b", time="2024-01-02", event_id="b-in")
    store = loaded(fresh_store, [car, inside, tested, put_in])

    assert of_own_rules(store, b.OEM) == [("OWN-testing", "in", [PACK, "urn:x:a"])]
    seen = responsibility(store, "urn:x:b", ServiceClient(store).context(), own_book())["duties"]
    assert [(d["rule"], d["holder"], d["items"]) for d in seen] == [("OWN-testing", None, ["urn:x:b"])]


def own_book() -> RuleBook:
    return rule_book().with_first(read_rules(OWN_RULES, "own.toml"))


def of_own_rules(store: Store, party: str) -> list[tuple[str, str, list[str]]]:
    question = DutiesQuestion(party, limit=100)
    listed = duties(store, question, ServiceClient(store).context(), own_book())["duties"]
    return [(d["rule"], d["trigger"]["event"], d["items"]) for d in listed]


# ---- missing


@pytest.mark.parametrize("item", [PACK, LOT])
def test_a_side_that_did_not_report_is_missing_in_every_answer(fresh_store: FreshStore, item: str) -> None:
    events = recorded(*WHO, MADE, collected("giver", "given", item))
    store = fresh_store()
    assert load_events(store, events, keep_recorded=True).errors == []

    missing = ("T18-15a", "given", "missing", "holder")
    assert owed(store, b.WORKS) == [missing]
    of_item = [d for d in ServiceClient(store).responsibility(item)["duties"] if d["holder"] == b.WORKS]
    assert [(d["rule"], d["trigger"]["event"], d["status"]) for d in of_item] == [missing[:3]]
    conduct = ServiceClient(store).conduct(b.WORKS)
    assert conduct["punctuality"]["met"] == 0
    assert_is_that_of_the_reference(store, events)


@pytest.mark.parametrize("item", [PACK, LOT])
def test_a_side_that_did_report_is_missing_in_no_answer(fresh_store: FreshStore, item: str) -> None:
    events = recorded(
        *WHO, MADE, collected("giver", "given", item), collected("taker", "taken", item, time="2024-02-03")
    )
    store = fresh_store()
    assert load_events(store, events, keep_recorded=True).errors == []

    met = ("T18-15a", "taken", "met", "holder")
    assert owed(store, b.WORKS) == [met]
    of_item = [d for d in ServiceClient(store).responsibility(item)["duties"] if d["holder"] == b.WORKS]
    assert [(d["rule"], d["trigger"]["event"], d["status"]) for d in of_item] == [met[:3]]
    assert ServiceClient(store).conduct(b.WORKS)["punctuality"]["met"] == 1
    assert_is_that_of_the_reference(store, events)


def test_of_two_items_handed_over_at_once_only_the_one_without_a_receipt_is_missing(fresh_store: FreshStore) -> None:
    given = collected("giver", "given", PACK, LOT)
    events = recorded(*WHO, MADE, given, collected("taker", "taken", PACK, time="2024-02-03"))
    store = fresh_store()
    assert load_events(store, events, keep_recorded=True).errors == []

    missing = [d for d in ServiceClient(store).duties(b.WORKS) if d["status"] == "missing"]
    assert [(d["trigger"]["event"], d["items"]) for d in missing] == [("given", [LOT])]
    assert [d["items"] for d in ServiceClient(store).responsibility(LOT)["duties"] if not d["proof"]] == [[LOT]]
    assert_is_that_of_the_reference(store, events)


# ---- pages


def made_for_a_network(cars: int) -> list[Json]:
    """A maker's cars, in one report, each repaired in a shop; and two reports of its own at one time."""
    vins = sorted(CARS[:cars])
    made = b.produced(*({"id": v, "kind": "vehicle"} for v in vins), reporter=b.OEM, step="vehicle_production")
    repairs = [
        b.disassembled(v, f"urn:x:p{n}", time="2024-03-01", step="repair", event_id=f"repair{n:02}")
        for n, v in enumerate(vins)
    ]
    more = [b.ended(PACK, time="2024-01-01", reporter=b.OEM, step="disposal", event_id=f"end-{c}") for c in "ab"]
    return [*WHO, {**made, "id": "made"}, *repairs, *more]


def test_pages_are_the_list_and_each_of_them_goes_on_when_there_is_no_time(fresh_store: FreshStore) -> None:
    store = loaded(fresh_store, made_for_a_network(50))
    client = ServiceClient(store)
    whole = client.duties(b.OEM, limit=1_000)
    assert [d["trigger"]["event"] for d in whole] == ["end-a", "end-b", "made", *(f"repair{n:02}" for n in range(50))]

    listed: list[Json] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        question = DutiesQuestion(b.OEM, limit=1_000, cursor=cursor)
        document = duties(store, question, client.context()._replace(deadline_passed=lambda: True), rule_book())
        listed += document["duties"]
        cursor, pages = document["next"], pages + 1
        assert document["complete"] is (cursor is None)

    assert listed == whole
    assert pages > 2
    assert client.duties(b.OEM, limit=7) == whole


def test_later_pages_are_those_of_the_first_whatever_arrives_meanwhile(fresh_store: FreshStore) -> None:
    events = made_for_a_network(5)
    store, clock = fresh_store(), TickingClock()
    assert load_events(store, events, clock).errors == []
    client = ServiceClient(store)
    whole = client.duties(b.OEM, limit=1_000)

    first = duties(store, DutiesQuestion(b.OEM, limit=4), client.context(), rule_book())
    late = [
        b.ended("urn:x:early", time="2023-06-01", reporter=b.OEM, step="disposal", event_id="early"),
        b.corrected("repair04", time="2024-04-01", event_id="withdrawn"),
        b.disassembled(
            min(b.vin(n) for n in range(5)), "urn:x:p9", time="2024-03-01", step="repair", event_id="another"
        ),
    ]
    assert load_events(store, late, clock).errors == []
    rest = duties(store, DutiesQuestion(b.OEM, limit=1_000, cursor=first["next"]), client.context(), rule_book())

    assert first["duties"] + rest["duties"] == whole
    now = [d["trigger"]["event"] for d in client.duties(b.OEM, limit=1_000)]
    assert now == ["early", "end-a", "end-b", "made", "another", *(f"repair{n:02}" for n in range(4))]


def test_filters_choose_from_the_whole_list_in_its_order(fresh_store: FreshStore) -> None:
    store = loaded(fresh_store, [*made_for_a_network(5), collected("giver", "given", LOT)])
    client = ServiceClient(store)
    whole = client.duties(b.OEM, limit=1_000)

    for status in ("met", "late", "missing"):
        assert client.duties(b.OEM, limit=2, status=status) == [d for d in whole if d["status"] == status]
    moment = 1_709_222_400_000  # 2024-03-01 in China
    assert client.duties(b.OEM, limit=2, since=moment) == [d for d in whole if d["trigger"]["step"] == "repair"]
    assert client.duties(b.OEM, limit=2, until=moment) == [d for d in whole if d["trigger"]["step"] != "repair"]
