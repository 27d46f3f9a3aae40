"""Constraints and indexes: made where they are missing, after what a killed schema step left behind is cleared away."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from typing import Any, Final, NamedTuple

from neo4j import ManagedTransaction, Session
from neo4j.exceptions import Neo4jError

from lineage.stores.interface import FORMAT_VERSION
from lineage.stores.migration import check_format
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
    """One constraint or index, and the file that makes it."""

    name: str
    is_constraint: bool
    file: str

    def stands(self, states: States) -> bool:
        state, owner = states.get(self.name, ("", None))
        return state == "ONLINE" and owner == (self.name if self.is_constraint else None)

    def in_the_way(self, states: States) -> bool:
        """An index of this name that the file did not make: a killed step leaves one that belongs to no constraint."""
        state, owner = states.get(self.name, ("", self.name))
        return owner is None and (self.is_constraint or state == "FAILED")


def rules() -> list[Rule]:
    """Every constraint and index, in the order of the files."""
    found = []
    folder = resources.files(PACKAGE).joinpath("schema")
    for file in sorted(f"schema/{path.name}" for path in folder.iterdir() if path.name.endswith(".cypher")):
        named = _NAME.match(query(PACKAGE, file).text)
        assert named is not None, file
        found.append(Rule(named[2], named[1] == "CONSTRAINT", file))
    return found


def prepare(sessions: Sessions) -> None:
    """Check the format, make what is missing, begin the journal; quick where everything is there.

    Several processes may do so at once: each looks again at what the others have made.
    """
    with sessions() as session:
        (versions,) = _ask(session, "read/format.cypher")
        for version in versions:
            check_format(version)
        for rounds_left in reversed(range(_ROUNDS)):
            (rows,) = _ask(session, "read/indexes.cypher")
            states = {name: (state, owner) for name, state, owner in rows}
            missing = [rule for rule in rules() if not rule.stands(states)]
            if not missing:
                break
            _mend(session, missing, states, last=rounds_left == 0)
        if not versions:
            _ask(session, "write/create_journal.cypher", version=FORMAT_VERSION)


def _mend(session: Session, missing: list[Rule], states: States, *, last: bool) -> None:
    """Clear away, make, wait. What another process does at the same time is met again in the next round."""
    for rule in missing:
        try:
            if rule.in_the_way(states):
                _ask(session, "write/drop_index.cypher", name=rule.name)
            _ask(session, rule.file)
        except Neo4jError as error:
            if last or ".Schema." not in error.code:
                raise
    _ask(session, "read/await_indexes.cypher", seconds=LONGEST_POPULATION_S)


def _ask(session: Session, file: str, **params: object) -> list[Any]:
    """The one record that a file answers, empty where it answers none; tried again by the driver where that helps."""
    context = query(PACKAGE, file)

    def work(transaction: ManagedTransaction) -> list[Any]:
        records = transaction.run(context.text, params).values()
        return records[0] if records else []

    return session.execute_write(work)
