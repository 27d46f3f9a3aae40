"""Statements to Neo4j: query files run in a transaction, or each by itself together with the head of the journal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple, Protocol

import neo4j
from neo4j import Query, Session
from neo4j.exceptions import Neo4jError

from lineage.domain.errors import StoreDamagedError, TimeLimitError
from lineage.stores.interface import ReadLimit, State
from lineage.stores.neo4j.errors import stops_retries, store_error, unfinished
from lineage.stores.neo4j.result_decoding import Rows
from lineage.stores.neo4j.row_encoding import Params
from lineage.stores.query_files import query

PACKAGE: Final = "cypher"
_HEAD: Final = "read/journal_head.cypher"
_SHORTEST_S: Final = 0.01


class JournalHead(NamedTuple):
    """The head of the journal. `commits` counts the commits; `settled`: the last of them is visible as a whole."""

    position: int
    recorded: int
    digest: str
    commits: int
    settled: bool

    @property
    def state(self) -> State:
        return State(self.position, self.recorded, self.digest)


class ConcurrentWriteError(Exception):
    """The store has left the state that is being read. Never leaves this package."""


class Sender(Protocol):
    """A transaction, or `AutoCommit`."""

    def run(self, query: str, parameters: Params | None = None, /) -> neo4j.Result: ...


class AutoCommit:
    """Runs each statement of a session without a transaction: one round trip each, and none to begin or commit."""

    def __init__(self, session: Session, seconds: float, limit: ReadLimit | None = None) -> None:
        self._session = session
        self._seconds = seconds
        self._limit = limit

    def run(self, query: str, parameters: Params | None = None, /) -> neo4j.Result:
        return self._session.run(Query(query, timeout=time_left(self._limit, self._seconds)), parameters)


def time_left(limit: ReadLimit | None, most: float) -> float:
    """Return the seconds that a statement may take. Raises TimeLimitError: for the server 0 is without end."""
    if limit is None:
        return most
    if limit.over():
        raise TimeLimitError
    return min(max(limit.seconds_left(), _SHORTEST_S), most)


@cache
def with_head(path: str) -> str:
    """A statement that returns one record, with the head of the journal after it as further columns.

    The head is read in a subquery that takes a result of the statement, so that no query plan can read it first.
    """
    statement, head = query(PACKAGE, path), query(PACKAGE, _HEAD)
    first, columns = statement.returns[0], ", ".join((*statement.returns, *head.returns))
    return f"CALL () {{\n{statement.text}\n}}\nCALL ({first}) {{\n{head.text}\n}}\nRETURN {columns}"


class Statements:
    """Runs query files. Neo4j has no snapshot reads: the head of the journal shows whether all saw one state."""

    def __init__(
        self, sender: Sender, place: str, at: JournalHead | None = None, limit: ReadLimit | None = None
    ) -> None:
        self._tx = sender
        self._limit = limit
        self._place = place
        self.at = at
        """The head of the journal in the state that is read, where it is known before the first statement."""
        self._is_auto_commit = isinstance(sender, AutoCommit)
        self.confirmed = False
        """Whether the last statement found the head where it was expected."""

    def _run(self, name: str, params: Params, folder: str = "read") -> list[Any]:
        """The one record that a statement returns; empty where it returns none. Raises ConcurrentWriteError."""
        path = f"{folder}/{name}.cypher"
        statement = query(PACKAGE, path)
        used = {n: params[n] for n in statement.params}
        if self.at is None or not self._is_auto_commit or path == _HEAD:
            return self._sent(statement.text, used)
        record = self._sent(with_head(path), used)
        width = len(statement.returns)
        if (self._head(record[width:]) if record else self.head()) != self.at:
            raise ConcurrentWriteError
        self.confirmed = True
        return record[:width]

    def _sent(self, text: str, params: Params) -> list[Any]:
        if self._limit is not None and self._limit.over():
            raise TimeLimitError
        try:
            records = self._tx.run(text, params).values()
        except Neo4jError as error:
            if stops_retries(error):
                raise store_error(error, self._place) from error
            raise
        return records[0] if records else []

    def _rows(self, name: str, **params: object) -> Rows:
        """The one column of the one record: rows, or ids."""
        rows: Rows = self._run(name, params)[0]
        return rows

    def stream(self, name: str) -> Iterator[list[Any]]:
        """The rows of a statement that returns everything, one by one."""
        for (row,) in self._tx.run(query(PACKAGE, f"read/{name}.cypher").text):
            yield row

    def head(self) -> JournalHead:
        """The head of the journal as it is now. Raises StoreDamagedError where there is none."""
        return self._head(self._run("journal_head", {}))

    def _head(self, record: list[Any]) -> JournalHead:
        if not record:
            raise StoreDamagedError(f"The store {self._place} has lost its journal: open it again, or restore it.")
        *head, importing = record
        if importing:
            raise unfinished(self._place)
        return JournalHead(*head)

    def state(self) -> State:
        return (self.at or self.head()).state
