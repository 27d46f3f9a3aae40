"""The effects of one event: mentions of items, `BECAME` edges, parties, and search terms (contract 2, 3, 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from lineage.domain import graph
from lineage.domain.events.models import (
    Assembled,
    Corrected,
    Declared,
    Disassembled,
    Ended,
    Enrolled,
    Event,
    Inspected,
    Produced,
    Transferred,
    Transformed,
)
from lineage.domain.events.participants import parties_of
from lineage.domain.graph import Enrolment, Mention, Term

LONGEST_TERM: Final = 200
"""Characters of a text that can be searched by; longer ones are cut, so that an index stays an index."""


MOST_WORDS: Final = 6
"""Words of a name at which a search may begin."""


class EventEffects(NamedTuple):
    """The rows that one event in force has by itself. `became`: (input, output, time). `parties`: all that it names."""

    event: str
    mentions: tuple[Mention, ...]
    became: tuple[tuple[str, str, int], ...]
    terms: tuple[Term, ...]
    enrolment: Enrolment | None
    parties: tuple[str, ...]


def effects_of(event: Event, event_id: str) -> EventEffects:
    """Return the effects of an event; `event_id` is its id, or that of the replacement that it is."""
    mentions, became, terms = _BY_TYPE[type(event)](event, event_id)
    enrolment = Enrolment(event.party.id, event.time, event_id) if isinstance(event, Enrolled) else None
    return EventEffects(event_id, tuple(mentions), tuple(became), tuple(terms), enrolment, tuple(parties_of(event)))


_Parts = tuple[list[Mention], list[tuple[str, str, int]], list[Term]]


def _made(items: Iterable[Declared], event: Produced | Transformed, event_id: str) -> tuple[list[Mention], list[Term]]:
    holder = event.custodian or event.reporter
    role = graph.MADE if isinstance(event, Produced) else graph.OUTPUT
    mentions = [Mention(i.id, event.time, event_id, role, None, holder, i.kind) for i in items]
    return mentions, [t for i in items for t in _terms(i, event_id)]


def _terms(item: Declared, event_id: str) -> Iterable[Term]:
    for field, label in (("model", item.model), ("batch", item.batch)):
        if label:
            yield term(label, item.id, field, event_id)
    for identifier in item.identifiers:
        yield term(identifier.id, item.id, "identifiers", event_id)


def term(label: str, subject: str, field: str, event_id: str, *, is_party: bool = False) -> Term:
    """Return a search term for a label: case-folded and cut to the length that an index takes."""
    return Term(label.casefold()[:LONGEST_TERM], subject, field, label[:LONGEST_TERM], event_id, is_party)


def _produced(e: Produced, i: str) -> _Parts:
    mentions, terms = _made(e.items, e, i)
    return mentions, [], terms


def _assembled(e: Assembled, i: str) -> _Parts:
    uncoded = ",".join(f"{u.kind}={u.count}" for u in e.uncoded) or None
    whole = Mention(e.whole, e.time, i, graph.WHOLE, None, None, uncoded)
    return [whole, *(Mention(p, e.time, i, graph.PUT_IN, e.whole) for p in e.parts)], [], []


def _disassembled(e: Disassembled, i: str) -> _Parts:
    whole = Mention(e.whole, e.time, i, graph.WHOLE)
    return [whole, *(Mention(p, e.time, i, graph.TAKEN_OUT, e.whole, e.custodian) for p in e.parts)], [], []


def _transferred(e: Transferred, i: str) -> _Parts:
    # rights: ownership moves no custody (contract 5); responsibility needs it.
    role = graph.OWNED if e.rights == "ownership" else graph.MOVED
    return [Mention(x, e.time, i, role, e.giver, e.taker, e.side) for x in e.items], [], []


def _transformed(e: Transformed, i: str) -> _Parts:
    mentions, terms = _made(e.outputs, e, i)
    mentions += [Mention(x.id, e.time, i, graph.INPUT) for x in e.inputs]
    return mentions, [(x.id, o.id, e.time) for x in e.inputs for o in e.outputs], terms


def _inspected(e: Inspected, i: str) -> _Parts:
    return [Mention(x, e.time, i, graph.SEEN, e.inside) for x in e.items], [], []


def _ended(e: Ended, i: str) -> _Parts:
    return [Mention(x, e.time, i, graph.ENDED, None, None, e.reason) for x in e.items], [], []


def _enrolled(e: Enrolled, i: str) -> _Parts:
    return [], [], [term(name, e.party.id, "name", i, is_party=True) for name in _name_terms(e.party.name)]


def _name_terms(name: str) -> list[str]:
    """Return a name from each of its first words on: many names are in two scripts, and people search for either."""
    words = name.split()
    return [" ".join(words[n:]) for n in range(min(len(words), MOST_WORDS))]


def _corrected(_event: Corrected, _id: str) -> _Parts:
    return [], [], []


_BY_TYPE: Final[dict[type, Callable[..., _Parts]]] = {
    Produced: _produced,
    Assembled: _assembled,
    Disassembled: _disassembled,
    Transferred: _transferred,
    Transformed: _transformed,
    Inspected: _inspected,
    Ended: _ended,
    Enrolled: _enrolled,
    Corrected: _corrected,
}
