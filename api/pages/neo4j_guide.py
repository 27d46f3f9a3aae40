"""The guide and the style sheet for Neo4j Browser, with the ids of the demonstration filled in."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lineage.synthetic.demo.history import DemoFacts

PREFIX: Final = "/browser-guide"
# Neo4j Browser fetches these two texts, and only these, from its own origin.
_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "cache-control, pragma, sentry-trace, baggage",
}


def guide_routes(facts: DemoFacts, base: str) -> list[Route]:
    """Return the routes of the guide; `base` is the address of this service."""
    folder = files("cypher") / "browser"
    text = (folder / "start.html").read_text("utf-8")
    for name, value in {**asdict(facts), "style_url": f"{base}{PREFIX}/style.grass"}.items():
        text = text.replace("{{" + name + "}}", escape(value))
    style = (folder / "style.grass").read_text("utf-8")
    return [_route("start.html", text, "text/html"), _route("style.grass", style, "text/plain")]


def _route(name: str, text: str, kind: str) -> Route:
    async def send(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_HEADERS)
        return Response(text, media_type=kind, headers=_HEADERS)

    return Route(f"{PREFIX}/{name}", send, methods=["GET", "OPTIONS"])
