"""Items and corrections with what their rules look at, fetched many at once, and judged (contract 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from lineage.domain.compliance.duties import Duty, duties_of
from lineage.domain.events.corrections import Correction, CorrectionStatus, correction_of
from lineage.domain.events.stored_event import StoredEvent, stored_event_of
from lineage.domain.findings import (
    CorrectionEvidence,
    EventEvidence,
    Finding,
    ItemEvidence,
    RuleContext,
    findings_of,
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
    Holding,
    ItemFacts,
    Mention,
)
from lineage.domain.instants import OPEN
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.evidence import StoredEvents, fetched_context
from lineage.service.projection.commits import related_corrections
from lineage.service.questions.journal import body_of
from lineage.stores.interface import Entry, EntryFilter, FindingPlace, QuestionReader

PAGE: Final = 500
"""Items that are judged together: what is fetched for them is all that is held."""
ITEMS: Final = 0
CORRECTIONS: Final = 1
Place = FindingPlace
Evaluated = list[tuple[Place, list[Finding]]]
FAR: Final = OPEN - 30 * 86_400_000
"""When every window has passed: what is not told by then is missing."""
START: Final[Place] = (ITEMS, "")
END: Final[Place] = (2, "")


def correction_place(position: int) -> Place:
    """The place of a correction: positions in the order of texts."""
    return CORRECTIONS, f"{position:015}"


class FindingEvaluator:
    """Judges items and corrections of one state, as known then; None is now. Remembers which parties are enrolled."""

    def __init__(self, reader: QuestionReader, known_at: int | None) -> None:
        self._reader = reader
        self._known_at = known_at
        self._book = rule_book()
        self._enrolled: dict[str, bool] = {}

    def page(self, after: Place, most: int = PAGE) -> tuple[Evaluated, Place]:
        """The next items or corrections after a place, and how far that went; END when there is nothing more."""
        phase, anchor = after
        if phase == ITEMS:
            ids = self._reader.item_ids(anchor, most)
            following = (ITEMS, ids[-1]) if len(ids) == most else correction_place(0)
            return self.items(ids), following
        entries = self._reader.entries(int(anchor), most, EntryFilter(type="corrected"))
        following = correction_place(entries[-1].position) if len(entries) == most else END
        return self.corrections(entries), following

    def items(self, ids: Iterable[str]) -> Evaluated:
        """What is wrong about each of these items, those that nobody named then left out."""
        return [((ITEMS, view.item), findings_of(view)) for view in self._views(list(dict.fromkeys(ids)))]

    def _views(self, ids: list[str]) -> list[ItemEvidence]:
        reader, k = self._reader, self._known_at
        facts = reader.facts(ids, k)
        told: dict[str, list[Mention]] = {x: [] for x in ids if x in facts}
        for m in reader.mentions(list(told), k):
            told[m.item].append(m)
        wanted = dict.fromkeys(m.event for x, ms in told.items() for m in ms if not _is_use(facts[x], m))
        fetched = StoredEvents(reader)
        timed = fetched.of(wanted)
        reports = {e: _report(timed[e], fetched.body(e)) for e in wanted}
        enrolled = self._known({p for r in reports.values() for p in r.parties()})
        around = self._around(facts, told)
        ruled = self._ruled(told, timed, around, fetched)
        below = self._below([x for x, ms in told.items() if any(m.role in (WHOLE, OUTPUT) for m in ms)])
        twins = self._twins(list(told))
        views = []
        for x, mentions in told.items():
            parts, inputs, kinds = below.get(x, ([], [], {}))
            mentions.sort(key=lambda m: (m.time, m.event))
            holdings = list(around.holdings_ever(x))
            wholes = list(around.edges_from(x))
            views.append(
                ItemEvidence(
                    x,
                    facts[x],
                    mentions,
                    reports,
                    wholes,
                    parts,
                    inputs,
                    holdings,
                    kinds,
                    around,
                    twins[x],
                    enrolled,
                    ruled.get(x),
                )
            )
        return views

    def _ruled(
        self,
        told: Mapping[str, list[Mention]],
        timed: Mapping[str, StoredEvent],
        around: CustodyContext,
        fetched: StoredEvents,
    ) -> dict[str, RuleContext]:
        """Duties of the items that a report is about in the first place, and what receivers are judged by."""
        context = Context(FAR, lambda: False, None, self._known_at)
        world = fetched_context(self._reader, fetched, timed.values(), around, context)
        found = {}
        for x, mentions in told.items():
            mine = {m.event: timed[m.event] for m in mentions if m.event in timed}
            duties: list[Duty] = []
            if any(r.ids[:1] == (x,) or (r.type == "inspected" and r.step) for r in mine.values()):
                duties = [d for d in duties_of(mine.values(), self._book, world, FAR) if x in d.items]
            if duties or any(m.role == MOVED for m in mentions):
                found[x] = RuleContext(self._book, world, duties, mine)
        return found

    def _known(self, parties: set[str]) -> frozenset[str]:
        """Those of the parties that an event in force enrols."""
        fresh = sorted(p for p in parties if p not in self._enrolled)
        if fresh:
            found = {e.party for e in self._reader.enrolments(fresh, self._known_at)}
            self._enrolled.update({p: p in found for p in fresh})
        return frozenset(p for p in parties if self._enrolled[p])

    def _around(self, facts: dict[str, ItemFacts], told: dict[str, list[Mention]]) -> CustodyContext:
        """Everything that the items were ever inside; of lots only what their own rules need."""
        reader, k = self._reader, self._known_at
        lots = [x for x in told if facts[x].is_lot]
        solid = [x for x in told if not facts[x].is_lot]
        edges, holdings, known = reader.custody_rows(solid, k) if solid else ([], [], {})
        known = {**known, **{x: facts[x] for x in told}}
        out = {(x, m.other) for x in lots for m in told[x] if m.role == TAKEN_OUT and m.other}
        own = reader.own_custody_rows(lots, sorted(out), k) if lots else None
        if own is not None:
            edges, holdings = [*edges, *own[0]], [*holdings, *own[1]]
        elif lots:
            more, held, _ = reader.custody_rows(lots, k)
            holdings = _once([*holdings, *(h for h in held if h.item in told)])
            edges = [*edges, *(e for e in more if (e.source, e.target) in out)]
        return CustodyContext(edges, holdings, known)

    def _below(self, ids: list[str]) -> dict[str, tuple[list[Edge], list[Edge], dict[str, str]]]:
        """Parts and inputs of the items, and the kinds of their parts."""
        found: dict[str, tuple[list[Edge], list[Edge], dict[str, str]]] = defaultdict(lambda: ([], [], {}))
        if not ids:
            return found
        got = self._reader.neighbours(ids, "upstream", self._known_at)
        mine = set(ids)
        for edge in got.edges:
            if edge.target not in mine:
                continue
            parts, inputs, kinds = found[edge.target]
            if edge.type == PART_OF:
                parts.append(edge)
                kinds[edge.source] = got.nodes[edge.source].kind
            elif edge.type == BECAME:
                inputs.append(edge)
        return found

    def _twins(self, ids: list[str]) -> dict[str, tuple[str, ...]]:
        """Of the codes that hold letters easily misread, those that look like them and are there, too."""
        alike = {x: twin_codes(x) if is_ambiguous(x) else [] for x in ids}
        context = sorted({t for some in alike.values() for t in some})
        there = self._reader.facts(context, self._known_at) if context else {}
        return {x: tuple(t for t in some if t in there) for x, some in alike.items()}

    # ---- corrections

    def corrections(self, entries: Sequence[Entry]) -> Evaluated:
        """What is wrong about each of these corrections, those recorded later left out."""
        until = OPEN if self._known_at is None else self._known_at
        mine = [e for e in entries if e.recorded <= until]
        if not mine:
            return []
        related = related_corrections(self._reader, [e.id for e in mine], until=until)
        ids = {x for c in related for x in (c.id, c.target)}
        homes = self._reader.entries_by_id({correction_of(i) or i for i in ids})
        there = {i: e for i, e in homes.items() if e.recorded <= until}
        bodies = {
            i: body_of(there[h], i) for i in ids if (h := correction_of(i) or i) in there and _brings(there[h], i)
        }
        reports = {
            i: _report(stored_event_of(b, i, there[correction_of(i) or i].recorded), b) for i, b in bodies.items()
        }
        standing = CorrectionStatus(related, lambda i: i in reports)
        by_id = {c.id: c for c in related}
        return [(correction_place(e.position), self._judged(by_id[e.id], standing, reports)) for e in mine]

    def _judged(self, c: Correction, standing: CorrectionStatus, reports: dict[str, EventEvidence]) -> list[Finding]:
        target = reports.get(c.target)
        return findings_of_correction(
            CorrectionEvidence(c, standing, reports, () if target is None else tuple(items_in(target.body)))
        )


def _is_use(facts: ItemFacts, m: Mention) -> bool:
    """A lot goes into ever so many things: those reports say nothing of it that a rule looks at."""
    return facts.is_lot and m.role == PUT_IN


def _once(holdings: list[Holding]) -> list[Holding]:
    return list(dict.fromkeys(holdings))


def _brings(entry: Entry, event_id: str) -> bool:
    """Whether the event is there: the entry's own, or a replacement that it brings."""
    return event_id == entry.id or "replacement" in orjson.loads(entry.event)


def _report(timed: StoredEvent, body: Mapping[str, Any]) -> EventEvidence:
    return EventEvidence(
        timed.id, timed.recorded, timed.type, timed.step, timed.time, timed.reporter, _region(body), body
    )


def _region(body: Mapping[str, Any]) -> str:
    """The place of an event where it is a region; a site says none."""
    place = str(body.get("place") or "")
    return place if len(place) == 6 and place.isdigit() else ""


def items_in(body: Mapping[str, Any]) -> list[str]:
    """Every item that an event names, as kept."""
    listed = [x for field in ("items", "parts", "inputs", "outputs") for x in body.get(field, ())]
    ids = [x if isinstance(x, str) else x["id"] for x in listed]
    return list(dict.fromkeys([*([body["whole"]] if "whole" in body else []), *ids]))
