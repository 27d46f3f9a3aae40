"""The benchmark on small fleets: every answer is right and the report is written. Nothing here looks at times."""

from __future__ import annotations

import os
from pathlib import Path

import orjson

from bench.prepared import Plan
from bench.report import write
from bench.results import HAND_NEO4J, HAND_SQLITE, OURS_NEO4J, OURS_SQLITE
from bench.run import Options, run
from bench.shapes import Shapes

SMALL, LARGE = 1_000, 10_000


def test_every_candidate_answers_rightly_and_the_report_says_what_was_measured(tmp_path: Path) -> None:
    shapes = Shapes(hub_items=50, stays=4, lot_cells=1_000)
    options = Options(
        (Plan(SMALL, shapes=shapes), Plan(LARGE, shapes=shapes)),
        tmp_path / "cache",
        neo4j=os.environ.get("LINEAGE_TEST_NEO4J", "none"),
        neo4j_up_to=SMALL,
        starts=3,
        budget=1,
        runs=1,
        is_whole=False,
    )
    results = run(options)
    written = write(results, tmp_path / "out", "smoke")
    rows = results.sizes[LARGE].rows
    assert {"down, cells", "up, vehicles", "custody, packs", "path, lot to vehicle", "holdings now, hub"} <= rows.keys()
    assert all(row.compared >= 2 and {OURS_SQLITE, HAND_SQLITE} <= row.times.keys() for row in rows.values())
    assert results.sizes[LARGE].slow_answers > 0
    if options.neo4j != "none":
        assert all({OURS_NEO4J, HAND_NEO4J} <= row.times.keys() for row in results.sizes[SMALL].rows.values())
    assert "## 10,000 items" in written[0].read_text("utf-8")
    assert orjson.loads(written[1].read_bytes())["sizes"]["10000"]["rows"].keys() == rows.keys()
