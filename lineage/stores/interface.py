"""The interface of a store: what questions read, what the projection reads and writes.

A store reads and writes rows; every rule about them is in `lineage.domain`. Three protocols, each wider than the one
before: `QuestionReader` for answers, `ProjectionReader` for deriving the graph, `Transaction` for writing it.
Instants are milliseconds UTC. `known_at` is the transaction time of a read: None means as known now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from lineage.domain.events.corrections import Correction
from lineage.domain.graph import CustodyDependency, Edge, Enrolment, Holding, ItemFacts, Mention, PartyEvent
from lineage.domain.intervals import Interval
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
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched
from lineage.stores.findings_cache import CachedFinding, EvaluatedUpTo, FindingPlace, FindingsCache

if TYPE_CHECKING:
    from lineage.stores.sqlite.staging import SqliteStaging

FORMAT_VERSION = 3
"""The version of the stored format; a store of an older one is migrated or refused, of a newer one refused."""
SHORTEST_ENDING = 4
"""A search finds the end of an id or identifier from this number of characters on (contract 8)."""

T = TypeVar("T")


class QuestionReader(Protocol):
    """Reads of one state of the store, as answers need them. Ids that no event names are absent from the results."""

    def state(self) -> State: ...
    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]: ...
    def entries(self, after: int, limit: int, chosen: EntryFilter = ALL_ENTRIES) -> list[Entry]:
        """Entries of the journal by position, positions greater than `after`."""
        ...

    def events_of_party(self, party: str, after: tuple[int, str], limit: int) -> list[PartyEvent]:
        """Events and replacements, in force or not, that concern the party, by time and id, greater than `after`.

        Those of every transaction time: which of them were known, and in force, then is for the caller to find out.
        """
        ...

    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        """Corrections that have one of these ids, or target one of them."""
        ...

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]: ...
    def item_ids(self, after: str, limit: int) -> list[str]:
        """Items that any event ever named, by id (code points), ids greater than `after`."""
        ...

    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        """Facts of the items that an event in force named at `known_at`."""
        ...

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]: ...
    def hand_overs(self, items: Iterable[str], known_at: int | None) -> list[Mention]:
        """Those of `mentions` in the role `moved`: of a lot, which very many events name, there are few."""
        ...

    def recent_mentions(self, item: str, until: int, limit: int, known_at: int | None) -> list[Mention]:
        """The newest mentions of one item at or before `until`, newest first."""
        ...

    def seen_inside(self, whole: str, known_at: int | None) -> list[str]:
        """Items that an inspection in force saw inside a whole, by id."""
        ...

    def neighbours(  # noqa: PLR0913 - each option of a walk is named on its own
        self,
        items: Sequence[str],
        direction: Direction,
        known_at: int | None,
        *,
        part_of_only: bool = False,
        ahead: int = 0,
        window: Interval = ALL_TIME,
        are_met: bool = False,
    ) -> Fetched:
        """All edges that leave (downstream) or enter (upstream) the items, with the nodes at both ends.

        A store may include up to `ahead` further items, nearest first, and then names them in `covered`. Edges that a
        walk cannot reach from `window` may be left out. `are_met`: the nodes of `items` are known to the caller.
        """
        ...

    def between(self, source: str, destination: str, known_at: int | None, most: int) -> Fetched | None:
        """Both items and, time ignored, every shortest downstream chain from one to the other.

        Every item on a chain is in `covered`, every whole in `layers`. Optional: may return None, for more than `most`
        chains, or where the store answers a walk as fast.
        """
        ...

    def custody_rows(self, items: Sequence[str], known_at: int | None) -> CustodyRows:
        """Edges, holdings and facts of the items and of everything that they were ever inside."""
        ...

    def own_custody_rows(
        self, items: Sequence[str], pairs: Sequence[tuple[str, str]], known_at: int | None
    ) -> tuple[list[Edge], list[Holding]] | None:
        """`PART_OF` edges of the (part, whole) pairs, and holdings of the items, of nothing around them.

        A lot is inside very many wholes, all of which `custody_rows` would fetch. Optional: may return None.
        """
        ...

    def layers_reported(self, items: Iterable[str], known_at: int | None) -> dict[str, set[str]]:
        """The kinds of the items ever put into each of these items; items with nothing in them are absent."""
        ...

    def holdings(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[HeldItem]:
        """Items that the party holds by own custody at `at`, inside no whole then, by id, ids greater than `after`."""
        ...

    def holdings_count(self, party: str, at: int, known_at: int | None) -> int:
        """The number of items that `holdings` lists on all pages."""
        ...

    def contested_holdings(self, party: str, at: int, known_at: int | None) -> list[ContestedItem]:
        """Items that may be in conflict at `at` with the party among the holders, and all inside them then, by id."""
        ...

    def holdings_page(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> HoldingsPage | None:
        """The party, `holdings`, `holdings_count` and the custody rows of `contested_holdings` in one read.

        Optional: may return None.
        """
        ...

    def in_transit_to(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[InTransit]:
        """Items that are in transit to the party at `at` by own custody, by id, ids greater than `after`."""
        ...

    def search(self, text: str, known_at: int | None, after: tuple[int, str, str, str] | None, limit: int) -> list[Hit]:
        """Ids and terms equal to or beginning with the folded text; ids and identifiers ending with it, in either case.

        Exact hits first, then beginnings, then endings of at least SHORTEST_ENDING characters; in each rank by text,
        subject and field. `after` is (rank, text, subject, field).
        """
        ...

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]: ...
    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        """The parties among these ids that any event ever named."""
        ...


class ProjectionReader(QuestionReader, Protocol):
    """Further reads of the current rows, by the keys by which the projection replaces them."""

    def mentions_at(self, moments: Iterable[tuple[str, int]]) -> list[Mention]:
        """Mentions of (item, time) pairs, as known now."""
        ...

    def mentions_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Mention]:
        """Mentions in the roles put_in and taken_out of (part, whole) pairs, as known now."""
        ...

    def part_edges(self, parts: Iterable[str]) -> list[Edge]: ...
    def edges_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Edge]: ...
    def became_edges(self, keys: Iterable[tuple[str, str, int]]) -> list[Edge]: ...
    def holdings_of(self, items: Iterable[str]) -> list[Holding]: ...
    def dependencies(self, since: Iterable[tuple[str, int]]) -> list[CustodyDependency]:
        """Parts whose custody depends on each of these (whole, moment) pairs, at or after the moment."""
        ...


class StagedPartition(Protocol):
    """A range of items, by id, in a staging file (see `open_staging`)."""

    @property
    def path(self) -> str: ...
    @property
    def first(self) -> str: ...
    @property
    def last(self) -> str: ...


class Transaction(ProjectionReader, Protocol):
    """Reads that see the transaction's own writes, and the one way to write."""

    def apply(self, changes: Changes) -> None: ...
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


class RowDifference(NamedTuple):
    """A derived row that is stored otherwise than the journal gives it.

    `reason` is `missing`, `unexpected` (two rows where a value differs: one of each), or `damaged`: `row` then is a
    sentence about what cannot be read.
    """

    table: str
    row: str
    reason: str


class ReadLimit(Protocol):
    """When a read is given up; a store looks during its statements and between them."""

    def over(self) -> bool:
        """Return whether the read is to be given up now."""
        ...

    def seconds_left(self) -> float:
        """Return the seconds until then; 0 afterwards."""
        ...


class Store(Protocol):
    """A journal and the graph derived from it. Raises `StoreError` and its subclasses only.

    `findings`: the cache of findings that belongs to this store, if there is one. `is_new`: opening has made the store.
    """

    url: str
    is_new: bool
    read_threads: int
    findings: FindingsCache | None

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        """Run `work` on one state of the store; it may run again when the state changed during the read.

        Raises TimeLimitError where `limit` is over: the statement that runs then is interrupted.
        """
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
    "EvaluatedUpTo",
    "FindingPlace",
    "FindingsCache",
    "HeldItem",
    "Hit",
    "HoldingsPage",
    "InTransit",
    "ItemRow",
    "PartyRow",
    "ProjectionReader",
    "QuestionReader",
    "ReadLimit",
    "Row",
    "RowDifference",
    "StagedPartition",
    "State",
    "Store",
    "T",
    "Transaction",
    "open_staging",
]  # fmt: skip
