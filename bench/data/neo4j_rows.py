"""Nodes and relationships of the service's graph as plain rows, and raw statements that write such rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import neo4j
from neo4j import Driver, ManagedTransaction, Query

LIMIT_S: Final = 600.0
LABELS: Final = {
    "Event": "id", "Enterprise": "id", "Item": "id", "CustodyDependency": "key", "Term": "key", "SupersededTerm": "key",
}  # fmt: skip
"""The labels that have an index, and the unique property of their nodes."""
TYPES: Final = (
    "CORRECTS", "REPLACES_WITH", "NAMES", "NAMES_SUPERSEDED", "PART_OF", "PART_OF_SUPERSEDED", "BECAME",
    "BECAME_SUPERSEDED", "HELD_BY", "HELD_BY_SUPERSEDED", "ENROLS", "ENROLS_SUPERSEDED",
)  # fmt: skip

Properties = dict[str, Any]


class Node(NamedTuple):
    """A node: the label of its index, its id or key, its other labels, and all its properties."""

    label: str
    key: str
    others: tuple[str, ...]
    properties: Properties


class Relationship(NamedTuple):
    """A relationship between two nodes, each given by label and key; `key` is None for types without one."""

    type: str
    start: tuple[str, str]
    end: tuple[str, str]
    key: str | None
    properties: Properties


Row = Node | Relationship
_ENDS: Final = ", ".join(
    "CASE " + " ".join(f"WHEN {n}:{label} THEN ['{label}', {n}.{key}]" for label, key in LABELS.items()) + " END"
    for n in "ab"
)
NODE: Final = "labels(n), properties(n)"
RELATIONSHIP: Final = f"type(r), {_ENDS}, properties(r)"


def rows_of(driver: Driver, statement: str, **values: Any) -> Iterator[list[Any]]:
    """Yield the records of a statement as they arrive."""
    with driver.session(database="neo4j", default_access_mode=neo4j.READ_ACCESS) as session:
        for record in session.run(Query(statement, timeout=LIMIT_S), values):
            yield record.values()


def nodes(driver: Driver, label: str) -> Iterator[Row]:
    """Return all nodes of a label."""
    return (node(*row) for row in rows_of(driver, f"MATCH (n:{label}) RETURN {NODE}"))


def relationships(driver: Driver, type_: str) -> Iterator[Row]:
    """Return all relationships of a type."""
    return (relationship(*row) for row in rows_of(driver, f"MATCH (a)-[r:{type_}]->(b) RETURN {RELATIONSHIP}"))


def node(labels: list[str], properties: Properties) -> Node:
    label = next(x for x in LABELS if x in labels)
    others = tuple(sorted(x for x in labels if x != label))
    return Node(label, properties[LABELS[label]], others, _native(properties))


def relationship(type_: str, start: list[str], end: list[str], properties: Properties) -> Relationship:
    return Relationship(type_, (start[0], start[1]), (end[0], end[1]), properties.get("key"), _native(properties))


def _native(properties: Properties) -> Properties:
    return {k: v.to_native() if isinstance(v, neo4j.time.DateTime) else v for k, v in properties.items()}


def write_rows(transaction: ManagedTransaction, rows: Iterable[Row], verb: str) -> tuple[int, int]:
    """Write rows with `CREATE` or `MERGE`, nodes first; return the numbers of new nodes and new relationships."""
    sorts: dict[str, list[Properties]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: isinstance(row, Relationship)):
        if isinstance(row, Node):
            sorts[_node_statement(row, verb)].append({"key": row.key, "p": row.properties})
        else:
            ends = {"a": row.start[1], "b": row.end[1]}
            sorts[_relationship_statement(row, verb)].append({**ends, "key": row.key, "p": row.properties})
    made = [transaction.run(statement, rows=some).consume().counters for statement, some in sorts.items()]
    return sum(m.nodes_created for m in made), sum(m.relationships_created for m in made)


def _node_statement(row: Node, verb: str) -> str:
    labels = "".join(f":{x}" for x in row.others)
    if verb == "CREATE":
        return f"UNWIND $rows AS row CREATE (n:{row.label}{labels}) SET n = row.p"
    more = f", n{labels}" if labels else ""
    return f"UNWIND $rows AS row MERGE (n:{row.label} {{{LABELS[row.label]}: row.key}}) SET n += row.p{more}"


def _relationship_statement(row: Relationship, verb: str) -> str:
    (a, _), (b, _) = row.start, row.end
    key = " {key: row.key}" if row.key is not None and verb == "MERGE" else ""
    return f"""UNWIND $rows AS row MATCH (a:{a} {{{LABELS[a]}: row.a}}) MATCH (b:{b} {{{LABELS[b]}: row.b}})
{verb} (a)-[r:{row.type}{key}]->(b) SET r += row.p"""


def counted(driver: Driver) -> tuple[int, int]:
    """Return the numbers of nodes, without the journal's own node, and of relationships."""
    (found,) = next(rows_of(driver, "MATCH (n) WHERE NOT n:Journal RETURN count(n)"))
    (edges,) = next(rows_of(driver, "MATCH ()-[r]->() RETURN count(r)"))
    return found, edges
