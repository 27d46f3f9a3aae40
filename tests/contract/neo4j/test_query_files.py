"""Every query file does what its header states, is used, and is run by Neo4j with the intended plan."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import neo4j
import orjson
import pytest

from lineage.domain.graph import BECAME, PART_OF, Edge, Enrolment, Holding, KnownInterval, Mention, Term
from lineage.domain.instants import BEGIN, OPEN, parse_instant
from lineage.domain.traversal.neighbourhood import ALL_TIME
from lineage.exchange.jsonl import read_lines
from lineage.service.ingest.load import Rules, load_all
from lineage.service.projection.rebuild import rebuild
from lineage.stores.findings_cache import EvaluatedUpTo
from lineage.stores.interface import Changes, EntryFilter, QuestionReader, Store
from lineage.stores.neo4j import bulk_import as neo4j_fill
from lineage.stores.neo4j import rebuild as restarted_neo4j
from lineage.stores.neo4j import schema as neo4j_schema
from lineage.stores.neo4j import scratch as neo4j_aside
from lineage.stores.neo4j import statements as neo4j_statements
from lineage.stores.neo4j import store as neo4j_store
from lineage.stores.neo4j.schema import rules
from lineage.stores.query_files import Query, numbered, query
from lineage.stores.sqlite import deep_verify
from lineage.stores.sqlite import reader as sqlite_reader
from lineage.stores.sqlite import staging as sqlite_staging
from lineage.stores.sqlite import store as sqlite_store
from lineage.stores.sqlite import transaction as sqlite_transaction
from lineage.stores.sqlite.findings_cache import SqliteFindingsCache
from tests import builders as b
from tests.conftest import FreshStore, projection_reader, wiped
from tests.paths import ROOT
from tests.service_client import TickingClock, load_events

CYPHER = ROOT / "cypher"
SQL = ROOT / "lineage/stores/sql"
FOLDERS = ("schema", "read", "write")


def files(root: Path, *folders: str) -> list[str]:
    return sorted(
        str(p.relative_to(root)) for f in folders for p in (root / f).iterdir() if p.suffix in (".cypher", ".sql")
    )


OURS = files(CYPHER, *FOLDERS)
FOR_PEOPLE = files(CYPHER, "browser")
TABLES = files(SQL, *FOLDERS, "staging", "rebuild_diff", "deep_verify")


def package_of(path: str) -> str:
    return "lineage.stores.sql" if path.endswith(".sql") else "cypher"


def code(text: str) -> str:
    """The statement without what stands in quotes and comments."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|//.*|--[^>\[(].*", "''", text)


# ---- without a server


@pytest.mark.parametrize("path", [*OURS, *FOR_PEOPLE, *TABLES])
def test_a_header_states_in_a_sentence_what_the_statement_does(path: str) -> None:
    context = query(package_of(path), path)
    assert re.fullmatch(r"[A-Z].*[^.][.?]", context.sentence), context.sentence
    assert context.returns or not path.startswith("read/")


@pytest.mark.parametrize("path", [*OURS, *FOR_PEOPLE])
def test_a_file_holds_one_statement(path: str) -> None:
    assert ";" not in code(query("cypher", path).text)


@pytest.mark.parametrize("path", [p for p in [*OURS, *FOR_PEOPLE, *TABLES] if query(package_of(p), p).order])
def test_a_promised_order_is_in_the_statement(path: str) -> None:
    assert "ORDER BY" in query(package_of(path), path).text


@pytest.mark.parametrize("path", [*OURS, *FOR_PEOPLE])
def test_no_lineage_runs_through_an_enterprise_or_an_event(path: str) -> None:
    text = code(query("cypher", path).text)
    repeated = [m for m in re.findall(r"\[[^\]]*\]", text) if "*" in m] + re.findall(r"\(\(\)[^)]*\)[*+]", text)
    assert not [r for r in repeated if re.search(r"HELD_BY|NAMES|ENROLS|CORRECTS|REPLACES_WITH|LAST_COMMIT", r)]


@pytest.mark.parametrize("path", files(CYPHER, "schema"))
def test_a_schema_file_is_numbered_and_named_like_what_it_makes(path: str) -> None:
    number, _, name = Path(path).stem.partition("_")
    assert number.isdigit()
    text = query("cypher", path).text
    assert re.match(rf"CREATE (CONSTRAINT|INDEX) {name} IF NOT EXISTS FOR ", text)


def test_schema_files_are_numbered_without_a_gap() -> None:
    numbers = [int(Path(p).stem[:3]) for p in files(CYPHER, "schema")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({r.name for r in rules()}) == len(numbers)


# ---- used, all of them


def a_little_of_everything() -> list[b.Json]:
    """A history in which something of every kind is reported, late, twice, and corrected."""
    lot, cell, pack = b.lot(1), {"id": "urn:x:c1", "kind": "cell", "model": "C-1", "batch": "B-1"}, "urn:x:p1"
    reported = [
        b.enrolled(b.MAKER, "maker", name="Maker", event_id="who"),
        b.produced(cell, event_id="made"),
        b.produced(pack, kind="pack", event_id="made-pack"),
        b.assembled(pack, "urn:x:c1", uncoded={"cell": 3}, time="2024-02-01", event_id="in"),
        b.transferred(pack, giver=b.MAKER, taker=b.OEM, time="2024-03-01", event_id="moved"),
        b.disassembled(pack, "urn:x:c1", time="2024-04-01", event_id="out"),
        b.transformed(["urn:x:c1"], {lot: "lot"}, time="2024-05-01", event_id="became"),
        b.assembled("urn:x:m1", lot, time="2024-06-01", event_id="lot-in"),
        b.assembled("urn:x:m1", lot, time="2024-06-01", event_id="lot-in-again"),
        b.assembled(pack, "urn:x:m1", time="2024-06-01", event_id="module-in"),
        b.inspected(pack, time="2024-06-02", event_id="seen"),
    ]
    corrections = [
        b.corrected("who", b.enrolled(b.MAKER, "maker", name="Another"), time="2024-07-01", event_id="fix-who"),
        b.corrected("made", b.produced({**cell, "model": "C-2"}), time="2024-07-01", event_id="fix-made"),
        b.corrected("in", b.assembled(pack, "urn:x:c1", time="2024-02-02"), time="2024-07-01", event_id="fix-in"),
        b.corrected("moved", time="2024-07-01", event_id="fix-moved"),
        b.corrected("became", time="2024-07-01", event_id="fix-became"),
        b.corrected("fix-became#r", time="2024-07-01", event_id="fix-nothing"),
    ]
    return [*reported, *corrections]


def superseded() -> Changes:
    """A row of each kind that was opened and superseded within one transaction."""
    rows = (
        Edge(PART_OF, "urn:x:c1", "urn:x:m1", 1, 2, ("in",)),
        Edge(BECAME, "urn:x:c1", "urn:x:m1", 1, 1, ("in",)),
        Holding("urn:x:c1", b.MAKER, 1, 2, "held", None, ("in",)),
        Mention("urn:x:c1", 1, "in", "put_in", "urn:x:m1"),
        Term("m-1", "urn:x:m1", "model", "M-1", "in", is_party=False),
        Enrolment(b.MAKER, 1, "who"),
    )
    return Changes(past=[(row, KnownInterval(1, 2)) for row in rows])


def ask_everything(narrow: QuestionReader, known_at: int | None) -> None:
    reader = projection_reader(narrow)
    items, events, at = (
        ["urn:x:c1", "urn:x:p1", b.lot(1), "urn:x:m1"],
        ["made", "fix-made"],
        parse_instant("2024-03-02"),
    )
    reader.state()
    reader.entries_by_id(events)
    for chosen in (
        EntryFilter(), EntryFilter(reporter=b.MAKER), EntryFilter(type="produced"), EntryFilter(item="urn:x:p1")
    ):  # fmt: skip
        reader.entries(0, 5, chosen)
    reader.corrections_about(events)
    reader.items(items)
    reader.item_ids("", 5)
    reader.facts(items, known_at)
    reader.mentions(items, known_at)
    reader.hand_overs(items, known_at)
    reader.events_of_party(b.MAKER, (0, ""), 5)
    reader.recent_mentions("urn:x:p1", at, 2, known_at)
    reader.mentions_at([("urn:x:p1", at)])
    reader.mentions_of_pairs([(b.lot(1), "urn:x:m1")])
    reader.part_edges(items)
    reader.edges_of_pairs([(b.lot(1), "urn:x:m1")])
    reader.became_edges([("urn:x:c1", b.lot(1), at)])
    reader.holdings_of(items)
    reader.dependencies([(i, BEGIN) for i in items])
    for parts in (False, True):
        reader.neighbours(items, "downstream", known_at, part_of_only=parts)
        reader.neighbours(items, "upstream", known_at, part_of_only=parts)
        for ahead in (1, 100):
            reader.neighbours(["urn:x:c1"], "downstream", known_at, part_of_only=parts, ahead=ahead)
            for window in (ALL_TIME, (at, at)):
                reader.neighbours(["urn:x:p1"], "upstream", known_at, part_of_only=parts, ahead=ahead, window=window)
    reader.between("urn:x:c1", "urn:x:p1", known_at, 5)
    reader.custody_rows(items, known_at)
    reader.custody_rows(items[:1], known_at)
    reader.own_custody_rows(items, [(b.lot(1), "urn:x:m1")], known_at)
    reader.layers_reported(items, known_at)
    reader.holdings(b.MAKER, at, known_at, "", 5)
    reader.holdings_count(b.MAKER, at, known_at)
    reader.in_transit_to(b.MAKER, at, known_at, "", 5)
    reader.contested_holdings(b.MAKER, at, known_at)
    reader.holdings_page(b.MAKER, at, known_at, "", 5)
    reader.search("c-", known_at, None, 5)
    reader.search("e:x:p1", known_at, None, 5)
    reader.seen_inside("urn:x:p1", known_at)
    reader.enrolments([b.MAKER], known_at)
    reader.parties([b.MAKER])


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The query files that are read from here on."""
    found: set[str] = set()

    def context(package: str, path: str) -> Query:
        found.add(path)
        return query(package, path)

    graph = (restarted_neo4j, neo4j_aside, neo4j_fill, neo4j_schema, neo4j_statements, neo4j_store)
    for module in (*graph, deep_verify, sqlite_staging, sqlite_reader, sqlite_store, sqlite_transaction):
        monkeypatch.setattr(module, "query", context)

    def queried_in_order(package: str, path: str) -> str:
        found.add(path)
        return numbered(package, path)

    monkeypatch.setattr(sqlite_transaction, "numbered", queried_in_order)
    return found


def in_source(path: str) -> bool:
    """Return whether a module of the stores names the file in full: files that open or mend a store."""
    return any(f'"{path}"' in m.read_text("utf-8") for m in (ROOT / "lineage/stores").rglob("*.py"))


def test_no_query_file_is_unused(used: set[str], fresh_store: FreshStore, tmp_path: Path) -> None:
    events, clock = a_little_of_everything(), TickingClock()
    store = fresh_store()
    load_all(store, read_lines([b"\n".join(map(orjson.dumps, events))]), Rules(clock))
    store = fresh_store()
    for batch in (events[:4], events[4:10], events[10:]):
        assert load_events(store, batch, clock).errors == []
    expected = [p for p in TABLES if not p.startswith("rebuild_diff/")]
    if isinstance(store, neo4j_store.Neo4jStore):
        expected = [
            p for p in (*OURS, *TABLES) if p.startswith(("read/", "write/", "rebuild_diff/")) and p not in expected
        ]
        damage(store)
    store.write(rebuild)
    store.write(lambda transaction: transaction.apply(superseded()))
    for known_at in (None, clock.now):
        store.read(lambda reader, k=known_at: ask_everything(reader, k))  # type: ignore[misc]
    store.differences(lambda _stored, _scratch: None, 1_000)
    store.ready()
    findings = SqliteFindingsCache(tmp_path / "findings")
    findings.clear(EvaluatedUpTo())
    assert findings.differences(EvaluatedUpTo(), [], 1_000) == []
    assert [p for p in expected if p not in used and not in_source(p)] == []


def damage(store: neo4j_store.Neo4jStore) -> None:
    """Something for a rebuild to mend."""
    with store._session(neo4j.WRITE_ACCESS) as session:
        session.run(
            "MATCH (x:Item) SET x.checkpoint = '' WITH x LIMIT 1 CREATE (x)-[:PART_OF {key: 'stray'}]->(x)"
        ).consume()
        session.run("CREATE (:CustodyDependency {key: 'stray'}), (:PartyEvent {key: 'stray'})").consume()


# ---- on SQLite


LOOKED_THROUGH = {
    "read/contested_holdings.sql": "SCAN item USING INDEX item_contested",  # an index of nothing else
    "read/state.sql": "SCAN journal",  # its last row
}
"""Steps that are otherwise forbidden, and why they are right in these files."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The tables of a store that holds a little of everything."""
    file = tmp_path_factory.mktemp("plans") / "plans.db"
    store = sqlite_store.SqliteStore(f"sqlite:///{file}")
    load_events(store, a_little_of_everything())
    store.close()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        yield connection


@pytest.mark.parametrize("path", [p for p in TABLES if re.match(r"(read|write)/(?!drop_|truncate_)", p)])
def test_a_statement_of_sqlite_never_looks_through_a_table(path: str, tables: sqlite3.Connection) -> None:
    context = query("lineage.stores.sql", path)
    lists = ("ids", "keys", "moments", "nums", "pairs", "since")
    values = {name: "[]" if name in lists else None for name in context.params}
    plan = [row[3] for row in tables.execute(f"EXPLAIN QUERY PLAN {context.text}", values)]
    looking = re.compile(r"SCAN (?!.*VIRTUAL TABLE|\(|r$|near$|page$|all_\w+$)|MATERIALIZE \w+_ever|.*AUTOMATIC")
    through = [step for step in plan if looking.match(step)]
    assert [s for s in through if s != LOOKED_THROUGH.get(path)] == []


def test_who_may_be_in_conflict_is_looked_up_by_item_and_not_through_all_that_a_party_held(
    tables: sqlite3.Connection,
) -> None:
    context = query("lineage.stores.sql", "read/contested_holdings.sql")
    plan = [row[3] for row in tables.execute(f"EXPLAIN QUERY PLAN {context.text}", dict.fromkeys(context.params))]
    assert [step for step in plan if "held_by" in step and "PRIMARY KEY (item=?" not in step] == []


# ---- on a real Neo4j


SCANS = (
    "AllNodesScan",
    "LabelScan",
    "LabelsScan",
    "RelationshipTypeScan",
    "RelationshipTypesScan",
    "AllRelationshipsScan",
    "IndexScan",
)
WALKS = ("Repeat", "StatefulShortestPath", "VarLengthExpand(All)", "VarLengthExpand(Pruning,All)")
SUPERSEDES = {f"write/{p.name}": {"Eager"} for p in (CYPHER / "write").glob("archive_*.cypher")}
ALLOWED: dict[str, set[str]] = {
    "read/shortest_chains_known.cypher": {"StatefulShortestPath(Into)"},  # both ends are given
    # A rebuild looks at everything, and names what it takes away by its place.
    "read/all_edges.cypher": {"DirectedUnionRelationshipTypesScan", "AllNodesScan"},
    "read/all_nodes.cypher": {"UnionNodeByLabelsScan"},
    "read/all_items.cypher": {"NodeByLabelScan"},
    "read/all_parties.cypher": {"NodeByLabelScan"},
    "write/delete_edges.cypher": {"Eager"},
    "write/delete_nodes.cypher": {"Eager"},
    "write/wipe_import.cypher": {"AllNodesScan"},  # everything that is half there goes
    **SUPERSEDES,  # the row is read, deleted, and stored under another type in one statement
    "write/insert_replacements.cypher": {"Eager"},  # makes events and looks for events
    "write/create_journal.cypher": {"Eager"},  # one row
    "write/advance_journal.cypher": {"Eager"},  # one row
    "write/upsert_items.cypher": {"Eager"},  # the label follows the kind that was there before
}
"""Uses that are otherwise forbidden, with the reason why these files need them."""

ZERO: dict[str, Any] = {
    **{name: [] for name in ("ids", "rows", "prefixes", "pairs", "keys", "ranges")},
    **dict.fromkeys(("known_at", "at", "open", "since", "until"), datetime(2024, 1, 1, tzinfo=UTC)),
    **dict.fromkeys(("most", "position", "recorded", "version", "seconds"), 1),
}


@pytest.fixture(scope="module")
def asking(neo4j_session_store: Store) -> Iterator[Callable[[str, dict[str, Any]], neo4j.Result]]:
    """Explains statements on a database that holds a little of everything, with all of the driver's notifications."""
    store = wiped(neo4j_session_store)
    load_events(store, a_little_of_everything())
    store.write(rebuild)
    assert isinstance(store, neo4j_store.Neo4jStore)
    with store._session(neo4j.READ_ACCESS) as session:
        yield lambda text, params: session.run(f"EXPLAIN {text}", params)


def given(context: Query) -> dict[str, Any]:
    """A value of the right type for each parameter."""
    values = {name: ZERO.get(name, "x") for name in context.params}
    if "after" in values and "entries" in context.name:
        values["after"] = 0
    return values


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].split("@")[0]
    for child in plan.get("children", ()):
        yield from operators(child)


def explained(asking: Callable[[str, dict[str, Any]], neo4j.Result], context: Query) -> tuple[list[str], list[str]]:
    result = asking(context.text, given(context))
    columns = list(result.keys())
    plan = result.consume().plan
    return columns, list(operators(plan)) if plan else []


@pytest.mark.neo4j
@pytest.mark.parametrize("path", [p for p in OURS if not p.startswith("schema/")])
def test_a_statement_starts_at_an_index_and_answers_what_its_header_states(
    path: str, asking: Callable[[str, dict[str, Any]], neo4j.Result]
) -> None:
    context = query("cypher", path)
    columns, steps = explained(asking, context)
    assert columns == list(context.returns)
    forbidden = {s for s in steps if s.endswith(SCANS) or s.startswith(WALKS) or s == "Eager"}
    assert forbidden <= ALLOWED.get(path, set())


@pytest.mark.neo4j
@pytest.mark.parametrize("path", FOR_PEOPLE)
def test_a_statement_for_people_starts_at_an_index_too(
    path: str, asking: Callable[[str, dict[str, Any]], neo4j.Result]
) -> None:
    context = query("cypher", path)
    _, steps = explained(asking, context)
    assert [s for s in steps if s.endswith(SCANS) or s.startswith("Repeat")] == []


@pytest.mark.neo4j
@pytest.mark.parametrize("path", [p for p in OURS if "/closure_" in p or "/surroundings" in p])
def test_a_closure_visits_each_item_once(path: str, asking: Callable[[str, dict[str, Any]], neo4j.Result]) -> None:
    _, steps = explained(asking, query("cypher", path))
    assert steps.count("VarLengthExpand(Pruning,BFS,All)") == 1


@pytest.mark.neo4j
@pytest.mark.parametrize("path", ["read/mentions_recent.cypher", "read/entries.cypher", "read/events_of_party.cypher"])
def test_the_index_brings_the_order_so_that_a_page_costs_a_page(
    path: str, asking: Callable[[str, dict[str, Any]], neo4j.Result]
) -> None:
    _, steps = explained(asking, query("cypher", path))
    assert "Limit" in steps
    assert not {"Top", "Sort", "PartialTop", "PartialSort"} & set(steps)


@pytest.mark.neo4j
@pytest.mark.parametrize("path", [*[p for p in OURS if "indexes" not in p], *FOR_PEOPLE])
def test_no_statement_is_deprecated(path: str, neo4j_url: str, asking: object) -> None:
    context = query("cypher", path)
    with (
        neo4j.GraphDatabase.driver(neo4j_url, warn_notification_severity="OFF") as driver,
        driver.session(default_access_mode=neo4j.READ_ACCESS) as session,
    ):
        summary = session.run(f"EXPLAIN {context.text}", given(context)).consume()
    assert [s.status_description for s in summary.gql_status_objects if s.classification.name == "DEPRECATION"] == []


def test_open_ends_are_far_beyond_the_times_of_events() -> None:
    assert parse_instant("2200-12-31") < OPEN
