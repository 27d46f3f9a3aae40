"""The bars: performance targets, each with the value that a run measured and whether it was met."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bench.questions import AT_END, IN_PAST, LARGE
from bench.reporting.results import (
    COMPILED,
    FETCH_NEO4J,
    FETCH_SQLITE,
    FOUND_NEO4J,
    FOUND_SQLITE,
    HAND_NEO4J,
    HAND_SQLITE,
    OURS_NEO4J,
    OURS_SQLITE,
    POSTGRES,
    RETURN_1,
    AtSize,
    Facts,
    Results,
    Row,
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

    def row(self, items: int) -> Facts:
        met = self.value >= self.limit if self.is_least else self.value <= self.limit
        where = f" ({self.where})" if self.where else ""
        sign = "≥" if self.is_least else "≤"
        return {
            "bar": f"{items:,}: {self.name}",
            "measured": f"{self.value:.3g}{where}",
            "wanted": "" if self.name.endswith(UNJUDGED) else f"{sign} {self.limit:g}",
            "verdict": "" if self.name.endswith(UNJUDGED) else "met" if met else "**missed**",
            "value": self.value,
        }


CONVERTED = {"platform": ("records", 5_000.0), "gbt32960": ("logins", 20_000.0)}
"""What a conversion reads, and the least that it reads in a second."""
Share = Callable[[Timed], float]
UNJUDGED = " (no bar)"
COMPARABLE = 1.5
"""The ratio up to which the median sizes of two answers may differ for a comparison of their times."""
SMALLEST = 100_000
"""The size with which the largest is compared."""
REBUILT = 1_000_000
"""The size from which a rebuild has a bar."""


def p50(timed: Timed) -> float:
    return timed.p50


def p99(timed: Timed) -> float:
    return timed.p99


def worst(size: AtSize, ours: str, theirs: str, share: Share, wanted: Callable[[str], bool]) -> tuple[float, str]:
    """Return the greatest ratio over the questions that both answered, and the question; NaN if there is none."""
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
    """Yield the bars that are a ratio of two candidates, by the worst question of each."""
    sqlite, neo4j = OURS_SQLITE, OURS_NEO4J
    table: list[tuple[str, float, str, str, Share, Callable[[str], bool]]] = [
        ("SQLite: our answer / PostgreSQL's, every question, p50", 1.0, sqlite, POSTGRES, p50, is_any),
        ("SQLite: our answer / PostgreSQL's, every question, p99", 1.0, sqlite, POSTGRES, p99, is_any),
        ("SQLite: our answer / PostgreSQL's, traces, custody, holdings, p50", 0.5, sqlite, POSTGRES, p50,
         lambda f: f.startswith(FAST)),
        (f"SQLite: our trace, no text / PostgreSQL's, p50{UNJUDGED}", 0.5, FOUND_SQLITE, POSTGRES, p50, is_trace),
        ("Neo4j / SQLite, traces, p99", 2.0, neo4j, sqlite, p99, is_trace),
        ("Neo4j: chain and diamond / RETURN 1, p50", 10.0, neo4j, RETURN_1, p50, is_shape),
        ("distance to the compiled walk, SQLite, p99, downstream", 100.0, sqlite, COMPILED, p99,
         lambda f: f in ("down, cells", "down, lots")),
    ]  # fmt: skip
    # The raw candidates write no text, so the bar is for the service without text; the ratio with text has no bar.
    for store, bare, found, whole, hand, fetch, last in (
        ("SQLite", "bare CTE and walk", FOUND_SQLITE, sqlite, HAND_SQLITE, FETCH_SQLITE, 1.3),
        ("Neo4j", "bare closure and walk", FOUND_NEO4J, neo4j, HAND_NEO4J, FETCH_NEO4J, 1.5),
    ):
        limits: tuple[tuple[str, Share, float], ...] = (("p50", p50, 1.3), ("p99", p99, last))
        for name, ours, note in (("our trace, no text", found, ""), ("our trace with its text", whole, UNJUDGED)):
            for mark, share, limit in limits:
                name_of_bar = f"{store}: {name} / {bare}, {mark}{note}"
                table.append((name_of_bar, limit, ours, hand, share, is_trace))
            name_of_bar = f"{store}: exact time ({name}) / time-blind fetch of the same columns, p99{note}"
            table.append((name_of_bar, 2.0, ours, fetch, p99, is_plain))
    for name, limit, ours, theirs, share, wanted in table:
        value, where = worst(size, ours, theirs, share, wanted)
        if not math.isnan(value):
            yield Bar(name, limit, value, where)


def within(size: AtSize) -> Iterator[Bar]:
    """Yield the bars that compare two questions of one candidate."""
    for ours in (OURS_SQLITE, OURS_NEO4J):
        nearest = [
            (share(size.rows[f"{f}, nearest 200"].times[ours]) / share(size.rows[f].times[ours]), f)
            for f in (LARGE,)
            for share in (p50, p99)
            if f in size.rows and f"{f}, nearest 200" in size.rows and ours in size.rows[f].times
        ]
        store = ours.removeprefix("ours, ")
        if nearest:
            yield Bar(f"{store}: nearest 200 / everything, a large lot, p50 and p99", 0.3, *max(nearest))
        for suffix in (AT_END, IN_PAST):
            known, left_out = _known(size, ours, suffix)
            if known:
                yield Bar(f"{store}:{suffix.removeprefix(',')} / now, p50{_without(left_out)}", 1.8, *max(known))


def _known(size: AtSize, ours: str, suffix: str) -> tuple[list[tuple[float, str]], list[str]]:
    """Return the ratios of questions as known in the past to those of now, and the questions that are left out."""
    pairs = [(row, size.rows[f + suffix]) for f, row in size.rows.items() if f + suffix in size.rows]
    both = [(now, then) for now, then in pairs if ours in now.times and ours in then.times]
    found = [(then.times[ours].p50 / now.times[ours].p50, now.family) for now, then in both if is_like(now, then)]
    return found, [now.family for now, then in both if not is_like(now, then)]


def _without(families: list[str]) -> str:
    named = "; ".join(sorted(families))
    return f", without those whose median answers differ by more than half: {named}" if families else ""


def is_like(one: Row, other: Row) -> bool:
    """Return whether the median answers of two families have about the same size."""
    small, large = sorted((one.size_p50, other.size_p50))
    return large <= COMPARABLE * small or large == small


def relative_to_sqlite(size: AtSize) -> Iterator[Bar]:
    """Yield the bar of Neo4j against SQLite: at most the time of SQLite and two round trips."""
    measured = [r for r in size.rows.values() if {OURS_NEO4J, OURS_SQLITE, RETURN_1} <= r.times.keys()]
    over = [
        (r.times[OURS_NEO4J].p50 / (r.times[OURS_SQLITE].p50 + 2 * r.times[RETURN_1].p50), r.family) for r in measured
    ]
    if over:
        yield Bar("Neo4j / (SQLite + 2 RETURN 1), everything, p50", 1.0, *max(over))


def numbers(size: AtSize) -> Iterator[Bar]:
    """Yield the bars on writes, HTTP and memory, where this run measured them."""
    for name, facts in size.writes.items():
        yield Bar(
            f"{name}: durable increments / bare batches of the same rows",
            {"SQLite": 0.4}.get(name, 0.5),
            facts["share_of_bare"],
            is_least=True,
        )
    for name, facts in size.bulk.items():
        yield Bar(f"{name}: bulk / bare bulk", 0.5, facts["share_of_bare"], is_least=True)
    for name, facts in size.rebuilds.items():
        note = "" if size.items >= REBUILT else UNJUDGED
        yield Bar(f"{name}: rebuild, events a second{note}", 20_000, facts["events_a_second"], is_least=True)
        yield Bar(f"{name}: rebuild, rows that differ", 0, facts["rows_that_differ"])
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


def converted(size: AtSize) -> Iterator[Bar]:
    """Yield the bars on messages of other systems, where this run measured them."""
    for name, facts in size.conversions.items():
        what, least = CONVERTED[name]
        yield Bar(f"{name}: {what} read a second, one core", least, facts["a_second"], is_least=True)
        growth = facts["four_times_over_bare_mib"] - facts["over_bare_mib"]
        yield Bar(f"{name}: memory for four times as many {what}, MiB more", 48.0, growth)


def across(results: Results) -> Iterator[tuple[int, Bar]]:
    """Yield the growth of p50 from 100,000 items, or the smallest size, to the largest, for answers of equal size."""
    sizes = [results.sizes[n] for n in sorted(results.sizes)]
    if len(sizes) < 2:
        return
    small, large = results.sizes.get(SMALLEST, sizes[0]), sizes[-1]
    both = [
        (small.rows[name], row)
        for name, row in large.rows.items()
        if name in small.rows and OURS_SQLITE in row.times and OURS_SQLITE in small.rows[name].times
    ]
    grown = [(b.times[OURS_SQLITE].p50 / a.times[OURS_SQLITE].p50, b.family) for a, b in both if is_like(a, b)]
    if grown and small is not large:
        left_out = _without([b.family for a, b in both if not is_like(a, b)])
        yield large.items, Bar(f"SQLite: p50 at this size / at {small.items:,}{left_out}", 1.5, *max(grown))


def bars(results: Results) -> list[Facts]:
    """Return every bar that this run can evaluate, in order."""
    found = [
        bar.row(size.items)
        for size in results.sizes.values()
        for part in (ratios, within, relative_to_sqlite, numbers, converted)
        for bar in part(size)
    ]
    return found + [bar.row(items) for items, bar in across(results)]
