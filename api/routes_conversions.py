"""POST /v1/platform and POST /v1/gbt32960, which store messages of other systems as events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.bodies import Body
from api.requests import CSV, JSON, NDJSON, query_of, service_of
from api.routes_events import AT_ONCE, UTF8, media_type_of
from lineage.domain.errors import LineageError
from lineage.operations.json_encoding import encode
from lineage.operations.messages.conversion import (
    LoginParameters,
    PlatformParameters,
    load_logins_body,
    load_platform_body,
)
from lineage.operations.parameters import read_parameters
from lineage.service.answers import Document
from lineage.service.ingest.load import Rules
from lineage.stores.interface import Store

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLATFORM_TAKEN: Final = (JSON, NDJSON, CSV, XLSX)
"""Media types of a body of messages; its content shows which one it is."""
_CHARSETS: Final = (*UTF8, "gb18030", "gbk", "gb2312")


LOGINS_TAKEN: Final = (JSON, NDJSON, "text/plain", "application/octet-stream")
"""Media types of a body of logins: JSON of a gateway, frames as lines of hexadecimal digits, frames as bytes."""
P = TypeVar("P", PlatformParameters, LoginParameters)
Load = Callable[[Store, Iterable[bytes], P, Rules], Document]


async def platform(request: Request) -> Response:
    """Store what messages of the national platform state, and report the errors of the others (docs/platform.md)."""
    parameters = read_parameters(PlatformParameters, query_of(request))
    media_type_of(request, PLATFORM_TAKEN, _CHARSETS)
    return await _loaded(request, load_platform_body, parameters)


async def gbt32960(request: Request) -> Response:
    """Store logins of vehicles as sightings (docs/platform.md)."""
    parameters = read_parameters(LoginParameters, query_of(request))
    media_type_of(request, LOGINS_TAKEN)
    return await _loaded(request, load_logins_body, parameters)


async def _loaded(request: Request, load: Load[P], parameters: P) -> Response:
    service, arriving = service_of(request), Body(request)
    try:
        head, is_whole = await arriving.head(AT_ONCE)
        rest = iter(()) if is_whole else arriving.rest(asyncio.get_running_loop())
        rules = Rules(service.clock, atomic=parameters.atomic)
        document = await service.load(
            lambda: load(service.store, chain((head,), rest), parameters, rules), is_whole=is_whole
        )
    except ClientDisconnect:
        return Response(status_code=400)
    except LineageError:
        await arriving.drain()
        raise
    return Response(encode(document), media_type=JSON)
