"""The projection of a whole journal into an empty store: changes are sorted by item, each history is replayed once.

Items whose custody may depend on others, and everything above them, are projected commit by commit as in
`projector.py`; they are few. Both ways give the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Final, NamedTuple, TypeVar

from lineage.domain.events.effects import EventEffects
from lineage.domain.graph import MAKERS, Edge, Enrolment, KnownInterval, PartyEvent, Term
from lineage.domain.instants import Instant
from lineage.domain.projection.became import became_edge
from lineage.domain.projection.changes import BecameChange, MentionChange
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

_MOST_ROWS: Final = 20_000
"""`BECAME` edges that are gathered before they are written."""
_COMMITS_PER_BATCH: Final = 1_000
T = TypeVar("T")


def project_all(transaction: Transaction, journal: Iterable[list[Entry]]) -> None:
    """Derive everything from these journal entries into an empty projection.

    They come in batches in the order of `recorded`, and no commit is split between batches. Decoding events and
    replaying items is spread over processes; this process writes the results in a fixed order.
    """
    with rare_collection(), open_staging() as staging, WorkerPool() as workers:
        for _, extracted in workers.spread(_extract, _decode_batches(transaction, staging, journal)):
            _store_parties_and_terms(transaction, extracted)
        staging.sort()
        for commits in _batches(_by_commit(staging.dependent_changes()), _COMMITS_PER_BATCH):
            _project_dependent(transaction, commits)
        with transaction.deferred_indexes():
            partitions = staging.partitions(transaction.item_numbers())
            for partition, rows in workers.spread(_replay_partition, partitions):
                transaction.insert_partition(partition, rows)
            _store_became(transaction, staging)


def _batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def _by_commit(changes: Iterable[MentionChange]) -> Iterator[list[MentionChange]]:
    return (list(group) for _, group in groupby(changes, key=attrgetter("recorded")))


class _Batch(NamedTuple):
    """Consecutive commits of the journal, with their number and the staging file to write to."""

    writer: StagingWriter
    number: int
    commits: list[CommitEffects | UncorrectedCommit]


class _PartyEffects(NamedTuple):
    """The effects of a commit that are not staged by item.

    `reporters` and `named`: by how many the standing corrections that each party reports, and the events in force that
    name it, increase; below 0 they decrease. `leaving` and `entering`: terms and enrolments.
    """

    recorded: Instant
    reporters: Counter[str]
    named: Counter[str]
    leaving: list[Term | Enrolment]
    entering: list[Term | Enrolment]


class _Extracted(NamedTuple):
    """What a batch has apart from the changes of items; `party_events`: as in `CommitEffects`, of all its commits."""

    party_effects: list[_PartyEffects]
    party_events: list[PartyEvent]


def _decode_batches(transaction: Transaction, staging: Staging, journal: Iterable[list[Entry]]) -> Iterator[_Batch]:
    for number, entries in enumerate(journal):
        yield _Batch(staging.writer, number, list(decode_commits(transaction, entries)))


def _extract(batch: _Batch) -> _Extracted:
    """Stage the changes of items; return those of parties and of what can be searched by."""
    mentions: list[MentionChange] = []
    became: list[BecameChange] = []
    party_effects: list[_PartyEffects] = []
    party_events: list[PartyEvent] = []
    first_counts: dict[str, Counter[str]] = {}
    for commit in batch.commits:
        effects_at = commit.decoded() if isinstance(commit, UncorrectedCommit) else commit
        recorded, entering, leaving, withdrawn, reporters, arrived = effects_at
        for sign, group in ((0, withdrawn), (-1, leaving), (1, entering)):
            mentions += [MentionChange(recorded, sign, m) for effects in group for m in effects.mentions]
        for sign, group in ((-1, leaving), (1, entering)):
            became += [BecameChange(*key, recorded, sign, effects.event) for effects in group for key in effects.became]
        named = named_more(entering, leaving)
        if isinstance(commit, UncorrectedCommit):
            named = _counted_at_first(named, first_counts)
        else:
            first_counts.clear()
        party_effects.append(_PartyEffects(recorded, reporters, named, _searchable(leaving), _searchable(entering)))
        party_events += arrived
    batch.writer.append(batch.number, mentions, became)
    return _Extracted([effects for effects in party_effects if any(effects[1:])], party_events)


def _counted_at_first(named: Counter[str], first_counts: dict[str, Counter[str]]) -> Counter[str]:
    """Add the counts to the first commit that names each party; return those of parties that this commit names first.

    While no event is withdrawn, only the first commit of a party changes its row otherwise than by its count.
    """
    fresh: Counter[str] = Counter()
    for party, more in named.items():
        first_counts.setdefault(party, fresh)[party] += more
    return fresh


def _searchable(group: Iterable[EventEffects]) -> list[Term | Enrolment]:
    return [row for e in group for row in (*e.terms, *([e.enrolment] if e.enrolment else ()))]


def _store_parties_and_terms(transaction: Transaction, extracted: _Extracted) -> None:
    working_set, party_effects = WorkingSet(transaction), extracted.party_effects
    working_set.buffer.changes.party_events = extracted.party_events
    working_set.load_parties(p for e in party_effects for counts in (e.reporters, e.named) for p in counts)
    for recorded, reporters, named, leaving, entering in party_effects:
        working_set.count_parties(recorded, reporters)
        for row in leaving:
            working_set.buffer.close(row, recorded)
        for row in entering:
            working_set.buffer.open(row, recorded)
        working_set.count_parties(recorded, named)
    working_set.flush()


def _project_dependent(transaction: Transaction, commits: list[list[MentionChange]]) -> None:
    """Project items whose custody may depend on others, commit by commit."""
    projector = Projector(transaction)
    signed = [(commit[0].recorded, {sign: _effects(commit, sign) for sign in (0, -1, 1)}) for commit in commits]
    projector.working_set.load_all_for(e for _, by_sign in signed for effects in by_sign.values() for e in effects)
    for recorded, by_sign in signed:
        for effects in by_sign[0]:
            projector.write_withdrawn_before_arrival(recorded, effects)
        projector.commit(recorded, by_sign[1], by_sign[-1])
    projector.working_set.flush()


def _effects(changes: Iterable[MentionChange], sign: int) -> list[EventEffects]:
    mentions = (change.mention for change in changes if change.sign == sign)
    by_event = groupby(mentions, key=attrgetter("event"))
    return [EventEffects(event, tuple(group), (), (), None, ()) for event, group in by_event]


def _replay_partition(partition: StagingPartition) -> bytes:
    """Replay the items of a partition. Items with equal changes have equal histories: one of them is replayed."""
    changes = Changes()
    alike: dict[str, list[str]] = {}
    for items, item_changes in partition.histories():
        first, *others = items
        item_history(first, item_changes, changes)
        if others and _is_declared(item_changes):
            alike[first] = others
            continue
        # A kind that is not declared from the first change on is read from the id, and so differs from item to item.
        for item in others:
            own = [MentionChange(recorded, sign, m._replace(item=item)) for recorded, sign, m in item_changes]
            item_history(item, own, changes)
    return partition.encode(changes, alike)


def _is_declared(changes: Sequence[MentionChange]) -> bool:
    """Return whether the first change declares the kind, and no mention is ever withdrawn."""
    return changes[0].mention.role in MAKERS and all(change.sign > 0 for change in changes)


def _store_became(transaction: Transaction, staging: Staging) -> None:
    changes = Changes()
    for (source, target, at), became in groupby(staging.became_changes(), key=lambda change: change[:3]):
        _project_became(source, target, at, became, changes)
        changes = _flushed_if_full(transaction, changes)
    transaction.apply(changes)


def _flushed_if_full(transaction: Transaction, changes: Changes) -> Changes:
    if len(changes.opened) < _MOST_ROWS:
        return changes
    transaction.apply(changes)
    return Changes()


def _project_became(source: str, target: str, at: Instant, became: Iterable[BecameChange], changes: Changes) -> None:
    """Add every version of one `BECAME` edge."""
    edge: Edge | None = None
    known_from = 0
    for recorded, group in groupby(became, key=attrgetter("recorded")):
        new = became_edge(source, target, at, edge, {change.event: change.sign > 0 for change in group})
        if new == edge:
            continue
        if edge is not None:
            changes.past.append((edge, KnownInterval(known_from, recorded)))
        edge, known_from = new, recorded
    if edge is not None:
        changes.opened.append((edge, known_from))
