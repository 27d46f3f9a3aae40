"""SQLite and Neo4j side by side: after the same events every method of a reader answers the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from operator import methodcaller
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from lineage.domain.graph import Edge, Node
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.intervals import Interval
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction
from lineage.service.answers import Context
from lineage.service.projection.rebuild import rebuild
from lineage.service.questions.custody import composed_page
from lineage.stores.interface import EntryFilter, HoldingsPage, ProjectionReader, Store, Transaction
from lineage.stores.sqlite.store import SqliteStore
from tests.builders import Json
from tests.conftest import projection_reader, wiped
from tests.histories import ITEMS, PARTIES, arrivals, histories, recorded
from tests.service_client import NOW, TickingClock, load_events

pytestmark = pytest.mark.neo4j

SEEDS = range(4)
DAY = 86_400_000
BEGIN_OF_TIMES = 1_704_067_200_000
"""2024-01-01: the histories begin there."""

REPORTED = (*ITEMS, "urn:x:nobody")
NAMED = (*PARTIES, "urn:x:no-party")
TEXTS = ("urn:x:", "URN:X:C", "urn:x:c1", "party", "Party r", "lot:", "0", "9", "L", "没有", "X:C1", "arty")
WAYS: tuple[Direction, ...] = ("downstream", "upstream")

Question = Callable[[ProjectionReader], object]


@pytest.fixture
def twins(neo4j_session_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], list[Store]]]:
    """Both stores, empty, as often as it is called."""
    opened: list[Store] = []

    def make() -> list[Store]:
        opened.append(SqliteStore(f"sqlite:///{tmp_path_factory.mktemp('twin') / 'twin.db'}"))
        return [opened[-1], wiped(neo4j_session_store)]

    yield make
    for store in opened:
        store.close()


def plain(rows: list[Any]) -> list[Any]:
    """Sort an answer that has no order of its own."""
    return sorted(rows, key=repr)


def graph(edges: Iterable[Edge], nodes: dict[str, Node]) -> tuple[list[Edge], dict[str, Node]]:
    return plain(list(edges)), dict(sorted(nodes.items()))


def one_level(some: list[str], way: Direction, known_at: int | None, *, part_of_only: bool) -> Question:
    def ask(reader: ProjectionReader) -> object:
        fetched = reader.neighbours(some, way, known_at, part_of_only=part_of_only)
        return graph(fetched.edges, fetched.nodes)

    return ask


def surrounded(some: list[str], known_at: int | None) -> Question:
    def ask(reader: ProjectionReader) -> object:
        edges, holdings, facts = reader.custody_rows(some, known_at)
        return plain(edges), plain(holdings), facts

    return ask


def everything(
    item: str, way: Direction, known_at: int | None, ahead: int, window: Interval, *, part_of_only: bool
) -> Question:
    """Complete the answer to one question with `ahead` item by item: it is the same, however much came at once."""

    def ask(reader: ProjectionReader) -> object:
        edges: set[Edge] = set()
        nodes: dict[str, Node] = {}
        covered: set[str] = set()
        todo = {item}
        while todo:
            for one in sorted(todo):
                got = reader.neighbours([one], way, known_at, part_of_only=part_of_only, ahead=ahead, window=window)
                facts = reader.facts(got.uncoded, known_at)
                assert got.uncoded == {x: f.uncoded for x, f in facts.items()}
                edges.update(got.edges)
                nodes.update(got.nodes)
                covered |= {one, *got.covered}
            todo = {e.target if way == "downstream" else e.source for e in edges} - covered
        return graph(edges, nodes)

    return ask


def questions(chance: random.Random, known_at: int | None, events: list[str]) -> Iterator[tuple[str, Question]]:
    """Every method of a reader, with items and parties taken by chance."""
    some = chance.sample(REPORTED, 5)
    parties = chance.sample(NAMED, 3)
    moments = [BEGIN_OF_TIMES + chance.randrange(8) * DAY + chance.choice((0, 0, -8 * 3_600_000, 1)) for _ in range(4)]
    pairs = [(chance.choice(REPORTED), chance.choice(REPORTED)) for _ in range(12)]
    known = chance.sample(events, min(4, len(events)))
    yield "state", lambda r: r.state()
    yield "entries by id", lambda r: r.entries_by_id([*known, "absent", "e01#r"])
    yield "corrections", lambda r: plain(r.corrections_about([*known, *(f"{e}#r" for e in known), "absent"]))
    yield "items", lambda r: r.items(some)
    yield "facts", lambda r: r.facts(some, known_at)
    yield "mentions", lambda r: plain(r.mentions(some, known_at))
    yield "mentions at", lambda r: plain(r.mentions_at({(i, t) for i in some for t in moments}))
    yield "hand-overs", lambda r: plain(r.hand_overs(some, known_at))
    place = (chance.choice(moments), chance.choice(("", "e05", "e11#r")))
    for party in parties:
        yield f"events of {party}", methodcaller("events_of_party", party, chance.choice(((0, ""), place)), 4)
    yield "pair mentions", lambda r: plain(r.mentions_of_pairs(set(pairs)))
    yield "part edges", lambda r: plain(r.part_edges(some))
    yield "pair edges", lambda r: plain(r.edges_of_pairs(set(pairs)))
    yield "became edges", lambda r: plain(r.became_edges({(a, b, t) for a, b in pairs for t in moments}))
    yield "holdings of", lambda r: plain(r.holdings_of(some))
    yield "dependencies", lambda r: plain(r.dependencies([(i, moments[0]) for i in some]))
    yield "layers", lambda r: r.layers_reported(some, known_at)
    yield "enrolments", lambda r: r.enrolments(parties, known_at)
    yield "parties", lambda r: r.parties(parties)
    for item in some[:3]:
        until, limit = chance.choice(moments), chance.choice((1, 2, 100))
        yield f"recent {item}", methodcaller("recent_mentions", item, until, limit, known_at)
    for party in parties:
        yield from held(chance, party, chance.choice(moments), known_at)
    yield f"held page {parties[0]}", held_page(parties[0], moments[0], known_at, chance.choice(("", "urn:x:c2")), 3)
    for party in parties:
        yield f"contested {party}", methodcaller("contested_holdings", party, moments[0], known_at)
    yield from walks(chance, some, known_at)
    yield from lists(chance, known_at, events)


def held(chance: random.Random, party: str, at: int, known_at: int | None) -> Iterator[tuple[str, Question]]:
    after, limit = chance.choice(("", "urn:x:c2", "urn:x:m")), chance.choice((1, 3, 100))
    yield f"held {party}", lambda r: r.holdings(party, at, known_at, after, limit)
    yield f"held count {party}", lambda r: r.holdings_count(party, at, known_at)


def held_page(party: str, at: int, known_at: int | None, after: str, limit: int) -> Question:
    """A page in one read where the store has one, else composed."""

    def ask(reader: ProjectionReader) -> object:
        page = reader.holdings_page(party, at, known_at, after, limit)
        return compared(page or composed(reader))

    def composed(reader: ProjectionReader) -> HoldingsPage:
        return composed_page(reader, party, Context(at, lambda: False, at, known_at), after, limit)

    def compared(page: HoldingsPage) -> object:
        edges, holdings, facts = page.custody_rows
        return page.party, page.holdings, page.total, page.contested_items, plain(edges), plain(holdings), facts

    return ask


def walks(chance: random.Random, some: list[str], known_at: int | None) -> Iterator[tuple[str, Question]]:
    for way, parts in product(WAYS, (False, True)):
        yield f"one level {way} {parts}", one_level(some, way, known_at, part_of_only=parts)
        ahead, since = chance.choice((1, 2, 100)), BEGIN_OF_TIMES + chance.randrange(8) * DAY
        window = chance.choice((ALL_TIME, (since, since), (since, since + 2 * DAY), (BEGIN, since), (since, OPEN)))
        ask = everything(some[0], way, known_at, ahead, window, part_of_only=parts)
        yield f"everything {way} {parts} {ahead} {window}", ask
    yield "custody rows", surrounded(some, known_at)


def lists(chance: random.Random, known_at: int | None, events: list[str]) -> Iterator[tuple[str, Question]]:
    after, limit = chance.randrange(len(events)), chance.choice((1, 2, 100))
    for chosen in (
        EntryFilter(),
        EntryFilter(reporter=chance.choice(NAMED)),
        EntryFilter(type=chance.choice(("assembled", "corrected"))),
        EntryFilter(item=chance.choice(REPORTED)),
        EntryFilter(chance.choice(NAMED), "assembled", chance.choice(REPORTED)),
    ):
        yield f"entries {chosen}", methodcaller("entries", after, limit, chosen)
    text = chance.choice(TEXTS)
    yield f"search {text}", methodcaller("search", text, known_at, None, 1000)


def paged(store: Store, text: str, known_at: int | None, limit: int) -> list[Any]:
    """A search page by page."""
    hits: list[Any] = []
    while True:
        last = hits[-1] if hits else None
        after = (last.rank, last.text, last.subject, last.field) if last else None
        page = store.read(lambda r, a=after: r.search(text, known_at, a, limit))  # type: ignore[misc]
        hits += page
        if len(page) < limit:
            return hits


def answers(store: Store, requested: list[tuple[str, Question]]) -> dict[str, object]:
    return store.read(lambda reader: {name: ask(projection_reader(reader)) for name, ask in requested})


def compare(stores: list[Store], chance: random.Random, moments: list[int], events: list[str]) -> None:
    """Put every question to both, now and as known at some times."""
    for known_at in (None, *chance.sample(moments, min(2, len(moments)))):
        numbers = chance.randrange(1 << 30)
        context = list(questions(random.Random(numbers), known_at, events))
        one, other = (answers(store, context) for store in stores)
        assert {name: other[name] for name in one if one[name] != other[name]} == {
            name: one[name] for name in one if one[name] != other[name]
        }
        text = chance.choice(TEXTS)
        at_once = stores[1].read(lambda r, t=text, k=known_at: r.search(t, k, None, 1000))  # type: ignore[misc]
        assert paged(stores[1], text, known_at, chance.choice((1, 2, 3))) == at_once


def reported(draw: st.DrawFn, *, wild: bool) -> tuple[list[list[Json]], list[Json]]:
    events = draw(histories(wild=wild))
    return draw(arrivals(events)), draw(recorded(events))


stories = st.composite(lambda draw: reported(draw, wild=draw(st.booleans())))()
one_case = settings(max_examples=2, phases=[Phase.generate], database=None)


@pytest.mark.parametrize("number", SEEDS)
def test_every_method_of_a_reader_answers_the_same(twins: Callable[[], list[Store]], number: int) -> None:
    @seed(number)
    @one_case
    @given(story=stories)
    def agree(story: tuple[list[list[Json]], list[Json]]) -> None:
        batches, _ = story
        stores, chance = twins(), random.Random(number)
        clocks = [TickingClock() for _ in stores]
        for batch in batches:
            for store, clock in zip(stores, clocks, strict=True):
                load_events(store, batch, clock)
        moments = [NOW + 10 * n + chance.choice((-1, 0, 1)) for n in range(0, 8 * len(batches), 3)]
        ids = sorted({e["id"] for batch in batches for e in batch})
        compare(stores, chance, moments, ids)
        for store in stores:
            store.write(rebuild)
        compare(stores, chance, moments, ids)

    agree()


@pytest.mark.parametrize("number", SEEDS)
def test_a_trusted_import_is_stored_the_same(twins: Callable[[], list[Store]], number: int) -> None:
    @seed(number)
    @one_case
    @given(story=stories)
    def agree(story: tuple[list[list[Json]], list[Json]]) -> None:
        _, events = story
        stores, chance = twins(), random.Random(number)
        events = chance.sample(events, len(events))
        half = len(events) // 2 + 1
        for store in stores:
            for batch in (events[:half], events[half:]):
                load_events(store, batch, keep_recorded=True)
        moments = [BEGIN_OF_TIMES + (365 + chance.randrange(31)) * DAY for _ in range(4)]
        compare(stores, chance, moments, sorted(e["id"] for e in events))

    agree()


@pytest.mark.parametrize("number", SEEDS)
def test_a_transaction_reads_its_own_writes_the_same(twins: Callable[[], list[Store]], number: int) -> None:
    @seed(number)
    @one_case
    @given(story=stories)
    def agree(story: tuple[list[list[Json]], list[Json]]) -> None:
        batches, _ = story
        stores = twins()
        for batch in batches:
            for store in stores:
                load_events(store, batch)
        ids = sorted({e["id"] for batch in batches for e in batch})

        def ask(store: Store) -> dict[str, Any]:
            def work(transaction: Transaction) -> dict[str, Any]:
                rebuild(transaction)
                return {name: ask(transaction) for name, ask in questions(random.Random(number), None, ids)}

            return store.write(work)

        assert ask(stores[1]) == ask(stores[0])

    agree()
