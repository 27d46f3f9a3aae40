"""One run: the data prepared, every candidate asked, everything kept as results."""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.bars import bars
from bench.candidates.hand_sqlite import FetchSqlite, HandSqlite
from bench.candidates.interface import Candidate
from bench.candidates.memory import Compiled, Networkx
from bench.candidates.ours import Ours
from bench.machine import load, machine
from bench.oracle import Oracle
from bench.prepared import Filled, Plan, filled_sqlite, folder
from bench.questions import Chooser
from bench.results import OURS_SQLITE, AtSize, Facts, Results, row
from bench.rows import Rows
from bench.timing import measure
from lineage.stores import open_store

MOST_IN_MEMORY = 2_000_000
"""Items up to which networkx is asked: it takes more than a kilobyte for each."""


@dataclass(frozen=True)
class Options:
    """`starts` of each sort of question; `budget` seconds for each, all candidates together."""

    plans: tuple[Plan, ...]
    cache: Path
    starts: int = 100
    budget: float = 60.0
    label: str = ""
    runs: int = 3


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(options: Options) -> Results:
    """Measure every size. Raises WrongAnswerError; then there is no report."""
    results = Results(machine(), load(), options.label)
    for plan in options.plans:
        say(f"{plan.items:,} items")
        results.sizes[plan.items] = at_size(plan, options)
    results.ended = load()
    results.bars = bars(results)
    return results


def at_size(plan: Plan, options: Options) -> AtSize:
    place = folder(options.cache, plan)
    url, filled = filled_sqlite(place)
    path = str(place / "store.db")
    now = time.time_ns() // 1_000_000
    rows = Rows(path)
    chooser = Chooser(rows, path, options.starts, now, plan.shapes)
    oracle = Oracle(rows, path, Rows(path, chooser.known_past), chooser.known_past)
    found = AtSize(plan.items, {"items": rows.items, "edges": rows.edges, "events": filled.events})
    found.fills["SQLite"] = _filled(filled)
    with _asked(place, url, path, rows, now) as candidates:
        # As the service does when it starts: what is there now stays.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        for family in chooser.families():
            measured = measure(family, candidates, oracle, budget=options.budget, runs=options.runs)
            found.rows[family.name] = row(measured)
            say(f"  {family.name}: {len(measured.sizes)} starts, {measured.compared} answers right")
    found.slow_answers = oracle.slow_answers
    return found


def _filled(filled: Filled) -> Facts:
    return {
        "events": filled.events,
        "seconds": filled.seconds,
        "events_a_second": filled.events_a_second,
        "peak_mib": filled.peak_kib / 1024,
    }


@contextlib.contextmanager
def _asked(place: Path, url: str, path: str, rows: Rows, now: int) -> Iterator[list[Candidate]]:
    """Every candidate, open; closed afterwards."""
    found: list[Candidate] = []
    try:
        found.append(Ours(OURS_SQLITE, open_store(url), now))
        found += [HandSqlite(path), FetchSqlite(path)]
        found.append(Compiled(rows, place))
        if rows.items <= MOST_IN_MEMORY:
            found.append(Networkx(rows))
        yield found
    finally:
        for candidate in found:
            candidate.close()
