"""Load a body of events and build the answer, for both interfaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from pydantic import Field

from lineage.exchange.jsonl import MOST_ARRAY, Line, read_array, read_lines
from lineage.operations.parameters import Flag, Parameters
from lineage.operations.problems import BodyTooLargeError, RejectedEventsError
from lineage.service.answers import Context, Document, build_answer
from lineage.service.ingest.load import LoadReport, Rules, load
from lineage.stores.interface import Store

_MARK: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n"
_LEADING: Final = 65_536
"""The most bytes before the `[` of an array, all of them blank."""


class LoadParameters(Parameters):
    """Options of a load."""

    atomic: Flag = Field(default=False, description="Store all events or none.")
    keep_recorded: Flag = Field(
        default=False, description="Store the `recorded` of each event; only on a server that allows it."
    )


def load_body(store: Store, pieces: Iterable[bytes], rules: Rules) -> Document:
    """Load a body of events and return the answer of contract 8.

    Raises RejectedEventsError where nothing of it was stored, BodyTooLargeError above 64 MiB in an array or in one
    transaction, UnreadableInputError for an array that cannot be parsed.
    """
    if rules.atomic:
        pieces = _bounded(pieces, "One transaction may have 64 MiB. Send it in parts, or not as one.")
    report = load(store, lines_of(pieces), rules)
    return outcome(report, loaded(report, rules), is_atomic=rules.atomic)


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


def lines_of(pieces: Iterable[bytes]) -> Iterator[Line]:
    """Return the events of an array or of lines; a body that begins with `[` is an array, and is read whole."""
    coming = iter(pieces)
    head = b""
    for piece in coming:
        head += piece
        if len(head) > _LEADING or (len(head) >= len(_MARK) and head.removeprefix(_MARK).strip(_BLANK)):
            break
    if head.removeprefix(_MARK).lstrip(_BLANK).startswith(b"["):
        message = "An array may have 64 MiB. Send one event per line instead: lines have no such bound."
        return read_array(b"".join(_bounded(chain((head,), coming), message)))
    return read_lines(chain((head,), coming))


def _bounded(pieces: Iterable[bytes], message: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MOST_ARRAY:
            raise BodyTooLargeError(message)
        yield piece
