"""A reader that hides items and parties: every question works on it, and no method of it gives away what is hidden."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

import orjson
import pytest

from lineage.cli.demo import fill
from lineage.domain.errors import LineageError
from lineage.domain.events.participants import named_items_of
from lineage.domain.findings import KINDS
from lineage.domain.instants import parse_instant
from lineage.operations.catalogue import BY_NAME
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions import custody, findings, impact
from lineage.service.visibility import Visibility, visible_to
from lineage.stores import open_store
from lineage.stores.interface import (
    EntryFilter,
    FindingsCache,
    ProjectionReader,
    QuestionReader,
    ReadLimit,
    RowDifference,
    Store,
    Transaction,
)
from lineage.synthetic.demo.history import demo_facts, demo_history
from tests import builders as b
from tests.conftest import wiped
from tests.finding_cases import FINDING_CASES, KNOWN_PARTIES
from tests.questions import request_of, requests_about
from tests.service_client import load_events

FACTS = demo_facts(1)
BOOK = rule_book()
NOW = parse_instant("2026-11-01")
AT = parse_instant("2021-01-01")
KNOWN_AT = parse_instant(FACTS.late_unknown)
EVERYTHING = Visibility(lambda _: True, lambda _: True)
ITEMS = [
    FACTS.swapped_cell,
    FACTS.swapped_module,
    FACTS.storage_pack,
    FACTS.first_vehicle,
    FACTS.lithium_lot,
    FACTS.recycled_pack,
]
HIDDEN_ITEMS = [FACTS.swapped_cell, FACTS.swapped_module, FACTS.old_pack, FACTS.crashed_pack, FACTS.lithium_lot]

T = TypeVar("T")
Question = Callable[[Store], Any]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demonstration."""
    if request.param == "neo4j":
        store = wiped(request.getfixturevalue("neo4j_session_store"))
    else:
        store = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}")
    fill(store, demo_history(1))
    yield store
    if request.param == "sqlite":
        store.close()


class Filtered:
    """A store of which a caller sees a part. A cache of findings would hold those about hidden items: it has none."""

    findings: FindingsCache | None = None
    is_new = False

    def __init__(self, store: Store, visibility: Visibility) -> None:
        self._store, self._visibility = store, visibility
        self.url, self.read_threads = store.url, store.read_threads

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        return self._store.read(lambda reader: work(visible_to(self._visibility, reader)), limit)

    def read_projection(self, work: Callable[[ProjectionReader], T], limit: ReadLimit | None = None) -> T:
        raise NotImplementedError

    def write(self, work: Callable[[Transaction], T]) -> T:
        raise NotImplementedError

    def fill(self, work: Callable[[Transaction], T]) -> T:
        raise NotImplementedError

    def differences(self, derive: Callable[[QuestionReader, Transaction], None], most: int) -> list[RowDifference]:
        raise NotImplementedError

    def ready(self) -> None: ...

    def close(self) -> None: ...


def hiding(*hidden: str) -> Visibility:
    return Visibility(lambda id: id not in hidden, lambda id: id not in hidden)


def questions_about(subject: str, id: str, context: Context) -> Iterator[tuple[str, Question]]:
    """Every question of the catalogue about an item, a party or an event; of an item, the recall too."""
    requests = [*requests_about(subject, id)]
    if subject == "items":
        ways: list[dict[str, str]] = [{"direction": "upstream"}, {"mode": "exposure"}]
        requests += [request_of(BY_NAME["trace"], id, **way) for way in ways]
        requests.append(request_of(BY_NAME["path"], source=FACTS.swapped_cell, destination=id))
        requests.append(request_of(BY_NAME["search"], q=id[:10], limit="20"))
        recall = impact.ImpactQuestion(items=(id,))
        yield f"impact {id}", lambda s: [*map(orjson.loads, impact.impact(s, recall, context))]
    if subject == "parties":
        parts: list[dict[str, str]] = [{"limit": "5"}, {"contents": "true"}]
        requests += [request_of(BY_NAME["holdings"], id, **part) for part in parts]
    for request in requests:
        yield str(request), partial(request.answer, context=context)


def questions(context: Context) -> Iterator[tuple[str, Question]]:
    for item in ITEMS:
        yield from questions_about("items", item, context)
    for party in (FACTS.middle_party, FACTS.unsure_receiver):
        yield from questions_about("parties", party, context)
    for event in (FACTS.late_report, FACTS.unacknowledged, FACTS.correction):
        yield from questions_about("events", event, context)


def answered(store: Store, ask: Question) -> bytes:
    """The answer as it is sent, or the refusal."""
    try:
        return orjson.dumps(ask(store))
    except LineageError as error:
        return repr(error).encode()


@pytest.mark.parametrize("times", [(None, None), (AT, None), (None, KNOWN_AT)], ids=["now", "at", "known_at"])
def test_a_caller_who_may_see_everything_gets_the_same_bytes(demo: Store, times: tuple[int | None, int | None]) -> None:
    seen = Filtered(demo, EVERYTHING)

    for name, ask in questions(Context(NOW, lambda: False, *times)):
        assert answered(seen, ask) == answered(demo, ask), name


@pytest.mark.parametrize("hidden", [*HIDDEN_ITEMS, FACTS.middle_party])
def test_no_answer_names_what_is_hidden(demo: Store, hidden: str) -> None:
    seen = Filtered(demo, hiding(hidden))

    shown = [
        name
        for name, ask in questions(Context(NOW, lambda: False))
        if hidden not in name and f'"{hidden}"'.encode() in answered(seen, ask)
    ]

    assert shown == []


def test_a_hidden_item_is_answered_like_one_that_no_event_names(demo: Store) -> None:
    item = FACTS.crashed_pack
    seen = Filtered(demo, hiding(item))

    for request in requests_about("items", item):
        if request.operation.has_id:
            ask = partial(request.answer, context=Context(NOW, lambda: False))
            assert b"UnknownItemError" in answered(seen, ask), request


Read = Callable[[QuestionReader], object]


def reads_of_items(item: str, other: str, known_at: int | None) -> Iterator[tuple[str, Read]]:
    """Each read that can name an item, with arguments for which it does."""
    yield "entries", lambda r: r.entries(0, 1_000, EntryFilter(item=item))
    yield "items", lambda r: r.items([item, other])
    yield "item_ids", lambda r: r.item_ids("", 10_000)
    yield "facts", lambda r: r.facts([item, other], known_at)
    yield "mentions", lambda r: r.mentions([item, other], known_at)
    yield "hand_overs", lambda r: r.hand_overs([item, other], known_at)
    yield "recent_mentions", lambda r: r.recent_mentions(item, NOW, 5, known_at)
    yield "neighbours", lambda r: r.neighbours([other], "upstream", known_at)
    yield "custody_rows", lambda r: r.custody_rows([item], known_at)
    yield "layers_reported", lambda r: r.layers_reported([item], known_at)
    yield "search", lambda r: r.search(item, known_at, None, 10)


def test_no_read_gives_away_a_hidden_item(demo: Store) -> None:
    hidden, whole = FACTS.crashed_pack, FACTS.crashed_vehicle
    for known_at in (None, NOW):
        for name, read in reads_of_items(hidden, whole, known_at):
            assert hidden in repr(demo.read(read)), name
            assert hidden not in repr(Filtered(demo, hiding(hidden)).read(read)), name


def events_of(store: Store, item: str) -> list[str]:
    return [entry.id for entry in store.read(lambda r: r.entries(0, 1_000, EntryFilter(item=item)))]


def test_an_event_that_names_a_hidden_item_is_hidden_with_its_mentions(demo: Store) -> None:
    hidden = FACTS.crashed_pack
    ids = events_of(demo, hidden)
    seen = Filtered(demo, hiding(hidden))

    assert set(demo.read(lambda r: r.entries_by_id(ids))) == set(ids)
    assert seen.read(lambda r: r.entries_by_id(ids)) == {}
    mentions = seen.read(lambda r: r.mentions([FACTS.crashed_vehicle]))
    assert mentions
    assert {m.event for m in mentions}.isdisjoint(ids)


def reads_of_a_party(party: str) -> Iterator[tuple[str, Read]]:
    """Each read that can name a party, with arguments for which it does."""
    yield "entries", lambda r: r.entries(0, 10, EntryFilter(reporter=party))
    yield "search", lambda r: r.search(party, None, None, 10)
    yield "enrolments", lambda r: r.enrolments([party], None)
    yield "parties", lambda r: r.parties([party])
    yield "events_of_party", lambda r: r.events_of_party(party, (0, ""), 10)
    yield "hand_overs", lambda r: r.hand_overs([FACTS.storage_pack], None)
    yield "custody_rows", lambda r: r.custody_rows([FACTS.storage_pack], None)
    yield "mentions", lambda r: r.mentions([FACTS.storage_pack])


def test_no_read_gives_away_a_hidden_party(demo: Store) -> None:
    hidden = FACTS.middle_party
    for name, read in reads_of_a_party(hidden):
        assert hidden in repr(demo.read(read)), name
        assert hidden not in repr(Filtered(demo, hiding(hidden)).read(read)), name


def test_lists_of_a_party_leave_hidden_items_out_and_stay_full(demo: Store) -> None:
    party, at = FACTS.middle_party, NOW
    listed = [h.item for h in demo.read(lambda r: r.holdings(party, at, None, "", 100))]
    assert len(listed) > 3
    seen = Filtered(demo, hiding(listed[1]))

    page = seen.read(lambda r: r.holdings(party, at, None, "", 2))

    assert [h.item for h in page] == [listed[0], listed[2]]
    total = demo.read(lambda r: r.holdings_count(party, at, None))
    assert seen.read(lambda r: r.holdings_count(party, at, None)) == total - 1


def test_the_events_of_a_party_leave_out_what_names_something_hidden_and_stay_full(demo: Store) -> None:
    party = FACTS.middle_party
    listed = demo.read(lambda r: r.events_of_party(party, (0, ""), 10_000))
    hidden = next(i for row in reversed(listed) for i in items_of(demo, row.event))
    left = [row for row in listed if hidden not in items_of(demo, row.event)]
    assert 3 < len(left) < len(listed)
    seen = Filtered(demo, hiding(hidden))

    assert seen.read(lambda r: r.events_of_party(party, (0, ""), 10_000)) == left
    after = (left[0].time, left[0].event)
    assert seen.read(lambda r: r.events_of_party(party, after, 2)) == left[1:3]
    assert Filtered(demo, hiding(party)).read(lambda r: r.events_of_party(party, (0, ""), 10)) == []


def items_of(store: Store, event: str) -> tuple[str, ...]:
    """Every item that an event names."""
    found = store.read(lambda r: StoredEvents(r).of([event]))
    return tuple(named_items_of(found[event].event)) if event in found else ()


def test_reads_that_exist_for_speed_are_documented_as_such_and_not_needed(demo: Store) -> None:
    optional = {name for name, method in methods().items() if "Optional: may return None" in (method.__doc__ or "")}
    assert optional == {"between", "own_custody_rows", "holdings_page"}
    assert optional == {name for name, method in methods().items() if "None" in str(method.__annotations__["return"])}

    def work(reader: QuestionReader) -> list[object]:
        seen = visible_to(EVERYTHING, reader)
        return [
            seen.between(FACTS.swapped_cell, FACTS.first_vehicle, None, 5),
            seen.own_custody_rows([FACTS.lithium_lot], [], None),
            seen.holdings_page(FACTS.middle_party, NOW, None, "", 5),
        ]

    assert demo.read(work) == [None, None, None]


def methods() -> dict[str, Any]:
    return {n: m for n, m in inspect.getmembers(QuestionReader, inspect.isfunction) if not n.startswith("_")}


def test_contradictions_are_found_and_held_the_same_without_the_reads_for_speed(store: Store) -> None:
    in_two_wholes = [
        b.produced("urn:x:both", time="2024-01-01", reporter=b.MAKER),
        b.produced("urn:x:one", kind="pack", time="2024-01-01", reporter=b.MAKER),
        b.produced("urn:x:other", kind="pack", time="2024-01-01", reporter=b.OEM),
        b.assembled("urn:x:one", "urn:x:both", time="2024-02-01"),
        b.assembled("urn:x:other", "urn:x:both", time="2024-02-02"),
    ]
    events = [*KNOWN_PARTIES, *(e for case in FINDING_CASES for e in case.history), *in_two_wholes]
    assert load_events(store, events).errors == []
    seen = Filtered(store, EVERYTHING)
    context = Context(NOW, lambda: False)

    for kind in (None, *KINDS):
        question = findings.FindingsQuestion(kind=kind, limit=1_000)
        assert findings.findings(seen, question, context, BOOK) == findings.findings(store, question, context, BOOK)
    statuses = set()
    for party in (b.MAKER, b.OEM, b.SHOP):
        for at in (None, parse_instant("2024-03-15"), parse_instant("2024-06-01")):
            then = context._replace(at=at)
            page = custody.holdings(seen, custody.HoldingsQuestion(party, limit=1_000), then)
            assert page == custody.holdings(store, custody.HoldingsQuestion(party, limit=1_000), then)
            statuses |= {row["status"] for row in page["items"]}
    assert "conflict" in statuses
