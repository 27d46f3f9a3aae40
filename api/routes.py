"""The routes: read what was asked, make one call, send its bytes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.executors import ServiceContext
from api.pages.dossier import page
from api.routes_events import NDJSON, take_check, take_events
from api.routes_impact import take_impact
from lineage.domain.errors import UnreadableInputError
from lineage.operations.catalogue import BY_NAME, OPERATIONS, Operation, context_of
from lineage.operations.json_encoding import as_lines, encode
from lineage.operations.parameters import Parameter, Values, read_values
from lineage.service.answers import Context
from lineage.stores.interface import Store

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]
JSON: Final = "application/json"
HTML: Final = "text/html"
_PAGE: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
MOST_PARAMETERS: Final = 100


def routes() -> list[Route]:
    """Every address but those that describe the service; an address that ends in a word comes before any id."""
    context = [Route(_pattern(q.path), _endpoint(q), methods=["GET"]) for q in OPERATIONS if q.path != "/v1/events"]
    return [
        Route("/health", health, methods=["GET"]),
        Route("/ready", ready, methods=["GET"]),
        Route("/v1/events", events, methods=["GET", "POST"]),
        Route("/v1/check", check, methods=["POST"]),
        Route("/v1/impact", impact, methods=["POST"]),
        *context,
    ]


def _pattern(path: str) -> str:
    return path.replace("{id}", "{id:path}")


async def health(_request: Request) -> Response:
    """The process is alive; the store is not asked."""
    return Response(b'{"status":"ok"}', media_type=JSON)


async def ready(request: Request) -> Response:
    """The store answers."""
    await service_context(request).ready()
    return Response(b'{"status":"ready"}', media_type=JSON)


async def events(request: Request) -> Response:
    """The journal, or more for it."""
    if request.method == "POST":
        return await take_events(request, service_context(request), query_of(request))
    return await _endpoint(BY_NAME["events"])(request)


async def check(request: Request) -> Response:
    """What would be found if these events were reported."""
    return await take_check(request, service_context(request), query_of(request))


async def impact(request: Request) -> Response:
    """Whom a recall concerns."""
    read_values(query_of(request), ())
    return await take_impact(request, service_context(request))


def service_context(request: Request) -> ServiceContext:
    door: ServiceContext = request.app.state.door
    return door


def _endpoint(question: Operation) -> Endpoint:
    async def answer(request: Request) -> Response:
        values = values_of(request, question.parameters)
        door = service_context(request)
        accept = request.headers.get("accept", "")

        def work(call: Callable[[Store, Values, Context], T]) -> T:
            return call(door.store, values, context_of(values, clock=door.clock, seconds=door.read_seconds))

        if question.lines is not None and wants(accept, NDJSON):
            lines = question.lines
            found = await door.read(lambda: work(lines))
            return StreamingResponse(as_lines(found), media_type=NDJSON, headers=_varying(question))
        if question.name == "dossier" and wants(accept, HTML):
            body = await door.read(lambda: page(work(question.call), values["lang"]))
            return Response(body, media_type=f"{HTML}; charset=utf-8", headers={**_varying(question), **_PAGE})
        body = await door.read(lambda: encode(work(question.call)))
        return Response(body, media_type=JSON, headers=_varying(question))

    return answer


def _varying(question: Operation) -> dict[str, str]:
    return {"Vary": "Accept"} if question.name in ("trace", "dossier") else {}


def values_of(request: Request, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """What the address says: its parameters, and `id` where it holds one."""
    values = read_values(query_of(request), parameters)
    if "id" in request.path_params:
        values["id"] = _decoded(unquote_to_bytes(request.path_params["id"]), "The id in the address")
    return values


def query_of(request: Request) -> list[tuple[str, str]]:
    """Names and values as sent. Raises UnreadableInputError where they are not UTF-8 or too many."""
    raw: bytes = request.scope["query_string"]
    try:
        return parse_qsl(
            _decoded(raw, "The query"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except UnicodeDecodeError:
        raise UnreadableInputError("The query is not UTF-8: encode it as such.", code="not_utf8") from None
    except ValueError:
        message = f"The query has more than {MOST_PARAMETERS} parameters."
        raise UnreadableInputError(message, code="too_many_parameters") from None


def _decoded(raw: bytes, what: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise UnreadableInputError(f"{what} is not UTF-8: encode it as such.", code="not_utf8") from None


def wants(accept: str, kind_wanted: str) -> bool:
    """Whether that kind is asked for by name, and not JSON rather."""
    weights: dict[str, float] = {}
    for choice in accept.split(","):
        kind, *options = [part.strip().lower() for part in choice.split(";")]
        weight = next((o[2:] for o in options if o.startswith("q=")), "1")
        try:
            weights[kind] = float(weight)
        except ValueError:
            weights[kind] = 0.0
    return weights.get(kind_wanted, 0.0) > 0 and weights[kind_wanted] >= weights.get(JSON, 0.0)
