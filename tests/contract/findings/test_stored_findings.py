"""Stored findings: whatever arrives in whatever order, they are those of a full evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from lineage.domain.errors import InvalidQuestionError
from lineage.domain.findings import Finding
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.findings.evaluation import END, START, FindingPages
from lineage.service.findings.materialization import catch_up, evaluate_all
from lineage.service.questions.findings import FindingsQuestion, findings
from lineage.stores import open_store
from lineage.stores.interface import QuestionReader, Store
from tests import builders as b
from tests.builders import Json
from tests.finding_cases import FINDING_CASES, KNOWN_PARTIES
from tests.fleet.samples import fleet, options
from tests.service_client import NOW, TickingClock, load_events


@pytest.fixture
def store(sqlite_file: str) -> Iterator[Store]:
    opened = open_store(sqlite_file)
    yield opened
    opened.close()


def judged_again(store: Store) -> list[tuple[Any, Finding]]:
    def work(reader: QuestionReader) -> list[tuple[Any, Finding]]:
        place, found = START, []
        judge = FindingPages(reader, None, rule_book())
        while place != END:
            judged, place = judge.page(place, 7)
            found += [((*at, n), f) for at, some in judged for n, f in enumerate(some)]
        return found

    return store.read(work)


def as_stored(store: Store) -> list[tuple[Any, Finding]]:
    assert store.findings is not None
    catch_up(store, store.findings, rule_book())
    rows = store.findings.listed((*START, -1), store.read(lambda r: r.state()).position)
    assert rows is not None
    return [((r.phase, r.anchor, r.n), r.finding) for r in rows]


def batches(events: list[Json], dice: Random) -> Iterator[list[Json]]:
    while events:
        size = dice.randint(1, 12)
        yield events[:size]
        events = events[size:]


@pytest.mark.parametrize("seed", range(2))
def test_findings_stored_bit_by_bit_are_those_of_a_full_evaluation(store: Store, seed: int) -> None:
    dice, clock = Random(seed), TickingClock()
    events = [*KNOWN_PARTIES, *(e for w in FINDING_CASES for e in (*w.history, *w.corrections))]
    dice.shuffle(events)
    for some in batches(events, dice):
        assert load_events(store, some, clock).errors == []
        assert as_stored(store) == judged_again(store)


def test_a_fleet_that_arrives_bit_by_bit_has_the_findings_of_the_whole(store: Store) -> None:
    made = fleet(options(30, seed=3, defects="10", cells=0.1))
    events = list(made.events())
    for start in range(0, len(events), 120):
        assert load_events(store, events[start : start + 120], keep_recorded=True).errors == []
        as_stored(store)
    stored = as_stored(store)
    assert stored == judged_again(store)
    assert len(stored) > 10


def test_a_withdrawn_enrolment_makes_a_party_unknown_again(store: Store) -> None:
    load_events(store, [*KNOWN_PARTIES, b.produced("urn:x:1", event_id="1")])
    assert as_stored(store) == []
    load_events(
        store, [b.corrected("who-0", time="2024-05-01", event_id="2", reporter=b.MAKER)], TickingClock(NOW + 1000)
    )
    assert [f.kind for _, f in as_stored(store)] == ["unknown_party"]
    assert as_stored(store) == judged_again(store)


def test_findings_stored_for_another_journal_are_evaluated_again(store: Store, sqlite_file: str, tmp_path: Any) -> None:
    load_events(store, [*KNOWN_PARTIES, *FINDING_CASES[0].history])
    first = as_stored(store)
    other = open_store(
        f"sqlite:///{tmp_path / 'other.db'}", findings=f"{sqlite_file.removeprefix('sqlite:///')}.findings"
    )
    load_events(other, FINDING_CASES[5].history)
    assert as_stored(other) == judged_again(other) != first
    other.close()


def test_a_question_answers_alike_with_stored_findings_and_without(store: Store, sqlite_file: str) -> None:
    load_events(store, [*KNOWN_PARTIES, *(e for w in FINDING_CASES for e in w.history)])
    context = Context(NOW, lambda: False)
    questions = [
        FindingsQuestion(limit=1000),
        FindingsQuestion(kind="twin_code"),
        FindingsQuestion(kind="foreign_correction"),
        FindingsQuestion(party=b.SHOP, limit=1000),
        FindingsQuestion(item="urn:x:s", limit=1000),
        FindingsQuestion(region="440300", limit=1000),
        FindingsQuestion(limit=4),
    ]
    without = [findings(store, q, context, rule_book()) for q in questions]
    as_stored(store)
    assert [findings(store, q, context, rule_book()) for q in questions] == without
    page = without[-1]
    following = FindingsQuestion(limit=4, cursor=page["next"])
    from_stored = findings(store, following, context, rule_book())
    load_events(store, [b.produced("urn:x:new", event_id="new")], TickingClock(NOW + 1000))
    # the second page is as known when the first was requested, whatever is stored by now
    later = findings(store, following, context, rule_book())
    assert later["findings"] == from_stored["findings"]
    assert findings(store, FindingsQuestion(limit=1000), context, rule_book())["position"] == later["position"]


def test_a_store_without_stored_findings_states_what_to_do(store: Store) -> None:
    store.findings = None
    with pytest.raises(InvalidQuestionError) as refused:
        evaluate_all(store, Context(NOW, lambda: False), rule_book())
    assert refused.value.code == "no_findings_file"


def test_a_second_judging_looks_only_at_what_new_events_touch(store: Store) -> None:
    context = Context(NOW, lambda: False)
    load_events(store, [*KNOWN_PARTIES, *(e for w in FINDING_CASES for e in w.history)])
    everything = evaluate_all(store, context, rule_book())["judged"]
    load_events(store, [b.produced("urn:x:alone", event_id="alone")], TickingClock(NOW + 1000))
    assert evaluate_all(store, context, rule_book())["judged"] == 1 < everything
    assert evaluate_all(store, context, rule_book())["judged"] == 0
