"""The embedded store: one SQLite file with a write-ahead log and full sync, one writer at a time on the machine."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeVar

from lineage.domain.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreNotEmptyError,
    StoreUnavailableError,
    TimeLimitError,
)
from lineage.stores.interface import EMPTY, FORMAT_VERSION, FindingsCache, QuestionReader, ReadLimit, Transaction
from lineage.stores.migration import check_format
from lineage.stores.query_files import query
from lineage.stores.sqlite.reader import SqliteReader
from lineage.stores.sqlite.transaction import SqliteTransaction

T = TypeVar("T")
PACKAGE = "lineage.stores.sql"
LONGEST_WAIT_S = 30.0
_WRITER_CACHE_KIB = 65_536
_READER_CACHE_KIB = 8_192
"""Each reading thread has a cache; all of them together have as much as the writer."""
_INSTRUCTIONS = 20_000
"""Instructions of SQLite between two looks at the limit of a read: some tenths of a millisecond."""


class SqliteStore:
    """A store in one file. Readers see the last commit; writers of all processes are serialized by a lock file."""

    read_threads = 8

    def __init__(self, url: str) -> None:
        self.url = url
        self.findings: FindingsCache | None = None
        self._path = Path(url.removeprefix("sqlite:///"))
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False
        self._prepare()

    def _prepare(self) -> None:
        """Create the file and its tables, or check the format of an existing store."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise StoreUnavailableError(f"The folder of {self._path} cannot be made: {e.strerror}.") from e
        with self._writing() as connection:
            meta = connection.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchone()
            if meta is None:
                self._create(connection)
            else:
                self._check_format(connection)

    @staticmethod
    def _create(connection: sqlite3.Connection) -> None:
        for name in ("schema/001_tables.sql", "schema/002_views.sql"):
            for statement in query(PACKAGE, name).text.split(";\n"):
                connection.execute(statement)
        connection.execute(query(PACKAGE, "write/upsert_format.sql").text, {"value": str(FORMAT_VERSION)})

    @staticmethod
    def _check_format(connection: sqlite3.Connection) -> None:
        row = connection.execute(query(PACKAGE, "read/format.sql").text).fetchone()
        check_format(int(row[0]) if row else 0)

    def _connect(self, *, write: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=LONGEST_WAIT_S)
        with self._guard:
            self._connections.append(connection)
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB if write else _READER_CACHE_KIB}")
        return connection

    def _connection(self, *, write: bool) -> sqlite3.Connection:
        """The calling thread's connection for reading or for writing."""
        if self._closed:
            raise StoreUnavailableError("The store is closed.")
        name = "writer" if write else "reader"
        connection: sqlite3.Connection | None = getattr(self._local, name, None)
        if connection is None:
            connection = self._connect(write=write)
            setattr(self._local, name, connection)
        return connection

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        with translated(self._path):
            connection = self._connection(write=False)
            if limit is not None:
                connection.set_progress_handler(limit.over, _INSTRUCTIONS)
            try:
                connection.execute("BEGIN")
                return work(SqliteReader(connection, limit))
            finally:
                connection.set_progress_handler(None, 0)
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def write(self, work: Callable[[Transaction], T]) -> T:
        with self._writing() as connection:
            return work(SqliteTransaction(connection))

    def fill(self, work: Callable[[Transaction], T]) -> T:
        """One transaction, written straight to the file if no other connection has it open, else through the log."""
        with self._writing(without_log=True) as connection:
            transaction = SqliteTransaction(connection)
            if transaction.state() != EMPTY:
                raise StoreNotEmptyError
            with transaction.journal_unindexed():
                return work(transaction)

    @contextlib.contextmanager
    def _writing(self, *, without_log: bool = False) -> Iterator[sqlite3.Connection]:
        """One durable transaction, under the lock that all writers of this file share."""
        with translated(self._path), write_lock(self._path):
            connection = self._connection(write=True)
            with _without_log(connection) if without_log else contextlib.nullcontext():
                try:
                    with _all_or_nothing(connection):
                        yield connection
                finally:
                    _detach(connection)

    def ready(self) -> None:
        self.read(lambda reader: reader.state())

    def close(self) -> None:
        self._closed = True
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()


@contextlib.contextmanager
def write_lock(path: Path) -> Iterator[None]:
    """Hold the lock that all writers of a store's file share. Raises StoreBusyError after 30 s."""
    with open(f"{path}.lock", "a") as lock:
        _acquire(lock)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


@contextlib.contextmanager
def _all_or_nothing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _detach(connection: sqlite3.Connection) -> None:
    """Detach a staging file that the transaction read: SQLite allows it only after the end of the transaction."""
    for _, name, _ in connection.execute("PRAGMA database_list").fetchall():
        if name == "staging":
            connection.execute("DETACH staging")


@contextlib.contextmanager
def _without_log(connection: sqlite3.Connection) -> Iterator[None]:
    """Turn off the write-ahead log, through which every new row would be written twice; not while others read."""
    usual = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(f"PRAGMA busy_timeout = {usual}")
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")
        connection.execute("PRAGMA journal_mode = WAL")


def _acquire(lock: IO[str]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StoreBusyError("Another writer has held the store for 30 s: try again.") from None
            time.sleep(0.002)
        else:
            return


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into an error of the domain: the only place that does."""
    try:
        yield
    except sqlite3.OperationalError as e:
        if e.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise TimeLimitError from e
        if "locked" in str(e) or "busy" in str(e):
            raise StoreBusyError(f"The store is busy ({e}): try again.") from e
        raise StoreUnavailableError(f"The store {path} does not answer ({e}).") from e
    except sqlite3.DatabaseError as e:
        raise StoreDamagedError(f"The store {path} is not readable ({e}): restore it from an export.") from e
    except (PermissionError, FileNotFoundError, IsADirectoryError) as e:
        raise StoreUnavailableError(f"The store {os.fspath(path)} cannot be opened: {e.strerror}.") from e
    except OSError as e:
        if e.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        raise StoreUnavailableError("This process has too many files open: try again.") from e
