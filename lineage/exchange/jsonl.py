"""JSON lines and JSON arrays: bytes in, one `Line` for each event out (contract 2).

A line that cannot be read is a value with an error, not an exception: the other lines are still read.
JSON is I-JSON (`ijson.py`). Lines are read one at a time, whatever the size of the file; an
array is read whole and may have 64 MiB.
"""

import gzip
import io
import json
import re
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

import zstandard

from lineage.domain.errors import Notice, UnreadableInputError
from lineage.exchange.ijson import read_document
from lineage.exchange.zst import ZstReader

MOST_LINE: Final = 8 * 1024 * 1024
"""Bytes in one line, or one element of an array (contract 2)."""

MOST_ARRAY: Final = 64 * 1024 * 1024
"""Bytes in an array (contract 8)."""

COMMENT: Final = b"#"
"""The beginning of a line of a file that is no event, such as the reason for which a line was refused."""

_CHUNK: Final = 256 * 1024
_MARK: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n"
_LEADING: Final = 65_536
"""An array does not begin after more blanks than these."""
_SHOWN: Final = 1_000
_BROKEN: Final = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)


class Line(NamedTuple):
    """One line of input, or one element of an array.

    `number` counts from 1, blank lines included (in an array: elements); `raw` is the line as
    sent, without its end. For a line above the size limit, `raw` is the first 1,000 bytes.
    Where `error` is not `None` there is no `document`; a document may itself be `None`
    (JSON `null`).
    """

    number: int
    raw: bytes
    document: object | None
    error: Notice | None


@contextmanager
def open_events(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file of events for reading: `.gz` and `.zst` are unpacked, `-` is standard input.

    Raises `OSError` where the file cannot be opened. Broken compression shows later, as the
    error of the last line that `read_lines` gives.
    """
    name = str(path).lower()
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as file:
        if name.endswith((".gz", ".zst")) and not file.peek(1):
            yield io.BufferedReader(_EmptyFile())
        elif name.endswith(".gz"):
            with gzip.open(file) as unpacked:
                yield cast(BinaryIO, unpacked)
        elif name.endswith(".zst"):
            yield io.BufferedReader(ZstReader(file), _CHUNK)
        else:
            yield file


class _EmptyFile(io.RawIOBase):
    """A compressed file without a single byte: even no events compress to some, so that it was cut."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise EOFError("the file is empty")


def read_lines(stream: Iterable[bytes] | BinaryIO) -> Iterator[Line]:
    """Yield the lines in order; blank lines are skipped, but counted.

    `stream` is a file, or pieces of any size. If its first byte that is not blank is `[`, it
    is one JSON array; if that cannot be read, a single `Line` holds the error. Memory does not
    grow with the number of lines.
    """
    pieces = _pieces(stream)
    try:
        head = _head(pieces)
        if head.lstrip(_BLANK).startswith(b"["):
            yield from _array_lines(_joined(head, pieces))
            return
    except UnreadableInputError as error:
        yield _unreadable(1, error)
        return
    yield from read_each(_joined(head, pieces), read_document)


def read_each(stream: Iterable[bytes] | BinaryIO, read: Callable[[bytes], object]) -> Iterator[Line]:
    """Yield the lines in order, each with the document that `read` makes of it; blank lines are skipped, but counted.

    `read` gets a line without its end, of at most 8 MiB, and raises `UnreadableInputError` where it cannot read it: an
    error of that line alone. Memory does not grow with the number of lines.
    """
    last = 0
    try:
        for last, (marked, size) in enumerate(split_lines(_pieces(stream)), 1):
            # Of files that were joined, each may begin with a mark.
            raw = marked.removeprefix(_MARK)
            if raw.strip(_BLANK):
                yield _line(last, raw, size, read)
    except UnreadableInputError as error:
        yield _unreadable(last + 1, error)


def _unreadable(number: int, error: UnreadableInputError) -> Line:
    return Line(number, b"", None, Notice(None, "", error.code, error.message))


def read_body(pieces: Iterable[bytes]) -> Iterator[Line]:
    """Return what the bytes hold, as `read_lines` does, but refuse a broken array as a whole.

    Raises `UnreadableInputError` for an array that cannot be parsed, with code `too_large` above 64 MiB; an array is
    read to its end before this returns.
    """
    rest = iter(pieces)
    head = b""
    for piece in rest:
        head += piece
        if len(head) > _LEADING or (len(head) >= len(_MARK) and head.removeprefix(_MARK).strip(_BLANK)):
            break
    whole = _joined(head, rest)
    if head.removeprefix(_MARK).lstrip(_BLANK).startswith(b"["):
        return read_array(_gathered(whole))
    return read_lines(whole)


def read_array(raw: bytes) -> Iterator[Line]:
    """Yield the elements of a JSON array, numbered from 1.

    The array is read to its end before the first element is given. Raises
    `UnreadableInputError`: `too_large` above 64 MiB, `not_utf8`, `too_deep`, or `bad_json`
    with line and column. An element that is not I-JSON is a `Line` with its error.
    """
    if len(raw) > MOST_ARRAY:
        raise _too_large()
    text = _decoded(raw.removeprefix(_MARK))
    spans = _spans(text)
    return _elements(text, spans)


def _elements(text: str, spans: "array[int]") -> Iterator[Line]:
    for number, (start, end) in enumerate(zip(spans[::2], spans[1::2], strict=True), 1):
        raw = text[start:end].encode()
        yield _line(number, raw, len(raw))


def _line(number: int, raw: bytes, size: int, read: Callable[[bytes], object] = read_document) -> Line:
    if size > MOST_LINE:
        message = f"This event has {size} bytes; at most {MOST_LINE} (8 MiB). Split it."
        return Line(number, raw[:_SHOWN], None, Notice(None, "", "line_too_long", message))
    try:
        return Line(number, raw, read(raw), None)
    except UnreadableInputError as error:
        return Line(number, raw, None, Notice(None, "", error.code, error.message))


def read_start(stream: BinaryIO, most: int) -> bytes:
    """Return the bytes of a small file; of a larger one, the beginning, of more than `most` bytes.

    Raises `UnreadableInputError` where its compression is damaged.
    """
    start = b""
    for piece in _pieces(stream):
        start += piece
        if len(start) > most:
            break
    return start


def _pieces(stream: Iterable[bytes] | BinaryIO) -> Iterator[bytes]:
    """Yield the bytes as they arrive. Raises `UnreadableInputError` where their compression is damaged."""
    try:
        if hasattr(stream, "read"):
            # read1 gives what a pipe has, without waiting for a full piece
            read = getattr(stream, "read1", stream.read)
            while piece := read(_CHUNK):
                yield piece
        else:
            yield from stream
    except _BROKEN as error:
        raise UnreadableInputError(
            f"The compressed data is damaged or ends too early ({error}). "
            "What stood before was read; send the file again.",
            code="bad_compression",
        ) from error


def _head(pieces: Iterator[bytes]) -> bytes:
    """Return the pieces up to the first byte that is not blank, without the byte-order mark."""
    head = b""
    for piece in pieces:
        head += piece
        # a mark may arrive in pieces; an array does not begin after 64 KiB of blanks
        is_mark = len(head) < len(_MARK) and _MARK.startswith(head)
        if len(head) > _LEADING or (not is_mark and head.removeprefix(_MARK).strip(_BLANK)):
            break
    return head.removeprefix(_MARK)


def _joined(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from pieces


def split_lines(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield each line without its end, and its size in bytes; a line above 8 MiB is cut to its beginning."""
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        first, *others = piece.split(b"\n")
        parts, size = _extended(parts, size, first)
        for other in others:
            yield _finished(parts, size)
            parts, size = [other], len(other)
    if size:
        yield _finished(parts, size)


def _extended(parts: list[bytes], size: int, more: bytes) -> tuple[list[bytes], int]:
    if size > MOST_LINE:
        return parts, size + len(more)
    parts.append(more)
    size += len(more)
    return ([b"".join(parts)[:_SHOWN]] if size > MOST_LINE + 1 else parts), size


def _finished(parts: list[bytes], size: int) -> tuple[bytes, int]:
    line = parts[0] if len(parts) == 1 else b"".join(parts)
    bare = line.removesuffix(b"\r")
    return bare, size - (len(line) - len(bare))


def _array_lines(pieces: Iterable[bytes]) -> Iterator[Line]:
    yield from read_array(_gathered(pieces))


def _gathered(pieces: Iterable[bytes]) -> bytes:
    parts, size = [], 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > MOST_ARRAY:
            raise _too_large()
    return b"".join(parts)


def _too_large() -> UnreadableInputError:
    return UnreadableInputError(
        "An array may have 64 MiB. Send one event per line instead: lines have no such bound.",
        code="too_large",
    )


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableInputError(
            f"Byte {error.start + 1} (line {line}) is not UTF-8. Save the file as UTF-8.",
            code="not_utf8",
            line=line,
        ) from None


_SCANNER: Final = json.JSONDecoder()
_GAP: Final = re.compile(r"[ \t\r\n]*")


def _spans(text: str) -> "array[int]":
    """Return the start and end (exclusive) of each element of the array, as one flat sequence."""
    spans = array("Q")
    place = _after_gap(text, 0)
    if text[place : place + 1] != "[":
        raise _not_array(text, place, "an array begins with [")
    place = _after_gap(text, place + 1)
    is_empty = text[place : place + 1] == "]"
    place = _after_gap(text, place + 1) if is_empty else _element_spans(text, place, spans)
    if place != len(text):
        raise _not_array(text, place, "something follows the array")
    return spans


def _element_spans(text: str, place: int, spans: "array[int]") -> int:
    while True:
        try:
            _, end = _SCANNER.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise _not_array(text, error.pos, error.msg) from None
        except RecursionError:
            raise UnreadableInputError("An element of this array is nested too deeply.", code="too_deep") from None
        spans.extend((place, end))
        place = _after_gap(text, end)
        mark = text[place : place + 1]
        if mark not in (",", "]") or not mark:
            raise _not_array(text, place, "a comma or ] is wanted")
        place = _after_gap(text, place + 1)
        if mark == "]":
            return place


def _after_gap(text: str, place: int) -> int:
    found = _GAP.match(text, place)
    return found.end() if found else place


def _not_array(text: str, place: int, why: str) -> UnreadableInputError:
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    return UnreadableInputError(
        f"Not a JSON array, line {line}, column {column}: {why}.",
        code="bad_json",
        line=line,
        column=column,
    )
