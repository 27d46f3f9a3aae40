"""Maintenance of the journal: verify its chain of digests, export it, rebuild its projection (contract 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import orjson

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import LineageError
from lineage.domain.events.serialization import from_stored
from lineage.domain.instants import format_instant
from lineage.service.answers import Context, Document, build_answer
from lineage.service.findings.verification import FindingsComparison, compare_findings
from lineage.service.ingest import append
from lineage.service.projection import rebuild as rebuild_module
from lineage.service.projection.commits import Projection
from lineage.stores.interface import Entry, QuestionReader, RowDifference, State, Store, Transaction

PAGE: Final = 1_000
MOST_DIFFERENCES: Final = 20


def verify(store: Store, context: Context, progress: Callable[[int], None] | None = None) -> Document:
    """Recompute the chain of digests; `failure` is the first row that fails, None if none does.

    A row fails that is missing, whose digest does not follow from it and the row before, or whose event cannot be read
    or contradicts its columns.
    """
    state = store.read(lambda reader: reader.state())
    checked, digest, failure = 0, "", None
    for entry in journal(store, state):
        failure = _fault(entry, checked + 1, digest)
        if failure is not None:
            break
        checked, digest = entry.position, entry.digest
        if progress is not None:
            progress(checked)
    if failure is None and (checked, digest) != (state.position, state.digest):
        failure = _failure(checked + 1, None, "row_missing", f"The journal ends before its head, row {state.position}.")
    own = {"intact": failure is None, "checked": checked, "digest": digest, "failure": failure}
    return build_answer(state, context, own)


def verify_deep(
    store: Store, context: Context, book: RuleBook, progress: Callable[[int], None] | None = None
) -> Document:
    """Verify the chain, then compare everything that is derived with what the journal gives, stored findings included.

    `differences` has the first rows that differ, at most 20, with `table`, `row` and `reason` (see `RowDifference`).
    They are looked for only in a journal whose chain is intact: of another one nothing can be derived. `findings`
    states whether those that are stored were compared (see `FindingsComparison`).
    """
    document = verify(store, context, progress)
    if document["failure"] is not None:
        return {**document, "differences": [], "findings": "not_compared"}
    warnings: list[RowDifference] = []

    def derive(stored: QuestionReader, scratch: Transaction) -> None:
        warnings.clear()
        _copy_journal(stored, scratch, warnings)
        rebuild_module.rebuild(scratch)

    derived = store.differences(derive, MOST_DIFFERENCES)
    compared = compare_findings(store, book, MOST_DIFFERENCES) if not derived else FindingsComparison.skipped()
    found = [row._asdict() for row in (*warnings, *derived, *compared.differences)][:MOST_DIFFERENCES]
    return {**document, "intact": not found, "differences": found, "findings": compared.outcome}


def _copy_journal(stored: QuestionReader, scratch: Transaction, warnings: list[RowDifference]) -> None:
    """Copy the journal, and add to `warnings` what is stored otherwise than the events give it."""
    projection, after = Projection(scratch), 0
    while page := stored.entries(after, PAGE):
        after = page[-1].position
        events = [from_stored(orjson.loads(entry.event)) for entry in page]
        projection.append(page, events)
        for entry, event in zip(page, events, strict=True):
            if entry.warnings != append.warnings_of(event) and len(warnings) < MOST_DIFFERENCES:
                warnings.append(RowDifference("warnings", f"row {entry.position} of the journal", "unexpected"))


def journal(store: Store, state: State) -> Iterator[Entry]:
    """Yield the journal up to that state, in order of arrival. Rows never change, so all pages are of one state."""
    after = 0
    while after < state.position:
        page = store.read(lambda reader, after=after: reader.entries(after, PAGE))  # type: ignore[misc]
        if not page:
            return
        for entry in page:
            if entry.position > state.position:
                return
            yield entry
        after = page[-1].position


def _fault(entry: Entry, position: int, digest: str) -> Document | None:
    if entry.position != position:
        return _failure(position, None, "row_missing", f"Row {position} is missing; row {entry.position} follows.")
    if append.next_digest(digest, entry) != entry.digest:
        message = "The digest does not follow from this row and the row before: one of them was changed."
        return _failure(position, entry.id, "digest_mismatch", message)
    try:
        event = from_stored(orjson.loads(entry.event))
        sent = None if entry.sent is None else orjson.loads(entry.sent)
    except (ValueError, TypeError, KeyError, AttributeError, LineageError):
        return _failure(position, entry.id, "event_unreadable", "The event of this row cannot be read.")
    columns = (event.id, event.type, event.time, event.reporter)
    if columns != (entry.id, entry.type, entry.time, entry.reporter) or (
        sent is not None and sent.get("id") != entry.id
    ):
        message = "The event of this row says other than the columns beside it."
        return _failure(position, entry.id, "columns_differ", message)
    return None


def _failure(position: int, event_id: str | None, code: str, message: str) -> Document:
    return {"position": position, "id": event_id, "code": code, "message": message}


def export(
    store: Store, context: Context, write: Callable[[bytes], object], progress: Callable[[int], None] | None = None
) -> Document:
    """Write the journal in order of arrival, one event a line as it was sent, with `recorded`.

    Loaded into an empty store with `--keep-recorded`, it gives the same answers and the same digest.
    """
    state = store.read(lambda reader: reader.state())
    count = 0
    for count, entry in enumerate(journal(store, state), 1):
        # The stored texts are copied, not parsed and serialized, so that no number changes its spelling.
        event = entry.event if entry.sent is None else entry.sent
        write(f'{event[:-1]},"recorded":"{format_instant(entry.recorded)}"}}\n'.encode())
        if progress is not None:
            progress(count)
    return build_answer(state, context, {"exported": count, "digest": state.digest})


def rebuild(store: Store, context: Context) -> Document:
    """Drop the projection and derive it again from the journal, in one transaction."""
    count, state = store.write(lambda transaction: (rebuild_module.rebuild(transaction), transaction.state()))
    return build_answer(state, context, {"rebuilt": count, "digest": state.digest})
