"""Findings stored next to a store and brought up to date: only what new events concern is evaluated (contract 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import InvalidQuestionError
from lineage.domain.events.corrections import correction_of
from lineage.domain.events.models import Enrolled
from lineage.domain.events.participants import items_of
from lineage.service.answers import Context, Document, build_answer
from lineage.service.findings.evaluation import END, ITEMS, PAGE, START, Evaluated, FindingPages
from lineage.service.findings.neighbours import affected_by
from lineage.service.journal_reads import events_of_entry, related_corrections
from lineage.stores.interface import Entry, EvaluatedUpTo, EvidenceReader, FindingsCache, QuestionReader, State, Store

ENTRIES_PER_STEP: Final = 500
"""Journal entries that one step looks at together."""
MOST_BEHIND: Final = 2_000
"""New entries that a question catches up with; with more it evaluates its own findings without the cache."""


class CatchUp(NamedTuple):
    """How far findings are stored, and how many items and corrections were evaluated to get there."""

    reached: EvaluatedUpTo
    evaluated: int


def catch_up(store: Store, cache: FindingsCache, book: RuleBook) -> CatchUp:
    """Evaluate everything that changed since the last time, the first time everything.

    Each step is durable: an interrupted catch-up continues where it stopped.
    """
    evaluated = 0
    while True:
        count = store.read(lambda reader: evaluate_step(reader, cache, book))
        if count is None:
            return CatchUp(cache.evaluated(), evaluated)
        evaluated += count


def evaluate_all(store: Store, context: Context, book: RuleBook) -> Document:
    """Catch up, and return how many items and corrections were evaluated.

    Raises InvalidQuestionError where the store has no file of findings.
    """
    cache = store.findings
    if cache is None:
        message = "Findings of this store are kept nowhere: name a file in LINEAGE_FINDINGS."
        raise InvalidQuestionError(message, path="LINEAGE_FINDINGS", code="no_findings_file")
    count = catch_up(store, cache, book).evaluated
    return store.read(lambda reader: build_answer(reader.state(), context, {"judged": count}))


def caught_up(reader: QuestionReader, cache: FindingsCache, state: State, book: RuleBook) -> bool:
    """Bring the cache to exactly this state, if it is not far behind; return whether it is there."""
    reached = cache.evaluated()
    if (
        reached.place is not None
        or not follows(reader, reached, state)
        or state.position - reached.position > MOST_BEHIND
    ):
        return False
    while evaluate_step(reader, cache, book) is not None:
        pass
    return cache.evaluated().position == state.position


def follows(reader: QuestionReader, reached: EvaluatedUpTo, state: State) -> bool:
    """Return whether the cache was evaluated from the beginning of this very journal, and not further."""
    if reached.position > state.position:
        return False
    if reached.position == 0:
        return True
    last = reader.entries(reached.position - 1, 1)
    return bool(last) and last[0].digest == reached.digest


def evaluate_step(reader: QuestionReader, cache: FindingsCache, book: RuleBook) -> int | None:
    """Evaluate the next items or entries; return how many, None when the cache is up to date with this state."""
    reached, state = cache.evaluated(), reader.state()
    if not follows(reader, reached, state):
        cache.clear(EvaluatedUpTo(state.position, state.digest))
        return 0
    evaluator = FindingPages(reader, None, book)
    if reached.place is not None:
        if reached.position == 0 and reached.place == START:
            reached = _begun(cache, reached, state)
        assert reached.place is not None
        evaluated, place = evaluator.page(reached.place)
        cache.replace(evaluated, reached, reached._replace(place=None if place == END else place))
        return len(evaluated)
    entries = reader.entries(reached.position, ENTRIES_PER_STEP)
    if not entries:
        return None
    return _evaluate_entries(reader, evaluator, cache, reached, entries)


def _begun(cache: FindingsCache, was: EvaluatedUpTo, state: State) -> EvaluatedUpTo:
    """Note the state at which a first evaluation begins: entries after it are evaluated again."""
    begun = EvaluatedUpTo(state.position, state.digest)
    cache.replace([], was, begun)
    return begun


def _evaluate_entries(
    reader: QuestionReader,
    evaluator: FindingPages,
    cache: FindingsCache,
    was: EvaluatedUpTo,
    entries: Sequence[Entry],
) -> int:
    reached = EvaluatedUpTo(entries[-1].position, entries[-1].digest, None)
    concerned = concerned_by(reader, entries)
    if concerned.is_known_before:
        # any item may name a party whose enrolment was withdrawn or replaced: everything is evaluated again
        cache.clear(reached._replace(place=START))
        return 0
    items = set(concerned.items)
    for party in concerned.parties:
        items |= _items_naming(cache, was.position, party)
    evaluated: Evaluated = []
    ids = sorted(affected_by(reader, items))
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        findings = dict(evaluator.items(page))
        evaluated += [((ITEMS, x), findings.get((ITEMS, x), [])) for x in page]
    evaluated += evaluator.corrections(concerned.corrections)
    cache.replace(evaluated, was, reached)
    return len(evaluated)


class Concerned(NamedTuple):
    """What journal entries may change: the findings of `items` and `corrections`, and those that name `parties`.

    `is_known_before`: one of these parties was enrolled before, so that it may be missing in findings that are stored.
    """

    items: set[str]
    corrections: set[str]
    parties: set[str]
    is_known_before: bool


def concerned_by(reader: EvidenceReader, entries: Sequence[Entry]) -> Concerned:
    """Return what these entries may change; the reader has them and what they change."""
    related = related_corrections(reader, [e.id for e in entries])
    homes = {x for c in related for x in (c.id, correction_of(c.target) or c.target)} | {e.id for e in entries}
    events = [event for entry in reader.entries_by_id(homes).values() for event in events_of_entry(entry)]
    enrolments = [e for e in events if isinstance(e, Enrolled)]
    corrected = {c.target for c in related}
    parties = {e.party.id for e in enrolments}
    earlier = reader.enrolments(sorted(parties), None)
    is_known_before = any(e.id in corrected for e in enrolments) or any(
        (correction_of(e.event) or e.event) not in homes for e in earlier
    )
    items = {x for event in events for x in items_of(event)}
    return Concerned(items, {c.id for c in related}, parties, is_known_before)


def _items_naming(cache: FindingsCache, position: int, party: str) -> set[str]:
    """Return the items that have a finding which names the party."""
    rows = cache.listed((*START, -1), position, party=party)
    return {row.anchor for row in rows or () if row.phase == ITEMS}
