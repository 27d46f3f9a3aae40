"""The one seam: what a store keeps and answers. Stores fetch and keep; every rule is in `lineage.domain`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, Self, TypeVar

from lineage.domain.events.corrections import Correction
from lineage.domain.graph import CustodyDependency, Edge, Enrolment, Holding, ItemFacts, Mention
from lineage.domain.intervals import Interval
from lineage.domain.projection.changes import BecameChange, MentionChange
from lineage.domain.records import (
    ALL_ENTRIES,
    EMPTY,
    Changes,
    CustodyRows,
    Entry,
    EntryFilter,
    Held,
    HeldPage,
    Hit,
    InTransit,
    ItemRow,
    PartyRow,
    Row,
    State,
)
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched
from lineage.stores.findings_cache import CachedFinding, EvaluatedUpTo, FindingPlace, FindingsCache

FORMAT_VERSION = 2
"""The version of what stores keep; a store of an older one is migrated or refused, of a newer one refused."""

OLDER_FORMAT = (
    "with the release that wrote it run `lineage export FILE`, "
    "then with this one `lineage load --keep-recorded FILE` into an empty store."
)
"""What to do with a store of an older format."""

T = TypeVar("T")


class Reader(Protocol):
    """Reads of one state. `known_at` None means as known now. Unknown ids are simply absent from answers."""

    def state(self) -> State: ...
    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]: ...
    def entries(self, after: int, limit: int, chosen: EntryFilter = ALL_ENTRIES) -> list[Entry]: ...
    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        """Corrections that have one of these ids, or target one of them."""
        ...

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]: ...
    def item_ids(self, after: str, limit: int) -> list[str]:
        """Items that any event ever named, by id (code points), ids greater than `after`."""
        ...

    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        """Facts of the items that a standing event named, as known then."""
        ...

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]: ...
    def recent_mentions(self, item: str, until: int, limit: int, known_at: int | None) -> list[Mention]:
        """The newest mentions of one item at or before `until`, newest first."""
        ...

    def mentions_at(self, moments: Iterable[tuple[str, int]]) -> list[Mention]:
        """What is said of these items at exactly these moments, as known now."""
        ...

    def mentions_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Mention]:
        """Ins and outs of these (part, whole) pairs, as known now."""
        ...

    def part_edges(self, parts: Iterable[str]) -> list[Edge]: ...
    def edges_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Edge]: ...
    def became_edges(self, keys: Iterable[tuple[str, str, int]]) -> list[Edge]: ...
    def holdings_of(self, items: Iterable[str]) -> list[Holding]: ...
    def dependencies(self, since: Iterable[tuple[str, int]]) -> list[CustodyDependency]:
        """Whose custody hangs on each of these wholes, at or after the moment beside it."""
        ...

    def neighbours(  # noqa: PLR0913 - what a walk may do without is told one by one
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

        A store may answer for up to `ahead` further items, nearest first, and then names them in `covered`. A walk that
        begins with a `window` needs none that it cannot reach. `are_met`: the nodes of the items themselves are known
        already.
        """
        ...

    def between(self, source: str, destination: str, known_at: int | None, most: int) -> Fetched | None:
        """Both items and, time ignored, every shortest chain downstream from one to the other.

        `covered` and `layers` are told of everything there. None where there are more than `most` chains, or the store
        answers a walk as fast.
        """
        ...

    def surroundings(self, items: Sequence[str], known_at: int | None) -> CustodyRows: ...

    def layers_reported(self, items: Iterable[str], known_at: int | None) -> dict[str, set[str]]:
        """For each item the kinds of what was ever put into it; items with nothing in them are absent."""
        ...

    def held(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[Held]:
        """What own custody leaves with the party at `at`, inside nothing then, by id, ids greater than `after`."""
        ...

    def held_page(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> HeldPage:
        """The same, with what else an answer about it needs."""
        ...

    def held_count(self, party: str, at: int, known_at: int | None) -> int: ...
    def in_transit_to(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[InTransit]:
        """What own custody has in transit to the party at `at`, by id, ids greater than `after`."""
        ...

    def search(self, text: str, known_at: int | None, after: tuple[int, str, str, str] | None, limit: int) -> list[Hit]:
        """Ids and terms equal to or beginning with the folded text.

        Exact ones first, then by text, subject and field; `after` is (rank, text, subject, field).
        """
        ...

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]: ...
    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        """These parties, as far as any event ever named them."""
        ...


class StagingWriterInterface(Protocol):
    """Where one process notes what it hears; it can be pickled."""

    def append(self, number: int, said: Iterable[MentionChange], gains: Iterable[BecameChange]) -> None:
        """Note what a batch of the journal says, in the order in which it was learned; batches are numbered."""
        ...


class StagingPartitionInterface(Protocol):
    """Some of the items whose custody hangs on no other's, for one process to follow; it can be pickled."""

    def said(self) -> Iterable[tuple[list[str], list[MentionChange]]]:
        """Items of which the very same is said, and what, in the order of knowledge, of the first of them."""
        ...

    def packed(self, changes: Changes, alike: Mapping[str, Sequence[str]]) -> bytes:
        """Everything that was ever known of these items, ready for `Transaction.take`.

        `alike`: items whose rows are those of another, but for their own id.
        """
        ...


class StagingInterface(Protocol):
    """A scratch file for a whole journal: noted in the order in which it was learned, read item by item."""

    @property
    def ear(self) -> StagingWriterInterface: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def sort(self) -> None:
        """All is noted: sort it, and find the items whose custody may hang on others, and everything above them."""
        ...

    def dependent_changes(self) -> Iterator[MentionChange]:
        """What is said of items whose custody may hang on others, in the order of knowledge."""
        ...

    def shares(self) -> Sequence[StagingPartitionInterface]:
        """All other items, by id, once the woven ones are in the store."""
        ...

    def gains(self) -> Iterator[BecameChange]:
        """By input, output and time, and of each in the order of knowledge."""
        ...


class Transaction(Reader, Protocol):
    """Reads that see the transaction's own writes, and the one way to write."""

    def apply(self, changes: Changes) -> None: ...
    def notes(self) -> StagingInterface:
        """An empty scratch file, after `clear_projection`."""
        ...

    def take(self, share: StagingPartitionInterface, packed: bytes) -> None:
        """Keep what was known of the items of a share; shares come in their order."""
        ...

    def deferred_indexes(self) -> AbstractContextManager[None]:
        """Put off the indexes of what is derived, after `clear_projection`, and build them in the end."""
        ...

    def clear_projection(self) -> None:
        """Drop everything but the journal and its corrections."""
        ...


class Store(Protocol):
    """A journal and the graph derived from it. Raises `StoreError` and its kin only.

    `findings`: where findings of this store are kept, if anywhere.
    """

    url: str
    read_threads: int
    findings: FindingsCache | None

    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the store; it may be run again when the state moved under it."""
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one durable transaction, all or nothing; it may be run again after a lost race."""
        ...

    def fill(self, work: Callable[[Transaction], T]) -> T:
        """Run `work`, once, on a store whose journal is empty: for a first load of everything, however much.

        It is there when all of it is; what an interrupted one leaves is never read. Raises StoreNotEmptyError.
        """
        ...

    def ready(self) -> None:
        """Raise StoreUnavailableError unless the store answers."""
        ...

    def close(self) -> None:
        """Let go of files and sockets; closing twice is harmless."""
        ...


__all__ = [
    "ALL_ENTRIES",
    "EMPTY",
    "FORMAT_VERSION",
    "OLDER_FORMAT",
    "BecameChange",
    "CachedFinding",
    "Changes",
    "CustodyRows",
    "Entry",
    "EntryFilter",
    "EvaluatedUpTo",
    "FindingPlace",
    "FindingsCache",
    "Held",
    "HeldPage",
    "Hit",
    "InTransit",
    "ItemRow",
    "MentionChange",
    "PartyRow",
    "Reader",
    "Row",
    "StagingInterface",
    "State",
    "Store",
    "T",
    "Transaction",
]  # fmt: skip
