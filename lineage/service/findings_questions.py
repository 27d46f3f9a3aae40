"""What is wrong: of one item, or of everything, page by page (contract 7, 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from lineage.domain.findings import OF_CORRECTIONS, Finding, sentence, twin_codes
from lineage.domain.instants import BEGIN, OPEN, format_or_none
from lineage.domain.trace import Direction
from lineage.domain.windows import meet
from lineage.service.asking import Asked, Cutting, Document, answer, as_kept, read_cursor, write_cursor
from lineage.service.judging import CORRECTIONS, END, ITEMS, Judge, Judged, Place
from lineage.stores.interface import EntryFilter, Reader, Store

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

    def chosen(self, moment: int) -> Callable[[Finding], bool]:
        """Whether a finding is asked for, and is one at that moment: what may still be reported is none yet."""
        party = None if self.party is None else as_kept(self.party)
        item = None if self.item is None else as_kept(self.item)
        window = (BEGIN if self.since is None else self.since, OPEN if self.until is None else self.until)
        region = None if self.region is None else province(self.region)

        def fits(f: Finding) -> bool:
            return (
                f.due <= moment
                and self.kind in (None, f.kind)
                and (party is None or party in f.parties)
                and (item is None or item in f.items)
                and (region is None or any(r.startswith(region) for r in f.regions))
                and meet(window, (f.since, f.until)) is not None
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


def findings(store: Store, question: FindingsQuestion, asked: Asked) -> Document:
    """Findings as known then, by what they hang on, page by page. What nobody names has none."""
    after: tuple[Place, int] = ((ITEMS, ""), -1)
    if question.cursor is not None:
        key, asked = read_cursor(question.cursor, asked)
        after = ((int(key[0]), str(key[1])), int(key[2]))

    def work(reader: Reader) -> Document:
        state = reader.state()
        if question.item is not None:
            pages = _about(Judge(reader, asked.known_at), reader, as_kept(question.item), asked)
        else:
            pages = _everything(Judge(reader, asked.known_at), question.kind, after[0])
        page = _Page(question, asked, after)
        page.fill(pages)
        following = None if page.last is None else write_cursor(asked, state, [*page.last[0], page.last[1]])
        own = {"findings": [finding_document(f) for f in page.found], "next": following}
        return answer(state, asked, own, cut=page.cut)

    return store.read(work)


Pages = Iterator[tuple[Judged, Place | None]]
"""What was judged, and how far that went; None where the order of places does not go on."""


class _Page:
    """One page of what is asked for. `last`: the last place looked at and how many of its findings; None at the end."""

    def __init__(self, question: FindingsQuestion, asked: Asked, after: tuple[Place, int]) -> None:
        self._fits = question.chosen(asked.moment)
        self._limit = question.limit
        self._asked = asked
        self._after = after
        self.found: list[Finding] = []
        self.last: tuple[Place, int] | None = None
        self.cut: Cutting | None = None

    def fill(self, pages: Pages) -> None:
        """Take findings until there are enough, the time is over, or there are no more."""
        for judged, reached in pages:
            for place, found in judged:
                if not self._take(place, found):
                    return
            if reached is not None and self._asked.spent():
                self.last, self.cut = (reached, -1), Cutting("time_limit", [])
                return

    def _take(self, place: Place, found: list[Finding]) -> bool:
        first = self._after[1] + 1 if place == self._after[0] else 0
        if _order(place) < _order(self._after[0]):
            return True
        for n, f in enumerate(found):
            if n >= first and self._fits(f):
                if len(self.found) == self._limit:
                    self.last = (place, n - 1)
                    return False
                self.found.append(f)
        return True


def _order(place: Place) -> tuple[int, int, str]:
    phase, anchor = place
    return (phase, int(anchor or 0), "") if phase == CORRECTIONS else (phase, 0, anchor)


def _everything(judge: Judge, kind: str | None, after: Place) -> Pages:
    """Items by id, then corrections in the order of arrival; what can have no finding of the kind is left out."""
    place = after
    if after[0] == ITEMS and after[1]:
        # the item itself may have more to tell
        yield judge.items([after[1]]), None
    elif after[0] == CORRECTIONS:
        place = (CORRECTIONS, str(max(int(after[1] or 0) - 1, 0)))
    if kind in OF_CORRECTIONS and place[0] == ITEMS:
        place = (CORRECTIONS, "0")
    while place != END and not (place[0] == CORRECTIONS and kind is not None and kind not in OF_CORRECTIONS):
        judged, place = judge.page(place)
        yield judged, place


def _about(judge: Judge, reader: Reader, item: str, asked: Asked) -> Pages:
    """Everything that may name the item: what hangs on itself, on its neighbours, on corrections of its events."""
    near = neighbours_of(reader, item, asked.known_at)
    for start in range(0, min(len(near), MOST_NEIGHBOURS), _AT_ONCE):
        yield judge.items(near[start : start + _AT_ONCE]), None
    entries = reader.entries(0, MOST_NEIGHBOURS, EntryFilter(item=item))
    corrections = reader.corrections_about([e.id for e in entries])
    rows = sorted(reader.entries_by_id({c.id for c in corrections}).values(), key=lambda e: e.position)
    yield judge.corrections(rows), None


def neighbours_of(reader: Reader, item: str, known_at: int | None) -> list[str]:
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
