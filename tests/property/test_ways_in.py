"""A journal gives the same answers, to the last field, however it came in (contract 9, law 5); on every store."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from hypothesis import given

from lineage.exchange.jsonl import read_lines
from lineage.reference.rule_files import rule_book
from lineage.service.findings.materialization import evaluate_all
from lineage.service.ingest import maintenance
from lineage.service.ingest.load import Rules, load, load_all
from lineage.service.projection.rebuild import rebuild
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.property.all_answers import differing, every_answer
from tests.property.examples import histories_of
from tests.property.test_reference_of_findings import ANY
from tests.service_client import NOW, ServiceClient

TRUSTED = Rules(lambda: NOW, keep_recorded=True)
RESTORING = Rules(lambda: NOW, keep_recorded=True, restoring=True)
EVERYTHING: frozenset[str] = frozenset()
WayIn = Callable[[FreshStore, list[bytes]], Store]


def loaded_one_by_one(fresh_store: FreshStore, lines: list[bytes]) -> Store:
    store = fresh_store()
    for line in lines:
        assert load(store, read_lines([line]), TRUSTED).errors == []
    return store


def imported(fresh_store: FreshStore, lines: list[bytes]) -> Store:
    store = fresh_store()
    assert load_all(store, read_lines(lines), TRUSTED).errors == []
    return store


def rebuilt(fresh_store: FreshStore, lines: list[bytes]) -> Store:
    store = imported(fresh_store, lines)
    store.write(rebuild)
    return store


def restored(fresh_store: FreshStore, lines: list[bytes]) -> Store:
    before = imported(fresh_store, lines)
    exported: list[bytes] = []
    maintenance.export(before, ServiceClient(before).context(), exported.append)
    store = fresh_store()
    assert load_all(store, read_lines(exported), RESTORING).errors == []
    return store


def evaluated(fresh_store: FreshStore, lines: list[bytes]) -> Store:
    """With findings stored half-way, where the store has a file for them."""
    store = fresh_store()
    for part in (lines[: len(lines) // 2], lines[len(lines) // 2 :]):
        load(store, read_lines(part), TRUSTED)
        if store.findings is not None:
            evaluate_all(store, ServiceClient(store).context(), rule_book())
    return store


@pytest.mark.parametrize("way_in", [loaded_one_by_one, imported, rebuilt, restored, evaluated])
@histories_of(4)
@given(events=ANY)
def test_every_way_in_gives_the_same_answers(fresh_store: FreshStore, way_in: WayIn, events: list[Json]) -> None:
    lines = [orjson.dumps(event) + b"\n" for event in events]
    moments = [events[len(events) // 2]["time"]]
    store = fresh_store()
    assert load(store, read_lines(lines), TRUSTED).errors == []
    want = every_answer(store, events, moments, without=EVERYTHING)

    got = every_answer(way_in(fresh_store, lines), events, moments, without=EVERYTHING)

    assert differing(got, want) == []
