"""External merge sort of lines: memory does not grow with their number."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

import zstandard

RUN_BYTES: Final = 24 * 1024 * 1024
MOST_RUNS: Final = 24
"""Sorted runs that are merged at once; each holds an open file and a decompressor."""
_LINES: Final = 1_000


class Runs:
    """An external merge sort of lines; `folder` holds the sorted runs, and the caller removes it.

    Several sorts may use one folder if their names differ.
    """

    def __init__(self, folder: Path, run_bytes: int = RUN_BYTES, name: str = "run") -> None:
        self._folder = folder
        self._name = name
        self._run_bytes = run_bytes
        self._lines: list[bytes] = []
        self._size = 0
        self._paths: list[Path] = []
        self._count = 0

    def add(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.add_bytes(line.encode())

    def add_bytes(self, line: bytes) -> None:
        raw = line + b"\n"
        self._lines.append(raw)
        self._size += len(raw)
        if self._size >= self._run_bytes:
            self._flush()

    def sorted(self) -> Iterator[bytes]:
        """Yield every line, in order; to be called once, after the last `add`."""
        if not self._paths:
            self._lines.sort()
            yield from self._lines
            return
        self._flush()
        while len(self._paths) > MOST_RUNS:
            batch, self._paths = self._paths[:MOST_RUNS], self._paths[MOST_RUNS:]
            with merged(batch) as lines:
                self._paths.append(self._run(lines))
            for path in batch:
                path.unlink()
        with merged(self._paths) as lines:
            yield from lines

    def _flush(self) -> None:
        if self._lines:
            self._lines.sort()
            self._paths.append(self._run(iter(self._lines)))
            self._lines, self._size = [], 0

    def _run(self, lines: Iterator[bytes]) -> Path:
        self._count += 1
        path = self._folder / f"{self._name}-{self._count}"
        with path.open("wb") as raw, zstandard.ZstdCompressor(level=1).stream_writer(raw) as packed:
            while piece := b"".join(islice(lines, _LINES)):
                packed.write(piece)
        return path


@contextmanager
def merged(paths: list[Path]) -> Iterator[Iterator[bytes]]:
    """Merge sorted runs; yields an iterator over all their lines in order."""
    with ExitStack() as stack:
        streams = []
        for path in paths:
            raw = stack.enter_context(path.open("rb"))
            reader = stack.enter_context(zstandard.ZstdDecompressor().stream_reader(raw))
            streams.append(BufferedReader(cast(Any, reader), 64 * 1024))
        yield heapq.merge(*streams)
