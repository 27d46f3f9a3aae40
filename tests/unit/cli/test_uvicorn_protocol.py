"""Connections of the service."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing

import uvicorn
from uvicorn.server import ServerState

from lineage.cli.uvicorn_protocol import AtOnce


async def silent(_scope: object, _receive: object, _send: object) -> None:
    """An app that gets no request here."""


async def leaves_at_once() -> int:
    config = uvicorn.Config(silent, http=AtOnce)
    config.load()
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with closing(socket.create_connection(listening.getsockname())):
            accepted, _ = listening.accept()
            transport, _ = await asyncio.get_running_loop().connect_accepted_socket(
                lambda: AtOnce(config=config, server_state=ServerState(), app_state={}), accepted
            )
            with closing(transport):
                connection: socket.socket = transport.get_extra_info("socket")
                return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_answer_waits_for_its_headers_to_be_acknowledged() -> None:
    assert asyncio.run(leaves_at_once())
