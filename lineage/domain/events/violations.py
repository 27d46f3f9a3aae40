"""Violations of an event model as notices: each with its path, a stable code, a sentence."""

from collections.abc import Collection, Mapping
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lineage.domain.errors import Notice, called, shortened

MOST_NOTICES: Final = 20
_LONGEST_PATH: Final = 200
# to describe a million problems takes a gigabyte
_TOO_MANY: Final = 5_000

# pydantic's own error types and the codes for them; the service's own codes stay as they are
_CODES: Final[Mapping[str, str]] = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "invalid_key": "unknown_field",
    "literal_error": "unknown_value",
    "union_tag_invalid": "unknown_type",
    "union_tag_not_found": "missing_field",
    "too_short": "empty_list",
}
_WANTED: Final[Mapping[str, str]] = {
    "tuple_type": "A list",
    "model_type": "An object",
    "model_attributes_type": "An object",
}


def notices_of(error: ValidationError, id: str | None, types: Collection[str]) -> list[Notice]:
    """Return the problems of a document that its model refused, at most 20.

    `types` are the names of event types: a path does not show which one was tried.
    """
    if error.error_count() > _TOO_MANY:
        message = f"{error.error_count()} problems in one event: is it an event at all?"
        return [Notice(id, "", "too_many_problems", message)]
    details = [detail for detail in error.errors(include_url=False) if not _is_echo(detail)]
    return [_notice(detail, id, types) for detail in details[:MOST_NOTICES]]


def _is_echo(detail: ErrorDetails) -> bool:
    # a list whose every element was refused counts as too short to pydantic
    return detail["type"] == "too_short" and bool(detail["input"])


def is_about_null(error: ValidationError) -> bool:
    """Return whether an unknown field is null: as good as absent (contract 2)."""
    if error.error_count() > _TOO_MANY:
        return False
    return any(
        detail["type"] == "extra_forbidden" and detail["input"] is None for detail in error.errors(include_url=False)
    )


def _notice(detail: ErrorDetails, id: str | None, types: Collection[str]) -> Notice:
    path = [
        str(step)
        for index, step in enumerate(detail["loc"])
        if not (index == 1 and detail["loc"][0] == "replacement" and step in types)
    ]
    facts = detail.get("ctx", {})
    if "message" in facts:
        path += [facts["path"]] if facts["path"] else []
        return Notice(id, _joined(path), detail["type"], facts["message"])
    if detail["type"].startswith("union_tag"):
        path.append("type")
    code, message = _translated(detail, facts)
    return Notice(id, _joined(path), code, message)


def _joined(path: list[str]) -> str:
    return ".".join(path)[:_LONGEST_PATH]


def _translated(detail: ErrorDetails, facts: Mapping[str, object]) -> tuple[str, str]:
    kind, value = detail["type"], detail["input"]
    code = _CODES.get(kind, "wrong_type")
    if code == "unknown_field":
        return code, "No such field is known here. Check its spelling or leave it out."
    if value is None or code == "missing_field":
        return "missing_field", "This field is required and must not be null."
    if code == "empty_list":
        return code, "This list must not be empty."
    if code == "unknown_type":
        return _about_type(str(facts["tag"]))
    if code == "unknown_value" and isinstance(value, str):
        return code, f"{shortened(value)} is not taken here: {facts['expected']}."
    return "wrong_type", f"{_WANTED.get(kind, 'A text')} is wanted here, not {called(value)}."


def _about_type(tag: str) -> tuple[str, str]:
    if tag == "corrected":
        return (
            "replacement_is_correction",
            "A replacement is of any type but corrected. To correct a correction, target it.",
        )
    return "unknown_type", f"{shortened(tag)} is not an event type."
