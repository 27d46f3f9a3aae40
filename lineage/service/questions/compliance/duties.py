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
from lineage.service.questions.custody import custody_context
from lineage.stores.interface import Entry, EntryFilter, QuestionReader, Store

_AT_ONCE: Final = 40
"""Entries of the party's that are looked at together."""
_MOST_ITEMS: Final = 400
"""Things of these entries whose other reports are looked for."""


_LAST: Final = 10**15
"""A position beyond every entry: where duties stand of which the party never said a word."""


class DutiesQuestion(NamedTuple):
    """Which duties of a party: of one status, triggered in `[since, until)`."""

    party: str
    status: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: int = 100
    cursor: str | None = None


class _Place(NamedTuple):
    """Where a duty stands in the list: the entry it belongs to, which of that entry's it is; `now` is that of all."""

    position: int
    number: int
    now: Instant


def duties(store: Store, question: DutiesQuestion, context: Context, book: RuleBook) -> Document:
    """What a party owed, for itself (`holder`) or told another (`actor`), in the order in which it reported.

    A duty stands where the party first reported anything about its things; last what it never said a word of.
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
        found: list[tuple[_Place, Duty]] = []
        cut, following = None, None
        for at, duty in _Listing(reader, party, context, book, place).all():
            if context.deadline_passed():
                cut = Truncation("time_limit", [party])
                following = write_cursor(context, state, list(at))
                break
            if duty is None or not _wanted(duty, question):
                continue
            if len(found) == question.limit:
                following = write_cursor(context, state, list(at))
                break
            found.append((at, duty))
        rows = [{"as": "holder" if d.holder == party else "actor", **duty_document(d)} for _, d in found]
        return build_answer(state, context, {"duties": rows, "next": following}, cut=cut)

    return store.read(work)


def _wanted(duty: Duty, question: DutiesQuestion) -> bool:
    return (
        (question.status is None or duty.status == question.status)
        and (question.since is None or question.since <= duty.trigger)
        and (question.until is None or duty.trigger < question.until)
    )


class _Listing:
    """Goes through a party's own entries, a few at a time, and gives the duties that belong to each."""

    def __init__(self, reader: QuestionReader, party: str, context: Context, book: RuleBook, place: _Place) -> None:
        self._reader, self._party, self._asked, self._book, self._start = reader, party, context, book, place
        self._known_at = OPEN if context.known_at is None else context.known_at

    def all(self) -> Iterator[tuple[_Place, Duty | None]]:
        """Every duty from the place on, `None` where there is none for a while: so that the time can be watched."""
        after = max(self._start.position - 1, 0)
        while batch := self._reader.entries(after, _AT_ONCE, EntryFilter(reporter=self._party)):
            yield _Place(batch[0].position, 0, self._start.now), None
            by_entry = self._duties([e for e in batch if e.recorded <= self._known_at])
            for entry in batch:
                for number, duty in enumerate(by_entry.get(entry.position, ())):
                    if (entry.position, number) >= self._start[:2]:
                        yield _Place(entry.position, number, self._start.now), duty
            after = batch[-1].position
        yield from self._never_told()

    def _never_told(self) -> Iterator[tuple[_Place, Duty | None]]:
        """Last, what the party owed of things that it never said a word of: hand-overs to it that only others told."""
        number, after = 0, ""
        first = self._start.number if self._start.position == _LAST else 0
        while batch := self._reader.in_transit_to(self._party, self._start.now, self._asked.known_at, after, _AT_ONCE):
            yield _Place(_LAST, number, self._start.now), None
            for duty in self._of([a.item for a in batch], []).get(_LAST, ()):
                if number >= first and not duty.proof:
                    yield _Place(_LAST, number, self._start.now), duty
                number += not duty.proof
            after = batch[-1].item

    def _duties(self, entries: list[Entry]) -> dict[int, list[Duty]]:
        """The duties that belong to these entries, by position."""
        own = self._in_force(entries)
        mine = StoredEvents(self._reader).of(own)
        items = list(dict.fromkeys(i for r in mine.values() for i in r.item_ids))[:_MOST_ITEMS]
        return self._of(items, own)

    def _of(self, items: list[str], own: list[str]) -> dict[int, list[Duty]]:
        """The party's duties about these things and from these reports of its own, by the place where they belong."""
        reports = StoredEvents(self._reader)
        told = reports.of([*own, *self._about(items)])
        around = custody_context(self._reader, items, self._asked)
        world = fetched_context(self._reader, reports, list(told.values()), around, self._asked)
        found: dict[int, list[Duty]] = defaultdict(list)
        for duty in duties_of(told.values(), self._book, world, self._start.now):
            if self._party in (duty.holder, duty.actor):
                found[self._home(duty, told.values())].append(duty)
        return found

    def _in_force(self, entries: list[Entry]) -> list[str]:
        standing = correction_status_of(self._reader, [e.id for e in entries], self._asked.known_at)
        plain = [e.id for e in entries if e.type != "corrected" and standing.in_force(e.id)]
        replacements = [replacement_id(e.id) for e in entries if e.type == "corrected"]
        return plain + [i for i in replacements if standing.in_force(i)]

    def _about(self, items: list[str]) -> list[str]:
        """What else was reported of these things; of lots, which are in ever so many hands, nothing more."""
        facts = self._reader.facts(items, self._asked.known_at)
        single = [i for i in items if i in facts and not facts[i].is_lot]
        return list(dict.fromkeys(m.event for m in self._reader.mentions(single, self._asked.known_at)))

    def _home(self, duty: Duty, told: Iterable[StoredEvent]) -> int:
        """Where the party first reported anything about the things of a duty; last of all if it never did."""
        items = set(duty.items)
        own = (r for r in told if r.reporter == self._party and not items.isdisjoint(r.item_ids))
        return min((r.position for r in own), default=_LAST)
