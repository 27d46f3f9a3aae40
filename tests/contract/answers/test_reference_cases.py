"""The histories in which the service once answered otherwise than its definitions; on every store."""

from __future__ import annotations

import orjson
import pytest

from lineage.reference.rule_files import rule_book
from lineage.service.findings.materialization import evaluate_all
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.paths import ROOT
from tests.reference.comparison import (
    NOW_TEXT,
    checks,
    conducts,
    dossiers,
    duties,
    finding_filters,
    findings,
    impacts,
    responsibilities,
)
from tests.reference.world import World
from tests.service_client import ServiceClient, load_events

FOLDER = ROOT / "tests" / "data" / "reference_differences"
CASES = {path.stem: orjson.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))}
OF_FINDINGS = [name for name, case in CASES.items() if case["question"].startswith("findings")]


def loaded(fresh_store: FreshStore, events: list[Json], *, is_stepwise: bool = False) -> Store:
    store = fresh_store()
    for batch in [[event] for event in events] if is_stepwise else [events]:
        assert load_events(store, batch, keep_recorded=True).errors == []
        if is_stepwise and store.findings is not None:
            evaluate_all(store, ServiceClient(store).context(), rule_book())
    return store


@pytest.mark.parametrize("name", OF_FINDINGS)
@pytest.mark.parametrize("is_stepwise", [False, True])
def test_findings_are_those_of_the_reference_before_and_after_they_are_stored(
    fresh_store: FreshStore, name: str, is_stepwise: bool
) -> None:
    events = CASES[name]["events"]
    store, world = loaded(fresh_store, events, is_stepwise=is_stepwise), World(events, now=NOW_TEXT)
    assert [*findings(store, world), *finding_filters(store, world)] == []


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("impact")])
def test_impact_is_that_of_the_reference(fresh_store: FreshStore, name: str) -> None:
    events = CASES[name]["events"]
    assert [*impacts(loaded(fresh_store, events), World(events, now=NOW_TEXT))] == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["question"].startswith("dossier")])
def test_a_dossier_is_that_of_the_reference(fresh_store: FreshStore, name: str) -> None:
    events = CASES[name]["events"]
    assert [*dossiers(loaded(fresh_store, events), World(events, now=NOW_TEXT), events)] == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["question"].startswith("respons")])
def test_responsibility_is_that_of_the_reference(fresh_store: FreshStore, name: str) -> None:
    events = CASES[name]["events"]
    assert [*responsibilities(loaded(fresh_store, events), World(events, now=NOW_TEXT))] == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["question"].startswith("duties")])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_duties_are_those_of_the_reference_in_either_order_of_arrival(
    fresh_store: FreshStore, name: str, is_reversed: bool
) -> None:
    events = CASES[name]["events"]
    store = loaded(fresh_store, events[::-1] if is_reversed else events, is_stepwise=is_reversed)
    world = World(events, now=NOW_TEXT)
    assert [*duties(store, world), *conducts(store, world)] == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["question"].startswith("conduct")])
def test_conduct_is_that_of_the_reference(fresh_store: FreshStore, name: str) -> None:
    events = CASES[name]["events"]
    assert [*conducts(loaded(fresh_store, events), World(events, now=NOW_TEXT))] == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["question"].startswith("check")])
def test_a_check_finds_what_is_new_once_the_event_is_loaded(fresh_store: FreshStore, name: str) -> None:
    case = CASES[name]
    assert [*checks(loaded(fresh_store, case["events"]), case["events"], case["event"], case["now"])] == []
