"""Findings of one item, or of everything, page by page (contract 7, 8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Final, NamedTuple

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import TimeLimitError
from lineage.domain.findings import OF_CORRECTIONS, Finding, sentence
from lineage.domain.instants import BEGIN, OPEN, Instant, format_or_none
from lineage.domain.intervals import intersect
from lineage.service.answers import Context, Document, Truncation, build_answer, canonical_id
from lineage.service.findings.evaluation import (
    CORRECTIONS,
    END,
    FIRST_CORRECTION,
    ITEMS,
    START,
    Evaluated,
    FindingPages,
    Place,
)
from lineage.service.findings.materialization import caught_up
from lineage.service.findings.neighbours import neighbours_of
from lineage.service.paging import read_cursor, write_cursor
from lineage.stores.interface import CachedFinding, FindingsCache, QuestionReader, Store

_BATCH: Final = 500
"""Items, or cached findings, that are read together."""


class FindingsQuestion(NamedTuple):
    """Which findings: all filters that are not None must fit.

    `since`, `until`: findings that are so at some time in `[since, until)`, milliseconds UTC. `region` may be the code
    of a province.
    """

    kind: str | None = None
    party: str | None = None
    item: str | None = None
    region: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: int = 100
    cursor: str | None = None

    @property
    def item_id(self) -> str | None:
        """The item by its canonical id."""
        return None if self.item is None else canonical_id(self.item)

    @property
    def party_id(self) -> str | None:
        """The party by its canonical id."""
        return None if self.party is None else canonical_id(self.party)

    def matcher(self, moment: Instant) -> Callable[[Finding], bool]:
        """Return a test of whether a finding fits and is due by `moment`: until then a report may still come."""
        party, item = self.party_id, self.item_id
        window = (BEGIN if self.since is None else self.since, OPEN if self.until is None else self.until)
        region = None if self.region is None else province(self.region)

        def fits(f: Finding) -> bool:
            return (
                f.due <= moment
                and self.kind in (None, f.kind)
                and (party is None or party in f.parties)
                and (item is None or item in f.items)
                and (region is None or any(r.startswith(region) for r in f.regions))
                and intersect(window, (f.since, f.until)) is not None
            )

        return fits


def province(region: str) -> str:
    """Return a region code without the trailing pairs of zeros that stand for all of it.

    >>> province("440000"), province("440300")
    ('44', '4403')
    """
    while region.endswith("00"):
        region = region[:-2]
    return region


def findings(store: Store, question: FindingsQuestion, context: Context, book: RuleBook) -> Document:
    """Answer with the findings as known then, items by id, then corrections by id, page by page."""
    after: After = (*START, -1)
    moment = context.moment
    if question.cursor is not None:
        key, context = read_cursor(question.cursor, context)
        after, moment = (int(key[0]), str(key[1]), int(key[2])), int(key[3])

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        page = _FindingsPage(question, context, after, moment)
        page.fill(_batches(reader, store.findings, question, context, after, book=book))
        following = None if page.last is None else write_cursor(context, state, [*page.last, moment])
        fields = {"findings": [finding_document(f) for f in page.findings], "next": following}
        return build_answer(state, context, fields, cut=page.cut)

    return store.read(work)


After = tuple[int, str, int]
"""The place of a finding: phase, id of the item or correction, and its number among those of the same place."""
Batches = Iterator[tuple[list[tuple[After, Finding]], After | None]]
"""Findings in order, and the place that they reach; None where the search does not continue beyond them."""
_WHOLE_PLACE: Final = 10**9
"""A number of a finding beyond all findings of one place."""


def _batches(
    reader: QuestionReader,
    cache: FindingsCache | None,
    question: FindingsQuestion,
    context: Context,
    after: After,
    *,
    book: RuleBook,
) -> Batches:
    """Return findings from the cache, if the question is about now and the cache is up to date, else evaluated."""
    state = reader.state()
    is_now = context.known_at is None or context.known_at >= state.recorded
    if cache is not None and is_now and caught_up(reader, cache, state, book):
        rows = cache.listed(after, state.position, kind=question.kind, item=question.item_id, party=question.party_id)
        if rows is not None:
            return _cached(rows)
    evaluator = FindingPages(reader, context.known_at, book, context.check)
    if question.item_id is not None:
        return _about(evaluator, reader, question.item_id, context, after)
    return _everything(evaluator, question.kind, after)


def _cached(rows: Iterator[CachedFinding]) -> Batches:
    while batch := list(islice(rows, _BATCH)):
        yield [((r.phase, r.anchor, r.n), r.finding) for r in batch], (batch[-1].phase, batch[-1].anchor, batch[-1].n)


def _numbered(evaluated: Evaluated) -> list[tuple[After, Finding]]:
    return [((*place, n), f) for place, listed in evaluated for n, f in enumerate(listed)]


class _FindingsPage:
    """One page of an answer, with the findings that are due by `moment`, the "now" of the first page.

    `last`: the place after which the next page begins; None at the end.
    """

    def __init__(self, question: FindingsQuestion, context: Context, after: After, moment: Instant) -> None:
        self._fits = question.matcher(moment)
        self._limit = question.limit
        self._context = context
        self._after = after
        self._listed: After = after
        self.findings: list[Finding] = []
        self.last: After | None = None
        self.cut: Truncation | None = None
        self._done: After | None = None

    def fill(self, batches: Batches) -> None:
        """Take findings until the page is full, the time is over, or there are no more."""
        for batch, reached in self._in_time(batches):
            for place, finding in batch:
                if place > self._after and self._fits(finding):
                    if len(self.findings) == self._limit:
                        self.last = self._listed
                        return
                    self.findings.append(finding)
                    self._listed = place
            if reached is not None and self._context.deadline_passed():
                self._cut_at(reached)
                return
            self._done = reached or self._done

    def _in_time(self, batches: Batches) -> Batches:
        """Yield batches until the time is over. Raises TimeLimitError where there is no place to go on from."""
        try:
            yield from batches
        except TimeLimitError:
            if self._done is None:
                raise
            self._cut_at(self._done)

    def _cut_at(self, place: After) -> None:
        self.last, self.cut = place, Truncation("time_limit", [])


def _everything(evaluator: FindingPages, kind: str | None, after: After) -> Batches:
    """Yield items by id, then corrections by id, without a phase that cannot have the kind."""
    place: Place = after[:2]
    if place[0] == ITEMS and place[1]:
        # the last item of the page before may have further findings
        yield _numbered(evaluator.items([place[1]])), None
    elif place[0] == CORRECTIONS and place[1]:
        yield _numbered(evaluator.corrections([place[1]])), None
    if kind in OF_CORRECTIONS and place[0] == ITEMS:
        place = FIRST_CORRECTION
    while place != END and not (place[0] == CORRECTIONS and kind is not None and kind not in OF_CORRECTIONS):
        evaluated, place = evaluator.page(place)
        yield _numbered(evaluated), None if place == END else (*place, _WHOLE_PLACE)


def _about(evaluator: FindingPages, reader: QuestionReader, item: str, context: Context, after: After) -> Batches:
    """Yield every finding that may name the item: its own, those of its neighbours, and those of corrections."""
    neighbours = [x for x in neighbours_of(reader, item, context.known_at) if (ITEMS, x) >= after[:2]]
    for start in range(0, len(neighbours), _BATCH):
        batch = neighbours[start : start + _BATCH]
        yield _numbered(evaluator.items(batch)), (ITEMS, batch[-1], _WHOLE_PLACE)
    place: Place = max(FIRST_CORRECTION, after[:2])
    if place[1]:
        yield _numbered(evaluator.corrections([place[1]])), None
    while place != END:
        evaluated, place = evaluator.page(place)
        yield _numbered(evaluated), None if place == END else (*place, _WHOLE_PLACE)


class FindingsAbout(NamedTuple):
    """Findings that name one of some items, in the order of the list; `cut` where the time was over."""

    findings: list[Finding]
    cut: Truncation | None


def findings_about(
    reader: QuestionReader, cache: FindingsCache | None, items: Collection[str], context: Context, book: RuleBook
) -> FindingsAbout:
    """Return every finding that names one of the items and is due at `known_at`, by default now."""
    now = context.now if context.known_at is None else context.known_at
    found: dict[After, Finding] = {}
    for item in sorted(items):
        question = FindingsQuestion(item=item)
        fits = question.matcher(now)
        for batch, _ in _batches(reader, cache, question, context, (*START, -1), book=book):
            found.update({place: f for place, f in batch if fits(f)})
            if context.deadline_passed():
                return FindingsAbout([found[p] for p in sorted(found)], Truncation("time_limit", [item]))
    return FindingsAbout([found[p] for p in sorted(found)], None)


def finding_document(finding: Finding) -> Document:
    """Return a finding as answers show it."""
    return {
        "kind": finding.kind,
        "rule": finding.rule,
        "items": list(finding.items),
        "parties": list(finding.parties),
        "interval": [format_or_none(finding.since), format_or_none(finding.until)],
        "events": list(finding.events),
        "regions": list(finding.regions),
        "text": sentence(finding),
    }
