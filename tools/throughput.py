"""Events a second of `lineage load`, from a file to a journal and a graph that can be queried.

    python tools/throughput.py --items 100000

The history is that of `car_histories.py`, the command is the real one in a separate process, its start included, and
Neo4j is a separate server, newly started and empty.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from car_histories import ITEMS_A_CAR, Cars, write
from lineage.service.ingest.load import BATCH
from neo4j_server import Neo4jServer

BARS: Final = {"sqlite": 5_000, "neo4j": 1_000}
"""The events a second to be reached on two idle cores."""
ROOT: Final = Path(__file__).resolve().parents[1]
HEADS: Final = ("store", "events", "events/s", "bar", "ms/commit", "bytes/event", "cpu s", "peak MiB", "load before")


class Measured(NamedTuple):
    """One load: elapsed seconds, processor seconds of the command, its peak memory, bytes in the store afterwards.

    `others` is the load average of the minute before it began.
    """

    store: str
    events: int
    wall: float
    busy: float
    peak_kib: int
    bytes: int
    others: float

    @property
    def events_a_second(self) -> float:
        return self.events / self.wall

    def row(self) -> tuple[str, ...]:
        commits = -(-self.events // BATCH)
        return (
            self.store,
            f"{self.events:,}",
            f"{self.events_a_second:,.0f}",
            f"{BARS[self.store]:,}",
            f"{self.wall / commits * 1000:,.0f}",
            f"{self.bytes / self.events:,.0f}",
            f"{self.busy:.1f}",
            f"{self.peak_kib / 1024:,.0f}",
            f"{self.others:.1f}",
        )


def measure(store: str, cars: Cars) -> Measured:
    """Load the histories of these cars into an empty store of this kind, and return the measurement."""
    with tempfile.TemporaryDirectory(prefix="throughput-") as name:
        folder = Path(name)
        file = folder / "cars.jsonl"
        events = write(file, cars)
        with PLACES[store](folder) as (url, size):
            others = os.getloadavg()[0]
            wall, busy, peak = load(file, url, folder / "answer.json")
            answer = orjson.loads((folder / "answer.json").read_bytes())
            if (answer["accepted"], answer["rejected"]) != (events, 0):
                raise SystemExit(f"{answer['accepted']:,} of {events:,} events were accepted")
        return Measured(store, events, wall, busy, peak, sum(f.stat().st_size for f in size()), others)


def load(file: Path, url: str, answer: Path) -> tuple[float, float, int]:
    """Return elapsed seconds, processor seconds, and peak memory in KiB of `lineage load`."""
    line = [sys.executable, "-m", "lineage.cli", "load", str(file), "--store", url, "--json"]
    with answer.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(line, stdout=output, env={**os.environ, "PYTHONPATH": str(ROOT)})
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the load ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


Place = tuple[str, Callable[[], Iterator[Path]]]
"""The URL of an empty store, and a function that lists its files after the load."""


@contextmanager
def sqlite(folder: Path) -> Iterator[Place]:
    yield f"sqlite:///{folder / 'store.db'}", lambda: folder.glob("store.db*")


@contextmanager
def neo4j(folder: Path) -> Iterator[Place]:
    home = folder / "home"
    with Neo4jServer(home=home, heap="2g", page_cache="512m", quick=False) as server:
        yield server.url, lambda: (f for f in (home / "data/databases").rglob("*") if f.is_file())


PLACES: Final = {"sqlite": sqlite, "neo4j": neo4j}


def table(measured: Sequence[Measured]) -> str:
    rows = [HEADS, *(one.row() for one in measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure `lineage load` into each store.")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--tray", type=int, default=1, help="cells that one report names")
    parser.add_argument("--store", action="append", choices=sorted(PLACES), help="both, when not given")
    options = parser.parse_args()
    cars = [Cars(options.items, tray=options.tray) for _ in options.store or PLACES]
    print(f"{cars[0].count * ITEMS_A_CAR:,} items, {os.cpu_count()} cores", flush=True)
    print(table([measure(store, some) for store, some in zip(options.store or PLACES, cars, strict=True)]))


if __name__ == "__main__":
    main()
