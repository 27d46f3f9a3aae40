"""The benchmark on small fleets: every answer is right and the report is written. Nothing here looks at times."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from bench.data.datasets import Filled, Plan, filled_neo4j, filled_sqlite, folder
from bench.data.derived_rows import Rows
from bench.data.stress_histories import CHAIN_START, DIAMOND_START, Shapes
from bench.measurements import bulk_import, conversions, rebuild, writes_neo4j, writes_sqlite
from bench.measurements.round_trips import allowed
from bench.questions import Question
from bench.reporting.report import write
from bench.reporting.results import (
    FOUND_SQLITE,
    HAND_NEO4J,
    HAND_SQLITE,
    OURS_NEO4J,
    OURS_SQLITE,
    AtSize,
    Results,
    as_plain,
)
from bench.reporting.targets import converted
from bench.run import Options, run

SMALL, LARGE = 1_000, 10_000
SHAPES = Shapes(hub_items=50, stays=4, lot_cells=1_000)
NEO4J = os.environ.get("LINEAGE_TEST_NEO4J", "none")
TWO_CARS = 212


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


def test_every_candidate_answers_rightly_and_the_report_shows_what_was_measured(cache: Path, tmp_path: Path) -> None:
    plans = (Plan(SMALL, shapes=SHAPES), Plan(LARGE, shapes=SHAPES))
    options = Options(plans, cache, neo4j=NEO4J, neo4j_up_to=SMALL, starts=2, budget=0.1, runs=1, is_whole=False)
    stored: list[int] = []
    results = run(options, save=lambda found: stored.append(sum(len(size.rows) for size in found.sizes.values())))
    written = write(results, tmp_path, "smoke")
    rows = results.sizes[LARGE].rows
    assert {"down, cells", "up, vehicles", "custody, packs", "path, lot to vehicle", "holdings now, hub"} <= rows.keys()
    known = ("custody, cells", "composition now, vehicles", "holdings now, biggest enterprise", "down, cells, 90 days")
    assert {f"{name}, as known in the past" for name in known} <= rows.keys()
    assert all(row.compared >= 2 and {OURS_SQLITE, HAND_SQLITE} <= row.times.keys() for row in rows.values())
    assert FOUND_SQLITE in rows["down, cells"].times
    assert results.sizes[LARGE].slow_answers > 0
    if NEO4J != "none":
        assert all({OURS_NEO4J, HAND_NEO4J} <= row.times.keys() for row in results.sizes[SMALL].rows.values())
    assert "## 10,000 items" in written[0].read_text("utf-8")
    assert orjson.loads(written[1].read_bytes())["sizes"]["10000"]["rows"].keys() == rows.keys()
    assert stored == list(range(1, len(stored) + 1)), "every measurement is stored at once"
    resumed = run(replace(options, results=Results.load(written[1])))
    assert orjson.dumps(as_plain(resumed.sizes[LARGE].rows)) == orjson.dumps(as_plain(rows))


def test_what_is_written_in_increments_bulk_and_a_rebuild_is_the_same_as_what_is_written_bare(cache: Path) -> None:
    place = folder(cache, Plan(SMALL, shapes=SHAPES))
    _, filled = filled_sqlite(place)
    path = str(place / "store.db")
    reported = writes_sqlite.on_sqlite(path, TWO_CARS, place)
    assert reported["events"] > 200
    assert reported["rows"] > 1_000
    assert bulk_import.on_sqlite(place)["events"] == filled.events
    again = rebuild.on_sqlite(path, place)
    assert (again["events"], again["rows_that_differ"]) == (filled.events, 0)
    assert again["rows_compared"] > filled.events
    if NEO4J != "none":
        _bare_rows_are_stored_on_neo4j(place, filled)


def _bare_rows_are_stored_on_neo4j(place: Path, filled: Filled) -> None:
    """Each of them, or the run ends."""
    assert filled_neo4j(place, NEO4J, place / "neo4j-given.json").events == filled.events
    assert writes_neo4j.on_neo4j(NEO4J, TWO_CARS, warming=0)["rows"] > 1_000


@pytest.mark.parametrize(("name", "count"), [("platform", 6_000), ("gbt32960", 5_000)])
def test_every_message_and_login_of_the_benchmark_is_read(name: str, count: int) -> None:
    facts = conversions.measure(name, count)
    assert (facts["read"], facts["refused"]) == (count, 0)
    assert facts["events"] > 20
    figures = {**facts, "four_times_over_bare_mib": facts["over_bare_mib"], "four_times_a_second": 1.0}
    named = [bar.name for bar in converted(AtSize(1, conversions={name: figures}))]
    assert len(named) == 2


def test_a_window_downstream_may_take_one_round_trip_more_a_generation(cache: Path) -> None:
    place = folder(cache, Plan(SMALL, shapes=SHAPES))
    filled_sqlite(place)
    rows = Rows(str(place / "store.db"))
    everything, first = Question("trace", CHAIN_START), 1_420_041_600_000
    assert allowed(rows, everything) == 1
    assert allowed(rows, replace(everything, since=first)) == 1 + 2 * SHAPES.generations
    assert allowed(rows, replace(everything, since=first, direction="upstream")) == 1
    assert allowed(rows, Question("trace", DIAMOND_START, since=first)) == 1 + SHAPES.layers
