"""Encode answers as JSON, the same for both interfaces."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice
from typing import Final

import orjson

from lineage.service.questions.lineage import Traced

_PIECE: Final = 500
"""The most lines that are sent as one piece of a stream."""


def encode(document: object) -> bytes:
    """Return the document as JSON, however deep it is nested."""
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:  # the encoder has a depth limit, which a chain of wholes may exceed
        return b"".join(_slowly(document))


def _slowly(document: object) -> Iterator[bytes]:
    """Yield the same bytes without recursion, from a stack of the values still to be written."""
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
    """Return members in reverse order, each with its opening or separator."""
    marks = [opening] + [b","] * (len(members) - 1)
    return [(mark + before, member) for mark, (before, member) in zip(marks, members, strict=True)][::-1]


def as_lines(found: Traced) -> Generator[bytes, None, None]:
    """Yield a trace as NDJSON: a first line, a line for each item, a line for each edge, and a line of totals.

    Lines are encoded as they are sent, so that the answer itself takes no memory.
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
