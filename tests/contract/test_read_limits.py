"""A store ends a read whose limit is over, during a statement and between two."""

from __future__ import annotations

from itertools import pairwise

import pytest

from lineage.domain.errors import TimeLimitError
from lineage.domain.projection.cycles import last_components
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.reference.rule_files import rule_book
from lineage.service.findings.evaluation import FindingEvaluator
from lineage.stores.interface import QuestionReader, Store
from tests.builders import assembled, transferred
from tests.service_client import load_events


class Limit:
    """A limit that is over after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def over(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    def seconds_left(self) -> float:
        return 10.0


def test_no_statement_begins_once_the_limit_is_over(store: Store) -> None:
    reached: list[str] = []

    def work(reader: QuestionReader) -> None:
        while True:
            reader.item_ids("", 1)
            reached.append("item_ids")

    with pytest.raises(TimeLimitError):
        store.read(work, Limit(5))

    assert len(reached) <= 5


def test_a_store_answers_after_a_read_that_was_given_up(store: Store) -> None:
    with pytest.raises(TimeLimitError):
        store.read(lambda reader: reader.item_ids("", 1), Limit(0))

    assert store.read(lambda reader: reader.state()).position == 0


def test_a_statement_of_sqlite_is_interrupted(sqlite_file: str) -> None:
    from lineage.stores import open_store

    store = open_store(sqlite_file)
    load_events(store, [assembled("urn:x:whole", *(f"urn:x:{n}" for n in range(5_000)))])

    with pytest.raises(TimeLimitError) as refused:
        store.read(lambda reader: reader.neighbours(["urn:x:whole"], "upstream", None), Limit(1))
    store.close()

    assert "interrupted" in str(refused.value.__cause__)


def test_findings_about_thousands_of_reports_can_be_given_up(store: Store) -> None:
    parties = [f"urn:p:{n}" for n in range(300)]
    moves = [transferred("urn:x:1", giver=a, taker=b) for a, b in pairwise(parties)]
    load_events(store, moves)
    looks: list[None] = []

    def check() -> None:
        looks.append(None)
        if len(looks) > len(moves):
            raise TimeLimitError

    with pytest.raises(TimeLimitError):
        store.read(lambda reader: FindingEvaluator(reader, None, rule_book(), check).items(["urn:x:1"]))


def test_a_walk_through_wholes_looks_at_every_item() -> None:
    looks: list[None] = []
    context = CustodyContext([], [], {}, lambda: looks.append(None))

    context.wholes("urn:x:1", 0)
    context.edges_from("urn:x:1")

    assert len(looks) == 2


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ({"a": []}, {"a"}),
        ({"a": ["b"], "b": []}, {"b"}),
        ({"a": ["b"], "b": ["a"]}, {"a", "b"}),
        ({"a": ["b"], "b": ["a", "c"], "c": []}, {"c"}),
        ({"a": ["b", "d"], "b": ["c"], "c": ["b"], "d": []}, {"b", "c", "d"}),
        ({"a": ["a"]}, {"a"}),
    ],
)
def test_the_last_components_are_the_items_in_nothing_but_one_another(
    above: dict[str, list[str]], expected: set[str]
) -> None:
    assert last_components(above) == expected
