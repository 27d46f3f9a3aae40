"""Findings are those of the slow reference, in every order of arrival, at every K, with findings stored or not.

On every store.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.reference.rule_files import rule_book
from lineage.service.findings.materialization import evaluate_all
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.property.compliance_histories import compliance_histories, entangled_cases
from tests.property.examples import histories_of
from tests.reference.comparison import NOW_TEXT, finding_filters, findings
from tests.reference.world import World
from tests.service_client import ServiceClient, load_events

EXAMPLES = histories_of(12)
ANY = st.booleans().flatmap(lambda is_case: entangled_cases() if is_case else compliance_histories())
Loaded = Callable[[list[Json]], Store]


@pytest.fixture
def loaded(fresh_store: FreshStore) -> Loaded:
    """Gives a store with these events as they arrived; what the last one held is gone."""

    def make(events: list[Json]) -> Store:
        store = fresh_store()
        if events:
            assert load_events(store, events, keep_recorded=True).errors == []
        return store

    return make


@EXAMPLES
@given(events=ANY)
def test_findings_are_those_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert [*findings(loaded(events), World(events, now=NOW_TEXT))] == []


@EXAMPLES
@given(events=ANY)
def test_findings_as_known_then_are_those_of_what_was_recorded_by_then(loaded: Loaded, events: list[Json]) -> None:
    moments = sorted({event["recorded"] for event in events})
    known_at = moments[len(moments) // 2]
    assert [*findings(loaded(events), World(events, known_at=known_at), known_at)] == []


@EXAMPLES
@given(events=ANY)
def test_filtered_and_paged_lists_are_what_fits_of_the_whole_list(loaded: Loaded, events: list[Json]) -> None:
    assert [*finding_filters(loaded(events), World(events, now=NOW_TEXT))] == []


@EXAMPLES
@given(events=ANY, order=st.randoms(use_true_random=False), judged=st.integers(1, 4))
def test_stored_findings_are_those_of_the_reference_in_any_order_of_arrival(
    loaded: Loaded, events: list[Json], order: Random, judged: int
) -> None:
    store = loaded([])
    arriving = list(events)
    order.shuffle(arriving)
    for start in range(0, len(arriving), judged):
        load_events(store, arriving[start : start + judged], keep_recorded=True)
        if store.findings is not None:
            evaluate_all(store, ServiceClient(store).context(), rule_book())
    world = World(events, now=NOW_TEXT)
    assert [*findings(store, world)] == []
    assert [*finding_filters(store, world)] == []
