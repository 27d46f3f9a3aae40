"""Whom a recall concerns, line by line, with a digest that seals the list (contract 4, 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import orjson

from lineage.domain.graph import ItemFacts
from lineage.domain.instants import OPEN, format_instant, format_or_none
from lineage.domain.projection.effective_custody import (
    CustodyContext,
    effective_custody,
    enclosing_wholes,
    outermost_wholes,
)
from lineage.domain.traversal.impact import (
    BELOW,
    UNITS,
    ImpactLine,
    Recall,
    changed,
    ends_of,
    is_alive,
    is_quiet,
    reached,
)
from lineage.domain.traversal.neighbourhood import ALL_TIME, Neighbourhood
from lineage.domain.traversal.trace import Limits, Walk
from lineage.service.answers import MOST_HOPS, MOST_ITEMS, Context, Document, canonical_id, missing_layers
from lineage.service.journal_reads import StoredEvents, bodies_of
from lineage.stores.interface import QuestionReader, Store

PAGE: Final = 500
Row = tuple[ImpactLine, str | None]
"""A line, and how it has changed where that is asked for."""


class ImpactQuestion(NamedTuple):
    """What is recalled: `items` by id, or what `recall` says of it. `changed_since`: only what changed since that K."""

    items: tuple[str, ...] | None = None
    recall: Recall = Recall()
    changed_since: int | None = None


def impact(store: Store, question: ImpactQuestion, context: Context) -> Iterator[bytes]:
    """Lines of JSON, each with its end; the last one has the totals, the position and the digest of all before it.

    Everything is as known at K, or as known when the first line was made: whatever arrives meanwhile.
    """
    state = store.read(lambda reader: reader.state())
    known_at = state.recorded if context.known_at is None else context.known_at
    moment = context.moment
    digest, counts, complete = sha256(), Counter[str](), True
    for ids in _sources(store, question):
        page = store.read(lambda reader, some=ids: _page(reader, question, some, known_at, moment))  # type: ignore[misc]
        complete = complete and page.complete
        counts.update({"items": page.sources, "undeclared": page.undeclared})
        for document in page.documents:
            counts[document["status"]] += 1
            counts[document.get("change", "")] += 1
            counts["uncoded"] += document.get("uncoded") or 0
            text = orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
            digest.update(text)
            yield text
    totals = {word: counts[word] for word in ("now", "once", "unknown", "items", "uncoded", "undeclared")}
    if question.changed_since is not None:
        totals |= {change: counts[change] for change in ("added", "released")}
    yield orjson.dumps(
        {
            "totals": totals,
            "as_of": format_instant(moment),
            "known_at": format_instant(known_at) if known_at else None,
            "position": state.position,
            "complete": complete,
            "digest": digest.hexdigest(),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def _sources(store: Store, question: ImpactQuestion) -> Iterator[list[str]]:
    """The ids asked about, or every id there is, a page at a time."""
    if question.items is not None:
        ids = list(dict.fromkeys(map(canonical_id, question.items)))
        yield from (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))
        return
    after = ""
    while page := store.read(lambda reader, last=after: reader.item_ids(last, PAGE)):  # type: ignore[misc]
        yield page
        after = page[-1]


class _Told(NamedTuple):
    documents: list[Document]
    sources: int
    undeclared: int
    complete: bool


def _page(reader: QuestionReader, question: ImpactQuestion, ids: Sequence[str], known_at: int, moment: int) -> _Told:
    now = _Impact(reader, known_at, moment)
    lines = now.lines(question, ids)
    rows: list[Row] = [(line, None) for line in lines]
    if question.changed_since is not None:
        before = _Impact(reader, question.changed_since, moment)
        rows = [(line, change) for change, line in changed(before.lines(question, ids), lines)]
    return _Told(now.documents(rows), now.sources, now.undeclared, now.complete)


class _Impact:
    """Lines about some items, of one state, as known at K."""

    def __init__(self, reader: QuestionReader, known_at: int, moment: int) -> None:
        self._reader = reader
        self._k = known_at
        self._t = moment
        self.sources = 0
        self.undeclared = 0
        self.complete = True

    def lines(self, question: ImpactQuestion, ids: Sequence[str]) -> list[ImpactLine]:
        facts = self._reader.facts(ids, self._k)
        if question.items is not None:
            strangers = [ImpactLine("unknown", x, None, None, OPEN, layer="item") for x in ids if x not in facts]
            return self._concerned([x for x in ids if x in facts]) + strangers
        fitting, unclear = self._declared(question.recall, facts)
        told = {*fitting, *(line.item for line in unclear)}
        unseen = [line for line in self._unseen(question.recall, facts) if line.item not in told]
        return self._concerned(fitting) + unclear + unseen

    # ---- what is recalled

    def _declared(self, recall: Recall, facts: Mapping[str, ItemFacts]) -> tuple[list[str], list[ImpactLine]]:
        """Items that fit, and those of which nobody told enough to say."""
        fitting: list[str] = []
        unclear: list[ImpactLine] = []
        some = {x: f for x, f in facts.items() if recall.kind in (None, f.kind) and recall.made_then(x, f)}
        events = StoredEvents(self._reader).of({f.kind_event for f in some.values() if f.kind_event is not None})
        for x, f in some.items():
            if f.kind_event is None:
                if f.kind in UNITS and is_alive(f, self._t):
                    unclear.append(ImpactLine("unknown", x, None, f.first, OPEN, layer="making"))
                continue
            event = events[f.kind_event]
            fits = recall.fits(event.declared(x), event.reporter)
            if fits == "yes":
                fitting.append(x)
            elif fits == "nothing":
                self.undeclared += 1
            elif fits == "in_part" and is_alive(f, self._t):
                silent = (event.reporter,)
                unclear.append(ImpactLine("unknown", x, None, f.first, OPEN, layer="declaration", silent=silent))
        return fitting, unclear

    def _unseen(self, recall: Recall, facts: Mapping[str, ItemFacts]) -> list[ImpactLine]:
        """Things that may hold what is recalled, because nobody told what is in them."""
        some = {x: f for x, f in facts.items() if f.kind in BELOW and recall.may_hold(x, f) and is_alive(f, self._t)}
        kinds = {x: f.kind for x, f in some.items()}
        lacking = missing_layers(self._reader, sorted(some), self._k, kinds)
        if not lacking:
            return []
        ids = [u["item"] for u in lacking]
        around = CustodyContext(*self._reader.custody_rows(ids, self._k))
        wholes = {x: around.wholes(x, self._t) for x in ids}
        told = self._reader.layers_reported({*ids, *(w for ws in wholes.values() for w in ws)}, self._k)
        bodies = bodies_of(self._reader, {e for x in ids if (e := some[x].kind_event) is not None})
        lines = []
        for u in lacking:
            x = u["item"]
            # a lot stands for the cells that are not told one by one
            if any("lot" in told.get(y, ()) for y in (x, *wholes[x])):
                continue
            event = some[x].kind_event
            silent = () if event is None else (bodies[event]["reporter"],)
            since = some[x].first
            lines.append(ImpactLine("unknown", x, None, since, OPEN, u["layer"], u["uncoded"], silent))
        return lines

    # ---- where it is

    def _concerned(self, ids: Sequence[str]) -> list[ImpactLine]:
        """Where each item is and was, and where nobody told what became of it."""
        self.sources += len(ids)
        near = Neighbourhood("downstream", lambda some, _: self._reader.neighbours(some, "downstream", self._k))
        _prefetch(near, ids)
        found: list[tuple[str, list[ImpactLine], list[str]]] = []
        for x in ids:
            trace = Walk(near, Limits(MOST_ITEMS, MOST_HOPS, lambda: False)).run(x, ALL_TIME)
            self.complete = self.complete and trace.cut is None
            found.append((x, reached(x, trace, self._t), ends_of(x, trace, near, self._t)))
        looked = sorted({*ids, *(e for _, _, ends in found for e in ends)})
        facts = self._reader.facts(looked, self._k)
        loose = sorted({e for _, _, ends in found for e in ends if is_alive(facts[e], self._t)})
        around = CustodyContext(*self._reader.custody_rows(loose, self._k)) if loose else None
        lines = []
        for x, mine, ends in found:
            lines += mine
            open_ends = [self._loose(x, end, around) for end in ends if is_alive(facts[end], self._t)]
            lines += [line for line in open_ends if line is not None]
            if not mine and not any(open_ends) and facts[x].first <= self._t:
                lines.append(_by_itself(x, facts[x], self._t))
        return lines

    def _loose(self, item: str, end: str, around: CustodyContext | None) -> ImpactLine | None:
        """What ends in no vehicle: in somebody's hands for a while, or gone where nobody told."""
        assert around is not None
        segment = around.segment_at(end, self._t)
        if segment is None:
            return None
        hands = segment.custody
        whole = None if end == item else end
        last = max(segment.since, max((e.since for e in around.edges_from(end)), default=segment.since))
        if hands.status == "held" and not is_quiet(last, self._t):
            return ImpactLine("now", item, None, segment.since, segment.until) if whole is None else None
        silent = tuple(dict.fromkeys((*([hands.to] if hands.to else []), *hands.holders)))
        return ImpactLine("unknown", item, whole, segment.since, OPEN, layer="vehicle", silent=silent)

    # ---- what is told of each

    def documents(self, rows: Sequence[Row]) -> list[Document]:
        """Lines with who holds what is concerned now, and where."""
        shown = sorted({line.whole or line.item for line, _ in rows})
        facts = self._reader.facts(shown, self._k)
        around = (
            CustodyContext(*self._reader.custody_rows([x for x in shown if x in facts], self._k)) if facts else None
        )
        hands = {x: effective_custody(around, x, self._t) for x in facts} if around is not None else {}
        holders = {x: h.holders or h.last for x, h in hands.items()}
        regions = self._regions({p for some in holders.values() for p in some})
        return [self._document(line, change, around, holders, regions) for line, change in rows]

    def _document(
        self,
        line: ImpactLine,
        change: str | None,
        around: CustodyContext | None,
        holders: Mapping[str, tuple[str, ...]],
        regions: Mapping[str, str],
    ) -> Document:
        about = line.whole or line.item
        whole = line.whole
        if whole is None and line.layer in ("making", "declaration", "pack", "cell") and about in holders:
            assert around is not None
            whole = _top(around, about, self._t)
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
        """The regions of parties as they are enrolled then."""
        enrolled = [e for e in self._reader.enrolments(sorted(parties), self._k) if e.time <= self._t]
        latest = {e.party: e.event for e in enrolled}
        bodies = bodies_of(self._reader, set(latest.values()))
        found = {p: bodies[e]["party"].get("region") for p, e in latest.items()}
        return {p: region for p, region in found.items() if region}


def _by_itself(item: str, facts: ItemFacts, t: int) -> ImpactLine:
    """A thing that went into nothing: it has ended, or is there as it is."""
    ends = [time for time, *_ in facts.ends if time <= t] + [c for c in facts.consumptions if c <= t]
    if ends:
        return ImpactLine("once", item, None, facts.first, min(ends))
    return ImpactLine("now", item, None, facts.first, OPEN)


def _prefetch(near: Neighbourhood, ids: Sequence[str]) -> None:
    """Fetch level by level for all at once, so that each walk finds everything there."""
    level, met = list(ids), set(ids)
    while level:
        near.cover(level)
        level = sorted({e.target for x in level for e in near.edges.get(x, ())} - met)
        met.update(level)


def _top(around: CustodyContext, item: str, t: int) -> str | None:
    wholes = enclosing_wholes(around, item, t)
    tops = outermost_wholes(around, item, wholes, t) if wholes else []
    return tops[0] if tops else None
