"""A search finds what equals the text, begins with it or, from four characters on, ends with it (contract 8)."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.domain.instants import parse_instant
from lineage.service.answers import Context
from lineage.service.projection.rebuild import rebuild
from lineage.service.questions.search import SearchQuestion, search
from lineage.stores.interface import Store
from tests import builders as b
from tests.service_client import TickingClock, load_events

NOW = parse_instant("2026-12-01T00:00:00Z")
PACK = "001PE0A0000001D3B0000903"


def found(store: Store, text: str, *, known_at: int | None = None, limit: int = 2) -> list[tuple[str, str]]:
    """Return the hits of every page, as (id, matched)."""
    hits: list[tuple[str, str]] = []
    cursor: str | None = None
    while True:
        page: dict[str, Any] = search(
            store, SearchQuestion(text, limit, cursor), Context(NOW, lambda: False, None, known_at)
        )
        hits += [(hit["id"], hit["matched"]) for hit in page["hits"]]
        cursor = page["next"]
        if cursor is None:
            return hits


def declared(*ids: str, event_id: str | None = None, **fields: Any) -> dict[str, Any]:
    return b.produced(*[{"id": id, "kind": "pack", **fields} for id in ids], time="2024-01-01", event_id=event_id)


@pytest.mark.parametrize("text", ["0903", "b0000903", "d3B0000903"])
def test_the_end_of_an_id_is_found_from_four_characters_on_in_either_case(store: Store, text: str) -> None:
    load_events(store, [declared(PACK, "urn:x:pack:90")])
    assert found(store, text) == [(PACK, "id")]


def test_three_characters_of_an_end_find_nothing(store: Store) -> None:
    load_events(store, [declared(PACK)])
    assert found(store, "903") == []


def test_the_end_of_an_identifier_is_found_but_not_that_of_a_model(store: Store) -> None:
    serial = [{"scheme": "serial", "id": "Sn-77X1234"}]
    load_events(store, [declared("urn:x:pack:a", identifiers=serial, model="Model-1234")])
    assert found(store, "x1234") == [("urn:x:pack:a", "identifiers")]
    assert found(store, "1234") == [("urn:x:pack:a", "identifiers")]


def test_the_end_of_the_id_of_a_party_is_found(store: Store) -> None:
    load_events(store, [declared("urn:x:pack:a")])
    assert found(store, b.MAKER[-6:].swapcase()) == [(b.MAKER, "id")]


def test_exact_hits_come_first_then_beginnings_then_endings(store: Store) -> None:
    ids = ["urn:x:abcd", "abcd:urn:1"]
    load_events(store, [declared(*ids, batch="abcd"), declared("urn:y:ABCD", batch="abcde")])
    assert found(store, "abcd") == [
        ("abcd:urn:1", "batch"),
        ("urn:x:abcd", "batch"),
        ("abcd:urn:1", "id"),
        ("urn:y:ABCD", "batch"),
        ("urn:x:abcd", "id"),
        ("urn:y:ABCD", "id"),
    ]


def test_what_begins_and_ends_with_the_text_is_one_hit(store: Store) -> None:
    serial = [{"scheme": "serial", "id": "abcd-1-ABCD"}]
    load_events(store, [declared("abcd:x:abcd", identifiers=serial)])
    assert found(store, "abcd", limit=1) == [("abcd:x:abcd", "identifiers"), ("abcd:x:abcd", "id")]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_endings_hold_each_hit_once_in_one_order(store: Store, limit: int) -> None:
    ids = [f"urn:x:{letter}:{end}" for letter in "abcAB" for end in ("0007", "1007", "2007")]
    serials = [{"scheme": "serial", "id": "S0007"}, {"scheme": "serial", "id": "s0007"}]
    load_events(store, [declared(*ids), declared(*ids[:4], identifiers=serials, event_id="second")])
    hits = found(store, "0007", limit=limit)
    expected = {(id, "id") for id in ids if id.endswith("0007")} | {(id, "identifiers") for id in ids[:4]}
    assert set(hits) == expected
    assert hits == found(store, "0007", limit=50)
    assert len(hits) == len(expected)


def test_an_end_is_found_as_it_was_known_then(store: Store) -> None:
    clock = TickingClock(NOW - 1_000_000)
    old = [{"scheme": "serial", "id": "SN-OLD-5555"}]
    new = [{"scheme": "serial", "id": "SN-NEW-6666"}]
    first = declared("urn:x:pack:a", identifiers=old, event_id="first")
    load_events(store, [first], clock)
    between = store.read(lambda reader: reader.state()).recorded
    fix = b.corrected("first", declared("urn:x:pack:b", identifiers=new), time="2024-02-01", event_id="fix")
    load_events(store, [fix], clock)
    for _ in range(2):
        assert found(store, "-6666") == [("urn:x:pack:b", "identifiers")]
        assert found(store, "-5555") == []
        assert found(store, "ck:a") == []
        assert found(store, "-5555", known_at=between) == [("urn:x:pack:a", "identifiers")]
        assert found(store, "ck:a", known_at=between) == [("urn:x:pack:a", "id")]
        assert found(store, "-6666", known_at=between) == found(store, "ck:b", known_at=between) == []
        assert found(store, "-5555", known_at=between - 1) == found(store, "ck:a", known_at=between - 1) == []
        store.write(rebuild)


def test_an_id_in_other_letters_than_its_own_is_found_whole(store: Store) -> None:
    load_events(store, [declared("urn:x:Pack:Mixed")])
    assert found(store, "urn:X:pack:mixed") == [("urn:x:Pack:Mixed", "id")]
