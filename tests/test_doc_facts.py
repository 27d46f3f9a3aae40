"""Counts and versions in the documents are those of the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

import module_list
from lineage import __version__
from lineage.domain.events.models import TYPES
from lineage.domain.findings import KINDS
from lineage.exchange.formats import FORMATS
from lineage.stores.interface import FORMAT_VERSION
from lineage.synthetic.demo.history import demo_history
from lineage.synthetic.fleet.parameters import read_parameters

ROOT: Final = Path(__file__).parent.parent
WORDS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def found(page: str, pattern: str) -> str:
    """Return what the group of a pattern matches on a page; fails if the page does not have it."""
    match = re.search(pattern, (ROOT / page).read_text("utf-8"))
    assert match is not None, f"{page} has nothing like {pattern!r}"
    return match[1]


def demonstration() -> tuple[int, int, int]:
    """Return the numbers of enterprises, of years begun between first and last report, and of events."""
    batches = demo_history()
    events = [event for batch in batches for event in batch.events]
    parties = {str(event["party"]["id"]) for event in events if isinstance(event.get("party"), dict)}  # type: ignore[index]
    years = int(batches[-1].recorded[:4]) - int(batches[0].recorded[:4])
    return len(parties), years, len(events)


def test_the_stores_page_names_the_format_of_this_release() -> None:
    assert int(found("docs/stores.md", r"format version is \*\*(\d+)\*\*")) == FORMAT_VERSION


def test_the_readme_counts_the_demonstration_rightly() -> None:
    enterprises, years, events = demonstration()

    assert found("README.md", r"\((\d+ invented enterprises, \w+ years, \d+ events)\)") == (
        f"{enterprises} invented enterprises, {WORDS[years]} years, {events} events"
    )


def test_the_findings_page_has_a_row_for_every_kind_and_no_other() -> None:
    page = (ROOT / "docs" / "findings.md").read_text("utf-8")

    assert sorted(re.findall(r"^\| `(\w+)` \|", page.split("# Exact definitions")[0], re.MULTILINE)) == sorted(KINDS)


def test_the_formats_page_has_a_row_for_every_format_with_its_media_types() -> None:
    page = (ROOT / "docs" / "conformance.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE))

    assert {name: re.findall(r"`([^`]+)`", rows.get(name, "no row")) for name in FORMATS} == {
        name: list(event_format.media_types) for name, event_format in FORMATS.items()
    }
    assert FORMATS.keys() <= rows.keys()


def test_the_changelog_counts_the_kinds_of_findings_rightly() -> None:
    assert int(found("CHANGELOG.md", r"of (\d+) kinds")) == len(KINDS)


def test_the_model_page_has_every_type_of_event_and_no_other() -> None:
    page = (ROOT / "docs" / "model.md").read_text("utf-8").split("## Events")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", page, re.MULTILINE)

    assert sorted(re.findall(r"\w+", " ".join(cells))) == sorted(TYPES)


def test_the_fleet_page_has_a_row_for_every_class_of_defect_with_its_kind() -> None:
    page = (ROOT / "docs" / "fleet.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \| [^|]*(?:%|case|all)", page, re.MULTILINE))

    assert rows == {name: section["kind"] for name, section in read_parameters().defects.items()}


def test_the_release_has_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["version"] == __version__


def test_the_readme_and_the_makefile_name_the_oldest_python_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert found("README.md", r"Python (3\.\d+) or\s+newer") == project["requires-python"].removeprefix(">=")
    assert found("Makefile", r"Needs Python (3\.\d+) or newer") == project["requires-python"].removeprefix(">=")


def test_the_makefile_and_the_server_tool_start_the_same_neo4j() -> None:
    assert found("Makefile", r"NEO4J \?= (\S+)") == found("tools/neo4j_jars.py", r'DEFAULT_VERSION = "(\S+)"')


def test_the_architecture_page_lists_every_module() -> None:
    assert module_list.page() == module_list.PAGE.read_text("utf-8"), "run `python tools/module_list.py`"
