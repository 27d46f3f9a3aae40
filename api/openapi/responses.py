"""what each route may answer besides the answer itself: statuses, kinds of content, and the problems."""

from __future__ import annotations

from typing import Any, Final, Literal

from starlette.responses import StreamingResponse
from typing_extensions import TypedDict

from api.error_handlers import PROBLEM
from api.requests import HTML, NDJSON
from lineage.operations.operation import Operation
from lineage.operations.problems import TITLES

Part = dict[str, Any]
Responses = dict[int | str, Part]
TEXT: Final[Part] = {"type": "string"}


class Health(TypedDict):
    """The process is alive"""

    status: Literal["ok"]


class Ready(TypedDict):
    """The store answers"""

    status: Literal["ready"]


class LinesResponse(StreamingResponse):
    """Lines of JSON, sent as they are made."""

    media_type = NDJSON


LOAD: Final = """One event a line, or an array (64 MiB at most, as with `atomic`). Valid events are stored batch by
batch: 200 even if some were rejected; 422 if all were, with `atomic` if any was. An event is counted as accepted only
when it is durable. Sending the same events again changes nothing. With `keep_recorded` events bring their own
`recorded`, never in the future; a server takes that only if it was started to."""
CHECK: Final = """1,000 events and 1 MiB at most, as lines or an array. Each is judged against the store alone, as if
it arrived now: whether the giver holds the item, whether the taker may take it by role and permit on that day and
within its capacity of the year, whether the item has not ended and is where the event states, whether the report is
late."""
IMPACT: Final = """A stream of lines: an item that is (`now`), was (`once`) or may be (`unknown`) in a whole, or that
became it (`Concern`); `holders` of the whole now. What is unknown names the `layer` that was not reported and who was
`silent`. The last line (`ImpactTotals`) has the totals, the `position` and a `digest`: SHA-256 over all lines before
it. A stream without that line was broken off."""

LINES_TAKEN: Final[Part] = {
    "requestBody": {
        "content": {NDJSON: {"schema": {**TEXT, "contentMediaType": NDJSON, "description": "an event a line"}}}
    }
}
"""What else a body of events may be."""


def ref(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def problems(*statuses: int) -> Responses:
    """Problem documents of these statuses."""
    return {
        status: {
            "description": TITLES[status],
            "content": {PROBLEM: {"schema": ref("Problem")}},
            **({"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if status in (408, 503) else {}),
        }
        for status in statuses
    }


def of_question(operation: Operation[Any]) -> Responses:
    """Of a question: what may be sent instead of JSON, and what may go wrong."""
    others: Part = {}
    if operation.lines is not None:
        others[NDJSON] = {"schema": TEXT}
    if operation.name == "dossier":
        others[HTML] = {"schema": TEXT}
    may_be_missing = operation.has_id or operation.name == "path"
    return {
        **({200: {"description": operation.summary, "content": others}} if others else {}),
        **problems(400, *((404,) if may_be_missing else ()), 422, 503),
    }


def of_events() -> Responses:
    """Of a body of events: a load of which nothing was stored has its counts in the problem."""
    rejected = {PROBLEM: {"schema": ref("EventsProblem")}}
    return {
        **problems(408, 413, 415, 503),
        **{status: {"description": TITLES[status], "content": rejected} for status in (400, 422)},
    }


def of_impact() -> Responses:
    """Of a recall: text of lines, and the schema of each line."""
    schema = {**TEXT, "contentMediaType": NDJSON, "contentSchema": {"anyOf": [ref("Concern"), ref("ImpactTotals")]}}
    return {200: {"content": {NDJSON: {"schema": schema}}}, **problems(400, 413, 415, 422, 503)}
