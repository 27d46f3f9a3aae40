"""Evaluation of findings: items and corrections with the evidence that their rules need, fetched many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, NamedTuple

from lineage.domain.compliance.duties import Duty, duties_of
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.events.corrections import Correction, CorrectionStatus
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings import (
    CorrectionEvidence,
    Finding,
    ItemEvidence,
    RuleContext,
    completed,
    drafts_of,
    findings_of_correction,
    twin_codes,
)
from lineage.domain.findings.identity import is_ambiguous
from lineage.domain.graph import (
    BECAME,
    MOVED,
    OUTPUT,
    PART_OF,
    PUT_IN,
    TAKEN_OUT,
    WHOLE,
    Edge,
    ItemFacts,
    Mention,
)
from lineage.domain.instants import DAY, OPEN
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.service.answers import Context, unlimited
from lineage.service.evidence import fetched_context, remade
from lineage.service.journal_reads import StoredEvents, entries_holding, events_of_entry, related_corrections
from lineage.stores.interface import EntryFilter, EvidenceReader, FindingPlace, QuestionReader

PAGE: Final = 500
"""Items that are evaluated together: only the evidence of so many is held in memory."""
ITEMS: Final = 0
CORRECTIONS: Final = 1
Place = FindingPlace
Evaluated = list[tuple[Place, list[Finding]]]
FAR_FUTURE: Final = OPEN - 30 * DAY
"""An instant by which every window has passed: what is not reported by then is missing."""
START: Final[Place] = (ITEMS, "")
END: Final[Place] = (2, "")


FIRST_CORRECTION: Final[Place] = (CORRECTIONS, "")
"""The place ahead of every correction."""
_CORRECTIONS_PAGE: Final = 2_000
"""Corrections that are evaluated together: their ids are sorted for each page."""


class _BelowEdges(NamedTuple):
    """The edges that lead to an item: its parts, its inputs, and the kinds of its parts."""

    parts: list[Edge]
    inputs: list[Edge]
    kinds: dict[str, str]


class FindingEvaluator:
    """Evaluates items and corrections in one state of a store, as known at `known_at`; None is now.

    It remembers which parties are enrolled.
    """

    def __init__(
        self, reader: EvidenceReader, known_at: int | None, book: RuleBook, check: Callable[[], None] = unlimited
    ) -> None:
        self._reader = reader
        self._known_at = known_at
        self._book = book
        self._check = check
        self._context = Context(FAR_FUTURE, lambda: False, None, known_at, check)
        self._enrolled: dict[str, bool] = {}

    def items(self, ids: Iterable[str]) -> Evaluated:
        """Return the findings about each of these items; items that no event names as known then are left out."""
        stored_events = StoredEvents(self._reader)
        drafts = {e.item: self._drafts(e) for e in self._evidence(list(dict.fromkeys(ids)), stored_events)}
        # a finding names the reporters of all events that prove it, whichever items were evaluated together
        events = stored_events.of([i for findings in drafts.values() for f in findings for i in f.events])
        return [((ITEMS, item), completed(findings, events)) for item, findings in drafts.items()]

    def _drafts(self, evidence: ItemEvidence) -> list[Finding]:
        self._check()
        return drafts_of(evidence)

    def _evidence(self, ids: list[str], stored_events: StoredEvents) -> list[ItemEvidence]:
        reader, known_at = self._reader, self._known_at
        facts = reader.facts(ids, known_at)
        mentions: dict[str, list[Mention]] = {x: [] for x in ids if x in facts}
        for m in reader.mentions(list(mentions), known_at):
            mentions[m.item].append(m)
        wanted = dict.fromkeys(m.event for x, ms in mentions.items() for m in ms if not _is_lot_use(facts[x], m))
        events = stored_events.of(wanted)
        enrolled = self._enrolled_among({p for e in events.values() for p in e.parties})
        context = self._custody_context(facts, mentions)
        rules = self._rules(mentions, events, context, stored_events)
        below = self._below([x for x, ms in mentions.items() if any(m.role in (WHOLE, OUTPUT) for m in ms)])
        twins = self._twins(list(mentions))
        moved = {x: facts[x] for x, ms in mentions.items() if any(m.role == MOVED for m in ms)}
        of_used = remade(moved, stored_events, reader, self._context)
        return [
            ItemEvidence(
                item=x,
                facts=facts[x],
                mentions=sorted(mentions[x], key=lambda m: (m.time, m.event)),
                events=events,
                wholes=list(context.edges_from(x)),
                **below[x]._asdict(),
                holdings=list(context.holdings_ever(x)),
                custody_context=context,
                twins=twins[x],
                enrolled=enrolled,
                is_remade=x in of_used,
                rules=rules.get(x),
                check=self._check,
            )
            for x in mentions
        ]

    def _rules(
        self,
        mentions: Mapping[str, list[Mention]],
        events: Mapping[str, StoredEvent],
        custody_context: CustodyContext,
        stored_events: StoredEvents,
    ) -> dict[str, RuleContext]:
        """Return the rule context of each item that is the first of an event, was sighted, or was handed over."""
        duty_context = fetched_context(
            self._reader, stored_events, events.values(), custody_context, self._context, self._book
        )
        rules = {}
        for x, ms in mentions.items():
            is_lot = custody_context.is_lot(x)
            named = {m.event for m in ms if not (is_lot and m.role == PUT_IN)}
            own = [events[i] for i in sorted(named) if i in events]
            duties: list[Duty] = []
            if any(e.item_ids[:1] == (x,) or (e.type == "inspected" and e.step) for e in own):
                duties = [d for d in duties_of(own, self._book, duty_context, FAR_FUTURE) if x in d.items]
            if duties or any(m.role == MOVED for m in ms):
                rules[x] = RuleContext(self._book, duty_context, duties)
        return rules

    def _enrolled_among(self, parties: set[str]) -> frozenset[str]:
        """Return those of the parties that an event in force enrols."""
        fresh = sorted(p for p in parties if p not in self._enrolled)
        if fresh:
            enrolled = {e.party for e in self._reader.enrolments(fresh, self._known_at)}
            self._enrolled.update({p: p in enrolled for p in fresh})
        return frozenset(p for p in parties if self._enrolled[p])

    def _custody_context(self, facts: dict[str, ItemFacts], mentions: dict[str, list[Mention]]) -> CustodyContext:
        """Fetch the rows about everything that the items were ever inside; of lots only what their own rules need."""
        reader, known_at = self._reader, self._known_at
        lots = [x for x in mentions if facts[x].is_lot]
        others = [x for x in mentions if not facts[x].is_lot]
        edges, holdings, known_facts = reader.custody_rows(others, known_at) if others else ([], [], {})
        known_facts = {**known_facts, **{x: facts[x] for x in mentions}}
        removals = {(x, m.other) for x in lots for m in mentions[x] if m.role == TAKEN_OUT and m.other}
        own = reader.own_custody_rows(lots, sorted(removals), known_at) if lots else None
        if own is not None:
            edges, holdings = [*edges, *own[0]], [*holdings, *own[1]]
        elif lots:
            lot_edges, lot_holdings, _ = reader.custody_rows(lots, known_at)
            holdings = list(dict.fromkeys([*holdings, *(h for h in lot_holdings if h.item in mentions)]))
            edges = [*edges, *(e for e in lot_edges if (e.source, e.target) in removals)]
        return CustodyContext(edges, holdings, known_facts, self._check)

    def _below(self, ids: list[str]) -> Mapping[str, _BelowEdges]:
        """Return the parts and inputs of the items, and the kinds of their parts."""
        below: dict[str, _BelowEdges] = defaultdict(lambda: _BelowEdges([], [], {}))
        if not ids:
            return below
        fetched = self._reader.neighbours(ids, "upstream", self._known_at)
        requested = set(ids)
        for edge in fetched.edges:
            if edge.target not in requested:
                continue
            if edge.type == PART_OF:
                below[edge.target].parts.append(edge)
                below[edge.target].kinds[edge.source] = fetched.nodes[edge.source].kind
            elif edge.type == BECAME:
                below[edge.target].inputs.append(edge)
        return below

    def _twins(self, ids: list[str]) -> dict[str, tuple[str, ...]]:
        """Return, for codes with letters that are easily misread, the known items whose codes look like them."""
        candidates = {x: twin_codes(x) if is_ambiguous(x) else [] for x in ids}
        codes = sorted({t for twins in candidates.values() for t in twins})
        known = self._reader.facts(codes, self._known_at) if codes else {}
        return {x: tuple(t for t in twins if t in known) for x, twins in candidates.items()}

    # ---- corrections

    def corrections(self, ids: Iterable[str]) -> Evaluated:
        """Return the findings about each of these corrections, by id; those recorded later are left out."""
        until = OPEN if self._known_at is None else self._known_at
        entries = self._reader.entries_by_id(ids)
        known = sorted(i for i, e in entries.items() if e.recorded <= until)
        if not known:
            return []
        related = related_corrections(self._reader, known, until=until)
        events = self._known_events({x for c in related for x in (c.id, c.target)}, until)
        status = CorrectionStatus(related, lambda i: i in events)
        by_id: dict[str, Correction] = {c.id: c for c in related}
        return [((CORRECTIONS, i), findings_of_correction(CorrectionEvidence(by_id[i], status, events))) for i in known]

    def _known_events(self, ids: Collection[str], until: int) -> dict[str, StoredEvent]:
        """Return those of the events and replacements that are in the journal, recorded by `until` at the latest."""
        entries = entries_holding(self._reader, ids)
        return {
            event.id: StoredEvent(event, entry.position, entry.recorded, entry.recorded)
            for entry in {e.id: e for e in entries.values() if e.recorded <= until}.values()
            for event in events_of_entry(entry)
            if event.id in ids
        }


class FindingPages(FindingEvaluator):
    """Evaluates everything in one state of a store, page by page."""

    def __init__(
        self, reader: QuestionReader, known_at: int | None, book: RuleBook, check: Callable[[], None] = unlimited
    ) -> None:
        super().__init__(reader, known_at, book, check)
        self._pages = reader
        self._correction_ids: list[str] | None = None

    def page(self, after: Place, most: int = PAGE) -> tuple[Evaluated, Place]:
        """Evaluate the next items or corrections after a place; return also how far that went, END at the end."""
        phase, anchor = after
        if phase == ITEMS:
            ids = self._pages.item_ids(anchor, most)
            following = (ITEMS, ids[-1]) if len(ids) == most else FIRST_CORRECTION
            return self.items(ids), following
        ids = [i for i in self.correction_ids() if i > anchor][:_CORRECTIONS_PAGE]
        return self.corrections(ids), (CORRECTIONS, ids[-1]) if len(ids) == _CORRECTIONS_PAGE else END

    def correction_ids(self) -> list[str]:
        """Return the ids of all corrections in the journal, by id."""
        if self._correction_ids is None:
            ids: list[str] = []
            after = 0
            while page := self._pages.entries(after, _CORRECTIONS_PAGE, EntryFilter(type="corrected")):
                ids += [e.id for e in page]
                after = page[-1].position
            self._correction_ids = sorted(ids)
        return self._correction_ids


def _is_lot_use(facts: ItemFacts, mention: Mention) -> bool:
    """Return whether a mention installs some of a lot: there are many of them, and no rule looks at their events."""
    return facts.is_lot and mention.role == PUT_IN
