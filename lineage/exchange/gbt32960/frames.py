"""Frames of GB/T 32960.3: start, command, answer flag, VIN, encryption, length, body, check byte.

The check byte is the exclusive or of all bytes from the command to the end of the body. The body of a login has the
time (6 bytes), a serial number (2), the ICCID (20), and then, by table 6 of each edition:

- 2016: number of subsystems (1), length of a code (1), the codes one after the other;
- 2025: number of battery systems (1), the number of packs of each (1), the codes of 24 characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.exchange.gbt32960.login import (
    EDITION_2016,
    EDITION_2025,
    Login,
    UnreadableLoginError,
    check_header,
    clean_codes,
    instant_of,
)

START: Final = {b"##": EDITION_2016, b"$$": EDITION_2025}
HEAD: Final = 24
"""Bytes before the body."""
_SERIAL_AND_ICCID: Final = 22
_CODES: Final = 6 + _SERIAL_AND_ICCID
_LENGTH_2025: Final = 24
_MOST_SUBSYSTEMS, _MOST_LENGTH = 250, 50


def frames_in(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the frames of a stream of bytes, each from its start to its check byte.

    Bytes that are no frame come out as one piece up to the next start; the last frame may be cut short.
    """
    buffer = b""
    for piece in pieces:
        buffer += piece
        place = 0
        while (size := _size_at(buffer, place)) and place + size <= len(buffer):
            yield buffer[place : place + size]
            place += size
        buffer = buffer[place:]
    while buffer:
        size = _size_at(buffer, 0) or len(buffer)
        yield buffer[:size]
        buffer = buffer[size:]


def _size_at(buffer: bytes, place: int) -> int:
    """Return the size of what begins at a place; 0 while too few bytes are there to know it."""
    if len(buffer) - place < HEAD:
        return 0
    if buffer[place : place + 2] in START:
        return frame_size(buffer[place : place + HEAD])
    found = [next_start for start in START if (next_start := buffer.find(start, place + 1)) > 0]
    return min(found, default=len(buffer) - 1) - place


def frame_size(frame: bytes) -> int:
    """Return the size of a frame by its head, which is there; check byte included."""
    return HEAD + int.from_bytes(frame[22:24], "big") + 1


def read_frame(frame: bytes) -> Login:
    """Return the login of one frame.

    Raises UnreadableLoginError (`frame_start`, `frame_short`, `frame_check`, `time_form`), NotReadError.
    """
    edition = START.get(frame[:2])
    if edition is None:
        raise UnreadableLoginError("frame_start", "A frame begins with ## or $$.")
    if len(frame) < HEAD or len(frame) < frame_size(frame):
        raise _short()
    end = frame_size(frame) - 1
    if _exclusive_or(frame[2:end]) != frame[end]:
        raise UnreadableLoginError("frame_check", "The check byte does not fit: the frame was changed on its way.")
    check_header(frame[2], frame[3], frame[21])
    body = frame[HEAD:end]
    if len(body) < _CODES:
        raise _short()
    texts = _codes_2016(body) if edition == EDITION_2016 else _codes_2025(body)
    vin = frame[4:21].decode("latin-1").strip(" \x00").upper()
    return Login(edition, vin, instant_of(*body[:6]), clean_codes(texts))


def _codes_2016(body: bytes) -> list[str]:
    count, length = _bytes(body, _CODES, 2)
    if count > _MOST_SUBSYSTEMS or not 0 < length <= _MOST_LENGTH:
        # 0: no code; values above the range stand for an error of the sender, who has none either.
        return []
    return _texts(body, _CODES + 2, count, length)


def _codes_2025(body: bytes) -> list[str]:
    (systems,) = _bytes(body, _CODES, 1)
    counts = _bytes(body, _CODES + 1, systems)
    return _texts(body, _CODES + 1 + systems, sum(counts), _LENGTH_2025)


def _bytes(body: bytes, start: int, count: int) -> bytes:
    found = body[start : start + count]
    if len(found) < count:
        raise _short()
    return found


def _texts(body: bytes, start: int, count: int, length: int) -> list[str]:
    whole = _bytes(body, start, count * length).decode("latin-1")
    return [whole[place : place + length] for place in range(0, count * length, length)]


def _exclusive_or(data: bytes) -> int:
    """Return the exclusive or of all bytes, by halves: some sixty bytes take six steps."""
    value, size = int.from_bytes(data, "big"), len(data)
    while size > 1:
        half = (size + 1) // 2
        value, size = (value >> (8 * half)) ^ (value & ((1 << (8 * half)) - 1)), half
    return value


def _short() -> UnreadableLoginError:
    return UnreadableLoginError("frame_short", "The frame ends before what it announces: a part is missing.")
