"""`lineage stats`: the same figures of a file and of a store, next to those of the reference."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lineage.cli.commands import app
from lineage.synthetic.fleet.parameters import read_parameters
from lineage.synthetic.fleet.statistics import Counts

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def command(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(words), env={"LINEAGE_STORE": f"sqlite:///{tmp_path / 'fleet.db'}"})
        assert done.exit_code == code, done.output
        return done.stdout if code == 0 else done.stderr

    return command


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    out = tmp_path / "fleet"
    run("generate", "--vehicles", "40", "--seed", "5", "--until", "2026-11-01", "--out", str(out))
    return out


def test_a_file_its_folder_and_a_store_give_the_same_figures(run: Run, folder: Path, tmp_path: Path) -> None:
    of_file: dict[str, Any] = json.loads(run("stats", str(folder / "events.jsonl.zst"), "--json"))
    of_folder = json.loads(run("stats", str(folder), "--json"))
    run("load", str(folder / "events.jsonl.zst"), "--keep-recorded")
    of_store = json.loads(run("stats", f"sqlite:///{tmp_path / 'fleet.db'}", "--json"))
    assert of_file == of_folder
    assert sum(of_store["events"].values()) <= sum(of_file["events"].values())
    for name in ("items", "years", "chemistries", "battery_makers", "vehicle_makers", "regions"):
        assert of_store[name] == of_file[name], name


def test_the_figures_of_the_reference_stand_next_to_them(run: Run, folder: Path) -> None:
    document = json.loads(run("stats", str(folder), "--json"))
    assert set(document) == {
        "events", "steps", "items", "years", "chemistries", "battery_makers", "vehicle_makers", "regions", "reporting",
        "reference",
    }  # fmt: skip
    assert sum(row["vehicles"] for row in document["years"]) == document["items"]["vehicle"]
    assert all(row["reference_lfp"] == read_parameters().years[row["year"]]["lfp"] for row in document["years"])
    assert sum(document["chemistries"]["vehicles"].values()) == document["items"]["vehicle"]
    assert set(document["chemistries"]["energy"]) == {"LFP", "NCM"}
    printed = run("stats", str(folder))
    assert all(
        word in printed
        for word in ("Years (reference)", "Regions", "Battery makers 2025", "Vehicle makers", "Chemistries")
    )


def test_what_is_planted_is_reported_after_generating(run: Run, tmp_path: Path) -> None:
    out = str(tmp_path / "told")
    printed = run("generate", "--vehicles", "10", "--until", "2026-11-01", "--out", out)
    assert "10 vehicles" in printed
    assert "orphan_producer" in printed
    assert "--keep-recorded" in printed


def test_a_file_that_holds_no_events_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "no.jsonl"
    path.write_text('{"id": 1}\n')
    assert "line 1" in run("stats", str(path), code=1)


@pytest.mark.parametrize(
    ("time", "year"),
    [
        ("2019-12-31T16:00:00.000Z", 2020),
        ("2019-12-31T15:59:59.999Z", 2019),
        ("2024-02-29", 2024),
        ("2023-12-31T23:59:00+08:00", 2023),
    ],
)
def test_years_are_those_of_chinas_clock(time: str, year: int) -> None:
    counts = Counts()
    item = {"id": "urn:x:v", "kind": "vehicle"}
    counts.add({"type": "produced", "time": time, "reporter": "urn:x:p", "items": [item]})
    assert list(counts.vehicles) == [year]
