"""Constraints and indexes: created where they are missing, after the remains of an interrupted creation are dropped."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from typing import Any, Final, NamedTuple

from neo4j import ManagedTransaction, Session
from neo4j.exceptions import Neo4jError

from lineage.stores.interface import FORMAT_VERSION
from lineage.stores.migration import check_format, store_missing
from lineage.stores.neo4j.statements import PACKAGE
from lineage.stores.query_files import query

LONGEST_POPULATION_S: Final = 600

_ROUNDS: Final = 5
_NAME: Final = re.compile(r"CREATE (CONSTRAINT|INDEX) (\w+)")

Sessions = Callable[[], Session]
"""A new session that may write."""
States = dict[str, tuple[str, str | None]]
"""Every index by name: its state, and the constraint that it belongs to."""


class Rule(NamedTuple):
    """One constraint or index, and the file that creates it."""

    name: str
    is_constraint: bool
    file: str

    def exists(self, states: States) -> bool:
        state, owner = states.get(self.name, ("", None))
        return state == "ONLINE" and owner == (self.name if self.is_constraint else None)

    def is_blocked(self, states: States) -> bool:
        """Whether another index has the name: an interrupted creation leaves one that belongs to no constraint."""
        state, owner = states.get(self.name, ("", self.name))
        return owner is None and (self.is_constraint or state == "FAILED")


def rules() -> list[Rule]:
    """Every constraint and index, in the order of the files."""
    listed = []
    folder = resources.files(PACKAGE).joinpath("schema")
    for file in sorted(f"schema/{path.name}" for path in folder.iterdir() if path.name.endswith(".cypher")):
        named = _NAME.match(query(PACKAGE, file).text)
        assert named is not None, file
        listed.append(Rule(named[2], named[1] == "CONSTRAINT", file))
    return listed


def prepare(sessions: Sessions, place: str = "this address", *, create: bool = True) -> bool:
    """Check the format, create missing constraints and indexes, begin the journal; quick where nothing is missing.

    Several processes may do so at once: each looks again at what the others have created. Returns whether the journal
    was begun. Raises StoreTooNewError, StoreTooOldError; without `create` InvalidQuestionError (`store_missing`) where
    there is no journal.
    """
    with sessions() as session:
        (versions,) = _run(session, "read/format.cypher")
        for version in versions:
            check_format(version)
        if not versions and not create:
            raise store_missing(place)
        for rounds_left in reversed(range(_ROUNDS)):
            (rows,) = _run(session, "read/indexes.cypher")
            states = {name: (state, owner) for name, state, owner in rows}
            missing = [rule for rule in rules() if not rule.exists(states)]
            if not missing:
                break
            _create(session, missing, states, last=rounds_left == 0)
        if not versions:
            _run(session, "write/create_journal.cypher", version=FORMAT_VERSION)
        return not versions


def _create(session: Session, missing: list[Rule], states: States, *, last: bool) -> None:
    """Drop, create, wait. What conflicts with another process is tried again in the next round."""
    for rule in missing:
        try:
            if rule.is_blocked(states):
                _run(session, "write/drop_index.cypher", name=rule.name)
            _run(session, rule.file)
        except Neo4jError as error:
            if last or ".Schema." not in error.code:
                raise
    _run(session, "read/await_indexes.cypher", seconds=LONGEST_POPULATION_S)


def _run(session: Session, file: str, **params: object) -> list[Any]:
    """The one record that a query file returns, empty where it returns none; the driver retries it where that helps."""
    statement = query(PACKAGE, file)

    def work(transaction: ManagedTransaction) -> list[Any]:
        records = transaction.run(statement.text, params).values()
        return records[0] if records else []

    return session.execute_write(work)
