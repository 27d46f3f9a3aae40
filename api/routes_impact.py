"""POST /v1/impact: what is recalled in, a stream of lines out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import StreamingResponse

from api.executors import ServiceContext
from lineage.domain.errors import InvalidInstantError, Notice, UnreadableInputError, called, shortened
from lineage.domain.instants import parse_instant
from lineage.domain.traversal.impact import Recall
from lineage.operations.parameters import InvalidParametersError
from lineage.operations.problems import BodyTooLargeError, UnsupportedMediaTypeError
from lineage.service.answers import Context, canonical_id
from lineage.service.questions.impact import ImpactQuestion, impact

NDJSON: Final = "application/x-ndjson"
MOST_BYTES: Final = 8 * 1024 * 1024
MOST_IDS: Final = 100_000
KINDS: Final = ("cell", "module", "pack", "vehicle", "part", "lot")
TEXTS: Final = ("maker", "model", "batch", "kind")
TIMES: Final = ("produced_from", "produced_until", "at", "known_at", "changed_since")


async def take_impact(request: Request, door: ServiceContext) -> StreamingResponse:
    """Read what is recalled, and answer line by line. Raises LineageError before the first line."""
    if request.headers.get("content-type", "application/json").split(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaTypeError("Send application/json, in UTF-8.")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise BodyTooLargeError("What is recalled may have 8 MiB. Ask by maker, model, batch and time instead.")
    question, context = read_impact(bytes(body), door.clock)
    lines = impact(door.store, question, context)
    first = await door.read(lambda: next(lines))
    return StreamingResponse(_pieces(door, first, lines), media_type=NDJSON)


async def _pieces(door: ServiceContext, first: bytes, lines: Iterator[bytes]) -> AsyncIterator[bytes]:
    piece: bytes | None = first
    while piece is not None:
        yield piece
        piece = await door.read(lambda: _some(lines))


def _some(lines: Iterator[bytes]) -> bytes | None:
    """Lines that leave together."""
    gathered = [line for line, _ in zip(lines, range(200), strict=False)]
    return b"".join(gathered) or None


def read_impact(body: bytes, clock: Callable[[], int]) -> tuple[ImpactQuestion, Context]:
    """What is recalled, of a JSON object. Raises UnreadableInputError, InvalidParametersError."""
    try:
        document = orjson.loads(body)
    except ValueError as error:
        raise UnreadableInputError(f"The body is not JSON: {error}.", code="bad_json") from None
    if not isinstance(document, dict):
        raise UnreadableInputError("The body is a JSON object: see /docs.", code="bad_json")
    return question_of(document, clock)


def question_of(document: Mapping[str, Any], clock: Callable[[], int]) -> tuple[ImpactQuestion, Context]:
    """The question that the fields ask. Raises InvalidParametersError with everything that is wrong."""
    notices: list[Notice] = []
    known = ("items", *TEXTS, *TIMES)
    for name in document:
        if name not in known:
            message = f"There is no field {shortened(str(name))} here. This takes {', '.join(sorted(known))}."
            notices.append(Notice(None, str(name), "unknown_parameter", message))
    said = {name: value for name, value in document.items() if value is not None}
    items = _items(said.get("items"), notices) if "items" in said else None
    texts = {name: _text(name, said[name], notices) for name in TEXTS if name in said}
    times = {name: _time(name, said[name], notices) for name in TIMES if name in said}
    by_what = [name for name in (*TEXTS, "produced_from", "produced_until") if name in said]
    if items is not None and by_what:
        message = "Recall by `items`, or by what their making declared, not by both."
        notices.append(Notice(None, by_what[0], "items_with_declaration", message))
    if "items" not in said and not by_what:
        message = "Say what is recalled: `items`, or `maker`, `model`, `batch`, `kind` or a window of production."
        notices.append(Notice(None, "items", "missing_parameter", message))
    if notices:
        raise InvalidParametersError(notices)
    maker = texts.get("maker")
    recall = Recall(
        None if maker is None else canonical_id(maker), texts.get("model"), texts.get("batch"), texts.get("kind"),
        times.get("produced_from"), times.get("produced_until"),
    )  # fmt: skip
    context = Context(clock(), lambda: False, times.get("at"), times.get("known_at"))
    return ImpactQuestion(items, recall, times.get("changed_since")), context


def _items(value: object, notices: list[Notice]) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
        notices.append(Notice(None, "items", "wrong_type", "`items` is a list of ids, with at least one."))
        return ()
    if len(value) > MOST_IDS:
        message = f"`items` has {len(value)} ids: give at most {MOST_IDS}, or ask by what their making declared."
        notices.append(Notice(None, "items", "too_many_ids", message))
    return tuple(value)


def _text(name: str, value: object, notices: list[Notice]) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 4_000:
        shown = called(value) if not isinstance(value, str) else f"{len(value)} characters"
        notices.append(Notice(None, name, "wrong_type", f"`{name}` is a text of 1 to 4,000 characters, not {shown}."))
        return ""
    if name == "kind" and value not in KINDS:
        notices.append(Notice(None, name, "not_a_choice", f"{shortened(value)} is none of {', '.join(KINDS)}."))
    return value


def _time(name: str, value: object, notices: list[Notice]) -> int:
    try:
        return parse_instant(value)
    except InvalidInstantError as error:
        notices.append(Notice(None, name, error.code, error.message))
        return 0
