"""Events over HTTP: what is stored, what is refused, and how a body comes (contract 8)."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator

import httpx
import pytest

from lineage.operations.json_encoding import encode
from lineage.stores.interface import Store
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import COMMON, JSON, NDJSON, cell, lines, post


def test_valid_events_are_stored_and_bad_ones_listed(client: httpx.Client) -> None:
    body = lines(cell(1)) + b"{]\n" + lines({**cell(2), "colour": "red"}, cell(3), cell(1))

    response = client.post("/v1/events", content=body, headers=NDJSON)

    answer = response.json()
    assert (response.status_code, answer["accepted"], answer["duplicate"], answer["rejected"]) == (200, 2, 1, 2)
    assert [(e["line"], e["id"], e["path"], e["code"]) for e in answer["errors"]] == [
        (2, None, "", "bad_json"),
        (3, "e2", "colour", "unknown_field"),
    ]
    assert answer.keys() >= COMMON
    assert answer["position"] == 2
    assert answer["known_at"] == client.get("/v1/events/e1").json()["recorded"]


def test_nothing_but_rejected_events_is_422_with_the_counts(client: httpx.Client) -> None:
    response = post(client, {**cell(1), "colour": "red"})

    problem = response.json()
    assert (response.status_code, problem["code"], problem["rejected"], problem["position"]) == (
        422,
        "events_rejected",
        1,
        0,
    )
    assert response.headers["content-type"] == "application/problem+json"


def test_atomic_stores_all_or_none(client: httpx.Client) -> None:
    refused = post(client, cell(1), {**cell(2), "colour": "red"}, atomic="true")
    taken = post(client, cell(1), cell(2), atomic="true")

    assert (refused.status_code, refused.json()["accepted"]) == (422, 0)
    assert (taken.status_code, taken.json()["accepted"]) == (200, 2)


def test_an_array_is_taken_too_in_any_case_of_its_kind(client: httpx.Client) -> None:
    body = b"\xef\xbb\xbf\r\n " + encode([cell(1), cell(2)])

    response = client.post("/v1/events", content=body, headers={"content-type": "Application/JSON; charset=UTF-8"})

    assert (response.status_code, response.json()["accepted"]) == (200, 2)


@pytest.mark.parametrize("headers", [JSON, NDJSON, {}])
@pytest.mark.parametrize("query", ["", "?atomic=true"])
def test_an_empty_body_is_all_zeros(client: httpx.Client, headers: dict[str, str], query: str) -> None:
    response = client.post(f"/v1/events{query}", content=b"", headers=headers)

    answer = response.json()
    counts = [answer[field] for field in ("accepted", "duplicate", "rejected", "position")]
    assert (response.status_code, counts) == (200, [0, 0, 0, 0])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[1, 2", "bad_json"),
        (b'["\xff"]', "not_utf8"),
        (b"\xff\xfe{\x00}\x00\n\x00", "not_utf8"),
        (b"[] []", "bad_json"),
    ],
)
def test_bytes_that_cannot_be_read_at_all_are_400(client: httpx.Client, body: bytes, code: str) -> None:
    response = client.post("/v1/events", content=body, headers=JSON)

    assert (response.status_code, response.json()["code"]) == (400, code)


def test_a_line_that_is_not_utf8_loses_no_other_line(client: httpx.Client) -> None:
    body = lines(cell(1)) + b'{"id":"\xff"}\n' + lines(cell(2))

    response = client.post("/v1/events", content=body, headers=NDJSON)

    answer = response.json()
    assert (response.status_code, answer["accepted"]) == (200, 2)
    assert [(e["line"], e["code"]) for e in answer["errors"]] == [(2, "not_utf8")]


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/csv"},
        {"content-type": "application/json; charset=gb18030"},
        {"content-type": "multipart/form-data"},
        {},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_other_kinds_of_body_are_415(client: httpx.Client, headers: dict[str, str]) -> None:
    response = client.post("/v1/events", content=gzip.compress(lines(cell(1))), headers=headers)

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(("query", "first"), [("", b"[ "), ("?atomic=true", b" \n")])
def test_an_array_or_a_transaction_above_64_mib_is_413(client: httpx.Client, query: str, first: bytes) -> None:
    def body() -> Iterator[bytes]:
        yield first
        for _ in range(65):
            yield b" " * (1024 * 1024)

    response = client.post(f"/v1/events{query}", content=body(), headers=NDJSON)

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_recorded_is_taken_only_where_the_server_was_started_to(store: Store) -> None:
    event = {**cell(1), "recorded": "2020-01-01T00:00:00Z"}
    with asking(store) as client:
        bare, wanted_names = post(client, event), post(client, event, keep_recorded="true")
    with asking(store, allow_keep_recorded=True) as client:
        taken = post(client, event, keep_recorded="true")
        stored = client.get("/v1/events/e1").json()

    assert (bare.status_code, bare.json()["errors"][0]["code"]) == (422, "recorded_not_allowed")
    assert (wanted_names.status_code, wanted_names.json()["code"]) == (422, "recorded_not_allowed")
    assert (taken.status_code, stored["recorded"]) == (200, "2020-01-01T00:00:00.000Z")


def test_a_body_in_pieces_is_read_piece_by_piece(client: httpx.Client) -> None:
    body = lines(*map(cell, range(12_000)))
    assert len(body) > 1_500_000

    response = client.post(
        "/v1/events", content=(body[i : i + 7_001] for i in range(0, len(body), 7_001)), headers=NDJSON
    )

    assert (response.status_code, response.json()["accepted"]) == (200, 12_000)


def test_a_slow_sender_delays_no_other(client: httpx.Client) -> None:
    address = (client.base_url.host, client.base_url.port or 0)
    head = (
        b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ncontent-length: 9000000\r\n\r\n"
    )
    slow = [socket.create_connection(address) for _ in range(6)]
    for sender in slow:
        sender.sendall(head + lines(cell(1)))

    response = post(client, cell(2))

    assert (response.status_code, response.json()["position"]) == (200, 1)
    for sender in slow:
        sender.close()


def test_who_goes_away_in_the_middle_of_a_line_leaves_no_part_of_it(client: httpx.Client) -> None:
    address = (client.base_url.host, client.base_url.port or 0)
    whole, half = lines(*map(cell, range(15_000))), lines(cell(15_000))[:-5]
    head = (
        b"POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ncontent-length: 99000000\r\n\r\n"
    )
    with socket.create_connection(address) as sender:
        sender.sendall(head + whole + half)

    again = client.post("/v1/events", content=whole, headers=NDJSON).json()

    assert again["rejected"] == 0
    assert again["accepted"] + again["duplicate"] == 15_000
    assert again["position"] == 15_000
