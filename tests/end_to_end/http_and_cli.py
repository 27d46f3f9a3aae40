"""Shared by the tests of HTTP and of the command: events as bytes and as files, and how they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
from typer.testing import Result

from lineage.operations.json_encoding import encode
from tests.builders import Json, produced

Command = Callable[..., Result]
NDJSON = {"content-type": "application/x-ndjson"}
JSON = {"content-type": "application/json"}
COMMON = {"as_of", "known_at", "position", "complete", "unknown"}


def cell(number: int) -> Json:
    """An event of its own for each number."""
    return produced(f"urn:x:cell:{number}", kind="cell", event_id=f"e{number}")


def lines(*events: Json) -> bytes:
    return b"".join(encode(event) + b"\n" for event in events)


def post(client: httpx.Client, *events: Json, **query: str) -> httpx.Response:
    return client.post("/v1/events", content=lines(*events), headers=NDJSON, params=query)


def written(path: Path, *events: Json) -> Path:
    """A file of these events."""
    return written_text(path, "".join(json.dumps(event) + "\n" for event in events))


def written_text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
