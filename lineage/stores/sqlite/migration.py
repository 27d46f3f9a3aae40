"""Migration of SQLite files, each in one transaction: after an interruption the file is as it was."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import orjson

from lineage.stores.interface import FORMAT_VERSION
from lineage.stores.migration import Migration, MigrationStep, Progress, check_migratable, steps_after, store_missing
from lineage.stores.query_files import query
from lineage.stores.row_encoding import party_events_in, reversed_text
from lineage.stores.sqlite.damage import translated
from lineage.stores.sqlite.files import LONGEST_WAIT_S
from lineage.stores.sqlite.findings_cache import FINDINGS_FORMAT, findings_format
from lineage.stores.sqlite.store import PACKAGE, _all_or_nothing, write_lock


def migrate_store(path: Path, progress: Progress) -> Migration:
    """Bring a store to the newest format, in the turn of a writer.

    Raises InvalidQuestionError (`store_missing`) where there is no store, StoreBusyError while another process writes.
    """
    if not path.is_file():
        raise store_missing(f"sqlite:///{path}")
    with translated(path), write_lock(path):
        return _migrated(path, "migrate", _store_format, _store_version, progress)


def migrate_findings(path: Path, progress: Progress) -> Migration:
    """Bring the auxiliary file of findings to the newest format; the file must be there."""
    with translated(path):
        return _migrated(path, "migrate_findings", findings_format, _set_findings_version, progress)


def _migrated(
    path: Path,
    folder: str,
    found_in: Callable[[sqlite3.Connection], int],
    store_version: Callable[[sqlite3.Connection], None],
    progress: Progress,
) -> Migration:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=LONGEST_WAIT_S)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.create_function("reversed_text", 1, reversed_text, deterministic=True)
        connection.create_function("party_events", 1, _party_events, deterministic=True)
        with _all_or_nothing(connection):
            found = found_in(connection)
            check_migratable(found)
            files = steps_after(found, PACKAGE, folder, ".sql")
            for file in files:
                for statement in query(PACKAGE, file).text.split(";\n"):
                    connection.execute(statement)
                    progress(file, 0)
            if files:
                store_version(connection)
            return Migration(found, tuple(MigrationStep(file, query(PACKAGE, file).sentence, None) for file in files))


def _party_events(event: str) -> str:
    """The rows that an event has in the lists of parties, as JSON."""
    return orjson.dumps([tuple(row) for row in party_events_in(event)]).decode()


def _store_format(connection: sqlite3.Connection) -> int:
    if connection.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
        file = connection.execute("PRAGMA database_list").fetchone()[2]
        raise store_missing(f"sqlite:///{file}")
    row = connection.execute(query(PACKAGE, "read/format.sql").text).fetchone()
    return int(row[0]) if row else 0


def _store_version(connection: sqlite3.Connection) -> None:
    connection.execute(query(PACKAGE, "write/upsert_format.sql").text, {"value": str(FORMAT_VERSION)})


def _set_findings_version(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA user_version = {FINDINGS_FORMAT}")
