"""Findings of a whole store scored against a known truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.findings import Finding, sentence
from lineage.domain.findings.scoring import Scorer
from lineage.service.answers import Context, Document, build_answer
from lineage.service.findings.evaluation import END, START, FindingPages, Place
from lineage.stores.interface import QuestionReader, Store

MOST_SHOWN: Final = 20
"""Findings that were not planted, and planted lines that were not found, shown one by one."""


def score(store: Store, truth: Iterable[Mapping[str, Any]], context: Context, book: RuleBook) -> Document:
    """Return precision and recall by kind, of everything that is a finding at `at` (default now)."""
    scorer = Scorer(truth)
    not_planted: list[Finding] = []
    place = START
    while place != END:
        findings, place = store.read(lambda reader, after=place: _page(reader, after, context, book))  # type: ignore[misc]
        for finding in findings:
            if not scorer.take(finding) and len(not_planted) < MOST_SHOWN:
                not_planted.append(finding)
    fields = {
        "kinds": [
            {
                "kind": s.kind,
                "planted": s.planted,
                "found": s.found,
                "recall": s.recall,
                "precision": s.precision,
            }
            for s in scorer.scores()
        ],
        "not_planted": [{"kind": f.kind, "items": list(f.items), "text": sentence(f)["en"]} for f in not_planted],
        "not_found": [{"kind": k, "shown_by": list(ids)} for k, ids in islice(scorer.missed(), MOST_SHOWN)],
        "not_judged": dict(sorted(scorer.left_out.items())),
    }
    return build_answer(store.read(lambda reader: reader.state()), context, fields)


def _page(reader: QuestionReader, after: Place, context: Context, book: RuleBook) -> tuple[list[Finding], Place]:
    evaluated, place = FindingPages(reader, context.known_at, book).page(after)
    return [f for _, findings in evaluated for f in findings if f.due <= context.moment], place
