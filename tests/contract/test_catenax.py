"""Real input: a vehicle as built, from Catena-X aspects, traced in every store."""

from __future__ import annotations

import json

from lineage.exchange.catenax.reader import read_catenax
from lineage.service.answers import Context
from lineage.service.questions import lineage as lineage_questions
from lineage.stores.interface import Store
from tests.paths import CATENAX
from tests.service_client import NOW, load_events

VEHICLE = "urn:uuid:4509ea7c-c8d2-41a1-83ca-c214ee34af6c"
QUESTION = Context(NOW, lambda: False)


def load_vehicle(store: Store) -> None:
    with (CATENAX / "electric-vehicle-submodels.json").open("rb") as stream:
        reading = read_catenax(stream)
    assert reading.report.errors == []
    assert load_events(store, reading.events).errors == []


def test_upstream_of_the_vehicle_are_exactly_its_113_items_and_174_relations(store: Store) -> None:
    load_vehicle(store)
    question = lineage_questions.TraceQuestion(VEHICLE, "upstream")
    document = lineage_questions.trace(store, question, QUESTION)
    relations = json.loads((CATENAX / "electric-vehicle-relationships.json").read_text())["relationships"]
    wanted = {(r["linkedItem"]["childCatenaXId"], r["catenaXId"]) for r in relations}
    assert len(relations) == 174
    assert {(e["source"], e["target"]) for e in document["edges"]} == wanted
    assert len(document["edges"]) == 174
    assert {i["id"] for i in document["items"]} == {x for pair in wanted for x in pair}
    assert len(document["items"]) == 113
    assert document["complete"] is True


def test_a_part_that_the_file_assembles_before_it_was_made_is_stored_as_reported(store: Store) -> None:
    load_vehicle(store)
    document = lineage_questions.trace(store, lineage_questions.TraceQuestion(VEHICLE, "upstream"), QUESTION)
    windows = {i["id"]: i["windows"] for i in document["items"]}
    assert windows[VEHICLE] == [[None, None]]
    assert all(len(w) == 1 for w in windows.values())
