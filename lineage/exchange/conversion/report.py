"""The report of a conversion: what was read, left out, repeated and noticed (docs/platform.md)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lineage.exchange.conversion.places import Place
from lineage.exchange.merge_sort import Runs

MOST_LISTED: Final = 1_000
"""Warnings listed in an answer; all are counted."""
MOST_NAMES: Final = 1_000
"""Different names of the sender that are counted separately."""
OTHERS: Final = "(others)"
_NAME: Final = re.compile(r"[A-Za-z0-9_./-]{1,100}")
_RUN_BYTES: Final = 8 * 1024 * 1024


def count_name(counter: Counter[str], name: str) -> None:
    """Count a name that the sender chose; one that may hold other data than a name counts as `(others)`."""
    is_counted = name in counter or (len(counter) < MOST_NAMES and _NAME.fullmatch(name) is not None)
    counter[name if is_counted else OTHERS] += 1


@dataclass
class ReadingReport:
    """Counts of one conversion, and its warnings, each with its place.

    `records`: messages' records read, the refused ones too. `personal` and `not_carried` count fields that were left
    out, by name. `error_counts` counts refused records and events by code.
    """

    records: int = 0
    logins: int = 0
    events: int = 0
    repeats: int = 0
    personal: Counter[str] = field(default_factory=Counter)
    not_carried: Counter[str] = field(default_factory=Counter)
    unknown_interfaces: Counter[str] = field(default_factory=Counter)
    not_read: Counter[str] = field(default_factory=lambda: Counter(encrypted=0, other_command=0, answer=0))
    warning_counts: Counter[str] = field(default_factory=Counter)
    error_counts: Counter[str] = field(default_factory=Counter)
    warnings: list[tuple[Place, Mapping[str, Any]]] = field(default_factory=list)
    warnings_left_out: int = 0

    def warn(self, place: Place, notice: Mapping[str, Any]) -> None:
        """Count a warning about a record that was taken, and list it; `notice` has `id`, `path`, `code`, `message`."""
        self.warning_counts[notice["code"]] += 1
        if len(self.warnings) < MOST_LISTED:
            self.warnings.append((place, notice))
        else:
            self.warnings_left_out += 1

    def counts(self) -> dict[str, Any]:
        """Return the counters as an answer shows them."""
        plain = {"records": self.records, "logins": self.logins, "events": self.events, "repeats": self.repeats}
        names = ("personal", "not_carried", "unknown_interfaces", "not_read", "warning_counts", "error_counts")
        return {**plain, **{name: dict(getattr(self, name)) for name in names}}


class DistinctEvents:
    """Counts the events of records; those of a record that came before are repeats. Memory does not grow."""

    def __init__(self, folder: Path) -> None:
        self._runs = Runs(folder, _RUN_BYTES, "distinct")

    def add(self, key: str, events: int) -> None:
        """Add a record with its number of events; records with the same key are the same."""
        self._runs.add((f"{key} {events}",))

    def totals(self) -> tuple[int, int]:
        """Return the numbers of different events and of repeated ones; to be called once, after the last `add`."""
        events = repeats = 0
        last = b""
        for line in self._runs.sorted():
            key, _, count = line.partition(b" ")
            if key == last:
                repeats += int(count)
            else:
                events += int(count)
            last = key
        return events, repeats
