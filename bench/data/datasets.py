"""Data sets: files of events and filled stores in a folder, so that a run can be resumed."""

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
from tests.stores.neo4j_wipe import wipe

ROOT: Final = Path(__file__).resolve().parents[2]
UNTIL: Final = date(2026, 11, 1)
CELLS_REPORTED: Final = 0.1
"""The share of packs whose cells are reported one by one, equal at every size, so that sizes can be compared."""
ITEMS_A_VEHICLE: Final = 18.3


@dataclass(frozen=True)
class Plan:
    """A data set: the number of items in the fleet, its seed, and the sizes of the stress histories."""

    items: int
    seed: int = 7
    shapes: Shapes = field(default_factory=Shapes)

    @property
    def vehicles(self) -> int:
        return max(20, round(self.items / ITEMS_A_VEHICLE))

    @property
    def name(self) -> str:
        """Return the name of the folder; it changes with everything that changes the rows."""
        about = orjson.dumps([asdict(self), FORMAT_VERSION, read_parameters().digest])
        return f"{self.items}-{hashlib.sha256(about).hexdigest()[:8]}"


class Filled(NamedTuple):
    """The figures of filling a store; for a store that was filled before, those of that time."""

    events: int
    seconds: float
    peak_kib: int

    @property
    def events_a_second(self) -> float:
        return self.events / self.seconds if self.seconds else 0.0


def folder(cache: Path, plan: Plan) -> Path:
    """Return the folder of this data set, with its file of events."""
    place = cache / plan.name
    place.mkdir(parents=True, exist_ok=True)
    file = place / "events.jsonl"
    if not file.exists():
        _write(plan, file)
    return place


def _write(plan: Plan, file: Path) -> None:
    """Write the fleet and the stress histories in the order of arrival; the file gets its name when it is complete."""
    parameters = read_parameters()
    rates, later = read_rates("1", parameters)
    options = FleetOptions(plan.vehicles, plan.seed, UNTIL, rates, later, 0.0, 0.0, 0.0, CELLS_REPORTED)
    unsorted, begun = file.with_suffix(".unsorted"), file.with_suffix(".begun")
    with unsorted.open("w", encoding="utf-8") as out:
        for block in make_fleet(options, parameters):
            out.writelines(line if line.endswith("\n") else f"{line}\n" for line in block.lines)
    # Every line begins with `recorded` in a fixed form. The memory of `sort` does not grow with the fleet.
    with begun.open("wb") as out_bytes:
        subprocess.run(["sort", unsorted], stdout=out_bytes, check=True, env={**os.environ, "LC_ALL": "C"})
        for event in events(plan.shapes):
            out_bytes.write(orjson.dumps(event) + b"\n")
    unsorted.unlink()
    begun.rename(file)


def fill(url: str, file: Path, receipt: Path) -> Filled:
    """Fill an empty store from a file with `lineage import`; the file `receipt` records the figures.

    No other place in the benchmark names that command.
    """
    if receipt.exists():
        return Filled(**orjson.loads(receipt.read_bytes()))
    line = [sys.executable, "-m", "lineage.cli", "import", str(file), "--keep-recorded", "--store", url, "--json"]
    answer = receipt.with_suffix(".answer")
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
    receipt.write_bytes(orjson.dumps(filled._asdict()))
    return filled


def filled_sqlite(place: Path) -> tuple[str, Filled]:
    """Return the URL of the filled SQLite store of a data set; an interrupted fill is started again."""
    receipt = place / "sqlite.json"
    if not receipt.exists():
        for left in place.glob("store.db*"):
            left.unlink()
    url = f"sqlite:///{place / 'store.db'}"
    return url, fill(url, place / "events.jsonl", receipt)


def filled_neo4j(place: Path, url: str, receipt: Path) -> Filled:
    """Fill the store of a Neo4j server with a data set, unless it holds exactly that.

    Other contents, such as an interrupted fill or additional events, are wiped.
    """
    store = open_store(url)
    try:
        assert isinstance(store, Neo4jStore)
        found = store.read(lambda reader: reader.state()).position
        if receipt.exists() and Filled(**orjson.loads(receipt.read_bytes())).events != found:
            receipt.unlink()
        if found and not receipt.exists():
            wipe(store)
    finally:
        store.close()
    return fill(url, place / "events.jsonl", receipt)


@contextlib.contextmanager
def served(home: Path, version: str | None = None) -> Iterator[Neo4jServer]:
    """Yield a running server over this home, which stays on disk, with the memory of a production server."""
    with Neo4jServer(version, home=home, heap="3g", page_cache="2g", quick=False) as server:
        yield server


@contextlib.contextmanager
def served_copy(home: Path) -> Iterator[Neo4jServer]:
    """Yield a running server over a copy of a home whose own server is stopped; the copy is removed afterwards."""
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
    """Yield a running server over the home of this data set."""
    with served(place / "neo4j") as server:
        yield server
