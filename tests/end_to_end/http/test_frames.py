"""Requests are refused or served by their frame: host, length, form of the address, and what is no HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import orjson
import pytest
import uvicorn

from api.app import create_app
from api.hosts import LOOPBACK, names_of
from lineage.cli.uvicorn_protocol import AtOnce
from lineage.stores.interface import Store
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import NDJSON, lines

OTHER = "attacker.example"


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]", "[::1]:80", "LOCALHOST", "me"])
def test_the_names_of_the_service_are_answered(store: Store, host: str) -> None:
    with asking(store, allowed_hosts=(*LOOPBACK, "me")) as client:
        assert client.get("/v1/events", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", [OTHER, f"{OTHER}:8000", "localhost.example", "127.0.0.1.example", ""])
def test_any_other_host_is_refused(store: Store, host: str) -> None:
    with asking(store, allowed_hosts=LOOPBACK) as client:
        response = client.post("/v1/events", content=lines(), headers={**NDJSON, "host": host})

    assert (response.status_code, response.json()["code"]) == (421, "host_not_allowed")


def test_only_a_service_on_this_machine_checks_hosts_by_itself() -> None:
    assert names_of("127.0.0.1", ["me"]) == (*LOOPBACK, "127.0.0.1", "me")
    assert names_of("0.0.0.0", []) is None
    assert OTHER in (names_of("192.0.2.1", [OTHER]) or ())


def test_length_and_chunks_together_are_refused(store: Store) -> None:
    request = (
        "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    with serving_at_once(store) as port:
        status, document = exchange(port, request)

    assert (status, document["code"]) == (400, "length_and_chunks")


def test_a_whole_address_is_served_as_its_path(store: Store) -> None:
    with serving_at_once(store) as port:
        status, document = exchange(
            port,
            f"GET http://localhost:{port}/v1/events?limit=5 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        )

    assert (status, document["events"]) == (200, [])


@pytest.mark.parametrize(
    "sent", ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_http_is_a_problem_document(store: Store, sent: str) -> None:
    with serving_at_once(store) as port:
        status, document = exchange(port, sent)

    assert (status, document["code"]) == (400, "bad_http")


@pytest.mark.parametrize("address", ["/", "/docs", "/health", "/v1/events", "/v1/items/urn:x:none", "/nothing"])
def test_no_answer_is_stored_on_its_way(client: httpx.Client, address: str) -> None:
    assert client.get(address).headers["cache-control"] == "no-store"


@contextmanager
def serving_at_once(store: Store) -> Iterator[int]:
    """Serve with the protocol of `lineage serve`, and give the port."""
    service = create_app(store, allowed_hosts=LOOPBACK)
    server = uvicorn.Server(uvicorn.Config(service, port=0, lifespan="off", log_config=None, http=AtOnce))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        service.state.service.close()


def exchange(port: int, request: str) -> tuple[int, dict[str, object]]:
    """Send bytes as they are, and return status and document of the answer."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as connection:
        connection.sendall(request.encode("latin-1"))
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), orjson.loads(body)
