"""Path operations whose signature is for the OpenAPI document and whose handler reads the request itself."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any

from fastapi import Body, Path, Query
from fastapi.routing import APIRoute
from pydantic import BaseModel, WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Awaitable[Response]]


class DeclaredRoute(APIRoute):
    """A route that calls its endpoint with the request, and takes HEAD where it takes GET.

    FastAPI documents the declared signature and does not solve it, which would take a fifth of a short answer's time
    (decision 29).
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = super().matches(scope)
        return (Match.FULL if match is Match.PARTIAL and self._is_head(scope) else match), child_scope

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_head(scope):
            await self.app(scope, receive, send)
        else:
            await super().handle(scope, receive, send)

    def _is_head(self, scope: Scope) -> bool:
        # Not among its methods: each of these would be an operation of the document.
        return scope.get("method") == "HEAD" and "GET" in (self.methods or ())


def declared(
    handler: Handler,
    *,
    query: type[BaseModel] | None = None,
    body: Any = None,  # noqa: ANN401 - any type that pydantic knows
    id: tuple[str, str] | None = None,
) -> Handler:
    """Give a handler the signature that FastAPI documents: an `id` (its description and example), a query, a body."""
    parameters = []
    if id is not None:
        about, example = id
        schema = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 512, "examples": [example]})
        parameters.append(("id", Annotated[str, Path(description=about), schema]))
    if query is not None:
        parameters.append(("query", Annotated[query, Query()]))
    if body is not None:
        parameters.append(("body", Annotated[body, Body()]))
    handler.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in parameters]
    )
    return handler
