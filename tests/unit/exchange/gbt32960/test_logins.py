"""Logins of vehicles: frames by hand, what is counted and not read, runs of equal logins."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.errors import InvalidQuestionError
from lineage.domain.instants import CHINA
from lineage.exchange.gbt32960.frames import frames_in
from tests.builders import Json
from tests.platform_client import ACCOUNT, Read, as_lines, read_bodies, stated
from tests.unit.exchange.gbt32960.login_frames import (
    body_2016,
    frame,
    gateway,
    login_2016,
    login_2025,
    moment,
)

VIN, OTHER_VIN = "LZATEST16M0000110", "LZATEST18M0000111"
PACK, OTHER = "ZZAPB01TEST000FAA0000090", "ZZAPB01TEST000FAA0000091"
START = datetime(2025, 12, 1, 8, 30, tzinfo=CHINA)
UTC_START = "2025-12-01T00:30:00.000Z"


def read(*frames: bytes, **options: Any) -> Read:
    return read_bodies(b"".join(frames), file_format="gbt32960", **{"reporter": ACCOUNT, **options})


def read_json(*messages: Json) -> Read:
    return read_bodies(as_lines(messages), file_format="gbt32960", reporter=ACCOUNT)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def test_a_login_of_either_edition_is_a_sighting_of_its_packs() -> None:
    old = read(login_2016(VIN, START, PACK, OTHER))
    new = read(login_2025(VIN, START, [PACK], [OTHER]))

    content = json.dumps([VIN, [PACK, OTHER], UTC_START], separators=(",", ":")).encode()
    for found, edition in ((old, "2016"), (new, "2025")):
        assert found.events == [
            {
                "id": f"gbt32960:{hashlib.sha256(content).hexdigest()}",
                "type": "inspected",
                "time": UTC_START,
                "reporter": ACCOUNT,
                "evidence": [{"kind": "gbt32960", "ref": edition}],
                "items": [PACK, OTHER],
                "inside": VIN,
                "findings": {"message": "login"},
            }
        ]
    assert (old.counts["logins"], old.counts["records"], old.counts["events"]) == (1, 0, 1)


def test_json_of_the_gateway_gives_the_same_sightings() -> None:
    old = gateway(VIN, START, Num=2, Length=24, Id=PACK + OTHER)
    new = gateway(VIN, START, BmsNum=2, BatteryPackCounts=[1, 1], BatteryPackEncodings=[[PACK], [OTHER]])

    assert read_json(old).events == read(login_2016(VIN, START, PACK, OTHER)).events
    assert read_json(new).events == read(login_2025(VIN, START, [PACK], [OTHER])).events


def test_frames_as_lines_of_text_are_the_frames() -> None:
    frames = [login_2016(VIN, START, PACK), login_2025(OTHER_VIN, START, [OTHER])]
    text = "".join(f" {one.hex()}\r\n" for one in frames) + "\n# a remark\n"

    assert read_bodies(text.encode(), file_format="gbt32960", reporter=ACCOUNT).events == read(*frames).events


@pytest.mark.parametrize(
    ("code", "items"),
    [
        ("abc-1   ", ["urn:tbrat:code:ABC-1"]),
        ("\x00" * 8, []),
        ("\xff" * 8, []),
        ("        ", []),
    ],
)
def test_codes_lose_their_padding_and_slots_without_a_code_are_none(code: str, items: list[str]) -> None:
    found = read(login_2016(VIN, START, code, length=8))

    assert [event["items"] for event in found.events] == ([items] if items else [])
    assert [warning for _, warning in found.warnings] == ["code_not_gbt34014"] * len(items)


@pytest.mark.parametrize("length", [0, 51, 255])
def test_a_login_of_2016_may_have_no_codes(length: int) -> None:
    body = moment(START) + bytes(22) + bytes([2 if length else 0, length])

    found = read(frame(b"##", VIN, body))

    assert (found.events, found.errors, found.counts["logins"]) == ([], [], 1)


def test_the_same_code_in_two_slots_is_one_item() -> None:
    found = read(login_2025(VIN, START, [PACK, PACK]))

    assert found.events[0]["items"] == [PACK]
    assert found.warnings == [("codes", "twice_in_list")]


def test_a_vehicle_without_a_proper_vin_has_an_id_all_the_same() -> None:
    found = read(login_2016("ABC", START, PACK))

    assert found.events[0]["inside"] == "urn:tbrat:vin:ABC"
    assert found.warnings == [("vin", "vin_form")]


@pytest.mark.parametrize(
    ("changed", "count"),
    [({"command": 2}, "other_command"), ({"answer": 1}, "answer"), ({"encryption": 3}, "encrypted"),
     ({"encryption": 5}, "encrypted")],
)  # fmt: skip
def test_what_is_no_readable_login_is_counted_and_no_error(changed: dict[str, int], count: str) -> None:
    found = read(login_2016(VIN, START, PACK, **changed), login_2025(VIN, START, [PACK], **changed))
    as_json = read_json({**gateway(VIN, START), **{
        {"command": "Cmd", "answer": "Ack", "encryption": "Encrypt"}[name]: value for name, value in changed.items()
    }})  # fmt: skip

    none = {"encrypted": 0, "other_command": 0, "answer": 0}
    assert (found.counts["not_read"], found.errors) == ({**none, count: 2}, [])
    assert as_json.counts["not_read"] == {**none, count: 1}


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (login_2016(VIN, START, PACK)[:-1] + b"\x00", "frame_check"),
        (login_2016(VIN, START, PACK)[:-4], "frame_short"),
        (login_2016(VIN, START, PACK)[:10], "frame_short"),
        (frame(b"##", VIN, body_2016(START, [PACK.encode()], 24)[:-1]), "frame_short"),
        (frame(b"$$", VIN, moment(START) + bytes(22) + bytes([3, 1])), "frame_short"),
        (frame(b"##", VIN, b"\x01"), "frame_short"),
        (frame(b"##", VIN, bytes([25, 13, 1, 0, 0, 0]) + bytes(24)), "time_form"),
    ],
)
def test_a_frame_that_cannot_be_read_is_an_error_and_the_others_stand(frames: bytes, code: str) -> None:
    good = login_2025(OTHER_VIN, START, [OTHER])

    found = read_bodies(f"{frames.hex()}\n{good.hex()}\n".encode(), file_format="gbt32960", reporter=ACCOUNT)

    assert found.errors == [(1, 0, "time" if code == "time_form" else "", code)]
    assert [event["items"] for event in found.events] == [[OTHER]]


def test_text_that_is_no_frame_is_an_error() -> None:
    found = read_bodies(b"23zz\n4142\n", file_format="gbt32960", reporter=ACCOUNT)

    assert [code for _, _, _, code in found.errors] == ["frame_hex", "frame_start"]


def test_bytes_between_frames_are_one_error() -> None:
    frames = [login_2016(VIN, START, PACK), b"noise" * 20, login_2025(OTHER_VIN, START, [OTHER])]

    found = read(*frames)

    assert [code for _, _, _, code in found.errors] == ["frame_start"]
    assert len(found.events) == 2


@pytest.mark.parametrize("size", [1, 7, 100])
def test_frames_may_come_in_pieces(size: int) -> None:
    whole = b"".join(login_2025(VIN, day(n), [PACK if n % 2 else OTHER]) for n in range(5))
    pieces = [whole[place : place + size] for place in range(0, len(whole), size)]

    assert list(frames_in(pieces)) == list(frames_in([whole]))
    assert len(read(whole).events) == 5


@pytest.mark.parametrize(
    ("message", "path", "code"),
    [
        ([1], "", "wrong_type"),
        ({"Cmd": "1"}, "Cmd", "wrong_type"),
        ({"Cmd": 1, "Vin": " "}, "Data", "missing_field"),
        ({"Cmd": 1, "Data": {}}, "Vin", "missing_field"),
        ({"Cmd": 1, "Vin": VIN, "Data": {}}, "Data.Time", "missing_field"),
        ({"Cmd": 1, "Vin": VIN, "Data": {"Time": {"Year": 25}}}, "time", "time_form"),
        (gateway(VIN, START, Num=1, Length=24, Id=7), "Data.Id", "wrong_type"),
        (gateway(VIN, START, BatteryPackEncodings=7), "Data.BatteryPackEncodings", "wrong_type"),
        (gateway(VIN, START, BatteryPackEncodings=[[7]]), "Data.BatteryPackEncodings", "wrong_type"),
    ],
)
def test_json_that_is_no_login_is_an_error(message: Any, path: str, code: str) -> None:
    assert read_json(message).errors == [(1, 0, path, code)]


def test_a_code_with_a_date_after_today_refuses_the_login() -> None:
    found = read(login_2016(VIN, START, "ZZAPB01TEST000H3C0000001"))

    assert (found.events, found.errors) == ([], [(1, 0, "codes", "battery_code_future")])


# ---- runs


def test_of_a_run_of_equal_logins_the_first_and_the_last_are_sightings() -> None:
    frames = [login_2025(VIN, day(n), [PACK]) for n in range(5)]

    found = read(*frames)

    assert [event["time"][:10] for event in found.events] == ["2025-12-01", "2025-12-05"]
    assert (found.counts["logins"], found.counts["events"], found.counts["repeats"]) == (5, 2, 0)


def test_a_change_of_packs_begins_a_run_and_so_does_a_login_without_codes() -> None:
    frames = [
        *(login_2025(VIN, day(n), [PACK]) for n in range(3)),
        *(login_2025(VIN, day(n), [OTHER]) for n in range(3, 5)),
        login_2025(VIN, day(5)),
        *(login_2025(VIN, day(n), [OTHER]) for n in range(6, 9)),
    ]

    found = read(*frames)

    assert [(event["items"][0], event["time"][8:10]) for event in found.events] == [
        (PACK, "01"), (PACK, "03"), (OTHER, "04"), (OTHER, "05"), (OTHER, "07"), (OTHER, "09"),
    ]  # fmt: skip


def test_runs_are_by_vehicle_and_in_order_of_time_whatever_the_order_of_lines() -> None:
    frames = [login_2025(vin, day(n), [PACK]) for n in range(6) for vin in (VIN, OTHER_VIN)]
    expected = read(*frames).events
    assert len(expected) == 4

    for seed in range(5):
        random.Random(seed).shuffle(frames)
        assert read(*frames).events == expected


def test_the_same_login_sent_twice_is_a_repeat_even_in_both_forms() -> None:
    as_frame = login_2025(VIN, START, [PACK])
    as_json = as_lines([gateway(VIN, START, BmsNum=1, BatteryPackEncodings=[[PACK]])])

    found = read_bodies(as_frame, as_json, file_format="gbt32960", reporter=ACCOUNT)

    assert (found.counts["events"], found.counts["repeats"], len(found.events)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("reporter", "code"), [(None, "missing_reporter"), (VIN, "not_a_party"), ("x", "id_unknown_form")]
)
def test_a_login_needs_a_party_that_reports_it(reporter: str | None, code: str) -> None:
    with pytest.raises(InvalidQuestionError) as error:
        read(login_2025(VIN, START, [PACK]), reporter=reporter)

    assert error.value.code == code


def test_what_a_login_became_is_explained() -> None:
    explained: list[Any] = []

    found = read(login_2025(VIN, START, [PACK]), explain=explained.append)

    assert [stated(event) for record in explained for event in record["events"]] == [stated(e) for e in found.events]
    assert (explained[0]["line"], explained[0]["record"]) == (1, 0)


@given(st.lists(st.tuples(st.integers(0, 9), st.binary(min_size=1, max_size=60)), max_size=20), st.integers(0, 2**32))
def test_no_bytes_whatever_end_the_reading(changes: list[tuple[int, bytes]], seed: int) -> None:
    frames = [login_2025(VIN, day(n), [PACK]) for n in range(10)]
    rng = random.Random(seed)
    for number, noise in changes:
        place = rng.randrange(len(frames[number]) + 1)
        frames[number] = frames[number][:place] + noise + frames[number][place + rng.randrange(4) :]

    for body in (b"".join(frames), b"\n".join(one.hex().encode() for one in frames), b"\n".join(frames)):
        found = read_bodies(body, file_format="gbt32960", reporter=ACCOUNT)
        assert found.counts["logins"] + len(found.errors) + sum(found.counts["not_read"].values()) > 0
