"""Promises of the Neo4j store alone: a readable graph, a schema that mends itself, reads of one state."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import neo4j
import pytest

from lineage.domain.errors import (
    StoreDamagedError,
    StoreError,
    StoreTooNewError,
    StoreTooOldError,
    StoreUnavailableError,
)
from lineage.domain.graph import ItemFacts, Mention
from lineage.service.projection.rebuild import rebuild
from lineage.stores.interface import FORMAT_VERSION, Changes, ItemRow, QuestionReader, Store, Transaction
from lineage.stores.neo4j import store as neo4j_store
from lineage.stores.neo4j.statements import with_head
from lineage.stores.neo4j.store import Neo4jStore
from tests import builders as b
from tests.conftest import wiped
from tests.service_client import TickingClock, load_events

pytestmark = pytest.mark.neo4j

Ask = Callable[..., list[list[Any]]]
Read = Callable[[Callable[[QuestionReader], Any]], Any]
PACK, CELL = "urn:x:pack:p1", "urn:x:cell:c1"


@pytest.fixture
def graph(neo4j_session_store: Store) -> Neo4jStore:
    store = wiped(neo4j_session_store)
    assert isinstance(store, Neo4jStore)
    return store


@pytest.fixture
def ask(graph: Neo4jStore) -> Iterator[Ask]:
    """Cypher by hand, as a person would type it in Neo4j Browser."""
    with graph._session(neo4j.WRITE_ACCESS) as session:
        yield lambda text, **params: session.run(text, params).values()


def opened(url: str) -> Neo4jStore:
    return Neo4jStore(url)


def rebuilt(store: Neo4jStore) -> None:
    store.write(rebuild)


# ---- a graph to look at


def test_an_item_bears_its_kind_as_a_label_and_changes_it_with_its_kind(graph: Neo4jStore, ask: Ask) -> None:
    load_events(graph, [b.produced(CELL, kind="cell", time="2024-02-01"), b.inspected("urn:x:thing")])
    assert ask("MATCH (x:Item) RETURN x.id, labels(x), x.kind ORDER BY x.id") == [
        [CELL, ["Item", "Cell"], "cell"],
        ["urn:x:thing", ["Item"], "unknown"],
    ]
    load_events(graph, [b.produced(CELL, kind="module", time="2024-01-01")])
    assert ask("MATCH (x:Item {id: $id}) RETURN labels(x), x.kind", id=CELL) == [[["Item", "Module"], "module"]]


def test_an_item_that_nothing_names_any_more_remains_a_node_without_a_kind(graph: Neo4jStore, ask: Ask) -> None:
    load_events(graph, [b.produced(CELL, kind="cell", event_id="made")])
    load_events(graph, [b.corrected("made")])
    assert ask("MATCH (x:Item {id: $id}) RETURN labels(x), x.kind, size(x.past)", id=CELL) == [[["Item"], None, 1]]


def test_every_node_has_a_name_for_people(graph: Neo4jStore, ask: Ask) -> None:
    lot, code = b.lot(7), b.battery_code(3, "cell")
    load_events(
        graph, [b.produced(lot, kind="lot"), b.produced(code, "urn:x:a/very-long-serial-number-0001", kind="cell")]
    )
    load_events(graph, [b.enrolled(b.MAKER, name="宁波电池"), b.disassembled(PACK, CELL), b.assembled(PACK, CELL)])
    assert ask("MATCH (n) WHERE n.name IS NULL RETURN n") == []
    names = {row[0]: row[1] for row in ask("MATCH (x:Item) RETURN x.id, x.name")}
    assert names[lot] == lot.rpartition(":")[2]
    assert names[code] == f"cell {code[-7:]}"
    assert names["urn:x:a/very-long-serial-number-0001"] == "…ber-0001"
    assert names[PACK] == "p1"
    assert ask("MATCH (e:Event {type: 'assembled'}) RETURN e.name") == [["assembled 2024-01-01"]]


def test_a_party_is_called_as_its_latest_enrolment_calls_it(graph: Neo4jStore, ask: Ask) -> None:
    name = "MATCH (p:Enterprise {id: $id}) RETURN p.name"
    load_events(graph, [b.produced(CELL, reporter=b.MAKER)])
    assert ask(name, id=b.MAKER) == [["maker"]]
    load_events(graph, [b.enrolled(b.MAKER, name="New", time="2024-05-01", event_id="new")])
    load_events(graph, [b.enrolled(b.MAKER, name="Old", time="2024-03-01", event_id="old")])
    assert ask(name, id=b.MAKER) == [["New"]]
    load_events(graph, [b.corrected("new")])
    assert ask(name, id=b.MAKER) == [["Old"]]
    load_events(graph, [b.corrected("old")])
    assert ask(name, id=b.MAKER) == [["maker"]]


def test_edges_carry_dates_on_the_clock_of_china_and_an_open_end(graph: Neo4jStore, ask: Ask) -> None:
    load_events(graph, [b.assembled(PACK, CELL, time="2024-05-01", event_id="in")])
    edge = "MATCH (:Item {id: $id})-[e:PART_OF]->(:Item) RETURN toString(e.since), toString(e.until), e.events"
    assert ask(edge, id=CELL) == [["2024-05-01T00:00:00+08:00", "9999-12-31T23:59:59.999Z", ["in"]]]
    load_events(graph, [b.disassembled(PACK, CELL, time="2024-05-02T03:04:05.678Z", event_id="out")])
    assert ask(edge, id=CELL) == [["2024-05-01T00:00:00+08:00", "2024-05-02T11:04:05.678+08:00", ["in", "out"]]]
    times = "UNWIND [x.first, x.known_from] AS time RETURN DISTINCT time.offset"
    assert ask(f"MATCH (x:Item) {times}") == [["+08:00"]]
    assert ask("MATCH (e:Event) UNWIND [e.time, e.recorded] AS time RETURN DISTINCT time.offset") == [["+08:00"]]


def test_what_is_superseded_lies_under_types_of_its_own(graph: Neo4jStore, ask: Ask) -> None:
    load_events(
        graph,
        [b.assembled(PACK, CELL, event_id="in"), b.transferred(PACK, giver=b.MAKER, taker=b.OEM, event_id="moved")],
    )
    load_events(graph, [b.transformed([CELL], {b.lot(1): "lot"}, time="2024-06-01", event_id="became")])
    load_events(graph, [b.corrected(target) for target in ("in", "moved", "became")])
    types = {t for (t,) in ask("MATCH ()-[r]->() WHERE r.known_until.year < 9999 RETURN DISTINCT type(r)")}
    assert types == {"PART_OF_SUPERSEDED", "HELD_BY_SUPERSEDED", "BECAME_SUPERSEDED", "NAMES_SUPERSEDED"}
    assert ask("MATCH ()-[r:PART_OF|BECAME|NAMES]->() RETURN r") == []


def test_a_correction_points_at_its_target_and_at_what_it_brings(graph: Neo4jStore, ask: Ask) -> None:
    drawn = (
        "MATCH (c:Event)-[r:CORRECTS|REPLACES_WITH]->(e:Event) "
        "RETURN type(r), c.id, e.id, e:Replacement ORDER BY type(r)"
    )
    load_events(graph, [b.corrected("in", b.assembled(PACK, "urn:x:c2"), event_id="fix")])
    assert ask(drawn) == [["REPLACES_WITH", "fix", "fix#r", True]]
    load_events(graph, [b.assembled(PACK, CELL, event_id="in")])
    assert ask(drawn) == [["CORRECTS", "fix", "in", False], ["REPLACES_WITH", "fix", "fix#r", True]]
    assert ask("MATCH (:Event {id: 'fix#r'})-[:NAMES]->(x:Item) RETURN x.id ORDER BY x.id") == [["urn:x:c2"], [PACK]]


def test_terms_and_custody_dependencies_are_in_no_picture(graph: Neo4jStore, ask: Ask) -> None:
    load_events(
        graph, [b.produced({"id": CELL, "kind": "cell", "model": "C-1"}), b.assembled(PACK, CELL, time="2024-02-01")]
    )
    load_events(graph, [b.disassembled(PACK, CELL, time="2024-03-01")])
    hidden = "MATCH (n:Term|CustodyDependency) RETURN DISTINCT labels(n)[0] AS label, COUNT { (n)--() } ORDER BY label"
    assert ask(hidden) == [["CustodyDependency", 0], ["Term", 0]]


# ---- a rebuild


def a_history() -> list[b.Json]:
    return [
        b.enrolled(b.MAKER, name="Maker", event_id="who"),
        b.produced({"id": CELL, "kind": "cell", "model": "C-1"}, event_id="made"),
        b.assembled(PACK, CELL, time="2024-02-01", event_id="in"),
        b.transferred(PACK, giver=b.MAKER, taker=b.OEM, time="2024-03-01"),
        b.disassembled(PACK, CELL, time="2024-04-01"),
        b.transformed([CELL], {b.lot(1): "lot"}, time="2024-05-01"),
    ]


EVERYTHING = (
    "MATCH (n) WHERE NOT n:Journal OPTIONAL MATCH (n)-[r]->(m) "
    "RETURN labels(n), properties(n), type(r), properties(r), m.id ORDER BY n.id, n.key, type(r), r.key"
)


def test_a_rebuild_touches_nothing_where_nothing_differs(graph: Neo4jStore, ask: Ask) -> None:
    load_events(graph, a_history())
    load_events(graph, [b.corrected("in", b.assembled(PACK, CELL, time="2024-02-02")), b.corrected("who")])
    rebuilt(graph)
    before, ids = ask(EVERYTHING), ask("MATCH (n)-[r]->() RETURN elementId(n), elementId(r) ORDER BY elementId(r)")
    rebuilt(graph)
    assert ask(EVERYTHING) == before
    assert ask("MATCH (n)-[r]->() RETURN elementId(n), elementId(r) ORDER BY elementId(r)") == ids


@pytest.mark.parametrize(
    "damage",
    [
        "MATCH ()-[r:PART_OF]->() DELETE r",
        "MATCH ()-[r:HELD_BY]->() SET r.status = 'lost', r.events = ['nothing']",
        "MATCH ()-[r:NAMES]->() DELETE r",
        "MATCH ()-[r:PART_OF_SUPERSEDED]->() SET r.events = []",
        "MATCH (x:Item) DETACH DELETE x",
        "MATCH (x:Item) SET x.facts = null, x.past = ['nothing'], x.checkpoint = 'nothing'",
        "MATCH (p:Enterprise) DETACH DELETE p",
        "MATCH (t) WHERE t:Term OR t:CustodyDependency DETACH DELETE t",
        "MATCH ()-[r:ENROLS]->(p) SET r.name = 'Nobody', p.name = 'Nobody'",
        "MATCH (n) WHERE n:Item OR n:Enterprise OR n:Term OR n:SupersededTerm OR n:CustodyDependency DETACH DELETE n",
        "MATCH (x:Item {id: 'urn:x:cell:c1'}) CREATE (x)-[:PART_OF {key: 'stray'}]->(:Item {id: 'urn:x:stray'})",
        "CREATE (:Term {key: 'stray'}), (:CustodyDependency {key: 'stray'}), (:SupersededTerm {key: 'stray'})",
    ],
)
def test_a_rebuild_mends_what_differs(graph: Neo4jStore, ask: Ask, damage: str) -> None:
    load_events(graph, a_history())
    load_events(graph, [b.corrected("in", b.assembled(PACK, CELL, time="2024-02-02")), b.corrected("made")])
    rebuilt(graph)
    before = ask(EVERYTHING)
    ask(damage)
    assert ask(EVERYTHING) != before
    rebuilt(graph)
    assert ask(EVERYTHING) == before


def test_a_rebuild_that_fails_changes_nothing(graph: Neo4jStore, ask: Ask) -> None:
    load_events(graph, a_history())
    before = ask(EVERYTHING)

    def work(transaction: Transaction) -> None:
        transaction.clear_projection()
        assert transaction.items([CELL]) == {}
        raise KeyError(CELL)

    with pytest.raises(KeyError):
        graph.write(work)
    assert ask(EVERYTHING) == before


# ---- schema and format


def test_what_a_killed_schema_step_leaves_behind_is_mended(graph: Neo4jStore, ask: Ask, neo4j_url: str) -> None:
    name = "custody_dependency_key"
    ask(f"DROP CONSTRAINT {name}")
    ask(f"CREATE INDEX {name} FOR (d:CustodyDependency) ON (d.key)")
    opened(neo4j_url).close()
    shown = "SHOW INDEXES YIELD name, state, owningConstraint WHERE name = $name RETURN state, owningConstraint"
    assert ask(shown, name=name) == [["ONLINE", name]]


def test_several_may_open_an_empty_database_at_once(graph: Neo4jStore, ask: Ask, neo4j_url: str) -> None:
    for name in ("item_id", "event_id", "part_of_key"):
        ask(f"DROP CONSTRAINT {name}")
    ask("MATCH (j:Journal) DETACH DELETE j")
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(opened, [neo4j_url] * 4):
            assert store.read(lambda reader: reader.state()).position == 0
            store.close()
    assert ask("MATCH (j:Journal) RETURN count(j)") == [[1]]


@pytest.mark.parametrize(("version", "error"), [(FORMAT_VERSION + 1, StoreTooNewError), (0, StoreTooOldError)])
def test_a_store_of_another_format_is_refused(
    graph: Neo4jStore, ask: Ask, neo4j_url: str, version: int, error: type[StoreTooNewError | StoreTooOldError]
) -> None:
    ask("MATCH (j:Journal) SET j.format = $version", version=version)
    with pytest.raises(error) as refused:
        opened(neo4j_url)
    assert (refused.value.found, refused.value.supported) == (version, FORMAT_VERSION)
    ask("MATCH (j:Journal) SET j.format = $version", version=FORMAT_VERSION)


def test_a_server_that_is_not_there_is_reported_at_once() -> None:
    with pytest.raises(StoreUnavailableError, match=r"neo4j://127\.0\.0\.1:1 cannot be reached"):
        opened("neo4j://127.0.0.1:1")


def test_an_invalid_address_is_refused() -> None:
    with pytest.raises(StoreUnavailableError):
        opened("neo4j://127.0.0.1:seven")


def test_a_closed_store_refuses_to_read(neo4j_url: str) -> None:
    store = opened(neo4j_url)
    store.close()
    store.close()
    for use in (store.ready, lambda: store.read(lambda r: r.state()), lambda: store.write(lambda t: t.state())):
        with pytest.raises(StoreUnavailableError):
            use()


def test_a_lost_journal_is_reported(graph: Neo4jStore, ask: Ask) -> None:
    ask("MATCH (j:Journal) DETACH DELETE j")
    for use in (lambda: graph.read(lambda r: r.state()), lambda: graph.write(lambda t: t.state())):
        with pytest.raises(StoreDamagedError, match="lost its journal"):
            use()  # type: ignore[no-untyped-call]


# ---- one state


@pytest.fixture(params=["soon after a write", "long after a write"])
def read(graph: Neo4jStore, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads in a transaction, or first without one."""
    if request.param == "long after a write":
        monkeypatch.setattr(neo4j_store, "_QUIET_S", -1.0)
        graph.read(lambda reader: reader.items([CELL]))
    return graph.read


def test_a_read_is_done_again_when_the_store_moved_under_it(graph: Neo4jStore, read: Read) -> None:
    runs = 0

    def work(reader: QuestionReader) -> tuple[int, int]:
        nonlocal runs
        runs += 1
        before = reader.state().position
        if runs <= 2:
            load_events(graph, [b.produced(f"urn:x:c{runs}", kind="cell")], TickingClock(runs))
        return before, len(reader.items(["urn:x:c1", "urn:x:c2"]))

    assert read(work) == (2, 2)
    assert runs == 3


def test_a_read_that_never_finds_peace_takes_the_turn_of_a_writer(graph: Neo4jStore, read: Read) -> None:
    runs = 0
    wrote: list[threading.Thread] = []

    def work(reader: QuestionReader) -> tuple[int, int]:
        nonlocal runs
        runs += 1
        before, number = reader.state().position, runs
        other = threading.Thread(target=load_events, args=(graph, [b.produced(f"urn:x:c{number}", kind="cell")]))
        other.start()
        other.join(1.0)
        wrote.append(other)
        return before, len(reader.items([f"urn:x:c{n}" for n in range(1, 10)]))

    before, found = read(work)
    for other in wrote:
        other.join()
    assert before == found == runs - 1 == 3
    assert graph.read(lambda reader: reader.state()).position == runs


def test_what_fails_because_the_store_moved_is_done_again(graph: Neo4jStore, read: Read) -> None:
    runs = 0

    def work(reader: QuestionReader) -> int:
        nonlocal runs
        runs += 1
        if runs == 1:
            load_events(graph, [b.produced(CELL, kind="cell")])
            raise KeyError(CELL)
        return reader.state().position

    assert read(work) == 1


def test_what_fails_by_itself_fails_once(read: Read) -> None:
    runs = 0

    def work(reader: QuestionReader) -> int:
        nonlocal runs
        runs += 1
        raise KeyError(CELL)

    with pytest.raises(KeyError):
        read(work)
    assert runs == 1


def test_a_journal_lost_later_is_reported(graph: Neo4jStore, ask: Ask, read: Read) -> None:
    ask("MATCH (j:Journal) DETACH DELETE j")
    with pytest.raises(StoreDamagedError, match="lost its journal"):
        read(lambda reader: reader.items([CELL]))


def test_while_nothing_is_written_a_statement_is_all_that_is_sent(
    graph: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_store, "_QUIET_S", -1.0)
    graph.read(lambda reader: reader.items([CELL]))
    sent: list[str] = []
    for owner in (neo4j.Session, neo4j.Transaction, neo4j.ManagedTransaction):
        monkeypatch.setattr(owner, "run", counting(owner.run, sent))
    assert graph.read(lambda reader: (reader.state().position, reader.items([CELL]))) == (0, {})
    assert len(sent) == 1
    assert "Journal" in sent[0]


def test_the_state_is_read_after_what_is_answered(graph: Neo4jStore) -> None:
    with graph._session(neo4j.READ_ACCESS) as session:
        plan: Any = session.run(f"EXPLAIN {with_head('read/facts.cypher')}", ids=[]).consume().plan
    while not plan["operatorType"].startswith("Apply"):
        [plan] = plan["children"]
    first, then = (str(child) for child in plan["children"])
    assert ("Journal" in first, "Journal" in then) == (False, True)


def counting(run: Callable[..., Any], sent: list[str]) -> Callable[..., Any]:
    def counted(self: object, statement: Any, *args: Any, **values: Any) -> Any:
        sent.append(getattr(statement, "text", statement))
        return run(self, statement, *args, **values)

    return counted


# ---- writing


def row(item: str) -> ItemRow:
    return ItemRow(item, ItemFacts("cell", 1, "e1", 1), 1, None, contested=False, on_cycle=False)


def test_a_write_that_fails_stores_nothing(graph: Neo4jStore) -> None:
    def work(transaction: Transaction) -> None:
        transaction.apply(Changes(items={CELL: row(CELL)}))
        assert CELL in transaction.items([CELL])
        raise KeyError(CELL)

    with pytest.raises(KeyError):
        graph.write(work)
    assert graph.read(lambda reader: reader.items([CELL])) == {}


def test_a_row_that_refers_to_nothing_is_never_dropped_in_silence(graph: Neo4jStore) -> None:
    changes = Changes(opened=[(Mention("urn:x:absent", 1, "e1", "seen"), 1)])
    with pytest.raises(StoreDamagedError, match="stored 0 of 1 rows"):
        graph.write(lambda transaction: transaction.apply(changes))


def test_writers_take_turns(graph: Neo4jStore, neo4j_url: str) -> None:
    stores = [opened(neo4j_url) for _ in range(3)]
    events = [[b.produced(f"urn:x:c{k}-{n}", kind="cell") for n in range(5)] for k in range(3)]
    clock = TickingClock()

    def load(k: int) -> None:
        for event in events[k]:
            assert load_events(stores[k], [event], clock).accepted == 1

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(load, range(3)))
    positions = [e.position for e in graph.read(lambda reader: reader.entries(0, 100))]
    assert positions == list(range(1, 16))
    for store in stores:
        store.close()


def test_what_one_session_wrote_the_next_one_reads(graph: Neo4jStore) -> None:
    for n in range(5):
        position = load_events(graph, [b.produced(f"urn:x:c{n}", kind="cell")]).state.position
        assert graph.read(lambda reader: reader.state()).position == position


@pytest.mark.parametrize("text", ["'", '"', "\\", "{}", "$x", "a\nb", "😀", "\u0000"])
def test_values_are_never_part_of_a_statement(graph: Neo4jStore, text: str) -> None:
    item = {"id": CELL, "kind": "cell", "model": f"m{text}", "batch": text}
    assert load_events(graph, [b.produced(item)]).errors == []
    hits = graph.read(lambda reader: reader.search(f"m{text}", None, None, 5))
    assert [(h.subject, h.field) for h in hits] == [(CELL, "model")]


def test_no_error_reveals_a_password() -> None:
    with pytest.raises(StoreError) as refused:
        Neo4jStore("neo4j://someone:secret@127.0.0.1:1")
    assert "secret" not in refused.value.message
