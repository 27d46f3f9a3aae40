"""The dossier of an item after an incident: with findings about it and its parts, and where these had been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lineage.domain.instants import format_or_none
from lineage.operations.operation import Question
from lineage.operations.questions.compliance import DOSSIER, DossierParameters
from lineage.service.answers import MOST_LISTED, Document
from lineage.service.questions.findings import FindingsQuestion, findings
from lineage.stores.interface import QuestionReader, Store

MOST_SEARCHED: Final = 100
"""Items in the composition whose own findings are listed, nearest first."""


def incident_document(store: Store, question: Question[DossierParameters]) -> Document:
    """Return the dossier with `findings` and `history`, each computed here only where the dossier has none.

    A row of `history` is a stay that is over: of what is in the item, in anything; or of anything, in the item.
    """
    document = DOSSIER.call(store, question)
    parts = [node["id"] for node, _ in branches(document["composition"])]
    if "findings" not in document:
        document["findings"] = _findings(store, question, [document["id"], *(p for p in parts if p != document["id"])])
    if "history" not in document:
        document["history"] = store.read(lambda reader: _stays(reader, document["id"], parts, question))
    return document


def branches(root: Document | None) -> Iterator[tuple[Document, int]]:
    """Yield each node of a composition, parents first, with its depth; without recursion, as it may be deep."""
    todo = [] if root is None else [(root, 0)]
    while todo:
        node, depth = todo.pop()
        yield node, depth
        todo += [(part, depth + 1) for part in reversed(node["parts"])]


def _findings(store: Store, question: Question[Any], items: list[str]) -> list[Document]:
    rows: list[Document] = []
    for item in items[:MOST_SEARCHED]:
        page = findings(store, FindingsQuestion(item=item, limit=MOST_LISTED), question.context, question.book)
        rows += [row for row in page["findings"] if row not in rows]
    return rows


def _stays(reader: QuestionReader, item: str, parts: list[str], question: Question[Any]) -> list[Document]:
    t, known_at = question.context.moment, question.context.known_at
    inside = [part for part in parts if part != item]
    stays = set(reader.neighbours([item], "upstream", known_at, part_of_only=True).edges)
    if inside:
        stays |= set(reader.neighbours(inside, "downstream", known_at, part_of_only=True).edges)
    over = [e for e in stays if e.since <= t and not t < e.until]
    return [
        {
            "item": e.source,
            "whole": e.target,
            "since": format_or_none(e.since),
            "until": format_or_none(e.until),
            "events": list(e.events),
        }
        for e in sorted(over, key=lambda e: (e.since, e.source, e.target, e.until))
    ]


INCIDENT: Final = replace(DOSSIER, call=incident_document)
"""The question for a dossier, answered with `findings` and `history`."""
