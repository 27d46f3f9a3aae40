"""`lineage verify --deep` finds every derived row that differs from the journal."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lineage.domain.errors import LineageError, StoreError
from lineage.domain.graph import PartyEvent
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.findings.materialization import evaluate_all
from lineage.service.ingest import maintenance
from lineage.service.projection.rebuild import rebuild
from lineage.stores import open_store
from lineage.stores.interface import Store
from lineage.stores.neo4j.store import Neo4jStore
from lineage.stores.sqlite.findings_cache import SqliteFindingsCache
from tests import builders as b
from tests.builders import Json
from tests.conftest import FreshStore
from tests.service_client import NOW, ServiceClient, TickingClock, load_events

COUNT = 12
CONTEXT = Context(NOW, lambda: False)


def history() -> list[Json]:
    """Cells in packs, hand-overs, a correction, and ids with warnings."""
    cells = [
        b.produced({"id": f"urn:x:cell:{n}", "kind": "cell", "model": "M1"}, event_id=f"c{n}") for n in range(COUNT)
    ]
    packs = [b.assembled(f"urn:x:pack {n}", f"urn:x:cell:{n}", event_id=f"a{n}") for n in range(COUNT)]
    return [*cells, *packs, b.corrected("a3", event_id="k3")]


def filled(store: Store) -> Store:
    events = history()
    assert load_events(store, events[: COUNT + 4]).errors == []
    assert load_events(store, events[COUNT + 4 :]).errors == []
    return store


def deep(store: Store) -> Json:
    return maintenance.verify_deep(store, CONTEXT, rule_book())


def test_an_undamaged_store_has_no_differences(fresh_store: FreshStore) -> None:
    document = deep(filled(fresh_store()))

    assert (document["intact"], document["differences"], document["failure"]) == (True, [], None)


def test_deep_verification_changes_nothing(fresh_store: FreshStore) -> None:
    store = filled(fresh_store())
    before = answers(store)

    deep(store)
    deep(store)

    assert answers(store) == before


@pytest.mark.parametrize(
    ("damage", "table"),
    [
        ("MATCH ()-[r:PART_OF]->() WITH r LIMIT 1 SET r.events = ['x']", "part_of"),
        ("MATCH ()-[r:HELD_BY]->() WITH r LIMIT 1 DELETE r", "held_by"),
        ("MATCH (p:PartyEvent) WITH p LIMIT 1 DELETE p", "party_events"),
        ("MATCH (p:PartyEvent) WITH p LIMIT 1 SET p.key = p.key + '0'", "party_events"),
        ("MATCH (x:Item {id: 'urn:x:cell:1'}) SET x.contested = true", "items"),
    ],
)
@pytest.mark.neo4j
def test_a_changed_row_of_a_graph_is_found(neo4j_session_store: Store, damage: str, table: str) -> None:
    from tests.conftest import wiped

    store = filled(wiped(neo4j_session_store))
    assert isinstance(store, Neo4jStore)
    with store._session("WRITE") as session:
        session.run(damage).consume()

    document = deep(store)

    assert not document["intact"]
    assert table in {row["table"] for row in document["differences"]}


def test_a_rebuild_mends_the_events_of_a_party(fresh_store: FreshStore) -> None:
    store = filled(fresh_store())
    listed = events_of_maker(store)
    assert len(listed) > COUNT
    if isinstance(store, Neo4jStore):
        with store._session("WRITE") as session:
            session.run(
                "MATCH (p:PartyEvent) WITH p LIMIT 5 DELETE p WITH count(*) AS n CREATE (:PartyEvent {key: 'stray'})"
            ).consume()
    else:
        with contextlib.closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as connection:
            connection.execute("DELETE FROM party_event WHERE event LIKE 'c%'")
            connection.execute("INSERT INTO party_event VALUES ('urn:x:stray', 1, 'stray')")
            connection.commit()
    assert not deep(store)["intact"]

    store.write(rebuild)

    assert events_of_maker(store) == listed
    assert deep(store)["intact"]


def events_of_maker(store: Store) -> list[PartyEvent]:
    return store.read(lambda reader: reader.events_of_party(b.MAKER, (0, ""), 1_000))


DAMAGES = {
    "item": "UPDATE item SET consumed = 1 WHERE id = 'urn:x:cell:1'",
    "mention": "DELETE FROM mention WHERE event = 'a1'",
    "part_of": "UPDATE part_of SET since = since + 1 WHERE events LIKE '%a1%'",
    "held_by": "UPDATE held_by SET holder = 'urn:x:other'",
    "term": "DELETE FROM term WHERE subject = 'urn:x:cell:1'",
    "party": "UPDATE party SET named = '[]'",
    "correction": "DELETE FROM correction",
    "party_event": "DELETE FROM party_event WHERE event = 'a1'",
    "warnings": "UPDATE journal SET warnings = '[]' WHERE id = 'a2'",
    "file": "UPDATE part_of SET events = x'07'",
}


@pytest.mark.parametrize(("table", "damage"), DAMAGES.items())
def test_a_changed_row_of_a_file_is_found(tmp_path: Path, table: str, damage: str) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    filled(open_store(url)).close()
    with contextlib.closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        assert connection.execute(damage).rowcount > 0
        connection.commit()

    with contextlib.closing(open_store(url)) as store:
        document = deep(store)

    assert not document["intact"]
    assert table in {row["table"] for row in document["differences"]}
    assert len(document["differences"]) <= maintenance.MOST_DIFFERENCES


def test_of_sixty_random_damages_none_changes_an_answer_unfound(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'whole.db'}"
    store = filled(open_store(url))
    wanted = answers(store)
    store.close()
    whole, chance = (tmp_path / "whole.db").read_bytes(), random.Random(60)
    unfound, found = [], 0

    for n in range(60):
        (tmp_path / f"{n}.db").write_bytes(_damaged(whole, chance))
        if _is_found(f"sqlite:///{tmp_path / f'{n}.db'}"):
            found += 1
        elif _answers_of(f"sqlite:///{tmp_path / f'{n}.db'}") != wanted:
            unfound.append(n)

    assert unfound == []
    assert found > 10


def _damaged(whole: bytes, chance: random.Random) -> bytes:
    """The file with up to 32 bytes changed that are in use, so that most damages are of a row."""
    content = bytearray(whole)
    while True:
        start = chance.randrange(100, len(content) - 32)
        if any(content[start : start + 16]):
            break
    size = chance.randrange(1, 32)
    content[start : start + size] = chance.randbytes(size)
    return bytes(content)


def _is_found(url: str) -> bool:
    try:
        with contextlib.closing(open_store(url)) as store:
            return not deep(store)["intact"]
    except StoreError:
        return True


def _answers_of(url: str) -> object:
    with contextlib.closing(open_store(url)) as store:
        return answers(store)


def answers(store: Store) -> list[object]:
    """Answers about every item and event, and the journal itself; an error is an answer too."""
    client = ServiceClient(store)
    items = [f"urn:x:{kind}{n}" for n in range(COUNT) for kind in ("cell:", "pack ")]
    questions: list[Callable[[], object]] = [lambda: store.read(lambda reader: reader.entries(0, 1_000))]
    for item in items:
        questions += [
            partial(client.lineage, item),
            partial(client.lineage, item, "upstream"),
            partial(client.custody, item),
            partial(client.card, item, "2026-01-01"),
            partial(_hits, store, item),
        ]
    questions += [partial(client.event_status, f"a{n}") for n in range(COUNT)]
    return [_answer(question) for question in questions]


def _hits(store: Store, text: str) -> object:
    return store.read(lambda reader: reader.search(text, None, None, 10))


def _answer(question: Callable[[], object]) -> object:
    try:
        return question()
    except LineageError as error:
        return type(error)


# ---- stored findings


def with_findings(tmp_path: Path) -> Store:
    """A store with findings: nobody is enrolled, and one item is in two wholes at once."""
    store = filled(open_store(f"sqlite:///{tmp_path / 's.db'}"))
    load_events(store, [b.assembled("urn:x:other", "urn:x:cell:1", event_id="second", time="2024-03-01")])
    evaluate_all(store, CONTEXT, rule_book())
    return store


def test_stored_findings_that_are_as_evaluated_are_compared(tmp_path: Path) -> None:
    with contextlib.closing(with_findings(tmp_path)) as store:
        document = deep(store)

    assert (document["intact"], document["differences"], document["findings"]) == (True, [], "compared")


def test_findings_of_an_earlier_state_are_compared_with_that_state(tmp_path: Path) -> None:
    with contextlib.closing(with_findings(tmp_path)) as store:
        load_events(store, [b.ended("urn:x:cell:2", event_id="end")], TickingClock(NOW + 10**6))

        assert deep(store)["findings"] == "compared"
        assert deep(store)["intact"]
        backdated = {**b.ended("urn:x:cell:3", event_id="early"), "recorded": "2020-01-01T00:00:00Z"}
        load_events(store, [backdated], keep_recorded=True)
        assert (deep(store)["findings"], deep(store)["intact"]) == ("not_compared", True)


def test_a_store_without_findings_has_nothing_to_compare(fresh_store: FreshStore) -> None:
    assert deep(filled(fresh_store()))["findings"] == "none"


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("finding", "DELETE FROM finding WHERE kind = 'simultaneous_installation'"),
        ("finding", "UPDATE finding SET kind = 'custody_gap' WHERE kind = 'unknown_party'"),
        ("finding", "UPDATE finding SET body = replace(body, 'urn:x:cell:1', 'urn:x:cell:9')"),
        ("finding_subject", "DELETE FROM finding_subject WHERE name = 'iurn:x:cell:1'"),
        ("file", "UPDATE finding SET n = x'07' WHERE kind = 'simultaneous_installation'"),
    ],
)
def test_a_changed_row_of_stored_findings_is_named(tmp_path: Path, table: str, damage: str) -> None:
    with contextlib.closing(with_findings(tmp_path)) as store:
        with contextlib.closing(sqlite3.connect(tmp_path / "s.db.findings")) as connection:
            assert connection.execute(damage).rowcount > 0
            connection.commit()

        document = deep(store)

    assert not document["intact"]
    assert table in {row["table"] for row in document["differences"]}


@pytest.mark.neo4j
def test_stored_findings_of_a_graph_are_compared_too(neo4j_session_store: Store, tmp_path: Path) -> None:
    from tests.conftest import wiped

    store = filled(wiped(neo4j_session_store))
    store.findings = SqliteFindingsCache(tmp_path / "findings")
    try:
        evaluate_all(store, CONTEXT, rule_book())
        before = deep(store)
        with contextlib.closing(sqlite3.connect(tmp_path / "findings")) as connection:
            connection.execute("DELETE FROM finding")
            connection.commit()
        after = deep(store)
    finally:
        store.findings = None

    assert (before["findings"], before["intact"]) == ("compared", True)
    assert {row["table"] for row in after["differences"]} == {"finding"}
