"""The OpenAPI document: what FastAPI makes of the routes, the schemas that no route names, and the examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from starlette.routing import BaseRoute

from api.openapi.responses import Part
from api.requests import HTML, JSON, NDJSON
from lineage import __version__
from lineage.operations import examples
from lineage.operations.catalogue import BY_NAME
from lineage.operations.json_encoding import encode
from lineage.service.documents.impact import Concern, ImpactTotals
from lineage.service.documents.problems import EventsProblem, Problem

TITLE: Final = "battery-lineage"
ABOUT: Final = """Where every battery cell, module and pack came from, where it went, and who held it, at any time.

Events go in, one immutable report each; questions are answered from them. `at` is when something was so, `known_at`
by when it was known. An id in an address is percent-encoded, slashes too. Times are RFC 3339 with offset, or dates
(the start of that day, UTC+08:00); they leave as UTC. Unknown parameters are refused. Whatever goes wrong is a problem
document (RFC 9457) with a stable `code`."""
_SENT_OTHERWISE: Final = (Problem, EventsProblem, Concern, ImpactTotals)
"""Schemas of what is sent as another kind of content than JSON, which FastAPI does not look for."""
_JSON_EXAMPLES: Final[Part] = {
    **{name: operation.example for name, operation in BY_NAME.items()},
    "health": {"status": "ok"},
    "ready": {"status": "ready"},
    "load": examples.EXAMPLES["Loaded"],
    "check": examples.EXAMPLES["Checked"],
}
_TEXT_EXAMPLES: Final = {("trace", NDJSON): examples.STREAM, ("impact", NDJSON): examples.CONCERNED}


def described(app: FastAPI) -> None:
    """Give the app its document, made for the first request for it."""

    def document() -> Part:
        app.openapi_schema = app.openapi_schema or openapi(app.routes)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def openapi(routes: Sequence[BaseRoute]) -> Part:
    """The document of these routes."""
    document: Part = get_openapi(
        title=TITLE, version=__version__, description=ABOUT, routes=routes, separate_input_output_schemas=False
    )
    document["components"]["schemas"] |= _other_schemas()
    document = _without_suffix(document)
    for operation in _operations(document):
        _add_examples(operation)
    return document


def _other_schemas() -> Part:
    _, schemas = TypeAdapter.json_schemas(
        [(kind.__name__, "validation", TypeAdapter(kind)) for kind in _SENT_OTHERWISE],
        ref_template="#/components/schemas/{model}",
    )
    found: Part = schemas["$defs"]
    return found


def _without_suffix(document: Part) -> Part:
    """Name each schema after what it describes: `Edge`, whose type in the code is `EdgeDocument`."""
    text = re.sub(r'"(#/components/schemas/)?(\w+)Document"(?=[:,}\]])', r'"\1\2"', orjson.dumps(document).decode())
    renamed: Part = orjson.loads(text)
    return renamed


def _operations(document: Part) -> Iterator[Part]:
    for methods in document["paths"].values():
        yield from methods.values()


def _add_examples(operation: Part) -> None:
    """Add what FastAPI would cut: it leaves every null out of what it is given."""
    name = operation["operationId"]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        content["example"] = _sent(name, kind)
    for status, response in operation["responses"].items():
        for kind, content in response["content"].items():
            content["example"] = _answered(name, status, kind)


def _sent(name: str, kind: str) -> Any:  # noqa: ANN401 - JSON or text
    if name == "impact":
        return examples.RECALL
    return examples.SENT if kind == JSON else "".join(encode(event).decode() + "\n" for event in examples.SENT)


def _answered(name: str, status: str, kind: str) -> Any:  # noqa: ANN401 - JSON or text
    if status != "200":
        return examples.REJECTED if status == "422" and name in ("load", "check") else examples.PROBLEMS[int(status)]
    if kind == HTML:
        return examples.PAGE
    return _JSON_EXAMPLES[name] if kind == JSON else _TEXT_EXAMPLES[name, kind]
