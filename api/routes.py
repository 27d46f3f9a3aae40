"""The routes of the service, and the handlers of the questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.declared_route import DeclaredRoute, Handler, declared
from api.openapi import responses
from api.pages.dossier import page
from api.requests import CSV, HTML, JSON, NDJSON, id_of, query_of, service_of, wants
from api.routes_conversions import LOGINS_TAKEN, PLATFORM_TAKEN, gbt32960, platform
from api.routes_events import check, load
from api.routes_impact import impact
from api.streams import Stream
from lineage.operations.catalogue import OPERATIONS
from lineage.operations.csv_encoding import csv_of
from lineage.operations.deadline import Deadline
from lineage.operations.example_items import MODULE, SHOP
from lineage.operations.ingest import LoadParameters
from lineage.operations.json_encoding import as_lines, encode
from lineage.operations.messages.conversion import LoginParameters, PlatformParameters
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import read_parameters
from lineage.operations.recall import RecallDocument
from lineage.service.answers import Document
from lineage.service.documents.compliance import Checked
from lineage.service.documents.conversion import Converted
from lineage.service.documents.journal import Event, Loaded
from lineage.stores.interface import Store

T = TypeVar("T")
_PAGE: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
_IDS: Final = {
    "events": ("The id of an event, percent-encoded", "demo-0031"),
    "items": ("The id of an item, percent-encoded", MODULE),
    "parties": ("The id of a party, percent-encoded", SHOP),
}


def routes() -> list[APIRoute]:
    """Return every route; an address that ends in a word comes before one that ends in any id."""
    questions = sorted(OPERATIONS, key=lambda operation: operation.path.endswith("{id}"))
    return [
        *_service(),
        *map(_question, questions),
        *_posts(),
    ]


def _service() -> list[APIRoute]:
    return [
        DeclaredRoute(
            f"/{name}",
            declared(handler),
            methods=["GET"],
            operation_id=name,
            summary=summary,
            tags=["service"],
            response_model=answer,
            response_description=summary,
            responses=responses.problems(*statuses),
        )
        for name, handler, summary, answer, statuses in (
            ("health", health, "Check that the process is alive.", responses.Health, ()),
            ("ready", ready, "Check that the store answers.", responses.Ready, (503,)),
        )
    ]


def _question(operation: Operation[Any]) -> APIRoute:
    id = _IDS[operation.path.split("/")[2]] if operation.has_id else None
    return DeclaredRoute(
        operation.path.replace("{id}", "{id:path}"),
        declared(_handler(operation), query=operation.parameters, id=id),
        methods=["GET"],
        operation_id=operation.name,
        summary=operation.summary,
        description=operation.description,
        tags=["questions"],
        response_model=operation.answer,
        response_description=operation.summary,
        responses=responses.of_question(operation),
    )


def _posts() -> list[APIRoute]:
    return [
        _post(
            "/v1/events",
            declared(load, query=LoadParameters, body=list[Event]),
            "Store every valid event, and report the errors of the others.",
            description=responses.LOAD,
            tags=["events"],
            response_model=Loaded,
            responses=responses.of_events(),
            openapi_extra=responses.OTHERS_TAKEN,
        ),
        _post(
            "/v1/platform",
            declared(platform, query=PlatformParameters, body=Any),
            "Store what messages of the national platform state, and report the errors of the others.",
            description=responses.PLATFORM,
            tags=["events"],
            response_model=Converted,
            responses=responses.of_events(),
            openapi_extra=responses.taken(*PLATFORM_TAKEN[1:]),
        ),
        _post(
            "/v1/gbt32960",
            declared(gbt32960, query=LoginParameters, body=Any),
            "Store logins of vehicles as sightings of the packs in them.",
            description=responses.LOGINS,
            tags=["events"],
            response_model=Converted,
            responses=responses.of_events(),
            openapi_extra=responses.taken(*LOGINS_TAKEN[1:]),
        ),
        _post(
            "/v1/check",
            declared(check, body=list[Event]),
            "Check events before they are reported: list the findings that they would cause. Nothing is stored.",
            description=responses.CHECK,
            tags=["events"],
            response_model=Checked,
            responses=responses.of_events(),
            openapi_extra=responses.OTHERS_TAKEN,
        ),
        _post(
            "/v1/impact",
            declared(impact, body=RecallDocument),
            "List what a recall concerns, line by line.",
            description=responses.IMPACT,
            tags=["questions"],
            response_class=responses.LinesResponse,
            responses=responses.of_impact(),
        ),
    ]


def _post(path: str, handler: Handler, summary: str, **about: Any) -> APIRoute:  # noqa: ANN401 - as FastAPI takes them
    name = handler.__name__
    return DeclaredRoute(
        path, handler, methods=["POST"], operation_id=name, summary=summary, response_description=summary, **about
    )


async def health(_request: Request) -> Response:
    """Answer as long as the process is alive; the store is not read."""
    return Response(b'{"status":"ok"}', media_type=JSON)


async def ready(request: Request) -> Response:
    """Answer where the store answers; `warnings` where the journal runs ahead of the clock."""
    return Response(encode(await service_of(request).ready()), media_type=JSON)


def _page_headers(request: Request, document: Document) -> dict[str, str]:
    """Return what a list as CSV has no cell for: whether it is complete, and the address of the next page."""
    headers = {"Lineage-Complete": str(document["complete"]).lower()}
    if document.get("next") is not None:
        following = request.url.include_query_params(cursor=document["next"])
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return headers


def _handler(operation: Operation[Any]) -> Handler:
    varying = {"Vary": "Accept"} if operation.rows or operation.name in ("trace", "dossier") else {}

    async def answer(request: Request) -> Response:
        parameters = read_parameters(operation.parameters, query_of(request))
        id, service = id_of(request), service_of(request)
        accept = request.headers.get("accept", "")
        deadline = Deadline(service.read_seconds)

        def work(call: Callable[[Store, Question[Any]], T]) -> T:
            question = operation.question(parameters, clock=service.clock, deadline=deadline, id=id)
            return call(service.bounded(deadline), question)

        if operation.lines is not None and wants(accept, NDJSON):
            lines = operation.lines
            found = await service.read(request, deadline, lambda: work(lines))
            return Stream(as_lines(found), NDJSON, varying)
        if operation.name == "dossier" and wants(accept, HTML):
            body = await service.read(request, deadline, lambda: page(work(operation.call), parameters.lang))
            return Response(body, media_type=f"{HTML}; charset=utf-8", headers={**varying, **_PAGE})
        if operation.rows and wants(accept, CSV):
            document = await service.read(request, deadline, lambda: work(operation.call))
            headers = {**varying, **_page_headers(request, document)}
            return Response(csv_of(operation, document), media_type=f"{CSV}; charset=utf-8", headers=headers)
        body = await service.read(request, deadline, lambda: encode(work(operation.call)))
        return Response(body, media_type=JSON, headers=varying)

    return answer
