"""The page at `/`: what this is, and where to go on."""

from __future__ import annotations

from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.pages.api_reference import POLICY, STYLE
from lineage import __version__

_LINKS: Final = (
    ("docs", "Every address, with examples and forms to try"),
    ("openapi.json", "The same for programs"),
    ("v1/events?limit=10", "The first ten events of the journal"),
    ("v1/findings?limit=10", "Where what was reported cannot be so"),
    ("health", "Whether the process is alive"),
    ("ready", "Whether the store answers"),
)
_TITLE: Final = f"battery-lineage {escape(__version__)}"
_PAGE: Final = (
    f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{_TITLE}</title><style>{STYLE}</style>'
    f"<h1>{_TITLE}</h1><p>Where every battery cell, module and pack came from, where it went, and who held it.</p>"
    '<form action="v1/search" method="get"><label>Search items and parties '
    '<input name="q" placeholder="an id, model, batch or name, or its start" required></label>'
    "<button>Search</button></form><ul>"
    + "".join(
        f'<li><a href="{escape(address)}"><code>/{escape(address)}</code></a> {about}</li>' for address, about in _LINKS
    )
    + "</ul></html>"
)


async def landing(_request: Request) -> Response:
    """`GET /`."""
    return HTMLResponse(_PAGE, headers=POLICY)
