"""The interface of a store: what questions read, what the projection reads and writes.

A store reads and writes rows; every rule about them is in `lineage.domain`. Its reads are in `readers`, from
`EvidenceReader` to `ProjectionReader`, each wider than the one before; `Transaction` writes as well. Instants are
milliseconds UTC. `known_at` is the transaction time of a read: None means as known now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from lineage.domain.records import (
    ALL_ENTRIES,
    EMPTY,
    Changes,
    ContestedItem,
    CustodyRows,
    Entry,
    EntryFilter,
    HeldItem,
    Hit,
    HoldingsPage,
    InTransit,
    ItemRow,
    PartyRow,
    Row,
    State,
)
from lineage.stores.findings_cache import (
    CachedFinding,
    EvaluatedFindings,
    EvaluatedUpTo,
    FindingPlace,
    FindingsCache,
    RowDifference,
)
from lineage.stores.readers import (
    EvidenceReader,
    ProjectionReader,
    ProjectionSource,
    ProjectionTarget,
    QuestionReader,
)

if TYPE_CHECKING:
    from lineage.stores.sqlite.staging import SqliteStaging

FORMAT_VERSION = 3
"""The version of the stored format; a store of an older one is migrated or refused, of a newer one refused."""
SHORTEST_ENDING = 4
"""A search finds the end of an id or identifier from this number of characters on (contract 8)."""

T = TypeVar("T")


class StagedPartition(Protocol):
    """A range of items, by id, in a staging file (see `open_staging`)."""

    @property
    def path(self) -> str: ...
    @property
    def first(self) -> str: ...
    @property
    def last(self) -> str: ...


class Transaction(ProjectionReader, ProjectionTarget, Protocol):
    """Reads that see the transaction's own writes, and the one way to write."""

    def clear_projection(self) -> None:
        """Delete everything but the journal and its corrections."""
        ...

    def deferred_indexes(self) -> AbstractContextManager[None]:
        """Drop the indexes of derived rows, after `clear_projection`, and build them again at the end of the block."""
        ...

    def item_numbers(self) -> Iterable[tuple[str, int]]:
        """Every stored item with the number by which rows of partitions refer to it."""
        ...

    def insert_partition(self, partition: StagedPartition, rows: bytes) -> None:
        """Insert the rows of a partition as its `encode` gives them; partitions come in their order."""
        ...


class ReadLimit(Protocol):
    """When a read is given up; a store looks during its statements and between them."""

    def over(self) -> bool:
        """Return whether the read is to be given up now."""
        ...

    def seconds_left(self) -> float:
        """Return the seconds until then; 0 afterwards."""
        ...


class ReadableStore(Protocol):
    """A store as questions see it. Raises `StoreError` and its subclasses only.

    `findings`: the cache of findings that belongs to this store, if there is one.
    """

    url: str
    read_threads: int
    findings: FindingsCache | None

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        """Run `work` on one state of the store; it may run again when the state changed during the read.

        Raises TimeLimitError where `limit` is over: the statement that runs then is interrupted.
        """
        ...


class Store(ReadableStore, Protocol):
    """A journal and the graph derived from it. `is_new`: opening has made the store."""

    is_new: bool

    def read_projection(self, work: Callable[[ProjectionReader], T], limit: ReadLimit | None = None) -> T:
        """Run `work` as `read` does, with the rows from which the projection goes on."""
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one durable transaction, all or nothing; it may run again after a lost race."""
        ...

    def fill(self, work: Callable[[Transaction], T]) -> T:
        """Run `work`, once, on a store whose journal is empty: for a first load, however large.

        Nothing is read until all of it is stored; an interrupted fill is never read. Raises StoreNotEmptyError.
        """
        ...

    def differences(self, derive: Callable[[QuestionReader, Transaction], None], most: int) -> list[RowDifference]:
        """The first derived rows, at most `most`, that differ from what `derive` gives.

        `derive` receives this store and an empty scratch store, and projects the journal of the one into the other.
        """
        ...

    def ready(self) -> None:
        """Raise StoreUnavailableError unless the store answers."""
        ...

    def close(self) -> None:
        """Close files and sockets; closing twice is harmless."""
        ...


def open_staging() -> SqliteStaging:
    """Open an empty staging file: changes of a whole journal go in by commit and come out item by item.

    It belongs to the caller, not to a store, and is deleted when it is closed.
    """
    from lineage.stores.sqlite.staging import SqliteStaging  # noqa: PLC0415 - only a bulk projection needs it

    return SqliteStaging()


__all__ = [
    "ALL_ENTRIES",
    "EMPTY",
    "FORMAT_VERSION",
    "CachedFinding",
    "Changes",
    "ContestedItem",
    "CustodyRows",
    "Entry",
    "EntryFilter",
    "EvaluatedFindings",
    "EvaluatedUpTo",
    "EvidenceReader",
    "FindingPlace",
    "FindingsCache",
    "HeldItem",
    "Hit",
    "HoldingsPage",
    "InTransit",
    "ItemRow",
    "PartyRow",
    "ProjectionReader",
    "ProjectionSource",
    "ProjectionTarget",
    "QuestionReader",
    "ReadLimit",
    "ReadableStore",
    "Row",
    "RowDifference",
    "StagedPartition",
    "State",
    "Store",
    "T",
    "Transaction",
    "open_staging",
]  # fmt: skip
