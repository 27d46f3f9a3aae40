"""The files of an SQLite store: how they are opened, who may read them, and whether they are still the same."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from lineage.domain.errors import StoreUnavailableError

LONGEST_WAIT_S: Final = 30.0
OWNER_ONLY: Final = 0o600
"""Files of a store are for their owner: a journal names enterprises and what they hold."""


class FileIdentity(NamedTuple):
    """The device and number of a file: another file of the same name has others."""

    device: int
    inode: int


def identity_of(path: str | Path) -> FileIdentity | None:
    """Return the identity of a file, None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - called for every read
    except FileNotFoundError:
        return None
    return FileIdentity(found.st_dev, found.st_ino)


def log_of(path: Path) -> Path:
    """Return the write-ahead log of a store."""
    return path.with_name(path.name + "-wal")


def create_private(path: Path) -> None:
    """Create an empty file for its owner only, if it is not there. SQLite gives its further files the same rights."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))


def connected(path: Path, options: str) -> sqlite3.Connection:
    """Connect to a file that must be there: SQLite alone would put an empty store in the place of a deleted one."""
    address = f"file:{quote(str(path.absolute()))}?{options}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=LONGEST_WAIT_S)


def connected_for_reading(path: Path) -> sqlite3.Connection:
    """Connect without taking a lock of writers; a file on a read-only medium is read as one that never changes."""
    connection = connected(path, "mode=rw")
    try:
        connection.execute("SELECT name FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if not _is_read_only(error) or _has_content(log_of(path)):
            raise
        return connected(path, "mode=ro&immutable=1")
    return connection


def _is_read_only(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


class WatchedFiles:
    """The file of a store and its log, which must stay the same files while the store is open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = identity_of(path)
        self._log: FileIdentity | None = None

    def check(self) -> None:
        """Raise StoreUnavailableError where the file was deleted or replaced."""
        if identity_of(self._path) != self._identity:
            raise StoreUnavailableError(f"The file {self._path} was deleted or replaced: open the store again.")

    def check_log(self) -> None:
        """Raise StoreUnavailableError where the file or its log was deleted or replaced, within a writer's turn."""
        self.check()
        found = identity_of(log_of(self._path))
        if self._log is not None and found != self._log:
            raise StoreUnavailableError(f"The log of {self._path} was deleted or replaced: open the store again.")
        self._log = found

    def forget_log(self) -> None:
        """Expect another log: the log is about to be left out."""
        self._log = None


@contextlib.contextmanager
def marked_as_filled(path: Path) -> Iterator[None]:
    """Mark a store as being filled, until the end of the block or of the process.

    Such a store is written without a log, and a reader would wait or disturb; readers see it empty.
    """
    marker = _marker(path)
    create_private(marker)
    with marker.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            marker.unlink(missing_ok=True)


def is_being_filled(path: Path) -> bool:
    """Return whether another process, or another thread of this one, fills the store."""
    try:
        with _marker(path).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _marker(path: Path) -> Path:
    return path.with_name(path.name + ".filling")
