"""Errors as RFC 9457 problem documents, and the only table of their statuses."""

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
    StoreError,
    UnreadableInputError,
)
from lineage.operations.parameters import InvalidParametersError
from lineage.service.answers import Document


class UnsupportedMediaTypeError(LineageError):
    """A body of a media type that is not supported."""

    code = "unsupported_media_type"


class BodyTooLargeError(LineageError):
    """A body above the size of one array, one transaction or one check."""

    code = "too_large"


class StalledRequestError(LineageError):
    """A body whose rest did not arrive in time."""

    code = "request_timeout"


class RejectedEventsError(LineageError):
    """A body of which nothing was stored; `answer` holds the counts and the errors of each event."""

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
    StoreError: 503,
}
"""An error has the status of its nearest ancestor here."""

STATUS_OF_CODE: Final = {"not_utf8": 400, "too_large": 413}
"""Codes that decide whatever error carries them."""

TITLES: Final = {
    400: "The request cannot be read",
    404: "Not found",
    405: "Method not allowed",
    408: "The rest of the request did not arrive",
    413: "Too large",
    421: "Not a name of this service",
    415: "Unsupported media type",
    422: "The request is not valid",
    500: "Internal error of the service",
    503: "The store does not answer",
}


def status_of(error: LineageError) -> int:
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 422)


def problem(status: int, code: str, detail: str, more: Mapping[str, Any] | None = None) -> Document:
    """Return a problem document; `more` has further members."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    kind = f"urn:battery-lineage:problem:{code}"
    return {"type": kind, "title": title, "status": status, "detail": detail, "code": code, **(more or {})}


def problem_of(error: LineageError) -> Document:
    """Return the problem document of an error; the command line prints it with --json."""
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
