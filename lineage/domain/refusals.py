"""What is wrong with an event, as notices: each with its path, a stable code, a sentence."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lineage.domain.errors import Notice, shortened

MOST_NOTICES: Final = 20
_LONGEST_PATH: Final = 200

# pydantic's own words for what we leave to it; ours go through as they are
_CODES: Final[Mapping[str, str]] = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "invalid_key": "unknown_field",
    "literal_error": "unknown_value",
    "union_tag_invalid": "unknown_type",
    "union_tag_not_found": "missing_field",
    "too_short": "empty_list",
}
_SENTENCES: Final[Mapping[str, str]] = {
    "missing_field": "This field is required and must not be null.",
    "unknown_field": "No such field is known here. Check its spelling or leave it out.",
    "empty_list": "This list must not be empty.",
    "replacement_is_correction": ("A replacement is of any type but corrected. To correct a correction, target it."),
}


def notices_of(error: ValidationError, id: str | None, types: Mapping[str, object]) -> list[Notice]:
    """Return the problems of a document that its model refused, at most 20."""
    details = error.errors(include_url=False)
    return [_notice(detail, id, types) for detail in details[:MOST_NOTICES]]


def _notice(detail: ErrorDetails, id: str | None, types: Mapping[str, object]) -> Notice:
    code = _code(detail)
    path = list(_place(detail["loc"], types))
    if detail["type"].startswith("union_tag"):
        path.append("type")
    message = _SENTENCES.get(code)
    if message is None:
        message = _message(detail, code)
    return Notice(id, ".".join(path)[:_LONGEST_PATH], code, message)


def _code(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind == "union_tag_invalid" and detail.get("ctx", {}).get("tag") == "corrected":
        return "replacement_is_correction"
    if kind in _CODES:
        # null is the same as absent (contract 2)
        return "missing_field" if detail["input"] is None else _CODES[kind]
    if kind.endswith("_type"):
        return "missing_field" if detail["input"] is None else "wrong_type"
    return kind


def _message(detail: ErrorDetails, code: str) -> str:
    given = detail["input"]
    shown = shortened(given) if isinstance(given, str) else f"a {type(given).__name__}"
    if code == "unknown_value":
        return f"{shown} is not taken here: {detail['ctx']['expected']}."
    if code == "unknown_type":
        return f"{shortened(str(detail['ctx']['tag']))} is not an event type."
    if code == "wrong_type":
        return f"{detail['msg'].replace('Input should', 'This should')}, not {shown}."
    return detail["msg"]


def _place(loc: tuple[int | str, ...], types: Mapping[str, object]) -> Iterator[str]:
    """Yield the path as the sender knows it: without the type that chose a replacement's model."""
    for index, step in enumerate(loc):
        if index == 1 and loc[0] == "replacement" and step in types:
            continue
        yield str(step)
