"""Events in: lines are judged, gathered, kept in batches, and counted (contract 2, 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import orjson

from lineage.domain.errors import InvalidEventError, Notice
from lineage.domain.events.participants import listed_count
from lineage.domain.events.reading import read_event
from lineage.domain.events.serialization import differs_as_sent
from lineage.domain.instants import CHINA
from lineage.exchange.jsonl import Line
from lineage.service.gc_tuning import rare_collection
from lineage.service.ingest.append import AppendResult, AtomicConflict, Incoming, append_batch
from lineage.service.projection.bulk import project_all
from lineage.service.projection.rebuild import DisorderedError, rebuild
from lineage.stores.interface import EMPTY, Entry, State, Store, Transaction

BATCH: Final = 1_000
BATCH_BYTES: Final = 16 * 1024 * 1024
BATCH_NAMED: Final = 40_000
"""Things that the events of one transaction name: that, and not their number, is what it takes in memory."""
MOST_LISTED: Final = 1_000
"""Errors and warnings listed in an answer; all are counted (contract 8)."""

Clock = Callable[[], int]
"""Milliseconds UTC, now."""


@dataclass(slots=True)
class Rules:
    """How a load judges: `keep_recorded` is for a trusted import only."""

    clock: Clock
    keep_recorded: bool = False
    atomic: bool = False


@dataclass(slots=True)
class LoadReport:
    """What became of the lines. `rejected` counts events; one event may have several errors."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    warnings: list[dict[str, object]] = field(default_factory=list)
    errors: list[dict[str, object]] = field(default_factory=list)
    warnings_left_out: int = 0
    state: State = field(default=EMPTY)

    def document(self) -> dict[str, object]:
        """The answer of contract 8, without what every answer has."""
        found: dict[str, object] = {
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "rejected": self.rejected,
            "warnings": self.warnings,
            "errors": self.errors,
            "position": self.state.position,
            "digest": self.state.digest,
        }
        if self.warnings_left_out:
            found["warnings_left_out"] = self.warnings_left_out
        return found

    def warn(self, line: int, notices: Iterable[Notice]) -> None:
        for n in notices:
            if len(self.warnings) < MOST_LISTED:
                self.warnings.append({"line": line, "id": n.id, "code": n.code, "message": n.message})
            else:
                self.warnings_left_out += 1

    def refuse(self, line: int, notices: Iterable[Notice]) -> None:
        self.rejected += 1
        for n in notices:
            if len(self.errors) < MOST_LISTED:
                self.errors.append({"line": line, "id": n.id, "path": n.path, "code": n.code, "message": n.message})


Refused = Callable[[Line, list[Notice]], None]
Progress = Callable[[int], None]


def load(
    store: Store,
    lines: Iterable[Line],
    rules: Rules,
    *,
    refused: Refused | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Keep every valid event of the lines, batch by batch; a line is counted as accepted only when it is durable.

    With `rules.atomic` all are kept in one transaction, or none. `refused` is told every line that is not kept and why;
    `progress` how many lines were done. Raises StoreError; what was kept before stays kept.
    """
    report = LoadReport(state=store.read(lambda reader: reader.state()))
    judge = _Validator(rules, report, refused)
    size = BatchSize()
    batches: Iterable[list[tuple[Line, Incoming]]] = _batches(judge.incoming(lines), size)
    if rules.atomic:
        batches = [[pair for batch in batches for pair in batch]]
        if report.rejected:
            return report
    with rare_collection():
        for batch in batches:
            incoming = [i for _, i in batch]
            try:
                admitted = store.write(
                    lambda tx, some=incoming: append_batch(tx, some, now=rules.clock(), atomic=rules.atomic)  # type: ignore[misc]
                )
            except AtomicConflict as conflicted:
                _conflicts(conflicted.admitted, batch, report, refused)
                continue
            _count(admitted, batch, report, refused)
            if admitted.backdated:
                size.grow()
            if progress is not None:
                progress(judge.done)
    return report


def load_all(
    store: Store,
    lines: Iterable[Line],
    rules: Rules,
    *,
    refused: Refused | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Keep every valid event of the lines in an empty store, and derive everything once they are all there.

    Journal, projection and report are those of `load`, and it is there when all of it is. Raises StoreNotEmptyError.
    """
    report = LoadReport()

    def work(transaction: Transaction) -> None:
        judge = _Validator(rules, report, refused)
        size = BatchSize()

        def kept() -> Iterator[AppendResult]:
            for batch in _batches(judge.incoming(lines), size):
                admitted = append_batch(transaction, [i for _, i in batch], now=rules.clock(), projecting=False)
                _count(admitted, batch, report, refused)
                if admitted.backdated:
                    size.grow()
                yield admitted
                if progress is not None:
                    progress(judge.done)

        try:
            project_all(transaction, _whole_moments(kept()))
        except DisorderedError:
            rebuild(transaction)

    store.fill(work)
    return report


def _whole_moments(kept: Iterable[AppendResult]) -> Iterator[list[Entry]]:
    """What is kept, moments when all of them is there. Raises DisorderedError in the end if any was late."""
    rest: list[Entry] = []
    in_order = True
    for admitted in kept:
        in_order = in_order and not admitted.backdated
        if in_order:
            rest += admitted.entries
            last = max((entry.recorded for entry in admitted.entries), default=0)
            if rest and rest[0].recorded < last:
                yield [entry for entry in rest if entry.recorded < last]
                rest = [entry for entry in rest if entry.recorded == last]
    if not in_order:
        raise DisorderedError
    if rest:
        yield rest


class _Validator:
    """Turns lines into valid events, and tells the report of the others."""

    def __init__(self, rules: Rules, report: LoadReport, refused: Refused | None) -> None:
        self._rules = rules
        self._report = report
        self._refused = refused
        self.done = 0

    def incoming(self, lines: Iterable[Line]) -> Iterator[tuple[Line, Incoming]]:
        for line in lines:
            self.done += 1
            if line.error is not None:
                self._refuse(line, [line.error])
                continue
            now = self._rules.clock()
            today = datetime.fromtimestamp(now / 1000, UTC).astimezone(CHINA).date()
            try:
                reading = read_event(line.document, today=today, allow_recorded=self._rules.keep_recorded, now=now)
            except InvalidEventError as error:
                self._refuse(line, list(error.notices))
                continue
            yield line, Incoming(line.number, reading, reading.event.recorded, as_sent(line.document, reading.event))

    def _refuse(self, line: Line, notices: list[Notice]) -> None:
        self._report.refuse(line.number, notices)
        if self._refused is not None:
            self._refused(line, notices)


def as_sent(document: object, event: object) -> str | None:
    """What was sent, where it spelled an id otherwise than it is kept; without `recorded`, with the id (contract 1)."""
    if not isinstance(document, dict) or not differs_as_sent(document, event):  # type: ignore[arg-type]
        return None
    sent = {k: v for k, v in document.items() if k != "recorded" and v is not None}
    sent["id"] = event.id  # type: ignore[attr-defined]
    return orjson.dumps(sent, option=orjson.OPT_SORT_KEYS).decode()


@dataclass(slots=True)
class BatchSize:
    """How much one transaction takes.

    A trusted import that brings the past has everything derived anew, once a batch: its batches grow, so that this
    happens a few times and not once for every thousand events.
    """

    events: int = BATCH
    size_bytes: int = BATCH_BYTES

    def grow(self) -> None:
        """Four times as much from now on, up to 64 times."""
        if self.events < 64 * BATCH:
            self.events, self.size_bytes = 4 * self.events, 4 * self.size_bytes


def _batches(pairs: Iterable[tuple[Line, Incoming]], most: BatchSize) -> Iterator[list[tuple[Line, Incoming]]]:
    """Batches bounded by number, bytes and things named, so that memory does not grow with the file."""
    batch: list[tuple[Line, Incoming]] = []
    size = named = 0
    for line, incoming in pairs:
        batch.append((Line(line.number, line.raw, None, None), incoming))
        size += len(line.raw)
        named += 1 + listed_count(incoming.reading.event)
        if len(batch) >= most.events or size >= most.size_bytes or named >= BATCH_NAMED:
            yield batch
            batch, size, named = [], 0, 0
    if batch:
        yield batch


_Batch = list[tuple[Line, Incoming]]


def _count(admitted: AppendResult, batch: _Batch, report: LoadReport, refused: Refused | None) -> None:
    """Tell the report what became of a batch that is kept."""
    report.accepted += len(admitted.accepted)
    report.duplicate += admitted.duplicates
    report.state = admitted.state
    waiting = dict(admitted.waiting)
    for i in admitted.accepted:
        notices = [*i.reading.warnings, *([waiting[i.line]] if i.line in waiting else [])]
        if notices:
            report.warn(i.line, notices)
    _conflicts(admitted, batch, report, refused)


def _conflicts(admitted: AppendResult, batch: _Batch, report: LoadReport, refused: Refused | None) -> None:
    by_line = {line.number: line for line, _ in batch} if admitted.conflicts else {}
    for number, notice in admitted.conflicts:
        report.refuse(number, [notice])
        if refused is not None:
            refused(by_line[number], [notice])


__all__ = ["BATCH", "LoadReport", "Rules", "load", "load_all"]
