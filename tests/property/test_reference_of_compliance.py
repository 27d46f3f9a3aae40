"""Duties, responsibility, conduct, checks, impact and dossiers are those of the slow reference; on every store."""

from __future__ import annotations

from hypothesis import assume, given

from tests.builders import Json
from tests.property.known_differences import unexpected
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


@EXAMPLES
@given(events=ANY)
def test_duties_are_those_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert unexpected(duties(loaded(events), World(events, now=NOW_TEXT))) == []


@EXAMPLES
@given(events=ANY)
def test_responsibility_is_that_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert unexpected(responsibilities(loaded(events), World(events, now=NOW_TEXT))) == []


@EXAMPLES
@given(events=ANY)
def test_conduct_is_that_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert unexpected(conducts(loaded(events), World(events, now=NOW_TEXT))) == []


@EXAMPLES
@given(events=ANY)
def test_a_check_finds_what_is_new_once_the_event_is_loaded(loaded: Loaded, events: list[Json]) -> None:
    *before, last = events
    assume(before)
    event = {field: value for field, value in last.items() if field != "recorded"}
    assert unexpected(checks(loaded(before), before, event, last["recorded"])) == []


@EXAMPLES
@given(events=ANY)
def test_impact_is_that_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert unexpected(impacts(loaded(events), World(events, now=NOW_TEXT))) == []


@EXAMPLES
@given(events=ANY)
def test_a_dossier_is_that_of_the_reference(loaded: Loaded, events: list[Json]) -> None:
    assert unexpected(dossiers(loaded(events), World(events, now=NOW_TEXT), events)) == []
