"""Stores of format 2 for tests: how they are restored and migrated, and what a store of any format holds."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import neo4j
import zstandard
from neo4j.time import DateTime

from lineage.stores import migrate_store, open_store
from lineage.stores.interface import Store
from lineage.stores.migration import Migration, Progress
from lineage.stores.neo4j.store import Neo4jStore

DATA = Path(__file__).resolve().parents[1] / "data" / "format2"


class OldStore:
    """A store of format 2 with its file of findings, and the ways to open and to migrate it."""

    def __init__(self, url: str, findings: Path) -> None:
        self.url = url
        self.findings = findings
        self._opened: list[Store] = []

    def open(self) -> Store:
        self._opened.append(open_store(self.url, findings=str(self.findings)))
        return self._opened[-1]

    def close(self) -> None:
        """Close every store that was opened; twice is harmless."""
        for store in self._opened:
            store.close()

    def migrate(self, progress: Progress = lambda file, rows: None) -> tuple[Migration, Migration | None]:
        return migrate_store(self.url, findings=str(self.findings), progress=progress)


def findings_of_format_2(folder: Path) -> Path:
    """A copy of the file of findings, which goes with either kind of store."""
    path = folder / "store.db.findings"
    path.write_bytes(unpacked("store.db.findings.zst"))
    return path


def unpacked(name: str) -> bytes:
    return zstandard.ZstdDecompressor().decompress((DATA / name).read_bytes())


def restore_graph(session: neo4j.Session, graph: dict[str, Any]) -> None:
    """Make the database what it was: constraints and indexes, nodes, relationships."""
    names = session.run(
        "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' "
        "RETURN name, owningConstraint IS NOT NULL"
    ).values()
    for name, is_constraint in names:
        session.run(f"DROP {'CONSTRAINT' if is_constraint else 'INDEX'} {name}").consume()
    session.run("MATCH (n) DETACH DELETE n").consume()
    for statement in graph["schema"]:
        session.run(statement).consume()
    session.run("CALL db.awaitIndexes(60)").consume()
    nodes = [{**node, "properties": read_times(node["properties"])} for node in graph["nodes"]]
    created = "UNWIND $nodes AS node CREATE (n:$(node.labels)) SET n = node.properties RETURN elementId(n)"
    ids = [row[0] for row in session.run(created, nodes=nodes)]
    edges = [
        {**edge, "from": ids[edge["from"]], "to": ids[edge["to"]], "properties": read_times(edge["properties"])}
        for edge in graph["relationships"]
    ]
    session.run(
        "UNWIND $edges AS edge MATCH (a) WHERE elementId(a) = edge.from MATCH (b) WHERE elementId(b) = edge.to "
        "CREATE (a)-[r:$(edge.type)]->(b) SET r = edge.properties",
        edges=edges,
    ).consume()


def read_times(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        name: DateTime.from_iso_format(value["datetime"]) if isinstance(value, dict) else value
        for name, value in properties.items()
    }


def content(path: str) -> list[str]:
    """Every statement that gives a file of SQLite its content, schema included."""
    connection = sqlite3.connect(path)
    found = list(connection.iterdump())
    connection.close()
    return found


def rows(store: Store) -> Counter[str]:
    """Every row of a store, with ids in the place of internal numbers, and its tables."""
    if isinstance(store, Neo4jStore):
        return graph_rows(store)
    return table_rows(store.url.removeprefix("sqlite:///"))


NUMBERS = {"item", "part", "whole", "input", "output"}
"""Columns that hold the internal numbers of items."""


def table_rows(path: str) -> Counter[str]:
    connection = sqlite3.connect(path)
    ids = dict(connection.execute("SELECT num, id FROM item"))
    tables = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    found = Counter(repr((type_, name, (sql or "").replace('"', ""))) for type_, name, sql in tables)
    for type_, table, _ in tables:
        if type_ == "table":
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            for values in cursor:
                row = dict(zip(names, values, strict=True))
                row.pop("num", None)
                found[repr((table, {c: ids[v] if c in NUMBERS else v for c, v in row.items()}))] += 1
    connection.close()
    return found


def graph_rows(store: Neo4jStore) -> Counter[str]:
    """Every node and every edge, but for the counts of commits and the mark that refuses the older release."""
    with store._session(neo4j.READ_ACCESS) as session:
        nodes = session.run("MATCH (n) RETURN labels(n), properties(n)").values()
        edges = session.run(
            "MATCH (a)-[r]->(b) RETURN coalesce(a.id, a.key), type(r), coalesce(b.id, b.key), properties(r)"
        ).values()
    return Counter(
        repr([*(sorted(v) if isinstance(v, list) else v for v in some), sorted(_lasting(properties).items())])
        for *some, properties in (*nodes, *edges)
    )


def _lasting(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in ("commits", "importing")}
