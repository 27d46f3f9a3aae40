"""One run: the data prepared, every candidate asked, everything kept as results while it goes on."""

from __future__ import annotations

import contextlib
import gc
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.candidates.in_memory import Compiled, Networkx
from bench.candidates.interface import Candidate
from bench.candidates.raw_neo4j import FetchNeo4j, HandNeo4j, Return1, UserNeo4j, bare_driver
from bench.candidates.raw_sql import FetchSqlite, HandPostgres, HandSqlite
from bench.candidates.service import Ours, OursFound
from bench.data import postgres
from bench.data.datasets import Filled, Plan, filled_neo4j, filled_sqlite, folder, neo4j_server
from bench.data.derived_rows import Rows
from bench.measurements.round_trips import trips
from bench.measurements.side_measurements import Beside, expected_minutes, say
from bench.measurements.timing import measure
from bench.oracle import AnswerOracle
from bench.questions import Chooser, Family
from bench.reporting.machine import load, machine
from bench.reporting.results import (
    BLIND_NEO4J,
    FETCH_NEO4J,
    FETCH_SQLITE,
    FOUND_NEO4J,
    FOUND_SQLITE,
    HAND_NEO4J,
    HAND_SQLITE,
    OURS_NEO4J,
    OURS_SQLITE,
    POSTGRES,
    RETURN_1,
    AtSize,
    Facts,
    Results,
    row,
)
from bench.reporting.targets import bars
from lineage.service.gc_tuning import tune_gc
from lineage.stores import open_store

MOST_IN_MEMORY = 2_000_000
"""Items up to which networkx is asked: it takes more than a kilobyte for each."""
GIVEN = "neo4j-given.json"
"""What a server that was named, and is not ours, was filled with."""


@dataclass(frozen=True)
class Options:
    """How it is run. `neo4j`: `start` one (for sizes up to `neo4j_up_to`), `none`, or the URL of one
    whose data may be wiped.

    `is_whole`: beside questions also writes, HTTP, memory and round trips.

    `starts` of each sort of question; `budget` seconds for each, all candidates together.

    `results`: what an earlier run kept; what is there is not measured again.
    """

    plans: tuple[Plan, ...]
    cache: Path
    neo4j: str = "start"
    starts: int = 100
    budget: float = 60.0
    label: str = ""
    runs: int = 3
    is_whole: bool = True
    neo4j_up_to: int = 1_000_000
    results: Results | None = None


Keep = Callable[[Results], None]


def run(options: Options, keep: Keep = lambda _: None) -> Results:
    """Measure every size; `keep` is told of the results whenever there are more.

    Raises WrongAnswerError; then there is no report.
    """
    limits = {"starts": options.starts, "seconds": options.budget, "runs": options.runs}
    results = options.results or Results(machine(), load(), options.label, limits=limits)
    if options.results is not None:
        if results.limits != limits:
            raise SystemExit(f"bench: that run was begun with {results.limits}; go on with the same, or begin anew")
        results.resumed.append(load())
    for plan in options.plans:
        at_size(plan, options, results, keep)
    results.ended = load()
    results.bars = bars(results)
    return results


class Place(NamedTuple):
    """Where the data of one size lies: a folder, the SQLite store in it, and a Neo4j, if there is one."""

    folder: Path
    url: str
    neo4j: str | None

    @property
    def path(self) -> str:
        return str(self.folder / "store.db")


@contextlib.contextmanager
def _place(plan: Plan, options: Options, about: Facts) -> Iterator[tuple[Place, Filled]]:
    """The prepared stores of a size; a Neo4j of our own is started over what it kept, and stopped."""
    where = folder(options.cache, plan)
    url, filled = filled_sqlite(where)
    with contextlib.ExitStack() as held:
        neo4j = None
        if options.neo4j == "start" and plan.items <= options.neo4j_up_to:
            server = held.enter_context(neo4j_server(where))
            neo4j, about["neo4j"] = server.url, server.version
        elif options.neo4j not in ("start", "none") and plan.items <= options.neo4j_up_to:
            neo4j, about["neo4j"] = options.neo4j, "as given"
        yield Place(where, url, neo4j), filled


def at_size(plan: Plan, options: Options, results: Results, keep: Keep) -> None:
    """Everything at one size; what is among the results already is left out."""
    found = results.sizes.setdefault(plan.items, AtSize(plan.items))
    with _place(plan, options, results.machine) as (at, filled):
        now = time.time_ns() // 1_000_000
        rows = Rows(at.path)
        chooser = Chooser(rows, at.path, options.starts, now, plan.shapes)
        found.data = {"items": rows.items, "edges": rows.edges, "events": filled.events}
        found.fills["SQLite"] = _filled(filled)
        families = chooser.families()
        _say_how_long(plan, families, options, has_neo4j=at.neo4j is not None)
        if any(f.name not in found.rows for f in families) or (at.neo4j and options.is_whole and not found.trips):
            oracle = AnswerOracle(rows, at.path, Rows(at.path, chooser.known_past), chooser.known_past)
            with _candidates(at, rows, now, found, results.machine, is_given=options.neo4j != "start") as candidates:
                _ask(families, candidates, oracle, found, options, lambda: keep(results))
                if at.neo4j is not None and options.is_whole:
                    ours = next(c for c in candidates if c.name == OURS_NEO4J)
                    assert isinstance(ours, Ours)
                    found.trips = trips(families, ours, rows)
        beside = Beside(at.folder, at.url, at.neo4j, families, rows, found, lambda: keep(results))
        if options.is_whole:
            beside.answered()
    if options.is_whole:
        beside.written(is_started=options.neo4j == "start")


def _say_how_long(plan: Plan, families: list[Family], options: Options, *, has_neo4j: bool) -> None:
    asking = len(families) * options.budget / 60
    told = f"{plan.items:,} items: {len(families)} sorts of questions, {asking:.0f} minutes at the most"
    if options.is_whole:
        told += f"; what is beside them about {expected_minutes(plan.items, has_neo4j=has_neo4j):.0f}"
    say(told)


def _ask(
    families: list[Family],
    candidates: list[Candidate],
    oracle: AnswerOracle,
    found: AtSize,
    options: Options,
    kept: Callable[[], None],
) -> None:
    before = found.slow_answers
    with _as_served():
        for family in families:
            if family.name in found.rows:
                continue
            busy = load()["load"]
            measured = measure(family, candidates, oracle, budget=options.budget, runs=options.runs)
            found.rows[family.name] = row(measured, busy)
            found.slow_answers = before + oracle.slow_answers
            say(f"  {family.name}: {len(measured.sizes)} starts, {measured.compared} answers right, load {busy}")
            kept()


@contextlib.contextmanager
def _as_served() -> Iterator[None]:
    """The garbage collector as the service sets it when it starts: what is there now stays."""
    before = gc.get_threshold()
    gc.collect()
    tune_gc()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _filled(filled: Filled) -> Facts:
    return {
        "events": filled.events,
        "seconds": filled.seconds,
        "events_a_second": filled.events_a_second,
        "peak_mib": filled.peak_kib / 1024,
    }


@contextlib.contextmanager
def _candidates(
    at: Place, rows: Rows, now: int, found: AtSize, about: Facts, *, is_given: bool
) -> Iterator[list[Candidate]]:
    """Every candidate, open; closed afterwards."""
    with contextlib.ExitStack() as held:
        candidates: list[Candidate] = [
            Ours(OURS_SQLITE, store := open_store(at.url), now),
            OursFound(FOUND_SQLITE, store, now),
            HandSqlite(at.path, HAND_SQLITE),
            FetchSqlite(at.path, FETCH_SQLITE),
        ]
        if shutil.which("cc"):
            candidates.append(Compiled(rows, at.folder))
        else:
            say("  the compiled walk is left out: there is no C compiler (cc)")
        programs = postgres.programs()
        if programs is None:
            say("  PostgreSQL is left out: apt-get install postgresql, and the extra `bench`")
        else:
            about["postgresql"] = postgres.version(programs)
            connection = postgres.filled(held.enter_context(postgres.server(programs)), at.path)
            candidates.append(HandPostgres(connection, POSTGRES))
        if rows.items <= MOST_IN_MEMORY:
            candidates.append(Networkx(rows))
        if at.neo4j is not None:
            told = at.folder / (GIVEN if is_given else "neo4j.json")
            found.fills["Neo4j"] = _filled(filled_neo4j(at.folder, at.neo4j, told))
            candidates += _on_neo4j(at.neo4j, now, held)
        for candidate in candidates:
            held.callback(candidate.close)
        yield candidates


def _on_neo4j(url: str, now: int, held: contextlib.ExitStack) -> list[Candidate]:
    driver = held.enter_context(bare_driver(url))
    store = open_store(url)
    return [
        Ours(OURS_NEO4J, store, now),
        OursFound(FOUND_NEO4J, store, now),
        HandNeo4j(driver, HAND_NEO4J),
        FetchNeo4j(driver, FETCH_NEO4J),
        UserNeo4j(driver, BLIND_NEO4J),
        Return1(driver, RETURN_1),
    ]
