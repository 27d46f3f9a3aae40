"""Outputs: no file of a store and no input is replaced, and nothing in a name commands a terminal or a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.synthetic.demo.history import demo_facts
from tests.builders import enrolled
from tests.end_to_end.http_and_cli import Command, cell, written

ITEM = demo_facts().swapped_module


@pytest.mark.parametrize("end", ["", "-wal", ".lock", ".findings"])
@pytest.mark.parametrize(
    "command", [("export", "{}"), ("dossier", ITEM, "--html", "{}"), ("load", "{}.jsonl", "--errors", "{}")]
)
def test_no_output_replaces_a_file_of_the_store(
    demo: Command, sqlite_file: str, command: tuple[str, ...], end: str
) -> None:
    path = Path(sqlite_file.removeprefix("sqlite:///"))
    written(path.with_name(f"{path.name}{end}.jsonl"), cell(1))
    before = path.read_bytes()

    result = demo(*(word.format(f"{path}{end}") for word in command))

    assert (result.exit_code, "(output_is_store)" in result.stderr) == (2, True), result.output
    assert path.read_bytes() == before


def test_no_output_replaces_another_store_or_a_link_to_one(demo: Command, sqlite_file: str, tmp_path: Path) -> None:
    path = Path(sqlite_file.removeprefix("sqlite:///"))
    other, link = tmp_path / "copy.db", tmp_path / "link.jsonl"
    other.write_bytes(path.read_bytes())
    link.symlink_to(path)
    before = other.read_bytes()

    for name in (other, link):
        result = demo("export", name)
        assert (result.exit_code, "(output_is_store)" in result.stderr) == (2, True), result.output

    assert other.read_bytes() == before
    assert link.is_symlink()


def test_a_fleet_replaces_no_store(lineage: Command, tmp_path: Path) -> None:
    out = tmp_path / "fleet"
    out.mkdir()
    assert lineage("load", "-", "--store", f"sqlite:///{out / 'truth.jsonl'}", input="").exit_code == 0

    result = lineage("generate", "--vehicles", "1", "--until", "2019-06-01", "--out", out)

    assert (result.exit_code, "(output_is_store)" in result.stderr) == (2, True), result.output


def test_a_page_does_not_replace_the_rules_that_it_is_made_by(demo: Command, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text("")

    result = demo("dossier", ITEM, "--rules", rules, "--html", rules)

    assert (result.exit_code, "(same_file)" in result.stderr) == (2, True), result.output


def test_an_export_replaces_an_older_one(demo: Command, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text("older")

    assert demo("export", file).exit_code == 0
    assert json.loads(file.read_text().splitlines()[0])["recorded"]


def test_a_name_with_a_change_of_direction_reaches_neither_terminal_nor_page(lineage: Command, tmp_path: Path) -> None:
    maker = cell(1)["reporter"]
    named = enrolled(maker, name="Works \u202egnp\u2066")
    assert lineage("load", written(tmp_path / "events.jsonl", cell(1), named)).exit_code == 0
    page = tmp_path / "page.html"

    shown = lineage("custody", "urn:x:cell:1").stdout + lineage("party", maker).stdout
    lineage("dossier", "urn:x:cell:1", "--html", page)

    assert "Works \N{REPLACEMENT CHARACTER}gnp" in shown
    assert "Works \N{REPLACEMENT CHARACTER}gnp" in page.read_text()
    assert not {"\u202e", "\u2066"} & set(shown + page.read_text())
