"""In which whole was a unit? Answered by the installations of this load first, then by those of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from lineage.domain.identifiers.parsing import kind_of_id
from lineage.domain.instants import OPEN, Instant, format_instant
from lineage.exchange.conversion.interface import Installation, StoredFacts
from lineage.exchange.platform.record import WholeQuestion

_RANKS: Final = {"cell": 0, "module": 1, "pack": 2, "unknown": 3, "vehicle": 4}
_AT_ONCE: Final = 1_000
"""Units that are looked up in the store at once."""
_OPEN: Final = format_instant(OPEN)


class Wholes:
    """Installations and removals of some units; times are texts in UTC, so that they compare as texts."""

    def __init__(self, units: Iterable[str]) -> None:
        self._units = set(units)
        self._put_in: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._taken_out: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._stored: dict[str, list[tuple[str, str, str]]] = defaultdict(list)

    def add(self, event: dict[str, Any]) -> None:
        """Add what an event states about these units."""
        if event["type"] == "assembled":
            for part in self._units.intersection(event["parts"]):
                self._put_in[part].append((event["time"], event["whole"]))
        elif event["type"] == "disassembled":
            for part in self._units.intersection(event["parts"]):
                self._taken_out[part, event["whole"]].append(event["time"])

    def add_stored(self, stored: StoredFacts) -> None:
        """Add the installations of the store, which count where this load states none."""
        units = sorted(self._units)
        for start in range(0, len(units), _AT_ONCE):
            for found in stored.installations(units[start : start + _AT_ONCE]):
                self._add_stored(found)

    def _add_stored(self, found: Installation) -> None:
        self._stored[found.part].append((_text(found.since), found.whole, _text(found.until)))

    def whole(self, question: WholeQuestion) -> str | None:
        """Return the innermost whole that the unit is in at a moment; None where no installation states one.

        A removal at that very moment does not count: it may be that of the question.
        """
        item, time = question
        found = [(whole, since) for since, whole in self._put_in[item] if self._holds(item, whole, since, time)]
        if not found:
            found = [
                (whole, since)
                for since, whole, until in self._stored[item]
                if until >= time and self._holds(item, whole, since, time)
            ]
        latest: dict[str, str] = {}
        for whole, since in found:
            latest[whole] = max(since, latest.get(whole, since))
        ordered = sorted(latest, key=lambda whole: whole)
        ordered.sort(key=lambda whole: latest[whole], reverse=True)
        ordered.sort(key=lambda whole: _RANKS.get(kind_of_id(whole), 3))
        return ordered[0] if ordered else None

    def _holds(self, item: str, whole: str, since: str, time: str) -> bool:
        return since <= time and not any(since <= out < time for out in self._taken_out[item, whole])


def _text(moment: Instant) -> str:
    return _OPEN if moment >= OPEN else format_instant(moment)
