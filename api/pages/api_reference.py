"""The API reference: every route of the OpenAPI document, with forms to try the questions, without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.requests import JSON, query_of
from lineage.domain.errors import Notice
from lineage.operations.catalogue import BY_NAME
from lineage.operations.parameters import InvalidParametersError

Node = Mapping[str, Any]
POLICY: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
}
STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328; }
h2 { margin-top: 2.2rem; border-top: 1px solid #d0d7de; padding-top: 1rem; font-size: 1.1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; } pre { background: #f6f8fa; padding: .8rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } td { border-top: 1px solid #d8dee4; padding: .3rem .6rem .3rem 0; vertical-align: top; }
form { background: #f6f8fa; padding: .8rem; margin: .8rem 0; } label { display: inline-block; margin: 0 1rem .4rem 0; }
nav ul { columns: 2; padding-left: 1.2rem; } input, select, button { font: inherit; }
"""  # noqa: E501 - a style sheet


class _Route(NamedTuple):
    path: str
    verb: str
    operation: Node

    @property
    def name(self) -> str:
        name: str = self.operation["operationId"]
        return name


async def reference(request: Request) -> Response:
    """Answer `GET /docs`."""
    return HTMLResponse(page(request.app.openapi()), headers=POLICY)


async def try_question(request: Request) -> Response:
    """Answer `GET /docs/try`: redirect from the fields of a form to the address of the question, without empty fields.

    A form can neither put a field into a path nor leave it out. Raises InvalidParametersError without an id that the
    address needs.
    """
    fields = dict(query_of(request))
    operation = BY_NAME.get(fields.pop("question", ""))
    if operation is None:
        raise HTTPException(404)
    given = {name: value for name, value in fields.items() if value}
    path = operation.path
    if operation.has_id:
        if "id" not in given:
            raise InvalidParametersError([Notice(None, "id", "missing_parameter", "`id` is missing.")])
        path = path.replace("{id}", quote(given.pop("id"), safe=""))
    query = f"?{urlencode(given)}" if given else ""
    return RedirectResponse(f"..{path}{query}", status_code=303)


def page(document: Node) -> str:
    """Return the OpenAPI document as one HTML page."""
    title = f"{escape(document['info']['title'])} {escape(document['info']['version'])}"
    routes = list(_routes(document))
    about = _paragraphs(document["info"].get("description", ""))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f'<h1>{title}</h1>{about}<p>For programs: <a href="openapi.json">openapi.json</a>.'
        f"{_contents(routes)}{''.join(map(_section, routes))}</html>"
    )


def _routes(document: Node) -> Iterator[_Route]:
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if isinstance(operation, dict) and "responses" in operation:
                yield _Route(path, verb, operation)


def _contents(routes: list[_Route]) -> str:
    """Return a list of all routes by tag, each with a link to its section."""
    groups: dict[str, list[_Route]] = {}
    for route in routes:
        groups.setdefault(route.operation["tags"][0], []).append(route)
    lists = (f"<h3>{escape(tag)}</h3><ul>{''.join(map(_entry, some))}</ul>" for tag, some in groups.items())
    return f'<nav aria-label="Contents">{"".join(lists)}</nav>'


def _entry(route: _Route) -> str:
    return f'<li><a href="#{escape(route.name)}">{route.verb.upper()} {escape(route.path)}</a></li>'


def _section(route: _Route) -> str:
    operation = route.operation
    rows = "".join(_parameter(p) for p in operation.get("parameters", ()))
    table = f"<table>{rows}</table>" if rows else ""
    answers = "".join(_answer(status, answer) for status, answer in operation["responses"].items())
    form = _form(route) if route.name in BY_NAME else ""
    return (
        f'<section id="{escape(route.name)}"><h2><code>{route.verb.upper()} {escape(route.path)}</code></h2>'
        f"<p>{escape(operation.get('summary', ''))}{_paragraphs(operation.get('description', ''))}"
        f"{table}{form}{_body(operation)}<table>{answers}</table>{_example(operation['responses'])}</section>"
    )


def _paragraphs(text: str) -> str:
    return f"<p>{escape(text)}".replace("\n\n", "<p>") if text else ""


def _parameter(p: Node) -> str:
    schema = p.get("schema", {})
    facts = [f"default {schema['default']}"] if "default" in schema else []
    facts += [" or ".join(map(str, schema["enum"]))] if "enum" in schema else []
    needed = "<b>required</b> " if p.get("required") else ""
    about = f"{needed}{escape(p.get('description', ''))} {escape('; '.join(facts))}"
    return f"<tr><td><code>{escape(p['name'])}</code><td>{escape(p['in'])}<td>{about}</tr>"


def _form(route: _Route) -> str:
    fields = "".join(_field(p) for p in route.operation.get("parameters", ()))
    return (
        f'<form action="docs/try" method="get"><input type="hidden" name="question" value="{escape(route.name)}">'
        f"{fields}<button>Try it</button></form>"
    )


def _field(p: Node) -> str:
    schema, name = p.get("schema", {}), escape(p["name"])
    if schema.get("type") == "boolean":
        return f'<label><input type="checkbox" name="{name}" value="true"> {name}</label>'
    words = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if words:
        options = "".join(f"<option>{escape(str(word))}</option>" for word in words)
        return f'<label>{name} <select name="{name}"><option></option>{options}</select></label>'
    hint = escape(str(next(iter(schema.get("examples", ())), schema.get("default", ""))))
    needed = f' value="{hint}" required' if p.get("required") else f' placeholder="{hint}"'
    return f'<label>{name} <input name="{name}"{needed}></label>'


def _body(operation: Node) -> str:
    """Return an example of a request body."""
    content = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    return f"<p>Example of a body:{_pre(content['example'])}" if "example" in content else ""


def _answer(status: str, answer: Node) -> str:
    return f"<tr><td><code>{escape(status)}</code><td>{escape(answer.get('description', ''))}</tr>"


def _example(responses: Node) -> str:
    """Return the example of the answer with status 200."""
    kinds = responses.get("200", {}).get("content", {})
    content: Node = kinds.get(JSON) or next(iter(kinds.values()), {})
    return _pre(content["example"]) if "example" in content else ""


def _pre(example: object) -> str:
    text = example if isinstance(example, str) else json.dumps(example, indent=1, ensure_ascii=False)
    return f"<pre>{escape(text)}</pre>"
