"""The bars that were set, each with what this run measured; a missed one is told as missed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bench.questions import LARGE
from bench.results import (
    COMPILED,
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
    Timed,
)

TRACES = ("down, cells", "down, lots", "up, second-life packs", "up, vehicles")
FAST = (*TRACES, "custody", "holdings")


class Bar(NamedTuple):
    """One bar at one size: the worst ratio and the question that had it; `is_least` where more is better."""

    name: str
    limit: float
    value: float
    where: str = ""
    is_least: bool = False

    def told(self, items: int) -> Facts:
        met = self.value >= self.limit if self.is_least else self.value <= self.limit
        where = f" ({self.where})" if self.where else ""
        sign = "≥" if self.is_least else "≤"
        return {
            "bar": f"{items:,}: {self.name}",
            "measured": f"{self.value:.3g}{where}",
            "wanted": f"{sign} {self.limit:g}",
            "verdict": "met" if met else "**missed**",
            "value": self.value,
        }


Share = Callable[[Timed], float]


def p50(timed: Timed) -> float:
    return timed.p50


def p99(timed: Timed) -> float:
    return timed.p99


def worst(size: AtSize, ours: str, theirs: str, share: Share, wanted: Callable[[str], bool]) -> tuple[float, str]:
    """The greatest ratio over the questions that both were asked; not a number where there is none."""
    found = [
        (share(row.times[ours]) / share(row.times[theirs]), row.family)
        for row in size.rows.values()
        if wanted(row.family) and ours in row.times and theirs in row.times
    ]
    return max(((v, w) for v, w in found if not math.isnan(v)), default=(math.nan, ""))


def is_trace(family: str) -> bool:
    return family.startswith((*TRACES, LARGE))


def is_any(family: str) -> bool:
    return bool(family)


def is_shape(family: str) -> bool:
    return family.startswith(("chain", "diamond"))


def is_plain(family: str) -> bool:
    return family in (*TRACES, LARGE)


def ratios(size: AtSize) -> Iterator[Bar]:
    """The bars that are a ratio of two candidates, the worst question of each."""
    sqlite, neo4j = OURS_SQLITE, OURS_NEO4J
    table: tuple[tuple[str, float, str, str, Share, Callable[[str], bool]], ...] = (
        ("SQLite: our trace / bare CTE and walk, p50", 1.3, sqlite, HAND_SQLITE, p50, is_trace),
        ("SQLite: our trace / bare CTE and walk, p99", 1.3, sqlite, HAND_SQLITE, p99, is_trace),
        ("SQLite: our answer / PostgreSQL's, every question, p50", 1.0, sqlite, POSTGRES, p50, is_any),
        ("SQLite: our answer / PostgreSQL's, every question, p99", 1.0, sqlite, POSTGRES, p99, is_any),
        ("SQLite: our answer / PostgreSQL's, traces, custody, holdings, p50", 0.5, sqlite, POSTGRES, p50,
         lambda f: f.startswith(FAST)),
        ("Neo4j: our trace / bare closure and walk, p50", 1.3, neo4j, HAND_NEO4J, p50, is_trace),
        ("Neo4j: our trace / bare closure and walk, p99", 1.5, neo4j, HAND_NEO4J, p99, is_trace),
        ("Neo4j / SQLite, traces, p99", 2.0, neo4j, sqlite, p99, is_trace),
        ("exact time / time-blind fetch of the same columns, SQLite, p99", 2.0, sqlite, FETCH_SQLITE, p99, is_plain),
        ("exact time / time-blind fetch of the same columns, Neo4j, p99", 2.0, neo4j, FETCH_NEO4J, p99, is_plain),
        ("Neo4j: chain and diamond / RETURN 1, p50", 10.0, neo4j, RETURN_1, p50, is_shape),
        ("distance to the compiled walk, SQLite, p99, downstream", 100.0, sqlite, COMPILED, p99,
         lambda f: f in ("down, cells", "down, lots")),
    )  # fmt: skip
    for name, limit, ours, theirs, share, wanted in table:
        value, where = worst(size, ours, theirs, share, wanted)
        if not math.isnan(value):
            yield Bar(name, limit, value, where)


def within(size: AtSize) -> Iterator[Bar]:
    """The bars that compare two questions of one candidate."""
    for ours in (OURS_SQLITE, OURS_NEO4J):
        nearest = [
            (share(size.rows[f"{f}, nearest 200"].times[ours]) / share(size.rows[f].times[ours]), f)
            for f in (LARGE,)
            for share in (p50, p99)
            if f in size.rows and f"{f}, nearest 200" in size.rows and ours in size.rows[f].times
        ]
        known = [
            (size.rows[f"{f}, as known at the end"].times[ours].p50 / size.rows[f].times[ours].p50, f)
            for f in TRACES
            if f"{f}, as known at the end" in size.rows and ours in size.rows[f].times
        ]
        store = ours.removeprefix("ours, ")
        if nearest:
            yield Bar(f"{store}: nearest 200 / everything, a large lot", 0.3, *max(nearest))
        if known:
            yield Bar(f"{store}: as known at the end / now, p50", 1.8, *max(known))


def beside_sqlite(size: AtSize) -> Iterator[Bar]:
    """On Neo4j everything may take what SQLite takes and two round trips more."""
    trip = min((r.times[RETURN_1].p50 for r in size.rows.values() if RETURN_1 in r.times), default=math.nan)
    both = [r for r in size.rows.values() if OURS_NEO4J in r.times and OURS_SQLITE in r.times]
    if both and not math.isnan(trip):
        over = [(r.times[OURS_NEO4J].p50 / (r.times[OURS_SQLITE].p50 + 2 * trip), r.family) for r in both]
        yield Bar("Neo4j / (SQLite + 2 RETURN 1), everything, p50", 1.0, *max(over))


def numbers(size: AtSize) -> Iterator[Bar]:
    """The bars on writes, the web and memory, where this run measured them."""
    for name, facts in size.writes.items():
        limit = {"SQLite": 0.4, "Neo4j": 0.5}.get(name)
        if limit is not None and "share_of_bare" in facts:
            yield Bar(
                f"{name}: durable increments / bare insert of the same rows",
                limit,
                facts["share_of_bare"],
                is_least=True,
            )
    for name, facts in size.web.items():
        if "share_of_bytes" in facts and facts["connections"] == 16:
            yield Bar(
                f"HTTP: requests a second / pre-serialised ({name})", 0.25, facts["share_of_bytes"], is_least=True
            )
            yield Bar(f"HTTP: p99 / p50 ({name})", 5.0, facts["p99_ms"] / facts["p50_ms"])
        if name.startswith("Neo4j, more than 200"):
            yield Bar(f"HTTP: {name}, p99 ms", 100.0, facts["p99_ms"])
    for name, facts in size.memory.items():
        yield Bar(f"{name}: memory over the bare process, MiB", 150.0, facts["over_bare_mib"])
    for name, facts in size.trips.items():
        if "most_allowed" in facts:
            yield Bar(f"Neo4j round trips: {name}", facts["most_allowed"], facts["most"])


def across(results: Results) -> Iterator[tuple[int, Bar]]:
    """How p50 grows from the smallest to the largest size."""
    sizes = [results.sizes[n] for n in sorted(results.sizes)]
    if len(sizes) < 2:
        return
    small, large = sizes[0], sizes[-1]
    grown = [
        (row.times[OURS_SQLITE].p50 / small.rows[name].times[OURS_SQLITE].p50, name)
        for name, row in large.rows.items()
        if name in small.rows and OURS_SQLITE in row.times and OURS_SQLITE in small.rows[name].times
    ]
    if grown:
        yield large.items, Bar(f"SQLite: p50 at this size / at {small.items:,}", 1.5, *max(grown))


def bars(results: Results) -> list[Facts]:
    """Every bar that this run can judge, in order."""
    found = [
        bar.told(size.items)
        for size in results.sizes.values()
        for part in (ratios, within, beside_sqlite, numbers)
        for bar in part(size)
    ]
    return found + [bar.told(items) for items, bar in across(results)]
