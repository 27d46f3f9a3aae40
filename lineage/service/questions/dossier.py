"""The dossier: everything that is known of one item at a time, with the events that prove it (contract 6, 8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeVar

from lineage.domain.compliance.party_history import PRIVATE
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import TimeLimitError
from lineage.domain.events.models import Evidence
from lineage.domain.identifiers.decoding import decode
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.instants import OPEN, Instant, format_instant, format_or_none
from lineage.domain.projection.effective_custody import enclosing_wholes
from lineage.service.answers import MOST_LISTED, Context, Document, Truncation, build_answer, canonical_id, not_yet_born
from lineage.service.evidence import histories_of
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions.batch_siblings import Siblings, siblings_of
from lineage.service.questions.compliance.refusals import first_refusable
from lineage.service.questions.compliance.responsibility import ResponsibilityCase, case_of, responsibility_fields
from lineage.service.questions.custody import segment_document
from lineage.service.questions.findings import FindingsAbout, finding_document, findings_about
from lineage.service.questions.items import dates_of, declared_of
from lineage.service.questions.lineage import Composed, composed
from lineage.stores.interface import QuestionReader, ReadableStore

MOST_TREE: Final = 1_000
"""Items of the composition that are shown; a vehicle with its cells has some hundreds."""
MOST_PROOFS: Final = 2_000


T = TypeVar("T")


def dossier(store: ReadableStore, item_id: str, context: Context, book: RuleBook) -> Document:
    """Answer with composition, timeline, custody, siblings, responsibility, duties, gaps and proofs, as of `at`.

    Where the time does not suffice for a part of it, that is empty and the answer is cut.
    """
    item = canonical_id(item_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        case = case_of(reader, item, context, book)
        responsible, cut = responsibility_fields(case, context, book)
        parts = _Parts(reader, store, case, context, book)
        scheme = parse_identifier(item, is_stored=True).scheme
        fields: Document = {"id": item, "kind": case.facts.kind, "scheme": scheme}
        fields |= declared_of(reader, item, case.facts, context.moment)
        fields |= {"decoded": decode(item), **dates_of(reader, item, case.facts, context), **responsible}
        fields |= {"timeline": _timeline(case, context.moment), **parts.fields(fields["maker"], responsible)}
        fields |= {"digest": state.digest, **not_yet_born(case.facts, context)}
        return build_answer(state, context, fields, cut=parts.cut or cut, unknown=parts.unknown)

    return store.read(work)


class _Parts:
    """The parts of a dossier that may take long, each of which the time limit may leave out; `cut`: whether it did."""

    def __init__(
        self, reader: QuestionReader, store: ReadableStore, case: ResponsibilityCase, context: Context, book: RuleBook
    ) -> None:
        self._reader, self._cache, self._case, self._context, self._book = reader, store.findings, case, context, book
        self.cut: Truncation | None = None
        self.unknown: list[Document] = []

    def fields(self, maker: str | None, responsible: Document) -> Document:
        """Return the fields, what is looked for first after a fire ahead: what it consists of and what is wrong."""
        item = self._case.item
        composition = self._in_time(self._composed, Composed(None, [], [], None))
        none: list[Document] = []
        custody = self._in_time(self._custody, none)
        inside = self._in_time(lambda: self._inside(item), None)
        wrong = self._in_time(lambda: self._findings(inside), FindingsAbout([], self._late()))
        history = self._in_time(lambda: _history(self._reader, item, inside or (), self._context), none)
        others = [x for x in composition.items if x != item]
        siblings = self._in_time(
            lambda: siblings_of(self._reader, item, others, self._context), Siblings([], is_complete=False)
        )
        first = self._in_time(lambda: first_refusable(self._reader, self._case, self._context, self._book), None)
        self.unknown = composition.unknown
        self.cut = self.cut or wrong.cut or composition.cut
        fields: Document = {
            "composition": composition.tree,
            "custody": custody,
            "siblings": siblings.rows,
            "siblings_complete": siblings.is_complete,
            "first_refusable": first,
            "findings": [finding_document(f) for f in wrong.findings],
            "findings_complete": wrong.cut is None,
            "history": history,
        }
        cited = {"timeline": _timeline(self._case, self._context.moment), **responsible, **fields, "maker": maker}
        fields["evidence"] = self._in_time(lambda: _evidence(cited, self._case.stored_events), none)
        nobody: dict[str, str] = {}
        fields["parties"] = self._in_time(lambda: _names(self._reader, cited, self._context), nobody)
        return fields

    def _in_time(self, part: Callable[[], T], nothing: T) -> T:
        """Return a part of the dossier, or nothing and a cut once the time is over."""
        try:
            if not self._context.deadline_passed():
                return part()
        except TimeLimitError:
            pass
        self.cut = self.cut or self._late()
        return nothing

    def _late(self) -> Truncation:
        return Truncation("time_limit", [self._case.item])

    def _composed(self) -> Composed:
        return composed(self._reader, self._case.item, self._context, max_items=MOST_TREE)

    def _custody(self) -> list[Document]:
        """Return the newest 1,000 segments up to the time of the question; fewer, and a cut, if time was short."""
        segments = self._case.custody_context.timeline(self._case.item, self._context.deadline_passed)
        if not segments or segments[-1].until < OPEN:
            self.cut = self.cut or self._late()
        return [segment_document(s) for s in segments if s.since <= self._context.moment][-MOST_LISTED:]

    def _inside(self, item: str) -> set[str]:
        """Return everything that is in the item at the time of the question, directly or not."""
        reader, context = self._reader, self._context
        inside: set[str] = set()
        level = {item}
        while level:
            if context.deadline_passed():
                raise TimeLimitError
            fetched = reader.neighbours(sorted(level), "upstream", context.known_at, part_of_only=True)
            parts = {e.source for e in fetched.edges if e.target in level and e.since <= context.moment < e.until}
            level = parts - inside
            inside |= level
        return inside - {item}

    def _findings(self, inside: set[str] | None) -> FindingsAbout:
        """Return the findings about the item, what is in it and what it is in; not all where `inside` is not known."""
        case = self._case
        about = {case.item, *(inside or ()), *enclosing_wholes(case.custody_context, case.item, self._context.moment)}
        found = findings_about(self._reader, self._cache, about, self._context, self._book)
        return found if inside is not None else found._replace(cut=found.cut or self._late())


def _history(reader: QuestionReader, item: str, inside: Collection[str], context: Context) -> list[Document]:
    """Return the stays that are over: of what is in the item, in anything, and of anything in the item."""
    edges = set(reader.neighbours([item], "upstream", context.known_at, part_of_only=True).edges)
    if inside:
        edges.update(reader.neighbours(sorted(inside), "downstream", context.known_at, part_of_only=True).edges)
    over = [
        e
        for e in edges
        if (e.target == item or e.source in inside)
        and e.since <= context.moment
        and not e.since <= context.moment < e.until
    ]
    return [
        {"item": e.source, "whole": e.target, "since": format_instant(e.since), "until": format_or_none(e.until)}
        for e in sorted(over, key=lambda e: (e.since, e.source, e.target, e.until))
    ]


def _timeline(case: ResponsibilityCase, t: Instant) -> list[Document]:
    """Return the newest 1,000 events of the item up to `t`, earliest first."""
    events = sorted((r for r in case.events if r.time <= t), key=lambda r: (r.time, r.id))[-MOST_LISTED:]
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
        for r in events
    ]


def _evidence(fields: Mapping[str, Any], stored_events: StoredEvents) -> list[Document]:
    """Return every event that the dossier cites, by time and id, with its journal position and when it first came."""
    ids = list(dict.fromkeys(_events_in(fields)))[:MOST_PROOFS]
    events = stored_events.of(ids)
    rows = [
        {
            "id": i,
            "position": events[i].position,
            "time": format_instant(events[i].time),
            "recorded": format_instant(events[i].first_recorded),
            "reporter": events[i].reporter,
            "documents": [_evidence_document(e) for e in events[i].event.evidence],
        }
        for i in ids
        if i in events
    ]
    return sorted(rows, key=lambda row: (row["time"], row["id"]))


def _evidence_document(evidence: Evidence) -> Document:
    return {k: v for k, v in evidence.model_dump().items() if v is not None}


def _events_in(fields: Mapping[str, Any]) -> Iterable[str]:
    """Yield the ids of events in the fields of a dossier; the tree is traversed without recursion."""
    branches = [fields["composition"]] if fields["composition"] is not None else []
    for branch in branches:
        yield from branch["events"]
        branches += branch["parts"]
    yield from (row["id"] for row in fields["timeline"])
    for field in ("custody", "owners", "answerable"):
        yield from (e for row in fields[field] for e in row["events"])
    for duty in fields["duties"]:
        yield duty["trigger"]["event"]
        yield from duty["proof"]


def _names(reader: QuestionReader, fields: Mapping[str, Any], context: Context) -> dict[str, str]:
    """Return the names of the parties in the dossier, as of the time of the question."""
    ids = {fields["maker"]} | {p for row in fields["custody"] for p in (*row["holders"], row["to"])}
    ids |= {row[who] for row in fields["timeline"] for who in ("reporter", "giver", "taker")}
    ids |= {row["party"] for field in ("owners", "answerable", "gaps") for row in fields[field]}
    ids |= {duty[who] for duty in fields["duties"] for who in ("holder", "actor")}
    enterprises = {p for p in ids if p and not p.startswith(PRIVATE)}
    histories = histories_of(reader, enterprises, context)
    return {p: name for p in sorted(enterprises) if (name := histories[p].at(context.moment).name)}
