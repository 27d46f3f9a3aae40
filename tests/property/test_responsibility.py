"""Responsibility is defined at every time of every history, and an answer holds for just the interval that it names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.domain.compliance.responsibility import Answer, ResponsibilityTimeline
from lineage.domain.compliance.rule_sets import STAGES
from lineage.domain.instants import OPEN, format_instant, parse_instant
from lineage.reference.rule_files import rule_book
from lineage.service.questions.compliance.responsibility import case_of
from lineage.stores import open_store
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.contract.answers.test_responsibility import PACK, life
from tests.histories import histories
from tests.reference import Oracle
from tests.service_client import ServiceClient, load_events

ANY = st.booleans().flatmap(lambda wild: histories(wild=wild))
BOOK = rule_book()


@pytest.fixture
def fresh_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshStore]:
    """SQLite alone: these laws are about what is made of rows; that stores give the same rows is a contract test."""
    with ExitStack() as stack:

        def make() -> Store:
            store = open_store(f"sqlite:///{tmp_path_factory.mktemp('laws') / 'lineage.db'}")
            stack.callback(store.close)
            return store

        yield make


def test_every_stage_has_somebody_who_answers_by_every_set_of_rules() -> None:
    for rules in BOOK.sets:
        by_hands = {s for a in rules.answers if a.party in ("holder", "last_holder") and not a.roles for s in a.stages}

        assert by_hands == set(STAGES), rules.id


@settings(max_examples=12)
@given(events=ANY)
def test_at_every_time_a_party_is_responsible_or_none_is_stated_to_be_known(
    fresh_store: FreshStore, events: list[Json]
) -> None:
    store = fresh_store()
    assert load_events(store, events).errors == []
    answers = ServiceClient(store)
    for item in sorted(Oracle(events).named()):
        course = course_of(store, item)
        for t in [*course.times, *(t + 3_600_000 for t in course.times), parse_instant("2030-01-01")]:
            then = course.at(t)
            assert then is not None
            assert then.stage in STAGES
            assert set(then.custody.holders) <= {a.party for a in then.answers}
        for t in (course.times[0], course.times[-1]):
            found = answers.responsibility(item, format_instant(t))
            assert found["holder"]["since"] <= format_instant(t)
            assert bool(found["answerable"]) != any(g["kind"] == "nobody_known" for g in found["gaps"])


@settings(max_examples=10)
@given(events=ANY)
def test_an_answer_holds_for_the_stretch_that_it_names_and_not_beyond(
    fresh_store: FreshStore, events: list[Json]
) -> None:
    store = fresh_store()
    assert load_events(store, events).errors == []
    for item in sorted(Oracle(events).named()):
        course = course_of(store, item)
        for t in course.times:
            for one in answers_at(course, t):
                since, until = course.interval_of(one, t)
                inside = [m for m in course.times if since <= m < until]
                keys = [{a.key for a in answers_at(course, m)} for m in (*inside, since - 1, until)]
                assert since <= t < until
                assert all(one.key in found for found in keys[:-2])
                assert one.key not in keys[-2]
                assert until == OPEN or one.key not in keys[-1]


def course_of(store: Store, item: str) -> ResponsibilityTimeline:
    context = ServiceClient(store).context()
    return store.read(lambda reader: case_of(reader, item, context, BOOK).timeline)


def answers_at(course: ResponsibilityTimeline, t: int) -> tuple[Answer, ...]:
    then = course.at(t)
    return () if then is None else then.answers


def test_an_answer_at_two_times_is_that_of_a_store_of_only_those_events(fresh_store: FreshStore) -> None:
    k = "2024-03-15T00:00:00Z"
    store = fresh_store()
    load_events(store, life(), keep_recorded=True)
    then = ServiceClient(store, k).responsibility(PACK, "2024-03-14")
    other = fresh_store()
    load_events(other, [e for e in life() if e["recorded"] <= k], keep_recorded=True)
    now = ServiceClient(other, k).responsibility(PACK, "2024-03-14")

    assert {f: v for f, v in then.items() if f != "position"} == {f: v for f, v in now.items() if f != "position"}
