"""The responses of each route in the OpenAPI document: statuses, media types and problem documents."""

from __future__ import annotations

from typing import Any, Final, Literal, NotRequired

from starlette.responses import StreamingResponse
from typing_extensions import TypedDict

from api.error_handlers import PROBLEM
from api.requests import CSV, HTML, JSON, NDJSON
from lineage.exchange.formats import MEDIA_TYPES
from lineage.operations.operation import Operation
from lineage.operations.problems import TITLES

Part = dict[str, Any]
Responses = dict[int | str, Part]
TEXT: Final[Part] = {"type": "string"}


class Health(TypedDict):
    """The process is alive"""

    status: Literal["ok"]


class ReadyWarning(TypedDict):
    """A condition that somebody should look at, though the service answers"""

    code: Literal["journal_ahead"]
    message: str


class Ready(TypedDict):
    """The store answers"""

    status: Literal["ready"]
    warnings: NotRequired[list[ReadyWarning]]


class LinesResponse(StreamingResponse):
    """Lines of JSON, sent as they are encoded."""

    media_type = NDJSON


LOAD: Final = """Takes one event per line, or an array (at most 64 MiB, as with `atomic`). Valid events are stored batch
by batch: the status is 200 even if some were rejected, and 422 if all were or, with `atomic`, if any was. An event is
counted as accepted only when it is durable. Sending the same events again changes nothing. With `keep_recorded` the
`recorded` of each event is stored, which is never in the future; a server takes that only if it was started to."""
PLATFORM: Final = """Takes one message per line, an array of messages or a bare payload, as JSON; or a sheet, as CSV or
as a workbook. A message is `{interface, account, sent, message}`; `interface` and `account` stand in the query for what
does not name them. A record is stored whole or refused whole; personal data is left out on reading and counted. The
status is 200 even if some records were refused, and 422 if all were or, with `atomic`, if any was. Sending the same
messages again changes nothing. What each field becomes: docs/platform.md."""
LOGINS: Final = """Takes logins of GB/T 32960.3, 2016 and 2025: JSON of the EMQX gateway, one a line or an array; frames
as lines of hexadecimal digits (`text/plain`) or as bytes (`application/octet-stream`). Of each run of logins of one
vehicle with the same codes only the first and the last become events. What is encrypted, another command or an answer
is counted and not read. `reporter` is the party that passes the logins on."""
CHECK: Final = """Takes at most 1,000 events and 1 MiB, as lines or an array. Each event is checked against the store
alone, as if it arrived now: whether the giver holds the item, whether the taker may take it by role and permit on that
day and within its capacity of the year, whether the item has not ended and is where the event states, whether the
report is late."""
IMPACT: Final = """Answers a stream of lines. Each line (`Concern`) is an item that is (`now`), was (`once`) or may be
(`unknown`) in a whole, or that became it, with the present `holders` of the whole. An unknown line names the `layer`
that was not reported and the `silent` parties. The last line (`ImpactTotals`) has the totals, the `position` and a
`digest`: SHA-256 over all lines before it. A stream without that line is incomplete."""

OTHERS_TAKEN: Final[Part] = {
    "requestBody": {
        "content": {
            kind: {
                "schema": {
                    **TEXT,
                    "contentMediaType": kind,
                    "description": "one event per line" if kind == NDJSON else f"the format {event_format.name}",
                }
            }
            for kind, event_format in MEDIA_TYPES.items()
            if kind != JSON
        }
    }
}
"""The media types of a body of events other than JSON."""


def taken(*kinds: str) -> Part:
    """Return further media types of a body as the document has them: lines are text, of a file nothing is stated."""
    schemas = {
        kind: {**(TEXT if kind in (NDJSON, "text/plain") else {}), "contentMediaType": kind, "description": "a file"}
        for kind in kinds
    }
    return {"requestBody": {"content": {kind: {"schema": schema} for kind, schema in schemas.items()}}}


def ref(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def problems(*statuses: int) -> Responses:
    """Return the responses of these statuses as problem documents."""
    return {
        status: {
            "description": TITLES[status],
            "content": {PROBLEM: {"schema": ref("Problem")}},
            **({"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if status in (408, 503) else {}),
        }
        for status in statuses
    }


def of_question(operation: Operation[Any]) -> Responses:
    """Return the responses of a question: other media types than JSON, and problems."""
    others: Part = {}
    if operation.lines is not None:
        others[NDJSON] = {"schema": TEXT}
    if operation.rows:
        others[CSV] = {"schema": TEXT}
    if operation.name == "dossier":
        others[HTML] = {"schema": TEXT}
    may_be_missing = operation.has_id or operation.name == "path"
    return {
        **({200: {"description": operation.summary, "content": others}} if others else {}),
        **problems(400, *((404,) if may_be_missing else ()), 422, 503),
    }


def of_events() -> Responses:
    """Return the responses to a body of events; a load of which nothing was stored has its counts in the problem."""
    rejected = {PROBLEM: {"schema": ref("EventsProblem")}}
    return {
        **problems(408, 413, 415, 503),
        **{status: {"description": TITLES[status], "content": rejected} for status in (400, 422)},
    }


def of_impact() -> Responses:
    """Return the responses to a recall: text of lines, and the schema of each line."""
    schema = {**TEXT, "contentMediaType": NDJSON, "contentSchema": {"anyOf": [ref("Concern"), ref("ImpactTotals")]}}
    return {200: {"content": {NDJSON: {"schema": schema}, CSV: {"schema": TEXT}}}, **problems(400, 413, 415, 422, 503)}
