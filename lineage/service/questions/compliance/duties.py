"""The duties of a party, page by page (contract 6, 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from lineage.domain.compliance.duties import Duty, duties_of
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.events.corrections import replacement_id
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.instants import OPEN, Instant
from lineage.service.answers import (
    Context,
    Document,
    Truncation,
    build_answer,
    canonical_id,
    require_party,
)  # fmt: skip
from lineage.service.evidence import fetched_context
from lineage.service.journal_reads import StoredEvents, correction_status_of
from lineage.service.paging import read_cursor, write_cursor
from lineage.service.questions.compliance.documents import duty_document
from lineage.service.questions.custody import fetch_custody_context
from lineage.stores.interface import Entry, EntryFilter, QuestionReader, Store

_AT_ONCE: Final = 40
"""Entries of the party that are read together."""
_MOST_ITEMS: Final = 400
"""Items of these entries whose other events are read."""


_LAST: Final = 10**15
"""A position beyond every entry: the place of duties about items that the party never reported."""


class DutiesQuestion(NamedTuple):
    """Which duties of a party: of one status, triggered in `[since, until)`."""

    party: str
    status: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: int = 100
    cursor: str | None = None


class _Place(NamedTuple):
    """The place of a duty in the list: its entry, its number in that entry, and the `now` of the first page."""

    position: int
    number: int
    now: Instant


def duties(store: Store, question: DutiesQuestion, context: Context, book: RuleBook) -> Document:
    """Answer with the duties of a party as `holder` or as `actor`, in the order in which it reported.

    A duty is placed where the party first reported anything about its items; last are duties about items that it never
    reported.
    """
    party = canonical_id(question.party)
    now = context.now if context.known_at is None else context.known_at
    place = _Place(0, 0, now)
    if question.cursor is not None:
        key, context = read_cursor(question.cursor, context)
        place = _Place(int(key[0]), int(key[1]), int(key[2]))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        require_party(reader, party, context.known_at)
        listed: list[tuple[_Place, Duty]] = []
        cut, following = None, None
        for at, duty in _Listing(reader, party, context, book, place).all():
            if context.deadline_passed():
                cut = Truncation("time_limit", [party])
                following = write_cursor(context, state, list(at))
                break
            if duty is None or not _fits(duty, question):
                continue
            if len(listed) == question.limit:
                following = write_cursor(context, state, list(at))
                break
            listed.append((at, duty))
        rows = [{"as": "holder" if d.holder == party else "actor", **duty_document(d)} for _, d in listed]
        return build_answer(state, context, {"duties": rows, "next": following}, cut=cut)

    return store.read(work)


def _fits(duty: Duty, question: DutiesQuestion) -> bool:
    return (
        (question.status is None or duty.status == question.status)
        and (question.since is None or question.since <= duty.trigger)
        and (question.until is None or duty.trigger < question.until)
    )


class _Listing:
    """Lists the duties of a party, entry by entry, a few entries at a time."""

    def __init__(self, reader: QuestionReader, party: str, context: Context, book: RuleBook, place: _Place) -> None:
        self._reader, self._party, self._context, self._book, self._start = reader, party, context, book, place
        self._known_at = OPEN if context.known_at is None else context.known_at

    def all(self) -> Iterator[tuple[_Place, Duty | None]]:
        """Yield every duty from the place on, and `None` between reads, so that the caller can check the deadline."""
        after = max(self._start.position - 1, 0)
        while batch := self._reader.entries(after, _AT_ONCE, EntryFilter(reporter=self._party)):
            yield _Place(batch[0].position, 0, self._start.now), None
            by_entry = self._duties([e for e in batch if e.recorded <= self._known_at])
            for entry in batch:
                for number, duty in enumerate(by_entry.get(entry.position, ())):
                    if (entry.position, number) >= self._start[:2]:
                        yield _Place(entry.position, number, self._start.now), duty
            after = batch[-1].position
        yield from self._from_others_only()

    def _from_others_only(self) -> Iterator[tuple[_Place, Duty | None]]:
        """Yield the duties about items that the party never reported: hand-overs to it that only others reported."""
        number, after = 0, ""
        first = self._start.number if self._start.position == _LAST else 0
        while batch := self._reader.in_transit_to(
            self._party, self._start.now, self._context.known_at, after, _AT_ONCE
        ):
            yield _Place(_LAST, number, self._start.now), None
            for duty in self._duties_of([a.item for a in batch], []).get(_LAST, ()):
                if number >= first and not duty.proof:
                    yield _Place(_LAST, number, self._start.now), duty
                number += not duty.proof
            after = batch[-1].item

    def _duties(self, entries: list[Entry]) -> dict[int, list[Duty]]:
        """Return the duties that belong to these entries, by position."""
        own_ids = self._in_force(entries)
        own_events = StoredEvents(self._reader).of(own_ids)
        items = list(dict.fromkeys(i for r in own_events.values() for i in r.item_ids))[:_MOST_ITEMS]
        return self._duties_of(items, own_ids)

    def _duties_of(self, items: list[str], own_ids: list[str]) -> dict[int, list[Duty]]:
        """Return the duties of the party about these items and own events, by position."""
        stored_events = StoredEvents(self._reader)
        events = stored_events.of([*own_ids, *self._events_about(items)])
        rows = fetch_custody_context(self._reader, items, self._context)
        duty_context = fetched_context(
            self._reader, stored_events, list(events.values()), rows, self._context, self._book
        )
        listed: dict[int, list[Duty]] = defaultdict(list)
        for duty in duties_of(events.values(), self._book, duty_context, self._start.now):
            if self._party in (duty.holder, duty.actor):
                listed[self._position_of(duty, events.values())].append(duty)
        return listed

    def _in_force(self, entries: list[Entry]) -> list[str]:
        status = correction_status_of(self._reader, [e.id for e in entries], self._context.known_at)
        plain = [e.id for e in entries if e.type != "corrected" and status.in_force(e.id)]
        replacements = [replacement_id(e.id) for e in entries if e.type == "corrected"]
        return plain + [i for i in replacements if status.in_force(i)]

    def _events_about(self, items: list[str]) -> list[str]:
        """Return the events of these items; of lots, which many parties handle, none."""
        facts = self._reader.facts(items, self._context.known_at)
        single = [i for i in items if i in facts and not facts[i].is_lot]
        return list(dict.fromkeys(m.event for m in self._reader.mentions(single, self._context.known_at)))

    def _position_of(self, duty: Duty, events: Iterable[StoredEvent]) -> int:
        """Return where the party first reported anything about the items of a duty, `_LAST` if it never did."""
        items = set(duty.items)
        own_ids = (r for r in events if r.reporter == self._party and not items.isdisjoint(r.item_ids))
        return min((r.position for r in own_ids), default=_LAST)
