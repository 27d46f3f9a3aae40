"""A generated fleet on every store: it loads without a refusal, and both stores answer a sample of questions alike."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from lineage.domain.errors import NotThereError
from lineage.exchange.jsonl import open_events, read_lines
from lineage.service.ingest.load import LoadReport, Rules, load
from lineage.stores import open_store
from lineage.stores.interface import Store
from tests.conftest import wiped
from tests.fleet.samples import Fleet, Json, fleet, options
from tests.paths import ROOT
from tests.service_client import NOW, ServiceClient, TickingClock, plain_trace, plain_tree

MOMENTS = ("2019-03-01", "2021-07-15", "2023-11-11", "2026-10-31")
LOAD = """
import resource, sys
from lineage.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""
Question = tuple[str, Callable[[ServiceClient], Any]]


def stored(store: Store, made: Fleet) -> LoadReport:
    """Load the fleet as a trusted import."""
    lines = read_lines(line.encode() + b"\n" for line in made.lines)
    return load(store, lines, Rules(TickingClock(), keep_recorded=True))


def named(made: Fleet) -> tuple[list[str], list[str], list[str]]:
    """Items, parties and events, each in the order in which they are first named."""
    items: dict[str, None] = {}
    parties: dict[str, None] = {}
    events: dict[str, None] = {}
    for event in made.events():
        events[event["id"]] = None
        parties[event["reporter"]] = None
        for listed in ("items", "parts", "inputs", "outputs"):
            items.update((i if isinstance(i, str) else i["id"], None) for i in event.get(listed, ()))
    return [*items], [*parties], [*events]


def without_bystanders(made: Fleet) -> Fleet:
    """The same without the enrolment of those who appear nowhere else: most of a small fleet."""
    reported = "".join(line for line in made.lines if '"type":"enrolled"' not in line)
    cards = ((line, orjson.loads(line)) for line in made.lines if '"type":"enrolled"' in line)
    seen = {line for line, event in cards if event["party"]["id"] in reported}
    return Fleet([line for line in made.lines if '"type":"enrolled"' not in line or line in seen], made.truth)


def _is_cell(id: str) -> bool:
    return id[3:4] == "C" and len(id) == 24


def questions(made: Fleet, count: int, dice: Random) -> Iterator[Question]:
    """So many questions, of every kind in turn, about items of every kind."""
    items, parties, events = named(made)
    known = {*items}
    cells = [i for i in items if _is_cell(i)]
    others = [i for i in items if not _is_cell(i)]
    planted = [i for t in made.truth for i in t["items"] if i in known] or items
    for number in range(count):
        some = dice.choice((others, others, planted, cells or others))
        item, at = dice.choice(some), dice.choice(MOMENTS)
        other, party, event = dice.choice(others), dice.choice(parties), dice.choice(events)
        yield (
            (f"down {item}", lambda a, i=item: plain_trace(a.lineage(i))),
            (f"up {item}", lambda a, i=item: plain_trace(a.lineage(i, "upstream"))),
            (f"up {item} at {at}", lambda a, i=item, t=at: plain_trace(a.lineage(i, "upstream", at=t))),
            (f"since {at} {item}", lambda a, i=item, t=at: plain_trace(a.lineage(i, from_=t))),
            (f"exposure {item}", lambda a, i=item: plain_trace(a.lineage(i, mode="exposure"))),
            (f"composition {item} {at}", lambda a, i=item, t=at: plain_tree(a.composition(i, t)["tree"])),
            (f"custody {item}", lambda a, i=item: a.custody(i)),
            (f"card {item} {at}", lambda a, i=item, t=at: a.card(i, t)),
            (f"path {item} {other}", lambda a, i=item, o=other: a.path(i, o)),
            (f"holdings {party}", lambda a, p=party, t=at: a.holdings(p, t)),
            (f"event {event}", lambda a, e=event: a.event_status(e)),
            (f"responsibility {item} {at}", lambda a, i=item, t=at: a.responsibility(i, t)),
            (f"duties {party}", lambda a, p=party: a.duties(p, most=6)),
        )[number % 13]


def answer(store: Store, question: Question, known_at: str | None) -> Any:
    try:
        return question[1](ServiceClient(store, known_at))
    except NotThereError as error:
        return error.code


def compare(stores: list[Store], made: Fleet, count: int) -> None:
    dice = Random(count)
    differing: list[Json] = []
    for question in questions(made, count, dice):
        known_at = dice.choice((None, None, *MOMENTS))
        one, other = (answer(store, question, known_at) for store in stores)
        if one != other:
            differing.append({"question": question[0], "known_at": known_at, "one": one, "other": other})
    assert differing[:2] == []


@pytest.fixture
def twins(neo4j_session_store: Store, sqlite_file: str) -> Iterator[list[Store]]:
    """Both stores, empty."""
    one = open_store(sqlite_file)
    yield [one, wiped(neo4j_session_store)]
    one.close()


def test_a_fleet_loads_without_a_refusal(sqlite_file: str) -> None:
    made = fleet(options(25, seed=12, defects="5", cells=0.2))
    with closing(open_store(sqlite_file)) as store:
        report = stored(store, made)
    repeats = len(made.lines) - len(named(made)[2])
    assert (report.rejected, report.duplicate, report.accepted) == (0, repeats, len(made.lines) - repeats)
    assert report.state.recorded < NOW


@pytest.mark.neo4j
def test_both_stores_answer_a_hundred_questions_alike(twins: list[Store]) -> None:
    made = without_bystanders(fleet(options(50, seed=13, defects="5", cells=0.1)))
    for store in twins:
        assert stored(store, made).rejected == 0
    compare(twins, made, 100)


@pytest.mark.soak
@pytest.mark.neo4j
def test_a_thousand_vehicles_on_both_stores_answer_five_hundred_questions_alike(twins: list[Store]) -> None:
    made = fleet(options(1_000, seed=14, cells=None))
    for store in twins:
        assert stored(store, made).rejected == 0
    compare(twins, made, 500)


@pytest.mark.soak
def test_a_million_events_load_into_sqlite_in_less_than_500_mb(tmp_path: Path) -> None:
    def run(*words: str) -> int:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LINEAGE_STORE": f"sqlite:///{tmp_path / 'fleet.db'}"}
        done = subprocess.run(
            [sys.executable, "-c", LOAD, *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return int(done.stderr.split()[-1])

    run("generate", "--vehicles", "78000", "--until", "2026-11-01", "--out", str(tmp_path))
    with open_events(tmp_path / "events.jsonl.zst") as stream:
        assert sum(1 for _ in stream) > 1_000_000
    assert run("load", "--keep-recorded", str(tmp_path / "events.jsonl.zst")) < 500
