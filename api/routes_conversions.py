"""POST /v1/platform, which stores messages of the national platform as events."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.bodies import Body
from api.requests import CSV, JSON, NDJSON, query_of, service_of
from api.routes_events import AT_ONCE, UTF8, media_type_of
from lineage.domain.errors import LineageError
from lineage.operations.conversion import PlatformParameters, load_platform_body
from lineage.operations.json_encoding import encode
from lineage.operations.parameters import read_parameters
from lineage.service.ingest.load import Rules

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLATFORM_TAKEN: Final = (JSON, NDJSON, CSV, XLSX)
"""Media types of a body of messages; its content shows which one it is."""
_CHARSETS: Final = (*UTF8, "gb18030", "gbk", "gb2312")


async def platform(request: Request) -> Response:
    """Store what messages of the national platform state, and report the errors of the others (docs/platform.md)."""
    parameters = read_parameters(PlatformParameters, query_of(request))
    service = service_of(request)
    arriving = Body(request)
    try:
        media_type_of(request, PLATFORM_TAKEN, _CHARSETS)
        head, is_whole = await arriving.head(AT_ONCE)
        rest = iter(()) if is_whole else arriving.rest(asyncio.get_running_loop())
        rules = Rules(service.clock, atomic=parameters.atomic)
        document = await service.load(
            lambda: load_platform_body(service.store, chain((head,), rest), parameters, rules), is_whole=is_whole
        )
    except ClientDisconnect:
        return Response(status_code=400)
    except LineageError:
        await arriving.drain()
        raise
    return Response(encode(document), media_type=JSON)
