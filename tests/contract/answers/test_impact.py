"""Whom a recall concerns, in every store: now, once, unknown; what a correction changes of it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import orjson
import pytest

from lineage.domain.instants import parse_instant
from lineage.domain.traversal.impact import Recall
from lineage.service.answers import Context
from lineage.service.questions.impact import ImpactQuestion, impact
from lineage.stores import open_store
from lineage.stores.interface import Store
from tests import builders as b
from tests.builders import Json
from tests.service_client import NOW, TickingClock, load_events

CAR, OTHER_CAR, PACK, SPARE, MODULE, LOST = (
    b.vin(1),
    b.vin(2),
    "urn:x:pack",
    "urn:x:spare",
    "urn:x:module",
    "urn:x:lost",
)
BATCH = {"maker": b.MAKER, "model": "M-1", "batch": "B-7"}
REPORTED = [
    b.enrolled(b.LI, "owner", region="440300", event_id="who"),
    b.produced({"id": MODULE, "kind": "module", **BATCH}, {"id": LOST, "kind": "module", **BATCH}, event_id="made"),
    b.produced({"id": "urn:x:alike", "kind": "module", **BATCH, "batch": "B-8"}, event_id="alike"),
    b.produced({"id": "urn:x:terse", "kind": "module", "model": "M-1"}, event_id="terse"),
    b.produced(PACK, SPARE, kind="pack", event_id="packs"),
    b.assembled(PACK, MODULE, time="2024-01-05", event_id="in-pack"),
    b.assembled(SPARE, uncoded={"cell": 12}, time="2024-01-05", event_id="uncoded"),
    b.produced(CAR, OTHER_CAR, kind="vehicle", time="2024-01-06", reporter=b.OEM, event_id="cars"),
    b.assembled(CAR, PACK, time="2024-02-01", reporter=b.OEM, event_id="in-car"),
    b.disassembled(CAR, PACK, time="2024-05-01", custodian=b.SHOP, event_id="out"),
    b.assembled(OTHER_CAR, PACK, time="2024-06-01", reporter=b.SHOP, event_id="in-other"),
    b.transferred(OTHER_CAR, giver=b.OEM, taker=b.LI, time="2024-07-01", event_id="sold"),
    b.transferred(LOST, giver=b.MAKER, taker=b.SHOP, side="giver", time="2024-03-01", event_id="sent"),
]


@pytest.fixture
def embedded(sqlite_file: str) -> Iterator[Store]:
    """Questions that do not depend on the kind of store, on one."""
    store = open_store(sqlite_file)
    yield store
    store.close()


def context(store: Store, question: ImpactQuestion, **more: Any) -> tuple[list[Json], Json]:
    lines = list(impact(store, question, Context(NOW, lambda: False, **more)))
    *reported, last = map(orjson.loads, lines)
    assert last["digest"] == sha256(b"".join(lines[:-1])).hexdigest()
    return reported, last


def short(lines: list[Json]) -> list[tuple[str, str, str | None]]:
    return [(x["status"], x["item"], x["whole"]) for x in lines]


def test_a_recall_by_batch_lists_now_once_and_unknown(store: Store) -> None:
    load_events(store, REPORTED)
    lines, last = context(store, ImpactQuestion(recall=Recall(b.MAKER, "M-1", "B-7")))
    where = {(x["item"], x["whole"]): x for x in lines}
    assert {key: x["status"] for key, x in where.items() if key[0] in (MODULE, LOST)} == {
        (LOST, None): "unknown",
        (MODULE, PACK): "now",
        (MODULE, CAR): "once",
        (MODULE, OTHER_CAR): "now",
    }
    now, lost = where[MODULE, OTHER_CAR], where[LOST, None]
    assert (now["holders"], now["region"], now["remedied"]) == ([b.LI], "440300", False)
    assert (lost["layer"], lost["silent"]) == ("vehicle", [b.SHOP, b.MAKER])
    assert where["urn:x:terse", None]["layer"] == "declaration"
    assert last["totals"]["items"] == 2
    assert last["complete"] is True


def test_what_may_be_affected_unseen_is_listed_with_its_layer_and_counted(embedded: Store) -> None:
    load_events(embedded, REPORTED)
    lines, last = context(embedded, ImpactQuestion(recall=Recall(batch="B-9", kind="cell")))
    where = {(x["item"], x["whole"]): (x["layer"], x["uncoded"], x["silent"]) for x in lines}
    assert where == {
        (SPARE, None): ("cell", 12, [b.MAKER]),
        (MODULE, OTHER_CAR): ("cell", None, [b.MAKER]),
        (LOST, None): ("cell", None, [b.MAKER]),
        ("urn:x:alike", None): ("cell", None, [b.MAKER]),
        ("urn:x:terse", None): ("cell", None, [b.MAKER]),
    }
    assert last["totals"] == {
        "now": 0,
        "once": 0,
        "unknown": 5,
        "items": 0,
        "wholes": 1,
        "uncoded": 12,
        "undeclared": 0,
    }


def test_a_recall_of_what_was_made_later_concerns_no_party(embedded: Store) -> None:
    load_events(embedded, REPORTED)
    late = Recall(b.MAKER, "M-1", "B-7", since=parse_instant("2025-01-01"))
    assert context(embedded, ImpactQuestion(recall=late))[1]["totals"]["unknown"] == 0


def test_a_recall_by_items_never_answers_none_where_nothing_was_reported(embedded: Store) -> None:
    load_events(embedded, REPORTED)
    lines, last = context(embedded, ImpactQuestion((MODULE, "urn:x:nobody", LOST)))
    assert short(lines)[-2:] == [("unknown", LOST, None), ("unknown", "urn:x:nobody", None)]
    assert lines[-1]["layer"] == "item"
    assert last["totals"]["items"] == 2


def test_what_was_just_reported_is_there_and_what_is_withdrawn_is_unknown(embedded: Store) -> None:
    load_events(embedded, [b.produced(MODULE, event_id="made")])
    question = ImpactQuestion((MODULE,))
    assert short(context(embedded, question, at=parse_instant("2024-01-20"))[0]) == [("now", MODULE, None)]
    assert short(context(embedded, question, at=parse_instant("2024-03-20"))[0]) == [("unknown", MODULE, None)]


def test_what_has_ended_is_listed_as_once(embedded: Store) -> None:
    load_events(embedded, [b.produced(MODULE), b.ended(MODULE, reason="destroyed", time="2024-02-01")])
    lines, _ = context(embedded, ImpactQuestion((MODULE,)))
    assert [(x["status"], x["until"], x["remedied"]) for x in lines] == [("once", "2024-01-31T16:00:00.000Z", True)]


def test_a_correction_adds_and_releases(store: Store) -> None:
    clock = TickingClock()
    load_events(store, REPORTED, clock)
    before = clock.now
    wrong = b.corrected(
        "in-other", b.assembled(CAR, PACK, time="2024-06-01", reporter=b.SHOP), time="2024-09-01", event_id="fix"
    )
    load_events(store, [wrong], clock)
    lines, last = context(store, ImpactQuestion((MODULE,), changed_since=before))
    assert [(x["change"], x["status"], x["whole"]) for x in lines] == [
        ("added", "now", CAR), ("released", "now", OTHER_CAR)
    ]  # fmt: skip
    assert (last["totals"]["added"], last["totals"]["released"]) == (1, 1)
    assert context(store, ImpactQuestion((MODULE,), changed_since=clock.now))[0] == []
    then, _ = context(store, ImpactQuestion((MODULE,)), known_at=before)
    assert ("now", MODULE, OTHER_CAR) in short(then)


def test_a_lot_is_followed_into_everything_and_its_rest_is_not_forgotten(embedded: Store) -> None:
    lot = b.lot(1)
    load_events(
        embedded,
        [
            b.produced({"id": lot, "kind": "lot"}),
            b.assembled(PACK, lot, time="2024-01-05"),
            b.assembled(CAR, PACK, time="2024-02-01"),
        ],
    )
    assert short(context(embedded, ImpactQuestion((lot,)))[0]) == [
        ("now", lot, PACK),
        ("now", lot, CAR),
    ]
