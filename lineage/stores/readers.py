"""The reads of a store, as protocols: evidence about items, answers to questions, rows that the projection replaces.

Instants are milliseconds UTC. `known_at` is the transaction time of a read: None means as known now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from lineage.domain.events.corrections import Correction
from lineage.domain.graph import CustodyDependency, Edge, Enrolment, Holding, ItemFacts, Mention, PartyEvent
from lineage.domain.intervals import Interval
from lineage.domain.records import (
    ALL_ENTRIES,
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
    State,
)
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched


class EvidenceReader(Protocol):
    """Reads of the rows about given items, parties and events. Ids that no event names are absent from the results."""

    def state(self) -> State: ...
    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]: ...
    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        """Corrections that have one of these ids, or target one of them."""
        ...

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]: ...
    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        """Facts of the items that an event in force named at `known_at`."""
        ...

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]: ...
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

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]: ...
    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        """The parties among these ids that any event ever named."""
        ...


class QuestionReader(EvidenceReader, Protocol):
    """Reads of one state of the store, as answers need them."""

    def entries(self, after: int, limit: int, chosen: EntryFilter = ALL_ENTRIES) -> list[Entry]:
        """Entries of the journal by position, positions greater than `after`."""
        ...

    def events_of_party(self, party: str, after: tuple[int, str], limit: int) -> list[PartyEvent]:
        """Events and replacements, in force or not, that concern the party, by time and id, greater than `after`.

        Those of every transaction time: which of them were known, and in force, then is for the caller to find out.
        """
        ...

    def item_ids(self, after: str, limit: int) -> list[str]:
        """Items that any event ever named, by id (code points), ids greater than `after`."""
        ...

    def hand_overs(self, items: Iterable[str], known_at: int | None) -> list[Mention]:
        """Those of `mentions` in the role `moved`: of a lot, which very many events name, there are few."""
        ...

    def recent_mentions(self, item: str, until: int, limit: int, known_at: int | None) -> list[Mention]:
        """The newest mentions of one item at or before `until`, newest first."""
        ...

    def between(self, source: str, destination: str, known_at: int | None, most: int) -> Fetched | None:
        """Both items and, time ignored, every shortest downstream chain from one to the other.

        Every item on a chain is in `covered`, every whole in `layers`. Optional: may return None, for more than `most`
        chains, or where the store answers a walk as fast.
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


class ProjectionSource(EvidenceReader, Protocol):
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


class ProjectionTarget(ProjectionSource, Protocol):
    """What the projection works on: reads that include all changes applied so far, and the one way to change rows."""

    def apply(self, changes: Changes) -> None: ...


class ProjectionReader(ProjectionSource, QuestionReader, Protocol):
    """All reads of a store."""
