"""Malformed requests: each is a file, with the problem that it must give."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from lineage.stores import open_store
from tests.end_to_end.conftest import serving
from tests.paths import MALFORMED

REQUESTS = MALFORMED / "requests"
SAMPLES = sorted(REQUESTS.glob("*.json"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service over an empty store, for all of them."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('malformed') / 'lineage.db'}")
    with serving(create_app(store)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client
    store.close()


def body_of(request: dict[str, Any]) -> bytes | None:
    if "body_file" in request:
        return (REQUESTS / str(request["body_file"])).read_bytes()
    if "body_base64" in request:
        return base64.b64decode(str(request["body_base64"]))
    body: str | None = request.get("body")
    return None if body is None else body.encode()


@pytest.mark.parametrize("sample", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_malformed_request_gives_the_problem_stored_with_it(client: httpx.Client, sample: Path) -> None:
    stored = json.loads(sample.read_text())
    request, expected = stored["request"], stored["expected"]

    response = client.request(
        request["method"], request["path"], headers=request.get("headers"), content=body_of(request)
    )

    problem = response.json()
    errors = [{"path": e["path"], "code": e["code"]} for e in problem.get("errors", ())]
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"], problem["code"]) == (expected["status"],) * 2 + (expected["code"],)
    assert errors == expected.get("errors", errors)
    assert problem.keys() >= {"type", "title", "detail"}


def test_none_of_them_stored_anything(client: httpx.Client) -> None:
    assert client.get("/v1/events").json()["position"] == 0
