"""Latency of the lineage endpoint over HTTP, against an endpoint that only sends the same bytes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from bench.data.datasets import ROOT
from bench.measurements.timing import Series
from bench.questions import Question
from bench.reporting.results import Facts
from neo4j_server import free_ports

SECONDS: Final = 4.0
LONGEST_START_S: Final = 120.0


def web(url: str, question: Question, place: Path, workers: tuple[int, ...] = (1, 2)) -> Facts:
    """Return requests a second and milliseconds at 1 and 16 connections, by number of workers."""
    path = f"/v1/items/{quote(question.id, safe='')}/lineage?direction={question.direction}&max_items=1000000"
    file = place / "answer.json"
    found: Facts = {}
    for count in workers:
        with serving(["-m", "lineage.cli", "serve", "--store", url], count) as port:
            file.write_bytes(asyncio.run(_once(port, path)))
            ours = {n: asyncio.run(measure_requests(port, path, n)) for n in (1, 16)}
        bytes_only = ["-m", "bench.measurements.http_baseline"]
        with serving(bytes_only, count, BENCH_BYTES=str(file)) as port:
            ceiling = {n: asyncio.run(measure_requests(port, path, n)) for n in (1, 16)}
        for n in (1, 16):
            name = f"{count} worker{'s' * (count > 1)}, {n} connection{'s' * (n > 1)}"
            found[name] = {
                "connections": n,
                "answer_bytes": file.stat().st_size,
                "requests_a_second": len(ours[n].ms) / SECONDS,
                "p50_ms": ours[n].at(0.5),
                "p99_ms": ours[n].at(0.99),
                "bytes_requests_a_second": len(ceiling[n].ms) / SECONDS,
                "bytes_p99_ms": ceiling[n].at(0.99),
                "share_of_bytes": len(ours[n].ms) / max(1, len(ceiling[n].ms)),
            }
    return found


@contextlib.contextmanager
def serving(arguments: list[str], workers: int, **environment: str) -> Iterator[int]:
    """Yield the port of a server process on 127.0.0.1 when it accepts connections."""
    (port,) = free_ports(0)
    line = [sys.executable, *arguments, "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    given = {**os.environ, "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}", **environment}
    process = subprocess.Popen(line, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port)
        # The port is open before all workers are ready.
        time.sleep(workers)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"bench: no server came up on port {port} (exit code {process.poll()})")


async def measure_requests(port: int, path: str, connections: int) -> Series:
    """Return the times of a closed loop: every connection sends its next request when it has the answer."""
    until = time.perf_counter() + SECONDS
    taken = await asyncio.gather(*(_requests(port, path, until) for _ in range(connections)))
    return Series([ms for each in taken for ms in each])


async def _requests(port: int, path: str, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    while (begun := time.perf_counter()) < until:
        await _exchange(reader, writer, path)
        taken.append((time.perf_counter() - begun) * 1000)
    writer.close()
    return taken


async def _once(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = await _exchange(reader, writer, path)
    writer.close()
    return body


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bytes:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"bench: {path} was answered {head[:60]!r}")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if not lengths:
        raise SystemExit(f"bench: {path} was answered without a length: {head!r}")
    return await reader.readexactly(int(lengths[0]))
