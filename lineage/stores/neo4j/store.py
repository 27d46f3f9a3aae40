"""The store in a Neo4j server or cluster: managed transactions, one writer at a time, every read sees one state."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import urlsplit

import neo4j
from neo4j import Driver, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Query, Session, unit_of_work
from neo4j.exceptions import DriverError, Neo4jError

from lineage.domain.errors import StoreError
from lineage.stores.interface import (
    FindingsCache,
    ProjectionReader,
    QuestionReader,
    ReadLimit,
    RowDifference,
    Transaction,
)
from lineage.stores.neo4j.bulk_import import check_empty, import_all
from lineage.stores.neo4j.errors import store_error, translated
from lineage.stores.neo4j.reader import Neo4jReader
from lineage.stores.neo4j.rebuild import RebuildScratch
from lineage.stores.neo4j.schema import prepare
from lineage.stores.neo4j.scratch import ScratchStore
from lineage.stores.neo4j.statements import PACKAGE, AutoCommit, ConcurrentWriteError, JournalHead, time_left
from lineage.stores.neo4j.transaction import Neo4jTransaction
from lineage.stores.neo4j.write_transaction import WriteTransaction
from lineage.stores.query_files import query

T = TypeVar("T")

# Every failure becomes an error of the domain: the driver must not log it to standard error as well.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

LONGEST_READ_S: Final = 30.0
LONGEST_WRITE_S: Final = 3600.0
"""A rebuild is one transaction; a writer whose process is lost blocks the others no longer than this."""
LONGEST_ANSWER_S: Final = 5.0
LONGEST_RETRY_S: Final = 4.0
LONGEST_WAIT_S: Final = 30.0
_SETTLING_S: Final = 0.003
_SETTLINGS: Final = 100
_WRITERS: Final = 4
_TRIES: Final = 3
_QUIET_S: Final = 0.2


class Neo4jStore:
    """A store in Neo4j. A lock on the journal's node serializes the writers of all processes; readers take no lock."""

    read_threads = 16

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        database: str | None = None,
        create: bool = True,
    ) -> None:
        """Open the store, and create its constraints and indexes where they are missing.

        `database` None is the home database of the user. Raises StoreUnavailableError where no server answers;
        without `create` InvalidQuestionError (`store_missing`) where there is no journal.
        """
        self.url = url
        self.findings: FindingsCache | None = None
        self._place = _place(url)
        self._database = database
        self._bookmarks = GraphDatabase.bookmark_manager()
        self._seen: tuple[JournalHead, float] | None = None
        self._driver = self._connect(user, password)
        try:
            with translated(self._place):
                self._database = database or self._home()
                self.is_new = prepare(lambda: self._session(neo4j.WRITE_ACCESS), self._place, create=create)
        except BaseException:
            self.close()
            raise

    def _connect(self, user: str | None, password: str | None) -> Driver:
        try:
            return GraphDatabase.driver(
                self.url,
                auth=(user or "neo4j", password) if password is not None else None,
                max_connection_pool_size=self.read_threads + _WRITERS,
                connection_acquisition_timeout=LONGEST_WAIT_S,
                connection_timeout=LONGEST_ANSWER_S,
                liveness_check_timeout=60.0,
                max_transaction_retry_time=LONGEST_RETRY_S,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                telemetry_disabled=True,
                user_agent="battery-lineage",
            )
        except (DriverError, Neo4jError, OSError, ValueError) as error:
            raise store_error(error, self._place) from error

    def _session(self, access: str) -> Session:
        return self._driver.session(
            database=self._database, default_access_mode=access, bookmark_manager=self._bookmarks, fetch_size=-1
        )

    def _ping(self) -> neo4j.ResultSummary:
        with self._session(neo4j.READ_ACCESS) as session:
            return session.run(Query(query(PACKAGE, "read/ready.cypher").text, timeout=LONGEST_ANSWER_S)).consume()

    def _home(self) -> str | None:
        """The name of the home database, looked up once so that no session has to look it up again."""
        return self._ping().database

    # ---- reads

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        return self.read_projection(work, limit)

    def read_projection(self, work: Callable[[ProjectionReader], T], limit: ReadLimit | None = None) -> T:
        """Without a lock, again if a commit came in between; the last attempt takes the lock of writers."""
        with translated(self._place), self._session(neo4j.READ_ACCESS) as session:
            tries = _TRIES
            if (head := self._expected()) is not None:
                if results := self._without_transaction(session, work, head, limit):
                    return results[0]
                tries -= 1
            for _ in range(tries):
                bounded = unit_of_work(timeout=time_left(limit, LONGEST_READ_S))(self._in_transaction)
                results = session.execute_read(bounded, work, limit)
                if results:
                    return results[0]
        with translated(self._place), self._session(neo4j.WRITE_ACCESS) as session:
            bounded_write = unit_of_work(timeout=time_left(limit, LONGEST_READ_S))(self._with_write_lock)
            return session.execute_write(bounded_write, work, limit)

    def _without_transaction(
        self, session: Session, work: Callable[[ProjectionReader], T], head: JournalHead, limit: ReadLimit | None
    ) -> tuple[T, ...]:
        """The result of `work` with one round trip for each statement.

        Empty if there was a commit in between, or a statement failed in a way that may pass.
        """
        try:
            return self._checked(
                Neo4jReader(AutoCommit(session, LONGEST_READ_S, limit), self._place, head, limit), work
            )
        except (DriverError, Neo4jError) as error:
            if not error.is_retryable():
                raise
            return ()

    def _in_transaction(
        self, transaction: ManagedTransaction, work: Callable[[ProjectionReader], T], limit: ReadLimit | None
    ) -> tuple[T, ...]:
        """The result of `work` in a transaction, soon after a commit too; the head of the journal is read last."""
        reader = Neo4jReader(transaction, self._place, limit=limit)
        reader.at = self._expected() or _settled(reader)
        return () if reader.at is None else self._checked(reader, work)

    def _checked(self, reader: Neo4jReader, work: Callable[[ProjectionReader], T]) -> tuple[T, ...]:
        """The result of `work` if all of it saw one state; empty if there was a commit in between.

        While nobody writes, the head that earlier reads found is assumed to be the current one, and the count of
        commits afterwards confirms it or not.
        """
        try:
            result = work(reader)
        except (DriverError, Neo4jError, StoreError):
            raise
        except ConcurrentWriteError:
            self._seen = None
            return ()
        except Exception:
            if self._unchanged(reader):
                raise
            return ()
        return (result,) if self._unchanged(reader) else ()

    def _expected(self) -> JournalHead | None:
        """The head that every read has found for at least `_QUIET_S` seconds, if there is one."""
        seen = self._seen
        return seen[0] if seen is not None and time.monotonic() - seen[1] > _QUIET_S else None

    def _unchanged(self, reader: Neo4jReader) -> bool:
        """Whether the head is the one with which the read began; remember it."""
        now = reader.at if reader.confirmed else reader.head()
        if now is None or now != reader.at:
            self._seen = None
            return False
        seen = self._seen
        if seen is None or seen[0] != now:
            self._seen = (now, time.monotonic())
        return True

    def _with_write_lock(
        self, transaction: ManagedTransaction, work: Callable[[ProjectionReader], T], limit: ReadLimit | None
    ) -> T:
        reader = Neo4jTransaction(transaction, self._place, limit=limit)
        reader.lock()
        return work(reader)

    # ---- writes

    def write(self, work: Callable[[Transaction], T]) -> T:
        def with_lock(transaction: ManagedTransaction) -> T:
            writer = Neo4jTransaction(transaction, self._place)
            writer.lock()
            with WriteTransaction(writer) as write_transaction:
                return work(write_transaction)

        with translated(self._place), self._session(neo4j.WRITE_ACCESS) as session:
            try:
                return session.execute_write(unit_of_work(timeout=LONGEST_WRITE_S)(with_lock))
            finally:
                self._seen = None

    def fill(self, work: Callable[[Transaction], T]) -> T:
        """Derive everything in a scratch file, then write it to the graph in many transactions."""
        with translated(self._place):
            with self._session(neo4j.READ_ACCESS) as session:
                session.execute_read(lambda tx: check_empty(Neo4jReader(tx, self._place)))
            scratch = ScratchStore()
            try:
                result = work(scratch.transaction)
                import_all(lambda: self._session(neo4j.WRITE_ACCESS), self._place, scratch)
            finally:
                scratch.close()
                self._seen = None
            return result

    def differences(self, derive: Callable[[QuestionReader, Transaction], None], most: int) -> list[RowDifference]:
        """In the turn of a writer, so that the graph does not change while it is compared; nothing is written."""

        def compare(transaction: ManagedTransaction) -> list[RowDifference]:
            reader = Neo4jTransaction(transaction, self._place)
            reader.lock()
            scratch = RebuildScratch(reader)
            try:
                derive(reader, scratch.transaction)
                return scratch.differences(most)
            finally:
                scratch.close()

        with translated(self._place), self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(unit_of_work(timeout=LONGEST_WRITE_S)(compare))

    def ready(self) -> None:
        with translated(self._place):
            self._ping()

    def close(self) -> None:
        self._driver.close()


def _settled(reader: Neo4jReader) -> JournalHead | None:
    """The head of the journal once its last commit is visible as a whole; None if that does not happen in time."""
    for _ in range(_SETTLINGS):
        head = reader.head()
        if head.settled:
            return head
        time.sleep(_SETTLING_S)
    return None


def _place(url: str) -> str:
    """The URL without user and password, for messages."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
