"""What is measured on: files of events and filled stores, kept in a folder so that a run can be resumed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from bench.data.stress_histories import Shapes, events
from lineage.stores import open_store
from lineage.stores.interface import FORMAT_VERSION
from lineage.stores.neo4j.store import Neo4jStore
from lineage.synthetic.fleet.generator import make_fleet
from lineage.synthetic.fleet.options import FleetOptions, read_rates
from lineage.synthetic.fleet.parameters import read_parameters
from neo4j_server import Neo4jServer
from tests.neo4j_wipe import wipe

ROOT: Final = Path(__file__).resolve().parents[1]
UNTIL: Final = date(2026, 11, 1)
CELLS_TOLD: Final = 0.1
"""Packs whose cells are told one by one: the same at every size, so that answers differ by nothing but the size."""
ITEMS_A_VEHICLE: Final = 18.3


@dataclass(frozen=True)
class Plan:
    """A data set: how many items the fleet has, its seed, and the shapes beside it."""

    items: int
    seed: int = 7
    shapes: Shapes = field(default_factory=Shapes)

    @property
    def vehicles(self) -> int:
        return max(20, round(self.items / ITEMS_A_VEHICLE))

    @property
    def name(self) -> str:
        """A folder's name; another for whatever would make other rows."""
        about = orjson.dumps([asdict(self), FORMAT_VERSION, read_parameters().digest])
        return f"{self.items}-{hashlib.sha256(about).hexdigest()[:8]}"


class Filled(NamedTuple):
    """How a store was filled: by the command, or nothing was to be done (`seconds` then of the first time)."""

    events: int
    seconds: float
    peak_kib: int

    @property
    def events_a_second(self) -> float:
        return self.events / self.seconds if self.seconds else 0.0


def folder(cache: Path, plan: Plan) -> Path:
    """Where this data set lies, with its file of events."""
    place = cache / plan.name
    place.mkdir(parents=True, exist_ok=True)
    file = place / "events.jsonl"
    if not file.exists():
        _write(plan, file)
    return place


def _write(plan: Plan, file: Path) -> None:
    """The fleet and the shapes in the order of arrival, under its name only once it is whole."""
    parameters = read_parameters()
    rates, later = read_rates("1", parameters)
    dials = FleetOptions(plan.vehicles, plan.seed, UNTIL, rates, later, 0.0, 0.0, 0.0, CELLS_TOLD)
    unsorted, begun = file.with_suffix(".unsorted"), file.with_suffix(".begun")
    with unsorted.open("w", encoding="utf-8") as out:
        for block in make_fleet(dials, parameters):
            out.writelines(line if line.endswith("\n") else f"{line}\n" for line in block.lines)
    # Every line begins with `recorded` in one form. `sort` needs no more memory for a large fleet than for a small one.
    with begun.open("wb") as out_bytes:
        subprocess.run(["sort", unsorted], stdout=out_bytes, check=True, env={**os.environ, "LC_ALL": "C"})
        for event in events(plan.shapes):
            out_bytes.write(orjson.dumps(event) + b"\n")
    unsorted.unlink()
    begun.rename(file)


def fill(url: str, file: Path, told: Path) -> Filled:
    """Fill an empty store from a file by the command that users have; `told` remembers that it was done, and how.

    The one place that knows which command that is.
    """
    if told.exists():
        return Filled(**orjson.loads(told.read_bytes()))
    line = [sys.executable, "-m", "lineage.cli", "import", str(file), "--keep-recorded", "--store", url, "--json"]
    answer = told.with_suffix(".answer")
    with answer.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(line, stdout=output, env={**os.environ, "PYTHONPATH": str(ROOT)})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    document: dict[str, Any] = orjson.loads(answer.read_bytes() or b"{}")
    if process.returncode or document.get("rejected"):
        raise SystemExit(f"bench: {url} was not filled: exit code {process.returncode}, {document.get('errors')}")
    filled = Filled(document["accepted"], seconds, usage.ru_maxrss)
    told.write_bytes(orjson.dumps(filled._asdict()))
    return filled


def filled_sqlite(place: Path) -> tuple[str, Filled]:
    """The URL of the filled SQLite store of a data set; an interrupted fill is begun anew."""
    told = place / "sqlite.json"
    if not told.exists():
        for left in place.glob("store.db*"):
            left.unlink()
    url = f"sqlite:///{place / 'store.db'}"
    return url, fill(url, place / "events.jsonl", told)


def filled_neo4j(place: Path, url: str, told: Path) -> Filled:
    """Fill the store of a Neo4j server with a data set, unless it is there.

    What else is found, an interrupted fill or more than the data set, is wiped.
    """
    store = open_store(url)
    try:
        assert isinstance(store, Neo4jStore)
        found = store.read(lambda reader: reader.state()).position
        if told.exists() and Filled(**orjson.loads(told.read_bytes())).events != found:
            told.unlink()
        if found and not told.exists():
            wipe(store)
    finally:
        store.close()
    return fill(url, place / "events.jsonl", told)


@contextlib.contextmanager
def served(home: Path, version: str | None = None) -> Iterator[Neo4jServer]:
    """A server of our own over this home, which is kept, with memory as for service."""
    with Neo4jServer(version, home=home, heap="3g", page_cache="2g", quick=False) as server:
        yield server


@contextlib.contextmanager
def served_copy(home: Path) -> Iterator[Neo4jServer]:
    """A server over a copy of a home whose own server is down; the copy is removed afterwards."""
    copy = home.with_name(f"{home.name}-copy")
    shutil.rmtree(copy, ignore_errors=True)
    try:
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("logs", "tmp"))
        with served(copy) as server:
            yield server
    finally:
        shutil.rmtree(copy, ignore_errors=True)


@contextlib.contextmanager
def neo4j_server(place: Path) -> Iterator[Neo4jServer]:
    """A server over the home that this data set keeps."""
    with served(place / "neo4j") as server:
        yield server
