"""A whole journal into an empty projection: what is said is sorted by item, and each history is followed once.

Items whose custody may hang on others, and everything above them, go the way of the projection, moment by moment;
they are few. What comes of either way is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import attrgetter
from typing import Final, TypeVar

from lineage.domain.graph import BECAME, Edge, Known
from lineage.domain.telling import Told
from lineage.service.histories import history
from lineage.service.journaling import Moment
from lineage.service.kept import Kept
from lineage.service.projection import Projector, named_more
from lineage.stores.interface import Changes, Gain, ItemRow, Notes, Said, Transaction

_ITEMS: Final = 5_000
_ROWS: Final = 20_000
_MOMENTS: Final = 1_000
T = TypeVar("T")


def project_all(transaction: Transaction, moments: Iterable[Moment]) -> None:
    """Derive everything from these moments, in the order of `k`, into a projection that is empty."""
    with transaction.notes() as notes:
        for some in _batches(moments, _MOMENTS):
            _listen(transaction, notes, some)
        notes.sort()
        for said in _batches(_by(notes.woven(), attrgetter("k")), _MOMENTS):
            _weave(transaction, said)
        with transaction.unindexed():
            for items in _batches(notes.items(), _ITEMS):
                rows = {item: ItemRow(item, None, 0, "", contested=False, ringed=False) for item in items}
                transaction.apply(Changes(items=rows))
            _follow(transaction, notes)


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    them = iter(things)
    while some := list(islice(them, size)):
        yield some


def _by(said: Iterable[Said], key: attrgetter) -> Iterator[list[Said]]:  # type: ignore[type-arg]
    return (list(group) for _, group in groupby(said, key=key))


def _listen(transaction: Transaction, notes: Notes, moments: list[Moment]) -> None:
    """Note what is said of items; keep what is said of parties, and what can be searched by."""
    kept = Kept(transaction)
    said: list[Said] = []
    gains: list[Gain] = []
    for k, entering, leaving, unheard, reporters in moments:
        kept.count_parties(k, reporters)
        for sign, some in ((0, unheard), (-1, leaving), (1, entering)):
            said += [Said(k, sign, m) for one in some for m in one.mentions]
        for sign, some, keep in ((-1, leaving, kept.pending.close), (1, entering, kept.pending.open)):
            for one in some:
                gains += [Gain(*key, k, sign, one.event) for key in one.became]
                for row in (*one.terms, *([one.enrolment] if one.enrolment else ())):
                    keep(row, k)
        kept.count_parties(k, named_more(entering, leaving))
    kept.flush()
    notes.hear(said)
    notes.gain(gains)


def _weave(transaction: Transaction, moments: list[list[Said]]) -> None:
    """Moment by moment, as the projection does it."""
    projector = Projector(transaction)
    told = [(some[0].k, {sign: _told(some, sign) for sign in (0, -1, 1)}) for some in moments]
    projector.kept.prepare_all(one for _, signs in told for some in signs.values() for one in some)
    for k, signs in told:
        for one in signs[0]:
            projector.keep_unheard(k, one)
        projector.moment(k, signs[1], signs[-1])
    projector.kept.flush()


def _told(said: Iterable[Said], sign: int) -> list[Told]:
    mentions = (one.mention for one in said if one.sign == sign)
    return [Told(event, tuple(some), (), (), None, ()) for event, some in groupby(mentions, key=attrgetter("event"))]


def _follow(transaction: Transaction, notes: Notes) -> None:
    """The histories of all other items, and what became of what."""
    changes = Changes()
    for item, said in groupby(notes.said(), key=lambda one: one.mention.item):
        history(item, said, changes)
        changes = _kept_if_full(transaction, changes)
    for (source, target, at), gains in groupby(notes.gains(), key=lambda gain: gain[:3]):
        _became(source, target, at, gains, changes)
        changes = _kept_if_full(transaction, changes)
    transaction.apply(changes)


def _kept_if_full(transaction: Transaction, changes: Changes) -> Changes:
    if len(changes.opened) < _ROWS:
        return changes
    transaction.apply(changes)
    return Changes()


def _became(source: str, target: str, at: int, gains: Iterable[Gain], changes: Changes) -> None:
    """One edge for an input, an output and an instant, proved by whatever events are in force."""
    edge: Edge | None = None
    known_from = 0
    for k, some in groupby(gains, key=attrgetter("k")):
        sign = {gain.event: gain.sign for gain in some}
        events = {e for e in edge.events if e not in sign} if edge else set()
        events |= {e for e, comes in sign.items() if comes > 0}
        new = Edge(BECAME, source, target, at, at, tuple(sorted(events))) if events else None
        if new == edge:
            continue
        if edge is not None:
            changes.past.append((edge, Known(known_from, k)))
        edge, known_from = new, k
    if edge is not None:
        changes.opened.append((edge, known_from))
