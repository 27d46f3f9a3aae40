"""The stores that tests run on, the profiles of hypothesis, and how a run is divided among processes."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lineage.stores import open_store
from lineage.stores.interface import ProjectionReader, QuestionReader, Store
from tests.histories import register_profiles
from tests.parallel import (
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_unconfigure,
    pytest_xdist_make_scheduler,
)

__all__ = [
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_unconfigure",
    "pytest_xdist_make_scheduler",
]

register_profiles()

FreshStore = Callable[[], Store]
"""Gives an empty store; what the last one held is gone."""


@pytest.fixture(scope="session")
def neo4j_url() -> str:
    """The server that LINEAGE_TEST_NEO4J names; its data is wiped."""
    url = os.environ.get("LINEAGE_TEST_NEO4J")
    if not url:
        pytest.fail("LINEAGE_TEST_NEO4J names no server: run `make test`, which brings one up.")
    return url


@pytest.fixture(scope="session")
def neo4j_session_store(neo4j_url: str) -> Iterator[Store]:
    store = open_store(
        neo4j_url, user=os.environ.get("LINEAGE_NEO4J_USER"), password=os.environ.get("LINEAGE_NEO4J_PASSWORD")
    )
    yield store
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def fresh_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshStore]:
    """An empty store of either kind, as often as it is called."""
    if request.param == "neo4j":
        store: Store = request.getfixturevalue("neo4j_session_store")
        yield lambda: wiped(store)
        return
    folder = tmp_path_factory.mktemp("stores")
    numbers = itertools.count()
    opened: list[Store] = []

    def make() -> Store:
        while opened:
            opened.pop().close()
        opened.append(open_store(f"sqlite:///{folder / f'{next(numbers)}.db'}"))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def store(fresh_store: FreshStore) -> Store:
    return fresh_store()


def wiped(store: Store) -> Store:
    """The same Neo4j without its data; the schema stays."""
    from lineage.stores.neo4j.store import Neo4jStore
    from tests.stores.neo4j_wipe import wipe

    assert isinstance(store, Neo4jStore)
    wipe(store)
    return store


def projection_reader(reader: QuestionReader) -> ProjectionReader:
    """The wider reader that both stores hand to a read, though they promise a narrow one."""
    from lineage.stores.neo4j.reader import Neo4jReader
    from lineage.stores.sqlite.reader import SqliteReader

    assert isinstance(reader, SqliteReader | Neo4jReader)
    return reader


@pytest.fixture
def sqlite_file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'lineage.db'}"


warnings.filterwarnings("error")
