"""Rows to be written to the store: opened and superseded, commit by commit."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import TypeVar

from lineage.domain.graph import Edge, Enrolment, Holding, KnownInterval, Mention, Term
from lineage.domain.instants import Instant
from lineage.domain.records import Changes, Row

R = TypeVar("R", Mention, Edge, Holding)


def row_key(row: Row) -> Hashable:
    """Return the key of a row, without its proof: at most one version of it is known at a time."""
    if isinstance(row, Edge):
        return row[:5]
    if isinstance(row, Holding):
        return ("HELD_BY", *row[:6])
    if isinstance(row, Mention):
        return ("mention", *row[:5])
    if isinstance(row, Term):
        return ("term", row.text, row.subject, row.field, row.event)
    assert isinstance(row, Enrolment)
    return ("enrolment", *row)


class WriteBuffer:
    """Gathers changes; a row that is opened and superseded within one transaction becomes a `past` row at once."""

    def __init__(self) -> None:
        self.changes = Changes()
        self._opened: dict[Hashable, tuple[Row, int]] = {}
        self._closed: dict[Hashable, tuple[Row, int]] = {}
        self._keys_by_item: dict[str, list[Hashable]] = {}
        self.touched: set[str] = set()

    def open(self, row: Row, recorded: Instant) -> None:
        """Note that the row is known from transaction time `recorded` on."""
        key = row_key(row)
        self._opened[key] = (row, recorded)
        owner = self._touch(row)
        if owner is not None:
            self._keys_by_item.setdefault(owner, []).append(key)

    def close(self, row: Row, recorded: Instant) -> None:
        """Note that the current version of the row is superseded at transaction time `recorded`."""
        key = row_key(row)
        opened = self._opened.pop(key, None)
        if opened is None:
            self._closed[key] = (row, recorded)
        elif opened[1] < recorded:
            self.changes.past.append((opened[0], KnownInterval(opened[1], recorded)))
        self._touch(row)

    def opened_row(self, key: Hashable) -> Row | None:
        """Return the row of this key that is opened here and not yet written."""
        opened = self._opened.get(key)
        return None if opened is None else opened[0]

    def has_closed(self, key: Hashable) -> bool:
        """Return whether the stored version of this key is superseded here."""
        return key in self._closed

    def over(self, stored: Iterable[R], kind: type[R], items: Iterable[str]) -> list[R]:
        """Return the stored mentions, edges or holdings of these items, with the changes gathered here."""
        rows = {row_key(row): row for row in stored}
        if self._closed:
            rows = {key: row for key, row in rows.items() if key not in self._closed}
        for item in items:
            for key in self._keys_by_item.get(item, ()):
                row = self.opened_row(key)
                if isinstance(row, kind):
                    rows[key] = row
        return list(rows.values())

    def _touch(self, row: Row) -> str | None:
        """Note the items that the row concerns; return the one to which it belongs."""
        if isinstance(row, Edge):
            self.touched.update((row.source, row.target))
            return row.source
        if isinstance(row, (Mention, Holding)):
            self.touched.add(row.item)
            return row.item
        return None

    def take(self) -> Changes:
        """Return all gathered changes, and leave the buffer empty."""
        changes = replace(self.changes, opened=list(self._opened.values()), closed=list(self._closed.values()))
        self._clear()
        return changes

    def _clear(self) -> None:
        self.changes = Changes()
        self._opened = {}
        self._closed = {}
        self._keys_by_item = {}
        self.touched = set()
