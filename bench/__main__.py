"""Command line of the benchmark: measure and write the report. `make bench` installs what it needs and runs it."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.data.datasets import ROOT, Plan
from bench.data.stress_histories import Shapes
from bench.reporting.report import write
from bench.reporting.results import Results
from bench.run import Options, run

SMOKE = 10_000


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="bench", description="Measure the service against other ways to give the same answers."
    )
    found.add_argument("--items", type=int, action="append", help="size of the fleet; may be given again (100000)")
    found.add_argument("--neo4j", default="start", help="`start` one, `none`, or the URL of one that may be wiped")
    found.add_argument("--neo4j-up-to", type=int, default=1_000_000, help="the largest size that Neo4j is filled with")
    found.add_argument("--starts", type=int, default=100, help="start items for each sort of question")
    found.add_argument("--budget", type=float, default=60, help="seconds for each sort of question, about")
    found.add_argument(
        "--cache", type=Path, default=ROOT / ".bench", help="folder of prepared data, reused by later runs"
    )
    found.add_argument("--out", type=Path, default=ROOT / "docs/benchmarks", help="where the report goes")
    found.add_argument("--name", help="name of the report; default: the date")
    found.add_argument("--label", default="", help="a sentence at the top of the report")
    found.add_argument("--resume", action="store_true", help="continue the stopped run of this name")
    found.add_argument("--questions-only", action="store_true", help="without writes, HTTP, memory and round trips")
    return found


def main() -> None:
    options = parser().parse_args()
    # On SIGTERM the context managers run, so that no server stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    plans = tuple(plan(items) for items in options.items or [100_000])
    name = options.name or datetime.now(UTC).date().isoformat()
    data = options.out / f"{name}.json"
    results = run(
        Options(
            plans,
            options.cache,
            options.neo4j,
            options.starts,
            options.budget,
            options.label,
            is_whole=not options.questions_only,
            neo4j_up_to=options.neo4j_up_to,
            results=Results.load(data) if options.resume and data.exists() else None,
        ),
        save=lambda found: found.save(data),
    )
    for file in write(results, options.out, name):
        print(file)


def plan(items: int) -> Plan:
    """Return the data set of a size; the hub is smaller in a small fleet."""
    return Plan(items, shapes=Shapes(hub_items=200, lot_cells=1_000) if items <= SMOKE else Shapes())


if __name__ == "__main__":
    main()
