"""Parts of a request: the id in its encoded address, its query, and the media types that it accepts."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.requests import Request

from api.executors import ServiceContext
from lineage.domain.errors import UnreadableInputError

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
HTML: Final = "text/html"
CSV: Final = "text/csv"
MOST_PARAMETERS: Final = 100


def service_of(request: Request) -> ServiceContext:
    """Return the store, the clock and the threads that all routes share."""
    service: ServiceContext = request.app.state.service
    return service


def id_of(request: Request) -> str:
    """Return the id in the address; empty where it holds none. Raises UnreadableInputError where it is not UTF-8."""
    encoded: Any = request.path_params.get("id")
    return "" if encoded is None else _decoded(unquote_to_bytes(encoded), "The id in the address")


def query_of(request: Request) -> list[tuple[str, str]]:
    """Return names and values as sent. Raises UnreadableInputError where they are not UTF-8 or too many."""
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
    """Return whether a media type is accepted by name, with at least the weight of JSON."""
    weights: dict[str, float] = {}
    for choice in accept.split(","):
        kind, *options = [part.strip().lower() for part in choice.split(";")]
        weight = next((o[2:] for o in options if o.startswith("q=")), "1")
        try:
            weights[kind] = float(weight)
        except ValueError:
            weights[kind] = 0.0
    return weights.get(kind_wanted, 0.0) > 0 and weights[kind_wanted] >= weights.get(JSON, 0.0)
