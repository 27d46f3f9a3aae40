"""Every kind of answer about everything in a store, as the interfaces send it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import orjson

from lineage.domain.errors import NotThereError
from lineage.operations.catalogue import BY_NAME
from lineage.operations.parameters import names_of
from lineage.service.answers import Context, Document
from lineage.service.questions import impact
from lineage.stores.interface import Store
from tests.builders import Json
from tests.questions import REQUESTS, Request, request_of, requests_about
from tests.reference.comparison import parties_of
from tests.reference.world import World
from tests.service_client import ServiceClient

OF_ARRIVAL = frozenset({"position", "digest", "known_at", "next"})
"""Fields that the order of arrival decides."""


def every_answer(
    store: Store,
    events: Iterable[Json],
    moments: Iterable[str] = (),
    *,
    known_at: str | None = None,
    without: frozenset[str] = OF_ARRIVAL,
    most: int = 4,
) -> dict[str, Any]:
    """Answers by their question, about `most` items and the parties that these events name, now and at these moments.

    Items that most events name come first.
    """
    world = World(list(events), now="2030-01-01")
    items = sorted(world.history.items, key=lambda x: (-len(world.of(x)), x))[:most]
    subjects = [("items", id) for id in items] + [("parties", id) for id in parties_of(world)]
    requests = [request for subject, id in subjects for request in _requests_about(subject, id)] + _lists()
    found: dict[str, Any] = {}

    def add(name: str, answer: Callable[[], Any]) -> None:
        try:
            found[name] = _stripped(answer(), without)
        except NotThereError as error:
            found[name] = error.code

    for at in (None, *moments):
        context = ServiceClient(store, known_at).context(at)
        for request in requests:
            if at is None or "at" in names_of(request.operation.parameters):
                add(f"{request} at {at}", partial(_answer, store, request, context))
    for item in items:
        add(f"impact {item}", partial(_concerns, store, item, ServiceClient(store, known_at).context()))
    return found


def _requests_about(subject: str, id: str) -> Iterator[Request]:
    """Requests of every question about an item or a party, each list as long as it may be."""
    requests = [*requests_about(subject, id)]
    if subject == "items":
        requests += [request_of(BY_NAME["trace"], id, direction="upstream")]
        requests += [request_of(BY_NAME["search"], q=id[:6])]
    else:
        requests += [request_of(BY_NAME["holdings"], id, contents="true")]
    yield from map(_whole, requests)


def _lists() -> list[Request]:
    """Requests of the questions that need no subject."""
    return [_whole(r) for r in REQUESTS.values() if not r.operation.has_id and not r.values]


def _whole(request: Request) -> Request:
    return request.having(limit="1000") if "limit" in names_of(request.operation.parameters) else request


def _answer(store: Store, request: Request, context: Context) -> Document:
    """The answer, with the journal by event id: its own order is that of arrival."""
    answer = request.answer(store, context)
    if request.operation.name == "events":
        return {**answer, "events": sorted(answer["events"], key=lambda row: row["event"]["id"])}
    return answer


def _concerns(store: Store, item: str, context: Context) -> list[Json]:
    return [*map(orjson.loads, impact.impact(store, impact.ImpactQuestion(items=(item,)), context))]


def _stripped(answer: Any, fields: frozenset[str]) -> Any:
    """The answer without these fields, wherever they are."""
    if isinstance(answer, dict):
        return {name: _stripped(value, fields) for name, value in answer.items() if name not in fields}
    return [_stripped(value, fields) for value in answer] if isinstance(answer, list) else answer


def differing(got: dict[str, Any], want: dict[str, Any]) -> list[str]:
    """Where answers differ, the order of every list included: at most 20 places with both values."""
    places = (place for name in {**want, **got} for place in _places(name, got.get(name), want.get(name)))
    return [f"{where}: {mine!r:.300} and not {theirs!r:.300}" for where, mine, theirs in islice(places, 20)]


def _places(where: str, got: Any, want: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(got, dict) and isinstance(want, dict) and got.keys() == want.keys():
        for name, value in got.items():
            yield from _places(f"{where} {name}", value, want[name])
    elif isinstance(got, list) and isinstance(want, list) and len(got) == len(want):
        for n, pair in enumerate(zip(got, want, strict=True)):
            yield from _places(f"{where}[{n}]", *pair)
    elif got != want:
        yield where, got, want
