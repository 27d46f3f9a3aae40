"""Reading of events (contract 2): a JSON document becomes a frozen model of its type, or is refused.

An event is validated once, here, where it comes in; afterwards it is trusted. `serialization.py` writes
it to the journal and reads it back.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from lineage.domain.canonical_json import canonical
from lineage.domain.errors import (
    InvalidEventError,
    Notice,
    RecordedNotAllowedError,
    shortened,
)
from lineage.domain.events.corrections import replacement_id
from lineage.domain.events.field_reading import OF_JOURNAL
from lineage.domain.events.models import (
    TYPES,
    Event,
)
from lineage.domain.events.participants import ITEM_LISTS
from lineage.domain.events.serialization import to_stored
from lineage.domain.events.validation import MOST_IDS, too_many_ids, validated
from lineage.domain.events.violations import MOST_NOTICES, is_about_null, notices_of
from lineage.domain.identifiers.parsing import MOST_CHARACTERS
from lineage.domain.instants import Instant

_BY_CONTENT: Final = "sha256:"


class Reading(NamedTuple):
    """An event that is valid by itself; whether its id is new is decided by the journal.

    `content` is the canonical JSON of `to_stored(event)`, `id` included: two events under one id
    are the same exactly when it is.
    """

    event: Event
    warnings: tuple[Notice, ...]
    content: bytes


def read_event(
    document: object,
    *,
    today: date | None,
    allow_recorded: bool,
    now: Instant | None = None,
    of_journal: bool = False,
) -> Reading:
    """Return the event that a JSON document holds; `id` is always set.

    `today` is the day of acceptance: a code that bears a later date is refused; `None`
    checks no dates. `recorded` is taken only if `allow_recorded`, and never after `now`.
    `of_journal`: the event is a row of a whole journal, which an earlier release may have written: ids that look like
    personal data are taken as they are there.
    Raises `InvalidEventError` with every problem found, at most 20. Source: contract 2.
    """
    if not isinstance(document, dict):
        raise InvalidEventError([Notice(None, "", "not_an_object", "An event is a JSON object, written in braces.")])
    sent_id = _shown_id(document.get("id"))
    try:
        event = _validated(document, sent_id, {OF_JOURNAL: True} if of_journal else None)
    except ValidationError as error:
        problems = notices_of(error, sent_id, TYPES)
        problems += _recorded_problems(document.get("recorded"), None, allowed=allow_recorded, now=now)
        raise _refused(sent_id, problems) from None
    problems, warnings = validated(event, today)
    problems += _recorded_problems(event.recorded, event.recorded, allowed=allow_recorded, now=now)
    if problems:
        raise _refused(sent_id, problems)
    event, content = _identified(_without_default_custodian(event), sent_id)
    return Reading(event, tuple(notice._replace(id=event.id) for notice in warnings), content)


def _shown_id(id: object) -> str | None:
    # what is longer is refused, and would only swell the answer
    return id[:MOST_CHARACTERS] if isinstance(id, str) else None


def _validated(document: dict[str, Any], sent_id: str | None, context: dict[str, bool] | None) -> Event:
    model = _model_of(document, sent_id)
    _check_lengths(document, sent_id)
    try:
        return model.model_validate(document, context=context)
    except ValidationError as error:
        if not is_about_null(error):
            raise
        return model.model_validate(_without_nulls(document), context=context)


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nulls(member) for key, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(member) for member in value]
    return value


def _check_lengths(document: Mapping[str, Any], sent_id: str | None, prefix: str = "") -> None:
    """Refuse an event with too many ids before each of a million of them is validated."""
    for field in ITEM_LISTS:
        listed = document.get(field)
        if isinstance(listed, list) and len(listed) > MOST_IDS:
            raise _refused(sent_id, [too_many_ids(prefix + field, len(listed))])
    replacement = document.get("replacement")
    if isinstance(replacement, dict) and not prefix:
        _check_lengths(replacement, sent_id, "replacement.")


def _model_of(document: Mapping[str, object], id: str | None) -> type[Event]:
    name = document.get("type")
    model = TYPES.get(name) if isinstance(name, str) else None
    if model is not None:
        return model
    if name is None:
        problem = Notice(id, "type", "missing_field", "Every event has a type.")
    elif not isinstance(name, str):
        problem = Notice(id, "type", "wrong_type", "The type of an event is a text.")
    else:
        message = f"{shortened(name)} is not an event type: one of {', '.join(TYPES)}."
        problem = Notice(id, "type", "unknown_type", message)
    raise InvalidEventError([problem])


def _refused(id: str | None, problems: Sequence[Notice]) -> InvalidEventError:
    return InvalidEventError([notice._replace(id=id) for notice in problems[:MOST_NOTICES]])


def _recorded_problems(sent: object, recorded: Instant | None, *, allowed: bool, now: Instant | None) -> list[Notice]:
    if sent is None:
        return []
    if not allowed:
        error = RecordedNotAllowedError()
        return [Notice(None, "recorded", error.code, error.message)]
    if recorded is not None and now is not None and recorded > now:
        message = "`recorded` lies in the future: nothing can have been learned then."
        return [Notice(None, "recorded", "recorded_in_future", message)]
    return []


def _without_default_custodian(event: Event) -> Event:
    """Drop a custodian equal to its default, so that both spellings have one content."""
    if event.type == "produced" or event.type == "transformed":  # noqa: PLR1714 - mypy narrows by ==
        if event.custodian == event.reporter:
            return event.model_copy(update={"custodian": None})
    elif event.type == "corrected" and event.replacement is not None:
        replacement = _without_default_custodian(event.replacement)
        return event.model_copy(update={"replacement": replacement})
    return event


def _identified(event: Event, sent_id: str | None) -> tuple[Event, bytes]:
    """Return the event with its id, and its content; an absent id is made from the content."""
    document = to_stored(event)
    try:
        id = event.id
        if not id or id.startswith(_BY_CONTENT):
            id = _id_by_content(document)
        if event.id not in ("", id):
            message = f"An id that begins with {_BY_CONTENT} must be the content's, which is {id}."
            raise _refused(sent_id, [Notice(None, "id", "id_not_of_content", message)])
        document["id"] = id
        content = canonical(document)
    except ValueError as error:
        message = f"This event cannot be written as JSON: {error}."
        raise _refused(sent_id, [Notice(None, "", "bad_text", message)]) from None
    return _named(event, id), content


def _id_by_content(document: Mapping[str, Any]) -> str:
    body = {field: value for field, value in document.items() if field != "id"}
    return _BY_CONTENT + sha256(canonical(body)).hexdigest()


def _named(event: Event, id: str) -> Event:
    update: dict[str, object] = {} if event.id == id else {"id": id}
    if event.type == "corrected" and event.replacement is not None:
        update["replacement"] = event.replacement.model_copy(update={"id": replacement_id(id)})
    return event.model_copy(update=update) if update else event
