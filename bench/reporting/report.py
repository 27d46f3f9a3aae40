"""The report as Markdown, written with the JSON of the same run and plots."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.reporting.plots import plots
from bench.reporting.results import ORDER, AtSize, Facts, Results, Row, Timed

NOTES = """\
**How to read it.** Milliseconds, p50 / p95 / p99 over the starts (nearest rank; of few starts they are coarse), each
start's time the median of three runs, in which all candidates got the same questions in turn. Ratios in one table are
what counts; those below 1.3 are noise. Every answer of the first run was compared with the oracle; a wrong one
invalidates the run.

- *ours*: the question as HTTP and the command line call it, up to the bytes of the answer; *no text*: the same up to
  the result as Python objects, as those by hand return it. *by hand*: the raw statement and a walk in plain Python.
- *by hand, PostgreSQL*: a recursive query over the same rows, and the same walk. *fetch alone*: the closure's columns
  without the walk, the cost of a time-blind answer.
- *time-blind user*: `MATCH path = (:Item {id: $id})-[:PART_OF|BECAME*]->(x)` and the distinct items on it, stopped at
  15 s. *networkx* and *compiled walk* compute the items that are reachable when time is ignored, in memory.
- Holdings by hand leave out conflicts; custody by hand uses the rules of the domain on rows that it fetched.
- *Increments*: batches of 500 events, late ones and corrections among them, each a durable commit; bare: the rows that
  came of them in as many commits (SQLite `executemany`; Neo4j `MERGE`, under other ids on the same server, which is a
  copy of the filled one; the first 3 batches of both are left out). *Bulk*: `lineage import` into an empty store; bare:
  all its rows in one transaction, indexed in the end (SQLite), or `CREATE` by 10,000 rows on another server (Neo4j, of
  the first 25,000 events). *Rebuild*: `lineage rebuild` of a copy, then every row compared. All of it up to 2,000,000
  items, a rebuild on Neo4j up to 200,000.
"""

VERSIONS = {"python": "Python", "sqlite": "SQLite", "neo4j": "Neo4j", "postgresql": "PostgreSQL"}


def write(results: Results, folder: Path, name: str) -> list[Path]:
    """Write the report under this name; return its files."""
    folder.mkdir(parents=True, exist_ok=True)
    data, page = folder / f"{name}.json", folder / f"{name}.md"
    results.save(data)
    drawn = plots(results, folder, name)
    page.write_text(markdown(results, name, drawn), "utf-8")
    return [page, data, *drawn]


def markdown(results: Results, name: str, drawn: Sequence[Path]) -> str:
    parts = [
        f"# Benchmark {name}",
        results.label,
        _about(results),
        NOTES,
        "## Bars",
        table(
            ("bar", "measured", "wanted", ""),
            ((b["bar"], b["measured"], b["wanted"], b["verdict"]) for b in results.bars),
        ),
    ]
    parts += [f"![{p.stem}]({p.name})" for p in drawn]
    for size in results.sizes.values():
        parts += _size(size)
    return "\n\n".join(p for p in parts if p) + "\n"


def _about(results: Results) -> str:
    m, begun, ended = results.machine, results.begun, results.ended
    versions = ", ".join(f"{name} {m[key]}" for key, name in VERSIONS.items() if key in m)
    return (
        f"{m['cores']} cores ({m['processor']}), {m['memory_gib']} GiB, {m['system']}, {versions}. "
        f"Niceness {m['nice']}; {begun['load']} processes wanted a core in the minute before it began ({begun['at']}), "
        f"{ended['load']} in the minute before it ended ({ended['at']})."
        + "".join(f" {k.capitalize()} for each sort of question at the most: {v:g}." for k, v in results.limits.items())
        + "".join(f" Resumed {r['at']}, {r['load']} then." for r in results.resumed)
    )


def _size(size: AtSize) -> list[str]:
    names = [n for n in ORDER if any(n in r.times for r in size.rows.values())]
    parts = [f"## {size.items:,} items", _facts(size.data), "### Questions"]
    traces = [r for r in size.rows.values() if not r.family.startswith(("custody", "composition", "path", "holdings"))]
    others = [r for r in size.rows.values() if r not in traces]
    for rows in (traces, others):
        able = [n for n in names if any(n in r.times for r in rows)]
        parts += [_times(rows, some) for some in (able[:5], able[5:]) if some and rows]
    loads = [r.load for r in size.rows.values()]
    if loads:
        parts.append(f"During the questions {min(loads)} to {max(loads)} processes wanted a core.")
    parts.append(f"{size.slow_answers} answers were compared with the slow reference too.")
    for title, facts in (
        ("How the stores were filled", size.fills), ("Bulk import", size.bulk),
        ("Durable increments", size.writes), ("Rebuild", size.rebuilds),
        ("Messages and logins", size.conversions), ("HTTP", size.web), ("Memory", size.memory),
        ("Round trips to Neo4j", size.trips),
    ):  # fmt: skip
        if facts:
            parts += [f"### {title}", _nested(facts)]
    return parts


def _times(rows: Iterable[Row], names: Sequence[str]) -> str:
    return table(
        ("question", "starts", "answer p50 / max", *names),
        (
            (r.family, str(r.starts), f"{r.size_p50:,} / {r.size_max:,}", *(_time(r.times.get(n)) for n in names))
            for r in rows
        ),
    )


def _time(timed: Timed | None) -> str:
    if timed is None:
        return ""
    stopped = f" ({timed.stopped} stopped)" if timed.stopped else ""
    return " / ".join(_number(t) for t in timed[:3]) + stopped


def _number(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _facts(facts: Facts) -> str:
    return ", ".join(f"{_text(v)} {k.replace('_', ' ')}" for k, v in facts.items())


def _nested(facts: Facts) -> str:
    """Return facts by name as a table; its columns are those of all facts, in order of appearance."""
    columns = list(dict.fromkeys(c for f in facts.values() for c in f))
    heads = ("", *(c.replace("_", " ") for c in columns))
    return table(heads, ((name, *(_text(f.get(c, "")) for c in columns)) for name, f in facts.items()))


def _text(value: object) -> str:
    if isinstance(value, float):
        return _number(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
