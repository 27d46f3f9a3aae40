"""The HTTP protocol class of the server."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from lineage.operations.json_encoding import encode
from lineage.operations.problems import problem

_Base: Any = AutoHTTPProtocol


class AtOnce(_Base):  # type: ignore[misc]
    """The HTTP protocol with TCP_NODELAY set, and problem documents for what is no HTTP.

    With several workers uvicorn accepts connections without it: then the body of an answer waits some 40 ms until
    the client has acknowledged the header.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set TCP_NODELAY on a new connection."""
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a problem document, and close the connection."""
        detail = f"This is not a request of HTTP/1.1: {msg.rstrip('.')}."
        body = encode(problem(400, "bad_http", detail))
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
