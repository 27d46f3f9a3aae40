"""`lineage restore`: an export comes back whole, under its digest, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.end_to_end.http_and_cli import Command, cell, written


def test_an_export_is_restored_under_the_same_digest(demo: Command, tmp_path: Path) -> None:
    file, url = tmp_path / "journal.jsonl.gz", f"sqlite:///{tmp_path / 'restored.db'}"
    digest = json.loads(demo("export", file, "--json").stdout)["digest"]

    restored = demo("restore", file, "--store", url, "--digest", digest)
    verified = json.loads(demo("verify", "--store", url, "--json").stdout)

    assert restored.exit_code == 0, restored.output
    assert verified["digest"] == digest
    assert verified["intact"]


def test_what_is_no_whole_journal_is_not_restored(demo: Command, tmp_path: Path) -> None:
    file, url = tmp_path / "journal.jsonl", f"sqlite:///{tmp_path / 'restored.db'}"
    demo("export", file)
    lines = file.read_text().splitlines(keepends=True)
    unrecorded = json.dumps(cell(1)) + "\n"

    for broken in ([*lines, "{\n"], [*lines, lines[0]], [unrecorded, *lines]):
        file.write_text("".join(broken))
        result = demo("restore", file, "--store", url)
        assert (result.exit_code, "(events_rejected)" in result.output) == (1, True), result.output

    assert json.loads(demo("verify", "--store", url, "--json").stdout)["position"] == 0


def test_another_digest_restores_nothing(demo: Command, tmp_path: Path) -> None:
    file, url = tmp_path / "journal.jsonl", f"sqlite:///{tmp_path / 'restored.db'}"
    digest = json.loads(demo("export", file, "--json").stdout)["digest"]
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))

    result = demo("restore", file, "--store", url, "--digest", digest)

    assert (result.exit_code, "(digest_differs)" in result.output) == (2, True), result.output
    assert json.loads(demo("verify", "--store", url, "--json").stdout)["position"] == 0


def test_a_restore_needs_an_empty_store(demo: Command, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    demo("export", file)

    result = demo("restore", file)

    assert (result.exit_code, "(store_not_empty)" in result.output) == (2, True), result.output


@pytest.mark.parametrize("command", [("load", "--keep-recorded"), ("import", "--keep-recorded"), ("restore",)])
def test_every_way_in_restores_a_future_recorded_and_warns(
    lineage: Command, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = written(tmp_path / "journal.jsonl", {**cell(1), "recorded": "2150-01-01T00:00:00.000Z"})

    result = lineage(*command, file)

    assert result.exit_code == 0, result.output
    assert "(journal_ahead)" in result.stderr
