"""Check events before they are reported, for both interfaces."""

from __future__ import annotations

from typing import Final

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.exchange.formats import MEDIA_TYPES
from lineage.operations.ingest import JSON, reading_of, with_reports
from lineage.operations.problems import BodyTooLargeError, RejectedEventsError
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context, Document
from lineage.service.questions.compliance.precheck import MOST_EVENTS, check
from lineage.stores.interface import Store

MOST_BYTES: Final = 1024 * 1024


def checked(
    store: Store, body: bytes, context: Context, book: RuleBook | None = None, *, media_type: str = JSON
) -> Document:
    """Return the findings that the events of a body would cause, as a load of the same body would read them.

    Raises RejectedEventsError where no event is valid, BodyTooLargeError above 1 MiB or 1,000 events,
    UnreadableInputError for an array that cannot be parsed.
    """
    if len(body) > MOST_BYTES:
        raise too_large()
    reading = reading_of([body], media_type)
    lines = list(reading.lines)
    if len(lines) > MOST_EVENTS:
        raise too_large()
    document = check(store, lines, context, book or rule_book())
    document = with_reports(document, MEDIA_TYPES[media_type], reading.report)
    if document["rejected"] and not document["checked"]:
        code = "not_utf8" if any(e["code"] == "not_utf8" for e in document["errors"]) else None
        raise RejectedEventsError("Every event would be refused: see `errors`.", document, code=code)
    return document


def too_large() -> BodyTooLargeError:
    return BodyTooLargeError(f"A check takes {MOST_EVENTS:,} events and 1 MiB: send them in parts.")
