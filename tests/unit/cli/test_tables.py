"""Tables of answers: parties by name wherever an answer names them, numbers to the right."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from lineage.cli.rendering.renderer import Renderer
from lineage.cli.rendering.tables import draw, party_ids

COMMON: dict[str, Any] = {"as_of": None, "known_at": None, "position": 0, "complete": True, "unknown": []}
ZONE: Any = UTC


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
    draw("new", Renderer(ZONE), answer)
    assert ("text" in capsys.readouterr().out) == (value == "text")


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

    draw("new", Renderer(ZONE), {**COMMON, "total": 1_105, "rows": rows})

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "total  1105"
    assert [line for line in lines if line.startswith(("kind", "cell", "pack", "vehicle"))] == [
        "kind      count   year",
        "cell       1098   2024",
        "pack              9",
        "vehicle       7",
    ]
