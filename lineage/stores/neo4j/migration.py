"""Migration of a graph, some rows a transaction: whatever an interruption left, the next run goes on from there.

The first step makes every process of an older release refuse the store; this release refuses it until the last step has
stored the new format. Each step finds only what is not migrated yet, or does no harm where it is.
"""

from __future__ import annotations

from typing import Any, Final

import neo4j
from neo4j import GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Session, unit_of_work

from lineage.domain.records import Entry
from lineage.stores.migration import Migration, MigrationStep, Progress, check_migratable, steps_after, store_missing
from lineage.stores.neo4j.errors import translated
from lineage.stores.neo4j.row_encoding import party_event_row
from lineage.stores.neo4j.schema import prepare
from lineage.stores.neo4j.statements import PACKAGE
from lineage.stores.neo4j.store import LONGEST_ANSWER_S, LONGEST_RETRY_S, LONGEST_WAIT_S, LONGEST_WRITE_S, _place
from lineage.stores.neo4j.transaction import sorted_rows
from lineage.stores.query_files import query
from lineage.stores.row_encoding import party_events_in

_ROWS: Final = 5_000
"""Rows in one transaction."""
_ENTRIES: Final = 1_000
"""Entries of the journal in one transaction."""


def migrate_store(url: str, user: str | None, password: str | None, progress: Progress) -> Migration:
    """Bring a graph to the newest format, and create the constraints and indexes that it then has.

    Raises InvalidQuestionError (`store_missing`) where the database holds no journal.
    """
    place = _place(url)
    with (
        translated(place),
        GraphDatabase.driver(
            url,
            auth=(user or "neo4j", password) if password is not None else None,
            connection_timeout=LONGEST_ANSWER_S,
            connection_acquisition_timeout=LONGEST_WAIT_S,
            max_transaction_retry_time=LONGEST_RETRY_S,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
            user_agent="battery-lineage",
        ) as driver,
    ):
        with driver.session(default_access_mode=neo4j.WRITE_ACCESS) as session:
            migration = _migrated(session, place, progress)
        prepare(lambda: driver.session(default_access_mode=neo4j.WRITE_ACCESS))
        return migration


def _migrated(session: Session, place: str, progress: Progress) -> Migration:
    versions = _run(session, "read/format.cypher")["versions"]
    if not versions:
        raise store_missing(place)
    found = min(versions)
    check_migratable(found)
    files = steps_after(found, PACKAGE, "migrate", ".cypher")
    return Migration(found, tuple(_step(session, file, progress) for file in files))


def _step(session: Session, file: str, progress: Progress) -> MigrationStep:
    """Run a query file, batch by batch where it takes batches, until it finds no further rows."""
    context = query(PACKAGE, file)
    if "rows" in context.params:
        return MigrationStep(file, context.sentence, _derived(session, file, progress))
    if not context.returns:
        _run(session, file)
        return MigrationStep(file, context.sentence, None)
    rows, after = 0, ""
    while True:
        batch = _run(session, file, after=after, most=_ROWS)
        rows += batch["rows"]
        progress(file, rows)
        if "most" not in context.params or batch["rows"] == 0:
            return MigrationStep(file, context.sentence, rows)
        after = batch.get("last", "")


def _derived(session: Session, file: str, progress: Progress) -> int:
    """Run a query file for the events of each party in the journal, some entries at a time; return how many."""
    count, after = 0, 0
    while entries := _run(session, "read/entries.cypher", after=after, most=_ENTRIES)["rows"]:
        listed = [Entry(*entry) for entry in entries]
        rows = [party_event_row(row) for entry in listed for row in party_events_in(entry.event)]
        count += _run(session, file, rows=sorted_rows(rows))["rows"]
        after = listed[-1].position
        progress(file, count)
    return count


def _run(session: Session, file: str, **values: object) -> dict[str, Any]:
    """Run a query file in a transaction of its own, which the driver may repeat: its one record, by column."""
    context = query(PACKAGE, file)

    @unit_of_work(timeout=LONGEST_WRITE_S)
    def work(transaction: ManagedTransaction) -> dict[str, Any]:
        records = transaction.run(context.text, {name: values[name] for name in context.params}).values()
        return dict(zip(context.returns, records[0], strict=True)) if records else {}

    return session.execute_write(work)
