"""What one transaction keeps in SQLite. Superseded rows are copied to the past, then taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lineage.domain.graph import PART_OF, Edge, Enrolment, Holding, Mention, Term
from lineage.stores.encoding import facts_text, party_text, proofs_text
from lineage.stores.interface import Changes, Row
from lineage.stores.queries import query
from lineage.stores.sqlite_notes import SqliteNotes
from lineage.stores.sqlite_reads import PACKAGE, SqliteReader, Value, _json

Params = dict[str, Value]
_CLEARED = (
    "item", "item_past", "hang", "party", "mention", "mention_past", "part_of", "part_of_past", "became", "became_past",
    "held_by", "held_by_past", "term", "term_past", "enrolment", "enrolment_past",
)  # fmt: skip


class SqliteTransaction(SqliteReader):
    """Reads that see their own writes, and `apply`."""

    def _many(self, name: str, rows: Iterable[Params]) -> None:
        self._connection.executemany(query(PACKAGE, f"write/{name}.sql").text, rows)

    def apply(self, changes: Changes) -> None:
        self._many("add_entry", (entry._asdict() for entry in changes.entries))
        self._many("add_correction", (c._asdict() for c in changes.corrections))
        parties = changes.parties.values()
        self._many("name_party", ({"id": p.id, "known_from": p.first, "named": party_text(p)} for p in parties))
        self._keep_items(changes)
        numbers = self._numbers(changes)
        self._many(
            "add_past_item",
            (
                {
                    "item": numbers[item], "kind": facts.kind, "consumed": facts.consumed, "facts": facts_text(facts),
                    "known_from": known.since, "known_until": known.until,
                }
                for item, facts, known in changes.past_facts
            ),
        )  # fmt: skip
        closed = [(*columns(row, numbers), k) for row, k in changes.closed]
        self._by_table("bury_", ((table, {**key, "known_until": k}) for table, key, _, k in closed))
        self._by_table("drop_", ((table, key) for table, key, _, _ in closed))
        opened = [(*columns(row, numbers), k) for row, k in changes.opened]
        self._by_table("add_", ((table, {**key, **rest, "known_from": k}) for table, key, rest, k in opened))
        past = [(*columns(row, numbers), known) for row, known in changes.past]
        self._by_table(
            "add_past_",
            ((t, {**key, **rest, "known_from": k.since, "known_until": k.until}) for t, key, rest, k in past),
        )
        hangs: list[Params] = [{"whole": numbers[h.whole], "at": h.at, "part": numbers[h.part]} for h in changes.hangs]
        self._many("add_hang", hangs)

    def _keep_items(self, changes: Changes) -> None:
        self._many(
            "keep_item",
            (
                {
                    "id": row.id, "kind": row.facts.kind if row.facts else None,
                    "consumed": row.facts.consumed if row.facts else None,
                    "facts": facts_text(row.facts) if row.facts else None,
                    "known_from": row.known_from, "head": row.head,
                    "contested": row.contested, "ringed": row.ringed,
                }
                for row in changes.items.values()
            ),
        )  # fmt: skip

    def _numbers(self, changes: Changes) -> dict[str, int]:
        """The numbers of every item that these changes speak of."""
        ids = {item for item, _, _ in changes.past_facts}
        ids.update(x for h in changes.hangs for x in (h.whole, h.part))
        for row in (*(r for r, _ in changes.opened), *(r for r, _ in changes.closed), *(r for r, _ in changes.past)):
            if isinstance(row, Edge):
                ids.update((row.source, row.target))
            elif isinstance(row, Mention | Holding):
                ids.add(row.item)
        return dict(self._run("numbers", ids=_json(ids)).fetchall()) if ids else {}

    def _by_table(self, verb: str, rows: Iterable[tuple[str, Params]]) -> None:
        tables: dict[str, list[Params]] = defaultdict(list)
        for table, params in rows:
            tables[table].append(params)
        for table, some in tables.items():
            self._many(verb + table, some)

    def notes(self) -> SqliteNotes:
        return SqliteNotes()

    @contextmanager
    def unindexed(self) -> Iterator[None]:
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
        names = {statement.split()[-1] for statement in dropped.split(";\n")}
        for statement in query(PACKAGE, "schema/001_tables.sql").text.split(";\n"):
            words = statement.split()
            if words[:2] == ["CREATE", "INDEX"] and words[5] in names:
                self._connection.execute(statement)

    def clear_projection(self) -> None:
        for table in _CLEARED:
            self._connection.execute(query(PACKAGE, f"write/clear_{table}.sql").text)


def columns(row: Row, numbers: dict[str, int]) -> tuple[str, Params, Params]:
    """The table of a row, its key and its further columns."""
    if isinstance(row, Edge):
        a, b = numbers[row.source], numbers[row.target]
        events: Params = {"events": proofs_text(row.events)}
        if row.type == PART_OF:
            return "part_of", {"part": a, "whole": b, "since": row.since, "until": row.until}, events
        return "became", {"input": a, "output": b, "at": row.since}, events
    if isinstance(row, Holding):
        key: Params = {"item": numbers[row.item], "since": row.since, "holder": row.holder, "until": row.until}
        return "held_by", key, {"status": row.status, "taker": row.to, "events": proofs_text(row.events)}
    if isinstance(row, Mention):
        key = {
            "item": numbers[row.item],
            "time": row.time,
            "event": row.event,
            "role": row.role,
            "other": row.other or "",
        }
        return "mention", key, {"party": row.party, "detail": row.detail}
    if isinstance(row, Term):
        key = {"text": row.text, "subject": row.subject, "field": row.field, "event": row.event}
        return "term", key, {"label": row.label, "is_party": row.is_party}
    assert isinstance(row, Enrolment)
    return "enrolment", {"party": row.party, "time": row.time, "event": row.event}, {}
