"""Load a body of events and build the answer, for both interfaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import Field

from lineage.domain.errors import UnreadableInputError
from lineage.exchange.formats import MEDIA_TYPES, ConversionReport, Format, FormatReading
from lineage.exchange.jsonl import MOST_ARRAY
from lineage.operations.parameters import Flag, Parameters
from lineage.operations.problems import BodyTooLargeError, RejectedEventsError
from lineage.service.answers import Context, Document, build_answer
from lineage.service.ingest.load import LoadReport, Rules, load
from lineage.stores.interface import Store

JSON: Final = "application/json"


class LoadParameters(Parameters):
    """Options of a load."""

    atomic: Flag = Field(default=False, description="Store all events or none.")
    keep_recorded: Flag = Field(
        default=False, description="Store the `recorded` of each event; only on a server that allows it."
    )


def load_body(store: Store, pieces: Iterable[bytes], rules: Rules, media_type: str = JSON) -> Document:
    """Load a body: the answer of contract 8.

    Raises RejectedEventsError where nothing of it was stored, BodyTooLargeError above 64 MiB in an array or in one
    transaction, UnreadableInputError for an array that cannot be parsed.
    """
    if rules.atomic:
        pieces = bounded(pieces)
    reading = reading_of(pieces, media_type)
    report = load(store, reading.lines, rules)
    document = with_reports(loaded(report, rules), MEDIA_TYPES[media_type], reading.report)
    return outcome(report, document, is_atomic=rules.atomic)


def loaded(report: LoadReport, rules: Rules) -> Document:
    """Return the counts and errors of a load, with the members of every answer."""
    return build_answer(report.state, Context(rules.clock(), lambda: False), report.document())


def outcome(report: LoadReport, document: Document, *, is_atomic: bool) -> Document:
    """Return the answer. Raises RejectedEventsError with it where all events were rejected or, if atomic, any was.

    A line that is not UTF-8 makes the whole body an error (400) where nothing was stored; else it is that line's error.
    """
    stored = report.accepted + report.duplicate
    if not report.rejected or (stored and not is_atomic):
        return document
    if not stored and any(error["code"] == "not_utf8" for error in report.errors):
        raise RejectedEventsError("The body is not UTF-8: nothing was stored.", document, code="not_utf8")
    if is_atomic:
        raise RejectedEventsError(
            "An event was rejected, and `atomic` stores all or none: nothing was stored.", document
        )
    raise RejectedEventsError("Every event was rejected: see `errors`.", document)


def with_reports(document: Document, event_format: Format, *reports: ConversionReport | None) -> Document:
    """Add what a conversion left out, repeated or could not read, under the name of its format: one report an input."""
    documents = [report.document() for report in reports if report is not None]
    return document | ({event_format.name: documents} if documents else {})


def reading_of(pieces: Iterable[bytes], media_type: str = JSON) -> FormatReading:
    """Return the events of a body of a media type of `lineage.exchange.formats`; raises as `read_strictly` does."""
    return read_strictly(MEDIA_TYPES[media_type], pieces)


def read_strictly(event_format: Format, pieces: Iterable[bytes]) -> FormatReading:
    """Return the events of a body.

    Raises BodyTooLargeError for an array above 64 MiB, UnreadableInputError for a body that cannot be read as a whole.
    """
    try:
        return event_format.read(pieces, strict=True)
    except UnreadableInputError as error:
        if error.code == BodyTooLargeError.code:
            raise BodyTooLargeError(error.message) from error
        raise


def bounded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a body that is stored in one transaction. Raises BodyTooLargeError above 64 MiB."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MOST_ARRAY:
            raise BodyTooLargeError("One transaction may have 64 MiB. Send it in parts, or not as one.")
        yield piece
