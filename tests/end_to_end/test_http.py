"""The HTTP service, asked over a socket (contract 8)."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import pytest

from api.encoding import encode
from api.questions import QUESTIONS
from lineage.domain.errors import StoreBusyError, StoreDamagedError, StoreError, StoreUnavailableError
from lineage.stores.interface import Reader, Store, Transaction
from lineage.synthetic.demo import demo_facts
from tests.builders import Json, assembled, produced
from tests.end_to_end.conftest import asking

T = TypeVar("T")
NDJSON = {"content-type": "application/x-ndjson"}
JSON = {"content-type": "application/json"}
FACTS = demo_facts()
COMMON = {"as_of", "known_at", "position", "complete", "unknown"}


def lines(*events: Json) -> bytes:
    return b"".join(encode(event) + b"\n" for event in events)


def post(client: httpx.Client, *events: Json, **query: str) -> httpx.Response:
    return client.post("/v1/events", content=lines(*events), headers=NDJSON, params=query)


def cell(number: int) -> Json:
    return produced(f"urn:x:cell:{number}", kind="cell", event_id=f"e{number}")


ADDRESSES = (
    "/v1/events?limit=3",
    f"/v1/events/{FACTS.correction}",
    f"/v1/items/{FACTS.swapped_module}",
    f"/v1/items/{FACTS.swapped_module}/lineage",
    f"/v1/items/{FACTS.recycled_vehicle}/lineage?direction=upstream",
    f"/v1/items/{FACTS.first_vehicle}/composition?at=2021-01-01",
    f"/v1/items/{FACTS.unreceived_module}/custody",
    f"/v1/paths?source={FACTS.swapped_module}&destination={FACTS.second_vehicle}",
    f"/v1/parties/{FACTS.middle_party}",
    f"/v1/parties/{FACTS.middle_party}/holdings?contents=true",
    "/v1/search?q=9XHP",
)


def test_every_question_answers_with_what_every_answer_has(demo_store: Store) -> None:
    with asking(demo_store) as client:
        for address in ADDRESSES:
            response = client.get(address)

            assert (response.status_code, response.headers["content-type"]) == (200, "application/json"), address
            assert response.json().keys() >= COMMON, address


def test_every_get_takes_known_at_and_says_it(demo_store: Store) -> None:
    with asking(demo_store) as client:
        for address in ADDRESSES:
            joint = "&" if "?" in address else "?"

            answer = client.get(f"{address}{joint}known_at=2026-07-01").json()

            assert answer["known_at"] == "2026-06-30T16:00:00.000Z", address


def test_what_was_not_known_yet_is_told_apart_from_what_is_unknown(demo_store: Store) -> None:
    with asking(demo_store) as client:
        unknown = client.get("/v1/items/urn:x:nobody")
        too_early = client.get(f"/v1/items/{FACTS.swapped_module}", params={"known_at": "2019-01-01"})

    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_item")
    assert (too_early.status_code, too_early.json()["code"]) == (404, "not_yet_known")


@pytest.mark.parametrize(
    "item",
    [
        "https://example.com/a/b?c=d#e",
        "urn:x:ends/lineage",
        "urn:x:ends/custody",
        "lot:urn:x:party/1:2024-7",
        "urn:x:100%25",
        "urn:x:电池 1",
    ],
)
def test_an_id_may_hold_whatever_an_address_means_otherwise(client: httpx.Client, item: str) -> None:
    post(client, produced(item, kind="lot" if item.startswith("lot:") else "cell"))
    encoded = quote(item, safe="")

    assert client.get(f"/v1/items/{encoded}").json()["id"] == item
    assert client.get(f"/v1/items/{encoded}/lineage").json()["root"] == item
    assert len(client.get(f"/v1/items/{encoded}/custody").json()["segments"]) == 1


def test_an_unencoded_slash_is_part_of_the_id_too(client: httpx.Client) -> None:
    post(client, produced("https://example.com/a/b", kind="cell"))

    assert client.get("/v1/items/https://example.com/a/b/lineage").json()["root"] == "https://example.com/a/b"


def test_a_stream_holds_what_the_document_holds(demo_store: Store) -> None:
    address = f"/v1/items/{FACTS.recycled_vehicle}/lineage?direction=upstream&max_items=50"
    with asking(demo_store) as client:
        document = client.get(address).json()
        streamed = client.get(address, headers={"accept": "application/x-ndjson"})

    head, *rows, last = [json.loads(line) for line in streamed.text.splitlines()]
    assert streamed.headers["content-type"] == "application/x-ndjson"
    assert [row for row in rows if "id" in row] == document["items"]
    assert [row for row in rows if "source" in row] == document["edges"]
    assert last == {"items": 50, "edges": len(document["edges"])} | {
        f: document[f] for f in ("complete", "cut", "unknown")
    }
    assert head == {field: document[field] for field in ("root", "direction", "as_of", "known_at", "position")}


def test_json_is_sent_where_it_is_wanted_rather(demo_store: Store) -> None:
    accept = {"accept": "application/x-ndjson;q=0.5, application/json"}
    with asking(demo_store) as client:
        response = client.get(f"/v1/items/{FACTS.swapped_module}/lineage", headers=accept)

    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("address", "errors"),
    [
        ("/v1/items/x/lineage?hops=1", {("hops", "unknown_parameter")}),
        ("/v1/items/x?at=2024-01-01&at=2024-01-01", {("at", "repeated_parameter")}),
        ("/v1/items/x?at=soon&known_at=", {("at", "time_form"), ("known_at", "time_form")}),
        ("/v1/items/x?at=1889-01-01", {("at", "time_out_of_range")}),
        (
            "/v1/items/x/lineage?max_items=0&max_hops=100001",
            {("max_items", "out_of_range"), ("max_hops", "out_of_range")},
        ),
        ("/v1/items/x/lineage?max_items=1e3", {("max_items", "number_form")}),
        ("/v1/items/x/lineage?direction=up", {("direction", "not_a_choice")}),
        ("/v1/items/x/lineage?at=2024-01-01&from=2024-01-01", {("at", "at_with_bounds")}),
        ("/v1/items/x/lineage?from=2024-01-02&until=2024-01-01", {("from", "from_after_until")}),
        ("/v1/items/x/lineage?direction=upstream&mode=exposure", {("mode", "exposure_upstream")}),
        ("/v1/items/x/custody?at=2024-01-01", {("at", "unknown_parameter")}),
        ("/v1/paths?source=x", {("destination", "missing_parameter")}),
        ("/v1/search", {("q", "missing_parameter")}),
        ("/v1/search?q=", {("q", "text_length")}),
        ("/v1/search?q=x&cursor=WzEsMiwzXQ==", {("cursor", "bad_cursor")}),
        ("/v1/events?cursor=!", {("cursor", "bad_cursor")}),
        ("/v1/events?limit=1001&type=made", {("limit", "out_of_range"), ("type", "not_a_choice")}),
        ("/v1/parties/x/holdings?contents=1", {("contents", "boolean_form")}),
    ],
)
def test_every_parameter_that_is_wrong_is_named(
    client: httpx.Client, address: str, errors: set[tuple[str, str]]
) -> None:
    response = client.get(address)

    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert {(e["path"], e["code"]) for e in response.json()["errors"]} == errors
    assert {e["line"] for e in response.json()["errors"]} == {None}


def test_a_plus_that_became_a_blank_is_explained(client: httpx.Client) -> None:
    response = client.get("/v1/events?known_at=2024-05-01T00:00:00+08:00")

    assert "%2B" in response.json()["detail"]


def test_lists_page_through_everything_once(demo_store: Store) -> None:
    with asking(demo_store) as client:
        for address, rows in (("/v1/events", "events"), ("/v1/search?q=9XH", "hits")):
            joint = "&" if "?" in address else "?"
            whole = client.get(f"{address}{joint}limit=1000").json()[rows]
            pages = list(pages_of(client, address))

            assert [row for page in pages for row in page[rows]] == whole, address
            assert len(pages) > 3, address


def pages_of(client: httpx.Client, address: str) -> Iterator[Json]:
    joint = "&" if "?" in address else "?"
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{address}{joint}limit=13" + (f"&cursor={quote(cursor)}" if cursor else "")).json()
        yield page
        cursor = page["next"]


def test_valid_events_are_kept_and_bad_ones_told_apart(client: httpx.Client) -> None:
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


def test_atomic_keeps_all_or_none(client: httpx.Client) -> None:
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
        bare, asked_for = post(client, event), post(client, event, keep_recorded="true")
    with asking(store, allow_keep_recorded=True) as client:
        taken = post(client, event, keep_recorded="true")
        kept = client.get("/v1/events/e1").json()

    assert (bare.status_code, bare.json()["errors"][0]["code"]) == (422, "recorded_not_allowed")
    assert (asked_for.status_code, asked_for.json()["code"]) == (422, "recorded_not_allowed")
    assert (taken.status_code, kept["recorded"]) == (200, "2020-01-01T00:00:00.000Z")


def test_a_body_in_pieces_is_read_piece_by_piece(client: httpx.Client) -> None:
    body = lines(*map(cell, range(12_000)))
    assert len(body) > 1_500_000

    response = client.post(
        "/v1/events", content=(body[i : i + 7_001] for i in range(0, len(body), 7_001)), headers=NDJSON
    )

    assert (response.status_code, response.json()["accepted"]) == (200, 12_000)


def test_who_sends_slowly_holds_nobody_up(client: httpx.Client) -> None:
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


class Failing:
    """A store that fails as it is told to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.url, self.read_threads = store.url, store.read_threads
        self.error: StoreError | Exception | None = None

    def read(self, work: Callable[[Reader], T]) -> T:
        self._fail()
        return self._store.read(work)

    def write(self, work: Callable[[Transaction], T]) -> T:
        self._fail()
        return self._store.write(work)

    def ready(self) -> None:
        self._fail()
        self._store.ready()

    def close(self) -> None: ...

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (StoreUnavailableError("It is gone."), 503, "store_unavailable"),
        (StoreBusyError("Others hold it."), 503, "store_busy"),
        (StoreDamagedError("It contradicts itself."), 500, "store_damaged"),
        (RuntimeError("secret"), 500, "internal_error"),
    ],
)
def test_a_store_that_fails_is_told_and_recovers(sqlite_file: str, error: Exception, status: int, code: str) -> None:
    from lineage.stores import open_store

    store = Failing(open_store(sqlite_file))
    with asking(store) as client:
        store.error = error
        failed = [client.get("/ready"), client.get("/v1/events"), post(client, cell(1))]
        health = client.get("/health")
        store.error = None
        after = [client.get("/ready"), client.get("/v1/events"), post(client, cell(1))]

    assert [(r.status_code, r.json()["code"]) for r in failed] == [(status, code)] * 3
    assert all(r.headers["content-type"] == "application/problem+json" and "secret" not in r.text for r in failed)
    assert all((r.headers.get("retry-after") is not None) == (status == 503) for r in failed)
    assert health.status_code == 200
    assert [r.status_code for r in after] == [200, 200, 200]


def test_a_long_read_is_cut_and_says_so(demo_store: Store) -> None:
    with asking(demo_store, read_seconds=0.0) as client:
        answer = client.get(f"/v1/items/{FACTS.recycled_vehicle}/lineage?direction=upstream").json()

    assert (answer["complete"], answer["cut"]["reason"]) == (False, "time_limit")


def test_a_very_deep_composition_is_answered(client: httpx.Client) -> None:
    depth = 600
    post(client, *(assembled(f"urn:x:{n}", f"urn:x:{n + 1}") for n in range(depth)))

    response = client.get("/v1/items/urn:x:0/composition")

    assert (response.status_code, response.text.count('"parts":')) == (200, depth + 1)
    assert response.text.endswith("[]" + "}]" * depth + "}}")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("OPTIONS", "/v1/events", 204),
        ("OPTIONS", "/v1/items/x/lineage", 204),
        ("DELETE", "/v1/events", 405),
        ("POST", "/v1/items/x", 405),
        ("PUT", "/health", 405),
    ],
)
def test_an_address_says_which_methods_it_takes(client: httpx.Client, method: str, address: str, status: int) -> None:
    response = client.request(method, address)

    assert response.status_code == status
    assert "GET" in response.headers["allow"]
    assert status == 204 or response.json()["code"] == "method_not_allowed"


def test_head_is_get_without_the_body(demo_store: Store) -> None:
    address = f"/v1/items/{FACTS.swapped_module}"
    with asking(demo_store) as client:
        got, head = client.get(address), client.head(address)

    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(got.content)))


@pytest.mark.parametrize(
    "address", ["/", "/v1", "/v1/", "/v2/events", "/v1/items", "/v1/event", "/v1/events/", "//", "/.."]
)
def test_any_other_address_is_a_404_problem(client: httpx.Client, address: str) -> None:
    response = client.get(address)

    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("address", ["/v1/items/%FF", "/v1/search?q=%ff", "/v1/events?%c3%28=1", "/v1/events/%80/"])
def test_an_address_that_is_not_utf8_is_400(client: httpx.Client, address: str) -> None:
    response = client.get(address)

    assert (response.status_code, response.json()["code"]) == (400, "not_utf8")


def test_too_many_parameters_are_refused(client: httpx.Client) -> None:
    response = client.get("/v1/events?" + "&".join(f"a{n}=1" for n in range(200)))

    assert (response.status_code, response.json()["code"]) == (400, "too_many_parameters")


def test_no_other_origin_is_let_in_and_nothing_is_sniffed(client: httpx.Client) -> None:
    response = client.get("/v1/events", headers={"origin": "https://example.com"})

    assert "access-control-allow-origin" not in response.headers
    assert response.headers["x-content-type-options"] == "nosniff"


def test_many_ask_at_once(demo_store: Store) -> None:
    with asking(demo_store) as client:
        alone = [client.get(address).json() for address in ADDRESSES if "holdings" not in address]
        got: list[list[Any]] = []

        def ask() -> None:
            with httpx.Client(base_url=client.base_url, timeout=60) as own:
                got.append([own.get(address).json() for address in ADDRESSES if "holdings" not in address])

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert got == [alone] * 8


def test_every_question_of_the_table_has_a_route(client: httpx.Client) -> None:
    for question in QUESTIONS:
        response = client.get(question.path.replace("{id}", "x"), params={"no_such": "1"})

        assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "unknown_parameter"), question.path
