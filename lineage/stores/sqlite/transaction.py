"""What one transaction keeps in SQLite. Superseded rows are copied to the past, then taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lineage.stores.interface import Changes, StagingPartitionInterface
from lineage.stores.query_files import numbered, query
from lineage.stores.row_encoding import party_text
from lineage.stores.sqlite.reader import PACKAGE, SqliteReader, _json
from lineage.stores.sqlite.rows import Values, columns, item_values, named_in, past_facts_values
from lineage.stores.sqlite.staging import Staging
from lineage.stores.sqlite.staging_partitions import StagingPartition, unpacked


class SqliteTransaction(SqliteReader):
    """Reads that see their own writes, and `apply`."""

    def _many(self, name: str, rows: Iterable[Values]) -> None:
        """Run a statement for each row; its values are in the order in which the header names the parameters."""
        self._connection.executemany(numbered(PACKAGE, f"write/{name}.sql"), rows)

    def apply(self, changes: Changes) -> None:
        self._many("insert_entry", changes.entries)
        self._many("insert_correction", changes.corrections)
        self._many("upsert_party", ((p.id, p.first, party_text(p)) for p in changes.parties.values()))
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
        """The numbers of every item that these changes speak of."""
        ids = named_in(changes)
        return dict(self._run("numbers", ids=_json(ids)).fetchall()) if ids else {}

    def _by_table(self, verb: str, rows: Iterable[tuple[str, Values]]) -> None:
        tables: dict[str, list[Values]] = defaultdict(list)
        for table, values in rows:
            tables[table].append(values)
        for table, some in tables.items():
            self._many(verb + table, some)

    def notes(self) -> Staging:
        return Staging(self._connection)

    def take(self, share: StagingPartitionInterface, packed: bytes) -> None:
        assert isinstance(share, StagingPartition)
        for name, rows in unpacked(packed).items():
            self._many(name, rows)
        about = {"first": share.first, "last": share.last}
        self._connection.execute(query(PACKAGE, "staging/insert_partition_mentions.sql").text, about)

    @contextmanager
    def deferred_indexes(self) -> Iterator[None]:
        with self._without("write/drop_indexes.sql"):
            yield

    @contextmanager
    def journal_unindexed(self) -> Iterator[None]:
        """Put off the indexes of the journal that nothing but questions needs."""
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
