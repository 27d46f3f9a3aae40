"""Clients that read nothing, and more connections than the process has files for: a service outlives both."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from lineage.exchange.jsonl import read_lines
from lineage.service.ingest.load import Rules, load_all
from tests import builders as b
from tests.builders import Json
from tests.conftest import FreshStore
from tests.end_to_end.processes import Served, lines, served
from tests.service_client import NOW

LOT = b.lot(1)
OUTPUTS = 6_000
READERS = 8
MOST_KEPT_MIB = 250
FILES = 64
LIMITED = (
    sys.executable,
    "-c",
    (
        f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, ({FILES}, {FILES}));"
        " os.execv(sys.executable, [sys.executable, '-m', 'lineage.cli', *sys.argv[1:]])"
    ),
)


def a_lot_of_many_cells(makings: int) -> Iterator[Json]:
    yield b.produced({"id": LOT, "kind": "lot"}, event_id="lot")
    for n in range(makings):
        cells = {f"urn:x:a-cell-with-a-rather-long-id:{n}:{m}": "cell" for m in range(OUTPUTS)}
        yield b.transformed([LOT], cells, event_id=f"made{n}")


def mebibytes(process: subprocess.Popen[bytes]) -> float:
    """The memory that a process holds now."""
    printed = subprocess.run(["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, check=True)
    return int(printed.stdout) / 1024


def waited_for(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def stuck_reader(service: Served, address: str) -> socket.socket:
    """A connection that has asked for a stream, has read its first bytes, and reads nothing more."""
    url = urlsplit(str(service.client.base_url))
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(60)
    connection.connect((url.hostname, url.port))
    request = f"GET {address} HTTP/1.1\r\nHost: {url.netloc}\r\nAccept: application/x-ndjson\r\n\r\n"
    connection.sendall(request.encode())
    assert connection.recv(100).startswith(b"HTTP/1.1 200")
    return connection


def test_stuck_readers_of_a_big_stream_leave_no_memory_behind(fresh_store: FreshStore) -> None:
    store = fresh_store()
    # a Neo4j of the tests is small
    makings = 8 if store.url.startswith("sqlite:") else 2
    text = lines(a_lot_of_many_cells(makings))
    assert load_all(store, read_lines([text]), Rules(lambda: NOW)).errors == []
    address = f"/v1/items/{LOT}/lineage?max_items=1000000"

    with served(store.url) as service:
        service.ask(f"/v1/items/{LOT}")
        before = mebibytes(service.process)
        with ExitStack() as readers:
            for _ in range(READERS):
                readers.enter_context(closing(stuck_reader(service, address)))
            during = mebibytes(service.process)
            assert service.client.get("/health").status_code == 200
        is_freed = waited_for(lambda: mebibytes(service.process) - before <= MOST_KEPT_MIB)
        after = mebibytes(service.process)

    print(f"{makings * OUTPUTS} items, MiB before, during and after: {before:.0f}, {during:.0f}, {after:.0f}")
    assert is_freed, (before, during, after)


def test_a_service_without_file_descriptors_answers_503_with_one_line_in_the_log(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    with served(url, command=LIMITED) as service:
        service.ask("/health")
        with ExitStack() as idle:
            address = (service.client.base_url.host, service.client.base_url.port or 0)
            for _ in range(3 * FILES):
                connection = socket.create_connection(address, timeout=10)
                idle.enter_context(closing(connection))
            refused = httpx.get(f"{service.client.base_url}/health", timeout=30)
            document = refused.json()
            refused_again = httpx.get(f"{service.client.base_url}/health", timeout=30)
            output = service.output()
        assert waited_for(lambda: _is_answered(service))
        assert service.post([b.produced("urn:x:1", event_id="e1")]).json()["accepted"] == 1

    assert (refused.status_code, document["code"], refused_again.status_code) == (503, "too_many_connections", 503)
    assert output.count("too_many_connections") == 1, output
    assert output.count("connections_wait") <= 1, output
    assert "Traceback" not in output


def _is_answered(service: Served) -> bool:
    try:
        return service.client.get("/ready").status_code == 200
    except httpx.TransportError:
        return False
