"""Whatever was exported can be restored, though a clock ran ahead; elsewhere no event is recorded in the future."""

from __future__ import annotations

import pytest

from lineage.domain.instants import format_instant
from lineage.exchange.jsonl import read_lines
from lineage.service.answers import Context
from lineage.service.ingest import maintenance
from lineage.service.ingest.load import LoadReport, Rules, load, load_all
from lineage.service.ingest.readiness import readiness
from lineage.stores.interface import State, Store
from tests import builders as b
from tests.conftest import FreshStore
from tests.service_client import NOW, ServiceClient, TickingClock, load_events

DAYS = 24 * 3600 * 1000
AHEAD = NOW + 400 * DAYS
RESTORING = Rules(lambda: NOW + 1_000, keep_recorded=True, restoring=True)
CODE_OF_NEXT_YEAR = "031PE0032X05AAH5N0300123"
"""Its date lies between `NOW` and `AHEAD`."""


def exported_under_a_fast_clock(store: Store) -> tuple[list[bytes], State]:
    """The export of a journal whose second commit was recorded 400 days ahead, by code of a battery made then."""
    load_events(store, [b.produced("urn:x:1", event_id="e1")])
    load_events(store, [b.produced(CODE_OF_NEXT_YEAR, event_id="e2")], TickingClock(AHEAD))
    load_events(store, [b.produced("urn:x:3", event_id="e3")])
    lines: list[bytes] = []
    maintenance.export(store, Context(NOW, lambda: False), lines.append)
    return lines, store.read(lambda reader: reader.state())


@pytest.mark.parametrize("way_in", [load, load_all])
def test_a_journal_with_a_commit_under_a_fast_clock_is_restored(fresh_store: FreshStore, way_in: object) -> None:
    lines, state = exported_under_a_fast_clock(fresh_store())
    assert state.recorded > AHEAD
    store = fresh_store()

    report: LoadReport = way_in(store, read_lines(lines), RESTORING)  # type: ignore[operator]

    assert (report.errors, report.is_journal, report.state) == ([], True, state)
    assert store.read(lambda reader: reader.state()) == state
    assert maintenance.verify(store, Context(NOW, lambda: False))["intact"]
    assert ServiceClient(store).lineage(CODE_OF_NEXT_YEAR)["items"][0]["id"] == CODE_OF_NEXT_YEAR


def test_a_future_recorded_is_refused_where_there_are_events_already(fresh_store: FreshStore) -> None:
    lines, _ = exported_under_a_fast_clock(fresh_store())
    store = fresh_store()
    load_events(store, [b.produced("urn:x:0", event_id="e0")])

    report = load(store, read_lines(lines), RESTORING)

    assert [(e["id"], e["code"]) for e in report.errors] == [
        ("e2", "battery_code_future"),
        ("e2", "recorded_in_future"),
        ("e3", "recorded_in_future"),
    ]


@pytest.mark.parametrize("before", [b"{", b'{"type": "ended", "items": ["urn:x:1"]}'])
def test_a_future_recorded_is_refused_after_a_line_that_no_journal_has(fresh_store: FreshStore, before: bytes) -> None:
    lines, _ = exported_under_a_fast_clock(fresh_store())

    report = load(fresh_store(), read_lines([before + b"\n", *lines]), RESTORING)

    assert not report.is_journal
    assert [e["code"] for e in report.errors].count("recorded_in_future") == 2


def test_an_import_that_restores_nothing_refuses_a_future_recorded(fresh_store: FreshStore) -> None:
    lines, _ = exported_under_a_fast_clock(fresh_store())

    report = load(fresh_store(), read_lines(lines), Rules(lambda: NOW + 1_000, keep_recorded=True))

    assert [e["code"] for e in report.errors].count("recorded_in_future") == 2


def test_readiness_warns_while_the_journal_runs_ahead_of_the_clock(fresh_store: FreshStore) -> None:
    store = fresh_store()
    assert readiness(store, NOW) == {"status": "ready"}
    _, state = exported_under_a_fast_clock(store)

    (warning,) = readiness(store, NOW)["warnings"]

    assert warning["code"] == "journal_ahead"
    assert format_instant(state.recorded) in warning["message"]
    assert readiness(store, state.recorded) == {"status": "ready"}
