"""The HTTP service: `create_app(store)`, and the factory that worker processes call."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from collections.abc import AsyncIterator, Callable, Collection
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from api.accepting import ExhaustionLog
from api.error_handlers import on_error, on_fault, on_http_error
from api.executors import Clock, ServiceContext
from api.hosts import CheckedFrame
from api.openapi.document import described
from api.pages.api_reference import reference, try_question
from api.pages.landing import landing
from api.routes import routes
from lineage import __version__
from lineage.domain.errors import LineageError
from lineage.operations.operation import system_clock
from lineage.service.gc_tuning import tune_gc
from lineage.settings import read_settings
from lineage.stores import open_store
from lineage.stores.interface import Store

_HEADERS: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
]

_CACHE: Final = (b"cache-control", b"no-store")
"""The next event may change any answer, and answers name parties: no proxy stores them."""


def create_app(
    store: Store,
    *,
    allow_keep_recorded: bool = False,
    read_seconds: float = 10.0,
    clock: Clock = system_clock,
    allowed_hosts: Collection[str] | None = None,
    on_close: Callable[[], None] | None = None,
) -> FastAPI:
    """Return the service over an open store, which the caller closes; `on_close` is called when the service ends.

    Requests with a `Host` that is none of `allowed_hosts` are refused; None takes every host.
    """
    service = ServiceContext(store, clock, read_seconds, allow_keep_recorded=allow_keep_recorded)

    app = FastAPI(
        title="battery-lineage",
        version=__version__,
        lifespan=_lifespan(service, on_close),
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        exception_handlers={LineageError: on_error, HTTPException: on_http_error, Exception: on_fault},
    )
    app.state.service = service
    app.router.routes.extend(routes())
    for address, answer in (("/", landing), ("/docs", reference), ("/docs/try", try_question)):
        app.add_route(address, answer, include_in_schema=False)
    app.add_middleware(CheckedFrame, hosts=allowed_hosts)
    app.add_middleware(EncodedPaths)
    described(app)
    return app


def _lifespan(service: ServiceContext, on_close: Callable[[], None] | None) -> Lifespan[FastAPI]:
    """Return what happens when the service begins, and when it ends."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(ExhaustionLog())
        # Objects that exist now stay: scanning them again and again delays every hundredth answer.
        gc.collect()
        tune_gc()
        with contextlib.suppress(LineageError):
            # Logs that the journal runs ahead of the clock; a store that does not answer yet is no reason not to start.
            await service.ready()
        yield
        # In a thread: a load that still waits for its body waits for this event loop.
        await asyncio.to_thread(service.close)
        if on_close is not None:
            on_close()

    return lifespan


def from_environment() -> FastAPI:
    """Return the service by the settings of the environment, with its own store; each worker process calls this."""
    settings = read_settings(os.environ)
    store = open_store(
        settings.store, user=settings.neo4j_user, password=settings.neo4j_password, findings=settings.findings
    )
    return create_app(
        store,
        allow_keep_recorded=settings.allow_keep_recorded,
        read_seconds=settings.read_seconds,
        allowed_hosts=settings.allowed_hosts or None,
        on_close=store.close,
    )


class EncodedPaths:
    """Middleware that passes addresses on undecoded, because an id may hold a slash, and adds headers to answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), *_HEADERS]
                if all(name != _CACHE[0] for name, _ in headers):
                    headers.append(_CACHE)
                message["headers"] = headers
            await send(message)

        raw: Any = scope.get("raw_path")
        path = quote(scope["path"]) if raw is None else raw.decode("latin-1")
        await self._app({**scope, "path": path}, receive, sending)
