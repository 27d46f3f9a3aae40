"""Check events before they are reported, for both interfaces."""

from __future__ import annotations

from typing import Final

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.operations.ingest import lines_of
from lineage.operations.problems import BodyTooLargeError, RejectedEventsError
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context, Document
from lineage.service.questions.compliance.precheck import MOST_EVENTS, check
from lineage.stores.interface import Store

MOST_BYTES: Final = 1024 * 1024


def checked(store: Store, body: bytes, context: Context, book: RuleBook | None = None) -> Document:
    """Return the findings that the events would cause.

    Raises RejectedEventsError where no event is valid, BodyTooLargeError above 1 MiB or 1,000 events,
    UnreadableInputError for an array that cannot be parsed.
    """
    if len(body) > MOST_BYTES:
        raise too_large()
    lines = list(lines_of([body]))
    if len(lines) > MOST_EVENTS:
        raise too_large()
    document = check(store, lines, context, book or rule_book())
    if document["rejected"] and not document["checked"]:
        code = "not_utf8" if any(e["code"] == "not_utf8" for e in document["errors"]) else None
        raise RejectedEventsError("Every event would be refused: see `errors`.", document, code=code)
    return document


def too_large() -> BodyTooLargeError:
    return BodyTooLargeError(f"A check takes {MOST_EVENTS:,} events and 1 MiB: send them in parts.")
