"""In whose lists an event stands, and which sides of hand-overs belong together."""

from __future__ import annotations

from itertools import permutations

import pytest

from lineage.domain.events.participants import concerned_parties_of, maker_of, party_events_of
from lineage.domain.events.serialization import from_stored
from lineage.domain.events.stored_event import unmatched_sides
from lineage.domain.graph import MOVED, Mention, PartyEvent
from lineage.domain.instants import parse_instant
from tests import builders as b

TIME = parse_instant(b.FIRST_DAY)


def item(number: int, maker: str | None = None) -> b.Json:
    row: b.Json = {"id": f"urn:x:{number}", "kind": "cell"}
    return row if maker is None else {**row, "maker": maker}


@pytest.mark.parametrize(
    ("event", "parties"),
    [
        (b.produced(item(1), item(2, b.MAKER), reporter=b.MAKER), [b.MAKER]),
        (b.produced(item(1, b.WORKS), item(2, b.OEM), item(3, b.OEM), reporter=b.MAKER), [b.MAKER, b.OEM, b.WORKS]),
        (b.transformed([item(1)["id"]], [item(2, b.OEM)], reporter=b.WORKS), [b.WORKS, b.OEM]),
        (b.transferred("urn:x:1", giver=b.MAKER, taker=b.OEM, reporter=b.SHOP), [b.SHOP, b.MAKER, b.OEM]),
        (b.transferred("urn:x:1", giver=b.MAKER, taker=b.OEM, side="taker"), [b.OEM, b.MAKER]),
        (b.disassembled("urn:x:1", "urn:x:2", custodian=b.OEM, reporter=b.SHOP), [b.SHOP]),
        (b.enrolled(b.OEM, "SELLER", reporter=b.MAKER), [b.MAKER]),
    ],
)
def test_an_event_concerns_its_reporter_giver_taker_and_the_makers_that_it_declares(
    event: b.Json, parties: list[str]
) -> None:
    assert concerned_parties_of(from_stored(event)) == parties


@pytest.mark.parametrize(
    ("maker", "expected"),
    [(f" {b.OEM} ", b.OEM), (b.credit_code(1).lower(), b.credit_code(1)), ("Some Maker", "Some Maker"), (None, None)],
)
def test_a_maker_has_its_canonical_id_or_is_the_text_that_was_sent(maker: str | None, expected: str | None) -> None:
    event = from_stored(b.produced(item(1, maker)))
    assert event.type == "produced"
    assert maker_of(event.items[0]) == expected


@pytest.mark.parametrize("maker", ["Some Maker", b.vin(1), b.lot(1)])
def test_a_maker_that_is_no_id_of_a_party_is_in_no_list(maker: str) -> None:
    assert concerned_parties_of(from_stored(b.produced(item(1, maker)))) == [b.MAKER]


def test_a_correction_and_its_replacement_have_rows_of_their_own() -> None:
    instead = b.transferred("urn:x:1", giver=b.OEM, taker=b.WORKS, time="2023-01-01", reporter=b.OEM)
    correction = from_stored(b.corrected("e", instead, reporter=b.SHOP, event_id="fix"))

    earlier = parse_instant("2023-01-01")
    assert party_events_of(correction) == [
        PartyEvent(b.SHOP, TIME, "fix"),
        PartyEvent(b.OEM, earlier, "fix#r"),
        PartyEvent(b.WORKS, earlier, "fix#r"),
    ]


def side(event: str, detail: str, time: int, giver: str | None = "g", taker: str | None = "t") -> Mention:
    return Mention("x", time, event, MOVED, giver, taker, detail)


@pytest.mark.parametrize(
    ("reports", "unmatched"),
    [
        ([side("a", "giver", 1), side("b", "taker", 9)], []),
        ([side("a", "taker", 1), side("b", "giver", 9)], []),
        ([side("a", "giver", 1), side("b", "giver", 2), side("c", "taker", 3)], ["b"]),
        ([side("a", "giver", 1), side("b", "taker", 2, taker="other")], ["a", "b"]),
        ([side("a", "giver", 1, taker=None), side("b", "taker", 2)], []),
        ([side("a", "giver", 1, taker=None), side("b", "giver", 2), side("c", "taker", 3)], ["b"]),
        ([side("a", "giver", 1), side("b", "giver", 2, taker=None), side("c", "taker", 3, giver=None)], ["b"]),
        ([side("a", "both", 1), side("b", "taker", 2)], ["b"]),
    ],
)
def test_sides_of_the_same_two_belong_together_the_earliest_first_in_whatever_order_they_come(
    reports: list[Mention], unmatched: list[str]
) -> None:
    for order in permutations(reports):
        assert sorted(event for event, _ in unmatched_sides([*order, *order])) == unmatched
