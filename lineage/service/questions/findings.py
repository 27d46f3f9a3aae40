"""What is wrong: of one item, or of everything, page by page (contract 7, 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from lineage.domain.findings import OF_CORRECTIONS, Finding, sentence, twin_codes
from lineage.domain.instants import BEGIN, OPEN, format_or_none
from lineage.domain.intervals import intersect
from lineage.domain.traversal.trace import Direction
from lineage.service.answers import Context, Document, Truncation, build_answer, canonical_id, read_cursor, write_cursor
from lineage.service.findings.evaluation import (
    CORRECTIONS,
    END,
    ITEMS,
    START,
    Evaluated,
    FindingEvaluator,
    Place,
    correction_place,
)
from lineage.service.findings.materialization import caught_up
from lineage.stores.interface import CachedFinding, EntryFilter, FindingsCache, QuestionReader, Store

MOST_NEIGHBOURS: Final = 20_000
_AT_ONCE: Final = 500


class FindingsQuestion(NamedTuple):
    """Which findings: all that are not None must fit. `since`, `until`: those that are so at some time between them."""

    kind: str | None = None
    party: str | None = None
    item: str | None = None
    region: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int = 100
    cursor: str | None = None

    @property
    def item_id(self) -> str | None:
        """The item as its id is kept."""
        return None if self.item is None else canonical_id(self.item)

    @property
    def party_id(self) -> str | None:
        """The party as its id is kept."""
        return None if self.party is None else canonical_id(self.party)

    def chosen(self, moment: int) -> Callable[[Finding], bool]:
        """Whether a finding is asked for, and is one at that moment: what may still be reported is none yet."""
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
    """A region code without the pairs of zeros that stand for all of it.

    >>> province("440000"), province("440300")
    ('44', '4403')
    """
    while region.endswith("00"):
        region = region[:-2]
    return region


def findings(store: Store, question: FindingsQuestion, context: Context) -> Document:
    """Findings as known then, by what they hang on, page by page. What nobody names has none."""
    after: After = (*START, -1)
    if question.cursor is not None:
        key, context = read_cursor(question.cursor, context)
        after = (int(key[0]), str(key[1]), int(key[2]))
        context = context._replace(now=int(key[3]))

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        page = _Page(question, context, after)
        page.fill(_pages(reader, store.findings, question, context, after))
        following = None if page.last is None else write_cursor(context, state, [*page.last, context.now])
        own = {"findings": [finding_document(f) for f in page.found], "next": following}
        return build_answer(state, context, own, cut=page.cut)

    return store.read(work)


After = tuple[int, str, int]
"""What a finding hangs on, and which of those that hang there it is."""
Pages = Iterator[tuple[list[tuple[After, Finding]], After | None]]
"""Findings in order, and how far that went; None where a question goes no further than that."""
_ALL: Final = 10**9
"""As a number of findings: however many hang there, all of them."""


def _pages(
    reader: QuestionReader, kept: FindingsCache | None, question: FindingsQuestion, context: Context, after: After
) -> Pages:
    """Findings from where they are kept, if that is what is asked for, else judged now."""
    state = reader.state()
    is_now = context.known_at is None or context.known_at >= state.recorded
    if kept is not None and is_now and caught_up(reader, kept, state):
        rows = kept.listed(after, state.position, kind=question.kind, item=question.item_id, party=question.party_id)
        if rows is not None:
            return _listed(rows)
    judge = FindingEvaluator(reader, context.known_at)
    if question.item_id is not None:
        return _about(judge, reader, question.item_id, context)
    return _everything(judge, question.kind, after)


def _listed(rows: Iterator[CachedFinding]) -> Pages:
    while batch := list(islice(rows, _AT_ONCE)):
        yield [((r.phase, r.anchor, r.n), r.finding) for r in batch], (batch[-1].phase, batch[-1].anchor, batch[-1].n)


def _numbered(judged: Evaluated) -> list[tuple[After, Finding]]:
    return [((*place, n), f) for place, found in judged for n, f in enumerate(found)]


class _Page:
    """One page of what is asked for. `last`: after which the next one begins; None at the end."""

    def __init__(self, question: FindingsQuestion, context: Context, after: After) -> None:
        self._fits = question.chosen(context.moment)
        self._limit = question.limit
        self._asked = context
        self._after = after
        self._listed: After = after
        self.found: list[Finding] = []
        self.last: After | None = None
        self.cut: Truncation | None = None

    def fill(self, pages: Pages) -> None:
        """Take findings until there are enough, the time is over, or there are no more."""
        for some, reached in pages:
            for at, finding in some:
                if at > self._after and self._fits(finding):
                    if len(self.found) == self._limit:
                        self.last = self._listed
                        return
                    self.found.append(finding)
                    self._listed = at
            if reached is not None and self._asked.deadline_passed():
                self.last, self.cut = reached, Truncation("time_limit", [])
                return


def _everything(judge: FindingEvaluator, kind: str | None, after: After) -> Pages:
    """Items by id, then corrections in the order of arrival; what can have no finding of the kind is left out."""
    place: Place = after[:2]
    if place[0] == ITEMS and place[1]:
        # the item itself may have more to tell
        yield _numbered(judge.items([place[1]])), None
    elif place[0] == CORRECTIONS:
        place = correction_place(max(int(place[1]) - 1, 0))
    if kind in OF_CORRECTIONS and place[0] == ITEMS:
        place = correction_place(0)
    while place != END and not (place[0] == CORRECTIONS and kind is not None and kind not in OF_CORRECTIONS):
        judged, place = judge.page(place)
        yield _numbered(judged), None if place == END else (*place, _ALL)


def _about(judge: FindingEvaluator, reader: QuestionReader, item: str, context: Context) -> Pages:
    """Everything that may name the item: what hangs on itself, on its neighbours, on corrections of its events."""
    near = neighbours_of(reader, item, context.known_at)
    for start in range(0, min(len(near), MOST_NEIGHBOURS), _AT_ONCE):
        yield _numbered(judge.items(near[start : start + _AT_ONCE])), None
    entries = reader.entries(0, MOST_NEIGHBOURS, EntryFilter(item=item))
    corrections = reader.corrections_about([e.id for e in entries])
    rows = sorted(reader.entries_by_id({c.id for c in corrections}).values(), key=lambda e: e.position)
    yield _numbered(judge.corrections(rows)), None


def neighbours_of(reader: QuestionReader, item: str, known_at: int | None) -> list[str]:
    """The item and whatever may have a finding that names it, by id."""
    near = {item}
    directions: tuple[Direction, ...] = ("downstream", "upstream")
    for direction in directions:
        got = reader.neighbours([item], direction, known_at)
        near.update(x for e in got.edges for x in (e.source, e.target))
    mentions = reader.mentions([item], known_at)
    near.update(m.other for m in mentions if m.role in ("put_in", "taken_out", "seen") and m.other)
    near.update(reader.facts(twin_codes(item), known_at))
    return sorted(near)


def finding_document(finding: Finding) -> Document:
    """A finding as answers write it."""
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
