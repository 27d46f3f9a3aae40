"""Precision and recall of findings by kind, against the defects that a synthetic fleet planted (`docs/fleet.md`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from lineage.domain.findings import KINDS, Finding

ABOUT: Final[Mapping[str, str]] = {"unknown_party": "parties", "late_report": "events"}
"""The field by which a finding of a kind is matched with a planted line; every other kind by its items."""


class Score(NamedTuple):
    """The counts of one kind: planted lines, how many were found, findings, how many of them were planted."""

    kind: str
    planted: int
    recalled: int
    found: int
    right: int

    @property
    def recall(self) -> float | None:
        """The share of the planted lines that was found; None where none was planted."""
        return self.recalled / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """The share of findings that were planted; None where there is none."""
        return self.right / self.found if self.found else None


class Scorer:
    """The lines of a truth file, against which findings are compared one by one."""

    def __init__(self, truth: Iterable[Mapping[str, Any]]) -> None:
        self._lines: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._kinds: list[str] = []
        self._events: list[tuple[str, ...]] = []
        self._met: set[int] = set()
        self._found: Counter[str] = Counter()
        self._right: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        """Counts of lines whose kind is not evaluated here, and of lines that no event shows."""
        for line in truth:
            is_shown = line.get("reported", True)
            if not is_shown or line["kind"] not in KINDS:
                self.left_out[line["kind"]] += 1
            if is_shown:
                self._add(line)

    def _add(self, line: Mapping[str, Any]) -> None:
        number = len(self._kinds)
        self._kinds.append(line["kind"])
        self._events.append((*line["events"], *line["items"])[:2])
        for kind in (line["kind"], *line.get("also", ())):
            for name in line[ABOUT.get(kind, "items")]:
                self._lines[kind, name].append(number)

    def take(self, finding: Finding) -> bool:
        """Compare a finding with the truth; return whether it was planted."""
        about = ABOUT.get(finding.kind, "items")
        names: tuple[str, ...] = getattr(finding, about)
        lines = {n for name in names for n in self._lines.get((finding.kind, name), ())}
        self._found[finding.kind] += 1
        self._right[finding.kind] += bool(lines)
        self._met |= lines
        return bool(lines)

    def missed(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the lines that were not found: the kind, and the first events or items of the line."""
        for number, kind in enumerate(self._kinds):
            if kind in KINDS and number not in self._met:
                yield kind, self._events[number]

    def scores(self) -> list[Score]:
        """Return a score for each kind that was planted or found."""
        planted = Counter(kind for kind in self._kinds if kind in KINDS)
        met = Counter(self._kinds[n] for n in self._met)
        kinds = [kind for kind in KINDS if planted[kind] or self._found[kind]]
        return [Score(kind, planted[kind], met[kind], self._found[kind], self._right[kind]) for kind in kinds]
