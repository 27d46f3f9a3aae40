"""Tables and sentences for people: an answer that is not complete begins with that."""

from __future__ import annotations

import pytest

from lineage.cli.rendering.renderer import Renderer, read_zone
from lineage.cli.rendering.tables import draw
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
