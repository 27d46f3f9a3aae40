"""Events of a store as messages of another system, and the count of those that no message can state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import orjson

from lineage.domain.events.corrections import correction_of, replacement_id
from lineage.exchange.platform.envelope import Seal
from lineage.exchange.platform.names import platform_names
from lineage.exchange.platform.sending.facts import Fact, Outgoing, items_of
from lineage.exchange.platform.sending.messages import messages_of
from lineage.service.answers import Context, Document, build_answer
from lineage.service.journal_reads import body_of, correction_status_of, enrolments_of, entries_holding
from lineage.stores.interface import Entry, EntryFilter, QuestionReader, State, Store

PAGE: Final = 200
"""Events whose messages are made at once."""
_FETCHED: Final = 2_000
"""Items that are looked up at once."""

Write = Callable[[bytes], object]


class Form(NamedTuple):
    """How messages are written: `bare`, as the payload alone; in an envelope, if there is a `seal`."""

    bare: bool = False
    seal: Seal | None = None


PLAIN: Final = Form()
"""Lines that name their interface and account."""


def send(
    store: Store, context: Context, write: Write | None, *, reporter: str | None = None, form: Form = PLAIN
) -> Document:
    """Write what the events in force state as messages of the platform, one a line, and count the other events.

    `reporter`: only events of this party. Without `write` messages are only counted.
    """
    state = store.read(lambda reader: reader.state())
    stated = bytearray(state.position // 8 + 1)
    messages = 0
    for page in _pages(store, state, reporter):
        lines, numbers = store.read(lambda reader, page=page: _page(reader, state, page))  # type: ignore[misc]
        messages += len(lines)
        if write is not None:
            for outgoing in lines:
                write(orjson.dumps(_formed(outgoing, form, context.now)) + b"\n")
        for number in numbers:
            stated[number // 8] |= 1 << number % 8
    unsent = _unsent(store, state, reporter, stated)
    return build_answer(state, context, {"messages": messages, "unsent": dict(sorted(unsent.items()))})


def _formed(outgoing: Outgoing, form: Form, now: int) -> Any:  # noqa: ANN401 - any JSON
    if form.seal is None:
        return line_of(outgoing, bare=form.bare)
    envelope = form.seal.close(orjson.dumps(line_of(outgoing, bare=True)), now)
    return envelope if form.bare else {"interface": outgoing.interface, "account": outgoing.account, **envelope}


def line_of(outgoing: Outgoing, *, bare: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Return a message as a line of `lineage load --format platform`, or its payload alone."""
    names = platform_names()
    holder = names.holders.get(names.messages[outgoing.interface])
    payload: Any = [outgoing.record] if holder is None else {holder: [outgoing.record]}
    if bare:
        return payload
    return {"interface": outgoing.interface, "account": outgoing.account, "message": payload}


def _pages(store: Store, state: State, reporter: str | None) -> Iterator[list[Entry]]:
    """Yield the journal up to that state, some entries at once."""
    after, chosen = 0, EntryFilter(reporter=reporter)
    while True:
        page = store.read(lambda reader, after=after: reader.entries(after, PAGE, chosen))  # type: ignore[misc]
        found = [entry for entry in page if entry.position <= state.position]
        if found:
            yield found
        if len(found) < PAGE:
            return
        after = found[-1].position


def _page(reader: QuestionReader, state: State, page: Sequence[Entry]) -> tuple[list[Outgoing], set[int]]:
    """Return the messages of a page of the journal, and the positions of the events that they state."""
    known_at = None if reader.state() == state else state.recorded
    facts = FactsOfPage(reader, known_at)
    anchors = _standing(reader, page, known_at)
    facts.prepare(item for fact in anchors for item in items_of(fact.event))
    messages: list[Outgoing] = []
    numbers: set[int] = set()
    for anchor in anchors:
        for outgoing in messages_of(anchor, facts):
            messages.append(outgoing)
            numbers.update(fact.number for fact in outgoing.events if fact.number > 0)
    return messages, numbers


def _standing(reader: QuestionReader, page: Sequence[Entry], known_at: int | None) -> list[Fact]:
    """Return the events in force of a page; the replacement of a correction stands for it, and is not counted."""
    ids = [id for entry in page for id in (entry.id, replacement_id(entry.id))]
    status = correction_status_of(reader, ids, known_at)
    found: list[Fact] = []
    for entry in page:
        if entry.type != "corrected":
            if status.status(entry.id) == "standing":
                found.append(Fact(entry.position, orjson.loads(entry.event)))
        elif "replacement" in orjson.loads(entry.event) and status.status(replacement_id(entry.id)) == "standing":
            found.append(Fact(-entry.position, body_of(entry, replacement_id(entry.id))))
    return found


def _unsent(store: Store, state: State, reporter: str | None, stated: bytearray) -> Counter[str]:
    """Count by type the events in force that no message states; a correction is one whatever it brings."""
    unsent: Counter[str] = Counter()
    for page in _pages(store, state, reporter):
        ids = [entry.id for entry in page]
        status = store.read(lambda reader, ids=ids: correction_status_of(reader, ids, state.recorded))  # type: ignore[misc]
        for entry in page:
            number = entry.position
            if not stated[number // 8] >> number % 8 & 1 and status.status(entry.id) == "standing":
                unsent[entry.type] += 1
    return unsent


class FactsOfPage:
    """The facts about the items of one page; items that events name together are looked up together."""

    def __init__(self, reader: QuestionReader, known_at: int | None) -> None:
        self._reader, self._known_at = reader, known_at
        self._events: dict[str, Fact] = {}
        self._about: dict[str, list[Fact]] = {}
        self._next: dict[str, None] = {}
        self._roles: dict[str, Collection[str]] = {}

    def prepare(self, items: Iterable[str]) -> None:
        """Look these items up together."""
        wanted = [item for item in dict.fromkeys(items) if not item.startswith("lot:")]
        for start in range(0, len(wanted), _FETCHED):
            self._fetch(wanted[start : start + _FETCHED])

    def about(self, item: str) -> Sequence[Fact]:
        if item.startswith("lot:"):
            # Very many events may name a lot, and no message does.
            return ()
        if item not in self._about:
            others = [other for other in self._next if other != item][: _FETCHED - 1]
            self._fetch([item, *others])
        return self._about[item]

    def roles(self, party: str) -> Collection[str]:
        if party not in self._roles:
            enrolled = enrolments_of(self._reader, [party], self._known_at).get(party, [])
            self._roles[party] = {role for event in enrolled for role in event.party.roles}
        return self._roles[party]

    def _fetch(self, items: Sequence[str]) -> None:
        mentions = self._reader.mentions(items, self._known_at)
        wanted = {mention.event for mention in mentions} - self._events.keys()
        for id, entry in entries_holding(self._reader, sorted(wanted)).items():
            number = entry.position if correction_of(id) is None else -entry.position
            self._events[id] = Fact(number, body_of(entry, id))
        named: dict[str, dict[str, int]] = {item: {} for item in items}
        for mention in mentions:
            named[mention.item][mention.event] = mention.time
        for item, events in named.items():
            self._about[item] = [self._events[id] for id in sorted(events, key=lambda id: (events[id], id))]
            self._next.pop(item, None)
        for id in wanted:
            for item in items_of(self._events[id].event):
                if item not in self._about and not item.startswith("lot:"):
                    self._next[item] = None
