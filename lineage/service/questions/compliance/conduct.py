"""The conduct of a party: intake against capacity, punctuality, open hand-overs (contract 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from statistics import median
from typing import Final

from lineage.domain.compliance.duties import Duty, reported_duties_of
from lineage.domain.compliance.party_history import History
from lineage.domain.compliance.rule_sets import RuleBook, day_of, start_of
from lineage.domain.instants import format_instant
from lineage.domain.projection.effective_custody import CustodyContext
from lineage.service.answers import Context, Document, Truncation, build_answer, canonical_id
from lineage.service.evidence import fetched_context, histories_of
from lineage.service.journal_reads import StoredEvents
from lineage.service.questions.compliance.annual_intake import Yearly, add_intake
from lineage.service.questions.compliance.party_events import events_of_party, require_concerned
from lineage.service.questions.custody import held_count
from lineage.stores.interface import QuestionReader, Store

MOST_OPEN: Final = 100
_PAGE: Final = 1_000
_MOST_HELD: Final = 20_000
"""Holdings that are searched for hand-overs without an acknowledgement."""


def conduct(store: Store, party_id: str, context: Context, book: RuleBook) -> Document:
    """Answer with holdings, intake by year, punctuality of own reports, open hand-overs, as of `at` (default now)."""
    party = canonical_id(party_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        require_concerned(reader, party, context)
        t = context.moment
        history = histories_of(reader, {party}, context)[party]
        unacknowledged, is_complete = _unacknowledged(reader, party, context)
        expected = reader.in_transit_to(party, t, context.known_at, "", MOST_OPEN + 1)
        taken_in, own_duties = _reported(reader, party, context, book)
        fields: Document = {
            "id": party,
            "held": held_count(reader, party, context),
            "throughput": _throughput(taken_in, history, day_of(t)),
            "punctuality": _punctuality(own_duties),
            "given": unacknowledged[:MOST_OPEN],
            "expected": [
                {"item": a.item, "giver": a.giver, "since": format_instant(a.since)} for a in expected[:MOST_OPEN]
            ],
            "open_complete": is_complete and max(len(unacknowledged), len(expected)) <= MOST_OPEN,
        }
        cut = Truncation("time_limit", [party]) if context.deadline_passed() else None
        return build_answer(state, context, fields, cut=cut)

    return store.read(work)


def _unacknowledged(reader: QuestionReader, party: str, context: Context) -> tuple[list[Document], bool]:
    """Return the items in transit from the party without an acknowledgement, and whether all holdings were searched."""
    items: list[Document] = []
    after, looked = "", 0
    while looked < _MOST_HELD and len(items) <= MOST_OPEN:
        page = reader.holdings(party, context.moment, context.known_at, after, _PAGE)
        items += [{"item": h.item, "since": format_instant(h.since)} for h in page if h.status == "in_transit"]
        looked += len(page)
        if len(page) < _PAGE:
            return items, True
        after = page[-1].item
    return items, False


def _throughput(yearly: Yearly, history: History, today: date) -> list[Document]:
    """Return the intake year by year; the capacity is that of the permits at the end of the year, or today."""
    rows = []
    for year, (kg, items, unknown) in sorted(yearly.items()):
        last = min(date(year, 12, 31), today)
        permits = history.at(start_of(last)).permits
        allowed = [p.capacity_kg_per_year for p in permits if p.capacity_kg_per_year and p.holds(last)]
        rows.append(
            {
                "year": year,
                "kg": round(kg, 1),
                "items": items,
                "without_mass": unknown,
                "capacity_kg": sum(allowed) if allowed else None,
            }
        )
    return rows


def _reported(reader: QuestionReader, party: str, context: Context, book: RuleBook) -> tuple[Yearly, list[Duty]]:
    """Return the intake by its own reports up to the time of the question, and the duties that they met, also late.

    Both are those of the events read until the deadline has passed.
    """
    now = context.now if context.known_at is None else context.known_at
    taken_in: Yearly = {}
    duties: list[Duty] = []
    for batch in events_of_party(reader, party, context):
        events = [e for e in batch.events if e.time <= context.moment and e.reporter == party]
        add_intake(taken_in, reader, party, events, context)
        duty_context = fetched_context(reader, StoredEvents(reader), events, CustodyContext([], [], {}), context, book)
        duties += [d for d in reported_duties_of(events, book, duty_context, now) if d.actor == party]
        if batch.last[0] > context.moment or context.deadline_passed():
            break
    return taken_in, duties


def _punctuality(duties: Iterable[Duty]) -> Document:
    listed = list(duties)
    counts = Counter(d.status for d in listed)
    late = [d.days_late for d in listed if d.status == "late"]
    return {
        "met": counts["met"],
        "late": counts["late"],
        "share_met": round(counts["met"] / len(listed), 4) if listed else None,
        "median_days_late": median(late) if late else None,
        "worst_days_late": max(late, default=None),
    }
