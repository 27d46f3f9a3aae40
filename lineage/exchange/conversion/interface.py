"""The interface of a conversion: what it is given, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from lineage.domain.instants import Instant
from lineage.exchange.conversion.report import ReadingReport
from lineage.exchange.jsonl import Line


class Opener(Protocol):
    """Opens the envelopes that messages come in."""

    def open(self, envelope: dict[str, Any]) -> bytes: ...


Explain = Callable[[Mapping[str, Any]], None]
"""Called with what one record became: `file`, `line`, `record`, `id`, `events` …"""


@dataclass(frozen=True)
class ConversionOptions:
    """Options of a conversion.

    `interface` and `account` hold for bare payloads, `reporter` for messages of vehicles. `columns` and `regions` are
    the tables of an operator; None uses those that ship. `today`: the day of acceptance; a code with a later date is
    refused. `seal` opens envelopes; without it they are refused.
    """

    today: date
    interface: str | None = None
    account: str | None = None
    reporter: str | None = None
    columns: Mapping[str, Any] | None = None
    regions: Mapping[str, str] = field(default_factory=dict)
    explain: Explain | None = None
    seal: Opener | None = None


class Installation(NamedTuple):
    """A part is in a whole during `[since, until)`; `until` is OPEN while no removal is reported."""

    part: str
    whole: str
    since: Instant
    until: Instant


class StoredFacts(Protocol):
    """What a conversion may ask the store, as of the beginning of the load."""

    def installations(self, parts: Sequence[str]) -> Iterable[Installation]:
        """Return every installation of these parts that is known now."""
        ...

    def times(self, event_ids: Sequence[str]) -> Mapping[str, Instant]:
        """Return the times of those of these events that were accepted."""
        ...


class NothingStored:
    """The facts of an empty store."""

    def installations(self, parts: Sequence[str]) -> Iterable[Installation]:  # noqa: ARG002 - of the interface
        return ()

    def times(self, event_ids: Sequence[str]) -> Mapping[str, Instant]:  # noqa: ARG002 - of the interface
        return {}


class Conversion(Protocol):
    """One load of a format whose records become events: all files are read first, then events are given."""

    report: ReadingReport

    def read(self, file: int, pieces: Iterable[bytes]) -> None:
        """Read one file or body. Raises UnreadableInputError where nothing of it can be read."""
        ...

    def lines(self) -> Iterator[Line]:
        """Yield events, and refused records with their error, in an order that does not matter.

        The number of a line is that of its `Place`. The report is complete afterwards.
        """
        ...

    def close(self) -> None:
        """Close the temporary files; closing twice is harmless."""
        ...


class ConversionStart(Protocol):
    """Begins a conversion; `folder` takes its temporary files."""

    def __call__(self, options: ConversionOptions, stored: StoredFacts, folder: Path) -> Conversion: ...
