"""Logins as frames of both editions and as JSON of the gateway, made by hand."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import xor

from tests.builders import Json

ICCID = b"89860000000000000000"


def frame(head: bytes, vin: str, body: bytes, command: int = 1, answer: int = 0xFE, encryption: int = 1) -> bytes:
    inner = bytes([command, answer]) + vin.encode("latin-1").ljust(17) + bytes([encryption])
    inner += len(body).to_bytes(2, "big") + body
    return head + inner + bytes([reduce(xor, inner)])


def moment(t: datetime) -> bytes:
    return bytes([t.year - 2000, t.month, t.day, t.hour, t.minute, t.second])


def body_2016(t: datetime, codes: list[bytes], length: int) -> bytes:
    listed = b"".join(code.ljust(length) for code in codes)
    return moment(t) + b"\x00\x01" + ICCID + bytes([len(codes), length]) + listed


def body_2025(t: datetime, packs: list[list[bytes]]) -> bytes:
    listed = b"".join(code.ljust(24, b"\x00") for system in packs for code in system)
    return moment(t) + b"\x00\x01" + ICCID + bytes([len(packs)]) + bytes(len(system) for system in packs) + listed


def login_2016(vin: str, t: datetime, *codes: str, length: int = 24, **header: int) -> bytes:
    return frame(b"##", vin, body_2016(t, [code.encode("latin-1") for code in codes], length), **header)


def login_2025(vin: str, t: datetime, *packs: list[str], **header: int) -> bytes:
    return frame(b"$$", vin, body_2025(t, [[code.encode("latin-1") for code in system] for system in packs]), **header)


def gateway(vin: str, t: datetime, **data: object) -> Json:
    time = {"Year": t.year - 2000, "Month": t.month, "Day": t.day, "Hour": t.hour, "Minute": t.minute}
    return {"Cmd": 1, "Encrypt": 1, "Vin": vin, "Data": {"Time": {**time, "Second": t.second}, "Seq": 1, **data}}
