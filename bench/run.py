"""One run: the data prepared, every candidate asked, everything kept as results."""

from __future__ import annotations

import contextlib
import gc
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench import postgres
from bench.bars import bars
from bench.candidates.hand_neo4j import FetchNeo4j, HandNeo4j, Return1, UserNeo4j, bare_driver
from bench.candidates.hand_sql import FetchSqlite, HandPostgres, HandSqlite
from bench.candidates.interface import Candidate
from bench.candidates.memory import Compiled, Networkx
from bench.candidates.ours import Ours
from bench.footprint import footprint
from bench.machine import load, machine
from bench.oracle import Oracle
from bench.prepared import Filled, Plan, filled_neo4j, filled_sqlite, folder, neo4j_server
from bench.questions import Chooser
from bench.results import (
    BLIND_NEO4J,
    FETCH_NEO4J,
    FETCH_SQLITE,
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
from bench.rows import Rows
from bench.timing import measure
from bench.trips import trips
from bench.web import web
from bench.writes import on_sqlite
from lineage.stores import open_store

MOST_IN_MEMORY = 2_000_000
"""Items up to which networkx is asked: it takes more than a kilobyte for each."""
MIDDLING = 150
"""Things in the answer that HTTP is measured with."""
MANY = 200
INCREMENT_ITEMS = 5_000
"""Items whose lives are written in increments."""


@dataclass(frozen=True)
class Options:
    """How it is run. `neo4j`: `start` one (for sizes up to `neo4j_up_to`), `none`, or the URL of one
    whose data may be wiped.

    `is_whole`: beside questions also writes, HTTP, memory and round trips.

    `starts` of each sort of question; `budget` seconds for each, all candidates together.
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


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(options: Options) -> Results:
    """Measure every size. Raises WrongAnswerError; then there is no report."""
    results = Results(machine(), load(), options.label)
    for plan in options.plans:
        say(f"{plan.items:,} items")
        results.sizes[plan.items] = at_size(plan, options, results.machine)
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


def at_size(plan: Plan, options: Options, about: Facts) -> AtSize:
    """Everything at one size; `about` is told the versions of servers."""
    with _place(plan, options, about) as (at, filled):
        now = time.time_ns() // 1_000_000
        rows = Rows(at.path)
        chooser = Chooser(rows, at.path, options.starts, now, plan.shapes)
        oracle = Oracle(rows, at.path, Rows(at.path, chooser.known_past), chooser.known_past)
        found = AtSize(plan.items, {"items": rows.items, "edges": rows.edges, "events": filled.events})
        found.fills["SQLite"] = _filled(filled)
        with _candidates(at, rows, now, found, about) as candidates, contextlib.ExitStack() as held:
            held.enter_context(_as_served())
            for family in chooser.families():
                measured = measure(family, candidates, oracle, budget=options.budget, runs=options.runs)
                found.rows[family.name] = row(measured)
                say(f"  {family.name}: {len(measured.sizes)} starts, {measured.compared} answers right")
            if at.neo4j is not None and options.is_whole:
                by_name = {c.name: c for c in candidates}
                ours, hand = by_name[OURS_NEO4J], by_name[HAND_NEO4J]
                assert isinstance(ours, Ours)
                assert isinstance(hand, HandNeo4j)
                found.trips = trips(chooser.families(), ours, hand)
        found.slow_answers = oracle.slow_answers
        if options.is_whole:
            _beside(at, chooser, rows, found)
        return found


@contextlib.contextmanager
def _as_served() -> Iterator[None]:
    """The garbage collector as the service sets it when it starts: what is there now stays."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _beside(at: Place, chooser: Chooser, rows: Rows, found: AtSize) -> None:
    """What is measured in processes of its own: memory, writes, HTTP."""
    families = chooser.families()
    stores = {"SQLite": at.url, **({"Neo4j": at.neo4j} if at.neo4j else {})}
    for name, url in stores.items():
        say(f"  {name}: memory, HTTP")
        found.memory[name] = footprint(url, families)
        vehicles = next(f.asks for f in families if f.name == "up, vehicles")
        middling = min(vehicles, key=lambda a: abs(len(rows.blind(a.id, a.direction)) - MIDDLING))
        for how, facts in web(url, middling, at.folder).items():
            found.web[f"{name}, {how}"] = facts
        many = (a for f in families if f.name in ("down, lots", "chain of 160 levels") for a in f.asks)
        large = next((a for a in many if len(rows.blind(a.id, a.direction)) > MANY), None)
        if large is not None:
            facts = web(url, large, at.folder, workers=(1,))["1 worker, 1 connection"]
            found.web[f"{name}, more than {MANY} things downstream, 1 connection"] = facts
    say("  SQLite: durable increments")
    found.writes["SQLite"] = on_sqlite(at.path, INCREMENT_ITEMS)


def _filled(filled: Filled) -> Facts:
    return {
        "events": filled.events,
        "seconds": filled.seconds,
        "events_a_second": filled.events_a_second,
        "peak_mib": filled.peak_kib / 1024,
    }


@contextlib.contextmanager
def _candidates(at: Place, rows: Rows, now: int, found: AtSize, about: Facts) -> Iterator[list[Candidate]]:
    """Every candidate, open; closed afterwards."""
    with contextlib.ExitStack() as held:
        candidates: list[Candidate] = [
            Ours(OURS_SQLITE, open_store(at.url), now),
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
            candidates += _on_neo4j(at, at.neo4j, now, found, held)
        for candidate in candidates:
            held.callback(candidate.close)
        yield candidates


def _on_neo4j(at: Place, url: str, now: int, found: AtSize, held: contextlib.ExitStack) -> list[Candidate]:
    found.fills["Neo4j"] = _filled(filled_neo4j(at.folder, url, at.folder / "neo4j.json"))
    driver = held.enter_context(bare_driver(url))
    return [
        Ours(OURS_NEO4J, open_store(url), now),
        HandNeo4j(driver, HAND_NEO4J),
        FetchNeo4j(driver, FETCH_NEO4J),
        UserNeo4j(driver, BLIND_NEO4J),
        Return1(driver, RETURN_1),
    ]
