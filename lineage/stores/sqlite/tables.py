"""The tables of an SQLite store."""

from __future__ import annotations

import sqlite3

from lineage.stores.interface import FORMAT_VERSION
from lineage.stores.query_files import query
from lineage.stores.sqlite.reader import PACKAGE


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables of an empty store, and state its format."""
    for name in ("schema/001_tables.sql", "schema/002_views.sql"):
        for statement in query(PACKAGE, name).text.split(";\n"):
            connection.execute(statement)
    connection.execute(query(PACKAGE, "write/upsert_format.sql").text, {"value": str(FORMAT_VERSION)})
