"""Filters leave exactly what fits, and pages are the list of the first one, whatever arrives meanwhile (contract 9).

On every store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.errors import NotThereError
from lineage.domain.instants import OPEN, parse_instant
from lineage.reference.rule_files import rule_book
from lineage.service.findings.materialization import evaluate_all
from lineage.service.questions import custody, findings, journal, search
from lineage.service.questions.compliance import duties
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.property.examples import histories_of
from tests.property.test_reference_of_findings import ANY, Loaded, loaded
from tests.reference.comparison import parties_of
from tests.reference.events import read
from tests.reference.world import World
from tests.service_client import ServiceClient, TickingClock, load_events

__all__ = ["loaded"]

Ask = Callable[[int, str | None], Json]
"""A question by limit and cursor."""
MOST = 1_000


# ---- filters


def listed(answer: Callable[[], Json], field: str) -> list[Json]:
    try:
        document = answer()
    except NotThereError:
        return []
    assert document["next"] is None
    assert document["complete"] is True
    rows: list[Json] = document[field]
    return rows


@histories_of(10)
@given(events=ANY)
def test_a_filtered_journal_is_what_fits_of_it(loaded: Loaded, events: list[Json]) -> None:
    store, world = loaded(events), World(events, now="2030-01-01")
    context = ServiceClient(store).context()

    def ask(**chosen: Any) -> list[Json]:
        return listed(lambda: journal.events(store, journal.EventsQuestion(limit=MOST, **chosen), context), "events")

    whole = ask()
    for reporter in parties_of(world):
        for type_ in (None, "corrected", "assembled"):
            want = [r for r in whole if r["event"]["reporter"] == reporter and type_ in (None, r["event"]["type"])]
            assert ask(reporter=reporter, type=type_) == want
    for type_ in sorted({event["type"] for event in events}):
        assert ask(type=type_) == [r for r in whole if r["event"]["type"] == type_]
    for item in sorted(world.history.items):
        want = [r for r in whole if item in read(r["event"]).roles]
        assert ask(item=item) == want
        assert ask(item=item, type="corrected") == [r for r in want if r["event"]["type"] == "corrected"]
    for after in (1, len(whole) // 2, len(whole)):
        assert ask(after=after) == [r for r in whole if r["position"] > after]


@histories_of(10)
@given(events=ANY)
def test_filtered_findings_are_what_holds_in_the_window(loaded: Loaded, events: list[Json]) -> None:
    store = loaded(events)
    context = ServiceClient(store).context()

    def ask(**chosen: Any) -> list[Json]:
        question = findings.FindingsQuestion(limit=MOST, **chosen)
        return listed(lambda: findings.findings(store, question, context, rule_book()), "findings")

    whole = ask()
    times = sorted({parse_instant(event["time"]) for event in events})
    for since, until in ((times[0], times[-1]), (times[len(times) // 2], None), (None, times[len(times) // 2])):
        assert ask(since=since, until=until) == [f for f in whole if _holds_within(f["interval"], since, until)]
    for kind in {f["kind"] for f in whole}:
        for party in {p for f in whole for p in f["parties"]}:
            want = [f for f in whole if f["kind"] == kind and party in f["parties"]]
            assert ask(kind=kind, party=party) == want


def _holds_within(interval: list[str | None], since: int | None, until: int | None) -> bool:
    """Whether `[a, b)` shares a moment with `[since, until)`; of equal ends either is that instant."""
    a = float("-inf") if interval[0] is None else parse_instant(interval[0])
    b = OPEN if interval[1] is None else parse_instant(interval[1])
    low = float("-inf") if since is None else since
    high = float("inf") if until is None else until
    if a == b or low == high:
        return a == low if a == b and low == high else (low <= a < high if a == b else a <= low < b)
    return a < high and b > low


@histories_of(10)
@given(events=ANY)
def test_filtered_duties_are_what_fits_of_the_list(loaded: Loaded, events: list[Json]) -> None:
    store, world = loaded(events), World(events, now="2030-01-01")
    context = ServiceClient(store).context()
    for party in parties_of(world):

        def ask(named: str = party, **chosen: Any) -> list[Json]:
            question = duties.DutiesQuestion(named, limit=MOST, **chosen)
            return listed(lambda: duties.duties(store, question, context, rule_book()), "duties")

        whole = ask()
        for status in ("met", "late", "open", "overdue", "missing"):
            assert ask(status=status) == [d for d in whole if d["status"] == status]
        for time in {d["trigger"]["time"] for d in whole}:
            assert ask(since=parse_instant(time)) == [d for d in whole if d["trigger"]["time"] >= time]
            assert ask(until=parse_instant(time)) == [d for d in whole if d["trigger"]["time"] < time]


# ---- pages


def lists_of(store: Store, events: list[Json]) -> Iterator[tuple[str, str, Ask]]:
    """Every list that has pages: its name, its field, and the question by limit and cursor."""
    world = World(events, now="2030-01-01")
    context, book = ServiceClient(store).context(), rule_book()

    def reported(chosen: journal.EventsQuestion) -> Ask:
        return lambda n, c: journal.events(store, chosen._replace(limit=n, cursor=c), context)

    def held(chosen: custody.HoldingsQuestion) -> Ask:
        return lambda n, c: custody.holdings(store, chosen._replace(limit=n, cursor=c), context)

    def owed(chosen: duties.DutiesQuestion) -> Ask:
        return lambda n, c: duties.duties(store, chosen._replace(limit=n, cursor=c), context, book)

    def found(chosen: findings.FindingsQuestion) -> Ask:
        return lambda n, c: findings.findings(store, chosen._replace(limit=n, cursor=c), context, book)

    yield "events", "events", reported(journal.EventsQuestion())
    yield "findings", "findings", found(findings.FindingsQuestion())
    yield "search", "hits", lambda n, c: search.search(store, search.SearchQuestion("urn:x", n, c), context)
    for item in sorted(world.history.items)[:2]:
        yield f"findings about {item}", "findings", found(findings.FindingsQuestion(item=item))
        yield f"events about {item}", "events", reported(journal.EventsQuestion(item=item))
    for party in parties_of(world)[:2]:
        yield f"holdings of {party}", "items", held(custody.HoldingsQuestion(party))
        yield f"contents of {party}", "items", held(custody.HoldingsQuestion(party, contents=True))
        yield f"duties of {party}", "duties", owed(duties.DutiesQuestion(party))
        yield f"events of {party}", "events", reported(journal.EventsQuestion(reporter=party))
        yield f"findings about {party}", "findings", found(findings.FindingsQuestion(party=party))


@histories_of(8)
@given(events=ANY, limit=st.integers(1, 3), is_evaluated=st.booleans())
def test_pages_are_the_list_of_the_first_one_whatever_arrives_meanwhile(
    fresh_store: FreshStore, events: list[Json], limit: int, is_evaluated: bool
) -> None:
    arriving = [{name: value for name, value in event.items() if name != "recorded"} for event in events]
    half = len(arriving) // 2
    store, clock = fresh_store(), TickingClock()
    load_events(store, arriving[:half], clock)
    if is_evaluated and store.findings is not None:
        evaluate_all(store, ServiceClient(store).context(), rule_book())
    begun = [_Pages(name, field, ask, limit) for name, field, ask in lists_of(store, arriving[:half] or events)]
    for event in [*arriving[half:], *arriving[half:]]:
        load_events(store, [event], clock)
        for pages in begun:
            pages.go_on()
    for pages in begun:
        while pages.go_on():
            pass
        assert pages.rows == pages.whole, pages.name


class _Pages:
    """A list that is read page by page; `whole` is what it was when the first page was read."""

    def __init__(self, name: str, field: str, ask: Ask, limit: int) -> None:
        self.name, self._field, self._ask, self._limit = name, field, ask, limit
        self.rows: list[Json] = []
        self.whole: list[Json] = []
        self._cursor: str | None = None
        try:
            self.whole = ask(MOST, None)[field]
        except NotThereError:
            self._is_done = True
            return
        self._is_done = False
        self.go_on()

    def go_on(self) -> bool:
        """Read one page more; return whether there was one."""
        if self._is_done:
            return False
        page = self._ask(self._limit, self._cursor)
        assert len(page[self._field]) <= self._limit
        self.rows += page[self._field]
        self._cursor = page["next"]
        self._is_done = self._cursor is None
        return True
