"""The service as its interfaces call it: one question, answered as bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import orjson

from bench.candidates.interface import Judged, Pairs
from bench.oracle import Holds, Traced
from bench.questions import PAGE, Question
from lineage.domain.instants import BEGIN, OPEN, parse_instant
from lineage.domain.intervals import Interval
from lineage.operations.catalogue import BY_NAME
from lineage.operations.deadline import Deadline
from lineage.operations.json_encoding import encode
from lineage.operations.operation import Question as Request
from lineage.stores.interface import Store

SECONDS: Final = 300.0
"""A time limit above that of the service, so that a slow answer is measured and not cut."""


class Ours:
    """The service over an open store."""

    judged: Judged = "exact"

    def __init__(self, name: str, store: Store, now: int) -> None:
        self.name = name
        self.store = store
        self._now = now

    def can(self, question: Question) -> bool:
        return question.kind in VALUES

    def run(self, question: Question) -> bytes:
        return encode(BY_NAME[question.kind].call(self.store, self.request(question)))

    def request(self, question: Question) -> Request[Any]:
        """Return the question in the form that the interfaces hand to the catalogue."""
        operation = BY_NAME[question.kind]
        parameters = operation.parameters.model_construct(**_values(question))
        return operation.question(parameters, clock=self.clock, deadline=Deadline(SECONDS), id=question.id)

    def clock(self) -> int:
        return self._now

    def answer(self, question: Question, raw: bytes) -> Any:
        return ANSWERS[question.kind](orjson.loads(raw))

    def close(self) -> None:
        self.store.close()


class Found(NamedTuple):
    """The result of a walk: fewest steps and shown windows by item, and the edges stepped over."""

    distance: dict[str, int]
    windows: dict[str, list[Interval]]
    edges: list[Any]


class OursFound(Ours):
    """A trace through the same interface up to its result as Python objects, without writing text."""

    def can(self, question: Question) -> bool:
        return question.kind == "trace"

    def run(self, question: Question) -> Any:
        lines = BY_NAME[question.kind].lines
        assert lines is not None
        result = lines(self.store, self.request(question)).result
        return Found(result.distance, {x: result.windows(x) for x in result.distance}, list(result.edges))

    def answer(self, question: Question, raw: Any) -> Traced:
        return Traced({x: (d, tuple(raw.windows[x])) for x, d in raw.distance.items()}, len(raw.edges))


def _values(question: Question) -> dict[str, Any]:
    moments = {"at": question.at} if question.kind != "custody" else {}
    return {**moments, "known_at": question.known_at, **VALUES[question.kind](question)}


def _bounds(question: Question) -> dict[str, Any]:
    return {"since": question.since, "until": question.until}


VALUES: Final[dict[str, Callable[[Question], dict[str, Any]]]] = {
    "trace": lambda a: {
        **_bounds(a), "direction": a.direction, "mode": None, "max_items": a.most, "max_hops": None,
    },
    "composition": lambda a: {"max_items": a.most},
    "path": lambda a: {**_bounds(a), "source": a.id, "destination": a.destination, "max_paths": 10},
    "custody": lambda _: {},
    "holdings": lambda _: {"contents": False, "limit": PAGE, "cursor": None},
}  # fmt: skip


def _instant(text: str | None, *, is_end: bool) -> int:
    if text is None:
        return OPEN if is_end else BEGIN
    return parse_instant(text)


def _trace(document: dict[str, Any]) -> Traced:
    items = {
        row["id"]: (
            row["distance"],
            tuple((_instant(s, is_end=False), _instant(u, is_end=True)) for s, u in row["windows"]),
        )
        for row in document["items"]
    }
    return Traced(items, len(document["edges"]))


def _composition(document: dict[str, Any]) -> Pairs:
    found: Pairs = Pairs()
    level = [document["tree"]] if document["tree"] else []
    while level:
        found.update((b["id"], p["id"]) for b in level for p in b["parts"])
        level = [p for b in level for p in b["parts"]]
    return found


def _path(document: dict[str, Any]) -> int | None:
    return len(document["paths"][0]["steps"]) if document["paths"] else None


def _holdings(document: dict[str, Any]) -> Holds:
    """Return the holdings without conflicts, which the raw statements and the oracle do not compute."""
    plain = [row["id"] for row in document["items"] if row["status"] != "conflict"]
    return Holds(document["count"], tuple(plain))


def _custody(document: dict[str, Any]) -> tuple[Any, ...]:
    return tuple((s["since"], s["until"], s["status"], tuple(s["holders"]), s["to"]) for s in document["segments"])


ANSWERS: Final[dict[str, Callable[[dict[str, Any]], Any]]] = {
    "trace": _trace,
    "composition": _composition,
    "path": _path,
    "holdings": _holdings,
    "custody": _custody,
}
