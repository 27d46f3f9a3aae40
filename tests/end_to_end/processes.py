"""The command as a process of its own, so that it can be killed, measured, and left without its store."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, Final, NamedTuple

import httpx
import orjson

from lineage.stores import open_store
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import wiped
from tests.paths import ROOT

NDJSON: Final = {"content-type": "application/x-ndjson"}
NO_NEO4J: Final = "neo4j://127.0.0.1:9"
"""An address at which nothing listens."""
COMMAND: Final = (sys.executable, "-m", "lineage.cli")
_PATIENCE_S: Final = 120
_LISTENING: Final = re.compile(r"running on (http://\S+)")


def environment() -> dict[str, str]:
    """The environment of a command: this tree, and no store but the one that is named."""
    stored = {name: value for name, value in os.environ.items() if name != "LINEAGE_STORE"}
    return {**stored, "PYTHONPATH": str(ROOT)}


def start(
    *arguments: str,
    command: Iterable[str] = COMMAND,
    stdin: int = subprocess.DEVNULL,
    output: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start `lineage` with these arguments; the caller ends it."""
    line = [*command, *arguments]
    return subprocess.Popen(line, stdin=stdin, stdout=output, stderr=subprocess.STDOUT, env=environment())


def run(*arguments: str, command: Iterable[str] = COMMAND) -> tuple[int, str]:
    """Exit code of `lineage` with these arguments, and its output."""
    process = start(*arguments, command=command, output=subprocess.PIPE)
    stated, _ = process.communicate(timeout=_PATIENCE_S)
    return process.returncode, stated.decode()


def done(*arguments: str) -> str:
    """The output of a command that ends well."""
    code, stated = run(*arguments)
    assert code == 0, stated
    return stated


def document(*arguments: str) -> Json:
    """Return the document of a command with --json that ends with 0."""
    answer: Json = orjson.loads(done(*arguments, "--json"))
    return answer


class Served(NamedTuple):
    """A `lineage serve` in a process of its own, a client of it, and the file of what it prints."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    printed: IO[bytes]

    def output(self) -> str:
        """What it has printed until now."""
        return os.pread(self.printed.fileno(), 1_000_000, 0).decode()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(_PATIENCE_S)

    def post(self, events: Iterable[Json]) -> httpx.Response:
        return self.client.post("/v1/events", content=lines(events), headers=NDJSON)

    def ask(self, address: str) -> Json:
        """The answer to a question that is answered."""
        response = self.client.get(address)
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer


@contextmanager
def served(url: str, *, command: Iterable[str] = COMMAND) -> Iterator[Served]:
    """Serve the store at any free port; ended with the block, if it was not killed before."""
    with tempfile.TemporaryFile() as stated:
        process = start("serve", "--port", "0", "--store", url, command=command, output=stated)
        try:
            with httpx.Client(base_url=_address(process, stated), timeout=_PATIENCE_S) as client:
                yield Served(process, client, stated)
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


def _address(process: subprocess.Popen[bytes], stated: IO[bytes]) -> str:
    while True:
        ended = process.poll() is not None
        text = os.pread(stated.fileno(), 100_000, 0).decode()
        if (found := _LISTENING.search(text)) is not None:
            return found[1]
        assert not ended, f"lineage serve did not start:\n{text}"
        time.sleep(0.02)


class Waiting(NamedTuple):
    """A `lineage load` that never comes to the end of its input."""

    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process.poll() is None, "the load has ended before"
        self.process.kill()
        self.process.wait(_PATIENCE_S)


@contextmanager
def waiting_load(url: str, events: Iterable[Json]) -> Iterator[Waiting]:
    """Load these events, and let it wait for more."""
    process = start("load", "-", "--store", url, stdin=subprocess.PIPE)
    assert process.stdin is not None
    pipe = process.stdin.fileno()

    def feed(text: memoryview) -> None:
        with suppress(BrokenPipeError):
            while text:
                text = text[os.write(pipe, text) :]

    with ThreadPoolExecutor(1) as feeder:
        feeder.submit(feed, memoryview(lines(events)))
        try:
            yield Waiting(process)
        finally:
            process.kill()
            process.wait(_PATIENCE_S)
    with suppress(BrokenPipeError):
        process.stdin.close()


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """The store itself, from this process."""
    store = open_store(
        url, user=os.environ.get("LINEAGE_NEO4J_USER"), password=os.environ.get("LINEAGE_NEO4J_PASSWORD")
    )
    try:
        yield store
    finally:
        store.close()


@contextmanager
def emptied(url: str) -> Iterator[Store]:
    """The store in a Neo4j, without its data."""
    with opened(url) as store:
        yield wiped(store)


def lines(events: Iterable[Json]) -> bytes:
    return b"".join(orjson.dumps(event) + b"\n" for event in events)


# Started by a small process: a process inherits the peak of memory of its parent.
_MEASURING: Final = (
    "import os, sys; pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]); _, status, usage = os.wait4(pid, 0);"
    " print(os.waitstatus_to_exitcode(status), usage.ru_maxrss, file=sys.stderr)"
)


def peak_kib(*arguments: str, code: int = 0) -> int:
    """The most memory that a command held, which ends with `code` (on macOS in bytes: a ratio does not mind)."""
    line = (sys.executable, "-S", "-c", _MEASURING, *COMMAND, *arguments)
    measured = subprocess.run(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(), check=True)
    ended, peak = measured.stderr.splitlines()[-1].split()
    assert int(ended) == code, measured.stderr.decode()
    return int(peak)
