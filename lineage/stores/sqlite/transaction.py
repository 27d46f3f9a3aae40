"""Writes of one SQLite transaction. Superseded rows are copied to tables of their own, then deleted."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lineage.stores.interface import Changes, StagedPartition
from lineage.stores.query_files import numbered, query
from lineage.stores.row_encoding import party_text, reversed_text
from lineage.stores.sqlite.reader import PACKAGE, SqliteReader, _json
from lineage.stores.sqlite.rows import Values, columns, item_values, named_in, past_facts_values
from lineage.stores.sqlite.staging_partitions import decode_tables


class SqliteTransaction(SqliteReader):
    """Reads that see their own writes, and the writes. Implements `interface.Transaction`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._staging: str | None = None
        """The staging file that is attached, until the transaction ends."""

    def _many(self, name: str, rows: Iterable[Values]) -> None:
        """Run a statement for each row; its values are in the order of the parameters in the header."""
        self._connection.executemany(numbered(PACKAGE, f"write/{name}.sql"), rows)

    def apply(self, changes: Changes) -> None:
        self._many("insert_entry", changes.entries)
        self._many("insert_correction", changes.corrections)
        self._many("insert_party_event", changes.party_events)
        self._many(
            "upsert_party", ((p.id, p.first, party_text(p), reversed_text(p.id)) for p in changes.parties.values())
        )
        self._many("upsert_item", map(item_values, changes.items.values()))
        numbers = self._numbers(changes)
        self._many("insert_past_item", (past_facts_values(past, numbers) for past in changes.past_facts))
        closed = [(*columns(row, numbers), k) for row, k in changes.closed]
        self._by_table("archive_", ((table, (*key, k)) for table, key, _, k in closed))
        self._by_table("delete_", ((table, key) for table, key, _, _ in closed))
        opened = ((*columns(row, numbers), k) for row, k in changes.opened)
        self._by_table("insert_", ((table, (*key, *rest, k)) for table, key, rest, k in opened))
        past = ((*columns(row, numbers), known) for row, known in changes.past)
        self._by_table("insert_past_", ((table, (*key, *rest, *known)) for table, key, rest, known in past))
        self._many(
            "insert_custody_dependency", ((numbers[h.whole], h.at, numbers[h.part]) for h in changes.dependencies)
        )

    def _numbers(self, changes: Changes) -> dict[str, int]:
        """The number of every item to which rows of these changes refer."""
        ids = named_in(changes)
        return dict(self._run("numbers", ids=_json(ids)).fetchall()) if ids else {}

    def _by_table(self, verb: str, rows: Iterable[tuple[str, Values]]) -> None:
        tables: dict[str, list[Values]] = defaultdict(list)
        for table, values in rows:
            tables[table].append(values)
        for table, table_rows in tables.items():
            self._many(verb + table, table_rows)

    def item_numbers(self) -> Iterable[tuple[str, int]]:
        return self._connection.execute(query(PACKAGE, "staging/stored_item_numbers.sql").text)

    def insert_partition(self, partition: StagedPartition, rows: bytes) -> None:
        if partition.path != self._staging:
            self._connection.execute("ATTACH ? AS staging", [partition.path])
            self._staging = partition.path
        for name, values in decode_tables(rows).items():
            self._many(name, values)
        bounds = {"first": partition.first, "last": partition.last}
        self._connection.execute(query(PACKAGE, "staging/insert_partition_mentions.sql").text, bounds)

    @contextmanager
    def deferred_indexes(self) -> Iterator[None]:
        with self._without("write/drop_indexes.sql"):
            yield

    @contextmanager
    def journal_unindexed(self) -> Iterator[None]:
        """Drop the indexes of the journal that only questions need, and build them again at the end of the block."""
        with self._without("write/drop_journal_indexes.sql"):
            yield

    @contextmanager
    def _without(self, file: str) -> Iterator[None]:
        dropped = query(PACKAGE, file).text
        for statement in dropped.split(";\n"):
            self._connection.execute(statement)
        yield
        self._connection.execute("PRAGMA threads = 2")
        names = {statement.split()[-1] for statement in dropped.split(";\n")}
        for statement in query(PACKAGE, "schema/001_tables.sql").text.split(";\n"):
            words = statement.split()
            if words[:2] == ["CREATE", "INDEX"] and words[5] in names:
                self._connection.execute(statement)

    def clear_projection(self) -> None:
        for statement in query(PACKAGE, "write/truncate_projection.sql").text.split(";\n"):
            self._connection.execute(statement)
