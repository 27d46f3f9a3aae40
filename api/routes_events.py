"""POST /v1/events, which stores a body of any length batch by batch, and POST /v1/check, which checks a short one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.executors import ServiceContext
from api.requests import query_of, service_of
from lineage.domain.errors import LineageError, RecordedNotAllowedError
from lineage.exchange.formats import MEDIA_TYPES
from lineage.operations.deadline import Deadline
from lineage.operations.ingest import LoadParameters, load_body
from lineage.operations.json_encoding import encode
from lineage.operations.parameters import Parameters, read_parameters
from lineage.operations.precheck import checked, too_large
from lineage.operations.problems import StalledRequestError, UnsupportedMediaTypeError
from lineage.service.answers import Context
from lineage.service.ingest.load import Rules

TAKEN: Final = tuple(MEDIA_TYPES)
"""Media types of a body of events."""
AT_ONCE: Final = 1024 * 1024
"""A body up to this size is read before a thread is taken for it, so a slow sender of a short body delays no other."""
LONGEST_PAUSE_S: Final = 60.0
_DRAINED: Final = 256 * 1024 * 1024


async def load(request: Request) -> Response:
    """Store valid events and report the errors of the others (contract 8)."""
    parameters = read_parameters(LoadParameters, query_of(request))
    service = service_of(request)
    pieces = request.stream()
    try:
        media_type = _check(request, parameters, service)
        head, is_whole = await _head(pieces)
        rest = iter(()) if is_whole else _rest(pieces, asyncio.get_running_loop())
        rules = Rules(service.clock, keep_recorded=parameters.keep_recorded, atomic=parameters.atomic)
        document = await service.load(lambda: load_body(service.store, chain((head,), rest), rules, media_type))
    except ClientDisconnect:
        return Response(status_code=400)
    except LineageError:
        await _drain(pieces)
        raise
    return Response(encode(document), media_type=TAKEN[0])


async def check(request: Request) -> Response:
    """Check events that are not reported yet; nothing is stored."""
    read_parameters(Parameters, query_of(request))
    service = service_of(request)
    pieces = request.stream()
    try:
        _media_type(request)
        body, is_whole = await _head(pieces)
        if not is_whole:
            raise too_large()
        deadline = Deadline(service.read_seconds)
        context = Context(service.clock(), deadline.passed, check=deadline.check)
        store = service.bounded(deadline)
        document = await service.read(request, deadline, lambda: checked(store, body, context))
    except ClientDisconnect:
        return Response(status_code=400)
    except LineageError:
        await _drain(pieces)
        raise
    return Response(encode(document), media_type=TAKEN[0])


def _check(request: Request, parameters: LoadParameters, service: ServiceContext) -> str:
    media_type = _media_type(request)
    if parameters.keep_recorded and not service.allow_keep_recorded:
        raise RecordedNotAllowedError
    return media_type


def _media_type(request: Request) -> str:
    """Return the media type of the body. Raises UnsupportedMediaTypeError."""
    kind, *options = [part.strip().lower() for part in request.headers.get("content-type", "").split(";")]
    charset = next((o.removeprefix("charset=").strip('"') for o in options if o.startswith("charset=")), "utf-8")
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if (kind or has_body) and (kind not in TAKEN or charset not in ("utf-8", "utf8", "us-ascii")):
        message = f"Send {' or '.join(TAKEN)}, in UTF-8; this is {request.headers.get('content-type') or 'of no kind'}."
        raise UnsupportedMediaTypeError(message)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("Send the body as it is: no content encoding is taken.")
    return kind or TAKEN[0]


async def _head(pieces: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Return the first mebibyte, and whether that was the whole body."""
    head = bytearray()
    while (piece := await _next(pieces)) is not None:
        head += piece
        if len(head) > AT_ONCE:
            return bytes(head), False
    return bytes(head), True


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(LONGEST_PAUSE_S):
            return await anext(pieces, None)
    except TimeoutError:
        raise StalledRequestError(f"Nothing more came for {LONGEST_PAUSE_S:g} s. Send it again.") from None


def _rest(pieces: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
    """Yield the rest of a body in another thread; each piece is fetched on demand, so that none pile up."""
    while (piece := asyncio.run_coroutine_threadsafe(_next(pieces), loop).result()) is not None:
        yield piece


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    """Read the rest up to a limit: many clients read an answer only after they sent everything."""
    size = 0
    try:
        while size < _DRAINED and (piece := await _next(pieces)) is not None:
            size += len(piece)
    except (ClientDisconnect, StalledRequestError, RuntimeError):
        return
