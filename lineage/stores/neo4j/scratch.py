"""A scratch file for a projection on its way into a graph: written as SQLite tables, read back as rows of the graph."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from lineage.domain.graph import CustodyDependency, Edge, Enrolment, Holding, KnownInterval, Mention, PartyEvent, Term
from lineage.stores.interface import ItemRow, Row
from lineage.stores.neo4j.row_encoding import Params, dependency_row, item_row, party_event_row, party_row, past_text
from lineage.stores.neo4j.transaction import party_names, write_row
from lineage.stores.query_files import query
from lineage.stores.row_encoding import checkpoint_from, facts_from, proofs_from
from lineage.stores.scratch_folder import ScratchFolder
from lineage.stores.sqlite.reader import PACKAGE
from lineage.stores.sqlite.transaction import SqliteTransaction


class ScratchStore:
    """A temporary SQLite store without durability. `transaction` reads and writes it; `rows` is what it holds."""

    def __init__(self) -> None:
        self._folder = ScratchFolder()
        self.connection = sqlite3.connect(self._folder.path / "scratch.db", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
            self.connection.execute(f"PRAGMA {pragma}")
        for file in ("schema/001_tables.sql", "schema/002_views.sql"):
            for statement in query(PACKAGE, file).text.split(";\n"):
                self.connection.execute(statement)
        self.transaction = SqliteTransaction(self.connection)

    def holders(self) -> Iterator[str]:
        """Every party to which an edge of the graph leads."""
        for (party,) in self.all("holders"):
            yield party

    def close(self) -> None:
        """Delete the file."""
        self.connection.close()
        self._folder.close()

    def all(self, name: str) -> sqlite3.Cursor:
        """Every row of one kind, current and superseded."""
        return self.connection.execute(query(PACKAGE, f"rebuild_diff/all_{name}.sql").text)

    def rows(self) -> Iterator[tuple[str, Params]]:
        """Every derived row: the query file that writes it to the graph, and the parameters of that query."""
        for id, first, named in self.all("parties"):
            yield "upsert_parties", {**party_row(id), "known_from": first, "named": named}
        # Both cursors are in the order of items, so that superseded facts are held for one item at a time.
        past = groupby(self.all("past_facts"), key=itemgetter(0))
        next_past = next(past, None)
        for id, facts, known_from, checkpoint, contested, on_cycle in self.all("items"):
            item = ItemRow(
                id,
                facts_from(facts) if facts else None,
                known_from,
                checkpoint_from(checkpoint),
                bool(contested),
                bool(on_cycle),
            )
            texts = None
            if next_past is not None and next_past[0] == id:
                texts = [past_text(facts_from(text), since, until) for _, text, since, until in next_past[1]]
                next_past = next(past, None)
            yield "upsert_items", {**item_row(item), "past": texts}
        names = party_names(row for row, _ in self._terms())
        for row, known in self._versions():
            yield write_row(row, known, names)
        for dependency in self.all("custody_dependencies"):
            yield "insert_custody_dependencies", dependency_row(CustodyDependency(*dependency))
        for row in self.all("party_events"):
            yield "insert_party_events", party_event_row(PartyEvent(*row))

    def _versions(self) -> Iterator[tuple[Row, KnownInterval]]:
        """Every version of edges, holdings, mentions, enrolments and terms."""
        for type_, source, target, since, until, events, *known in self.all("edges"):
            yield Edge(type_, source, target, since, until, proofs_from(events)), KnownInterval(*known)
        for id, holder, since, until, status, to, events, *known in self.all("holdings"):
            yield Holding(id, holder, since, until, status, to, proofs_from(events)), KnownInterval(*known)
        for *mention, known_from, known_until in self.all("mentions"):
            yield Mention(*mention), KnownInterval(known_from, known_until)
        for *enrolment, known_from, known_until in self.all("enrolments"):
            yield Enrolment(*enrolment), KnownInterval(known_from, known_until)
        yield from self._terms()

    def _terms(self) -> Iterator[tuple[Term, KnownInterval]]:
        for text, subject, field, label, event, is_party, *known in self.all("terms"):
            yield Term(text, subject, field, label, event, bool(is_party)), KnownInterval(*known)
