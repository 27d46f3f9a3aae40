"""`lineage migrate` at the command line: its exit codes, and its account of what was done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.stores.interface import FORMAT_VERSION
from tests.end_to_end.http_and_cli import Command
from tests.stores.old_stores import unpacked

PARTIES_STEP = "migrate/003_party_events.sql: Add the events that concern each party, as the journal gives them."
STORE_STEP = (
    "migrate/003_plain_names.sql: Rename the table `hang` to `custody_dependency`, "
    "and the columns `head` and `ringed` of `item` to `checkpoint` and `on_cycle`, and index sightings."
)
REVERSED_STEP = (
    "migrate/003_reversed_texts.sql: Add the reversed ids of items and parties, "
    "and the reversed identifiers, by which a search finds endings."
)
FINDINGS_STEP = (
    "migrate_findings/003_plain_names.sql: Rename the table `named` to `finding_subject`, "
    "and empty the file: its findings are evaluated again by the rules of this release."
)


@pytest.fixture
def old_store(tmp_path: Path) -> str:
    for name in ("store.db", "store.db.findings"):
        (tmp_path / name).write_bytes(unpacked(f"{name}.zst"))
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.mark.parametrize("command", [["verify"], ["item", "urn:x:c1"], ["findings"], ["rebuild"], ["export", "-"]])
def test_other_commands_refuse_an_old_store_with_the_command_to_run(
    lineage: Command, old_store: str, command: list[str]
) -> None:
    refused = lineage(*command, "--store", old_store)
    assert refused.exit_code == 3
    assert "run `lineage migrate --store URL`" in refused.stderr
    assert "(store_too_old)" in refused.stderr


def test_a_migration_names_each_step_and_can_be_run_twice(lineage: Command, old_store: str) -> None:
    first = lineage("migrate", "--store", old_store)
    assert first.exit_code == 0
    assert first.stdout.splitlines() == [
        PARTIES_STEP,
        STORE_STEP,
        REVERSED_STEP,
        "The store had format 2 and has format 3 now.",
        FINDINGS_STEP,
        "The file of findings had format 2 and has format 3 now.",
    ]
    second = lineage("migrate", "--store", old_store)
    assert second.exit_code == 0
    assert second.stdout.splitlines() == [
        "The store has format 3 already: nothing to migrate.",
        "The file of findings has format 3 already: nothing to migrate.",
    ]
    assert lineage("verify", "--store", old_store).exit_code == 0


def test_a_migration_as_json_states_formats_and_steps(lineage: Command, old_store: str) -> None:
    document = json.loads(lineage("migrate", "--store", old_store, "--json").stdout)
    assert (document["store"]["found"], document["store"]["format"]) == (2, FORMAT_VERSION)
    assert [step["file"] for step in document["store"]["steps"]] == [
        "migrate/003_party_events.sql",
        "migrate/003_plain_names.sql",
        "migrate/003_reversed_texts.sql",
    ]
    assert document["findings"]["found"] == 2


def test_findings_in_a_file_of_their_own_are_migrated_too(
    lineage: Command, old_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere.findings"
    (tmp_path / "store.db.findings").rename(elsewhere)
    monkeypatch.setenv("LINEAGE_FINDINGS", str(elsewhere))
    assert "The file of findings had format 2" in lineage("migrate", "--store", old_store).stdout
    assert lineage("findings", "--store", old_store, "--limit", "1").exit_code == 0


@pytest.mark.parametrize(
    ("url", "code", "word"),
    [
        ("sqlite:///{}/absent.db", 2, "store_missing"),
        ("postgres://host", 2, "store_url"),
        ("neo4j://127.0.0.1:1", 3, "store_unavailable"),
    ],
)
def test_where_nothing_can_be_migrated_the_exit_code_is_that_of_other_commands(
    lineage: Command, tmp_path: Path, url: str, code: int, word: str
) -> None:
    refused = lineage("migrate", "--store", url.format(tmp_path))
    assert refused.exit_code == code
    assert f"({word})" in refused.stderr
