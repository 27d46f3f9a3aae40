"""The command line: the same documents as over HTTP, exit codes, tables for people (contract 8)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage.cli.commands import app
from lineage.stores import open_store
from lineage.synthetic.demo.history import demo_facts
from tests.builders import corrected, produced
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import Command, cell, written
from tests.questions import EVERY

FACTS = demo_facts()
REFUSED = (
    (["item", "urn:x:nobody"], "/v1/items/urn:x:nobody"),
    (["item", FACTS.old_pack, "--known-at", "2019-01-01"], f"/v1/items/{FACTS.old_pack}?known_at=2019-01-01"),
    (["item", FACTS.old_pack, "--at", "soon"], f"/v1/items/{FACTS.old_pack}?at=soon"),
    (["events", "--limit", "0", "--after", "x"], "/v1/events?limit=0&after=x"),
)
SAME = (*((request.arguments, request.address) for request in EVERY), *REFUSED)


def test_http_and_cli_answer_the_same_to_the_byte(demo: Command, sqlite_file: str) -> None:
    store = open_store(sqlite_file)
    with asking(store) as client:
        for arguments, address in SAME:
            printed = demo(*arguments, "--json")

            assert printed.stdout_bytes == client.get(address).content + b"\n", arguments
    store.close()


def test_a_load_reports_the_same_as_http(lineage: Command, sqlite_file: str, tmp_path: Path) -> None:
    lines = [cell(1), {**cell(2), "colour": "red"}, cell(1), corrected("nothing", event_id="c1")]
    bodies = {"some": lines, "none": lines[1:2], "array": [], "broken": []}
    files = {name: written(tmp_path / f"{name}.jsonl", *events) for name, events in bodies.items()}
    files["array"].write_text(json.dumps([cell(3), {"type": "made"}]))
    files["broken"].write_text("[1, 2")
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")

    with asking(other) as client:
        for name, path in files.items():
            printed = json.loads(lineage("load", path, "--json").stdout)
            headers = {"content-type": "application/x-ndjson"}
            answered = client.post("/v1/events", content=path.read_bytes(), headers=headers).json()

            # two stores, two clocks: what depends on `recorded` differs, and nothing else
            for document in (printed, answered):
                assert {"known_at", "digest"} <= document.keys() or name == "broken"
            same = answered.keys() - {"known_at", "digest"}
            assert {k: printed[k] for k in same} == {k: answered[k] for k in same}, name
            assert printed.keys() == answered.keys(), name
    other.close()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["verify"], 0),
        (["events"], 0),
        (["item", "urn:x:nobody"], 1),
        (["event", "nothing"], 1),
        (["party", "urn:x:nobody"], 1),
        (["item"], 2),
        (["no-such-command"], 2),
        (["trace", "x", "--at", "soon"], 2),
        (["trace", "x", "--max-items", "0"], 2),
        (["trace", "x", "--hops", "1"], 2),
        (["events", "--tz", "Mars"], 2),
        (["events", "--store", "postgres://x"], 2),
        (["load", "no-such-file.jsonl"], 2),
        (["load"], 2),
        (["load", "-", "--format", "csv"], 2),
        (["export", "no-such-folder/file.jsonl"], 2),
        (["serve", "--port", "99999"], 2),
        (["serve", "--read-seconds", "never"], 2),
        (["events", "--store", "sqlite:////proc/no/such/file.db"], 2),
        (["load", "-", "--store", "sqlite:////proc/no/such/file.db"], 3),
        (["serve", "--store", "sqlite:////proc/no/such/file.db"], 3),
    ],
)
def test_the_exit_code_reflects_the_outcome(lineage: Command, arguments: list[str], code: int) -> None:
    assert lineage("load", "-", input="").exit_code == 0

    result = lineage(*arguments)

    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert code == 0 or result.stderr
    assert "Traceback" not in result.output


def test_a_setting_that_is_no_setting_is_wrong_usage(lineage: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGE_READ_SECONDS", "soon")

    result = lineage("events")

    assert (result.exit_code, "LINEAGE_READ_SECONDS" in result.stderr) == (2, True)


def test_tables_show_china_s_time_and_parties_by_name(demo: Command) -> None:
    custody = demo("custody", FACTS.unreceived_module).stdout
    elsewhere = demo("custody", FACTS.unreceived_module, "--tz", "Z").stdout

    assert "Zaiqi Second Life" in custody
    assert "2020-06-18 to 2020-06-22 " in custody
    assert "2020-06-17 16:00:00 to 2020-06-21 16:00:00" in elsewhere


def test_a_table_states_what_is_left_out_and_what_was_not_reported(demo: Command) -> None:
    cut = demo("trace", FACTS.recycled_vehicle, "--direction", "upstream", "--max-items", "5").stdout
    unknown = demo("composition", FACTS.uncoded_pack, "--at", "2020-01-01").stdout

    assert "This answer is incomplete: more items than --max-items allows." in cut
    assert f"no cell of {FACTS.uncoded_pack} was ever reported" in unknown


def test_every_question_draws_something_for_people(demo: Command) -> None:
    for arguments, _ in SAME:
        result = demo(*arguments)

        assert result.exit_code in (0, 1, 2), arguments
        assert result.exception is None or isinstance(result.exception, SystemExit), arguments
        assert result.stdout.strip() or result.exit_code, arguments


def test_nothing_that_was_sent_steers_the_terminal(lineage: Command, tmp_path: Path) -> None:
    item = {"id": "urn:x:[red]1", "kind": "cell", "model": "\x1b[2J[bold]x"}
    lineage("load", written(tmp_path / "events.jsonl", produced(item, event_id="e1")))

    result = lineage("item", "urn:x:[red]1")

    assert "\x1b" not in result.stdout
    assert "urn:x:[red]1" in result.stdout
    assert "[bold]x" in result.stdout


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "lineage.cli", *arguments]
    return subprocess.run(command, capture_output=True, env={**os.environ, **environment}, timeout=60, check=False)


def test_a_terminal_without_chinese_gets_code_points(demo: Command) -> None:
    result = run("party", FACTS.middle_party, PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert result.returncode == 0, result.stderr
    assert b"\\u518d" in result.stdout


def test_arguments_that_are_no_text_are_wrong_usage(demo: Command) -> None:
    command = [sys.executable.encode(), b"-m", b"lineage.cli", b"item", b"\xff\xfe"]

    result = subprocess.run(command, capture_output=True, timeout=60, check=False)

    assert result.returncode == 2, result.stderr
    assert b"Traceback" not in result.stderr


def test_a_reader_that_goes_away_is_no_error(demo: Command) -> None:
    piped = f"{sys.executable} -m lineage.cli events --limit 1000 --json | head -c 10"

    result = subprocess.run(["bash", "-o", "pipefail", "-c", piped], capture_output=True, timeout=60, check=False)

    assert (result.returncode, len(result.stdout), result.stderr) == (0, 10, b"")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_be_given_completion_and_no_store_is_opened(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_STORE", f"sqlite:///{tmp_path / 'none.db'}")
    shown = CliRunner().invoke(app, ["--show-completion", shell], prog_name="lineage")

    assert shown.exit_code == 0
    assert "_LINEAGE_COMPLETE" in shown.output
    assert list(tmp_path.iterdir()) == []


def test_completion_knows_commands_and_options_and_opens_no_store(tmp_path: Path) -> None:
    def completed(typed: str) -> str:
        environment = {
            **os.environ,
            "LINEAGE_STORE": f"sqlite:///{tmp_path / 'none.db'}",
            "_LINEAGE_COMPLETE": "complete_zsh",
            "_TYPER_COMPLETE_ARGS": typed,
        }
        run = [sys.executable, "-c", "import sys; sys.argv[0] = 'lineage'; from lineage.cli import main; main()"]
        return subprocess.run(run, env=environment, capture_output=True, text=True, check=False).stdout

    assert "composition" in completed("lineage compo")
    assert "--max-items" in completed("lineage composition --max")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        ("verify",),
        ("events",),
        ("item", "urn:x:1"),
        ("export", "{}/out.jsonl"),
        ("rebuild",),
        ("judge",),
        ("migrate",),
        ("stats", "sqlite:///{}/absent.db"),
        ("check", "-"),
        ("impact", "urn:x:1"),
        ("dossier", "urn:x:1", "--html", "{}/out.html"),
    ],
)
def test_a_command_that_reads_makes_no_store(lineage: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    arguments = [word.format(tmp_path) for word in command]
    if command[0] != "stats":
        arguments += ["--store", f"sqlite:///{tmp_path / 'absent.db'}"]

    result = lineage(*arguments)

    assert (result.exit_code, "(store_missing)" in result.stderr) == (2, True), result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("load", "-"), ("import", "-"), ("restore", "-"), ("demo", "--no-serve")])
def test_a_command_that_makes_a_store_states_it(lineage: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    first, second = (lineage(*command, "--store", url, input="") for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert f"A new store was made: {url}" in first.stderr
    assert "A new store" not in second.stderr


@pytest.mark.parametrize("scheme", ["neo4j", "neo4j+s", "bolt", "bolt+ssc", "postgres", "sqlite"])
@pytest.mark.parametrize(
    "rest",
    ["me:sesame@host", "me:se/same@host:7687", "me:se#same@host", "me:se?same@h", "me:se[same@h", "me:se@same@h/x#y"],
)
def test_no_message_repeats_the_password_of_an_address(lineage: Command, scheme: str, rest: str) -> None:
    for command in (("events",), ("migrate",), ("load", "-")):
        for url in (f"{scheme}://{rest}", f"{scheme}:{rest}"):
            result = lineage(*command, "--store", url, input="")

            assert (result.exit_code, "(store_url)" in result.stderr) == (2, True), result.output
            assert [word for word in ("me:se", "same") if word in result.output] == []
            assert "Traceback" not in result.output


def test_characters_of_a_file_name_do_not_command_the_terminal(lineage: Command, tmp_path: Path) -> None:
    name = "\x1b[31m\u202egnp.jsonl"

    result = lineage("load", tmp_path / name)

    assert result.exit_code == 2
    assert not {"\x1b", "\u202e"} & set(result.output)
    assert "\\x1b[31m\\u202egnp.jsonl" in result.output
