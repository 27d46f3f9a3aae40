"""Scratch folders: deleted at the end of a run, and of a run that was killed at the start of the next."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from pathlib import Path
from typing import Final, Self

PREFIX: Final = "lineage-scratch-"
_LOCK: Final = "owner.lock"


class ScratchFolder:
    """A folder of its own for files that nobody needs after this run. Making it removes those that killed runs left.

    A folder belongs to a process as long as its lock is held, which ends with the process, however it ends.
    """

    def __init__(self, parent: Path | None = None) -> None:
        place = parent or Path(tempfile.gettempdir())
        remove_abandoned(place)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        # Locked before it has its name, so that no other run finds it without its owner.
        unnamed = self.path / f"{_LOCK}.new"
        self._lock = unnamed.open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unnamed.rename(self.path / _LOCK)

    def close(self) -> None:
        """Delete the folder; closing twice is harmless."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def remove_abandoned(place: Path) -> None:
    """Delete scratch folders whose owner has ended; those of other users stay."""
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
