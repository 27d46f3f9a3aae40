"""Events (contract 2): what was sent becomes one of nine frozen models, or is refused.

`read_event` judges, once, where an event comes in; inside it is trusted. `kept` and
`from_kept` are the way into the journal and back. The models themselves are in
`event_types.py` and are imported from here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple, cast

from pydantic import BaseModel, ValidationError

from lineage.domain.canonical import canonical
from lineage.domain.errors import (
    InvalidEventError,
    Notice,
    RecordedNotAllowedError,
    shortened,
)
from lineage.domain.event_rules import named_ids, problems_of, warnings_of
from lineage.domain.event_types import (
    TYPES,
    AnyEvent,
    Assembled,
    Corrected,
    Declared,
    Disassembled,
    Ended,
    Enrolled,
    Event,
    Evidence,
    Identifier,
    Input,
    Inspected,
    PartyCard,
    Permit,
    Plain,
    Produced,
    Reported,
    Transferred,
    Transformed,
    Uncoded,
)
from lineage.domain.instants import Instant, parse_instant
from lineage.domain.refusals import MOST_NOTICES, notices_of

__all__ = [
    "TYPES",
    "AnyEvent",
    "Assembled",
    "Corrected",
    "Declared",
    "Disassembled",
    "Ended",
    "Enrolled",
    "Event",
    "Evidence",
    "Identifier",
    "Input",
    "Inspected",
    "PartyCard",
    "Permit",
    "Plain",
    "Produced",
    "Reading",
    "Reported",
    "Transferred",
    "Transformed",
    "Uncoded",
    "differs_as_sent",
    "from_kept",
    "kept",
    "named_ids",
    "read_event",
]

_BY_CONTENT: Final = "sha256:"
_NEVER_KEPT: Final[Any] = {"recorded": True, "replacement": {"id", "recorded"}}


class Reading(NamedTuple):
    """An event that is accepted as far as it alone can tell.

    `content` is the canonical JSON of `kept(event)`, `id` included: two events under one id
    are the same exactly when it is.
    """

    event: Event
    warnings: tuple[Notice, ...]
    content: bytes


def read_event(document: object, *, today: date | None, allow_recorded: bool, now: Instant | None = None) -> Reading:
    """Return the event that a JSON document holds; `id` is always set.

    `today` is the day of acceptance: a code that bears a later date is refused; `None`
    judges no dates. `recorded` is taken only if `allow_recorded`, and never after `now`.
    Raises `InvalidEventError` with every problem found, at most 20. Source: contract 2.
    """
    if not isinstance(document, dict):
        raise InvalidEventError([Notice(None, "", "not_an_object", "An event is a JSON object, written in braces.")])
    sent_id = document["id"] if isinstance(document.get("id"), str) else None
    try:
        event = _model_of(document, sent_id).model_validate(document)
    except ValidationError as error:
        problems = notices_of(error, sent_id, TYPES)
        problems += _recorded_problems(document.get("recorded"), None, allowed=allow_recorded, now=now)
        raise _refused(sent_id, problems) from None
    problems = problems_of(event, today)
    problems += _recorded_problems(event.recorded, event.recorded, allowed=allow_recorded, now=now)
    if problems:
        raise _refused(sent_id, problems)
    event, content = _identified(_without_default_custodian(event), sent_id)
    warnings = tuple(notice._replace(id=event.id) for notice in warnings_of(event))
    return Reading(event, warnings, content)


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
    if isinstance(event, Produced | Transformed) and event.custodian == event.reporter:
        return event.model_copy(update={"custodian": None})
    if isinstance(event, Corrected) and event.replacement is not None:
        replacement = _without_default_custodian(event.replacement)
        return event.model_copy(update={"replacement": replacement})
    return event


def _identified(event: Event, sent_id: str | None) -> tuple[Event, bytes]:
    """Return the event with its id, and its content; an absent id is made from the content."""
    document = kept(event)
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
    if isinstance(event, Corrected) and event.replacement is not None:
        update["replacement"] = event.replacement.model_copy(update={"id": f"{id}#r"})
    return event.model_copy(update=update) if update else event


def kept(event: Event) -> dict[str, Any]:
    """Return the event as it is kept and shown: JSON-ready, with `id`, without `recorded`.

    What is absent or equal to its default is left out, ids are as kept, times are texts in
    UTC. A replacement has no `id`: it follows from the correction's.
    """
    document: dict[str, Any] = event.model_dump(mode="json", exclude_defaults=True, exclude=_NEVER_KEPT)
    return document


def from_kept(document: Mapping[str, Any]) -> Event:
    """Return the event that `kept` gave this document for; judges nothing (a rebuild must not).

    `recorded` is `None`: the journal has it beside the event.
    """
    values = dict(document)
    for field, build in _BUILDERS[document["type"]].items():
        if field in values:
            values[field] = build(values[field])
    id = document["id"]
    if "replacement" in values:
        values["replacement"] = from_kept({**values["replacement"], "id": f"{id}#r"})
    return TYPES[document["type"]].model_construct(None, **values)


def _builder(model: type[BaseModel], **fields: Callable[[Any], object]) -> Callable[[Mapping[str, Any]], BaseModel]:
    def build(document: Mapping[str, Any]) -> BaseModel:
        values = dict(document)
        for field, convert in fields.items():
            if field in values:
                values[field] = convert(values[field])
        return model.model_construct(None, **values)

    return build


def _each(build: Callable[[Any], object]) -> Callable[[Sequence[Any]], tuple[object, ...]]:
    return lambda values: tuple(map(build, values))


_items: Final = _each(_builder(Declared, identifiers=_each(_builder(Identifier))))
_permits: Final = _each(_builder(Permit, valid_from=parse_instant, valid_until=parse_instant))
_COMMON: Final[Mapping[str, Callable[[Any], object]]] = {
    "time": parse_instant,
    "evidence": _each(_builder(Evidence)),
}
_BUILDERS: Final[Mapping[str, Mapping[str, Callable[[Any], object]]]] = {
    "produced": {**_COMMON, "items": _items},
    "assembled": {**_COMMON, "parts": tuple, "uncoded": _each(_builder(Uncoded))},
    "disassembled": {**_COMMON, "parts": tuple},
    "transferred": {**_COMMON, "items": tuple},
    "transformed": {**_COMMON, "inputs": _each(_builder(Input)), "outputs": _items},
    "inspected": {**_COMMON, "items": tuple},
    "ended": {**_COMMON, "items": tuple},
    "enrolled": {**_COMMON, "party": _builder(PartyCard, roles=tuple, permits=_permits)},
    "corrected": _COMMON,
}


def differs_as_sent(document: Mapping[str, Any], event: Event) -> bool:
    """Return whether any identifier was spelled otherwise than it is kept (blanks, case).

    `document` is what `read_event` made `event` of.
    """
    if document.get("id") not in (None, event.id):
        return True
    if isinstance(event, Corrected):
        if document["target"] != event.target:
            return True
        if event.replacement is not None:
            return differs_as_sent({**document["replacement"], "id": None}, event.replacement)
    return any(_at(document, path) not in (None, id) for path, id in named_ids(event))


def _at(document: object, path: Sequence[str | int]) -> object:
    found: Any = document
    for step in path:
        found = found[step]
    return cast(object, found)
