"""A whole journal into an empty projection: what is said is sorted by item, and each history is followed once.

Items whose custody may hang on others, and everything above them, go the way of the projection, moment by moment;
they are few. What comes of either way is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Final, NamedTuple, TypeVar

from lineage.domain.events.effects import EventEffects
from lineage.domain.graph import BECAME, MAKERS, Edge, Enrolment, KnownInterval, Term
from lineage.domain.projection.changes import BecameChange, MentionChange, Word
from lineage.domain.projection.item_history import item_history
from lineage.service.gc_tuning import rare_collection
from lineage.service.projection.commits import CommitEffects, UncorrectedCommit, decode_commits
from lineage.service.projection.projector import Projector, named_more
from lineage.service.projection.staging import Staging, StagingPartition, StagingWriter
from lineage.service.projection.worker_pool import WorkerPool
from lineage.service.projection.working_set import WorkingSet
from lineage.stores.interface import (
    Changes,
    Entry,
    Transaction,
    open_staging,
)

_ROWS: Final = 20_000
_MOMENTS: Final = 1_000
T = TypeVar("T")


def project_all(transaction: Transaction, journal: Iterable[list[Entry]]) -> None:
    """Derive everything from these rows of the journal into a projection that is empty.

    They come in batches in the order of `recorded`, which never part a moment of knowledge. Reading events and
    following items is spread over processes; this one keeps what comes of it, in the order in which it would have made
    it alone.
    """
    with rare_collection(), open_staging() as staging, WorkerPool() as workers:
        for _, rests in workers.spread(_extract, _decode_batches(transaction, staging, journal)):
            _store_parties_and_terms(transaction, rests)
        staging.sort()
        for said in _batches(_by(staging.dependent_changes(), attrgetter("k")), _MOMENTS):
            _project_dependent(transaction, said)
        with transaction.deferred_indexes():
            partitions = staging.partitions(transaction.item_numbers())
            for partition, rows in workers.spread(_replay_partition, partitions):
                transaction.insert_partition(partition, rows)
            _store_became(transaction, staging)


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    them = iter(things)
    while some := list(islice(them, size)):
        yield some


def _by(said: Iterable[MentionChange], key: attrgetter) -> Iterator[list[MentionChange]]:  # type: ignore[type-arg]
    return (list(group) for _, group in groupby(said, key=key))


class _Batch(NamedTuple):
    """Some of the journal, and where to note what it says."""

    writer: StagingWriter
    number: int
    moments: list[CommitEffects | UncorrectedCommit]


class _PartyEffects(NamedTuple):
    """What a moment says beside what is noted: how many more events name each party (and standing corrections are
    reported by it); terms and enrolments."""

    k: int
    reporters: Counter[str]
    named: Counter[str]
    leaving: list[Term | Enrolment]
    entering: list[Term | Enrolment]


def _decode_batches(transaction: Transaction, staging: Staging, journal: Iterable[list[Entry]]) -> Iterator[_Batch]:
    for number, entries in enumerate(journal):
        yield _Batch(staging.writer, number, list(decode_commits(transaction, entries)))


def _extract(batch: _Batch) -> list[_PartyEffects]:
    """Note what is said of items; give back what is said of parties, and what can be searched by."""
    said: list[MentionChange] = []
    gains: list[BecameChange] = []
    rests: list[_PartyEffects] = []
    since: dict[str, Counter[str]] = {}
    for one in batch.moments:
        k, entering, leaving, unheard, reporters = one.heard() if isinstance(one, UncorrectedCommit) else one
        for sign, some in ((0, unheard), (-1, leaving), (1, entering)):
            said += [MentionChange(k, sign, m) for told in some for m in told.mentions]
        for sign, some in ((-1, leaving), (1, entering)):
            gains += [BecameChange(*key, k, sign, told.event) for told in some for key in told.became]
        named = named_more(entering, leaving)
        if isinstance(one, UncorrectedCommit):
            named = _named_first(named, since)
        else:
            since.clear()
        rests.append(_PartyEffects(k, reporters, named, _found_by(leaving), _found_by(entering)))
    batch.writer.append(batch.number, said, gains)
    return [rest for rest in rests if any(rest[1:])]


def _named_first(named: Counter[str], since: dict[str, Counter[str]]) -> Counter[str]:
    """While none is withdrawn, all events that name a party count from the first one on: what is left of `named`."""
    fresh: Counter[str] = Counter()
    for party, more in named.items():
        since.setdefault(party, fresh)[party] += more
    return fresh


def _found_by(told: Iterable[EventEffects]) -> list[Term | Enrolment]:
    return [row for one in told for row in (*one.terms, *([one.enrolment] if one.enrolment else ()))]


def _store_parties_and_terms(transaction: Transaction, rests: Sequence[_PartyEffects]) -> None:
    kept = WorkingSet(transaction)
    kept.load_parties(party for one in rests for named in (one.reporters, one.named) for party in named)
    for k, reporters, named, leaving, entering in rests:
        kept.count_parties(k, reporters)
        for row in leaving:
            kept.pending.close(row, k)
        for row in entering:
            kept.pending.open(row, k)
        kept.count_parties(k, named)
    kept.flush()


def _project_dependent(transaction: Transaction, moments: list[list[MentionChange]]) -> None:
    """Moment by moment, as the projection does it."""
    projector = Projector(transaction)
    told = [(some[0].k, {sign: _effects(some, sign) for sign in (0, -1, 1)}) for some in moments]
    projector.kept.load_all_for(one for _, signs in told for some in signs.values() for one in some)
    for k, signs in told:
        for one in signs[0]:
            projector.keep_withdrawn_before_arrival(k, one)
        projector.moment(k, signs[1], signs[-1])
    projector.kept.flush()


def _effects(said: Iterable[MentionChange], sign: int) -> list[EventEffects]:
    mentions = (one.mention for one in said if one.sign == sign)
    return [
        EventEffects(event, tuple(some), (), (), None, ()) for event, some in groupby(mentions, key=attrgetter("event"))
    ]


def _replay_partition(partition: StagingPartition) -> bytes:
    """Replay the items of a partition. Items with equal changes have equal histories: one is replayed for all."""
    changes = Changes()
    alike: dict[str, list[str]] = {}
    for items, words in partition.histories():
        first, *others = items
        item_history(first, words, changes)
        if others and _declared(words):
            alike[first] = others
            continue
        # Unless its kind is declared from the first word on: else it is read from its id.
        for item in others:
            item_history(item, [MentionChange(k, sign, m._replace(item=item)) for k, sign, m in words], changes)
    return partition.encode(changes, alike)


def _declared(words: Sequence[Word]) -> bool:
    """Whether the first word declares the kind, and none is ever taken back."""
    return words[0][2].role in MAKERS and all(sign > 0 for _, sign, _ in words)


def _store_became(transaction: Transaction, staging: Staging) -> None:
    """What became of what."""
    changes = Changes()
    for (source, target, at), gains in groupby(staging.became_changes(), key=lambda gain: gain[:3]):
        _became(source, target, at, gains, changes)
        changes = _flushed_if_full(transaction, changes)
    transaction.apply(changes)


def _flushed_if_full(transaction: Transaction, changes: Changes) -> Changes:
    if len(changes.opened) < _ROWS:
        return changes
    transaction.apply(changes)
    return Changes()


def _became(source: str, target: str, at: int, gains: Iterable[BecameChange], changes: Changes) -> None:
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
            changes.past.append((edge, KnownInterval(known_from, k)))
        edge, known_from = new, k
    if edge is not None:
        changes.opened.append((edge, known_from))
