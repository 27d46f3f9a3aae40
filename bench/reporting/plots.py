"""Bar charts of p50 and p99 as SVG, if matplotlib is installed (by the extra `bench`)."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

from bench.reporting.results import ORDER, AtSize, Results

DRAWN = (
    "down, cells", "down, lots", "up, second-life packs", "up, vehicles", "custody, packs", "composition now, vehicles",
    "path, lot to vehicle", "holdings now, hub",
)  # fmt: skip


def plots(results: Results, folder: Path, name: str) -> list[Path]:
    """Write a chart for each size with the times of each candidate on a logarithmic scale; return the files."""
    if importlib.util.find_spec("matplotlib") is None:
        return []
    return [_plot(size, folder / f"{name}-{size.items}.svg") for size in results.sizes.values()]


def _plot(size: AtSize, file: Path) -> Path:
    import matplotlib as mpl  # noqa: PLC0415 - optional

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "bench"
    from matplotlib import pyplot as plt  # noqa: PLC0415 - optional

    families = [f for f in DRAWN if f in size.rows]
    names = [n for n in ORDER if any(n in size.rows[f].times for f in families)]
    figure, axes = plt.subplots(figsize=(12, 5), layout="constrained")
    width = 0.8 / max(1, len(names))
    for k, name in enumerate(names):
        there = [(x, size.rows[f].times[name]) for x, f in enumerate(families) if name in size.rows[f].times]
        there = [(x, t) for x, t in there if not math.isnan(t.p50)]
        at = [x + (k - len(names) / 2) * width for x, _ in there]
        bars = axes.bar(at, [t.p50 for _, t in there], width, label=name)
        color = bars.patches[0].get_facecolor() if there else None
        axes.scatter(at, [t.p99 for _, t in there], marker="_", s=40, color=color)
    axes.set_yscale("log")
    axes.set_ylabel("ms: bar p50, line p99")
    axes.set_xticks(range(len(families)), families, rotation=15, ha="right")
    axes.set_title(f"{size.items:,} items")
    axes.legend(fontsize=7, ncols=2)
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
    return file
