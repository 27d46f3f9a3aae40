"""A store of format 2 becomes one of the newest format, with the same answers and digest, even after a kill."""

from __future__ import annotations

import contextlib
import fcntl
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j
import orjson
import pytest

from lineage.domain.errors import (
    InvalidQuestionError,
    LineageError,
    StoreBusyError,
    StoreError,
    StoreTooNewError,
    StoreTooOldError,
)
from lineage.domain.instants import parse_instant
from lineage.exchange.jsonl import read_lines
from lineage.operations.catalogue import BY_NAME
from lineage.operations.deadline import Deadline
from lineage.operations.json_encoding import encode
from lineage.operations.parameters import read_parameters
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.findings.materialization import evaluate_all
from lineage.service.ingest import maintenance
from lineage.service.ingest.load import Rules, load_all
from lineage.service.projection.rebuild import rebuild
from lineage.stores import migrate_store, open_store
from lineage.stores.interface import FORMAT_VERSION, Store
from lineage.stores.migration import Migration
from lineage.stores.neo4j import migration as neo4j_migration
from lineage.stores.neo4j.store import Neo4jStore
from lineage.stores.query_files import parse, query
from lineage.stores.sqlite import store as sqlite_store
from tests import builders as b
from tests.conftest import wiped
from tests.service_client import TickingClock, load_events
from tests.stores.old_stores import OldStore, content, findings_of_format_2, restore_graph, rows, unpacked

DIGEST = "d49d1a8fe10200d3b910927be70a8d8e0a227af00b0ac8bab7e27452f4b7feb7"
EVENTS = 268
QUESTIONS = {
    *("events", "event", "item", "trace", "composition", "custody", "responsibility", "dossier", "path"),
    *("party", "holdings", "duties", "conduct", "search", "findings"),
}
"""The questions of which the release of format 2 left answers."""
NOW = parse_instant("2026-12-01T00:00:00Z")
ROOT = Path(__file__).parents[2]
STEPS = sorted(
    [str(p.relative_to(ROOT / "cypher")) for p in (ROOT / "cypher/migrate").rglob("*.cypher")]
    + [str(p.relative_to(ROOT / "lineage/stores/sql")) for p in (ROOT / "lineage/stores/sql").glob("migrate*/*.sql")]
)


@pytest.fixture
def sqlite_store_of_format_2(tmp_path: Path) -> Iterator[OldStore]:
    (tmp_path / "store.db").write_bytes(unpacked("store.db.zst"))
    with contextlib.closing(OldStore(f"sqlite:///{tmp_path / 'store.db'}", findings_of_format_2(tmp_path))) as old:
        yield old


@pytest.fixture
def graph_of_format_2(neo4j_session_store: Store, neo4j_url: str, tmp_path: Path) -> Iterator[OldStore]:
    store = wiped(neo4j_session_store)
    assert isinstance(store, Neo4jStore)
    with store._session(neo4j.WRITE_ACCESS) as session:
        restore_graph(session, orjson.loads(unpacked("graph.json.zst")))
    with contextlib.closing(OldStore(neo4j_url, findings_of_format_2(tmp_path))) as old:
        yield old
    with store._session(neo4j.WRITE_ACCESS) as session:
        for step in ("005_drop_hang_key", "006_drop_item_ringed", "007_drop_journal_settled"):
            session.run(query("cypher", f"migrate/003/{step}.cypher").text).consume()
    wiped(store)


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def old(request: pytest.FixtureRequest) -> OldStore:
    name = "sqlite_store_of_format_2" if request.param == "sqlite" else "graph_of_format_2"
    store: OldStore = request.getfixturevalue(name)
    return store


# ---- the steps are query files


@pytest.mark.parametrize("path", STEPS)
def test_a_step_of_a_migration_has_a_header_and_a_number(path: str) -> None:
    root = "cypher" if path.endswith(".cypher") else "lineage/stores/sql"
    step = parse(path, (ROOT / root / path).read_text("utf-8"))
    assert step.sentence.endswith(".")
    assert 2 < int(path.split("/")[1][:3]) <= FORMAT_VERSION


def test_there_is_a_step_to_the_newest_format_in_each_kind_of_store() -> None:
    number = f"{FORMAT_VERSION:03d}"
    for folder, suffix in (("migrate/", ".cypher"), ("migrate/", ".sql"), ("migrate_findings/", ".sql")):
        assert [p for p in STEPS if p.startswith(folder + number) and p.endswith(suffix)]


# ---- before


def test_an_old_store_is_refused_with_the_command_that_migrates_it(old: OldStore) -> None:
    with pytest.raises(StoreTooOldError, match="lineage migrate --store URL") as refused:
        old.open()
    assert (refused.value.found, refused.value.supported) == (2, FORMAT_VERSION)


def test_old_findings_are_refused_with_the_command_that_migrates_them(sqlite_store_of_format_2: OldStore) -> None:
    old = sqlite_store_of_format_2
    unmigrated = old.findings.read_bytes()
    old.findings.unlink()
    old.migrate()
    old.findings.write_bytes(unmigrated)
    store = old.open()
    assert store.findings is not None
    with pytest.raises(StoreTooOldError, match="lineage migrate"):
        store.findings.evaluated()
    store.close()
    _, migration = old.migrate()
    assert migration is not None
    assert migration.found == 2


# ---- after


def canonical(document: Any) -> Any:
    """A document without the order of edges and of proofs, which states nothing."""
    if isinstance(document, dict):
        return {name: canonical(value) for name, value in document.items()}
    if isinstance(document, list):
        values = [canonical(value) for value in document]
        if values and all(isinstance(v, str) or (isinstance(v, dict) and "source" in v) for v in values):
            return sorted(values, key=orjson.dumps)
        return values
    return document


def answers(store: Store, questions: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each question with what the store answers now."""
    for question in questions:
        operation = BY_NAME[question["question"]]
        parameters = read_parameters(operation.parameters, question["values"].items())
        request = operation.question(parameters, clock=lambda: NOW, deadline=Deadline(60), id=question["id"] or "")
        try:
            document = orjson.loads(encode(operation.call(store, request)))
        except LineageError as error:
            document = {"error": error.code}
        yield question, document


def without_endings(document: Any, hits: int, text: str) -> Any:
    """A search without what the older release did not find: ids and identifiers that end with the text."""
    for hit in document["hits"][hits:]:
        assert hit["matched"] == "identifiers" or (hit["matched"] == "id" and hit["id"].casefold().endswith(text))
    return {**document, "hits": document["hits"][:hits]}


def without_birth(before: Any, now: Any) -> Any:
    """An answer without the moment at which its item comes into being, which the older release did not state."""
    return now if "not_yet_born" in before else {n: v for n, v in now.items() if n != "not_yet_born"}


def by_event(document: Any) -> Any:
    """A dossier without the order of its evidence, which was that of arrival."""
    return (
        {**document, "evidence": sorted(document["evidence"], key=orjson.dumps)} if "evidence" in document else document
    )


def in_any_order(document: Any) -> Any:
    """Duties without their order, which was that of arrival."""
    return {**document, "duties": sorted(document["duties"], key=orjson.dumps)} if "duties" in document else document


def without_replacements(before: Any, now: Any) -> tuple[Any, Any]:
    """Conduct, before and now, without the reports in time, among which the older release counted no replacements."""
    if "punctuality" not in before:
        return before, now
    was, found = before["punctuality"], now["punctuality"]
    assert was["met"] <= found["met"]
    return {**before, "punctuality": {**was, "met": 0}}, {**now, "punctuality": {**found, "met": 0}}


def test_every_answer_is_what_it_was_before_the_migration(old: OldStore) -> None:
    old.migrate()
    store = old.open()
    questions = orjson.loads(unpacked("answers.json.zst"))["asked"]
    if isinstance(store, Neo4jStore):
        by_kind = {kind: [q for q in questions if q["question"] == kind] for kind in QUESTIONS}
        questions = [q for of_kind in by_kind.values() for q in of_kind[::3]]  # every kind, in a third of the time
    assert {q["question"] for q in questions} == QUESTIONS
    exactly = not isinstance(store, Neo4jStore)
    for question, document in answers(store, questions):
        before, now = by_event(question["answer"]), by_event(without_birth(question["answer"], document))
        if question["question"] == "search":
            now = without_endings(document, len(before["hits"]), question["values"]["q"])
        elif question["question"] == "duties":
            before, now = in_any_order(before), in_any_order(document)
        elif question["question"] == "conduct":
            before, now = without_replacements(before, document)
        assert now == before if exactly else canonical(now) == canonical(before), question


def test_the_digest_of_the_journal_is_what_it_was(old: OldStore) -> None:
    old.migrate()
    store = old.open()
    document = maintenance.verify(store, Context(NOW, lambda: False))
    assert (document["failure"], document["checked"], document["digest"]) == (None, EVENTS, DIGEST)


def test_a_migrated_store_takes_new_events_and_corrections(old: OldStore) -> None:
    old.migrate()
    store = old.open()
    seen = b.inspected("urn:x:c1", time="2026-11-20", event_id="new")
    fix = b.corrected("new", b.inspected("urn:x:p1", time="2026-11-20"), time="2026-11-21", event_id="fix-new")
    assert load_events(store, [seen, fix], TickingClock(NOW)).accepted == 2
    before = rows(store)
    store.write(rebuild)
    assert rows(store) == before


def test_what_is_derived_is_what_the_journal_gives(old: OldStore, tmp_path: Path, request: Any) -> None:
    old.migrate()
    store = old.open()
    migrated = rows(store)
    store.write(rebuild)
    assert rows(store) == migrated
    exported: list[bytes] = []
    maintenance.export(store, Context(NOW, lambda: False), exported.append)
    if isinstance(store, Neo4jStore):
        fresh: Store = wiped(request.getfixturevalue("neo4j_session_store"))
    else:
        fresh = open_store(f"sqlite:///{tmp_path / 'fresh.db'}")
    load_all(fresh, read_lines([b"".join(exported)]), Rules(lambda: NOW, keep_recorded=True))
    assert rows(fresh) == migrated


def test_findings_that_an_older_release_stored_are_evaluated_again(sqlite_store_of_format_2: OldStore) -> None:
    sqlite_store_of_format_2.migrate()
    store = sqlite_store_of_format_2.open()
    assert store.findings is not None
    assert store.findings.evaluated().position == 0
    assert evaluate_all(store, Context(NOW, lambda: False), rule_book())["judged"] > 0
    listed = store.findings.listed((0, "", 0), EVENTS, item="urn:x:cell:twice")
    assert listed is not None
    found = [entry.finding.kind for entry in listed]
    assert found == ["moved_while_installed", "unknown_party", "unknown_party", "unknown_party"]


@pytest.mark.neo4j
def test_constraints_and_indexes_are_those_of_a_new_graph(
    graph_of_format_2: OldStore, neo4j_session_store: Store
) -> None:
    graph_of_format_2.migrate()
    assert isinstance(neo4j_session_store, Neo4jStore)
    with neo4j_session_store._session(neo4j.READ_ACCESS) as session:
        names = {
            name for (name,) in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").values()
        }
    assert names == {path.stem[4:] for path in (ROOT / "cypher/schema").glob("*.cypher")}


@pytest.mark.neo4j
def test_a_process_of_the_older_release_that_still_runs_is_refused(
    graph_of_format_2: OldStore, neo4j_session_store: Store
) -> None:
    lock = "MATCH (j:Journal {id: 'journal'}) SET j.turn = 0 RETURN count(j), count(j.importing)"
    seen: list[list[int]] = []
    assert isinstance(neo4j_session_store, Neo4jStore)
    with neo4j_session_store._session(neo4j.WRITE_ACCESS) as session:
        assert session.run(lock).values() == [[1, 0]]
        graph_of_format_2.migrate(lambda file, rows: seen.append(session.run(lock).values()[0]))
        assert session.run(lock).values() == [[1, 1]]
    assert seen
    assert all(importing == 1 for _, importing in seen)


# ---- twice, or not to the end


def test_a_second_migration_changes_nothing(old: OldStore) -> None:
    first, _ = old.migrate()
    assert (first.found, bool(first.steps)) == (2, True)
    store = old.open()
    before = rows(store)
    store.close()
    assert old.migrate()[0] == Migration(FORMAT_VERSION, ())
    store = old.open()
    assert rows(store) == before


class InterruptedByTestError(Exception):
    """An error that a test raises in the middle of a migration."""


def interrupt_after(calls: int) -> Callable[[str, int], None]:
    left = [calls]

    def progress(file: str, rows: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise InterruptedByTestError

    return progress


@pytest.mark.parametrize("calls", [1, 2, 4])
def test_an_interrupted_migration_leaves_a_file_as_it_was(sqlite_store_of_format_2: OldStore, calls: int) -> None:
    old = sqlite_store_of_format_2
    path = old.url.removeprefix("sqlite:///")
    before = content(path)
    with pytest.raises(InterruptedByTestError):
        old.migrate(interrupt_after(calls))
    assert content(path) == before
    with pytest.raises(StoreTooOldError):
        old.open()
    old.migrate()
    old.open().close()


def test_a_killed_migration_leaves_a_file_as_it_was(sqlite_store_of_format_2: OldStore) -> None:
    old = sqlite_store_of_format_2
    path = old.url.removeprefix("sqlite:///")
    before = content(path)
    program = (
        "import os, signal, sys\n"
        "from lineage.stores import migrate_store\n"
        "migrate_store(sys.argv[1], progress=lambda file, rows: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, old.url], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert content(path) == before
    old.migrate()
    old.open().close()


@pytest.mark.neo4j
@pytest.mark.parametrize("calls", [1, 2, 5, 8, 10, 12, 13])
def test_an_interrupted_migration_of_a_graph_goes_on_where_it_was(
    graph_of_format_2: OldStore, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = graph_of_format_2
    monkeypatch.setattr(neo4j_migration, "_ROWS", 60)
    with pytest.raises(InterruptedByTestError):
        old.migrate(interrupt_after(calls))
    old.migrate()
    store = old.open()
    document = maintenance.verify(store, Context(NOW, lambda: False))
    assert (document["failure"], document["digest"]) == (None, DIGEST)
    before = rows(store)
    store.write(rebuild)
    assert rows(store) == before


@pytest.mark.neo4j
def test_until_a_migration_has_ended_the_graph_is_refused(
    graph_of_format_2: OldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_migration, "_ROWS", 60)
    with pytest.raises(InterruptedByTestError):
        graph_of_format_2.migrate(interrupt_after(4))
    with pytest.raises(StoreTooOldError):
        graph_of_format_2.open()


# ---- refused


def test_a_migration_is_refused_while_another_process_writes(
    sqlite_store_of_format_2: OldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "LONGEST_WAIT_S", 0.05)
    path = sqlite_store_of_format_2.url.removeprefix("sqlite:///")
    with open(f"{path}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreBusyError):
            sqlite_store_of_format_2.migrate()
    assert sqlite_store_of_format_2.migrate()[0].found == 2


@pytest.mark.parametrize(("version", "error"), [(FORMAT_VERSION + 1, StoreTooNewError), (1, StoreTooOldError)])
def test_a_format_that_cannot_be_migrated_is_refused(
    old: OldStore, version: int, error: type[StoreError], request: Any
) -> None:
    if old.url.startswith("sqlite"):
        with sqlite3.connect(old.url.removeprefix("sqlite:///")) as connection:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", [str(version)])
        connection.close()
    else:
        store = request.getfixturevalue("neo4j_session_store")
        with store._session(neo4j.WRITE_ACCESS) as session:
            session.run("MATCH (j:Journal) SET j.format = $version", version=version).consume()
    with pytest.raises(error):
        old.migrate()


def test_where_there_is_no_store_nothing_is_migrated_or_made(tmp_path: Path) -> None:
    for name, content_of_file in (("absent.db", None), ("empty.db", b"")):
        file = tmp_path / name
        if content_of_file is not None:
            file.write_bytes(content_of_file)
        with pytest.raises(InvalidQuestionError) as refused:
            migrate_store(f"sqlite:///{file}", progress=lambda file, rows: None)
        assert refused.value.code == "store_missing"
    assert not (tmp_path / "absent.db").exists()


@pytest.mark.neo4j
def test_in_an_empty_database_nothing_is_migrated_or_made(neo4j_session_store: Store, neo4j_url: str) -> None:
    store = wiped(neo4j_session_store)
    assert isinstance(store, Neo4jStore)
    with store._session(neo4j.WRITE_ACCESS) as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
        with pytest.raises(InvalidQuestionError) as refused:
            migrate_store(neo4j_url, progress=lambda file, rows: None)
        assert refused.value.code == "store_missing"
        assert session.run("MATCH (n) RETURN count(n)").values() == [[0]]
    wiped(store)
