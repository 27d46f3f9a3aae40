"""The command line: the same documents as over HTTP, exit codes, and files in and out (contract 8)."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from typer.testing import CliRunner, Result

from lineage.cli.commands import app
from lineage.cli.showing import fill
from lineage.stores import open_store
from lineage.synthetic.demo import demo_facts, demo_history
from tests.builders import Json, assembled, corrected, produced
from tests.end_to_end.conftest import asking

FACTS = demo_facts()
CATENAX = Path(__file__).parent.parent / "data" / "catenax"
Command = Callable[..., Result]


@pytest.fixture
def lineage(sqlite_file: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command on a store of its own."""
    monkeypatch.setenv("LINEAGE_STORE", sqlite_file)
    return lambda *arguments, **options: CliRunner().invoke(app, [str(a) for a in arguments], **options)


@pytest.fixture
def demo(lineage: Command, sqlite_file: str) -> Command:
    """The same, on the demonstration."""
    store = open_store(sqlite_file)
    fill(store, demo_history())
    store.close()
    return lineage


def written(path: Path, *events: Json) -> Path:
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


def cell(number: int) -> Json:
    return produced(f"urn:x:cell:{number}", kind="cell", event_id=f"e{number}")


SAME = (
    (["events", "--limit", "3", "--type", "produced"], "/v1/events?limit=3&type=produced"),
    (["events", "--reporter", FACTS.middle_party, "--after", "9"], f"/v1/events?reporter={FACTS.middle_party}&after=9"),
    (["events", "--item", FACTS.old_pack], f"/v1/events?item={FACTS.old_pack}"),
    (["event", FACTS.correction], f"/v1/events/{FACTS.correction}"),
    (["event", f"{FACTS.correction}#r"], f"/v1/events/{FACTS.correction}%23r"),
    (["item", FACTS.swapped_module, "--at", "2023-01-01"], f"/v1/items/{FACTS.swapped_module}?at=2023-01-01"),
    (["search", "9XHP", "--limit", "2"], "/v1/search?q=9XHP&limit=2"),
    (["trace", FACTS.swapped_module], f"/v1/items/{FACTS.swapped_module}/lineage"),
    (
        ["trace", FACTS.recycled_vehicle, "--direction", "upstream", "--max-items", "9", "--max-hops", "3"],
        f"/v1/items/{FACTS.recycled_vehicle}/lineage?direction=upstream&max_items=9&max_hops=3",
    ),
    (
        ["trace", FACTS.swapped_module, "--mode", "exposure", "--from", "2021-01-01", "--until", "2022-01-01"],
        f"/v1/items/{FACTS.swapped_module}/lineage?mode=exposure&from=2021-01-01&until=2022-01-01",
    ),
    (
        ["composition", FACTS.first_vehicle, "--at", "2021-01-01"],
        f"/v1/items/{FACTS.first_vehicle}/composition?at=2021-01-01",
    ),
    (
        ["path", FACTS.swapped_module, FACTS.second_vehicle, "--known-at", FACTS.late_unknown],
        f"/v1/paths?source={FACTS.swapped_module}&destination={FACTS.second_vehicle}&known_at={FACTS.late_unknown}",
    ),
    (["custody", FACTS.unreceived_module], f"/v1/items/{FACTS.unreceived_module}/custody"),
    (["party", FACTS.middle_party], f"/v1/parties/{FACTS.middle_party}"),
    (
        ["holdings", FACTS.middle_party, "--at", "2024-04-01", "--contents", "--limit", "5"],
        f"/v1/parties/{FACTS.middle_party}/holdings?at=2024-04-01&contents=true&limit=5",
    ),
    (["item", "urn:x:nobody"], "/v1/items/urn:x:nobody"),
    (["item", FACTS.old_pack, "--known-at", "2019-01-01"], f"/v1/items/{FACTS.old_pack}?known_at=2019-01-01"),
    (["item", FACTS.old_pack, "--at", "soon"], f"/v1/items/{FACTS.old_pack}?at=soon"),
    (["events", "--limit", "0", "--after", "x"], "/v1/events?limit=0&after=x"),
)


def test_both_doors_say_the_same_to_the_byte(demo: Command, sqlite_file: str) -> None:
    store = open_store(sqlite_file)
    with asking(store) as client:
        for arguments, address in SAME:
            printed = demo(*arguments, "--json")

            assert printed.stdout_bytes == client.get(address).content + b"\n", arguments
    store.close()


def test_a_load_says_the_same_as_http(lineage: Command, sqlite_file: str, tmp_path: Path) -> None:
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

            # two stores, two clocks: what hangs on `recorded` differs, and nothing else
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
        (["events", "--store", "sqlite:////proc/no/such/file.db"], 3),
        (["serve", "--store", "sqlite:////proc/no/such/file.db"], 3),
    ],
)
def test_the_exit_code_says_how_it_went(lineage: Command, arguments: list[str], code: int) -> None:
    result = lineage(*arguments)

    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert code == 0 or result.stderr
    assert "Traceback" not in result.output


def test_a_setting_that_is_no_setting_is_wrong_usage(lineage: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGE_READ_SECONDS", "soon")

    result = lineage("events")

    assert (result.exit_code, "LINEAGE_READ_SECONDS" in result.stderr) == (2, True)


def test_refused_lines_can_be_mended_and_sent_again(lineage: Command, tmp_path: Path) -> None:
    source, refused = tmp_path / "events.jsonl", tmp_path / "refused.jsonl"
    source.write_text(json.dumps(cell(1)) + "\n{]\n" + json.dumps({**cell(2), "colour": "red", "size": 1}) + "\n")

    first = lineage("load", source, "--errors", refused)
    text = refused.read_text()
    mended = text.replace("{]\n", "").replace(', "colour": "red", "size": 1', "")
    again = lineage("load", written_text(refused, mended))

    assert (first.exit_code, again.exit_code) == (1, 0)
    assert text.splitlines()[0].startswith("# line 2: : bad_json: ")
    assert text.splitlines()[1] == "{]"
    assert [line.split(": ")[:3] for line in text.splitlines()[2:4]] == [
        ["# line 3", "colour", "unknown_field"],
        ["# line 3", "size", "unknown_field"],
    ]
    assert again.stdout.startswith("1 accepted")


def written_text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_refused_element_of_an_array_becomes_one_line(lineage: Command, tmp_path: Path) -> None:
    source, refused = tmp_path / "events.json", tmp_path / "refused.jsonl"
    source.write_text(json.dumps([{**cell(1), "colour": "red"}], indent=2))

    lineage("load", source, "--errors", refused)

    assert json.loads(refused.read_text().splitlines()[1]) == {**cell(1), "colour": "red"}
    assert len(refused.read_text().splitlines()) == 2


def test_what_is_loaded_is_not_overwritten_by_what_is_refused(lineage: Command, tmp_path: Path) -> None:
    source = written(tmp_path / "events.jsonl", cell(1))

    result = lineage("load", source, "--errors", source)

    assert result.exit_code == 2
    assert json.loads(source.read_text()) == cell(1)


def test_of_several_files_each_error_names_its_own(lineage: Command, tmp_path: Path) -> None:
    one = written(tmp_path / "one.jsonl", cell(1), {**cell(2), "colour": "red"})
    two = written(tmp_path / "two.jsonl", cell(3), cell(4), {**cell(5), "colour": "red"})
    three = written_text(tmp_path / "three.json", "[1, 2")

    document = json.loads(lineage("load", one, two, three, "--json").stdout)

    told = [(Path(e["file"]).name, e["line"], e["code"]) for e in document["errors"]]
    assert told == [("one.jsonl", 2, "unknown_field"), ("two.jsonl", 3, "unknown_field"), ("three.json", 1, "bad_json")]
    assert (document["accepted"], document["rejected"]) == (3, 3)


def test_several_files_are_one_when_atomic(lineage: Command, tmp_path: Path) -> None:
    one, two = written(tmp_path / "1.jsonl", cell(1)), written(tmp_path / "2.jsonl", {**cell(2), "colour": "red"})

    refused = lineage("load", "--atomic", one, two)
    events = json.loads(lineage("events", "--json").stdout)

    assert (refused.exit_code, events["position"]) == (1, 0)


@pytest.mark.parametrize("pack", [None, "gz", "zst"])
def test_files_come_packed_and_standard_input_is_a_file(lineage: Command, tmp_path: Path, pack: str | None) -> None:
    body = json.dumps(cell(1)).encode() + b"\n# a remark\n\n" + json.dumps(cell(2)).encode()
    path = tmp_path / f"events.jsonl{'.' + pack if pack else ''}"
    path.write_bytes({None: body, "gz": gzip.compress(body), "zst": zstandard.ZstdCompressor().compress(body)}[pack])

    by_name, by_pipe = lineage("load", path, "--json"), lineage("load", "-", "--json", input=body)

    assert json.loads(by_name.stdout)["accepted"] == 2
    assert json.loads(by_pipe.stdout)["duplicate"] == 2


def test_catenax_files_are_read_and_what_is_lost_is_told(lineage: Command) -> None:
    file = next(CATENAX.glob("*submodels*"))

    first = lineage("load", "--format", "catenax", file)
    again = json.loads(lineage("load", "--format", "catenax", file, "--json").stdout)

    assert first.exit_code == 0, first.output
    assert first.stdout.startswith("288 accepted, 62 there already, 0 rejected")
    assert (again["accepted"], again["duplicate"], again["catenax"][0]["repeats"]) == (0, 350, 62)


def lower_cased(event: Json) -> Json:
    return json.loads(json.dumps(event).replace("9XHCEC1DEMA013A390210014", "9xhcec1dema013a390210014"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["journal.jsonl", "journal.jsonl.gz", "journal.jsonl.zst", "-"])
def test_an_export_loaded_again_is_the_same_journal(lineage: Command, tmp_path: Path, name: str) -> None:
    made = produced("9XHCEC1DEMA013A390210014", kind="cell", time="2020-03-09", event_id="e1")
    put_in = assembled("urn:x:pack", "9XHCEC1DEMA013A390210014", time="2020-03-10", event_id="e2", mass=None)
    fixed = corrected("e2", event_id="c1", time="2020-03-12", replacement=None)
    for number, events in enumerate(
        [[lower_cased(made)], [put_in, cell(7)], [fixed], [lower_cased({**made, "id": "e3"})]]
    ):
        assert lineage("load", written(tmp_path / f"{number}.jsonl", *events)).exit_code == 0
    target = tmp_path / name
    other = f"sqlite:///{tmp_path / 'other.db'}"

    exported = lineage("export", "-" if name == "-" else target)
    if name == "-":
        target = tmp_path / "piped.jsonl"
        target.write_bytes(exported.stdout_bytes)
    loaded = json.loads(lineage("load", "--keep-recorded", target, "--store", other, "--json").stdout)
    both = [json.loads(lineage("verify", "--json", *at).stdout) for at in ([], ["--store", other])]

    assert (loaded["accepted"], loaded["rejected"]) == (5, 0)
    assert both[0] == both[1]
    assert (both[0]["intact"], both[0]["digest"]) == (True, loaded["digest"])
    events = [json.loads(lineage("events", "--json", *at).stdout) for at in ([], ["--store", other])]
    assert events[0] == events[1]


def test_the_demonstration_survives_export_and_rebuild(demo: Command, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    questions = [arguments for arguments, _ in SAME if arguments[0] != "events"]
    before = [demo(*arguments, "--json").stdout for arguments in questions]

    assert demo("export", tmp_path / "journal.jsonl").exit_code == 0
    assert demo("load", "--keep-recorded", tmp_path / "journal.jsonl", "--store", other).exit_code == 0
    assert demo("rebuild").exit_code == 0

    assert [demo(*arguments, "--json", "--store", other).stdout for arguments in questions] == before
    assert [demo(*arguments, "--json").stdout for arguments in questions] == before


def test_an_export_that_fails_leaves_the_old_file(
    demo: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = written_text(tmp_path / "journal.jsonl", "the old one")
    monkeypatch.setattr("lineage.service.maintenance.PAGE", "not a number")

    result = demo("export", target)

    assert result.exit_code != 0
    assert [path.name for path in tmp_path.glob("journal*")] == ["journal.jsonl"]
    assert target.read_text() == "the old one"


def test_the_demonstration_is_made_once_and_only_in_an_empty_store(lineage: Command, tmp_path: Path) -> None:
    mine, other = ("--store", os.environ["LINEAGE_STORE"]), ("--store", f"sqlite:///{tmp_path / 'other.db'}")
    lineage("load", written(tmp_path / "events.jsonl", cell(1)), *other)

    first, again, fresh = (
        lineage("demo", "--no-serve", *mine),
        lineage("demo", "--no-serve", *mine),
        lineage("demo", "--no-serve"),
    )
    refused, another_seed = lineage("demo", "--no-serve", *other), lineage("demo", "--no-serve", *mine, "--seed", "2")

    assert [r.exit_code for r in (first, again, fresh, refused, another_seed)] == [0, 0, 0, 2, 2]
    assert json.loads(lineage("events", "--json", *other).stdout)["position"] == 1
    assert json.loads(lineage("verify", "--json").stdout)["intact"]


def test_what_the_demonstration_says_is_worth_typing_can_be_typed(lineage: Command) -> None:
    told = lineage("demo", "--no-serve", "--store", os.environ["LINEAGE_STORE"]).stdout
    commands = [line.split()[1:] for line in told.splitlines() if line.startswith("    lineage ")]

    assert len(commands) == 3
    for command in commands:
        assert lineage(*command).exit_code == 0, command


def test_tables_show_china_s_time_and_parties_by_name(demo: Command) -> None:
    custody = demo("custody", FACTS.unreceived_module).stdout
    elsewhere = demo("custody", FACTS.unreceived_module, "--tz", "Z").stdout

    assert "Zaiqi Second Life" in custody
    assert "2020-06-18 to 2020-06-22 " in custody
    assert "2020-06-17 16:00:00 to 2020-06-21 16:00:00" in elsewhere


def test_a_table_says_what_is_left_out_and_what_nobody_reported(demo: Command) -> None:
    cut = demo("trace", FACTS.recycled_vehicle, "--direction", "upstream", "--max-items", "5").stdout
    unknown = demo("composition", FACTS.uncoded_pack, "--at", "2020-01-01").stdout

    assert "This is not everything: more items than --max-items allows." in cut
    assert f"no cell in {FACTS.uncoded_pack} was ever reported" in unknown


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
