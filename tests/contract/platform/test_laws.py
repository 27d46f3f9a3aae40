"""Laws of messages: twice, in any order of lines, in pieces, mutated; nothing of a person, memory that stays."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from lineage.domain.errors import UnreadableInputError
from lineage.domain.events.reading import read_event
from lineage.exchange.conversion import report
from lineage.exchange.conversion.interface import ConversionOptions, NothingStored
from lineage.exchange.platform import waiting
from lineage.exchange.platform.names import platform_names
from lineage.exchange.platform.reader import PlatformConversion
from lineage.stores.interface import Store
from tests.builders import Json
from tests.conftest import FreshStore
from tests.paths import PLATFORM
from tests.platform_client import ACCOUNT, TODAY, as_lines, load_messages, read_bodies, read_messages, stored_events

CASES: Final = sorted(path.parent.name for path in PLATFORM.glob("*/messages.jsonl"))
MUTATED: Final = 1_000
SECRET: Final = "张三的秘密"


def messages() -> list[Json]:
    """Every message of the worked cases, one record a line, the most messages of a kind."""
    found = [orjson.loads(line) for name in CASES
             for line in (PLATFORM / name / "messages.jsonl").read_bytes().splitlines()]  # fmt: skip
    split: list[Json] = []
    for line in found:
        content = line["message"]
        records = content["vinList"] if isinstance(content, dict) else content
        split += [{**line, "message": {"vinList": [r]} if isinstance(content, dict) else [r]} for r in records]
    return split


def by_id(events: list[Json]) -> dict[str, Json]:
    return {event["id"]: event for event in events}


def test_one_load_in_any_order_and_twice_gives_the_same_events() -> None:
    lines = messages()
    once = read_messages(*lines)
    for seed in range(10):
        shuffled = random.Random(seed).sample(lines, len(lines))

        again = read_messages(*shuffled, *shuffled)

        assert by_id(again.events) == by_id(once.events)
        assert again.counts["events"] == once.counts["events"]
        assert again.counts["repeats"] == once.counts["events"] + 2 * once.counts["repeats"]


def test_pieces_of_a_load_give_the_same_events(fresh_store: FreshStore) -> None:
    """Production first: what a record needs to know from others comes before it, as it does in the store of a firm."""
    lines = sorted(messages(), key=lambda line: "Produce" not in line["interface"])
    whole = fresh_store()
    load_messages(whole, as_lines(lines))
    expected = stored_events(whole)

    pieces = fresh_store()
    for start in range(0, len(lines), 4):
        assert load_messages(pieces, as_lines(lines[start : start + 4]))["rejected"] == 0

    assert stored_events(pieces) == expected


def test_what_would_differ_when_more_is_known_is_reported_and_the_first_stays(store: Store) -> None:
    case = PLATFORM / "06-module-replaced" / "messages.jsonl"
    exchange = next(line for line in case.read_bytes().splitlines() if b"receiveReplaceRecord" in line)
    early = load_messages(store, exchange)

    late = load_messages(store, case.read_bytes())

    assert early["warning_counts"] == {"pack_not_told": 1}
    assert (late["rejected"], late["error_counts"]) == (2, {"id_conflict": 2})
    assert (late["accepted"], late["events"]) == (7, 9)
    assert {error["record"] for error in late["errors"]} == {1}
    wholes = {event["whole"] for event in stored_events(store).values() if event.get("step") == "replacement"}
    assert wholes == {"LZATEST18M0000108"}


def test_an_undated_pack_has_the_time_of_the_first_sending_that_was_accepted(store: Store) -> None:
    record = {"code": "ZZAPB01TEST000B3C0000001", "replaceUnitCode": "91990000TT7101046X"}
    line = {"interface": "replaceBattery/batteryInStorage", "account": ACCOUNT, "message": record}
    load_messages(store, as_lines([{**line, "sent": "2021-04-25"}]))

    later = load_messages(store, as_lines([{**line, "sent": "2021-04-20"}, {**line, "sent": "2021-05-01"}]))

    (event,) = stored_events(store).values()
    assert event["time"] == "2021-04-24T16:00:00.000Z"
    assert (later["duplicate"], later["rejected"]) == (2, 0)


# ---- mutated messages


def _drop(rng: random.Random, holder: Any, key: Any) -> None:
    del holder[key]


def _replace(rng: random.Random, holder: Any, key: Any) -> None:
    holder[key] = rng.choice(
        [
            None,
            "",
            " ",
            0,
            -1,
            1e300,
            True,
            [],
            {},
            [[]],
            [None],
            {"x": 1},
            "x" * 5000,
            "2021-13-45",
            SECRET,
            "\u202e",
            "0",
        ]
    )


def _cut(rng: random.Random, holder: Any, key: Any) -> None:
    if isinstance(holder[key], str):
        holder[key] = holder[key][: rng.randrange(len(holder[key]) + 1)]


def _double(rng: random.Random, holder: Any, key: Any) -> None:
    if isinstance(holder[key], list):
        holder[key] = holder[key] * 2
    elif isinstance(holder, dict):
        holder[rng.choice(["ownerName", "Idnum", "licensePlate", SECRET])] = SECRET


def _move(rng: random.Random, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[rng.choice(sorted(platform_names().groups))] = holder.pop(key)


MUTATIONS: Final[tuple[Callable[[random.Random, Any, Any], None], ...]] = (_drop, _replace, _cut, _double, _move)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member of every object and list."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def mutated(rng: random.Random) -> bytes:
    """A message with one to three changes of its values, or of its bytes."""
    line = deepcopy(rng.choice(messages_once))
    for _ in range(rng.randrange(1, 4)):
        holder, key = rng.choice(list(places(line)) or [({}, None)])
        if key is not None:
            rng.choice(MUTATIONS)(rng, holder, key)
    raw = bytearray(json.dumps(line, ensure_ascii=False).encode())
    if rng.random() < 0.2:
        for _ in range(rng.randrange(1, 5)):
            raw[rng.randrange(len(raw))] = rng.randrange(32, 256)
    return bytes(raw).replace(b"\n", b" ")


messages_once = messages()


def test_a_thousand_mutated_messages_are_read_or_refused_with_a_reason() -> None:
    rng = random.Random(14)
    bodies = [mutated(rng) for _ in range(MUTATED)]
    outcomes: Counter[str] = Counter()
    for body in bodies:
        explained: list[Any] = []
        try:
            found = read_bodies(body, explain=explained.append)
        except UnreadableInputError as error:
            outcomes[error.code] += 1
            continue
        for event in found.events:
            read_event(event, today=TODAY, allow_recorded=False)
        counted = found.counts["records"] + sum(found.counts["unknown_interfaces"].values()) + len(found.errors)
        assert counted > 0 or orjson.loads(body)["message"] in ([], {"vinList": []})
        assert SECRET not in json.dumps(found.counts, ensure_ascii=False)
        outcomes.update(code for _, _, _, code in found.errors)
        outcomes["taken"] += bool(found.events)
    assert outcomes["taken"] > MUTATED / 4
    assert {"missing_field", "time_form", "wrong_type", "missing_interface"} <= outcomes.keys()


def test_a_thousand_mutated_messages_in_one_file_leave_the_others_whole(store: Store) -> None:
    rng = random.Random(15)
    bodies = [mutated(rng) for _ in range(MUTATED)]
    good = (PLATFORM / "04-replacement" / "messages.jsonl").read_bytes()

    answer = load_messages(store, b"\n".join([*bodies, good]))
    expected = read_bodies(good)

    assert answer["rejected"] == sum(answer["error_counts"].values())
    assert all(error["line"] <= MUTATED for error in answer["errors"])
    assert by_id(expected.events).keys() <= stored_events(store).keys()


# ---- persons, memory


PERSON: Final = {
    "ownerName": "某某某",
    "Idnum": "11010519491231002X",
    "licensePlate": "样A12345",
    "epaddress": "样例路9号",
    "dirPersonName": "某甲",
    "dirPersonId": "110105194912310021",
}


def test_nothing_of_a_person_is_in_answers_reports_or_events(store: Store) -> None:
    lines = []
    for number, line in enumerate(messages()):
        holders = [holder for holder, _ in places(line) if isinstance(holder, dict)]
        for holder in {id(h): h for h in holders}.values():
            if holder is not line or number % 2:
                holder.update(PERSON)
        lines.append(line)
    broken = [{**line, "account": None} for line in lines] + [{**line, "message": line} for line in lines]
    explained: list[Any] = []

    answer = load_messages(store, as_lines(lines), as_lines(broken), explain=explained.append)

    written = json.dumps([answer, explained, list(stored_events(store).values())], ensure_ascii=False)
    assert [value for value in PERSON.values() if value in written] == []
    assert {*answer["personal"]} == {*PERSON}
    assert answer["accepted"] > 50


@pytest.mark.parametrize("kind", ["produced", "replaced"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small bounds show on small files what the usual ones show on large ones."""
    monkeypatch.setattr(waiting, "_RUN_BYTES", 100_000)
    monkeypatch.setattr(report, "_RUN_BYTES", 100_000)
    monkeypatch.setattr(waiting, "CHUNK", 300)

    def lines(count: int) -> Iterator[bytes]:
        for number in range(count):
            module = f"ZZAMB01TEST000B38{number:07d}"
            if kind == "produced":
                record: Json = {"code": f"ZZAPB01TEST000B3C{number:07d}", "moduleList": [{"code": module}]}
                name = "vehicle/receiveBatteryProduce"
            else:
                name = "sail/receiveReplaceRecord"
                record = {"vin": "LZATEST15M0000101", "replaceDate": f"2022-{number % 12 + 1:02d}-0{number % 9 + 1}",
                          "oldCode": module, "newCode": f"ZZAMB01TEST000C15{number:07d}"}  # fmt: skip
            yield as_lines([{"interface": name, "account": ACCOUNT, "message": record}])

    def peak(count: int) -> int:
        folder = tmp_path / str(count)
        folder.mkdir()
        conversion = PlatformConversion(ConversionOptions(today=TODAY), NothingStored(), folder)
        tracemalloc.start()
        conversion.read(0, lines(count))
        for _ in conversion.lines():
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        conversion.close()
        return highest

    first, small, large = peak(300), peak(1_000), peak(4_000)

    assert first > 0, "caches are filled"
    # At most 24 sorted runs are open at once, each with its buffer.
    assert large < small + 2_500_000
