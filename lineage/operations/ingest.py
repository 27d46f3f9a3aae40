"""Bytes of events in, the answer of a load out, for both interfaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import Field

from lineage.domain.errors import UnreadableInputError
from lineage.exchange.formats import MEDIA_TYPES, Format, FormatReading
from lineage.exchange.jsonl import MOST_ARRAY, Line
from lineage.operations.parameters import Flag, Parameters
from lineage.operations.problems import BodyTooLargeError, RejectedEventsError
from lineage.service.answers import Context, Document, build_answer
from lineage.service.ingest.load import LoadReport, Rules, load
from lineage.stores.interface import Store

JSON: Final = "application/json"


class LoadParameters(Parameters):
    """How a load judges."""

    atomic: Flag = Field(default=False, description="All events or none.")
    keep_recorded: Flag = Field(
        default=False, description="Events bring their own `recorded`; only on a server that allows it."
    )


def load_body(store: Store, pieces: Iterable[bytes], rules: Rules, media_type: str = JSON) -> Document:
    """Load a body: the answer of contract 8.

    Raises RejectedEventsError where nothing of it was stored, BodyTooLargeError above 64 MiB in an array or in one
    transaction, UnreadableInputError for an array that cannot be parsed.
    """
    if rules.atomic:
        pieces = _bounded(pieces, "One transaction may have 64 MiB. Send it in parts, or not as one.")
    report = load(store, lines_of(pieces, media_type), rules)
    return outcome(report, loaded(report, rules), is_atomic=rules.atomic)


def loaded(report: LoadReport, rules: Rules) -> Document:
    """What a load came to, with what every answer has."""
    return build_answer(report.state, Context(rules.clock(), lambda: False), report.document())


def outcome(report: LoadReport, document: Document, *, is_atomic: bool) -> Document:
    """Give the answer back, or raise RejectedEventsError with it: all was rejected, or, if atomic, anything was.

    Where nothing was stored and a line is not UTF-8, the whole is taken not to be (400); with lines that are stored it
    is that line's error.
    """
    stored = report.accepted + report.duplicate
    if not report.rejected or (stored and not is_atomic):
        return document
    if not stored and any(error["code"] == "not_utf8" for error in report.errors):
        raise RejectedEventsError("This is not UTF-8: nothing of it was kept.", document, code="not_utf8")
    if is_atomic:
        raise RejectedEventsError("Something was rejected, so nothing was kept: all or none was asked for.", document)
    raise RejectedEventsError("Every event was rejected: see `errors`.", document)


def lines_of(pieces: Iterable[bytes], media_type: str = JSON) -> Iterator[Line]:
    """Return the events of a body of a media type of `lineage.exchange.formats`; raises as `read_strictly` does."""
    return read_strictly(MEDIA_TYPES[media_type], pieces).lines


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


def _bounded(pieces: Iterable[bytes], message: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MOST_ARRAY:
            raise BodyTooLargeError(message)
        yield piece
