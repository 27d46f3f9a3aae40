"""Measurements other than questions, in separate processes: memory, HTTP, increments, bulk import, rebuild."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.data.datasets import served_copy
from bench.data.derived_rows import Rows
from bench.measurements import bulk_import, rebuild
from bench.measurements.conversions import measured
from bench.measurements.http_latency import web
from bench.measurements.memory import footprint
from bench.measurements.writes_neo4j import on_neo4j
from bench.measurements.writes_sqlite import on_sqlite
from bench.questions import Family, Question
from bench.reporting.machine import load
from bench.reporting.results import AtSize, Facts

MIDDLING: Final = 150
"""The number of items in the answer for the HTTP measurement."""
MANY: Final = 200
INCREMENT_ITEMS: Final = 5_000
"""The number of items in the histories that are written in increments."""
CONVERTED: Final = {"platform": 25_000, "gbt32960": 100_000}
"""Records or logins that are converted, by format; then four times as many."""
MOST_COPIED: Final = 2_000_000
"""The number of items up to which a filled store is copied for writes and a rebuild."""
MOST_REBUILT_NEO4J: Final = 200_000
"""The number of items up to which Neo4j is rebuilt, which is one transaction."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def expected_minutes(items: int, *, has_neo4j: bool) -> float:
    """Return the approximate minutes of all side measurements on two idle cores."""
    per_item = 0.0006 + (0.001 if has_neo4j and items <= MOST_REBUILT_NEO4J else 0.0)
    fixed = 90.0 * (1 + has_neo4j) + (150.0 if has_neo4j else 0.0)
    return (fixed + (items * per_item if items <= MOST_COPIED else 0.0)) / 60


@dataclass
class SideMeasurements:
    """The side measurements at one size; those in `found` are not repeated, and `save` is called after each."""

    folder: Path
    url: str
    neo4j: str | None
    families: Sequence[Family]
    rows: Rows
    found: AtSize
    save: Callable[[], None]

    @property
    def stores(self) -> dict[str, str]:
        return {"SQLite": self.url, **({"Neo4j": self.neo4j} if self.neo4j else {})}

    def answered(self) -> None:
        """Measure memory and HTTP while the servers are running."""
        for name, url in self.stores.items():
            self._once(self.found.memory, name, "memory", lambda url=url: footprint(url, self.families))  # type: ignore[misc]
            if not any(key.startswith(f"{name},") for key in self.found.web):
                self._web(name, url)

    def _web(self, name: str, url: str) -> None:
        say(f"  {name}: HTTP, load {load()['load']}")
        vehicles = next(f.questions for f in self.families if f.name == "up, vehicles")
        middling = min(vehicles, key=lambda a: abs(self._size(a) - MIDDLING))
        facts = {f"{name}, {how}": figures for how, figures in web(url, middling, self.folder).items()}
        many = (a for f in self.families if f.name in ("down, lots", "chain of 160 levels") for a in f.questions)
        large = next((a for a in many if self._size(a) > MANY), None)
        if large is not None:
            figures = web(url, large, self.folder, workers=(1,))["1 worker, 1 connection"]
            facts[f"{name}, more than {MANY} items downstream, 1 connection"] = figures
        self.found.web |= facts
        self.save()

    def _size(self, question: Question) -> int:
        return len(self.rows.blind(question.id, question.direction))

    def written(self, *, is_started: bool) -> None:
        """Measure everything that writes: into copies, or, last, into the server that the user named."""
        found, size = self.found, self.found.items
        for name, count in CONVERTED.items():
            self._once(found.conversions, name, "conversion", lambda name=name, count=count: measured(name, count))  # type: ignore[misc]
        if size <= MOST_COPIED:
            path = str(self.folder / "store.db")
            self._once(found.writes, "SQLite", "increments", lambda: on_sqlite(path, INCREMENT_ITEMS, self.folder))
            self._once(found.bulk, "SQLite", "bulk", lambda: bulk_import.on_sqlite(self.folder))
            self._once(found.rebuilds, "SQLite", "rebuild", lambda: rebuild.on_sqlite(path, self.folder))
        if self.neo4j is None:
            return
        if not is_started:
            url = self.neo4j
            self._once(found.writes, "Neo4j", "increments", lambda: on_neo4j(url, INCREMENT_ITEMS))
            return
        self._once(found.bulk, "Neo4j", "bulk", lambda: bulk_import.on_neo4j(self.folder))
        wanted = {"writes"} | ({"rebuilds"} if size <= MOST_REBUILT_NEO4J else set())
        if any("Neo4j" not in getattr(found, name) for name in wanted):
            with served_copy(self.folder / "neo4j") as server:
                if "rebuilds" in wanted:
                    self._once(found.rebuilds, "Neo4j", "rebuild", lambda: rebuild.on_neo4j(server.url))
                self._once(found.writes, "Neo4j", "increments", lambda: on_neo4j(server.url, INCREMENT_ITEMS))

    def _once(self, where: dict[str, Facts], name: str, what: str, measure: Callable[[], Facts]) -> None:
        if name not in where:
            busy = load()["load"]
            say(f"  {name}: {what}, load {busy}")
            where[name] = {**measure(), "load": busy}
            self.save()
