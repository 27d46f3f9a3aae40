"""Every store answers the cases that were worked out by hand from the contract."""

from __future__ import annotations

import pytest

from lineage.domain.errors import NotThereError
from lineage.stores.interface import Store
from tests.answers import Answers, keep
from tests.cases import CASES, Case
from tests.reference import World


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_store_answers_as_worked_out_by_hand(store: Store, case: Case) -> None:
    report = keep(store, case.events[::-1], keep_recorded=case.known_at is not None)
    assert report.errors == []
    answers = Answers(store, case.known_at)
    if case.ask == "named":
        ever = World(case.events, case.known_at).named() | World(case.events).ever_named()
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


def _named(answers: Answers, candidates: set[str]) -> set[str]:
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
