"""The embedded store: one SQLite file with a write-ahead log and full sync, one writer at a time on the machine."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeVar

from lineage.domain.errors import (
    StoreBusyError,
    StoreNotEmptyError,
    StoreUnavailableError,
)
from lineage.stores.interface import (
    EMPTY,
    FindingsCache,
    ProjectionReader,
    QuestionReader,
    ReadLimit,
    RowDifference,
    Transaction,
)
from lineage.stores.migration import check_format, store_missing
from lineage.stores.query_files import query
from lineage.stores.sqlite.damage import decoded, translated
from lineage.stores.sqlite.deep_verify import differences
from lineage.stores.sqlite.files import (
    LONGEST_WAIT_S,
    WatchedFiles,
    connected,
    connected_for_reading,
    create_private,
    is_being_filled,
    marked_as_filled,
)
from lineage.stores.sqlite.reader import SqliteReader
from lineage.stores.sqlite.tables import create_tables
from lineage.stores.sqlite.transaction import SqliteTransaction

T = TypeVar("T")
PACKAGE = "lineage.stores.sql"
_WRITER_CACHE_KIB = 65_536
_READER_CACHE_KIB = 8_192
"""Each reading thread has a cache; all of them together have as much as the writer."""
_INSTRUCTIONS = 20_000
"""Instructions of SQLite between two looks at the limit of a read: some tenths of a millisecond."""


class SqliteStore:
    """A store in one file. Readers see the last commit; writers of all processes are serialized by a lock file."""

    read_threads = 8

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Open the store; with `create`, make it where there is none.

        Raises InvalidQuestionError (`store_missing`) where there is none, StoreError where it cannot be opened.
        """
        self.url = url
        self.findings: FindingsCache | None = None
        self.is_new = False
        """Whether opening has made the store."""
        self._path = Path(url.removeprefix("sqlite:///"))
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False
        self._prepare(create=create)

    def _prepare(self, *, create: bool) -> None:
        """Check the format of an existing store, without a lock of writers, or create the file and its tables."""
        with translated(self._path):
            if not self._path.exists():
                if not create:
                    raise store_missing(self.url)
                _create_file(self._path)
            self._watched = WatchedFiles(self._path)
            with self._closed_after_failure():
                connection = self._connection(write=False)
                if not _has_tables(connection):
                    if not create:
                        raise store_missing(self.url)
                    self._create_once()
                self._check_format(connection)

    @contextlib.contextmanager
    def _closed_after_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _create_once(self) -> None:
        """Create the tables, in the turn of a writer: of several processes that find none the first creates them."""
        with self._writing() as connection:
            if not _has_tables(connection):
                create_tables(connection)
                self.is_new = True

    @staticmethod
    def _check_format(connection: sqlite3.Connection) -> None:
        row = connection.execute(query(PACKAGE, "read/format.sql").text).fetchone()
        check_format(int(row[0]) if row else 0)

    def _connect(self, *, write: bool) -> sqlite3.Connection:
        if write:
            connection = connected(self._path, "mode=rw")
        else:
            self._local.is_empty = is_being_filled(self._path)
            connection = _empty() if self._local.is_empty else connected_for_reading(self._path)
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
        if connection is None or (not write and self._was_filled_since()):
            connection = self._connect(write=write)
            setattr(self._local, name, connection)
        return connection

    def _was_filled_since(self) -> bool:
        """Whether the calling thread reads an empty store in memory, though the file is no longer being filled."""
        return getattr(self._local, "is_empty", False) and not is_being_filled(self._path)

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        return self.read_projection(work, limit)

    def read_projection(self, work: Callable[[ProjectionReader], T], limit: ReadLimit | None = None) -> T:
        return self._read(lambda connection: work(SqliteReader(connection, limit)), limit)

    def differences(self, derive: Callable[[QuestionReader, Transaction], None], most: int) -> list[RowDifference]:
        return self._read(lambda connection: differences(connection, derive, most))

    def _read(self, work: Callable[[sqlite3.Connection], T], limit: ReadLimit | None = None) -> T:
        """Run `work` on a snapshot, which readers and writers do not wait for."""
        with translated(self._path):
            self._watched.check()
            connection = self._connection(write=False)
            if limit is not None:
                connection.set_progress_handler(limit.over, _INSTRUCTIONS)
            try:
                connection.execute("BEGIN")
                with decoded(self._path, connection):
                    return work(connection)
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
            with self._without_log(connection) if without_log else contextlib.nullcontext():
                try:
                    with _all_or_nothing(connection):
                        self._watched.check_log()
                        with decoded(self._path, connection):
                            yield connection
                    # What went into a file that nobody finds again is not acknowledged.
                    self._watched.check_log()
                finally:
                    _detach(connection)

    @contextlib.contextmanager
    def _without_log(self, connection: sqlite3.Connection) -> Iterator[None]:
        self._watched.forget_log()
        with marked_as_filled(self._path), _without_log(connection):
            yield
        self._watched.forget_log()

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
    try:
        create_private(Path(f"{path}.lock"))
    except OSError as e:
        raise StoreUnavailableError(f"The store {path} cannot be written: {e.strerror}.") from e
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


def _create_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        create_private(path)
    except OSError as e:
        raise StoreUnavailableError(f"The store {path} cannot be made: {e.strerror}.") from e


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchone() is not None


def _empty() -> sqlite3.Connection:
    """A store in memory without events: what readers see of a store that is being filled."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    create_tables(connection)
    return connection
