"""The results of a run, stored as JSON and read by the bars, the report and the plots."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bench.measurements.timing import Measured, Series

Facts = dict[str, Any]
OURS_SQLITE = "ours, SQLite"
OURS_NEO4J = "ours, Neo4j"
FOUND_SQLITE = "ours, SQLite, no text"
FOUND_NEO4J = "ours, Neo4j, no text"
HAND_SQLITE = "by hand, SQLite"
HAND_NEO4J = "by hand, Neo4j"
FETCH_SQLITE = "fetch alone, SQLite"
FETCH_NEO4J = "fetch alone, Neo4j"
POSTGRES = "by hand, PostgreSQL"
BLIND_NEO4J = "time-blind user, Neo4j"
NETWORKX = "networkx, time-blind"
COMPILED = "compiled walk, time-blind"
RETURN_1 = "RETURN 1, Neo4j"
ORDER = (
    OURS_SQLITE, FOUND_SQLITE, HAND_SQLITE, POSTGRES, FETCH_SQLITE,
    OURS_NEO4J, FOUND_NEO4J, HAND_NEO4J, FETCH_NEO4J, BLIND_NEO4J, RETURN_1, NETWORKX, COMPILED,
)  # fmt: skip
"""The candidates in the order of columns."""


class Timed(NamedTuple):
    """Milliseconds over the starts of a family; `stopped` were not answered within the limit."""

    p50: float
    p95: float
    p99: float
    stopped: int


class Row(NamedTuple):
    """The measurement of a family; `load` is the load average of the minute before it began."""

    family: str
    starts: int
    size_p50: int
    size_max: int
    compared: int
    times: dict[str, Timed]
    load: float = 0.0


@dataclass
class AtSize:
    """All results at one size of the data."""

    items: int
    data: Facts = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    fills: dict[str, Facts] = field(default_factory=dict)
    writes: Facts = field(default_factory=dict)
    web: Facts = field(default_factory=dict)
    memory: Facts = field(default_factory=dict)
    trips: Facts = field(default_factory=dict)
    rebuilds: Facts = field(default_factory=dict)
    bulk: Facts = field(default_factory=dict)
    conversions: Facts = field(default_factory=dict)
    slow_answers: int = 0


@dataclass
class Results:
    """The results of a run; `limits`: the most starts, seconds and runs of each sort of question."""

    machine: Facts
    begun: Facts
    label: str = ""
    sizes: dict[int, AtSize] = field(default_factory=dict)
    ended: Facts = field(default_factory=dict)
    bars: list[Facts] = field(default_factory=list)

    resumed: list[Facts] = field(default_factory=list)
    limits: Facts = field(default_factory=dict)

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        text = orjson.dumps(as_plain(self), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
        begun = file.with_suffix(".json.begun")
        begun.write_bytes(text)
        begun.replace(file)

    @classmethod
    def load(cls, file: Path) -> Results:
        """Return the results that `save` wrote; ratios of them may differ in the last digits."""
        plain = orjson.loads(file.read_bytes())
        sizes = {int(items): _at_size(size) for items, size in plain.pop("sizes").items()}
        return cls(**plain, sizes=sizes)


def _at_size(plain: Facts) -> AtSize:
    rows = {name: _row(facts) for name, facts in plain.pop("rows").items()}
    return AtSize(**plain, rows=rows)


def _row(plain: Facts) -> Row:
    times = {name: Timed(**{k: _number(v) for k, v in facts.items()}) for name, facts in plain["times"].items()}
    return Row(**{**plain, "times": times})


def _number(value: Any) -> Any:
    """Return NaN for null, because JSON has no NaN."""
    return math.nan if value is None else value


def as_plain(value: Any) -> Any:
    """Return a value for JSON, with named tuples as objects."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {k: as_plain(v) for k, v in value._asdict().items()}
    if hasattr(value, "__dataclass_fields__"):
        return {k: as_plain(getattr(value, k)) for k in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {str(k): as_plain(v) for k, v in value.items()}
    if isinstance(value, float):
        return round(value, 6)
    return [as_plain(v) for v in value] if isinstance(value, list | tuple) else value


def row(measured: Measured, load: float) -> Row:
    sizes = measured.sizes or [0]
    times = {name: timed(series) for name, series in measured.series.items()}
    middle = int(statistics.median_low(sizes))
    return Row(measured.family, len(measured.sizes), middle, max(sizes), measured.compared, times, load)


def timed(series: Series) -> Timed:
    return Timed(series.at(0.5), series.at(0.95), series.at(0.99), series.stopped)
