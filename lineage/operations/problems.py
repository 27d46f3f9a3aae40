"""Every error as an RFC 9457 problem document, and its status: the only table of statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from lineage.domain.errors import (
    InvalidQuestionError,
    LineageError,
    Notice,
    NotThereError,
    RecordedNotAllowedError,
    StoreDamagedError,
    StoreError,
    UnreadableInputError,
)
from lineage.operations.parameters import InvalidParametersError
from lineage.service.answers import Document


class UnsupportedMediaTypeError(LineageError):
    """A body of a kind that is not taken."""

    code = "unsupported_media_type"


class BodyTooLargeError(LineageError):
    """More than one array or one transaction may have."""

    code = "too_large"


class StalledRequestError(LineageError):
    """The rest of a body did not come."""

    code = "request_timeout"


class RejectedEventsError(LineageError):
    """A body of which nothing was stored; `answer` holds the counts and what is wrong with each event."""

    code = "events_rejected"

    def __init__(self, message: str, answer: Mapping[str, Any], *, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.answer = answer


STATUSES: Final[Mapping[type[LineageError], int]] = {
    UnreadableInputError: 400,
    NotThereError: 404,
    StalledRequestError: 408,
    BodyTooLargeError: 413,
    UnsupportedMediaTypeError: 415,
    InvalidParametersError: 422,
    InvalidQuestionError: 422,
    RecordedNotAllowedError: 422,
    RejectedEventsError: 422,
    StoreDamagedError: 500,
    StoreError: 503,
}
"""An error has the status of its nearest ancestor here."""

STATUS_OF_CODE: Final = {"not_utf8": 400, "too_large": 413}
"""Codes that decide whatever error carries them."""

TITLES: Final = {
    400: "The request cannot be read",
    404: "There is no such thing",
    405: "Not a way to ask this address",
    408: "The rest of the request did not come",
    413: "Too large",
    415: "A kind of body that is not taken",
    422: "The request says what cannot be",
    500: "The service is at fault",
    503: "The store does not answer",
}


def status_of(error: LineageError) -> int:
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 422)


def problem(status: int, code: str, detail: str, more: Mapping[str, Any] | None = None) -> Document:
    """A problem document; `more` are members with the usual ones."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    kind = f"urn:battery-lineage:problem:{code}"
    return {"type": kind, "title": title, "status": status, "detail": detail, "code": code, **(more or {})}


def problem_of(error: LineageError) -> Document:
    """What both interfaces report of an error; the command line prints it with --json."""
    return problem(status_of(error), error.code, error.message, _more(error))


def _more(error: LineageError) -> Mapping[str, Any] | None:
    if isinstance(error, RejectedEventsError):
        return error.answer
    if isinstance(error, InvalidParametersError):
        return {"errors": list(_errors(error.notices))}
    if isinstance(error, InvalidQuestionError):
        return {"errors": list(_errors([Notice(None, error.path, error.code, error.message)]))}
    if isinstance(error, RecordedNotAllowedError):
        return {"errors": list(_errors([Notice(None, "keep_recorded", error.code, error.message)]))}
    if isinstance(error, UnreadableInputError):
        return {"line": error.line, "column": error.column}
    return None


def _errors(notices: Iterable[Notice]) -> Iterable[Document]:
    for n in notices:
        yield {"line": None, "path": n.path, "code": n.code, "message": n.message}
