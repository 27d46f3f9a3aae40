"""Memory of a process after it answered questions: `python -m bench.measurements.memory URL < questions`."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence

import orjson

from bench.candidates.service import Ours
from bench.data.datasets import ROOT
from bench.questions import Family, Question
from bench.reporting.machine import resident_kib
from bench.reporting.results import Facts
from lineage.stores import open_store


def footprint(url: str, families: Sequence[Family], starts: int = 10) -> Facts:
    """Return the memory of a separate process that answers questions of all sorts."""
    questions = [question for family in families for question in family.questions[:starts]]
    given = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}"}
    line = [sys.executable, "-m", "bench.measurements.memory", url]
    done = subprocess.run(line, input=pickle.dumps(questions), capture_output=True, check=True, env=given)
    found: Facts = orjson.loads(done.stdout)
    return found


def main() -> None:
    questions: list[Question] = pickle.load(sys.stdin.buffer)
    bare = resident_kib()
    ours = Ours("ours", open_store(sys.argv[1]), time.time_ns() // 1_000_000)
    for question in questions:
        ours.run(question)
    after = resident_kib()
    facts = {"questions": len(questions), "bare_mib": bare / 1024, "over_bare_mib": (after - bare) / 1024}
    sys.stdout.buffer.write(orjson.dumps(facts))


if __name__ == "__main__":
    main()
