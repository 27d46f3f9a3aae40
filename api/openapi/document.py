"""The OpenAPI document, made by FastAPI of the routes, with the schemas that no route names and the examples."""

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
from api.requests import CSV, HTML, JSON, NDJSON
from lineage import __version__
from lineage.exchange.formats import MEDIA_TYPES
from lineage.operations import examples
from lineage.operations.catalogue import BY_NAME
from lineage.operations.csv_encoding import columns_of, csv_of, header_of, rows_of
from lineage.operations.json_encoding import encode
from lineage.operations.messages import examples as example_messages
from lineage.service.documents.impact import Concern, ImpactTotals
from lineage.service.documents.problems import EventsProblem, Problem

TITLE: Final = "battery-lineage"
ABOUT: Final = """Where every battery cell, module and pack came from, where it went, and who held it, at any time.

Each event is one immutable report; questions are answered from the events. `at` is the valid time of a question,
`known_at` its transaction time. An id in an address is percent-encoded, including slashes. Times are RFC 3339 with
offset, or dates (the start of that day, UTC+08:00); answers have UTC. Unknown parameters are refused. Every error is a
problem document (RFC 9457) with a stable `code`."""
_SENT_OTHERWISE: Final = (Problem, EventsProblem, Concern, ImpactTotals)
"""Schemas of content other than JSON, which FastAPI does not collect."""
_JSON_EXAMPLES: Final[Part] = {
    **{name: operation.example for name, operation in BY_NAME.items()},
    "health": {"status": "ok"},
    "ready": {"status": "ready"},
    "load": examples.EXAMPLES["Loaded"],
    "check": examples.EXAMPLES["Checked"],
    "platform": example_messages.CONVERTED,
    "gbt32960": example_messages.CONVERTED_LOGINS,
}
_OF_EVENTS: Final = ("load", "check", "platform", "gbt32960")
"""Operations that refuse events."""
_TEXT_EXAMPLES: Final = {("trace", NDJSON): examples.STREAM, ("impact", NDJSON): examples.CONCERNED}


def described(app: FastAPI) -> None:
    """Set the OpenAPI document of the app, which is made for the first request for it."""

    def document() -> Part:
        app.openapi_schema = app.openapi_schema or openapi(app.routes)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def openapi(routes: Sequence[BaseRoute]) -> Part:
    """Return the document of these routes."""
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
    """Add examples after FastAPI made the document, because it removes every null from them."""
    name = operation["operationId"]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        content["example"] = _sent(name, kind)
    for status, response in operation["responses"].items():
        for kind, content in response["content"].items():
            content["example"] = _answered(name, status, kind)


def _sent(name: str, kind: str) -> Any:  # noqa: ANN401 - JSON or text
    if name == "impact":
        return examples.RECALL
    if name in example_messages.SENT:
        return example_messages.SENT[name].get(kind, "the bytes of a file")
    if kind == JSON:
        return examples.SENT
    return MEDIA_TYPES[kind].example or "".join(encode(event).decode() + "\n" for event in examples.SENT)


def _answered(name: str, status: str, kind: str) -> Any:  # noqa: ANN401 - JSON or text
    if status != "200":
        return examples.REJECTED if status == "422" and name in _OF_EVENTS else examples.PROBLEMS[int(status)]
    if kind == HTML:
        return examples.PAGE
    if kind == CSV:
        return _listed(name).decode()
    return _JSON_EXAMPLES[name] if kind == JSON else _TEXT_EXAMPLES[name, kind]


def _listed(name: str) -> bytes:
    """Return the example of a list as CSV, made from its example as JSON or as lines."""
    if name == "impact":
        lines = map(orjson.loads, examples.CONCERNED.splitlines())
        columns = columns_of(Concern)
        return header_of(columns) + rows_of(columns, (line for line in lines if "totals" not in line))
    return csv_of(BY_NAME[name], dict(BY_NAME[name].example))
