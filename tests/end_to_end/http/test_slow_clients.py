"""Slow or many clients hold up no one else, and are not waited for without end."""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import ExitStack, closing
from typing import Any

import pytest

from api import bodies
from api.accepting import ExhaustionLog
from lineage.cli import uvicorn_protocol
from lineage.stores.interface import Store
from tests.end_to_end.conftest import asking
from tests.end_to_end.http.test_frames import exchange, serving_at_once
from tests.end_to_end.http_and_cli import cell, post

LONG = 2 * 1024 * 1024
HEAD = (
    "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n"
    f"Content-Type: application/x-ndjson\r\nContent-Length: {LONG}\r\n\r\n"
)


def upload(port: int) -> socket.socket:
    """A connection that has sent more than a mebibyte of an upload, and sends nothing more."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(HEAD.encode() + b"\n" * (LONG - 10))
    return connection


def test_uploads_that_stand_still_hold_up_no_report(store: Store) -> None:
    with asking(store) as client, ExitStack() as uploads:
        for _ in range(8):
            uploads.enter_context(closing(upload(client.base_url.port or 0)))

        answers = [post(client, cell(n)).json()["accepted"] for n in range(5)]

    assert answers == [1] * 5


def test_a_sender_below_the_least_rate_is_not_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST_PAUSE_S", 0.2)
    head = HEAD.replace(str(LONG), "100")
    with serving_at_once(store) as port:
        status, document = exchange(port, head)

    assert (status, document["code"]) == (408, "request_timeout")


def test_the_time_allowed_for_a_body_grows_with_what_arrived_up_to_a_total(monkeypatch: pytest.MonkeyPatch) -> None:
    body = bodies.Body.__new__(bodies.Body)
    allowed = []
    for size in (0, 1024 * 60, 10**12):
        body._size = size
        allowed.append(body._allowed())

    assert allowed == [60.0, 120.0, 3600.0]


def test_a_header_that_does_not_end_is_not_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn_protocol, "LONGEST_HEADER_S", 0.2)
    with serving_at_once(store) as port:
        silent = exchange(port, "")
        partial = exchange(port, "GET /health HTTP/1.1\r\nHost:")

    assert [(status, document["code"]) for status, document in (silent, partial)] == [(408, "request_timeout")] * 2


def test_too_many_connections_are_refused_with_one_line_in_the_log(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(uvicorn_protocol, "MOST_CONNECTIONS", 3)
    monkeypatch.setattr(uvicorn_protocol.AtOnce, "_logged", -60.0)
    request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with serving_at_once(store) as port:
        with ExitStack() as idle:
            for _ in range(3):
                idle.enter_context(closing(socket.create_connection(("127.0.0.1", port))))
            refused = [exchange(port, "") for _ in range(3)]
        while exchange(port, request)[0] != 200:
            pass

    assert [(status, document["code"]) for status, document in refused] == [(503, "too_many_connections")] * 3
    assert sum("too_many_connections" in line for line in caplog.text.splitlines()) == 1


def test_connections_that_cannot_be_accepted_are_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    others: list[dict[str, Any]] = []

    class Loop(asyncio.SelectorEventLoop):
        def default_exception_handler(self, context: dict[str, Any]) -> None:
            others.append(context)

    loop = Loop()
    loop.set_exception_handler(ExhaustionLog())
    for _ in range(3):
        loop.call_exception_handler({"message": "accept", "exception": OSError(errno.EMFILE, "Too many open files")})
    loop.call_exception_handler({"message": "other", "exception": OSError(errno.EIO, "Input/output error")})
    loop.close()

    assert [context["message"] for context in others] == ["other"]
    assert [line.count("Too many open files") for line in caplog.messages] == [1]
