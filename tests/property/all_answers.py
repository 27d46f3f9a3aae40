"""Every kind of answer about everything in a store, as the interfaces send it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

from lineage.domain.errors import NotThereError
from lineage.reference.rule_files import rule_book
from lineage.service.questions import custody, findings, impact, items, journal, lineage, party, search
from lineage.service.questions.compliance import conduct, duties, responsibility
from lineage.service.questions.dossier import dossier
from lineage.stores.interface import Store
from tests.builders import Json
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
    found: dict[str, Any] = {}

    def ask(name: str, question: Callable[[], Any]) -> None:
        try:
            found[name] = _stripped(question(), without)
        except NotThereError as error:
            found[name] = error.code

    for at in (None, *moments):
        for item in sorted(world.history.items, key=lambda x: (-len(world.of(x)), x))[:most]:
            _about(ask, store, item, at, known_at)
        for named in parties_of(world):
            _of(ask, store, named, at, known_at)
    _lists(ask, store, known_at)
    return found


Ask = Callable[[str, Callable[[], Any]], None]


def _about(ask: Ask, store: Store, item: str, at: str | None, known_at: str | None) -> None:
    context, book = ServiceClient(store, known_at).context(at), rule_book()
    plain = context._replace(at=None)
    where = f"{item} at {at}"
    ask(f"card {where}", lambda: items.item(store, item, context))
    ask(f"composition {where}", lambda: lineage.composition(store, item, context))
    ask(f"responsibility {where}", lambda: responsibility.responsibility(store, item, context, book))
    ask(f"dossier {where}", lambda: dossier(store, item, context, book))
    ask(f"downstream {where}", lambda: lineage.trace(store, lineage.TraceQuestion(item), context))
    ask(f"upstream {where}", lambda: lineage.trace(store, lineage.TraceQuestion(item, "upstream"), context))
    if at is None:
        ask(f"custody {item}", lambda: custody.custody(store, item, plain))
        ask(f"findings {item}", lambda: _findings(store, findings.FindingsQuestion(item=item, limit=1_000), known_at))
        ask(f"search {item}", lambda: search.search(store, search.SearchQuestion(item[:6], limit=50), plain))
        question = impact.ImpactQuestion(items=(item,))
        ask(f"impact {item}", lambda: [orjson.loads(line) for line in impact.impact(store, question, plain)])


def _of(ask: Ask, store: Store, named: str, at: str | None, known_at: str | None) -> None:
    context, book = ServiceClient(store, known_at).context(at), rule_book()
    question = custody.HoldingsQuestion(named, limit=1_000)
    with_contents = question._replace(contents=True)
    ask(f"party {named} at {at}", lambda: party.party(store, named, context))
    ask(f"holdings {named} at {at}", lambda: custody.holdings(store, question, context))
    ask(f"contents {named} at {at}", lambda: custody.holdings(store, with_contents, context))
    if at is None:
        owed = duties.DutiesQuestion(named, limit=1_000)
        ask(f"duties {named}", lambda: duties.duties(store, owed, context, book))
        ask(f"conduct {named}", lambda: conduct.conduct(store, named, context, book))


def _lists(ask: Ask, store: Store, known_at: str | None) -> None:
    ask("findings", lambda: _findings(store, findings.FindingsQuestion(limit=1_000), known_at))
    plain = ServiceClient(store, known_at).context()
    ask("events", lambda: sorted_events(journal.events(store, journal.EventsQuestion(limit=1_000), plain)))


def _findings(store: Store, question: findings.FindingsQuestion, known_at: str | None) -> Json:
    return findings.findings(store, question, ServiceClient(store, known_at).context(), rule_book())


def sorted_events(answer: Json) -> Json:
    """The journal by event id: its own order is that of arrival."""
    return {**answer, "events": sorted(answer["events"], key=lambda row: row["event"]["id"])}


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
