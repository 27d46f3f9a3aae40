"""The projection of single commits and the replay of a complete item history give the same rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.domain.graph import PART_OF, Edge, Holding, KnownInterval, Mention
from lineage.domain.instants import OPEN
from lineage.domain.projection.changes import MentionChange
from lineage.domain.projection.item_history import item_history
from lineage.domain.records import Changes, ItemRow
from lineage.service.projection.commits import UncorrectedCommit, decode_commits
from lineage.stores import open_store
from lineage.stores.interface import Store, Transaction
from tests.builders import Json
from tests.histories import arrivals, histories
from tests.service_client import TickingClock, load_events

FIXED = settings(max_examples=60, derandomize=True)
ANY_HISTORY = st.booleans().flatmap(lambda wild: histories(wild=wild))


@st.composite
def batches_of(draw: st.DrawFn) -> list[list[Json]]:
    return draw(arrivals(draw(ANY_HISTORY)))


def changes_by_item(transaction: Transaction) -> dict[str, list[MentionChange]]:
    """Every change of a mention that the journal holds, by item, in commit order."""
    changes: dict[str, list[MentionChange]] = defaultdict(list)
    for commit in decode_commits(transaction, transaction.entries(0, 10_000)):
        effects = commit.decoded() if isinstance(commit, UncorrectedCommit) else commit
        signed = ((0, effects.withdrawn_before_arrival), (-1, effects.leaving), (1, effects.entering))
        for sign, group in signed:
            for event in group:
                for mention in event.mentions:
                    changes[mention.item].append(MentionChange(effects.recorded, sign, mention))
    return changes


def is_independent(changes: list[MentionChange]) -> bool:
    """Whether no event of the item takes its custody from a whole."""
    mentions = [change.mention for change in changes]
    was_installed = any(m.role == "put_in" for m in mentions)
    return not any(
        (m.role == "taken_out" and m.party is None) or (m.role in ("ended", "input") and was_installed)
        for m in mentions
    )


def rows_at(changes: Changes, known_at: int) -> dict[str, set[Any]]:
    """The rows of a replayed history that are known at a transaction time."""
    opened = ((row, KnownInterval(since, OPEN)) for row, since in changes.opened)
    known = [row for row, interval in (*opened, *changes.past) if interval.since <= known_at < interval.until]
    return {kind.__name__: {row for row in known if isinstance(row, kind)} for kind in (Mention, Edge, Holding)}


def stored_rows_at(transaction: Transaction, item: str, known_at: int) -> dict[str, set[Any]]:
    """The rows of one item in a store that are known at a transaction time."""
    edges, holdings, _ = transaction.custody_rows([item], known_at)
    return {
        "Mention": set(transaction.mentions([item], known_at)),
        "Edge": {e for e in edges if e.source == item and e.type == PART_OF},
        "Holding": {h for h in holdings if h.item == item},
    }


def compared(transaction: Transaction) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The rows of every independent item: as projected commit by commit, and as its replayed history has them."""
    projected: dict[Any, Any] = {}
    replayed: dict[Any, Any] = {}
    by_item = changes_by_item(transaction)
    times = sorted({change.recorded for changes in by_item.values() for change in changes})
    rows: dict[str, ItemRow] = transaction.items(by_item)
    for item, item_changes in by_item.items():
        if rows[item].on_cycle or not is_independent(item_changes):
            continue
        history = Changes()
        item_history(item, item_changes, history)
        projected[item], replayed[item] = rows[item], history.items[item]
        for known_at in times_named(times, rows[item]):
            projected[item, known_at] = stored_rows_at(transaction, item, known_at)
            replayed[item, known_at] = rows_at(history, known_at)
    return projected, replayed


def times_named(times: Iterable[int], row: ItemRow) -> list[int]:
    """The transaction times of a journal; none for an item that no event in force names."""
    return [] if row.facts is None else list(times)


@pytest.fixture(scope="module")
def sqlite_stores(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder, numbers = tmp_path_factory.mktemp("projection"), count()
    return lambda: open_store(f"sqlite:///{folder / f'{next(numbers)}.db'}")


@FIXED
@given(batches=batches_of())
def test_commit_by_commit_an_item_has_the_rows_of_its_replayed_history(
    sqlite_stores: Any, batches: list[list[Json]]
) -> None:
    store: Store = sqlite_stores()
    try:
        clock = TickingClock()
        for batch in batches:
            assert load_events(store, batch, clock).errors == []
        projected, replayed = store.write(compared)
    finally:
        store.close()
    assert projected == replayed
