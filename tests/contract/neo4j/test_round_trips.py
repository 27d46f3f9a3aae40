"""The number of round trips of a question to Neo4j; the answers are the same as on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Any, NamedTuple

import pytest

from lineage.domain.errors import NotThereError
from lineage.domain.instants import parse_instant
from lineage.service.answers import Context, Document
from lineage.service.questions import custody as custody_questions
from lineage.service.questions import lineage as lineage_questions
from lineage.service.questions.custody import HoldingsQuestion
from lineage.service.questions.lineage import Bounds, TraceQuestion
from lineage.service.questions.paths import MOST_CHAINS, PathQuestion
from lineage.service.questions.paths import path as find_path
from lineage.stores.interface import Store
from lineage.stores.neo4j.reader import Neo4jReader
from lineage.stores.sqlite.store import SqliteStore
from tests import builders as b
from tests.builders import Json
from tests.conftest import wiped
from tests.service_client import NOW, TickingClock, load_events

pytestmark = pytest.mark.neo4j

LOT, CELL, MODULE, PACK, BARE, CAR, SECOND = (
    b.lot(1), "urn:x:c1", "urn:x:m1", "urn:x:p1", "urn:x:p2", "urn:x:v1", "urn:x:p3"
)  # fmt: skip
ASIDE, TWICE = "urn:x:m2", "urn:x:m3"
START, END = "urn:x:w0", "urn:x:w9"
LAYERS = 5
EVER = Bounds()
FAN_START, FAN_END = "urn:x:fan", "urn:x:fan-end"


def reported() -> list[list[Json]]:
    """A lot that ends in a car, a second life, a detour, many chains, and a module in dispute; corrected."""
    fan = [[f"urn:x:fan-{n}-{m}" for m in range(3)] for n in range(LAYERS)]
    rows = [[FAN_START], *fan, [FAN_END]]
    chains = [b.assembled(far, *near, time="2024-01-05") for near, fars in pairwise(rows) for far in fars]
    return [
        [
            b.enrolled(b.MAKER, "maker"),
            b.produced(LOT, kind="lot", time="2024-01-01"),
            b.transformed([LOT], {CELL: "cell"}, time="2024-01-02", reporter=b.MAKER),
            b.produced(MODULE, ASIDE, TWICE, kind="module", time="2024-01-03"),
            b.produced(PACK, BARE, kind="pack", time="2024-01-03"),
            b.produced(CAR, kind="vehicle", time="2024-01-03"),
        ],
        [
            b.assembled(MODULE, CELL, uncoded={"cell": 5}, time="2024-02-01"),
            b.assembled(PACK, MODULE, uncoded={"module": 7}, time="2024-02-02"),
            b.assembled(CAR, PACK, BARE, time="2024-02-03", event_id="in-car"),
            b.assembled(BARE, uncoded={"cell": 12}, time="2024-02-03", event_id="uncoded"),
            b.transferred(CAR, giver=b.MAKER, taker=b.OEM, time="2024-03-01"),
            b.assembled("urn:x:p4", TWICE, time="2024-03-01"),
            b.assembled("urn:x:p5", TWICE, time="2024-03-02"),
            b.transferred("urn:x:p4", giver=b.MAKER, taker=b.OEM, time="2024-03-03"),
            b.transferred("urn:x:p5", giver=b.MAKER, taker=b.SHOP, time="2024-03-03"),
        ],
        [
            b.disassembled(CAR, BARE, time="2024-04-01"),
            b.transformed([BARE], {SECOND: "pack"}, time="2024-04-02"),
            b.assembled(START, ASIDE, time="2024-04-01"),
            b.assembled(END, START, time="2023-01-01", event_id="early"),
            b.disassembled(END, START, time="2023-02-01"),
            b.assembled("urn:x:w1", START, time="2024-05-01"),
            b.assembled(END, "urn:x:w1", time="2024-05-02"),
            *chains,
        ],
        [b.corrected("uncoded", b.assembled(BARE, uncoded={"cell": 13}, time="2024-02-03"), time="2024-06-01")],
        [b.corrected("in-car", b.assembled(CAR, PACK, time="2024-02-03"), time="2024-06-02")],
    ]


class Twins(NamedTuple):
    """Both stores with the same events; `known` is when each batch was recorded."""

    sqlite: Store
    graph: Store
    known: list[int]

    def moments(self) -> list[Context]:
        """Now, at a time, as known after each batch, and both."""
        at = when("2024-02-20")
        later = self.known[1:]
        pairs = [(None, None), (at, None), *((None, k) for k in later), *((at, k) for k in later)]
        return [Context(NOW + 10**9, lambda: False, *pair) for pair in pairs]


@pytest.fixture(scope="module")
def twins(neo4j_session_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    stores = SqliteStore(f"sqlite:///{tmp_path_factory.mktemp('trips') / 'trips.db'}"), wiped(neo4j_session_store)
    known = []
    clocks = [TickingClock() for _ in stores]
    for batch in reported():
        for store, clock in zip(stores, clocks, strict=True):
            assert load_events(store, batch, clock).errors == []
        known.append(stores[0].read(lambda reader: reader.state()).recorded)
    yield Twins(*stores, known)
    stores[0].close()


Question = Callable[[Store, Context], Document]


def without_at(context: Context, bounds: Bounds) -> Context:
    """A question at one time has no bounds."""
    return context if bounds == EVER else context._replace(at=None)


def trace(item: str, direction: Any = "upstream", **how: Any) -> Question:
    question = TraceQuestion(item, direction, **how)
    return lambda store, context: lineage_questions.trace(store, question, without_at(context, question.bounds))


def composition(item: str) -> Question:
    return lambda store, context: lineage_questions.composition(store, item, context)


def path(source: str, destination: str, bounds: Bounds = EVER, most: int = 10) -> Question:
    question = PathQuestion(source, destination, bounds, most)
    return lambda store, context: find_path(store, question, without_at(context, bounds))


def custody(item: str) -> Question:
    return lambda store, context: custody_questions.custody(store, item, context)


def holdings(party: str, limit: int = 100) -> Question:
    return lambda store, context: custody_questions.holdings(store, HoldingsQuestion(party, limit=limit), context)


def when(text: str) -> int:
    return parse_instant(text)


IN_SPRING = Bounds(when("2024-02-10"), when("2024-03-10"))
ONE_TRIP: dict[str, Question] = {
    "down": trace(LOT, "downstream"),
    "down, a month": trace(LOT, "downstream", bounds=IN_SPRING),
    "down, exposed": trace(BARE, "downstream", bounds=IN_SPRING, mode="exposure"),
    "down, nearest two": trace(LOT, "downstream", max_items=2),
    "up": trace(CAR),
    "up, something without parts": trace(SECOND),
    "up, a month": trace(CAR, bounds=IN_SPRING),
    "up, nearest two": trace(CAR, max_items=2),
    "composition": composition(CAR),
    "composition of something without parts": composition(BARE),
    "custody": custody(CELL),
    "path": path(CELL, CAR),
    "path to itself": path(CAR, CAR),
    "path to something that lacks a layer": path(BARE, CAR),
    "no path": path(SECOND, LOT),
    "holdings": holdings(b.OEM),
    "holdings with a dispute": holdings(b.SHOP),
    "holdings, more than a page": holdings(b.MAKER, limit=2),
}
MAY_BE_UNBORN = {"composition of something without parts"}
"""Questions that look, of a time in the past, whether the item was named by then."""
OFTENER: dict[str, tuple[Question, int]] = {
    "the shortest way is blocked, a longer one open": (path(START, END, Bounds(when("2024-05-03"))), 3),
    "blocked for good": (path(START, END, Bounds(when("2022-01-01"), when("2022-02-01"))), 3),
    "many chains": (path(FAN_START, FAN_END), 3),
    "many chains, and few requested": (path(FAN_START, FAN_END, most=1), 3),
}


def answered(store: Store, question: Question, context: Context) -> Document | str:
    try:
        return question(store, context)
    except NotThereError as error:
        return str(error)


def counted(
    store: Store, question: Question, moment: Context, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], Document | str]:
    """The statements that a question sends, but for the check that the state did not move; and its answer."""
    sent: list[str] = []
    run = Neo4jReader._run

    def counting(reader: Neo4jReader, name: str, *args: Any) -> list[Any]:
        if name != "journal_head":
            sent.append(name)
        return run(reader, name, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Neo4jReader, "_run", counting)
        return sent, answered(store, question, moment)


@pytest.mark.parametrize("name", ONE_TRIP)
def test_a_question_takes_one_trip_to_neo4j(name: str, twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in twins.moments():
        sent, answer = counted(twins.graph, ONE_TRIP[name], moment, monkeypatch)
        looks_twice = name in MAY_BE_UNBORN and moment.at is not None
        assert isinstance(answer, str) or len(sent) == 1 + looks_twice, (moment, sent)


@pytest.mark.parametrize("name", OFTENER)
def test_a_path_beyond_the_shortest_chains_takes_some_trips_more(
    name: str, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, most = OFTENER[name]
    sent, _ = counted(twins.graph, question, twins.moments()[0], monkeypatch)
    assert 1 < len(sent) <= most, sent


@pytest.mark.parametrize("name", [*ONE_TRIP, *OFTENER])
def test_both_stores_answer_the_same_document(name: str, twins: Twins) -> None:
    question = ONE_TRIP[name] if name in ONE_TRIP else OFTENER[name][0]
    for moment in twins.moments():
        assert answered(twins.graph, question, moment) == answered(twins.sqlite, question, moment), moment


def test_every_pair_has_the_same_paths_on_both_stores(twins: Twins) -> None:
    some = (LOT, MODULE, PACK, BARE, CAR, SECOND, START, END, "urn:x:nobody")
    for source, destination, k in product(some, some, (None, twins.known[1])):
        moment = twins.moments()[0]._replace(known_at=k)
        one, other = (answered(store, path(source, destination), moment) for store in twins[:2])
        assert other == one, (source, destination, k)


def test_there_are_more_chains_than_are_fetched_at_once(twins: Twins) -> None:
    assert 3**LAYERS > MOST_CHAINS
    document = path(FAN_START, FAN_END)(twins.graph, twins.moments()[0])
    assert (len(document["paths"]), document["more"]) == (10, True)


def test_what_is_in_dispute_is_held_by_both(twins: Twins) -> None:
    for party in (b.OEM, b.SHOP):
        document = holdings(party)(twins.graph, twins.moments()[0])
        assert [i["id"] for i in document["items"] if i["status"] == "conflict"] == [TWICE]
