"""The lines of an impact: where recalled items are and were, and what was not reported of them (contract 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lineage.domain.graph import ItemFacts
from lineage.domain.instants import OPEN, format_or_none
from lineage.domain.projection.effective_custody import (
    CustodyContext,
    effective_custody,
    enclosing_wholes,
    outermost_wholes,
)
from lineage.domain.traversal.impact import BELOW, UNITS, ImpactLine, Recall, ends_of, is_alive, is_quiet, reached
from lineage.domain.traversal.neighbourhood import ALL_TIME, Neighbourhood
from lineage.domain.traversal.trace import Limits, Walk
from lineage.service.answers import MOST_HOPS, MOST_ITEMS, Context, Document, missing_layers
from lineage.service.journal_reads import StoredEvents, bodies_of
from lineage.stores.interface import QuestionReader

Row = tuple[ImpactLine, str | None]
"""A line, and how it has changed where the question is about changes."""


class ImpactState:
    """Lines about some items, of one state of the store, as known at one transaction time."""

    def __init__(self, reader: QuestionReader, known_at: int, context: Context) -> None:
        self._reader = reader
        self._known_at = known_at
        self._moment = context.moment
        self._check = context.check
        self.sources = 0
        self.undeclared = 0
        self.complete = True

    def lines(self, items: tuple[str, ...] | None, recall: Recall, ids: Sequence[str]) -> list[ImpactLine]:
        """Return the lines about these ids: all of them, or those that the recall describes where `items` is None."""
        facts = self._reader.facts(ids, self._known_at)
        if items is not None:
            unknown_items = [ImpactLine("unknown", x, None, None, OPEN, layer="item") for x in ids if x not in facts]
            return self._concerned([x for x in ids if x in facts]) + unknown_items
        fitting, unclear = self._declared(recall, facts)
        reported = {*fitting, *(line.item for line in unclear)}
        unseen = [line for line in self._unseen(recall, facts) if line.item not in reported]
        return self._concerned(fitting) + unclear + unseen

    # ---- recalled items

    def _declared(self, recall: Recall, facts: Mapping[str, ItemFacts]) -> tuple[list[str], list[ImpactLine]]:
        """Return the items that fit, and lines for those whose declarations are incomplete."""
        fitting: list[str] = []
        unclear: list[ImpactLine] = []
        candidates = {x: f for x, f in facts.items() if recall.kind in (None, f.kind) and recall.made_then(x, f)}
        events = StoredEvents(self._reader).of({f.kind_event for f in candidates.values() if f.kind_event is not None})
        for x, f in candidates.items():
            if f.kind_event is None:
                if f.kind in UNITS and is_alive(f, self._moment):
                    unclear.append(ImpactLine("unknown", x, None, f.first, OPEN, layer="making"))
                continue
            event = events[f.kind_event]
            fits = recall.fits(event.declared(x), event.reporter)
            if fits == "yes":
                fitting.append(x)
            elif fits == "nothing":
                self.undeclared += 1
            elif fits == "in_part" and is_alive(f, self._moment):
                silent = (event.reporter,)
                unclear.append(ImpactLine("unknown", x, None, f.first, OPEN, layer="declaration", silent=silent))
        return fitting, unclear

    def _unseen(self, recall: Recall, facts: Mapping[str, ItemFacts]) -> list[ImpactLine]:
        """Return lines for items that may contain a recalled one, because their parts were not reported."""
        candidates = {
            x: f for x, f in facts.items() if f.kind in BELOW and recall.may_hold(x, f) and is_alive(f, self._moment)
        }
        kinds = {x: f.kind for x, f in candidates.items()}
        missing = missing_layers(self._reader, sorted(candidates), self._known_at, kinds)
        if not missing:
            return []
        ids = [u["item"] for u in missing]
        custody_context = self._custody(ids)
        wholes = {x: custody_context.wholes(x, self._moment) for x in ids}
        reported = self._reader.layers_reported({*ids, *(w for ws in wholes.values() for w in ws)}, self._known_at)
        bodies = bodies_of(self._reader, {e for x in ids if (e := candidates[x].kind_event) is not None})
        lines = []
        for u in missing:
            x = u["item"]
            # a lot stands for cells that are not reported one by one
            if any("lot" in reported.get(y, ()) for y in (x, *wholes[x])):
                continue
            event = candidates[x].kind_event
            silent = () if event is None else (bodies[event]["reporter"],)
            since = candidates[x].first
            lines.append(ImpactLine("unknown", x, None, since, OPEN, u["layer"], u["uncoded"], silent))
        return lines

    # ---- where they are

    def _concerned(self, ids: Sequence[str]) -> list[ImpactLine]:
        """Return lines for where each item is and was, and for those whose whereabouts were not reported."""
        self.sources += len(ids)
        neighbourhood = Neighbourhood(
            "downstream", lambda candidates, _: self._reader.neighbours(candidates, "downstream", self._known_at)
        )
        _prefetch(neighbourhood, ids)
        traced: list[tuple[str, list[ImpactLine], list[str]]] = []
        for x in ids:
            trace = Walk(neighbourhood, Limits(MOST_ITEMS, MOST_HOPS, self._is_late)).run(x, ALL_TIME)
            self.complete = self.complete and trace.cut is None
            traced.append((x, reached(x, trace, self._moment), ends_of(x, trace, neighbourhood, self._moment)))
        looked_up = sorted({*ids, *(e for _, _, ends in traced for e in ends)})
        facts = self._reader.facts(looked_up, self._known_at)
        open_items = sorted({e for _, _, ends in traced for e in ends if is_alive(facts[e], self._moment)})
        custody_context = self._custody(open_items) if open_items else None
        lines = []
        for x, own_lines, ends in traced:
            lines += own_lines
            open_ends = [self._open_line(x, end, custody_context) for end in ends if is_alive(facts[end], self._moment)]
            lines += [line for line in open_ends if line is not None]
            if not own_lines and not any(open_ends) and facts[x].first <= self._moment:
                lines.append(_line_alone(x, facts[x], self._moment))
        return lines

    def _is_late(self) -> bool:
        """Return False, or raise TimeLimitError: a walk that is cut would make lines that are not true."""
        self._check()
        return False

    def _custody(self, ids: Sequence[str]) -> CustodyContext:
        return CustodyContext(*self._reader.custody_rows(ids, self._known_at), self._check)

    def _open_line(self, item: str, end: str, custody_context: CustodyContext | None) -> ImpactLine | None:
        """Return a line for an item in no vehicle: held recently, or without a report for long."""
        assert custody_context is not None
        segment = custody_context.segment_at(end, self._moment)
        if segment is None:
            return None
        custody_status = segment.custody
        whole = None if end == item else end
        last = max(segment.since, max((e.since for e in custody_context.edges_from(end)), default=segment.since))
        if custody_status.status == "held" and not is_quiet(last, self._moment):
            return ImpactLine("now", item, None, segment.since, segment.until) if whole is None else None
        silent = tuple(dict.fromkeys((*([custody_status.to] if custody_status.to else []), *custody_status.holders)))
        return ImpactLine("unknown", item, whole, segment.since, OPEN, layer="vehicle", silent=silent)

    # ---- documents

    def documents(self, rows: Sequence[Row]) -> list[Document]:
        """Return the lines as documents, with the current holders and their regions."""
        subjects = sorted({line.whole or line.item for line, _ in rows})
        facts = self._reader.facts(subjects, self._known_at)
        custody_context = self._custody([x for x in subjects if x in facts]) if facts else None
        custody_status = (
            {x: effective_custody(custody_context, x, self._moment) for x in facts}
            if custody_context is not None
            else {}
        )
        holders = {x: h.holders or h.last for x, h in custody_status.items()}
        regions = self._regions({p for candidates in holders.values() for p in candidates})
        return [self._document(line, change, custody_context, holders, regions) for line, change in rows]

    def _document(
        self,
        line: ImpactLine,
        change: str | None,
        custody_context: CustodyContext | None,
        holders: Mapping[str, tuple[str, ...]],
        regions: Mapping[str, str],
    ) -> Document:
        about = line.whole or line.item
        whole = line.whole
        if whole is None and line.layer in ("making", "declaration", "pack", "cell") and about in holders:
            assert custody_context is not None
            whole = _outermost(custody_context, about, self._moment)
        who = holders.get(about, ())
        document: Document = {
            "status": line.status,
            "item": line.item,
            "whole": whole,
            "since": None if line.since is None else format_or_none(line.since),
            "until": format_or_none(line.until),
            "holders": list(who),
            "region": next((regions[p] for p in who if p in regions), None),
            "remedied": line.remedied,
        }
        if line.status == "unknown":
            silent = line.silent or who
            document |= {"layer": line.layer, "uncoded": line.uncoded, "silent": list(silent)}
        return document if change is None else {"change": change, **document}

    def _regions(self, parties: set[str]) -> dict[str, str]:
        """Return the regions of parties by their enrolments."""
        enrolled = [e for e in self._reader.enrolments(sorted(parties), self._known_at) if e.time <= self._moment]
        latest = {e.party: e.event for e in enrolled}
        bodies = bodies_of(self._reader, set(latest.values()))
        traced = {p: bodies[e]["party"].get("region") for p, e in latest.items()}
        return {p: region for p, region in traced.items() if region}


def _line_alone(item: str, facts: ItemFacts, t: int) -> ImpactLine:
    """Return a line for an item that went into nothing: it has ended, or is on its own."""
    ends = [time for time, *_ in facts.ends if time <= t] + [c for c in facts.consumptions if c <= t]
    if ends:
        return ImpactLine("once", item, None, facts.first, min(ends))
    return ImpactLine("now", item, None, facts.first, OPEN)


def _prefetch(neighbourhood: Neighbourhood, ids: Sequence[str]) -> None:
    """Fetch level by level for all items at once, so that no walk fetches anything."""
    level, met = list(ids), set(ids)
    while level:
        neighbourhood.cover(level)
        level = sorted({e.target for x in level for e in neighbourhood.edges.get(x, ())} - met)
        met.update(level)


def _outermost(custody_context: CustodyContext, item: str, t: int) -> str | None:
    wholes = enclosing_wholes(custody_context, item, t)
    tops = outermost_wholes(custody_context, item, wholes, t) if wholes else []
    return tops[0] if tops else None
