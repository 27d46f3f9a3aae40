"""How bytes leave over HTTP."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

_Base: Any = AutoHTTPProtocol


class AtOnce(_Base):  # type: ignore[misc]
    """The protocol of the server; what is sent leaves at once.

    Beside other workers a connection comes without that: then the body of an answer waits some 40 ms until the other
    side has acknowledged its head.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection begins."""
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
