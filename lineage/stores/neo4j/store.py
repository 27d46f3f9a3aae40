"""The store in a Neo4j server or cluster: managed transactions, one writer at a time, reads of one state."""

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
from lineage.stores.interface import FindingsCache, QuestionReader, Transaction
from lineage.stores.neo4j.bulk_import import check_empty, import_all
from lineage.stores.neo4j.errors import store_error, translated
from lineage.stores.neo4j.reader import Neo4jReader
from lineage.stores.neo4j.schema import prepare
from lineage.stores.neo4j.scratch import ScratchStore
from lineage.stores.neo4j.statements import PACKAGE, AutoCommit, ConcurrentWriteError, JournalHead
from lineage.stores.neo4j.transaction import Neo4jTransaction
from lineage.stores.neo4j.write_transaction import WriteTransaction
from lineage.stores.query_files import query

T = TypeVar("T")

# What goes wrong is an error of ours: the driver does not tell it once more on standard error.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

LONGEST_READ_S: Final = 30.0
LONGEST_WRITE_S: Final = 3600.0
"""A rebuild is one transaction; a writer that vanished without a word holds the others up no longer than this."""
LONGEST_ANSWER_S: Final = 5.0
LONGEST_RETRY_S: Final = 4.0
LONGEST_WAIT_S: Final = 30.0
_SETTLING_S: Final = 0.003
_SETTLINGS: Final = 100
_WRITERS: Final = 4
_TRIES: Final = 3
_QUIET_S: Final = 0.2


class Neo4jStore:
    """A store in Neo4j. Writers of all processes take turns by a lock on the journal's node; readers take no lock."""

    read_threads = 16

    def __init__(
        self, url: str, *, user: str | None = None, password: str | None = None, database: str | None = None
    ) -> None:
        """Open the store, and make its constraints and indexes where they are missing.

        `database` None is the home database of the user. Raises StoreUnavailableError where no server answers.
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
                prepare(lambda: self._session(neo4j.WRITE_ACCESS))
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

    def _answered(self) -> neo4j.ResultSummary:
        with self._session(neo4j.READ_ACCESS) as session:
            return session.run(Query(query(PACKAGE, "read/ready.cypher").text, timeout=LONGEST_ANSWER_S)).consume()

    def _home(self) -> str | None:
        """The name of the home database: asked once, so that no later session has to."""
        return self._answered().database

    # ---- reads

    def read(self, work: Callable[[QuestionReader], T]) -> T:
        """Beside the writers, again where something was committed meanwhile; the last time in the place of one."""
        with translated(self._place), self._session(neo4j.READ_ACCESS) as session:
            tries = _TRIES
            if (head := self._expected()) is not None:
                if answers := self._at_once(session, work, head):
                    return answers[0]
                tries -= 1
            for _ in range(tries):
                answers = session.execute_read(unit_of_work(timeout=LONGEST_READ_S)(self._beside_writers), work)
                if answers:
                    return answers[0]
        with translated(self._place), self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(unit_of_work(timeout=LONGEST_READ_S)(self._as_writer), work)

    def _at_once(self, session: Session, work: Callable[[QuestionReader], T], head: JournalHead) -> tuple[T, ...]:
        """What the work answers while nothing is written: without a transaction a statement is one round trip.

        Nothing if the store moved, or a statement failed in a way that may pass.
        """
        try:
            return self._judged(Neo4jReader(AutoCommit(session, LONGEST_READ_S), self._place, head), work)
        except (DriverError, Neo4jError) as error:
            if not error.is_retryable():
                raise
            return ()

    def _beside_writers(self, transaction: ManagedTransaction, work: Callable[[QuestionReader], T]) -> tuple[T, ...]:
        """The same in a transaction, also soon after something was written: the head is asked for in the end."""
        reader = Neo4jReader(transaction, self._place)
        reader.at = self._expected() or _settled(reader)
        return () if reader.at is None else self._judged(reader, work)

    def _judged(self, reader: Neo4jReader, work: Callable[[QuestionReader], T]) -> tuple[T, ...]:
        """What the work answers, if it saw one state; nothing if the store moved under it.

        While nothing is written, the state that earlier reads ended with is taken for this one's: the count of commits
        afterwards confirms it or not.
        """
        try:
            answer = work(reader)
        except (DriverError, Neo4jError, StoreError):
            raise
        except ConcurrentWriteError:
            self._seen = None
            return ()
        except Exception:
            if self._stayed(reader):
                raise
            return ()
        return (answer,) if self._stayed(reader) else ()

    def _expected(self) -> JournalHead | None:
        """The head that reads have found for a while."""
        seen = self._seen
        return seen[0] if seen is not None and time.monotonic() - seen[1] > _QUIET_S else None

    def _stayed(self, reader: Neo4jReader) -> bool:
        """Whether the head is where it was when the work began; remember it."""
        now = reader.at if reader.confirmed else reader.head()
        if now is None or now != reader.at:
            self._seen = None
            return False
        seen = self._seen
        if seen is None or seen[0] != now:
            self._seen = (now, time.monotonic())
        return True

    def _as_writer(self, transaction: ManagedTransaction, work: Callable[[QuestionReader], T]) -> T:
        reader = Neo4jTransaction(transaction, self._place)
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

    def ready(self) -> None:
        with translated(self._place):
            self._answered()

    def close(self) -> None:
        self._driver.close()


def _settled(reader: Neo4jReader) -> JournalHead | None:
    """The head of the journal once its last commit can be read as a whole; None if that does not come."""
    for _ in range(_SETTLINGS):
        head = reader.head()
        if head.settled:
            return head
        time.sleep(_SETTLING_S)
    return None


def _place(url: str) -> str:
    """The address without user and password, for messages."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
