"""The service as it is met from outside: a real server on a port of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from api.app import create_app
from lineage.cli.commands import app
from lineage.cli.demo import fill
from lineage.stores import open_store
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_history
from tests.end_to_end.http_and_cli import Command


@contextmanager
def serving(service: object) -> Iterator[str]:
    """Serve an app from a thread, and give its address."""
    config = uvicorn.Config(service, port=0, lifespan="off", log_config=None)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        service.state.service.close()  # type: ignore[attr-defined]


@contextmanager
def asking(store: Store, **options: object) -> Iterator[httpx.Client]:
    """A client of a service over the store."""
    with serving(create_app(store, **options)) as url, httpx.Client(base_url=url, timeout=60) as client:  # type: ignore[arg-type]
        yield client


@pytest.fixture
def client(store: Store) -> Iterator[httpx.Client]:
    """A client of a service over an empty store."""
    with asking(store) as client:
        yield client


@pytest.fixture
def demo_store(store: Store) -> Store:
    """A store that holds the demonstration."""
    fill(store, demo_history())
    return store


@pytest.fixture
def lineage(sqlite_file: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command on a store of its own."""
    monkeypatch.setenv("LINEAGE_STORE", sqlite_file)
    return lambda *arguments, **options: CliRunner().invoke(app, [str(a) for a in arguments], **options)


@pytest.fixture
def demo(lineage: Command, sqlite_file: str) -> Command:
    """The same, on the demonstration."""
    store = open_store(sqlite_file)
    fill(store, demo_history())
    store.close()
    return lineage
