"""Tables and sentences for people: what is missing first, parties by name, numbers to the right."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.cli.rendering.renderer import Renderer, read_zone
from lineage.cli.rendering.tables import draw, party_ids
from tests.builders import Json

CUT = {"complete": False, "cut": {"reason": "time_limit", "frontier": [], "left_out": None}, "unknown": []}
INCOMPLETE = "This answer is incomplete: the time limit of a read was reached."
EMPTY: dict[str, Json] = {
    "findings": {"findings": [], "next": "c"},
    "trace": {"direction": "upstream", "root": "urn:x:m", "items": [], "edges": []},
    "check": {"judgements": [], "errors": [], "checked": 0, "clear": 0, "rejected": 0},
}


def drawn(capsys: pytest.CaptureFixture[str], name: str, answer: Json) -> list[str]:
    draw(name, Renderer(read_zone("+08:00")), answer)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", EMPTY)
def test_an_answer_that_ran_out_of_time_begins_with_that(capsys: pytest.CaptureFixture[str], name: str) -> None:
    lines = drawn(capsys, name, {**EMPTY[name], **CUT})

    assert lines[0].startswith(INCOMPLETE)
    assert not any("no findings" in line or "does not exist" in line for line in lines)


def test_only_a_complete_list_states_that_there_are_no_findings(capsys: pytest.CaptureFixture[str]) -> None:
    lines = drawn(capsys, "findings", {"findings": [], "next": None, "complete": True, "unknown": []})

    assert lines[-1] == "There are no findings."


def test_a_check_states_how_many_events_it_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    cut = {"reason": "time_limit", "frontier": ["e8", "e9"], "left_out": 2}
    lines = drawn(capsys, "check", {**EMPTY["check"], **CUT, "cut": cut})

    assert lines[0] == f"{INCOMPLETE} Left out: 2 events. It would continue from e8, e9."


# ---- an answer without a table of its own

COMMON: dict[str, Any] = {"as_of": None, "known_at": None, "position": 0, "complete": True, "unknown": []}
FIELDS = (
    *("events", "event", "duties", "owners", "answerable", "gaps", "segments", "custody", "timeline", "expected"),
    *("judgements", "first_refusable", "holder", "maker"),
)
"""Fields of answers that name parties somewhere below them."""


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [6, 0, None, True, "text", ["text"], [6], [{"count": 6}], {"count": 6}])
def test_an_answer_with_a_field_of_any_name_and_kind_is_drawn(
    field: str, value: object, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = {**COMMON, field: value}

    assert party_ids(answer) <= {"text"}
    assert any("text" in line for line in drawn(capsys, "new", answer)) == (value == "text")


def test_parties_are_found_at_any_depth() -> None:
    deep: dict[str, Any] = {"reporter": "deepest"}
    for _ in range(2_000):
        deep = {"parts": [deep]}
    answer = {
        "holder": {"holders": ["a", "b"], "to": "c", "via": ["an item"]},
        "rows": [{"giver": "d", "taker": None, "duty": {"actor": "e", "holder": "f"}}],
        "maker": "g",
        "tree": deep,
    }

    assert party_ids(answer) == {*"abcdefg", "deepest"}


def test_a_column_of_numbers_is_aligned_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"kind": "cell", "count": 1_098, "year": "2024"}, {"kind": "pack", "count": None, "year": "9"}]
    rows += [{"kind": "vehicle", "count": 7, "year": ""}]

    lines = [line.rstrip() for line in drawn(capsys, "new", {**COMMON, "total": 1_105, "rows": rows})]

    assert lines[0] == "total  1105"
    assert [line for line in lines if line.startswith(("kind", "cell", "pack", "vehicle"))] == [
        "kind      count   year",
        "cell       1098   2024",
        "pack              9",
        "vehicle       7",
    ]
