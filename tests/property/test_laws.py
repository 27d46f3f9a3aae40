"""The laws of the contract, on every store, over histories of any kind and any order of arrival."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.errors import NotThereError, NotYetKnownError, UnknownPartyError
from lineage.domain.instants import format_instant
from lineage.service.projection.rebuild import rebuild
from lineage.service.questions import party as party_questions
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.histories import PARTIES, arrivals, histories, recorded
from tests.property.examples import histories_of
from tests.reference import Oracle
from tests.service_client import ServiceClient, TickingClock, everything, load_events, plain_trace

MOMENTS = ("2024-01-02", "2024-01-05T04:00:00Z", "2024-02-01")
ANY = st.booleans().flatmap(lambda wild: histories(wild=wild))
few = histories_of(15)


@st.composite
def arriving(draw: st.DrawFn) -> tuple[list[Json], list[list[Json]]]:
    events = draw(ANY)
    return events, draw(arrivals(events))


def context(answers: Any, world: Oracle) -> dict[str, Any]:
    """All answers about everything in a world, those that the contract leaves open left out."""
    items = sorted(world.named())
    found = everything(answers, items, MOMENTS)
    for item in items:
        if world.custody_open(item):
            found = {q: a for q, a in found.items() if not (q.startswith(("custody", "card")) and item in q)}
    if not any(world.custody_open(i) for i in items):
        found |= {f"holdings {p} {at}": answers.holdings(p, at) for p in PARTIES for at in MOMENTS}
    return found


@few
@given(case=arriving())
def test_every_order_and_batching_gives_the_answers_of_the_reference(
    fresh_store: FreshStore, case: tuple[list[Json], list[list[Json]]]
) -> None:
    events, batches = case
    store, clock = fresh_store(), TickingClock()
    for batch in batches:
        assert load_events(store, batch, clock).errors == []
    world = Oracle(events)
    assert context(ServiceClient(store), world) == context(world, world)


@few
@given(case=arriving())
def test_paths_are_those_of_the_reference(fresh_store: FreshStore, case: tuple[list[Json], list[list[Json]]]) -> None:
    events, batches = case
    store, clock = fresh_store(), TickingClock()
    for batch in batches:
        load_events(store, batch, clock)
    world, answers = Oracle(events), ServiceClient(store)
    for source in sorted(world.named()):
        for destination in sorted(world.named()):
            want, got = world.path(source, destination), answers.path(source, destination)
            assert [_ids(p) for p in got["paths"]] == [_ids(p) for p in want["paths"]]
            assert got["more"] == want["more"]
            if not world.path_open(source, destination):
                assert _blocked(got["why_not"]) == _blocked(want["why_not"])


def _ids(path: Json) -> list[str]:
    return [s["target"] for s in path["steps"]]


def _blocked(why_not: list[Json] | None) -> Any:
    """The blocked step; where an item was consumed the window may be shown before the step or after it."""
    return why_not and [
        (
            w["edge"]["source"],
            w["edge"]["target"],
            w["reason"],
            *(() if w["reason"] == "consumed" else (w["since"], w["until"])),
        )
        for w in why_not
    ]


@few
@given(case=arriving())
def test_arriving_twice_changes_nothing(fresh_store: FreshStore, case: tuple[list[Json], list[list[Json]]]) -> None:
    events, batches = case
    store, clock = fresh_store(), TickingClock()
    for batch in batches:
        load_events(store, batch, clock)
    state = store.read(lambda reader: reader.state())
    again = load_events(store, events, clock)
    assert (again.accepted, again.duplicate) == (0, len(events))
    assert store.read(lambda reader: reader.state()) == state


@few
@given(case=arriving())
def test_known_at_is_what_would_have_been_answered_then(
    fresh_store: FreshStore, case: tuple[list[Json], list[list[Json]]]
) -> None:
    events, batches = case
    store, clock = fresh_store(), TickingClock()
    seen: list[Json] = []
    moments: list[tuple[str, list[Json]]] = []
    for batch in batches:
        load_events(store, batch, clock)
        seen = [*seen, *(e for e in batch if e not in seen)]
        moments.append((format_instant(clock()), seen))
    for known_at, known in moments:
        world = Oracle(known)
        assert context(ServiceClient(store, known_at), world) == context(world, world)
        for item in Oracle(events).named() - world.named():
            _unknown(ServiceClient(store, known_at), item)


def _unknown(answers: ServiceClient, item: str) -> None:
    try:
        answers.custody(item)
    except NotYetKnownError:
        return
    except NotThereError as other:
        raise AssertionError(f"{item} is {other.code}, not not_yet_known") from other
    raise AssertionError(f"{item} is known before it was")


@few
@given(events=ANY.flatmap(recorded), order=st.randoms(use_true_random=False))
def test_a_trusted_import_may_bring_the_past_in_any_order(
    fresh_store: FreshStore, events: list[Json], order: Any
) -> None:
    store = fresh_store()
    shuffled = list(events)
    order.shuffle(shuffled)
    third = len(shuffled) // 3 + 1
    for batch in (shuffled[:third], shuffled[third : 2 * third], shuffled[2 * third :]):
        assert load_events(store, batch, keep_recorded=True).errors == []
    for known_at in (None, *sorted({e["recorded"] for e in events})[:4]):
        world = Oracle(events, known_at)
        assert context(ServiceClient(store, known_at), world) == context(world, world)


@few
@given(case=arriving())
def test_a_rebuild_changes_no_answer(fresh_store: FreshStore, case: tuple[list[Json], list[list[Json]]]) -> None:
    events, batches = case
    store, clock = fresh_store(), TickingClock()
    for batch in batches:
        load_events(store, batch, clock)
    world = Oracle(events)
    before = context(ServiceClient(store), world)
    store.write(rebuild)
    assert context(ServiceClient(store), world) == before


@few
@given(case=arriving())
def test_b_is_downstream_of_a_exactly_when_a_is_upstream_of_b(
    fresh_store: FreshStore, case: tuple[list[Json], list[list[Json]]]
) -> None:
    events, batches = case
    store = fresh_store()
    for batch in batches:
        load_events(store, batch)
    answers, items = ServiceClient(store), sorted(Oracle(events).named())
    down = {(a, row["id"]) for a in items for row in plain_trace(answers.lineage(a))["items"]}
    up = {(row["id"], b) for b in items for row in plain_trace(answers.lineage(b, "upstream"))["items"]}
    assert down == up


@few
@given(case=arriving())
def test_which_parties_are_named_does_not_depend_on_the_order_of_arrival(
    fresh_store: FreshStore, case: tuple[list[Json], list[list[Json]]]
) -> None:
    events, batches = case
    store = fresh_store()
    load_events(store, events)
    wanted = named_parties(store)
    store, clock = fresh_store(), TickingClock()
    for batch in batches:
        load_events(store, batch, clock)
    assert named_parties(store) == wanted


def named_parties(store: Store) -> set[str]:
    found = set()
    for party in PARTIES:
        try:
            party_questions.party(store, party, ServiceClient(store).context())
        except UnknownPartyError:
            continue
        found.add(party)
    return found
