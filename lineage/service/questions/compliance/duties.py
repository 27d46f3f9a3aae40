"""The duties of a party, page by page (contract 6, 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lineage.domain.compliance.duties import Duty
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.instants import BEGIN, OPEN, Instant
from lineage.service.answers import Context, Document, Truncation, build_answer, canonical_id
from lineage.service.paging import read_cursor, write_cursor
from lineage.service.questions.compliance.documents import duty_document
from lineage.service.questions.compliance.party_duties import (
    DutySearch,
    duties_through,
    duties_triggered,
    vehicles_made,
)
from lineage.service.questions.compliance.party_events import BEFORE_ALL, EventPlace, events_of_party, require_concerned
from lineage.stores.interface import QuestionReader, ReadableStore

_AT_ONCE: Final = 40
"""Events of the party that are read together."""
_VEHICLES_AT_ONCE: Final = 20
"""Vehicles of the party of which everything that was ever in them is read together."""


class DutiesQuestion(NamedTuple):
    """Which duties of a party: of one status, triggered in `[since, until)`."""

    party: str
    status: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: int = 100
    cursor: str | None = None


class _Place(NamedTuple):
    """The place of a duty in the list, and the `now` of the first page.

    `time` and `event` are the place of the last event whose duties are all listed; the duty belongs to the next one. It
    is the duty of that number among those that the event triggers, or, where `vehicle` is not empty, among those
    through that vehicle.
    """

    time: Instant
    event: str
    vehicle: str
    number: int
    now: Instant

    @property
    def after(self) -> EventPlace:
        return self.time, self.event


def duties(store: ReadableStore, question: DutiesQuestion, context: Context, book: RuleBook) -> Document:
    """Answer with the duties of a party as `holder` or as `actor`, in an order that does not depend on arrival.

    The list goes through the events that concern the party, by time and id. At each event come the duties that it
    triggers; then, for each vehicle that the party made by that event, those that the party owes by events of others.
    """
    party = canonical_id(question.party)
    now = context.now if context.known_at is None else context.known_at
    place = _Place(*BEFORE_ALL, "", 0, now)
    if question.cursor is not None:
        key, context = read_cursor(question.cursor, context)
        place = _Place(int(key[0]), str(key[1]), str(key[2]), int(key[3]), int(key[4]))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        require_concerned(reader, party, context)
        since = BEGIN if question.since is None else question.since
        until = OPEN if question.until is None else question.until
        search = DutySearch(reader, party, context, book, place.now, since, until)
        listed: list[Duty] = []
        cut, following = None, None
        for at, duty in _Listing(search, place).all():
            if duty is None:
                if context.deadline_passed():
                    cut = Truncation("time_limit", [party])
                    following = write_cursor(context, state, list(at))
                    break
            elif question.status in (None, duty.status):
                if len(listed) == question.limit:
                    following = write_cursor(context, state, list(at))
                    break
                listed.append(duty)
        rows = [{"as": "holder" if d.holder == party else "actor", **duty_document(d)} for d in listed]
        return build_answer(state, context, {"duties": rows, "next": following}, cut=cut)

    return store.read(work)


class _Listing:
    """Lists the duties of a party, a bounded number of events and vehicles at a time."""

    def __init__(self, search: DutySearch, start: _Place) -> None:
        self._search, self._start = search, start

    def all(self) -> Iterator[tuple[_Place, Duty | None]]:
        """Yield every duty from the place on, and `None` between reads, so that the caller can check the deadline.

        There is no `None` before the first reads are done: every page goes on by some events or vehicles.
        """
        start, last = self._start, self._start.after
        is_begun = False
        for batch in events_of_party(self._search.reader, self._search.party, self._search.context, last, _AT_ONCE):
            for at, duty in self._of_batch(batch.events, last):
                is_listed = at.after > start.after or at[2:4] >= start[2:4]
                if is_listed and (is_begun or duty is not None):
                    yield at, duty
                is_begun = is_begun or is_listed
            last = batch.last
            yield _Place(*last, "", 0, start.now), None

    def _of_batch(self, events: Sequence[StoredEvent], last: EventPlace) -> Iterator[tuple[_Place, Duty | None]]:
        now, search = self._start.now, self._search
        triggered: dict[str, list[Duty]] = defaultdict(list)
        for duty in duties_triggered(search, events):
            triggered[duty.event].append(duty)
        made = [(e, v) for e, v in vehicles_made(search, events) if not self._is_listed(e, v, events[0], last)]
        through: dict[str, list[Duty]] = {}
        for event in events:
            for number, duty in enumerate(triggered[event.id]):
                yield _Place(*last, "", number, now), duty
            for vehicle in (v for e, v in made if e is event):
                if vehicle not in through:
                    yield _Place(*last, vehicle, 0, now), None
                    following = [v for _, v in made if v not in through][:_VEHICLES_AT_ONCE]
                    found = duties_through(search, following)
                    through |= {v: found.get(v, []) for v in following}
                for number, duty in enumerate(through[vehicle]):
                    yield _Place(*last, vehicle, number, now), duty
            last = (event.time, event.id)

    def _is_listed(self, event: StoredEvent, vehicle: str, first: StoredEvent, last: EventPlace) -> bool:
        """Return whether the place with which the page begins is behind a vehicle: only its first event has such."""
        return event is first and last == self._start.after and vehicle < self._start.vehicle
