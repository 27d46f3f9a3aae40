"""Every store finds the same, whole and by item, as known now and as known then."""

from __future__ import annotations

from functools import cache
from typing import Any

from lineage.domain.findings import KINDS
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context, Document
from lineage.service.questions.findings import FindingsQuestion, findings
from lineage.stores import open_store
from lineage.stores.interface import Store
from tests import builders as b
from tests.conftest import FreshStore
from tests.contract.test_catenax import VEHICLE, load_vehicle
from tests.finding_cases import FINDING_CASES, KNOWN_PARTIES
from tests.service_client import NOW, TickingClock, load_events

QUESTIONS = (
    FindingsQuestion(limit=1_000),
    FindingsQuestion(kind="foreign_correction"),
    FindingsQuestion(item="urn:x:s-one"),
)


def context(store: Store) -> list[Any]:
    clock = TickingClock()
    assert load_events(store, [*KNOWN_PARTIES, *(e for w in FINDING_CASES for e in w.history)], clock).errors == []
    before = clock.now
    assert load_events(store, [e for w in FINDING_CASES for e in w.corrections], clock).errors == []
    answers = [
        findings(store, q, Context(NOW, lambda: False, known_at=k_at), rule_book())
        for k_at in (None, before)
        for q in QUESTIONS
    ]
    return [{k: v for k, v in answer.items() if k != "next"} for answer in answers]


@cache
def expected(path: str) -> list[Document]:
    store = open_store(f"sqlite:///{path}")
    found = context(store)
    store.close()
    return found


def test_every_store_finds_the_same_now_and_then(fresh_store: FreshStore, tmp_path_factory: Any) -> None:
    wanted = expected(str(tmp_path_factory.mktemp("one") / "one.db"))
    assert context(fresh_store()) == wanted
    then = wanted[len(QUESTIONS)]
    assert {f["kind"] for f in then["findings"]} == set(KINDS)


def test_parts_of_a_real_vehicle_that_are_in_two_wholes_at_once_are_found_and_no_shared_batch_is(store: Store) -> None:
    load_vehicle(store)
    part = next(e.source for e in store.read(lambda r: r.neighbours([VEHICLE], "upstream", None)).edges)
    load_events(store, [b.assembled("urn:x:another", part, time="2030-01-01", event_id="another")])
    question = FindingsQuestion(kind="simultaneous_installation", limit=1_000)
    found = findings(store, question, Context(NOW, lambda: False), rule_book())["findings"]

    def wholes(item: str) -> set[str]:
        return {
            e.target for e in store.read(lambda r: r.neighbours([item], "downstream", None, part_of_only=True)).edges
        }

    items = store.read(lambda r: r.item_ids("", 1_000))
    facts = store.read(lambda r: r.facts(items, None))
    shared = {x for x in items if len(wholes(x)) > 1}
    batches = {x for x in shared if facts[x].is_lot}
    assert {f["items"][0] for f in found} == shared - batches == {part}
    assert len(batches) == 4
