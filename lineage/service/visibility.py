"""The view of one caller: a `QuestionReader` that leaves out the items and parties that a predicate hides.

Every question works on it unchanged. A row is left out when it is about something hidden. An event is left out when it
names anything hidden, and with it every mention and enrolment that it states. Event ids are no secret: a row may still
cite an event that is left out. Reads that exist for speed return None, because their totals count hidden items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

import orjson

from lineage.domain.events.corrections import Correction, correction_of
from lineage.domain.events.models import Corrected, Event
from lineage.domain.events.participants import declared_items_of, named_items_of, parties_of
from lineage.domain.events.serialization import from_stored
from lineage.domain.graph import CustodySpan, Edge, Enrolment, Holding, ItemFacts, Mention, PartyEvent
from lineage.domain.intervals import Interval
from lineage.domain.projection.custody import held_by
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched
from lineage.stores.interface import (
    ALL_ENTRIES,
    ContestedItem,
    CustodyRows,
    Entry,
    EntryFilter,
    HeldItem,
    Hit,
    InTransit,
    ItemRow,
    PartyRow,
    QuestionReader,
    State,
)

_PAGE: Final = 1_000
R = TypeVar("R")


class Visibility(NamedTuple):
    """Whether a caller may see an item, and a party, by id."""

    item: Callable[[str], bool]
    party: Callable[[str], bool]

    def event(self, event: Event) -> bool:
        """Return whether everything that the event names is visible, what its replacement names included."""
        if not (all(map(self.item, named_items_of(event))) and all(map(self.party, parties_of(event)))):
            return False
        if isinstance(event, Corrected):
            return event.replacement is None or self.event(event.replacement)
        return all(d.maker is None or self.party(d.maker) for d in declared_items_of(event))


def visible_to(visibility: Visibility, reader: QuestionReader) -> QuestionReader:
    """The reader without what the caller may not see."""
    return VisibleReader(visibility, reader)


class VisibleReader:
    """Implements `QuestionReader` over another one. See there for what each method means."""

    def __init__(self, visibility: Visibility, reader: QuestionReader) -> None:
        self._see = visibility
        self._reader = reader
        self._events: dict[str, bool] = {}
        """Return whether an entry of the journal is visible, by id, as far as entries were read."""

    # ---- the journal

    def state(self) -> State:
        return self._reader.state()

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]:
        return {id: entry for id, entry in self._reader.entries_by_id(ids).items() if self._sees_entry(entry)}

    def entries(self, after: int, limit: int, chosen: EntryFilter = ALL_ENTRIES) -> list[Entry]:
        def page(last: Entry | None) -> list[Entry]:
            return self._reader.entries(after if last is None else last.position, limit, chosen)

        return _filled(page, self._sees_entry, limit)

    def events_of_party(self, party: str, after: tuple[int, str], limit: int) -> list[PartyEvent]:
        if not self._see.party(party):
            return []

        def page(last: PartyEvent | None) -> list[PartyEvent]:
            rows = self._reader.events_of_party(party, after if last is None else (last.time, last.event), limit)
            self._visible_events(row.event for row in rows)
            return rows

        return _filled(page, lambda row: row.event in self._visible_events([row.event]), limit)

    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        return self._reader.corrections_about(ids)

    def _sees_entry(self, entry: Entry) -> bool:
        if entry.id not in self._events:
            self._events[entry.id] = self._see.event(from_stored(orjson.loads(entry.event)))
        return self._events[entry.id]

    def _visible_events(self, events: Iterable[str]) -> set[str]:
        """The visible ones of these events; an event that a correction brings is as visible as the correction."""
        homes = {event: correction_of(event) or event for event in events}
        if unread := {home for home in homes.values() if home not in self._events}:
            self.entries_by_id(unread)
        return {event for event, home in homes.items() if self._events.get(home, False)}

    # ---- items

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]:
        """Items without their checkpoints, which only the projection needs."""
        rows = self._reader.items(self._items(ids))
        facts = self._of_facts({id: row.facts for id, row in rows.items() if row.facts is not None})
        return {id: row._replace(facts=facts.get(id), checkpoint=None) for id, row in rows.items()}

    def item_ids(self, after: str, limit: int) -> list[str]:
        return _filled(lambda last: self._reader.item_ids(last or after, limit), self._see.item, limit)

    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        return self._of_facts(self._reader.facts(self._items(ids), known_at))

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]:
        return self._of_mentions(self._reader.mentions(self._items(items), known_at))

    def hand_overs(self, items: Iterable[str], known_at: int | None) -> list[Mention]:
        return self._of_mentions(self._reader.hand_overs(self._items(items), known_at))

    def seen_inside(self, whole: str, known_at: int | None) -> list[str]:
        """Only whether the item is visible counts here: what is found about it comes from its own mentions."""
        return self._items(self._reader.seen_inside(whole, known_at))

    def recent_mentions(self, item: str, until: int, limit: int, known_at: int | None) -> list[Mention]:
        if not self._see.item(item):
            return []
        most = limit
        while True:
            rows = self._reader.recent_mentions(item, until, most, known_at)
            visible = self._of_mentions(rows)
            if len(rows) < most or len(visible) >= limit:
                return visible[:limit]
            most *= 4

    def layers_reported(self, items: Iterable[str], known_at: int | None) -> dict[str, set[str]]:
        """The kinds of hidden parts are among the kinds: that something was reported is no secret, what it was is."""
        return self._reader.layers_reported(self._items(items), known_at)

    # ---- edges

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
        visible = self._items(items)
        if not visible:
            return Fetched([], {})
        fetched = self._reader.neighbours(
            visible, direction, known_at, part_of_only=part_of_only, ahead=ahead, window=window, are_met=are_met
        )
        sees = self._see.item
        return Fetched(
            self._of_edges(fetched.edges),
            {id: node for id, node in fetched.nodes.items() if sees(id)},
            frozenset(filter(sees, fetched.covered)),
            {id: counts for id, counts in fetched.uncoded.items() if sees(id)},
            {id: kinds for id, kinds in fetched.layers.items() if sees(id)},
        )

    def between(self, source: str, destination: str, known_at: int | None, most: int) -> None:  # noqa: ARG002
        """None: the shortest visible chain may be longer than the shortest one."""
        return

    # ---- custody

    def custody_rows(self, items: Sequence[str], known_at: int | None) -> CustodyRows:
        edges, holdings, facts = self._reader.custody_rows(self._items(items), known_at)
        seen = {id: f for id, f in facts.items() if self._see.item(id)}
        return self._of_edges(edges), self._of_holdings(holdings), self._of_facts(seen)

    def own_custody_rows(
        self,
        items: Sequence[str],  # noqa: ARG002
        pairs: Sequence[tuple[str, str]],  # noqa: ARG002
        known_at: int | None,  # noqa: ARG002
    ) -> None:
        """None: `custody_rows` brings the same rows."""
        return

    def holdings(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[HeldItem]:
        if not self._see.party(party):
            return []

        def page(last: HeldItem | None) -> list[HeldItem]:
            return self._reader.holdings(party, at, known_at, after if last is None else last.item, limit)

        return _filled(page, lambda row: self._see.item(row.item), limit)

    def holdings_count(self, party: str, at: int, known_at: int | None) -> int:
        """The visible ones of all pages, counted one by one."""
        count, after = 0, ""
        while page := self.holdings(party, at, known_at, after, _PAGE):
            count, after = count + len(page), page[-1].item
        return count

    def contested_holdings(self, party: str, at: int, known_at: int | None) -> list[ContestedItem]:
        if not self._see.party(party):
            return []
        return [row for row in self._reader.contested_holdings(party, at, known_at) if self._see.item(row.item)]

    def holdings_page(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> None:  # noqa: ARG002
        """None: its total counts hidden items."""
        return

    def in_transit_to(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[InTransit]:
        if not self._see.party(party):
            return []

        def page(last: InTransit | None) -> list[InTransit]:
            return self._reader.in_transit_to(party, at, known_at, after if last is None else last.item, limit)

        return _filled(page, lambda row: self._see.item(row.item) and self._see.party(row.giver), limit)

    # ---- search, and parties

    def search(self, text: str, known_at: int | None, after: tuple[int, str, str, str] | None, limit: int) -> list[Hit]:
        def page(last: Hit | None) -> list[Hit]:
            key = after if last is None else (last.rank, last.text, last.subject, last.field)
            return self._reader.search(text, known_at, key, limit)

        def sees(hit: Hit) -> bool:
            return self._see.party(hit.subject) if hit.is_party else self._see.item(hit.subject)

        return _filled(page, sees, limit)

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]:
        rows = self._reader.enrolments([p for p in parties if self._see.party(p)], known_at)
        visible = self._visible_events(row.event for row in rows)
        return [row for row in rows if row.event in visible]

    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        return self._reader.parties([id for id in ids if self._see.party(id)])

    # ---- rows

    def _items(self, ids: Iterable[str]) -> list[str]:
        return [id for id in ids if self._see.item(id)]

    def _of_edges(self, edges: Iterable[Edge]) -> list[Edge]:
        sees = self._see.item
        return [edge for edge in edges if sees(edge.source) and sees(edge.target)]

    def _of_holdings(self, holdings: Iterable[Holding]) -> list[Holding]:
        """Holdings of visible items by visible parties; a hidden taker of an item in transit is not named."""
        return [
            row if row.to is None or self._see.party(row.to) else row._replace(to=None)
            for row in holdings
            if self._see.item(row.item) and self._see.party(row.holder)
        ]

    def _of_mentions(self, mentions: list[Mention]) -> list[Mention]:
        visible = self._visible_events({m.event for m in mentions})
        return [m for m in mentions if m.event in visible]

    def _of_facts(self, facts: dict[str, ItemFacts]) -> dict[str, ItemFacts]:
        """Facts that do not cite a hidden declaration, and name no hidden holder."""
        visible = self._visible_events({f.kind_event for f in facts.values() if f.kind_event is not None})
        return {
            id: f._replace(
                kind_event=f.kind_event if f.kind_event in visible else None,
                spans=tuple(map(self._of_span, f.spans)),
            )
            for id, f in facts.items()
        }

    def _of_span(self, span: CustodySpan) -> CustodySpan:
        sees = self._see.party
        if all(map(sees, (*span.holders, *span.last, *([span.to] if span.to else [])))):
            return span
        holders = tuple(filter(sees, span.holders))
        status = held_by(holders).status if span.status in ("held", "conflict") else span.status
        to = span.to if span.to and sees(span.to) else None
        return span._replace(status=status, holders=holders, to=to, last=tuple(filter(sees, span.last)))


def _filled(page: Callable[[R | None], list[R]], sees: Callable[[R], bool], limit: int) -> list[R]:
    """The first visible rows, at most `limit`, page after page; `page` gives the rows after a row, at most `limit`."""
    visible_rows: list[R] = []
    last: R | None = None
    while True:
        rows = page(last)
        visible_rows += filter(sees, rows)
        if len(rows) < limit or len(visible_rows) >= limit:
            return visible_rows[:limit]
        last = rows[-1]
