"""The guard of unit tests works: neither kind of store can be opened here."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.stores import open_store


def test_a_unit_test_cannot_open_sqlite(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="belongs to tests/contract"):
        open_store(f"sqlite:///{tmp_path / 'lineage.db'}")


def test_a_unit_test_cannot_open_neo4j() -> None:
    with pytest.raises(pytest.fail.Exception, match="belongs to tests/contract"):
        open_store("neo4j://127.0.0.1:9")
