"""The derived rows of a filled SQLite store in memory, for the oracle and the candidates in memory."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lineage.domain.graph import BECAME, PART_OF, Edge, Node
from lineage.domain.traversal.neighbourhood import Direction, Fetched, Neighbourhood

NOW: Final = 253_402_300_799_998
"""A transaction time after everything that was recorded."""

_EDGES: Final = """
SELECT part AS source, whole AS target, 1 AS inside, since, until FROM part_of_ever
WHERE known_from <= :k AND :k < known_until
UNION ALL SELECT input, output, 0, at, at FROM became_ever WHERE known_from <= :k AND :k < known_until
"""


class Step(NamedTuple):
    """An edge seen from one end; `far` is the number of the item at the other."""

    far: int
    inside: bool
    since: int
    until: int


class Side:
    """Edges by one end, as arrays: those of item n are at `offsets[n]` to `offsets[n + 1]` (exclusive)."""

    def __init__(self, connection: sqlite3.Connection, near: str, far: str, size: int, known_at: int) -> None:
        self.offsets = array("i", bytes(4 * (size + 1)))
        self.far, self.inside = array("i"), array("b")
        self.since, self.until = array("q"), array("q")
        statement = f"SELECT {near}, {far}, inside, since, until FROM ({_EDGES}) ORDER BY 1, 2"
        at = 0
        for item, other, inside, since, until in connection.execute(statement, {"k": known_at}):
            while at < item:
                at += 1
                self.offsets[at] = len(self.far)
            self.far.append(other)
            self.inside.append(inside)
            self.since.append(since)
            self.until.append(until)
        for n in range(at + 1, size + 1):
            self.offsets[n] = len(self.far)

    def steps(self, item: int) -> Iterator[Step]:
        for n in range(self.offsets[item], self.offsets[item + 1]):
            yield Step(self.far[n], bool(self.inside[n]), self.since[n], self.until[n])


class Rows:
    """Items, `PART_OF` and `BECAME` as known at a transaction time; items are numbers, as in the store."""

    def __init__(self, path: str, known_at: int = NOW) -> None:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        largest = connection.execute("SELECT coalesce(max(num), 0) FROM item").fetchone()[0]
        self.size = int(largest) + 1
        self.ids: list[str] = [""] * self.size
        self.kinds: list[str | None] = [None] * self.size
        self.consumed: dict[int, int] = {}
        for num, id in connection.execute("SELECT num, id FROM item"):
            self.ids[num] = id
        facts = "SELECT item, kind, consumed FROM item_ever WHERE known_from <= :k AND :k < known_until"
        for num, kind, consumed in connection.execute(facts, {"k": known_at}):
            self.kinds[num] = kind
            if consumed is not None:
                self.consumed[num] = consumed
        self.number = {id: num for num, id in enumerate(self.ids) if id}
        self.down = Side(connection, "source", "target", self.size, known_at)
        self.up = Side(connection, "target", "source", self.size, known_at)
        connection.close()

    @property
    def items(self) -> int:
        return len(self.number)

    @property
    def edges(self) -> int:
        return len(self.down.far)

    def side(self, direction: Direction) -> Side:
        return self.down if direction == "downstream" else self.up

    def node(self, item: int) -> Node:
        return Node(self.kinds[item] or "unknown", self.consumed.get(item))

    def around(self, direction: Direction) -> Neighbourhood:
        """Return the neighbourhood for a walk of the domain over these rows."""
        side = self.side(direction)

        def fetch(ids: Sequence[str], _: object) -> Fetched:
            edges, nodes = [], {}
            for id in ids:
                near = self.number[id]
                nodes[id] = self.node(near)
                for far, inside, since, until in side.steps(near):
                    other = self.ids[far]
                    nodes[other] = self.node(far)
                    source, target = (id, other) if direction == "downstream" else (other, id)
                    edges.append(Edge(PART_OF if inside else BECAME, source, target, since, until, ()))
            return Fetched(edges, nodes)

        return Neighbourhood(direction, fetch)

    def around_it(self, id: str) -> list[int]:
        """Return the item and every whole that it was in, directly or indirectly, at any time."""
        met, level = {self.number[id]}, [self.number[id]]
        while level:
            level = list({s.far for near in level for s in self.down.steps(near) if s.inside} - met)
            met.update(level)
        return sorted(met)

    def blind(self, id: str, direction: Direction) -> set[int]:
        """Return the items that are reachable when time is ignored, the start included."""
        side = self.side(direction)
        met, level = {self.number[id]}, [self.number[id]]
        while level:
            following = {side.far[n] for near in level for n in range(side.offsets[near], side.offsets[near + 1])}
            level = list(following - met)
            met |= following
        return met
