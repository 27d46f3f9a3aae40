"""Loading of events: lines are validated, gathered into batches, stored and counted (contract 2, 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final

import orjson

from lineage.domain.errors import InvalidEventError, InvalidInstantError, Notice
from lineage.domain.events.participants import listed_count
from lineage.domain.events.reading import Reading, read_event
from lineage.domain.events.serialization import differs_as_sent
from lineage.domain.instants import CHINA, Instant, parse_instant
from lineage.exchange.jsonl import Line
from lineage.service.gc_tuning import rare_collection
from lineage.service.ingest.append import AppendResult, AtomicConflict, Incoming, append_batch
from lineage.service.projection.bulk import project_all
from lineage.service.projection.rebuild import DisorderedError, rebuild
from lineage.stores.interface import EMPTY, Entry, State, Store, Transaction

BATCH: Final = 1_000
BATCH_BYTES: Final = 16 * 1024 * 1024
BATCH_NAMED: Final = 40_000
"""Items that the events of one transaction name: they, not the events, determine its memory."""
MOST_LISTED: Final = 1_000
"""Errors and warnings listed in an answer; all are counted (contract 8)."""

_PERSONAL_DATA: Final = (
    "This id looks like a telephone or identity card number. It is restored as it was accepted, because nothing of a "
    "journal can be changed; no new event with such an id is accepted."
)

Clock = Callable[[], int]
"""Milliseconds UTC, now."""


@dataclass(slots=True)
class Rules:
    """How a load validates and stores: `keep_recorded` is for a trusted import only.

    `restoring`: the lines are meant to be a whole journal. Into an empty store each is then accepted as of its own
    `recorded`, a future one too, and with ids that look like personal data, which earlier releases accepted. This ends
    with the first line that no journal has: a refused one, or one without `recorded`.
    """

    clock: Clock
    keep_recorded: bool = False
    atomic: bool = False
    restoring: bool = False


@dataclass(slots=True)
class LoadReport:
    """The result of a load. `rejected` counts events; one event may have several errors."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    warnings: list[dict[str, object]] = field(default_factory=list)
    errors: list[dict[str, object]] = field(default_factory=list)
    warnings_left_out: int = 0
    state: State = field(default=EMPTY)
    is_journal: bool = True
    """Whether no line was refused, and each has its own `recorded`."""

    def document(self) -> dict[str, object]:
        """Return the fields of the answer of contract 8, without those of every answer."""
        fields: dict[str, object] = {
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "rejected": self.rejected,
            "warnings": self.warnings,
            "errors": self.errors,
            "position": self.state.position,
            "digest": self.state.digest,
        }
        if self.warnings_left_out:
            fields["warnings_left_out"] = self.warnings_left_out
        return fields

    def warn(self, line: int, notices: Iterable[Notice]) -> None:
        """Add the warnings of an accepted event."""
        for n in notices:
            if len(self.warnings) < MOST_LISTED:
                self.warnings.append({"line": line, "id": n.id, "code": n.code, "message": n.message})
            else:
                self.warnings_left_out += 1

    def refuse(self, line: int, notices: Iterable[Notice]) -> None:
        """Count a rejected event and add its errors."""
        self.rejected += 1
        for n in notices:
            if len(self.errors) < MOST_LISTED:
                self.errors.append({"line": line, "id": n.id, "path": n.path, "code": n.code, "message": n.message})


Refused = Callable[[Line, list[Notice]], None]
Progress = Callable[[int], None]
Confirm = Callable[[LoadReport], None]


def load(
    store: Store,
    lines: Iterable[Line],
    rules: Rules,
    *,
    refused: Refused | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Store every valid event of the lines, batch by batch; a line is counted as accepted only when it is durable.

    With `rules.atomic` all are stored in one transaction, or none. `refused` is called with every line that is not
    stored and the reasons; `progress` with the number of lines read. Raises StoreError; earlier batches stay stored.
    """
    report = LoadReport(state=store.read(lambda reader: reader.state()))
    validator = _Validator(rules, report, refused, is_empty=report.state == EMPTY)
    size = BatchSize()
    batches: Iterable[list[tuple[Line, Incoming]]] = _batches(validator.incoming(lines), size)
    if rules.atomic:
        batches = [[pair for batch in batches for pair in batch]]
        if report.rejected:
            return report
    with rare_collection():
        for batch in batches:
            incoming = [i for _, i in batch]
            try:
                result = store.write(
                    lambda tx, events=incoming: append_batch(tx, events, now=rules.clock(), atomic=rules.atomic)  # type: ignore[misc]
                )
            except AtomicConflict as conflict:
                _report_conflicts(conflict.result, batch, report, refused)
                continue
            _report_batch(result, batch, report, refused)
            if result.backdated:
                size.grow()
            if progress is not None:
                progress(validator.done)
    return report


def load_all(
    store: Store,
    lines: Iterable[Line],
    rules: Rules,
    *,
    refused: Refused | None = None,
    progress: Progress | None = None,
    confirm: Confirm | None = None,
) -> LoadReport:
    """Store every valid event of the lines in an empty store, and project the journal once it is complete.

    Journal, projection and report are those of `load`; the store has all of it or nothing. `confirm` is called before
    anything is stored, with the report: what it raises leaves the store empty. Raises StoreNotEmptyError.
    """
    report = LoadReport()

    def work(transaction: Transaction) -> None:
        validator = _Validator(rules, report, refused, is_empty=True)
        size = BatchSize()

        def appended() -> Iterator[AppendResult]:
            for batch in _batches(validator.incoming(lines), size):
                result = append_batch(transaction, [i for _, i in batch], now=rules.clock(), projecting=False)
                _report_batch(result, batch, report, refused)
                if result.backdated:
                    size.grow()
                yield result
                if progress is not None:
                    progress(validator.done)

        try:
            project_all(transaction, _complete_commits(appended()))
        except DisorderedError:
            rebuild(transaction)
        if confirm is not None:
            confirm(report)

    store.fill(work)
    return report


def _complete_commits(appended: Iterable[AppendResult]) -> Iterator[list[Entry]]:
    """Yield the entries in complete commits. Raises DisorderedError at the end if any was backdated."""
    rest: list[Entry] = []
    in_order = True
    for result in appended:
        in_order = in_order and not result.backdated
        if in_order:
            rest += result.entries
            last = max((entry.recorded for entry in result.entries), default=0)
            if rest and rest[0].recorded < last:
                yield [entry for entry in rest if entry.recorded < last]
                rest = [entry for entry in rest if entry.recorded == last]
    if not in_order:
        raise DisorderedError
    if rest:
        yield rest


class _Validator:
    """Turns lines into valid events, and reports the others."""

    def __init__(self, rules: Rules, report: LoadReport, refused: Refused | None, *, is_empty: bool) -> None:
        self._rules = rules
        self._report = report
        self._refused = refused
        self._may_restore = rules.restoring and rules.keep_recorded and is_empty
        self.done = 0

    def incoming(self, lines: Iterable[Line]) -> Iterator[tuple[Line, Incoming]]:
        """Yield the valid events with their lines."""
        for line in lines:
            self.done += 1
            if line.error is not None:
                self._refuse(line, [line.error])
                continue
            try:
                reading = self._read(line)
            except InvalidEventError as error:
                self._refuse(line, list(error.notices))
                continue
            yield line, Incoming(line.number, reading, reading.event.recorded, as_sent(line.document, reading.event))

    def _read(self, line: Line) -> Reading:
        """Return the event of a line.

        A row of a whole journal may hold ids that earlier releases accepted: it is restored with a warning about each.
        """
        now = self._accepted_at(line.document)
        today = datetime.fromtimestamp(now / 1000, UTC).astimezone(CHINA).date()
        read = partial(read_event, line.document, today=today, allow_recorded=self._rules.keep_recorded, now=now)
        try:
            return read()
        except InvalidEventError as error:
            if not self._is_restoring or any(notice.code != "personal_data" for notice in error.notices):
                raise
            reading = read(of_journal=True)
            self._report.warn(line.number, (n._replace(message=_PERSONAL_DATA) for n in error.notices))
            return reading

    def _accepted_at(self, document: object) -> Instant:
        """Return the moment by which an event is validated: now, or that of its acceptance if it lies after now.

        A journal was accepted under a clock that may have run ahead, dates in codes included.
        """
        now = self._rules.clock()
        sent = document.get("recorded") if isinstance(document, dict) else None
        if not isinstance(sent, str):
            self._report.is_journal = False
        elif self._is_restoring:
            with suppress(InvalidInstantError):
                return max(now, parse_instant(sent))
        return now

    @property
    def _is_restoring(self) -> bool:
        """Whether the lines so far may be a whole journal."""
        return self._may_restore and self._report.is_journal

    def _refuse(self, line: Line, notices: list[Notice]) -> None:
        self._report.is_journal = False
        self._report.refuse(line.number, notices)
        if self._refused is not None:
            self._refused(line, notices)


def as_sent(document: object, event: object) -> str | None:
    """Return the document as sent if an id in it is not canonical, with `id` and without `recorded` (contract 1)."""
    if not isinstance(document, dict) or not differs_as_sent(document, event):  # type: ignore[arg-type]
        return None
    sent = {k: v for k, v in document.items() if k != "recorded" and v is not None}
    sent["id"] = event.id  # type: ignore[attr-defined]
    return orjson.dumps(sent, option=orjson.OPT_SORT_KEYS).decode()


@dataclass(slots=True)
class BatchSize:
    """The bounds of one transaction.

    A backdated import rebuilds the projection with every batch: its batches grow, so that this happens a few times and
    not for every thousand events.
    """

    events: int = BATCH
    size_bytes: int = BATCH_BYTES

    def grow(self) -> None:
        """Multiply the bounds by four, up to 64 times the initial ones."""
        if self.events < 64 * BATCH:
            self.events, self.size_bytes = 4 * self.events, 4 * self.size_bytes


def _batches(pairs: Iterable[tuple[Line, Incoming]], most: BatchSize) -> Iterator[list[tuple[Line, Incoming]]]:
    """Yield batches bounded by events, bytes and items named, so that memory does not grow with the file."""
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


def _report_batch(result: AppendResult, batch: _Batch, report: LoadReport, refused: Refused | None) -> None:
    """Add the result of a stored batch to the report."""
    report.accepted += len(result.accepted)
    report.duplicate += result.duplicates
    report.state = result.state
    unresolved = dict(result.unresolved)
    for i in result.accepted:
        notices = [*i.reading.warnings, *([unresolved[i.line]] if i.line in unresolved else [])]
        if notices:
            report.warn(i.line, notices)
    _report_conflicts(result, batch, report, refused)


def _report_conflicts(result: AppendResult, batch: _Batch, report: LoadReport, refused: Refused | None) -> None:
    by_line = {line.number: line for line, _ in batch} if result.conflicts else {}
    for number, notice in result.conflicts:
        report.refuse(number, [notice])
        if refused is not None:
            refused(by_line[number], [notice])


__all__ = ["BATCH", "LoadReport", "Rules", "load", "load_all"]
