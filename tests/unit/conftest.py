"""Unit tests open no store: an attempt fails at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NoReturn

import neo4j
import pytest


def refuse(*arguments: object, **options: object) -> NoReturn:
    """Fail the test that opens a store."""
    pytest.fail("A unit test opened a store; such a test belongs to tests/contract or tests/fleet.")


@pytest.fixture(autouse=True, scope="module")
def no_store() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", refuse)
        patch.setattr(neo4j.GraphDatabase, "driver", refuse)
        yield
