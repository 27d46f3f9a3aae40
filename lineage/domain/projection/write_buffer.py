"""Rows on their way to the store: opened and superseded, moment of knowledge by moment of knowledge."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

from lineage.domain.graph import Edge, Enrolment, Holding, KnownInterval, Mention, Term
from lineage.domain.records import Changes, Row

R = TypeVar("R", Mention, Edge, Holding)


def row_key(row: Row) -> Hashable:
    """What makes a row itself, whatever proves it: at most one version of it is known at a time."""
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
    """Gathers changes; what is opened and superseded within one transaction becomes a `past` row at once."""

    def __init__(self) -> None:
        self.changes = Changes()
        self._opened: dict[Hashable, tuple[Row, int]] = {}
        self._closed: dict[Hashable, tuple[Row, int]] = {}
        self._of: dict[str, list[Hashable]] = {}
        self.touched: set[str] = set()

    def open(self, row: Row, k: int) -> None:
        """The row is known from `k` on."""
        key = row_key(row)
        self._opened[key] = (row, k)
        owner = self._touch(row)
        if owner is not None:
            self._of.setdefault(owner, []).append(key)

    def close(self, row: Row, k: int) -> None:
        """The version of the row that is known now is superseded at `k`."""
        key = row_key(row)
        opened = self._opened.pop(key, None)
        if opened is None:
            self._closed[key] = (row, k)
        elif opened[1] < k:
            self.changes.past.append((opened[0], KnownInterval(opened[1], k)))
        self._touch(row)

    def standing(self, key: Hashable) -> Row | None:
        """The row of this key that is opened here and not yet kept."""
        opened = self._opened.get(key)
        return None if opened is None else opened[0]

    def has_closed(self, key: Hashable) -> bool:
        """Whether the kept version of this key is superseded here."""
        return key in self._closed

    def over(self, kept: Iterable[R], kind: type[R], items: Iterable[str]) -> list[R]:
        """What the store keeps of mentions, edges or holdings of these items, with what is gathered here."""
        found = {row_key(row): row for row in kept}
        if self._closed:
            found = {key: row for key, row in found.items() if key not in self._closed}
        for item in items:
            for key in self._of.get(item, ()):
                row = self.standing(key)
                if isinstance(row, kind):
                    found[key] = row
        return list(found.values())

    def _touch(self, row: Row) -> str | None:
        """Note what the row is about; the item to which it belongs."""
        if isinstance(row, Edge):
            self.touched.update((row.source, row.target))
            return row.source
        if isinstance(row, (Mention, Holding)):
            self.touched.add(row.item)
            return row.item
        return None

    def take(self) -> Changes:
        """Everything gathered, and begin anew."""
        changes = self.changes
        changes.opened = list(self._opened.values())
        changes.closed = list(self._closed.values())
        self.__init__()  # type: ignore[misc]
        return changes
