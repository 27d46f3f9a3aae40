"""The dossier: everything that is known of one thing at a moment, with what proves it (contract 6, 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lineage.domain.compliance.party_history import PRIVATE
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.events.models import Evidence
from lineage.domain.identifiers.decoding import decode
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.instants import Instant, format_instant
from lineage.service.answers import MOST_LISTED, Context, Document, build_answer, canonical_id
from lineage.service.evidence import histories_of
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions.batch_siblings import siblings_of
from lineage.service.questions.compliance.precheck import first_refusable
from lineage.service.questions.compliance.responsibility import ResponsibilityCase, case_of, responsibility_fields
from lineage.service.questions.custody import segment_document
from lineage.service.questions.items import dates_of, declared_of
from lineage.service.questions.lineage import composed
from lineage.stores.interface import QuestionReader, Store

MOST_TREE: Final = 1_000
"""Things of the composition that are shown; a car of cells has some hundreds."""
MOST_PROOFS: Final = 2_000


def dossier(store: Store, item_id: str, context: Context, book: RuleBook) -> Document:
    """Composition, timeline, custody, siblings, who answers, duties, gaps, proofs and the chain, as of `at`."""
    item = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        case = case_of(reader, item, context, book)
        responsible, cut = responsibility_fields(case, context, book)
        made = composed(reader, item, context, max_items=MOST_TREE)
        sisters = siblings_of(reader, item, [x for x in made.items if x != item], context)
        own: Document = {"id": item, "kind": case.facts.kind, "scheme": parse_identifier(item).scheme}
        own |= declared_of(reader, item, case.facts, context.moment)
        own |= {"decoded": decode(item), **dates_of(reader, item, case.facts, context)}
        own["composition"] = made.tree
        own["timeline"] = _timeline(case, context.moment)
        own["custody"] = _custody(case, context.moment)
        own |= {"siblings": sisters.rows, "siblings_complete": sisters.whole, **responsible}
        own["first_refusable"] = first_refusable(reader, case, context, book)
        own["evidence"] = _evidence(own, case.reports)
        own["parties"] = _names(reader, own, context)
        own["digest"] = state.digest
        return build_answer(state, context, own, cut=cut or made.cut, unknown=made.unknown)

    return store.read(work)


def _timeline(case: ResponsibilityCase, t: Instant) -> list[Document]:
    """What was reported of it up to then, earliest first: the newest 1,000."""
    told = sorted((r for r in case.told if r.time <= t), key=lambda r: (r.time, r.id))[-MOST_LISTED:]
    return [
        {
            "time": format_instant(r.time),
            "recorded": format_instant(r.first_recorded),
            "type": r.type,
            "step": r.step or None,
            "reporter": r.reporter,
            "giver": r.giver or None,
            "taker": r.taker or None,
            "place": r.event.place,
            "others": [i for i in r.item_ids if i != case.item][:10],
            "id": r.id,
        }
        for r in told
    ]


def _custody(case: ResponsibilityCase, t: Instant) -> list[Document]:
    return [segment_document(s) for s in case.around.timeline(case.item) if s.since <= t][-MOST_LISTED:]


def _evidence(own: Mapping[str, Any], reports: StoredEvents) -> list[Document]:
    """Every event that the dossier rests on: when the platform learned of it, and where it stands in the journal."""
    ids = list(dict.fromkeys(_events_in(own)))[:MOST_PROOFS]
    told = reports.of(ids)
    rows = [
        {
            "id": i,
            "position": told[i].position,
            "time": format_instant(told[i].time),
            "recorded": format_instant(told[i].first_recorded),
            "reporter": told[i].reporter,
            "documents": [_evidence_document(e) for e in told[i].event.evidence],
        }
        for i in ids
        if i in told
    ]
    return sorted(rows, key=lambda row: (row["position"], row["id"]))


def _evidence_document(evidence: Evidence) -> Document:
    return {k: v for k, v in evidence.model_dump().items() if v is not None}


def _events_in(own: Mapping[str, Any]) -> Iterable[str]:
    """The ids of events in the fields of a dossier; the tree is gone through without recursion."""
    branches = [own["composition"]] if own["composition"] is not None else []
    for branch in branches:
        yield from branch["events"]
        branches += branch["parts"]
    yield from (row["id"] for row in own["timeline"])
    for field in ("custody", "owners", "answerable"):
        yield from (e for row in own[field] for e in row["events"])
    for duty in own["duties"]:
        yield duty["trigger"]["event"]
        yield from duty["proof"]


def _names(reader: QuestionReader, own: Mapping[str, Any], context: Context) -> dict[str, str]:
    """The names, at the moment asked about, of every party in the dossier that has one."""
    ids = {own["maker"]} | {p for row in own["custody"] for p in (*row["holders"], row["to"])}
    ids |= {row[who] for row in own["timeline"] for who in ("reporter", "giver", "taker")}
    ids |= {row["party"] for field in ("owners", "answerable", "gaps") for row in own[field]}
    ids |= {duty[who] for duty in own["duties"] for who in ("holder", "actor")}
    firms = {p for p in ids if p and not p.startswith(PRIVATE)}
    histories = histories_of(reader, firms, context)
    return {p: name for p in sorted(firms) if (name := histories[p].at(context.moment).name)}
