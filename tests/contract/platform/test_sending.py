"""What is sent as messages of the platform and read again states the same; what no message states is counted."""

from __future__ import annotations

import json
from typing import Any, Final

import orjson
import pytest

from lineage.service.answers import Context
from lineage.service.outgoing import Form, send
from lineage.stores.interface import Store
from tests.builders import Json, assembled, corrected, ended, inspected, produced, transferred
from tests.conftest import FreshStore
from tests.paths import PLATFORM
from tests.platform_client import load_messages, stored_events
from tests.service_client import NOW, load_events

QUESTION: Final = Context(NOW, lambda: False)
CASES: Final = sorted(path.parent.name for path in PLATFORM.glob("*/messages.jsonl"))
ROUND: Final = ("01-build", "02-bus-three-packs", "03-sale-personal", "04-replacement", "05-swap", "06-module-replaced",
                "07-resend")  # fmt: skip
ACCOUNT, OTHER = "91990000TT7101011B", "91990000TT71010383"


def sent(store: Store, **options: Any) -> tuple[bytes, Json]:
    lines: list[bytes] = []
    answer = send(store, QUESTION, lines.append, **options)
    return b"".join(lines), answer


def content(store: Store) -> list[Json]:
    """Events without their ids: some fields of a record leave no trace in events, and the id is made of all."""
    return sorted(({k: v for k, v in e.items() if k != "id"} for e in stored_events(store).values()), key=json.dumps)


@pytest.mark.parametrize("name", ROUND)
def test_messages_sent_and_read_again_give_the_same_events(fresh_store: FreshStore, name: str) -> None:
    store = fresh_store()
    load_messages(store, (PLATFORM / name / "messages.jsonl").read_bytes())
    before = content(store)
    lines, answer = sent(store)

    other = fresh_store()
    read = load_messages(other, lines)

    assert content(other) == before
    assert (answer["unsent"], read["rejected"], read["warning_counts"]) == ({}, 0, {})
    assert answer["messages"] == len(lines.splitlines()) == read["records"]


@pytest.mark.parametrize("name", ["01-build", "04-replacement", "05-swap", "07-resend"])
def test_what_is_sent_is_a_repeat_of_what_was_read(store: Store, name: str) -> None:
    """Where events hold everything that the record had, the spelling is found that gives back its id."""
    load_messages(store, (PLATFORM / name / "messages.jsonl").read_bytes())

    again = load_messages(store, sent(store)[0])

    assert (again["accepted"], again["rejected"]) == (0, 0)


def test_events_that_no_message_states_are_counted_by_type(store: Store) -> None:
    events = [
        produced("urn:x:pack", kind="pack", event_id="a", reporter=ACCOUNT),
        inspected("ZZAPB01TEST000B3C0000001", event_id="b", reporter=ACCOUNT, findings={"soh_percent": 80}),
        ended("ZZAPB01TEST000B3C0000001", event_id="c", reporter=ACCOUNT, reason="lost"),
        transferred("ZZAPB01TEST000B3C0000001", giver=ACCOUNT, taker=OTHER, event_id="d", reporter=ACCOUNT),
        corrected("b", event_id="e", reporter=ACCOUNT, replacement=None),
        produced("LZATEST15M0000101", kind="vehicle", event_id="f", reporter=ACCOUNT, step="vehicle_production"),
    ]
    assert load_events(store, events).errors == []

    lines, answer = sent(store)

    assert answer["messages"] == 1
    assert answer["unsent"] == {"corrected": 1, "ended": 1, "produced": 1, "transferred": 1}
    assert orjson.loads(lines)["message"]["vinList"][0]["vin"] == "LZATEST15M0000101"


def test_only_one_reporter_is_sent_if_wanted_and_payloads_may_stand_alone(store: Store) -> None:
    load_messages(store, (PLATFORM / "01-build" / "messages.jsonl").read_bytes())

    lines, answer = sent(store, reporter=ACCOUNT, form=Form(bare=True))

    assert answer["messages"] == 1
    assert orjson.loads(lines)["vinList"][0]["packCodeList"] == ["ZZAPB01TEST000B3C0000001"]


def test_parts_without_a_code_are_sent_as_counts(fresh_store: FreshStore) -> None:
    pack = "ZZAPB01TEST000B3C0000001"
    made = produced(pack, kind="pack", time="2021-03-12", event_id="a", reporter=ACCOUNT, step="pack_production")
    filled = assembled(
        pack, uncoded={"cell": 96}, time="2021-03-12", event_id="b", reporter=ACCOUNT, step="pack_production"
    )
    store = fresh_store()
    load_events(store, [made, filled])
    lines, answer = sent(store)
    other = fresh_store()
    load_messages(other, lines)

    states = [event["uncoded"] for event in stored_events(other).values() if event["type"] == "assembled"]
    assert (answer["unsent"], states) == ({}, [[{"kind": "cell", "count": 96}]])
