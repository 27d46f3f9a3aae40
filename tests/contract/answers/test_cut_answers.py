"""Answers whose time is over: what was found until then, and that it is not all (contract 8); on every store."""

from __future__ import annotations

import pytest

from lineage.domain.errors import TimeLimitError
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.questions.custody import HoldingsQuestion, holdings
from lineage.service.questions.dossier import dossier
from lineage.stores.interface import Store
from tests import builders as b
from tests.builders import Json
from tests.service_client import NOW, load_events

LISTS = ("custody", "siblings", "findings", "history", "evidence", "timeline")


def contested() -> list[Json]:
    """Five modules, each in two packs of two holders at once; one of them was in a third pack before."""
    events = [
        b.produced(
            {"id": "urn:x:p1", "kind": "pack", "batch": "B-7"},
            {"id": "urn:x:p3", "kind": "pack", "batch": "B-7"},
            time="2024-01-01",
            reporter=b.MAKER,
            event_id="p1",
        ),
        b.produced("urn:x:p2", kind="pack", time="2024-01-01", reporter=b.OEM, event_id="p2"),
        b.produced("urn:x:m0", kind="module", time="2023-01-01", reporter=b.MAKER, event_id="m0"),
        b.assembled("urn:x:p0", "urn:x:m0", time="2023-02-01", reporter=b.MAKER, event_id="a"),
        b.disassembled("urn:x:p0", "urn:x:m0", time="2023-03-01", reporter=b.MAKER, event_id="d"),
    ]
    for n in range(5):
        events += [
            b.assembled("urn:x:p1", f"urn:x:m{n}", time="2024-02-01", reporter=b.MAKER, event_id=f"a{n}"),
            b.assembled("urn:x:p2", f"urn:x:m{n}", time="2024-02-02", reporter=b.OEM, event_id=f"b{n}"),
        ]
    return events


class Clock:
    """A time that is over after so many looks."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def passed(self) -> bool:
        self.left -= 1
        return self.left < 0

    def check(self) -> None:
        if self.passed():
            raise TimeLimitError


def soft(looks: int) -> Context:
    """A context in which the answer is to be cut after so many looks."""
    return Context(NOW + 10**9, Clock(looks).passed)


def hard(looks: int) -> Context:
    """A context in which work is given up after so many looks."""
    return Context(NOW + 10**9, lambda: False, check=Clock(looks).check)


@pytest.mark.parametrize("limit", [soft, hard])
def test_holdings_in_conflict_are_cut_and_state_it(store: Store, limit: object) -> None:
    load_events(store, contested())
    question = HoldingsQuestion(b.MAKER)
    whole = holdings(store, question, soft(10**9))
    assert (len(whole["items"]), whole["complete"]) == (7, True)

    seen = set()
    for looks in range(200):
        answer = holdings(store, question, limit(looks))  # type: ignore[operator]
        seen.add(answer["complete"])
        if answer["complete"]:
            assert answer == whole
        else:
            assert answer["cut"]["reason"] == "time_limit"
            assert [row for row in answer["items"] if row not in whole["items"]] == []
    assert seen == {True, False}


@pytest.mark.parametrize("limit", [soft, hard])
def test_a_dossier_is_cut_and_states_it(store: Store, limit: object) -> None:
    load_events(store, contested())
    whole = dossier(store, "urn:x:p1", soft(10**9), rule_book())
    assert whole["complete"]
    assert all(whole[name] for name in LISTS)

    seen, refused, looks = set(), 0, 0
    while True not in seen:
        try:
            answer = dossier(store, "urn:x:p1", limit(looks), rule_book())  # type: ignore[operator]
        except TimeLimitError:
            refused += 1
        else:
            seen.add(answer["complete"])
            _holds_no_more_than(answer, whole)
        looks += 1 + looks // 8
    assert False in seen
    # what every dossier needs, who held the item and what its events are, cannot be cut
    assert refused < looks
    if limit is soft:
        assert refused == 0


def _holds_no_more_than(answer: Json, whole: Json) -> None:
    """A complete answer is the whole one; another one states that it is cut, and claims nothing that is not so."""
    if answer["complete"]:
        assert answer == whole
        return
    assert answer["cut"]["reason"] == "time_limit"
    for name in LISTS:
        assert [row for row in answer[name] if row not in whole[name]] == [], name
    assert answer["findings_complete"] is False or answer["findings"] == whole["findings"]
    assert answer["siblings_complete"] is False or answer["siblings"] == whole["siblings"]
