"""POST /v1/events, which stores a body of any length batch by batch, and POST /v1/check, which checks a short one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import chain
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.bodies import Body
from api.executors import ServiceContext
from api.requests import query_of, service_of
from lineage.domain.errors import LineageError, RecordedNotAllowedError
from lineage.exchange.formats import MEDIA_TYPES
from lineage.operations.deadline import Deadline
from lineage.operations.ingest import LoadParameters, load_body
from lineage.operations.json_encoding import encode
from lineage.operations.parameters import Parameters, read_parameters
from lineage.operations.precheck import checked, too_large
from lineage.operations.problems import UnsupportedMediaTypeError
from lineage.service.answers import Context
from lineage.service.ingest.load import Rules

TAKEN: Final = tuple(MEDIA_TYPES)
"""Media types of a body of events."""
UTF8: Final = ("utf-8", "utf8", "us-ascii")
AT_ONCE: Final = 1024 * 1024
"""A body up to this size is read before a thread is taken for it, so a slow sender of a short body delays no other."""


async def load(request: Request) -> Response:
    """Store valid events and report the errors of the others (contract 8)."""
    parameters = read_parameters(LoadParameters, query_of(request))
    service = service_of(request)
    arriving = Body(request)
    try:
        media_type = _check(request, parameters, service)
        head, is_whole = await arriving.head(AT_ONCE)
        rest = iter(()) if is_whole else arriving.rest(asyncio.get_running_loop())
        rules = Rules(service.clock, keep_recorded=parameters.keep_recorded, atomic=parameters.atomic)
        document = await service.load(
            lambda: load_body(service.store, chain((head,), rest), rules, media_type), is_whole=is_whole
        )
    except ClientDisconnect:
        return Response(status_code=400)
    except LineageError:
        await arriving.drain()
        raise
    return Response(encode(document), media_type=TAKEN[0])


async def check(request: Request) -> Response:
    """Check events that are not reported yet; nothing is stored."""
    read_parameters(Parameters, query_of(request))
    service = service_of(request)
    arriving = Body(request)
    try:
        media_type = media_type_of(request, TAKEN)
        body, is_whole = await arriving.head(AT_ONCE)
        if not is_whole:
            raise too_large()
        deadline = Deadline(service.read_seconds)
        context = Context(service.clock(), deadline.passed, check=deadline.check)
        store = service.bounded(deadline)
        document = await service.read(request, deadline, lambda: checked(store, body, context, media_type=media_type))
    except ClientDisconnect:
        return Response(status_code=400)
    except LineageError:
        await arriving.drain()
        raise
    return Response(encode(document), media_type=TAKEN[0])


def _check(request: Request, parameters: LoadParameters, service: ServiceContext) -> str:
    media_type = media_type_of(request, TAKEN)
    if parameters.keep_recorded and not service.allow_keep_recorded:
        raise RecordedNotAllowedError
    return media_type


def media_type_of(request: Request, taken: Sequence[str], charsets: Sequence[str] = UTF8) -> str:
    """Return the media type of the body, by default the first of `taken`. Raises UnsupportedMediaTypeError."""
    kind, *options = [part.strip().lower() for part in request.headers.get("content-type", "").split(";")]
    charset = next((o.removeprefix("charset=").strip('"') for o in options if o.startswith("charset=")), "utf-8")
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if (kind or has_body) and (kind not in taken or charset not in charsets):
        shown = request.headers.get("content-type") or "of no kind"
        message = f"Send {' or '.join(taken)}, in {charsets[0].upper()}; this is {shown}."
        raise UnsupportedMediaTypeError(message)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("Send the body as it is: no content encoding is taken.")
    return kind or taken[0]
