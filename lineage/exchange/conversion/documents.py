"""JSON of a conversion's input: lines, an array, or one document that is written over several lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from lineage.domain.errors import UnreadableInputError
from lineage.exchange.ijson import read_document
from lineage.exchange.jsonl import MOST_ARRAY, Line, read_body

_OPENING: Final = b"{"
_CLOSING: Final = frozenset(b"{[,:")
"""The last character of a first line that goes on."""


def read_documents(pieces: Iterable[bytes]) -> Iterator[Line]:
    """Yield every line or element. Raises UnreadableInputError as `read_body` does.

    An object whose first line ends in an opening bracket, a comma or a colon is one document of at most 64 MiB.
    """
    rest = iter(pieces)
    head = b""
    for piece in rest:
        head += piece
        if b"\n" in head.lstrip() or len(head) > MOST_ARRAY:
            break
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].rstrip()
    if first.startswith(_OPENING) and first[-1] in _CLOSING:
        return iter((_whole(head, rest),))
    return read_body(chain((head,), rest))


def _whole(head: bytes, rest: Iterable[bytes]) -> Line:
    parts, size = [head], len(head)
    for piece in rest:
        parts.append(piece)
        size += len(piece)
        if size > MOST_ARRAY:
            raise UnreadableInputError("One document may have 64 MiB: send one message per line.", code="too_large")
    raw = b"".join(parts).removeprefix(b"\xef\xbb\xbf")
    return Line(1, raw, read_document(raw), None)
