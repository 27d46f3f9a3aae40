"""Findings of a generated fleet against what was planted: everything is found, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from lineage.cli.commands import app
from lineage.domain.findings import KINDS, Finding
from lineage.domain.findings.scoring import Scorer
from lineage.domain.instants import parse_instant
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.findings.scoring import score
from lineage.stores import open_store
from tests.fleet.samples import UNTIL, fleet, options
from tests.service_client import NOW, load_events

OFTEN = "10,dead_code_alive=0.5,second_life_without_parents=0.5,scrap_without_pack=0.5"


def scored(folder: Path, vehicles: int, seed: int, defects: str) -> dict[str, Any]:
    made = fleet(options(vehicles, seed=seed, defects=defects))
    store = open_store(f"sqlite:///{folder / 'fleet.db'}")
    assert load_events(store, made.events(), keep_recorded=True).rejected == 0
    document = score(store, made.truth, Context(NOW, lambda: False, parse_instant(f"{UNTIL}")), rule_book())
    store.close()
    return document


def test_one_command_generates_what_another_scores(tmp_path: Path) -> None:
    out = str(tmp_path / "fleet")
    made = ["generate", "--vehicles", "15", "--until", "2026-11-01", "--out", out, "--seed", "3", "--defects", OFTEN]
    assert CliRunner().invoke(app, made).exit_code == 0
    result = CliRunner().invoke(app, ["score", out, "--json"])
    assert result.exit_code == 0, result.output
    kinds = orjson.loads(result.stdout)["kinds"]
    assert kinds
    assert all(row["recall"] in (None, 1.0) for row in kinds if row["kind"] not in ("late_report", "missing_report"))
    assert "precision" in CliRunner().invoke(app, ["score", out]).output


@pytest.mark.parametrize(
    ("vehicles", "seed"),
    [(300, 31), pytest.param(3_000, 32, marks=pytest.mark.soak), pytest.param(3_000, 33, marks=pytest.mark.soak)],
)
def test_everything_planted_is_found_and_hardly_anything_else(tmp_path: Path, vehicles: int, seed: int) -> None:
    document = scored(tmp_path, vehicles, seed, OFTEN)
    assert {row["kind"] for row in document["kinds"]} <= set(KINDS)
    for row in document["kinds"]:
        # by the rules nothing was owed before there were any, nor by who has no role
        least = 0.9 if row["kind"] in ("late_report", "missing_report") else 1.0
        assert row["recall"] is None or row["recall"] >= least, (row, document["not_found"])
        assert row["precision"] is None or row["precision"] >= 0.99, (row, document["not_planted"])
    assert sum(row["planted"] for row in document["kinds"]) > vehicles / 5


def test_a_fleet_without_defects_has_no_findings(tmp_path: Path) -> None:
    assert scored(tmp_path, 200, 34, "0")["kinds"] == []


def test_a_score_is_of_lines_and_findings() -> None:
    lines: list[dict[str, Any]] = [
        {"kind": "twin_code", "items": ["a", "b"], "parties": [], "events": []},
        {"kind": "twin_code", "items": ["c"], "parties": [], "events": []},
        {"kind": "odd", "also": ["unknown_party"], "items": ["d"], "parties": ["p"], "events": []},
        {"kind": "silent", "items": ["e"], "parties": [], "events": [], "reported": False},
    ]
    scorer = Scorer(lines)
    reported = [
        Finding(kind, kind, (item,), (party,), 0, 1, ())
        for kind, item, party in (("twin_code", "b", "x"), ("twin_code", "z", "x"), ("unknown_party", "q", "p"))
    ]
    assert [scorer.take(f) for f in reported] == [True, False, True]
    assert [(s.kind, s.recall, s.precision) for s in scorer.scores()] == [
        ("twin_code", 0.5, 0.5),
        ("unknown_party", None, 1.0),
    ]
    assert scorer.left_out == {"odd": 1, "silent": 1}
