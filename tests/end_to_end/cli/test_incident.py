"""The page after an incident, local times in `--tz`, and what a command points to where it finds nothing."""

from __future__ import annotations

import json
import re

import pytest
from rich.cells import cell_len

from lineage.cli.rendering.incident_page import wrapped
from lineage.cli.rendering.renderer import read_zone, with_offsets
from lineage.synthetic.demo.history import demo_facts
from tests.end_to_end.http_and_cli import Command

FACTS = demo_facts()
HEADINGS = [
    "WHO HOLDS IT",
    "WHO ANSWERS",
    "WHAT WAS IN IT",
    "WHERE THAT HAD BEEN",
    "SISTERS THAT SHARE A BATCH",
    "OPEN FINDINGS",
    "WHAT IS NOT KNOWN",
]


def sections(page: str) -> dict[str, str]:
    """The text of each section by its heading; that before the first heading is under the empty text."""
    parts = re.split(r"\n\n([A-Z ]+)\n", page)
    return {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def test_a_page_after_a_fire_answers_what_an_inspector_asks(demo: Command) -> None:
    done = demo("incident", FACTS.first_vehicle.lower(), "--at", "2022-06-10 12:00")
    page = sections(done.stdout)

    assert done.exit_code == 0
    assert list(page)[1:] == HEADINGS
    assert page[""].startswith(f"VEHICLE {FACTS.first_vehicle}\nas of 2022-06-10 12:00:00")
    assert "owner:442e7204e52d" in page["WHO HOLDS IT"]
    assert "extended producer responsibility" in page["WHO ANSWERS"]
    assert FACTS.old_pack in page["WHAT WAS IN IT"]
    assert FACTS.swapped_module in page["WHAT WAS IN IT"]
    assert "late_report" in page["OPEN FINDINGS"]


def test_every_id_is_whole_and_no_line_is_wider_than_80_columns(demo: Command) -> None:
    arguments = (FACTS.second_vehicle, "--at", "2024-06-10 12:00")
    lines = demo("incident", *arguments).stdout.splitlines()
    document = json.loads(demo("dossier", *arguments, "--json").stdout)
    todo, ids = [document["composition"]], []
    while todo:
        node = todo.pop()
        ids.append(node["id"])
        todo += node["parts"]

    assert max(map(cell_len, lines)) <= 80
    assert len(ids) > 20
    assert [id for id in ids if not any(id in line for line in lines)] == []


def test_the_page_states_where_a_part_had_been_before(demo: Command) -> None:
    history = sections(demo("incident", FACTS.second_vehicle, "--at", "2024-06-10 12:00").stdout)["WHERE THAT HAD BEEN"]

    assert any(
        FACTS.old_pack in row and FACTS.first_vehicle in row for row in history.replace("\n      ", " ").split("\n")
    )


def test_a_time_before_the_item_is_stated_first(demo: Command) -> None:
    arguments = (FACTS.first_vehicle, "--at", "2000-01-01")
    sentence = "Not yet born at this time: the first event that names it is of "

    assert sentence in sections(demo("incident", *arguments).stdout)[""]
    for command in ("item", "composition", "dossier"):
        assert demo(command, *arguments).stdout.startswith(sentence), command
    assert sentence not in demo("item", FACTS.first_vehicle).stdout


def test_its_json_is_the_dossier(demo: Command) -> None:
    at = ("--at", "2022-06-10 12:00")

    assert demo("incident", FACTS.first_vehicle, *at, "--json").stdout == demo(
        "dossier", FACTS.first_vehicle, *at, "--json"
    ).stdout  # fmt: skip


def test_a_row_is_broken_between_cells_and_in_sentences_between_words() -> None:
    code = "9XHPEP1DEMA013A3G0210030"

    assert wrapped([code, "x" * 30, "a sentence of several words"], 40, "  ") == [
        f"  {code}",
        "      " + "x" * 30,
        "      a sentence of several words",
    ]
    assert wrapped(["y" * 90, "z"], 80) == ["y" * 90, "    z"]
    assert wrapped(["one two three four"], 10) == ["one two", "    three", "    four"]


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2022-06-10 12:00", "+08:00", "2022-06-10T12:00:00+08:00"),
        ("2022-06-10T12:00:01.5", "-03:30", "2022-06-10T12:00:01.5-03:30"),
        ("2022-06-10 12:00", "Z", "2022-06-10T12:00:00+00:00"),
        ("2022-06-10T12:00:00Z", "+08:00", "2022-06-10T12:00:00Z"),
        ("2022-06-10", "+03:00", "2022-06-10"),
        ("soon", "+08:00", "soon"),
    ],
)
def test_a_local_time_takes_the_offset_of_the_zone(text: str, zone: str, expected: str) -> None:
    assert with_offsets({"at": text, "q": text}, read_zone(zone)) == {"at": expected, "q": text}


def test_questions_read_local_times_in_the_zone_of_the_option(demo: Command) -> None:
    for zone, offset in ((("--tz", "+03:00"), "+03:00"), ((), "+08:00")):
        local = demo("custody", FACTS.old_pack, "--known-at", "2023-12-01 08:30", *zone, "--json")
        exact = demo("custody", FACTS.old_pack, "--known-at", f"2023-12-01T08:30:00{offset}", "--json")

        assert local.exit_code == 0
        assert local.stdout == exact.stdout


def test_a_recall_reads_local_times_in_the_zone_of_the_option(demo: Command) -> None:
    local = demo("impact", FACTS.old_pack, "--at", "2023-12-01 08:30", "--tz", "+03:00", "--json")
    exact = demo("impact", FACTS.old_pack, "--at", "2023-12-01T08:30:00+03:00", "--json")

    assert (local.exit_code, local.stdout) == (0, exact.stdout)


def test_a_trace_that_leads_nowhere_points_upstream(demo: Command) -> None:
    nowhere, somewhere = demo("trace", FACTS.first_vehicle), demo("trace", FACTS.old_pack)
    upstream = demo("trace", FACTS.first_vehicle, "--direction", "upstream")

    assert f"lineage trace {FACTS.first_vehicle} --direction upstream" in nowhere.stdout
    assert "--direction upstream" not in somewhere.stdout + upstream.stdout


def test_a_path_without_a_way_ends_with_1_and_its_answer(demo: Command) -> None:
    arguments = ("path", FACTS.swapped_module, FACTS.second_vehicle)
    none, one = demo(*arguments), demo(*arguments, "--known-at", FACTS.late_unknown)
    as_json = demo(*arguments, "--json")

    assert (none.exit_code, as_json.exit_code, one.exit_code) == (1, 1, 0)
    assert "no path" in none.stdout
    assert json.loads(as_json.stdout)["paths"] == []
