"""Refusals over HTTP: addresses, methods, parameters, a store that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import httpx
import pytest

from lineage.domain.errors import StoreBusyError, StoreDamagedError, StoreError, StoreUnavailableError
from lineage.stores.interface import ProjectionReader, QuestionReader, ReadLimit, RowDifference, Store, Transaction
from lineage.synthetic.demo.history import demo_facts
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import cell, post

T = TypeVar("T")
FACTS = demo_facts()


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
        ("/v1/items/x/responsibility?from=2024-01-01", {("from", "unknown_parameter")}),
        ("/v1/parties/x/duties?status=done&cursor=!", {("status", "not_a_choice"), ("cursor", "bad_cursor")}),
        ("/v1/items/x/dossier?lang=fr", {("lang", "not_a_choice")}),
        ("/v1/paths?source=x", {("destination", "missing_parameter")}),
        ("/v1/search", {("q", "missing_parameter")}),
        ("/v1/search?q=", {("q", "text_length")}),
        ("/v1/search?q=x&cursor=WzEsMiwzXQ==", {("cursor", "bad_cursor")}),
        ("/v1/events?cursor=!", {("cursor", "bad_cursor")}),
        ("/v1/events?limit=1001&type=made", {("limit", "out_of_range"), ("type", "not_a_choice")}),
        ("/v1/findings?kind=odd&region=44", {("kind", "not_a_choice"), ("region", "region_form")}),
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


class Failing:
    """A store that fails on demand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.url, self.read_threads, self.findings = store.url, store.read_threads, store.findings
        self.is_new = False
        self.error: StoreError | Exception | None = None

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        self._fail()
        return self._store.read(work, limit)

    def read_projection(self, work: Callable[[ProjectionReader], T], limit: ReadLimit | None = None) -> T:
        self._fail()
        return self._store.read_projection(work, limit)

    def write(self, work: Callable[[Transaction], T]) -> T:
        self._fail()
        return self._store.write(work)

    def fill(self, work: Callable[[Transaction], T]) -> T:
        self._fail()
        return self._store.fill(work)

    def differences(self, derive: Callable[[QuestionReader, Transaction], None], most: int) -> list[RowDifference]:
        self._fail()
        return self._store.differences(derive, most)

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
        (StoreDamagedError("It contradicts itself."), 503, "store_damaged"),
        (RuntimeError("secret"), 500, "internal_error"),
    ],
)
def test_a_store_that_fails_is_reported_and_recovers(
    sqlite_file: str, error: Exception, status: int, code: str
) -> None:
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
def test_an_address_states_which_methods_it_takes(client: httpx.Client, method: str, address: str, status: int) -> None:
    response = client.request(method, address)

    assert response.status_code == status
    assert "GET" in response.headers["allow"]
    assert status == 204 or response.json()["code"] == "method_not_allowed"


def test_head_is_get_without_the_body(demo_store: Store) -> None:
    address = f"/v1/items/{FACTS.swapped_module}"
    with asking(demo_store) as client:
        got, head = client.get(address), client.head(address)

    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(got.content)))


@pytest.mark.parametrize("address", ["/v1", "/v1/", "/v2/events", "/v1/items", "/v1/event", "/v1/events/", "//", "/.."])
def test_any_other_address_is_a_404_problem(client: httpx.Client, address: str) -> None:
    # As it stands: the client would send `//` and `/..` as `/`, which has a page.
    response = client.get("/", extensions={"target": address.encode()})

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
