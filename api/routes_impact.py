"""POST /v1/impact, which answers a recall with a stream of lines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.bodies import Body
from api.requests import CSV, JSON, NDJSON, query_of, service_of, wants
from lineage.operations.csv_encoding import columns_of, header_of, rows_of
from lineage.operations.deadline import Deadline
from lineage.operations.parameters import Parameters, read_parameters
from lineage.operations.problems import BodyTooLargeError, UnsupportedMediaTypeError
from lineage.operations.recall import decode_recall
from lineage.service.documents.impact import Concern
from lineage.service.questions.impact import impact as find_impact

MOST_BYTES: Final = 8 * 1024 * 1024
_AT_ONCE: Final = 200
"""The most lines that are sent together."""


async def impact(request: Request) -> Response:
    """Answer a recall line by line. Raises LineageError before the first line is sent."""
    read_parameters(Parameters, query_of(request))
    service = service_of(request)
    recall = decode_recall(await _body(request))
    deadline = Deadline(service.read_seconds)
    context = recall.context(service.clock, deadline)
    lines = find_impact(service.bounded(deadline), recall.question(), context)
    first = await service.read(request, deadline, lambda: next(lines))

    async def pieces() -> AsyncIterator[bytes]:
        piece: bytes | None = first
        while piece is not None:
            # The limit is for the time that the service spends, not for the time in which the client reads.
            deadline.pause()
            yield piece
            deadline.resume()
            piece = await service.read(request, deadline, lambda: _some(lines))

    varying = {"Vary": "Accept"}
    if wants(request.headers.get("accept", ""), CSV):
        return StreamingResponse(_as_csv(pieces()), media_type=f"{CSV}; charset=utf-8", headers=varying)
    return StreamingResponse(pieces(), media_type=NDJSON, headers=varying)


async def _as_csv(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the concerns of pieces of lines as CSV, without the totals."""
    columns = columns_of(Concern)
    yield header_of(columns)
    async for piece in pieces:
        concerns = [line for line in map(orjson.loads, piece.splitlines()) if "totals" not in line]
        if concerns:
            yield rows_of(columns, concerns)


async def _body(request: Request) -> bytes:
    if request.headers.get("content-type", JSON).split(";")[0].strip().lower() != JSON:
        raise UnsupportedMediaTypeError("Send application/json, in UTF-8.")
    body, is_whole = await Body(request).head(MOST_BYTES)
    if not is_whole:
        raise BodyTooLargeError("A recall may have 8 MiB. Give maker, model, batch and time instead.")
    return body


def _some(lines: Iterator[bytes]) -> bytes | None:
    gathered = [line for line, _ in zip(lines, range(_AT_ONCE), strict=False)]
    return b"".join(gathered) or None
