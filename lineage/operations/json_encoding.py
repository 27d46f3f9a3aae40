"""Answers as bytes, the same for both interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import orjson

from lineage.service.questions.lineage import Traced

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


def as_lines(found: Traced) -> Iterator[bytes]:
    """A trace as NDJSON: the head, a line for each item, a line for each edge, and last what it comes to.

    Lines are made as they leave, so that the answer itself takes no memory.
    """
    common = found.document({})
    head = {field: common[field] for field in ("as_of", "known_at", "position")}
    yield encode({"root": found.root, "direction": found.direction, **head}) + b"\n"
    counts = []
    for rows in (found.items(), found.edges()):
        count = 0
        while some := list(islice(rows, _PIECE)):
            count += len(some)
            yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in some)
        counts.append(count)
    last = {"items": counts[0], "edges": counts[1], "complete": common["complete"]}
    last |= {field: common[field] for field in ("cut", "unknown") if field in common}
    yield encode(last) + b"\n"
