"""Whatever was exported can be restored, though a clock ran ahead; elsewhere no event is recorded in the future."""

from __future__ import annotations

import orjson
import pytest

from lineage.domain.events.reading import read_event
from lineage.domain.instants import format_instant
from lineage.exchange.jsonl import read_lines
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.ingest import maintenance
from lineage.service.ingest.append import Incoming, append_batch
from lineage.service.ingest.load import LoadReport, Rules, load, load_all
from lineage.service.ingest.readiness import readiness
from lineage.service.questions.dossier import dossier
from lineage.service.questions.items import item
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


# ---- ids that earlier releases accepted

IDENTITY_NUMBER = "11010519491231002X"
PERSONAL = ("owner:13800138000", IDENTITY_NUMBER, "tel:+8613800138000", "id:11010519491231002X")


def journal_of_an_earlier_release(store: Store) -> tuple[list[bytes], State]:
    """The export of a journal with telephone and identity card numbers as ids of parties and items."""
    given = {k: v for k, v in b.transferred("urn:x:1", giver=b.MAKER, taker=b.SHOP).items() if k != "id"}
    events = [
        b.produced({"id": "urn:x:1", "kind": "pack"}, reporter=b.MAKER, event_id="e1"),
        *(
            b.transferred("urn:x:1", giver=b.MAKER, taker=party, time=f"2024-02-0{n + 1}", event_id=f"t{n}")
            for n, party in enumerate(PERSONAL)
        ),
        b.inspected("sms:13800138000", reporter=b.MAKER, event_id="seen"),
        b.corrected("t0", replacement={**given, "taker": PERSONAL[0]}, event_id="c1"),
    ]
    lines = [orjson.dumps({**event, "recorded": f"2024-05-{n + 1:02}T00:00:00.000Z"}) for n, event in enumerate(events)]
    incoming = [
        Incoming(n, read_event(orjson.loads(line), today=None, allow_recorded=True, of_journal=True), None, None)
        for n, line in enumerate(lines, 1)
    ]
    dated = [one._replace(recorded=one.reading.event.recorded) for one in incoming]
    state = store.write(lambda tx: append_batch(tx, dated, now=NOW)).state
    exported: list[bytes] = []
    maintenance.export(store, Context(NOW, lambda: False), exported.append)
    return exported, state


@pytest.mark.parametrize("way_in", [load, load_all])
def test_a_journal_with_ids_that_are_refused_now_is_restored_with_warnings(
    fresh_store: FreshStore, way_in: object
) -> None:
    before = fresh_store()
    lines, state = journal_of_an_earlier_release(before)
    wanted = [ServiceClient(before).custody("urn:x:1"), ServiceClient(before).conduct(IDENTITY_NUMBER)]
    store = fresh_store()

    report: LoadReport = way_in(store, read_lines(lines), RESTORING)  # type: ignore[operator]

    assert (report.errors, report.accepted, report.state) == ([], len(lines), state)
    personal = [w for w in report.warnings if w["code"] == "personal_data"]
    assert [w["id"] for w in personal] == ["t0", "t1", "t2", "t3", "seen", "c1"]
    assert not any("1380" in str(w["message"]) or "1101" in str(w["message"]) for w in personal)
    assert [ServiceClient(store).custody("urn:x:1"), ServiceClient(store).conduct(IDENTITY_NUMBER)] == wanted
    context = ServiceClient(store).context()
    assert item(store, "sms:13800138000", context)["scheme"] == "uri"
    assert dossier(store, "urn:x:1", context, rule_book())["parties"] == {}
    assert maintenance.verify_deep(store, Context(NOW, lambda: False), rule_book())["intact"]


def test_such_an_id_is_refused_of_a_new_event_and_after_a_line_that_no_journal_has(fresh_store: FreshStore) -> None:
    lines, _ = journal_of_an_earlier_release(fresh_store())
    fresh = b"".join((orjson.dumps(b.inspected("urn:x:9", event_id="new")), b"\n"))

    into_a_filled_one = fresh_store()
    load_events(into_a_filled_one, [b.produced("urn:x:0", event_id="e0")])
    reports = [
        load(into_a_filled_one, read_lines(lines), RESTORING),
        load(fresh_store(), read_lines([fresh, *lines]), RESTORING),
        load(fresh_store(), read_lines(lines), Rules(lambda: NOW + 1_000, keep_recorded=True)),
    ]

    for report in reports:
        assert {e["id"] for e in report.errors} == {"t0", "t1", "t2", "t3", "seen", "c1"}
        assert {e["code"] for e in report.errors} == {"personal_data"}
