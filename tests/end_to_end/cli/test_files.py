"""Files in and out: what is refused can be mended, what is exported can be loaded again (contract 8)."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from lineage.exchange.formats import FORMATS, Format, FormatReading
from lineage.exchange.jsonl import read_each
from lineage.synthetic.demo.history import demo_facts
from tests.builders import Json, assembled, corrected, produced
from tests.end_to_end.http_and_cli import Command, cell, written, written_text
from tests.paths import CATENAX

FACTS = demo_facts()


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

    reported = [(Path(e["file"]).name, e["line"], e["code"]) for e in document["errors"]]
    assert reported == [
        ("one.jsonl", 2, "unknown_field"),
        ("two.jsonl", 3, "unknown_field"),
        ("three.json", 1, "bad_json"),
    ]
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


def test_a_line_that_begins_with_a_number_sign_is_an_event_where_the_format_has_no_comments(
    lineage: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(raw: bytes) -> Json:
        event_id, item = raw.decode().split()
        return produced(item, kind="cell", event_id=event_id)

    def words(pieces: Iterable[bytes], *, strict: bool) -> FormatReading:
        return FormatReading(read_each(pieces, made))

    monkeypatch.setitem(FORMATS, "words", Format("words", (), words))
    file = written_text(tmp_path / "cells.words", "#1 urn:x:1\n2 urn:x:2\n#3 nothing\n")

    document = json.loads(lineage("load", "--format", "words", file, "--json").stdout)

    assert (document["accepted"], [error["line"] for error in document["errors"]]) == (2, [3])
    assert lineage("event", "#1").exit_code == 0


def test_catenax_files_are_read_and_what_is_lost_is_reported(lineage: Command) -> None:
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
    questions = [
        ("trace", FACTS.recycled_vehicle, "--direction", "upstream"),
        ("path", FACTS.swapped_module, FACTS.second_vehicle, "--known-at", FACTS.late_unknown),
        ("custody", FACTS.unreceived_module),
        ("event", f"{FACTS.correction}#r"),
        ("holdings", FACTS.middle_party, "--at", "2024-04-01", "--contents"),
        ("item", FACTS.old_pack),
        ("events", "--limit", "1000"),
    ]
    before = [demo(*arguments, "--json").stdout for arguments in questions]

    assert demo("export", tmp_path / "journal.jsonl").exit_code == 0
    assert demo("load", "--keep-recorded", tmp_path / "journal.jsonl", "--store", other).exit_code == 0
    assert demo("rebuild").exit_code == 0

    assert [demo(*arguments, "--json", "--store", other).stdout for arguments in questions] == before
    assert [demo(*arguments, "--json").stdout for arguments in questions] == before


def test_an_export_fills_an_empty_store_at_once(demo: Command, tmp_path: Path) -> None:
    loaded, filled = (f"sqlite:///{tmp_path / name}.db" for name in ("loaded", "filled"))
    journal = tmp_path / "journal.jsonl"
    demo("export", journal)
    journal.write_text(journal.read_text() + "{]\n")

    by_load = demo("load", "--keep-recorded", journal, "--store", loaded, "--json")
    by_import = demo("import", "--keep-recorded", journal, "--store", filled, "--json", "--errors", tmp_path / "bad")
    again = demo("import", "--keep-recorded", journal, "--store", filled, "--json")

    documents = [json.loads(result.stdout) for result in (by_load, by_import)]
    assert documents[0] == documents[1]
    assert (by_load.exit_code, by_import.exit_code) == (1, 1)
    assert (tmp_path / "bad").read_text().endswith("{]\n")
    assert (again.exit_code, json.loads(again.stdout)["code"]) == (2, "store_not_empty")
    trace = ("trace", FACTS.recycled_vehicle, "--direction", "upstream", "--json", "--store")
    assert demo(*trace, filled).stdout == demo(*trace, loaded).stdout


def test_an_export_that_fails_leaves_the_old_file(
    demo: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = written_text(tmp_path / "journal.jsonl", "the old one")
    monkeypatch.setattr("lineage.service.ingest.maintenance.PAGE", "not a number")

    result = demo("export", target)

    assert result.exit_code != 0
    assert [path.name for path in tmp_path.glob("journal*")] == ["journal.jsonl"]
    assert target.read_text() == "the old one"


@pytest.mark.parametrize(
    ("tampering", "position", "code"),
    [
        ("UPDATE journal SET event = replace(event, 'cell', 'pack') WHERE position = 3", 3, "digest_mismatch"),
        ("UPDATE journal SET recorded = recorded + 1 WHERE position = 2", 2, "digest_mismatch"),
        ("UPDATE journal SET digest = '' WHERE position = 1", 1, "digest_mismatch"),
        ("UPDATE journal SET sent = '{}' WHERE position = 4", 4, "digest_mismatch"),
        ("UPDATE journal SET reporter = 'urn:x:other' WHERE position = 2", 2, "columns_differ"),
        ("DELETE FROM journal WHERE position = 2", 2, "row_missing"),
        ("DELETE FROM journal WHERE position = 1", 1, "row_missing"),
        ("UPDATE journal SET position = 9 WHERE position = 5", 5, "row_missing"),
    ],
)
def test_verify_names_the_first_row_that_was_tampered_with(
    lineage: Command, tmp_path: Path, tampering: str, position: int, code: str
) -> None:
    lineage("load", written(tmp_path / "events.jsonl", *map(cell, range(5))))
    with closing(sqlite3.connect(os.environ["LINEAGE_STORE"].removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(tampering)

    result = lineage("verify", "--json")

    failure = json.loads(result.stdout)["failure"]
    assert (result.exit_code, failure["position"], failure["code"]) == (1, position, code)
    assert f"Row {position} fails." in result.stderr
