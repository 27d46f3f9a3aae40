"""Duties, responsibility, conduct, checks, impact and dossiers are those of the slow reference; on every store."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.builders import Json
from tests.property.duty_histories import duty_histories
from tests.property.test_reference_of_findings import ANY, EXAMPLES, Loaded, loaded
from tests.reference.comparison import (
    NOW_TEXT,
    checks,
    conducts,
    dossiers,
    duties,
    impacts,
    responsibilities,
)
from tests.reference.world import World

__all__ = ["loaded"]

OF_DUTIES = st.booleans().flatmap(lambda is_of_duties: duty_histories() if is_of_duties else ANY)


@EXAMPLES
@given(events=OF_DUTIES)
def test_duties_are_those_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert [*duties(loaded(events), World(events, now=NOW_TEXT))] == []


@EXAMPLES
@given(events=OF_DUTIES)
def test_responsibility_is_that_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert [*responsibilities(loaded(events), World(events, now=NOW_TEXT))] == []


@EXAMPLES
@given(events=OF_DUTIES)
def test_conduct_is_that_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert [*conducts(loaded(events), World(events, now=NOW_TEXT))] == []


@EXAMPLES
@given(events=ANY)
def test_a_check_finds_what_is_new_once_the_event_is_loaded(loaded: Loaded, events: list[Json]) -> None:
    *before, last = events
    assume(before)
    event = {field: value for field, value in last.items() if field != "recorded"}
    assert [*checks(loaded(before), before, event, last["recorded"])] == []


@EXAMPLES
@given(events=ANY)
def test_impact_is_that_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert [*impacts(loaded(events), World(events, now=NOW_TEXT))] == []


@EXAMPLES
@given(events=ANY)
def test_a_dossier_is_that_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert [*dossiers(loaded(events), World(events, now=NOW_TEXT), events)] == []
