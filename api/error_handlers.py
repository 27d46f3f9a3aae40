"""Answers to requests that fail: problem documents, and the methods that an address takes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from lineage.domain.errors import LineageError, StoreError
from lineage.operations.json_encoding import encode
from lineage.operations.problems import problem, problem_of
from lineage.service.answers import Document

PROBLEM: Final = "application/problem+json"
RETRY_SECONDS: Final = "2"
_LOG: Final = logging.getLogger("lineage.http")


def respond(document: Document, headers: Mapping[str, str] | None = None) -> Response:
    return Response(encode(document), document["status"], headers, media_type=PROBLEM)


async def on_error(_request: Request, error: Exception) -> Response:
    """Answer an error of the service's own tree."""
    assert isinstance(error, LineageError)
    document = problem_of(error)
    if isinstance(error, StoreError):
        _LOG.warning("%s: %s", error.code, error.message)
    again = {"Retry-After": RETRY_SECONDS} if document["status"] in (408, 503) else None
    return respond(document, again)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown address or a wrong method; OPTIONS is answered with the methods of the address."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = _allowed(request) or headers.get("Allow", "other methods")
    if error.status_code == 405 and request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
    detail = {
        404: "Nothing is at this address. /openapi.json lists all addresses.",
        405: f"This address takes {headers.get('Allow')}, not {request.method}.",
    }.get(error.status_code, str(error.detail))
    return respond(problem(error.status_code, code, detail), headers)


def _allowed(request: Request) -> str:
    """Return the methods of every route of the address, which may have one for GET and one for POST."""
    address = getattr(request.scope.get("route"), "path", None)
    found = {m for route in request.app.routes if getattr(route, "path", None) == address for m in route.methods or ()}
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found))


async def on_fault(_request: Request, _error: Exception) -> Response:
    """Answer a fault of the service without its details; the server logs it and closes the connection."""
    detail = "The service failed. The details are in its log."
    return respond(problem(500, "internal_error", detail), {"Connection": "close"})
