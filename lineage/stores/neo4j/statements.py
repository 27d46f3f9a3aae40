"""Statements to Neo4j: query files sent in a transaction, or each by itself with the head of the journal behind it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple, Protocol

import neo4j
from neo4j import Query, Session
from neo4j.exceptions import Neo4jError

from lineage.domain.errors import StoreDamagedError
from lineage.stores.interface import State
from lineage.stores.neo4j.errors import stops_retries, store_error, unfinished
from lineage.stores.neo4j.result_decoding import Rows
from lineage.stores.neo4j.row_encoding import Params
from lineage.stores.query_files import query

PACKAGE: Final = "cypher"
_HEAD: Final = "read/journal_head.cypher"


class JournalHead(NamedTuple):
    """The head of the journal. `commits` counts what changed anything; `settled`: the last of them reads as a whole."""

    position: int
    recorded: int
    digest: str
    commits: int
    settled: bool

    @property
    def state(self) -> State:
        return State(self.position, self.recorded, self.digest)


class ConcurrentWriteError(Exception):
    """The store is not in the state any more that is read. Never leaves the store."""


class Sender(Protocol):
    """A transaction, or what sends each statement by itself."""

    def run(self, query: str, parameters: Params | None = None, /) -> neo4j.Result: ...


class AutoCommit:
    """Statements of a session without a transaction around them: each is one round trip, and no more."""

    def __init__(self, session: Session, seconds: float) -> None:
        self._session = session
        self._seconds = seconds

    def run(self, query: str, parameters: Params | None = None, /) -> neo4j.Result:
        return self._session.run(Query(query, timeout=self._seconds), parameters)


@cache
def with_head(path: str) -> str:
    """A statement that answers one record, and behind it in the same record the head of the journal as it is then.

    The head is asked for with what was answered before: so it is never read first, whatever the server plans.
    """
    statement, head = query(PACKAGE, path), query(PACKAGE, _HEAD)
    answered, told = statement.returns, ", ".join((*statement.returns, *head.returns))
    return f"CALL () {{\n{statement.text}\n}}\nCALL ({answered[0]}) {{\n{head.text}\n}}\nRETURN {told}"


class Statements:
    """Sends query files. A transaction gives no state of its own: what is read is held to the head of the journal."""

    def __init__(self, sender: Sender, place: str, at: JournalHead | None = None) -> None:
        self._tx = sender
        self._place = place
        self.at = at
        """The head of the journal in the state that is read, where it is known already."""
        self._by_itself = isinstance(sender, AutoCommit)
        self.confirmed = False
        """Whether the last statement found the head there."""

    def _run(self, name: str, params: Params, folder: str = "read") -> list[Any]:
        """The one record that a statement answers; empty where it answers none. Raises MovedError."""
        path = f"{folder}/{name}.cypher"
        context = query(PACKAGE, path)
        given = {n: params[n] for n in context.params}
        if self.at is None or not self._by_itself or path == _HEAD:
            return self._sent(context.text, given)
        record = self._sent(with_head(path), given)
        width = len(context.returns)
        if (self._head(record[width:]) if record else self.head()) != self.at:
            raise ConcurrentWriteError
        self.confirmed = True
        return record[:width]

    def _sent(self, text: str, params: Params) -> list[Any]:
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
        """The rows of a statement that answers everything, one by one."""
        for (row,) in self._tx.run(query(PACKAGE, f"read/{name}.cypher").text):
            yield row

    def head(self) -> JournalHead:
        """The head of the journal as it is at this moment."""
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
