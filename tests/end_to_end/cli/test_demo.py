"""`lineage demo`: once, only into an empty store, and what it suggests can be typed and opened."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.pages.neo4j_guide import guide_routes
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_facts
from tests.end_to_end.conftest import serving
from tests.end_to_end.http_and_cli import Command, cell, written

FACTS = demo_facts()


def test_the_demonstration_is_made_once_and_only_in_an_empty_store(
    lineage: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine, other = ("--store", os.environ["LINEAGE_STORE"]), ("--store", f"sqlite:///{tmp_path / 'other.db'}")
    lineage("load", written(tmp_path / "events.jsonl", cell(1)), *other)

    first, again, fresh = (
        lineage("demo", "--no-serve", *mine),
        lineage("demo", "--no-serve", *mine),
        lineage("demo", "--no-serve"),
    )
    refused, another_seed = lineage("demo", "--no-serve", *other), lineage("demo", "--no-serve", *mine, "--seed", "2")

    assert [r.exit_code for r in (first, again, fresh, refused, another_seed)] == [0, 0, 0, 2, 2]
    assert json.loads(lineage("events", "--json", *other).stdout)["position"] == 1
    assert json.loads(lineage("verify", "--json").stdout)["intact"]


def test_the_commands_that_the_demonstration_suggests_can_be_typed(lineage: Command) -> None:
    reported = lineage("demo", "--no-serve", "--store", os.environ["LINEAGE_STORE"]).stdout
    commands = [line.split()[1:] for line in reported.splitlines() if line.startswith("    lineage ")]

    assert len(commands) == 3
    for command in commands:
        assert lineage(*command).exit_code == (1 if command[0] == "path" else 0), command


def test_the_demonstration_serves_the_addresses_that_it_suggests(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "lineage.cli",
        "demo",
        "--port",
        str(port),
        "--store",
        f"sqlite:///{tmp_path / 'demo.db'}",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        addresses = []
        for line in process.stdout:
            addresses += [line.strip()] if line.strip().startswith("http") else []
            if len(addresses) == 3:
                break
        statuses = [status_when_up(address) for address in addresses]
        process.terminate()

    assert statuses == [200, 200, 200]


def status_when_up(address: str) -> int:
    for _ in range(100):
        try:
            return httpx.get(address).status_code
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError(f"nothing listens at {address}")


def test_neo4j_browser_may_read_the_guide_from_elsewhere(store: Store) -> None:
    service = create_app(store)
    service.router.routes.extend(guide_routes(FACTS, "http://localhost:1"))
    with serving(service) as url:
        guide, style = (httpx.get(f"{url}/browser-guide/{name}") for name in ("start.html", "style.grass"))
        preflight = httpx.options(f"{url}/browser-guide/start.html")

    assert (guide.headers["content-type"], "{{" in guide.text) == ("text/html; charset=utf-8", False)
    assert "http://localhost:1/browser-guide/style.grass" in guide.text
    assert style.text.startswith(("node", "//"))
    assert {r.headers["access-control-allow-origin"] for r in (guide, style, preflight)} == {"*"}
    assert "cache-control" in preflight.headers["access-control-allow-headers"]
