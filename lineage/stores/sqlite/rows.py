"""Rows in the form of the SQLite tables: numbers for items, proofs as lines of text, facts as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter

from lineage.domain.graph import PART_OF, Edge, Enrolment, Holding, ItemFacts, KnownInterval, Mention, Term
from lineage.stores.interface import Changes, ItemRow, Row
from lineage.stores.row_encoding import checkpoint_text, facts_text, proofs_text, reversed_term, reversed_text
from lineage.stores.sqlite.reader import Value

Values = tuple[Value, ...]
Tables = dict[str, list[Values]]
"""Rows by the query file that writes them; their values are in the order of the parameters in its header."""


def tables_of(changes: Changes, numbers: dict[str, int], corrected: Collection[str]) -> Tables:
    """Every current and superseded row of some items; current mentions only of the `corrected` items.

    The mentions of all other items are copied from the staging file.
    """
    tables: Tables = defaultdict(list)
    tables["insert_item"] = [(numbers[x.id], *item_values(x)) for x in changes.items.values()]
    tables["insert_past_item"] = [past_facts_values(past, numbers) for past in changes.past_facts]
    for row, k in changes.opened:
        if not isinstance(row, Mention) or row.item in corrected:
            table, key, rest = columns(row, numbers)
            tables["insert_" + table].append((*key, *rest, k))
    for row, known in changes.past:
        table, key, rest = columns(row, numbers)
        tables["insert_past_" + table].append((*key, *rest, *known))
    return dict(tables)


def add_copies(tables: Tables, copies: Mapping[str, Sequence[str]], numbers: dict[str, int]) -> None:
    """Add the rows of items that are copies of others, and sort all rows by item; its number is their first value."""
    copies_by_number: dict[Value, list[tuple[int, str]]] = {
        numbers[item]: [(numbers[x], x) for x in others] for item, others in copies.items()
    }
    for name in tables:
        rows = tables[name]
        # Only the table of items has the id next to the number, and its reversed text at the end.
        has_id = name == "insert_item"
        rows += [
            (num, id, *row[2:-1], reversed_text(id)) if has_id else (num, *row[1:])
            for row in rows
            for num, id in copies_by_number.get(row[0], ())
        ]
        rows.sort(key=itemgetter(0))


def named_in(changes: Changes) -> set[str]:
    """Every item to which rows of these changes refer by number."""
    ids = {item for item, _, _ in changes.past_facts}
    ids.update(x for h in changes.dependencies for x in (h.whole, h.part))
    rows: Iterable[Row] = (row for row, _ in chain(changes.opened, changes.closed, changes.past))
    for row in rows:
        if isinstance(row, Edge):
            ids.update((row.source, row.target))
        elif isinstance(row, Mention | Holding):
            ids.add(row.item)
    return ids


def item_values(row: ItemRow) -> Values:
    facts = row.facts
    values = (None, None, None) if facts is None else (facts.kind, facts.consumed, facts_text(facts))
    return (
        row.id,
        *values,
        row.known_from,
        checkpoint_text(row.checkpoint),
        row.contested,
        row.on_cycle,
        reversed_text(row.id),
    )


def past_facts_values(past: tuple[str, ItemFacts, KnownInterval], numbers: dict[str, int]) -> Values:
    item, facts, known = past
    return (numbers[item], facts.kind, facts.consumed, facts_text(facts), known.since, known.until)


def columns(row: Row, numbers: dict[str, int]) -> tuple[str, Values, Values]:
    """The table of a row, its key and its further columns, in the order of the parameters of the statements."""
    if isinstance(row, Mention):
        return "mention", (numbers[row[0]], *row[1:4], row[4] or ""), row[5:]
    if isinstance(row, Edge):
        _, source, target, since, until, events = row
        if row.type == PART_OF:
            return "part_of", (numbers[source], numbers[target], since, until), (proofs_text(events),)
        return "became", (numbers[source], numbers[target], since), (proofs_text(events),)
    if isinstance(row, Holding):
        item, holder, since, until, status, to, events = row
        return "held_by", (numbers[item], since, holder, until), (status, to, proofs_text(events))
    if isinstance(row, Term):
        return "term", (row.text, row.subject, row.field, row.event), (row.label, row.is_party, reversed_term(row))
    assert isinstance(row, Enrolment)
    return "enrolment", tuple(row), ()
