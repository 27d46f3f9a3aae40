"""The OpenAPI document, made from the same table of questions that answers them."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from api.error_handlers import PROBLEM
from api.openapi import example_items, examples
from api.openapi.schema_terms import ref
from api.openapi.schemas import components
from api.routes_events import NDJSON
from lineage import __version__
from lineage.operations.catalogue import ATOMIC, KEEP_RECORDED, OPERATIONS, Operation
from lineage.operations.json_encoding import encode
from lineage.operations.parameters import Parameter
from lineage.operations.problems import TITLES

Part = dict[str, Any]
JSON: Final = "application/json"
HTML: Final = "text/html"

_ANSWER_OF: Final = {
    "events": "Events",
    "event": "EventAnswer",
    "trace": "Trace",
    "composition": "Composition",
    "custody": "Custody",
    "responsibility": "Responsibility",
    "duties": "Duties",
    "dossier": "Dossier",
    "conduct": "Conduct",
    "item": "ItemAnswer",
    "path": "Paths",
    "holdings": "Holdings",
    "party": "Party",
    "search": "Hits",
    "findings": "Findings",
}
_ID_OF: Final = {
    "event": ("the id of an event", "demo-0031"),
    "party": ("the id of a party", example_items.SHOP),
    "holdings": ("the id of a party", example_items.SHOP),
    "duties": ("the id of a party", example_items.SHOP),
    "conduct": ("the id of a party", example_items.SHOP),
}
_ITEM: Final = ("the id of an item", example_items.MODULE)
_EXAMPLE_OF: Final = {"source": example_items.MODULE, "destination": example_items.OTHER_CAR, "q": "9XHP"}
_ABOUT: Final = """Where every battery cell, module and pack came from, where it went, and in whose hands it was.

Events go in, one immutable report each; questions are answered from them. `at` is when something was so, `known_at`
by when it was known. An id in an address is percent-encoded, slashes too. Times are RFC 3339 with offset, or dates
(the start of that day, UTC+08:00); they leave as UTC. Unknown parameters are refused. Whatever goes wrong is a problem
document (RFC 9457) with a stable `code`."""
_STREAM: Final = """With `Accept: application/x-ndjson` the answer is a stream of lines: first `root`, `direction`,
`as_of`, `known_at` and `position`; then a line for each item (it has `id`) and a line for each edge (it has `source`);
last the number of `items` and `edges`, `complete`, `cut` if it is not, and `unknown`. A stream without that last line
was broken off."""
_CONCERN: Final = """A stream of lines: an item that is (`now`), was (`once`) or may be (`unknown`) in a whole, or that
became it; `holders` of the whole now. What is unknown says which `layer` nobody told and who was `silent`. The last
line has the totals, the `position` and a `digest`: SHA-256 over all lines before it. A stream without that line was
broken off."""
_LOAD: Final = """One event a line, or an array (64 MiB at most, as with `atomic`). Valid events are kept batch by
batch: 200 even if some were rejected; 422 if all were, with `atomic` if any was. An event is counted as accepted only
when it is durable. Sending the same events again changes nothing. With `keep_recorded` events bring their own
`recorded`, never in the future; a server takes that only if it was started to."""


_CHECK: Final = """1,000 events and 1 MiB at most, as lines or an array. Each is judged against the store alone, as
if it arrived now: whether the giver holds the thing, whether the taker may take it by role and permit on that day and
within its capacity of the year, whether the thing lives and is where the event says, whether the report is late."""


def described(app: FastAPI) -> None:
    """Give the app its document, made when it is first asked for."""

    def document() -> Part:
        app.openapi_schema = app.openapi_schema or openapi()
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def openapi() -> Part:
    """The document."""
    paths: Part = {
        "/health": {"get": _plain("health", "The process is alive.", "ok")},
        "/ready": {"get": _plain("ready", "The store answers.", "ready", 503)},
    }
    for question in OPERATIONS:
        paths.setdefault(question.path, {})["get"] = _operation(question)
    paths["/v1/events"]["post"] = _post()
    paths["/v1/check"] = {"post": _check()}
    paths["/v1/impact"] = {"post": _impact()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "battery-lineage", "version": __version__, "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": components()},
    }


def _plain(name: str, about: str, word: str, *problems: int) -> Part:
    schema = {"type": "object", "properties": {"status": {"const": word}}, "required": ["status"]}
    content = {JSON: {"schema": schema, "example": {"status": word}}}
    responses = {"200": {"description": about, "content": content}, **_problems(*problems)}
    return {"operationId": name, "summary": about, "tags": ["service"], "responses": responses}


def _operation(question: Operation) -> Part:
    name = _ANSWER_OF[question.name]
    content: Part = {JSON: {"schema": ref(name), "example": examples.EXAMPLES[name]}}
    is_trace = question.name == "trace"
    if is_trace:
        content[NDJSON] = {"schema": {"type": "string"}, "example": examples.STREAM}
    if question.name == "dossier":
        content[HTML] = {"schema": {"type": "string"}, "example": examples.PAGE}
    is_there = "{id}" in question.path
    may_be_missing = is_there or question.name == "path"
    problems = (400, *((404,) if may_be_missing else ()), 422, 503)
    parameters = [_id(*_ID_OF.get(question.name, _ITEM))] if is_there else []
    return {
        "operationId": question.name,
        "summary": question.summary,
        **({"description": _STREAM} if is_trace else {}),
        "tags": ["questions"],
        "parameters": [*parameters, *map(_parameter, question.parameters)],
        "responses": {"200": {"description": question.summary, "content": content}, **_problems(*problems)},
    }


def _id(about: str, example: str) -> Part:
    schema = {"type": "string", "minLength": 1, "maxLength": 512}
    about = f"{about}, percent-encoded".capitalize()
    return {"name": "id", "in": "path", "required": True, "description": about, "schema": schema, "example": example}


def _parameter(parameter: Parameter) -> Part:
    example = parameter.example or _EXAMPLE_OF.get(parameter.name)
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_required,
        "description": parameter.about,
        "schema": dict(parameter.schema),
        **({} if example is None else {"example": example}),
    }


def _problems(*statuses: int) -> Part:
    return {
        str(status): {
            "description": TITLES[status],
            "content": {PROBLEM: {"schema": ref("Problem"), "example": examples.PROBLEMS[status]}},
            **({"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if status in (408, 503) else {}),
        }
        for status in statuses
    }


def _impact() -> Part:
    about = "Whom a recall concerns, line by line."
    body = {JSON: {"schema": ref("Recall"), "example": examples.RECALL}}
    content = {NDJSON: {"schema": {"type": "string"}, "example": examples.CONCERNED}}
    return {
        "operationId": "impact",
        "summary": about,
        "description": _CONCERN,
        "tags": ["questions"],
        "requestBody": {"required": True, "content": body},
        "responses": {"200": {"description": about, "content": content}, **_problems(400, 413, 415, 422, 503)},
    }


def _body() -> Part:
    many = {"type": "array", "items": ref("Event")}
    lines = "".join(encode(event).decode() + "\n" for event in examples.SENT)
    return {
        JSON: {"schema": many, "example": examples.SENT},
        NDJSON: {"schema": {"type": "string"}, "example": lines},
    }


def _check() -> Part:
    about = "Judge events before they are reported: what would be found. Nothing is stored."
    return {
        "operationId": "check",
        "summary": about,
        "description": _CHECK,
        "tags": ["events"],
        "requestBody": {"required": True, "content": _body()},
        "responses": {
            "200": {
                "description": about,
                "content": {JSON: {"schema": ref("Checked"), "example": examples.EXAMPLES["Checked"]}},
            },
            **_refusals(),
        },
    }


def _refusals() -> Part:
    """What goes wrong where events are sent."""
    rejected: Part = {"schema": ref("EventsProblem"), "example": examples.REJECTED}
    return {
        **_problems(400, 408, 413, 415, 422, 503),
        "400": {"description": TITLES[400], "content": {PROBLEM: {**rejected, "example": examples.PROBLEMS[400]}}},
        "422": {"description": TITLES[422], "content": {PROBLEM: rejected}},
    }


def _post() -> Part:
    about = "Keep every valid event, and tell what is wrong with the others."
    return {
        "operationId": "load",
        "summary": about,
        "description": _LOAD,
        "tags": ["events"],
        "parameters": [_parameter(ATOMIC), _parameter(KEEP_RECORDED)],
        "requestBody": {"required": True, "content": _body()},
        "responses": {
            "200": {
                "description": about,
                "content": {JSON: {"schema": ref("Loaded"), "example": examples.EXAMPLES["Loaded"]}},
            },
            **_refusals(),
        },
    }
