"""Worked cases of the national platform: the events, the counts, the answers, and what must not be stored."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from lineage.domain.events.reading import read_event
from lineage.domain.events.serialization import to_stored
from lineage.service.answers import Context
from lineage.service.ingest.maintenance import export
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.paths import PLATFORM
from tests.platform_client import NOT_STATED, load_messages, stored_events
from tests.service_client import NOW, ServiceClient

CASES: Final = sorted(path.name for path in PLATFORM.iterdir() if path.is_dir())
MESSAGES: Final = [name for name in CASES if (PLATFORM / name / "messages.jsonl").exists()]
TODAY_TEXT: Final = datetime.fromtimestamp(NOW / 1000, UTC).isoformat()


class Case:
    """One folder: how its messages are loaded, and what is expected."""

    def __init__(self, name: str) -> None:
        self.folder: Path = PLATFORM / name
        self.expected: Json = json.loads((self.folder / "expected.json").read_text("utf-8"))

    def bodies(self) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """Each file of messages with the options that it is loaded with."""
        reporter = self.expected["events"][0]["reporter"]
        for name, options in (
            ("messages.jsonl", {}),
            ("logins.jsonl", {"file_format": "gbt32960", "reporter": reporter}),
            ("frames.hex", {"file_format": "gbt32960", "reporter": reporter}),
        ):
            if (path := self.folder / name).exists():
                yield path.read_bytes(), options

    def events(self) -> dict[str, Json]:
        return {event["id"]: canonical(event) for event in self.expected["events"]}


def canonical(event: Json) -> Json:
    """An event as the journal stores it, without its evidence."""
    sent = {k: v for k, v in event.items() if k != "evidence" and v != NOT_STATED}
    return to_stored(read_event(sent, today=None, allow_recorded=False).event)


@pytest.mark.parametrize("name", CASES)
def test_messages_become_the_expected_events(fresh_store: FreshStore, name: str) -> None:
    case = Case(name)
    for body, options in case.bodies():
        store = fresh_store()
        answer = load_messages(store, body, **options)

        assert stored_events(store) == case.events()
        assert {field: answer[field] for field in ("records", "events", "repeats", "personal")} == {
            field: case.expected["load"][field] for field in ("records", "events", "repeats", "personal")
        }
        assert answer["warning_counts"] == case.expected["load"]["warnings"]
        assert answer["error_counts"] == case.expected["load"]["errors"]
        assert (answer["accepted"], answer["duplicate"], answer["rejected"]) == (
            answer["events"], answer["repeats"], 0,
        )  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_answers_follow_from_the_messages(store: Store, name: str) -> None:
    case = Case(name)
    body, options = next(case.bodies())
    load_messages(store, body, **options)
    client = ServiceClient(store)

    for asked in case.expected["answers"]:
        ANSWERS[asked["ask"]](client, asked)


def _trace(client: ServiceClient, asked: Json) -> None:
    document = client.lineage(asked["item"], asked["direction"])

    assert {item["id"]: item["windows"] for item in document["items"]} == asked["want"]


def _composition(client: ServiceClient, asked: Json) -> None:
    document = client.composition(asked["item"], asked.get("at", TODAY_TEXT))

    assert {document["tree"]["id"]: nested(document["tree"])} == asked["want"]
    unknown = [[u["item"], u["layer"], u["uncoded"]] for u in document["unknown"]]
    assert sorted(unknown) == sorted(asked["unknown"])


def nested(tree: Json) -> Json:
    return {part["id"]: nested(part) for part in tree["parts"]}


def _custody(client: ServiceClient, asked: Json) -> None:
    segments = client.custody(asked["item"])["segments"]
    found = [[s["since"], s["until"], s["status"], [_owner(h) for h in s["holders"]]] for s in segments]

    assert found == asked["want"]


def _owner(holder: str) -> str:
    return "owner:*" if holder.startswith("owner:") else holder


def _findings(client: ServiceClient, asked: Json) -> None:
    found = [[finding["kind"], item] for finding in client.findings() for item in finding["items"]]

    assert all(wanted in found for wanted in asked["must"])
    assert all(unwanted not in found for unwanted in asked["must_not"])


def _item(client: ServiceClient, asked: Json) -> None:
    card = client.card(asked["item"], TODAY_TEXT)

    assert {field: card[field] for field in asked["want"]} == asked["want"]


ANSWERS: Final = {
    "trace": _trace, "composition": _composition, "custody": _custody, "findings": _findings, "item": _item,
}  # fmt: skip


@pytest.mark.parametrize("name", MESSAGES)
def test_forbidden_texts_are_in_no_answer_and_in_no_export(store: Store, name: str) -> None:
    case = Case(name)
    lines: list[bytes] = []
    explained: list[Any] = []
    answer = load_messages(store, next(case.bodies())[0], explain=explained.append)
    export(store, Context(NOW, lambda: False), lines.append)

    written = b"".join((orjson.dumps(answer), orjson.dumps(explained), *lines)).decode()
    assert [text for text in case.expected["forbidden_in_journal"] if text in written] == []


@pytest.mark.parametrize("name", MESSAGES)
def test_neither_the_order_of_lines_nor_sending_twice_changes_the_events(fresh_store: FreshStore, name: str) -> None:
    case = Case(name)
    lines = next(case.bodies())[0].splitlines()
    for number in range(3):
        shuffled = random.Random(number).sample(lines, len(lines))
        store = fresh_store()
        load_messages(store, b"\n".join([*shuffled, *lines]))
        again = load_messages(store, b"\n".join(shuffled))

        assert stored_events(store) == case.events()
        assert (again["accepted"], again["rejected"]) == (0, 0)
