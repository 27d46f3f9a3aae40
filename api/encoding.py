"""Answers as bytes, the same for both doors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

Document = dict[str, Any]
_PIECE: Final = 500
"""Lines that leave together in a stream."""


def encode(document: object) -> bytes:
    """Return the document as JSON, however deep it is nested."""
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:  # deeper than the quick encoder goes: a chain of wholes may be
        return b"".join(_slowly(document))


def _slowly(document: object) -> Iterator[bytes]:
    """The same bytes without recursion: what is still to be written stands on a stack."""
    todo: list[tuple[bytes, object] | bytes] = [(b"", document)]
    while todo:
        step = todo.pop()
        if isinstance(step, bytes):
            yield step
            continue
        before, value = step
        yield before
        if isinstance(value, dict) and value:
            todo.append(b"}")
            members = [(orjson.dumps(key) + b":", member) for key, member in value.items()]
            todo += _separated(b"{", members)
        elif isinstance(value, list) and value:
            todo.append(b"]")
            todo += _separated(b"[", [(b"", member) for member in value])
        else:
            yield orjson.dumps(value)


def _separated(opening: bytes, members: list[tuple[bytes, object]]) -> list[tuple[bytes, object]]:
    """Members with what stands before each, last one first."""
    marks = [opening] + [b","] * (len(members) - 1)
    return [(mark + before, member) for mark, (before, member) in zip(marks, members, strict=True)][::-1]


def as_lines(document: Document) -> Iterator[bytes]:
    """A trace as NDJSON: the head, a line for each item, a line for each edge, and last what it comes to."""
    head = {field: document[field] for field in ("root", "direction", "as_of", "known_at", "position")}
    yield encode(head) + b"\n"
    for rows in (document["items"], document["edges"]):
        for start in range(0, len(rows), _PIECE):
            yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows[start : start + _PIECE])
    last = {"items": len(document["items"]), "edges": len(document["edges"]), "complete": document["complete"]}
    last |= {field: document[field] for field in ("cut", "unknown") if field in document}
    yield encode(last) + b"\n"
