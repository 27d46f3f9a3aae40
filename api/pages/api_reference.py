"""The page for people: every route as the OpenAPI document has it, as plain HTML that needs nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

Node = Mapping[str, Any]

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328; }
h2 { margin-top: 2.2rem; border-top: 1px solid #d0d7de; padding-top: 1rem; font-size: 1.1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; } pre { background: #f6f8fa; padding: .8rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } td { border-top: 1px solid #d8dee4; padding: .3rem .6rem .3rem 0; vertical-align: top; }
"""  # noqa: E501 - a style sheet


async def reference(request: Request) -> HTMLResponse:
    """`GET /docs`."""
    return HTMLResponse(page(request.app.openapi()))


def page(document: Node) -> str:
    """The OpenAPI document as one HTML page."""
    title = f"{escape(document['info']['title'])} {escape(document['info']['version'])}"
    body = "".join(_route(path, verb, said) for path, verb, said in _routes(document))
    told = escape(document["info"].get("description", "")).replace("\n\n", "<p>")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f'<h1>{title}</h1><p>{told}<p>For programs: <a href="openapi.json">openapi.json</a>.{body}</html>'
    )


def _routes(document: Node) -> Iterator[tuple[str, str, Node]]:
    for path, verbs in document["paths"].items():
        for verb, said in verbs.items():
            if isinstance(said, dict) and "responses" in said:
                yield path, verb, said


def _route(path: str, verb: str, said: Node) -> str:
    rows = "".join(_parameter(p) for p in said.get("parameters", ()))
    table = f"<table>{rows}</table>" if rows else ""
    told = escape(said.get("description", "")).replace("\n\n", "<p>")
    answers = "".join(_answer(status, answer) for status, answer in said["responses"].items())
    return (
        f"<h2><code>{verb.upper()} {escape(path)}</code></h2><p>{escape(said.get('summary', ''))}<p>{told}"
        f"{table}<table>{answers}</table>{_example(said['responses'])}"
    )


def _parameter(p: Node) -> str:
    schema = p.get("schema", {})
    facts = [f"default {schema['default']}"] if "default" in schema else []
    facts += [" or ".join(map(str, schema["enum"]))] if "enum" in schema else []
    needed = "<b>required</b> " if p.get("required") else ""
    told = f"{needed}{escape(p.get('description', ''))} {escape('; '.join(facts))}"
    return f"<tr><td><code>{escape(p['name'])}</code><td>{escape(p['in'])}<td>{told}</tr>"


def _answer(status: str, answer: Node) -> str:
    return f"<tr><td><code>{escape(status)}</code><td>{escape(answer.get('description', ''))}</tr>"


def _example(responses: Node) -> str:
    """The first example of the answer that is hoped for."""
    content = responses.get("200", {}).get("content", {}).get("application/json", {})
    examples = list(content.get("examples", {}).values())
    value = content.get("example", examples[0].get("value") if examples else None)
    if value is None:
        return ""
    return f"<pre>{escape(json.dumps(value, indent=1, ensure_ascii=False))}</pre>"
