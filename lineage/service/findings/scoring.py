"""Findings of a whole store held against a truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from lineage.domain.findings import Finding, sentence
from lineage.domain.findings.scoring import Scorer
from lineage.service.answers import Context, Document, build_answer
from lineage.service.findings.evaluation import END, START, FindingEvaluator
from lineage.stores.interface import QuestionReader, Store

MOST_SHOWN: Final = 20
"""Findings that nobody planted, shown one by one."""


def score(store: Store, truth: Iterable[Mapping[str, Any]], context: Context) -> Document:
    """Precision and recall by kind, of everything that is a finding at `at` (default now)."""
    scorer = Scorer(truth)
    wrong: list[Finding] = []
    place = START
    while place != END:
        judged, place = store.read(lambda reader, after=place: _page(reader, after, context))  # type: ignore[misc]
        for finding in judged:
            if not scorer.take(finding) and len(wrong) < MOST_SHOWN:
                wrong.append(finding)
    own = {
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
        "not_planted": [{"kind": f.kind, "items": list(f.items), "text": sentence(f)["en"]} for f in wrong],
        "not_found": [{"kind": k, "shown_by": list(ids)} for k, ids in islice(scorer.missed(), MOST_SHOWN)],
        "not_judged": dict(sorted(scorer.left_out.items())),
    }
    return build_answer(store.read(lambda reader: reader.state()), context, own)


def _page(reader: QuestionReader, after: tuple[int, str], context: Context) -> tuple[list[Finding], tuple[int, str]]:
    judged, place = FindingEvaluator(reader, context.known_at).page(after)
    return [f for _, found in judged for f in found if f.due <= context.moment], place
