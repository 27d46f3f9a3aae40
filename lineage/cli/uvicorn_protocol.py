"""The HTTP protocol class of the server."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

_Base: Any = AutoHTTPProtocol


class AtOnce(_Base):  # type: ignore[misc]
    """The HTTP protocol with TCP_NODELAY set.

    With several workers uvicorn accepts connections without it: then the body of an answer waits some 40 ms until
    the client has acknowledged the header.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set TCP_NODELAY on a new connection."""
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
