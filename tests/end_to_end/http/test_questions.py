"""Questions over HTTP, through a socket (contract 8)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from lineage.operations.catalogue import OPERATIONS
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_facts
from tests.builders import Json, assembled, produced
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import COMMON, post
from tests.questions import EVERY, REQUESTS

FACTS = demo_facts()
ADDRESSES = [request.address for request in EVERY]
UNHURRIED_S = 60.0
"""The limit of a read where the answer is to be whole on a busy machine, too."""


def test_every_question_answers_with_what_every_answer_has(demo_store: Store) -> None:
    with asking(demo_store, read_seconds=UNHURRIED_S) as client:
        for address in ADDRESSES:
            response = client.get(address)

            assert (response.status_code, response.headers["content-type"]) == (200, "application/json"), address
            assert response.json().keys() >= COMMON, address


def test_every_get_takes_known_at_and_repeats_it(demo_store: Store) -> None:
    with asking(demo_store, read_seconds=UNHURRIED_S) as client:
        for request in EVERY:
            answer = client.get(request.having(known_at="2026-07-01").address).json()

            assert answer["known_at"] == "2026-06-30T16:00:00.000Z", request


def test_what_was_not_known_yet_is_distinguished_from_what_is_unknown(demo_store: Store) -> None:
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


def test_a_long_read_is_cut_and_marked(demo_store: Store) -> None:
    with asking(demo_store, read_seconds=0.0) as client:
        answer = client.get(f"/v1/items/{FACTS.recycled_vehicle}/lineage?direction=upstream").json()

    assert (answer["complete"], answer["cut"]["reason"]) == (False, "time_limit")


def test_a_very_deep_composition_is_answered(client: httpx.Client) -> None:
    depth = 600
    post(client, *(assembled(f"urn:x:{n}", f"urn:x:{n + 1}") for n in range(depth)))

    response = client.get("/v1/items/urn:x:0/composition")

    assert (response.status_code, response.text.count('"parts":')) == (200, depth + 1)
    assert response.text.endswith("[]" + "}]" * depth + "}}")


def answer_of(client: httpx.Client, address: str) -> Json:
    """The answer without its cursor, which may hold the time of the request."""
    answer: Json = client.get(address).json()
    return {name: value for name, value in answer.items() if name != "next"}


def test_many_requests_at_once_are_answered(demo_store: Store) -> None:
    addresses = [request.address for request in REQUESTS.values()]
    with asking(demo_store, read_seconds=UNHURRIED_S) as client:
        alone = [answer_of(client, address) for address in addresses]
        got: list[list[Any]] = []

        def ask() -> None:
            with httpx.Client(base_url=client.base_url, timeout=120) as own:
                got.append([answer_of(own, address) for address in addresses])

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert got == [alone] * 8


def test_every_question_of_the_table_has_a_route(client: httpx.Client) -> None:
    for question in OPERATIONS:
        response = client.get(question.path.replace("{id}", "x"), params={"no_such": "1"})

        assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "unknown_parameter"), question.path
