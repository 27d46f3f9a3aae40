"""Checks of a request's frame, before any route: its host, its length, and the form of its address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.error_handlers import respond
from lineage.operations.problems import problem

LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
"""The service's own names where it listens to this machine only."""


def is_loopback(host: str) -> bool:
    """Return whether an address to listen on is reached from this machine only."""
    return host in ("localhost", "::1") or host.startswith("127.")


def names_of(host: str, further: Collection[str]) -> tuple[str, ...] | None:
    """Return the names that a service takes in `Host`; None, which takes all, on a network without names of its own."""
    if is_loopback(host):
        return (*LOOPBACK, host, *further)
    return (*LOOPBACK, host, *further) if further else None


class CheckedFrame:
    """Middleware that refuses requests by their frame; `hosts` None takes every host.

    Without the check of hosts a page of any web site could have its own name resolve to this machine, and read what the
    service answers.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = None) -> None:
        self._app = app
        self._hosts = None if hosts is None else frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope["headers"])
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._app(_in_origin_form(scope), receive, send)

    def _refusal(self, headers: list[tuple[bytes, bytes]]) -> Response | None:
        names = [name for name, _ in headers]
        if b"content-length" in names and b"transfer-encoding" in names:
            detail = "A body has a length or comes in chunks: send one of the two headers."
            return respond(problem(400, "length_and_chunks", detail), {"Connection": "close"})
        if self._hosts is None:
            return None
        given = [value.decode("latin-1") for name, value in headers if name == b"host"]
        if len(given) == 1 and _name_of(given[0]) in self._hosts:
            return None
        detail = "This host is none of the service's names. Name it with --allowed-host, if it is."
        return respond(problem(421, "host_not_allowed", detail), {"Connection": "close"})


def _name_of(host: str) -> str:
    """Return the name in a Host header, without its port, in lower case."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()


def _in_origin_form(scope: Scope) -> Scope:
    """Return the scope with a path, where a client sent the whole address as it does to a proxy."""
    raw: bytes = scope.get("raw_path") or b""
    if not raw.lower().startswith((b"http://", b"https://")):
        return scope
    path = urlsplit(raw.decode("latin-1")).path or "/"
    return {**scope, "path": path, "raw_path": path.encode("latin-1")}
