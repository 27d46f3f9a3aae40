"""Every store answers the cases that were worked out by hand from the contract."""

from __future__ import annotations

import pytest

from lineage.domain.errors import NotThereError
from lineage.domain.instants import parse_instant
from lineage.service.answers import Context
from lineage.service.questions.search import SearchQuestion, search
from lineage.stores import open_store
from lineage.stores.interface import Store
from tests import builders as b
from tests.answer_cases import CASES, Case
from tests.reference import Oracle
from tests.service_client import ServiceClient, load_events

NOW = parse_instant("2026-11-23")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_store_answers_as_worked_out_by_hand(store: Store, case: Case) -> None:
    report = load_events(store, case.events[::-1], keep_recorded=case.known_at is not None)
    assert report.errors == []
    answers = ServiceClient(store, case.known_at)
    if case.ask == "named":
        ever = Oracle(case.events, case.known_at).named() | Oracle(case.events).ever_named()
        assert _named(answers, ever) == case.expected
        return
    answer = getattr(answers, case.ask)(**case.given)
    if case.ask == "event_status":
        assert answer == {case.expected}
    elif case.ask == "holdings":
        assert answer == case.expected
    else:
        assert {name: _sorted(answer[name]) for name in case.expected} == {
            n: _sorted(v) for n, v in case.expected.items()
        }


def _named(answers: ServiceClient, candidates: set[str]) -> set[str]:
    found = set()
    for item in candidates:
        try:
            answers.custody(item)
        except NotThereError:
            continue
        found.add(item)
    return found


def _sorted(value: object) -> object:
    """Proofs and edges in any order: the contract gives them none."""
    if isinstance(value, list):
        plain = [_sorted(v) for v in value]
        edges = bool(value) and isinstance(value[0], dict) and "source" in value[0]
        return sorted(plain, key=repr) if edges else plain
    if isinstance(value, dict):
        return {k: sorted(v) if k == "events" else _sorted(v) for k, v in value.items()}
    return value


def test_a_report_that_closes_a_circle_concerns_everything_on_it(store: Store) -> None:
    first, second, third = "urn:x:first", "urn:x:second", "urn:x:third"
    load_events(
        store, [b.produced({"id": x, "kind": "pack"}, custodian=f"urn:x:of-{x[6:]}") for x in (first, second, third)]
    )
    load_events(store, [b.assembled(second, first, time="2024-02-01"), b.assembled(third, second, time="2024-03-01")])
    load_events(store, [b.assembled(first, third, time="2024-04-01")])
    segments = ServiceClient(store).custody(second)["segments"]
    assert segments[-1]["holders"] == ["urn:x:of-first", "urn:x:of-second", "urn:x:of-third"]


def test_cases_are_answered_alike_when_their_events_arrive_one_by_one(sqlite_file: str) -> None:
    for case in CASES:
        if case.known_at is None and case.ask == "custody":
            store = open_store(sqlite_file.replace("lineage.db", f"{CASES.index(case)}.db"))
            for event in case.events[::-1]:
                assert load_events(store, [event]).errors == []
            answer = ServiceClient(store).custody(**case.given)
            store.close()
            assert {name: _sorted(answer[name]) for name in case.expected} == {
                n: _sorted(v) for n, v in case.expected.items()
            }, case.name


def test_a_search_finds_everything_page_by_page_however_many_events_name_it(store: Store) -> None:
    subjects = [f"urn:x:cell:{n}" for n in range(6)]
    reported = [{"id": x, "kind": "cell", "model": f"M-{n}", "batch": "hot"} for n, x in enumerate(subjects)]
    load_events(store, [b.produced(one, time=f"2024-0{month}-01") for one in reported for month in (1, 2, 3)])

    def found(text: str) -> list[str]:
        hits, cursor = [], None
        while True:
            question = SearchQuestion(text, 2, cursor)
            page = search(store, question, Context(NOW, lambda: False))
            hits += [hit["id"] for hit in page["hits"]]
            cursor = page["next"]
            if cursor is None:
                return hits

    assert (found("m-"), found("hot")) == (subjects, subjects)
