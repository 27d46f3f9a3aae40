"""The page at `/`: a description of the service, a search and links."""

from __future__ import annotations

from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.pages.api_reference import POLICY, STYLE
from lineage import __version__

_LINKS: Final = (
    ("docs", "All addresses, with examples and forms to try them"),
    ("openapi.json", "The OpenAPI document, for programs"),
    ("v1/events?limit=10", "The first ten events of the journal"),
    ("v1/findings?limit=10", "The first ten contradictions in the reports"),
    ("health", "The state of the process"),
    ("ready", "The state of the store"),
)
_TITLE: Final = f"battery-lineage {escape(__version__)}"
_PAGE: Final = (
    f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{_TITLE}</title><style>{STYLE}</style>'
    f"<h1>{_TITLE}</h1>"
    "<p>Trace every battery cell, module and pack: where it came from, where it went, and who held it.</p>"
    '<form action="v1/search" method="get"><label>Search items and parties '
    '<input name="q" placeholder="an id, model, batch or name, or its beginning" required></label>'
    "<button>Search</button></form><ul>"
    + "".join(
        f'<li><a href="{escape(address)}"><code>/{escape(address)}</code></a> {about}</li>' for address, about in _LINKS
    )
    + "</ul></html>"
)


async def landing(_request: Request) -> Response:
    """Answer `GET /`."""
    return HTMLResponse(_PAGE, headers=POLICY)
