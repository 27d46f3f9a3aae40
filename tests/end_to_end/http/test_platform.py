"""Messages of the platform over HTTP: the answer is that of the command."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.end_to_end.http_and_cli import COMMON, JSON, NDJSON, Command
from tests.paths import PLATFORM

ACCOUNT = "91990000TT7101011B"
CASES = sorted(path.parent.name for path in PLATFORM.glob("*/messages.jsonl"))
OWN = {
    "records", "logins", "events", "repeats", "personal", "not_carried", "unknown_interfaces", "not_read",
    "warning_counts", "error_counts", "warnings", "errors", "accepted", "duplicate", "rejected", "digest",
}  # fmt: skip


def without_clock(document: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in document.items() if k not in ("digest", "known_at")}


@pytest.mark.parametrize("name", CASES)
def test_both_interfaces_answer_alike(client: httpx.Client, lineage: Command, name: str) -> None:
    path = PLATFORM / name / "messages.jsonl"

    over_http = client.post("/v1/platform", content=path.read_bytes(), headers=NDJSON)
    by_command = json.loads(lineage("load", "--format", "platform", path, "--json").stdout)

    answer = over_http.json()
    assert over_http.status_code == 200
    assert answer.keys() == OWN | COMMON
    assert without_clock(answer) == without_clock(by_command)


def test_bare_payloads_name_interface_and_account_in_the_query(client: httpx.Client) -> None:
    body = [{"vin": "LZATEST15M0000101", "saleTime": "2021-06-01"}]
    query = {"interface": "receiveSaleVehicle", "account": ACCOUNT}

    response = client.post("/v1/platform", json=body, params=query)
    missing = client.post("/v1/platform", json=body)

    assert (response.status_code, response.json()["accepted"]) == (200, 1)
    assert (missing.status_code, missing.json()["error_counts"]) == (422, {"missing_interface": 1})
    assert missing.headers["content-type"] == "application/problem+json"


def test_a_sheet_comes_as_text_in_either_encoding(client: httpx.Client) -> None:
    text = (
        "入库电池编码,产品类型,入库日期,回收服务网点统一社会信用代码\n"
        "ZZAPB01TEST000B3C0000001,电池包,2024/3/18,91990000TT71010383\n"
    )
    query = {"interface": "recover/receiveRecoverStorage", "account": ACCOUNT}

    answers = [
        client.post("/v1/platform", content=text.encode(name), headers={"content-type": kind}, params=query).json()
        for name, kind in (("utf-8", "text/csv"), ("gb18030", "text/csv; charset=gb18030"))
    ]

    assert [(answer["accepted"], answer["duplicate"]) for answer in answers] == [(1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/v1/platform", {"content-type": "text/plain"}),
        ("/v1/platform", {"content-type": "application/json; charset=latin-1"}),
        ("/v1/gbt32960?reporter=91990000TT7101011B", {"content-type": "text/csv"}),
    ],
)
def test_other_kinds_of_body_are_415(client: httpx.Client, path: str, headers: dict[str, str]) -> None:
    response = client.post(path, content=b"x", headers=headers)

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_a_body_that_cannot_be_read_at_all_is_400(client: httpx.Client) -> None:
    assert client.post("/v1/platform", content=b"[1, 2", headers=JSON).status_code == 400
    assert client.post("/v1/platform", content=b"PK\x03\x04 no workbook", headers=JSON, params={
        "interface": "receiveSaleVehicle", "account": ACCOUNT,
    }).json()["code"] == "not_a_table"  # fmt: skip


def test_an_empty_body_is_all_zeros(client: httpx.Client) -> None:
    answer = client.post("/v1/platform", content=b"", headers=JSON).json()

    assert (answer["records"], answer["accepted"], answer["rejected"]) == (0, 0, 0)


def test_all_or_nothing_is_stored_if_wanted(client: httpx.Client) -> None:
    body = [
        {"interface": "receiveSaleVehicle", "account": ACCOUNT, "message": [{"vin": "LZATEST15M0000101"}]},
        {"interface": "receiveSaleVehicle", "account": ACCOUNT,
         "message": [{"vin": "LZATEST15M0000101", "saleTime": "2021-06-01"}]},
    ]  # fmt: skip

    refused = client.post("/v1/platform", json=body, params={"atomic": "true"})
    taken = client.post("/v1/platform", json=body)

    assert (refused.status_code, refused.json()["position"]) == (422, 0)
    assert (taken.status_code, taken.json()["accepted"], taken.json()["rejected"]) == (200, 1, 1)


@pytest.mark.parametrize(("name", "kind"), [("logins.jsonl", NDJSON), ("frames.hex", {"content-type": "text/plain"})])
def test_logins_are_loaded_with_the_party_that_reports_them(
    client: httpx.Client, lineage: Command, name: str, kind: dict[str, str]
) -> None:
    path = PLATFORM / "08-logins" / name

    answer = client.post(f"/v1/gbt32960?reporter={ACCOUNT}", content=path.read_bytes(), headers=kind).json()
    by_command = json.loads(lineage("load", "--format", "gbt32960", "--reporter", ACCOUNT, path, "--json").stdout)

    assert (answer["logins"], answer["accepted"]) == (4, 4)
    assert without_clock(answer) == without_clock(by_command)


def test_frames_may_come_as_bytes(client: httpx.Client) -> None:
    frames = bytes.fromhex((PLATFORM / "08-logins" / "frames.hex").read_text().replace("\n", ""))

    answer = client.post(
        f"/v1/gbt32960?reporter={ACCOUNT}", content=frames, headers={"content-type": "application/octet-stream"}
    ).json()

    assert (answer["logins"], answer["accepted"]) == (4, 4)


def test_logins_without_a_reporter_are_refused(client: httpx.Client) -> None:
    missing = client.post("/v1/gbt32960", content=b"{}", headers=JSON)
    wrong = client.post("/v1/gbt32960?reporter=LZATEST15M0000101", content=b"{}", headers=JSON)

    assert (missing.status_code, wrong.status_code) == (422, 422)
    assert wrong.json()["code"] == "not_a_party"
