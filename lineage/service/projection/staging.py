"""The scratch space of a bulk projection: changes are appended by commit and read back item by item.

`lineage.stores.interface.open_staging` opens one. It belongs to the bulk projection, so that a store needs no more
than `Transaction.insert_partition` to take part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from lineage.domain.projection.changes import BecameChange, MentionChange
from lineage.stores.interface import Changes


class StagingWriter(Protocol):
    """Appends changes from one process; it can be pickled."""

    def append(self, batch: int, mentions: Iterable[MentionChange], became: Iterable[BecameChange]) -> None:
        """Append the changes of one batch of the journal, in commit order; batches are numbered in their order."""
        ...


class StagingPartition(Protocol):
    """A range of the items whose custody depends on no other item, for one process to replay; it can be pickled."""

    @property
    def path(self) -> str: ...
    @property
    def first(self) -> str: ...
    @property
    def last(self) -> str: ...
    def histories(self) -> Iterable[tuple[list[str], list[MentionChange]]]:
        """Items with equal changes, and those changes in commit order, as changes of the first of these items."""
        ...

    def encode(self, changes: Changes, copies: Mapping[str, Sequence[str]]) -> bytes:
        """The rows of these items, current and superseded, for `Transaction.insert_partition`.

        `copies`: further items that have the rows of an item, but for the id.
        """
        ...


class Staging(Protocol):
    """The changes of a whole journal in a temporary file: memory does not grow with the journal."""

    @property
    def writer(self) -> StagingWriter: ...
    def sort(self) -> None:
        """Sort all appended changes by item, and mark the items whose custody may depend on others, with every item
        above them, as dependent."""
        ...

    def dependent_changes(self) -> Iterator[MentionChange]:
        """Changes of dependent items, in commit order."""
        ...

    def partitions(self, numbers: Iterable[tuple[str, int]]) -> Sequence[StagingPartition]:
        """All other items, by id, in partitions of similar size.

        `numbers`: the dependent items as stored, each with its number in the store.
        """
        ...

    def became_changes(self) -> Iterator[BecameChange]:
        """Changes of `BECAME` edges by input, output and time, and for one edge in commit order."""
        ...
