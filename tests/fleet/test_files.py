"""`lineage generate`: the same bytes for the same seed, three files that agree, in memory that does not grow."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from lineage.cli.commands import app
from lineage.exchange.jsonl import open_events
from lineage.exchange.merge_sort import Runs
from tests.fleet.samples import generated, options
from tests.paths import ROOT

PEAK = """
import resource, sys
from lineage.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""

Generate = Callable[..., dict[str, Any]]


@pytest.fixture
def generate(tmp_path: Path) -> Generate:
    """Run the command; gives the manifest."""

    def run(*options: str, until: str = "2026-11-01") -> dict[str, Any]:
        done = CliRunner().invoke(app, ["generate", "--until", until, "--out", str(tmp_path), "--json", *options])
        assert done.exit_code == 0, done.output
        manifest: dict[str, Any] = json.loads(done.stdout)
        return manifest

    return run


def peak(out: Path, *options: str, salt: str = "0") -> int:
    """Generate in a process of its own; gives its largest memory in KB."""
    environment = {**os.environ, "PYTHONHASHSEED": salt, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PEAK, "generate", "--until", "2026-11-01", "--out", str(out), *options]
    reported = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(reported.stderr.split()[-1])


def digests(out: Path) -> list[str]:
    return [
        sha256((out / name).read_bytes()).hexdigest() for name in ("events.jsonl.zst", "truth.jsonl", "manifest.json")
    ]


def test_the_same_seed_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    for salt in ("0", "1", "4711"):
        peak(tmp_path / salt, "--vehicles", "60", "--seed", "7", salt=salt)
    assert digests(tmp_path / "0") == digests(tmp_path / "1") == digests(tmp_path / "4711")


def test_another_seed_gives_another_fleet(generate: Generate) -> None:
    one, other = (generate("--vehicles", "20", "--seed", seed) for seed in ("1", "2"))
    assert one["content"]["sha256"] != other["content"]["sha256"]


def test_the_manifest_states_what_is_in_the_files(generate: Generate, tmp_path: Path) -> None:
    manifest = generate("--vehicles", "150", "--seed", "3")
    assert json.loads((tmp_path / "manifest.json").read_bytes()) == manifest
    for name, reported in manifest["files"].items():
        raw = (tmp_path / name).read_bytes()
        assert (len(raw), sha256(raw).hexdigest()) == (reported["bytes"], reported["sha256"])
    with open_events(tmp_path / "events.jsonl.zst") as stream:
        content = stream.read()
    counts = manifest["counts"]
    assert sha256(content).hexdigest() == manifest["content"]["sha256"]
    assert content.count(b"\n") == counts["lines"] == sum(counts["types"].values()) + counts["repeated"]
    assert (tmp_path / "truth.jsonl").read_bytes().count(b"\n") == sum(counts["truth"].values())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.jsonl.zst", "manifest.json", "truth.jsonl"]


def test_packed_or_not_the_lines_are_the_same(generate: Generate, tmp_path: Path) -> None:
    packed = generate("--vehicles", "20")
    plain = generate("--vehicles", "20", "--no-compress")
    assert plain["content"] == packed["content"] == plain["files"]["events.jsonl"]
    with open_events(tmp_path / "events.jsonl.zst") as stream:
        assert stream.read() == (tmp_path / "events.jsonl").read_bytes()


def test_reports_come_in_the_order_of_arrival_and_none_after_the_end(generate: Generate, tmp_path: Path) -> None:
    generate("--vehicles", "150", "--no-compress", until="2024-05-01")
    lines = (tmp_path / "events.jsonl").read_bytes().splitlines()
    events = [orjson.loads(line) for line in lines]
    recorded = [e["recorded"] for e in events]
    assert all(one <= other for one, other in pairwise(recorded))
    assert recorded[0] >= "2018-08-01"
    assert recorded[-1] < "2024-05-01T00:00:00+08:00"
    assert all(e["time"] <= e["recorded"] for e in events)


@pytest.mark.parametrize(
    "options",
    [
        ["--defects", "much"],
        ["--defects", "no_such_class=1"],
        ["--silence", "2"],
        ["--uncoded", "-1"],
        ["--until", "2031-01-01"],
        ["--until", "2018-08-01"],
        ["--until", "yesterday"],
    ],
    ids=" ".join,
)
def test_a_dial_that_means_nothing_is_refused(options: list[str], tmp_path: Path) -> None:
    base = ["generate", "--vehicles", "5", "--until", "2026-11-01", "--out", str(tmp_path / "none")]
    done = CliRunner().invoke(app, [*base, *options])
    assert (done.exit_code, (tmp_path / "none").exists()) == (2, False)
    assert options[0] in done.stderr


@pytest.mark.parametrize("run_bytes", [200, 5_000, 10_000_000])
def test_lines_are_sorted_whatever_the_size_of_a_run(run_bytes: int, tmp_path: Path) -> None:
    lines = [f"{n * 7919 % 1000:04} {'x' * (n % 40)}" for n in range(1000)]
    runs = Runs(tmp_path, run_bytes)
    for start in range(0, len(lines), 100):
        runs.add(lines[start : start + 100])
    assert b"".join(runs.sorted()).decode().splitlines() == sorted(lines)


def test_memory_does_not_grow_with_the_fleet(tmp_path: Path) -> None:
    small = peak(tmp_path / "small", "--vehicles", "4000")
    large = peak(tmp_path / "large", "--vehicles", "16000")
    assert large / small < 1.15


@pytest.mark.soak
def test_one_core_writes_thirty_thousand_reports_a_second(generate: Generate) -> None:
    begun = process_time()
    lines = generate("--vehicles", "40000")["counts"]["lines"]
    assert lines / (process_time() - begun) > 30_000


def test_progress_is_shown_on_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    terminal, screen = pty.openpty()
    main = [sys.executable, "-c", "from lineage.cli import main; main()", "generate", "--json"]
    command = [*main, "--vehicles", "1200", "--until", "2020-01-01", "--out", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    shown = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=screen, check=True)
    os.close(screen)
    reported = os.read(terminal, 1_000_000).decode()
    os.close(terminal)
    assert "of 1,200 vehicles" in reported
    assert json.loads(shown.stdout)["counts"]["vehicles"] == 1200


def test_blocks_alone_make_the_fleet() -> None:
    context = options(1100, seed=5)
    assert generated(context) == generated(context)
