"""Messages of the platform on the command line: files in, files out, what is explained and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from lineage.exchange.platform.envelope import PasswordSeal
from lineage.stores import open_store
from tests.builders import Json
from tests.end_to_end.http_and_cli import Command, written_text
from tests.paths import PLATFORM
from tests.platform_client import as_lines, stored_events

KEY = "invented-key-001"
MESSAGES = PLATFORM / "01-build" / "messages.jsonl"
SALE = PLATFORM / "03-sale-personal" / "messages.jsonl"
ACCOUNT = "91990000TT7101011B"
PACK, VIN = "ZZAPB01TEST000B3C0000001", "LZATEST15M0000101"
PERSON = {"ownerName": "某某", "Idnum": "000000000000000000", "licensePlate": "样A00001", "epaddress": "样例路1号"}


def loaded(lineage: Command, *arguments: object) -> Json:
    document: Json = json.loads(lineage("load", "--format", "platform", *arguments, "--json").stdout)
    return document


def test_files_of_one_load_are_read_as_one(lineage: Command, tmp_path: Path) -> None:
    """The exchange of a module names the car; the file with the pack comes after it."""
    lines = (PLATFORM / "06-module-replaced" / "messages.jsonl").read_text("utf-8").splitlines()
    files = [written_text(tmp_path / f"{n}.jsonl", line) for n, line in enumerate(lines)]

    document = loaded(lineage, *files)

    assert (document["events"], document["rejected"], document["warning_counts"]) == (9, 0, {})


def test_a_bare_payload_needs_its_interface_and_its_account(lineage: Command, tmp_path: Path) -> None:
    payload = orjson.loads(MESSAGES.read_bytes().splitlines()[1])["message"]
    bare = written_text(tmp_path / "bare.json", json.dumps(payload, indent=2))
    interface, account = ("--interface", "vehicle/receiveVehicleProduce"), ("--account", ACCOUNT)

    neither, half = loaded(lineage, bare), loaded(lineage, bare, *interface)
    both = loaded(lineage, bare, *interface, *account)

    assert (neither["error_counts"], half["error_counts"]) == ({"missing_interface": 1}, {"missing_account": 1})
    assert (both["records"], both["accepted"]) == (1, 2)


def test_what_each_record_became_is_explained_with_ids(lineage: Command) -> None:
    text = lineage("load", "--format", "platform", MESSAGES, "--explain").stdout
    lines = lineage("load", "--format", "platform", MESSAGES, "--explain", "--json").stdout.splitlines()

    records = [orjson.loads(line) for line in lines]
    assert [record.get("record") for record in records] == [1, 1, None]
    assert [len(record["events"]) for record in records[:2]] == [8, 2]
    assert all(event["id"] in text for record in records[:2] for event in record["events"])
    assert records[0]["interface"] == "vehicle/receiveBatteryProduce"


def test_refused_records_are_written_without_personal_data_and_can_be_mended(lineage: Command, tmp_path: Path) -> None:
    good = {"vin": VIN, "saleTime": "2021-06-01", "epcode": "", **PERSON}
    bad = {**good, "saleTime": "soon", "epname": "某某公司"}
    message = {"interface": "receiveSaleVehicle", "account": ACCOUNT, "message": [good, bad]}
    source, refused = tmp_path / "sales.jsonl", tmp_path / "refused.jsonl"
    source.write_bytes(as_lines([message]))

    document = loaded(lineage, source, "--errors", refused)
    text = refused.read_text("utf-8")
    mended = loaded(lineage, written_text(refused, text.replace("soon", "2021-06-03")))

    assert (document["accepted"], document["rejected"], document["error_counts"]) == (1, 1, {"time_form": 1})
    assert document["personal"] == dict.fromkeys(PERSON, 2)
    assert text.startswith("# line 1, record 2: saleTime: time_form: ")
    assert [
        value for value in (*PERSON.values(), "某某") if value in text + json.dumps(document, ensure_ascii=False)
    ] == []
    assert (mended["accepted"], mended["rejected"]) == (1, 0)


def test_a_line_that_is_not_json_is_not_written_again(lineage: Command, tmp_path: Path) -> None:
    source, refused = tmp_path / "sales.jsonl", tmp_path / "refused.jsonl"
    source.write_bytes(SALE.read_bytes() + b'{"ownerName": "\xe6\x9f\x90\xe6\x9f\x90", ]\n')

    document = loaded(lineage, source, "--errors", refused)

    assert document["error_counts"] == {"bad_json": 1}
    assert "某某" not in refused.read_text("utf-8")


def test_all_or_nothing_is_stored_if_wanted(lineage: Command, tmp_path: Path) -> None:
    bad = {"interface": "receiveSaleVehicle", "account": ACCOUNT, "message": [{"vin": VIN}]}
    source = tmp_path / "messages.jsonl"
    source.write_bytes(MESSAGES.read_bytes() + as_lines([bad]))

    document = loaded(lineage, source, "--atomic")

    assert (document["position"], document["error_counts"]) == (0, {"missing_field": 1})


def test_an_option_of_another_format_is_refused(lineage: Command) -> None:
    assert lineage("load", "--format", "platform", MESSAGES, "--reporter", ACCOUNT).exit_code == 2
    assert lineage("load", MESSAGES, "--account", ACCOUNT).exit_code == 2
    assert lineage("load", "--format", "gbt32960", PLATFORM / "08-logins" / "frames.hex").exit_code == 2
    assert lineage("load", "--format", "envelope", MESSAGES).exit_code == 2
    assert lineage("send", "--format", "jsonl").exit_code == 2


def test_the_place_of_a_sale_is_that_of_the_operators_table(lineage: Command, sqlite_file: str, tmp_path: Path) -> None:
    regions = written_text(tmp_path / "regions.toml", '[regions]\n"北京市昌平区" = "110114"\n')
    wrong = written_text(tmp_path / "wrong.toml", "regions = 3")

    document = loaded(lineage, SALE, "--regions", regions)

    store = open_store(sqlite_file)
    places = {event.get("place") for event in stored_events(store).values() if event.get("step") == "sale"}
    store.close()
    assert (document["rejected"], places) == (0, {"110114"})
    assert lineage("load", "--format", "platform", SALE, "--regions", wrong).exit_code == 2


def test_logins_are_loaded_as_frames_and_as_json(lineage: Command) -> None:
    folder = PLATFORM / "08-logins"
    wanted = ("load", "--format", "gbt32960", "--reporter", ACCOUNT, "--json")

    both = json.loads(lineage(*wanted, folder / "frames.hex", folder / "logins.jsonl").stdout)
    again = json.loads(lineage(*wanted, folder / "logins.jsonl").stdout)

    assert (both["logins"], both["events"], both["repeats"], both["accepted"]) == (8, 4, 4, 4)
    assert (again["accepted"], again["duplicate"]) == (0, 4)


def test_messages_are_sent_to_a_file_or_counted(lineage: Command, tmp_path: Path) -> None:
    lineage("load", "--format", "platform", MESSAGES)

    counted = json.loads(lineage("send", "--format", "platform", "--json").stdout)
    printed = lineage("send", "--format", "platform")
    written = lineage("send", tmp_path / "messages.jsonl", "--json")

    assert (counted["messages"], counted["unsent"]) == (2, {})
    assert (tmp_path / "messages.jsonl").read_text("utf-8") == printed.stdout
    assert json.loads(written.stdout) == {**counted}
    assert json.loads(printed.stdout.splitlines()[0])["interface"] == "vehicle/receiveBatteryProduce"


def test_sealed_messages_are_written_and_read_with_the_key_of_a_file(lineage: Command, tmp_path: Path) -> None:
    key, sealed, refused = tmp_path / "key", tmp_path / "sealed.jsonl", tmp_path / "refused.jsonl"
    key.write_text(f"{KEY}\n")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    lineage("load", "--format", "platform", MESSAGES)

    written = lineage("send", sealed, "--sealed", "--key-file", key)
    read = lineage("load", "--format", "platform", sealed, "--key-file", key, "--store", other, "--json")
    unread = lineage("load", "--format", "platform", sealed, "--store", other, "--json", "--errors", refused)

    assert (written.exit_code, read.exit_code, unread.exit_code) == (0, 0, 1)
    assert {*orjson.loads(sealed.read_bytes().splitlines()[0])} == {
        "interface", "account", "requestMsg", "timestamp", "sign",
    }  # fmt: skip
    assert json.loads(read.stdout)["accepted"] == 10
    assert json.loads(unread.stdout)["error_counts"] == {"sealed": 2}
    assert KEY not in written.output + read.output + unread.output + refused.read_text()


def test_the_key_of_the_environment_is_the_default(
    lineage: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lineage("load", "--format", "platform", MESSAGES)
    without = lineage("send", tmp_path / "sealed.jsonl", "--sealed")
    monkeypatch.setenv("LINEAGE_PLATFORM_KEY", KEY)

    closed = lineage("send", "-", "--sealed", "--bare", "--reporter", "91990000TT7101003G")

    envelope = orjson.loads(closed.stdout)
    assert (without.exit_code, closed.exit_code) == (2, 0)
    assert b"ZZAPB01TEST000B3C0000001" in PasswordSeal(KEY).open(envelope)
