"""The files of a generated fleet: events in the order of arrival, the truth, a manifest.

The generator yields blocks in no order of arrival. Lines are gathered up to a fixed size, sorted, and written as a
run; runs are merged into the file, a bounded number at a time. Memory does not grow with the fleet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import orjson
import zstandard

from lineage.exchange.merge_sort import Runs
from lineage.stores.scratch_folder import ScratchFolder
from lineage.synthetic.fleet.generator import Block

_LINES: Final = 1_000
Progress = Callable[[int, str], None]


class Digested:
    """A file that is being written, with the SHA-256 and the size in bytes of its content."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def summary(self) -> dict[str, Any]:
        return {"bytes": self.size, "sha256": self._digest.hexdigest()}


def write_fleet(
    blocks: Iterable[Block], out: Path, about: dict[str, Any], *, name: str, progress: Progress
) -> dict[str, Any]:
    """Write the three files into a folder and return the manifest; `about` holds its fields on the run itself.

    `name` is that of the file of lines, which is packed if it ends in `.zst`. Files appear under their names only when
    they are complete.
    """
    out.mkdir(parents=True, exist_ok=True)
    with ScratchFolder(out) as scratch:
        work = scratch.path
        runs, types, classes, vehicles = Runs(work), Counter[str](), Counter[str](), 0
        with (work / "truth.jsonl").open("wb") as raw:
            truth = Digested(raw)
            for block in blocks:
                runs.add(block.lines)
                types.update(block.types)
                for document in block.truth:
                    classes[document["class"]] += 1
                    truth.write(orjson.dumps(document) + b"\n")
                vehicles += block.vehicles
                progress(vehicles, "vehicles")
        packed, plain, count = _write_events(work / name, runs.sorted(), progress, is_packed=name.endswith(".zst"))
        repeated = types.pop("repeated", 0)
        manifest = {
            **about,
            "counts": {"vehicles": vehicles, "lines": count, "events": count - repeated, "repeated": repeated,
                       "types": dict(sorted(types.items())), "truth": dict(sorted(classes.items()))},
            "files": {name: packed, "truth.jsonl": truth.summary()},
            "content": plain,
        }  # fmt: skip
        (work / "manifest.json").write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
        for file in (name, "truth.jsonl", "manifest.json"):
            (work / file).replace(out / file)
    return manifest


def _write_events(
    path: Path, lines: Iterator[bytes], progress: Progress, *, is_packed: bool
) -> tuple[dict[str, Any], dict[str, Any], int]:
    """Return size and digest of the file, of the lines in it, and the number of lines."""
    count = 0
    with path.open("wb") as raw, ExitStack() as stack:
        file = Digested(raw)
        target: Any = file
        if is_packed:
            target = stack.enter_context(
                zstandard.ZstdCompressor(level=3).stream_writer(cast(Any, file), closefd=False)
            )
        content = Digested(target)
        while batch := list(islice(lines, _LINES)):
            content.write(b"".join(batch))
            count += len(batch)
            progress(count, "events")
    return file.summary(), content.summary(), count
