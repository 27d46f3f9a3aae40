"""The impact of a recall, line by line, with a digest over all lines (contract 4, 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import orjson

from lineage.domain.errors import TimeLimitError
from lineage.domain.instants import format_instant
from lineage.domain.traversal.impact import (
    Recall,
    changed,
)
from lineage.service.answers import (
    Context,
    Document,
    Truncation,
    canonical_id,
    cut_document,
)
from lineage.service.questions.impact_lines import ImpactState, Row
from lineage.stores.interface import QuestionReader, Store

PAGE: Final = 500


class ImpactQuestion(NamedTuple):
    """The recalled items: `items` by id, or those that `recall` describes.

    `changed_since`: a transaction time; only lines that changed since then are wanted.
    """

    items: tuple[str, ...] | None = None
    recall: Recall = Recall()
    changed_since: int | None = None


def impact(store: Store, question: ImpactQuestion, context: Context) -> Iterator[bytes]:
    """Yield lines of JSON with their line feeds; the last has the totals, the position and the digest of all before it.

    All lines are as known at `known_at`, or as known when the first line was made, even if events arrive meanwhile.
    Where the time is over, the rest is left out and the last line states it.
    """
    state = store.read(lambda reader: reader.state())
    known_at = state.recorded if context.known_at is None else context.known_at
    moment = context.moment
    digest, counts, complete = sha256(), Counter[str](), True
    wholes: set[str] = set()
    pages = _Pages(store, question, context, known_at)
    for page in pages:
        complete = complete and page.complete
        counts.update({"items": page.sources, "undeclared": page.undeclared})
        for document in page.documents:
            counts[document["status"]] += 1
            wholes.update({document["whole"]} - {None})
            counts[document.get("change", "")] += 1
            counts["uncoded"] += document.get("uncoded") or 0
            text = orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
            digest.update(text)
            yield text
    counts["wholes"] = len(wholes)
    totals = {word: counts[word] for word in ("now", "once", "unknown", "items", "wholes", "uncoded", "undeclared")}
    if question.changed_since is not None:
        totals |= {change: counts[change] for change in ("added", "released")}
    yield orjson.dumps(
        {
            "totals": totals,
            "as_of": format_instant(moment),
            "known_at": format_instant(known_at) if known_at else None,
            "position": state.position,
            "complete": complete and pages.cut is None,
            **({} if pages.cut is None else {"cut": cut_document(pages.cut)}),
            "digest": digest.hexdigest(),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


class _Pages:
    """The pages of an impact; `cut`: why they ended early, with the items at which they did."""

    def __init__(self, store: Store, question: ImpactQuestion, context: Context, known_at: int) -> None:
        self._store, self._question, self._context, self._known_at = store, question, context, known_at
        self.cut: Truncation | None = None

    def __iter__(self) -> Iterator[_ImpactPage]:
        ids: list[str] = []
        try:
            for ids in _sources(self._store, self._question):
                if self._context.deadline_passed():
                    self.cut = Truncation("time_limit", ids)
                    return
                yield self._store.read(lambda reader, candidates=ids: self._page(reader, candidates))  # type: ignore[misc]
        except TimeLimitError:
            self.cut = Truncation("time_limit", ids)

    def _page(self, reader: QuestionReader, ids: Sequence[str]) -> _ImpactPage:
        return _page(reader, self._question, ids, self._known_at, self._context)


def _sources(store: Store, question: ImpactQuestion) -> Iterator[list[str]]:
    """Yield the ids of the question, or all ids of the store, a page at a time."""
    if question.items is not None:
        ids = list(dict.fromkeys(map(canonical_id, question.items)))
        yield from (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))
        return
    after = ""
    while page := store.read(lambda reader, last=after: reader.item_ids(last, PAGE)):  # type: ignore[misc]
        yield page
        after = page[-1]


class _ImpactPage(NamedTuple):
    documents: list[Document]
    sources: int
    undeclared: int
    complete: bool


def _page(
    reader: QuestionReader, question: ImpactQuestion, ids: Sequence[str], known_at: int, context: Context
) -> _ImpactPage:
    now = ImpactState(reader, known_at, context)
    lines = now.lines(question.items, question.recall, ids)
    rows: list[Row] = [(line, None) for line in lines]
    if question.changed_since is not None:
        before = ImpactState(reader, question.changed_since, context)
        rows = [(line, change) for change, line in changed(before.lines(question.items, question.recall, ids), lines)]
    return _ImpactPage(now.documents(rows), now.sources, now.undeclared, now.complete)
