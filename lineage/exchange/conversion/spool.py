"""Spool files: JSON documents on disk until everything is read, so that memory does not grow with the input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson


class Spool:
    """Documents in a file, one a line, in the order in which they were added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("wb")

    def add(self, document: Any) -> None:  # noqa: ANN401 - any JSON
        self._file.write(orjson.dumps(document) + b"\n")

    def documents(self) -> Iterator[Any]:
        """Yield every document that was added before; more may be added afterwards."""
        self._file.flush()
        with self._path.open("rb") as file:
            for line in file:
                yield orjson.loads(line)

    def close(self) -> None:
        self._file.close()
