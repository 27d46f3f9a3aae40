"""Faults of the store as a client sees them: lost files, damage, a journal ahead of the clock."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lineage.domain.instants import parse_instant
from lineage.stores import open_store
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import cell, post

NOW = parse_instant("2026-11-22T00:00:00Z")


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_store_that_is_lost_under_the_server_takes_no_event(sqlite_file: str, is_replaced: bool) -> None:
    path = Path(sqlite_file.removeprefix("sqlite:///"))
    with closing(open_store(sqlite_file)) as store, asking(store) as client:
        assert post(client, cell(1)).status_code == 200
        if is_replaced:
            open_store(f"{sqlite_file}.other").close()
            path.with_name(f"{path.name}.other").replace(path)
        else:
            path.unlink()

        answers = [post(client, cell(2)), client.get("/ready"), client.get("/v1/items/urn:x:cell:1")]

        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "store_unavailable")] * 3
        assert client.get("/health").status_code == 200


def test_damage_is_an_error_of_the_store(sqlite_file: str) -> None:
    with closing(open_store(sqlite_file)) as store, asking(store) as client:
        assert post(client, cell(1)).status_code == 200
        with closing(sqlite3.connect(sqlite_file.removeprefix("sqlite:///"))) as connection:
            connection.execute("UPDATE item SET facts = '['")
            connection.commit()

        answer = client.get("/v1/items/urn:x:cell:1")

    assert (answer.status_code, answer.json()["code"]) == (503, "store_damaged")


def test_readiness_warns_while_the_journal_runs_ahead(sqlite_file: str, caplog: pytest.LogCaptureFixture) -> None:
    moment = [NOW]
    with closing(open_store(sqlite_file)) as store, asking(store, clock=lambda: moment[0]) as client:
        assert client.get("/ready").json() == {"status": "ready"}
        moment[0] = parse_instant("2028-01-01T00:00:00Z")
        assert post(client, cell(1)).status_code == 200
        moment[0] = NOW

        ready = client.get("/ready")

    assert (ready.status_code, ready.json()["warnings"][0]["code"]) == (200, "journal_ahead")
    assert "journal_ahead" in caplog.text
