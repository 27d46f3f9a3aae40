"""How a party behaves: what it took in against what it may, how punctual it is, what is open (contract 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from statistics import median
from typing import Final

from lineage.domain.compliance.duties import Duty, duties_of
from lineage.domain.compliance.party_history import History
from lineage.domain.compliance.rule_sets import RuleBook, day_of, start_of
from lineage.domain.instants import BEGIN, format_instant
from lineage.service.answers import Context, Document, Truncation, build_answer, canonical_id, require_party
from lineage.service.evidence import fetched_context, histories_of
from lineage.service.journal_reads import StoredEvents, correction_status_of
from lineage.service.questions.compliance.annual_intake import Yearly, own_entries, taken_in
from lineage.service.questions.custody import custody_context
from lineage.stores.interface import Entry, QuestionReader, Store

MOST_OPEN: Final = 100
_PAGE: Final = 1_000
_MOST_HELD: Final = 20_000
"""Things in hand that are looked through for hand-overs that nobody acknowledged."""


def conduct(store: Store, party_id: str, context: Context, book: RuleBook) -> Document:
    """Holdings, throughput by year, punctuality of its own reports, and open hand-overs, as of `at` (default now)."""
    party = canonical_id(party_id)

    def work(reader: QuestionReader) -> Document:
        state = reader.state()
        require_party(reader, party, context.known_at)
        t = context.moment
        history = histories_of(reader, {party}, context)[party]
        given, whole = _given(reader, party, context)
        expected = reader.in_transit_to(party, t, context.known_at, "", MOST_OPEN + 1)
        own: Document = {
            "id": party,
            "held": reader.holdings_count(party, t, context.known_at),
            "throughput": _throughput(taken_in(reader, party, (BEGIN, t + 1), context), history, day_of(t)),
            "punctuality": _punctuality(_own_duties(reader, party, context, book)),
            "given": given[:MOST_OPEN],
            "expected": [
                {"item": a.item, "giver": a.giver, "since": format_instant(a.since)} for a in expected[:MOST_OPEN]
            ],
            "open_complete": whole and max(len(given), len(expected)) <= MOST_OPEN,
        }
        cut = Truncation("time_limit", [party]) if context.deadline_passed() else None
        return build_answer(state, context, own, cut=cut)

    return store.read(work)


def _given(reader: QuestionReader, party: str, context: Context) -> tuple[list[Document], bool]:
    """What it gave and nobody acknowledged, and whether everything it holds was looked through."""
    found: list[Document] = []
    after, looked = "", 0
    while looked < _MOST_HELD and len(found) <= MOST_OPEN:
        page = reader.holdings(party, context.moment, context.known_at, after, _PAGE)
        found += [{"item": h.item, "since": format_instant(h.since)} for h in page if h.status == "in_transit"]
        looked += len(page)
        if len(page) < _PAGE:
            return found, True
        after = page[-1].item
    return found, False


def _throughput(yearly: Yearly, history: History, today: date) -> list[Document]:
    """Year by year; what was allowed is what its permits said at the end of the year, or today."""
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


def _own_duties(reader: QuestionReader, party: str, context: Context, book: RuleBook) -> list[Duty]:
    """The duties that its own reports of deeds up to then met, in time or late."""
    now = context.now if context.known_at is None else context.known_at
    found: list[Duty] = []
    for page in own_entries(reader, party, context):
        reports = StoredEvents(reader)
        told = list(reports.of(_in_force(reader, page, context)).values())
        world = fetched_context(reader, reports, told, custody_context(reader, [], context), context)
        mine = (d for r in told if r.time <= context.moment for d in duties_of([r], book, world, now))
        found += [d for d in mine if d.proof and d.actor == party]
    return found


def _in_force(reader: QuestionReader, page: list[Entry], context: Context) -> list[str]:
    plain = [e.id for e in page if e.type not in ("corrected", "enrolled")]
    standing = correction_status_of(reader, plain, context.known_at) if plain else None
    return [i for i in plain if standing is not None and standing.in_force(i)]


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
