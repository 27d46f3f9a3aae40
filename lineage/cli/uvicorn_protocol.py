"""The HTTP protocol class of the server."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
import time
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from lineage.operations.json_encoding import encode
from lineage.operations.problems import problem
from lineage.service.answers import Document

_Base: Any = AutoHTTPProtocol
_LOG: Final = logging.getLogger("lineage.http")
LONGEST_HEADER_S: Final = 30.0
"""The time in which the header of a request has to arrive, from the connection or from its first byte on."""
MOST_CONNECTIONS: Final = min(1000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
"""More are answered with 503: the rest of the file descriptors is for the store."""
_LOG_EVERY_S: Final = 60.0


class AtOnce(_Base):  # type: ignore[misc]
    """The HTTP protocol with TCP_NODELAY, limits of connections and headers, and problem documents for what is no HTTP.

    With several workers uvicorn accepts connections without TCP_NODELAY: then the body of an answer waits some 40 ms
    until the client has acknowledged the header.
    """

    _header_due: asyncio.TimerHandle | None = None
    _logged = -_LOG_EVERY_S

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set TCP_NODELAY on a new connection, and refuse it where there are too many."""
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            self._log_refusal()
            self._refuse(problem(503, "too_many_connections", "The service has too many connections: try again."))
        else:
            self._await_header()

    def data_received(self, data: bytes) -> None:
        """Take what a client sent, and stop the clock for its header once that is complete."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._header_arrived()
        elif self._header_due is None:
            self._await_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock with the connection."""
        self._header_arrived()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a problem document, and close the connection."""
        self._refuse(problem(400, "bad_http", f"This is not a request of HTTP/1.1: {msg.rstrip('.')}."))

    def _await_header(self) -> None:
        self._header_due = asyncio.get_running_loop().call_later(LONGEST_HEADER_S, self._header_is_late)

    def _header_arrived(self) -> None:
        if self._header_due is not None:
            self._header_due.cancel()
            self._header_due = None

    def _header_is_late(self) -> None:
        self._header_due = None
        if self.cycle is None or self.cycle.response_complete:
            detail = f"The header of a request did not arrive within {LONGEST_HEADER_S:g} s."
            self._refuse(problem(408, "request_timeout", detail))

    @classmethod
    def _log_refusal(cls) -> None:
        """Log that connections are refused, once a minute: a line for each of them would fill the disk."""
        now = time.monotonic()
        if now - AtOnce._logged >= _LOG_EVERY_S:
            AtOnce._logged = now
            _LOG.warning("too_many_connections: more than %s connections are open", MOST_CONNECTIONS)

    def _refuse(self, document: Document) -> None:
        """Answer with a problem document without any route, and close the connection."""
        body, status = encode(document), document["status"]
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
