"""Answers do not depend on the order of arrival, nor does the order of any of their lists; on every store."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.histories import arrivals
from tests.property.all_answers import OF_ARRIVAL, differing, every_answer
from tests.property.examples import histories_of
from tests.property.test_reference_of_findings import ANY
from tests.service_client import TickingClock, load_events

WHEN_REPORTED = OF_ARRIVAL | {"recorded", "status", "days_late", "findings", "findings_complete", "duties", "gaps"}
"""Fields that follow from when an event was reported, too."""


def moments_of(events: list[Json]) -> list[str]:
    times = sorted({event["time"] for event in events})
    return [times[len(times) // 2]]


@st.composite
def arriving(draw: st.DrawFn) -> tuple[list[Json], list[list[Json]]]:
    events = [{name: value for name, value in event.items() if name != "recorded"} for event in draw(ANY)]
    return events, draw(arrivals(events))


@histories_of(4)
@given(case=arriving())
def test_custody_cards_and_compositions_are_the_same_with_their_proofs_whatever_arrived_first(
    fresh_store: FreshStore, case: tuple[list[Json], list[list[Json]]]
) -> None:
    events, batches = case
    want = _of_what_happened(_loaded(fresh_store, [events]), events)
    assert differing(_of_what_happened(_loaded(fresh_store, batches), events), want) == []


def _loaded(fresh_store: FreshStore, batches: list[list[Json]], *, keep_recorded: bool = False) -> Store:
    store, clock = fresh_store(), TickingClock()
    for batch in batches:
        assert load_events(store, batch, clock, keep_recorded=keep_recorded).errors == []
    return store


def _of_what_happened(store: Store, events: list[Json]) -> dict[str, object]:
    """Answers that follow from what happened, not from when it was reported."""
    reported = ("findings", "duties", "conduct", "events", "responsibility")
    answers = every_answer(store, events, moments_of(events), without=WHEN_REPORTED)
    return {name: answer for name, answer in answers.items() if not name.startswith(reported)}


@histories_of(4)
@given(events=ANY, order=st.randoms(use_true_random=False), size=st.integers(1, 8))
def test_every_answer_is_the_same_whatever_arrived_first(
    fresh_store: FreshStore, events: list[Json], order: Random, size: int
) -> None:
    shuffled = list(events)
    order.shuffle(shuffled)
    batches = [shuffled[n : n + size] for n in range(0, len(shuffled), size)]
    want, got = (
        every_answer(_loaded(fresh_store, arriving_so, keep_recorded=True), events, moments_of(events))
        for arriving_so in ([events], batches)
    )
    assert [d for d in differing(got, want) if not d.startswith("duties")] == []
