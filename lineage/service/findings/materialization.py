"""Findings kept up to date: what new events touch is judged again, and nothing else (contract 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import orjson

from lineage.domain.errors import InvalidQuestionError
from lineage.domain.events.corrections import correction_of
from lineage.domain.findings import twin_codes
from lineage.service.answers import Context, Document, build_answer
from lineage.service.findings.evaluation import END, ITEMS, PAGE, START, Evaluated, FindingEvaluator, items_in
from lineage.service.projection.commits import related_corrections
from lineage.service.questions.journal import body_of
from lineage.stores.interface import Entry, EvaluatedUpTo, FindingsCache, QuestionReader, State, Store

AT_ONCE: Final = 500
"""Entries of the journal that are looked at together."""
MOST_BEHIND: Final = 2_000
"""A question catches up with as many new entries; with more it judges for itself."""


class CatchUp(NamedTuple):
    """How far findings are kept, and how many things were judged to get there."""

    judged: EvaluatedUpTo
    looked_at: int


def catch_up(store: Store, kept: FindingsCache) -> CatchUp:
    """Judge everything that changed since the last time, the first time everything. May be broken off and gone on."""
    looked_at = 0
    while True:
        count = store.read(lambda reader: step(reader, kept))
        if count is None:
            return CatchUp(kept.evaluated(), looked_at)
        looked_at += count


def judge_all(store: Store, context: Context) -> Document:
    """Catch up, and say how many items and corrections were judged. Raises InvalidQuestionError without a file."""
    kept = store.findings
    if kept is None:
        message = "Findings of this store are kept nowhere: name a file in LINEAGE_FINDINGS."
        raise InvalidQuestionError(message, path="LINEAGE_FINDINGS", code="no_findings_file")
    count = catch_up(store, kept).looked_at
    return store.read(lambda reader: build_answer(reader.state(), context, {"judged": count}))


def caught_up(reader: QuestionReader, kept: FindingsCache, state: State) -> bool:
    """Bring what is kept to exactly this state, if it is not far from it; whether it is there."""
    judged = kept.evaluated()
    if (
        judged.place is not None
        or not _follows(reader, judged, state)
        or state.position - judged.position > MOST_BEHIND
    ):
        return False
    while step(reader, kept) is not None:
        pass
    return kept.evaluated().position == state.position


def _follows(reader: QuestionReader, judged: EvaluatedUpTo, state: State) -> bool:
    """Whether what is kept was judged from the beginning of this very journal."""
    if judged.position > state.position:
        return False
    if judged.position == 0:
        return True
    last = reader.entries(judged.position - 1, 1)
    return bool(last) and last[0].digest == judged.digest


def step(reader: QuestionReader, kept: FindingsCache) -> int | None:
    """Judge some more: how many things; None when there is nothing more to judge in this state."""
    judged, state = kept.evaluated(), reader.state()
    if not _follows(reader, judged, state):
        kept.clear(EvaluatedUpTo(state.position, state.digest))
        return 0
    judge = FindingEvaluator(reader, None)
    if judged.place is not None:
        if judged.position == 0 and judged.place == START:
            judged = _begun(kept, judged, state)
        assert judged.place is not None
        found, place = judge.page(judged.place)
        kept.replace(found, judged, judged._replace(place=None if place == END else place))
        return len(found)
    entries = reader.entries(judged.position, AT_ONCE)
    if not entries:
        return None
    return _go_on(reader, judge, kept, judged, entries)


def _begun(kept: FindingsCache, was: EvaluatedUpTo, state: State) -> EvaluatedUpTo:
    """What is judged from here on is at least of this state; whatever comes after it is looked at again."""
    begun = EvaluatedUpTo(state.position, state.digest)
    kept.replace([], was, begun)
    return begun


def _go_on(
    reader: QuestionReader,
    judge: FindingEvaluator,
    kept: FindingsCache,
    judged: EvaluatedUpTo,
    entries: Sequence[Entry],
) -> int:
    touched = touched_by(reader, kept, judged.position, entries)
    reached = EvaluatedUpTo(entries[-1].position, entries[-1].digest, None)
    if touched is None:
        # whom nobody enrols any more, or who is somebody else by now, any item may name
        kept.clear(reached._replace(place=START))
        return 0
    items, corrections = touched
    found: Evaluated = []
    ids = sorted(items)
    for start in range(0, len(ids), PAGE):
        some = ids[start : start + PAGE]
        judged_now = dict(judge.items(some))
        found += [((ITEMS, x), judged_now.get((ITEMS, x), [])) for x in some]
    rows = sorted(reader.entries_by_id(corrections).values(), key=lambda e: e.position)
    found += judge.corrections(rows)
    kept.replace(found, judged, reached)
    return len(found)


def touched_by(
    reader: QuestionReader, kept: FindingsCache, position: int, entries: Sequence[Entry]
) -> tuple[set[str], set[str]] | None:
    """Items and corrections of which these entries may change a finding; None where it may be any."""
    related = related_corrections(reader, [e.id for e in entries])
    homes = {x for c in related for x in (c.id, correction_of(c.target) or c.target)} | {e.id for e in entries}
    rows = reader.entries_by_id(homes)
    bodies = [b for e in rows.values() for b in _bodies(e)]
    corrected = {c.target for c in related}
    if any(b["type"] == "enrolled" and b["id"] in corrected for b in bodies):
        return None
    items = {x for b in bodies for x in items_in(b)}
    parties = {b["party"]["id"] for b in bodies if b["type"] == "enrolled"}
    if any((correction_of(e.event) or e.event) not in homes for e in reader.enrolments(sorted(parties), None)):
        return None
    for party in parties:
        items |= _found_with(kept, position, party)
    return neighbours_of(reader, items), {c.id for c in related}


def _bodies(entry: Entry) -> list[Document]:
    """The event, and what it puts in the place of another."""
    event = orjson.loads(entry.event)
    return [event, body_of(entry, f"{entry.id}#r")] if "replacement" in event else [event]


def _found_with(kept: FindingsCache, position: int, party: str) -> set[str]:
    """The items that have a finding which names the party."""
    rows = kept.listed((*START, -1), position, party=party)
    return {row.anchor for row in rows or () if row.phase == ITEMS}


def neighbours_of(reader: QuestionReader, items: Iterable[str]) -> set[str]:
    """The items, everything that was ever inside them or around them (around no lot), and those of alike codes."""
    found = set(items)
    found |= _reached(reader, found, down=False)
    facts = reader.facts(sorted(found), None)
    found |= _reached(reader, {x for x in found if x not in facts or not facts[x].is_lot}, down=True)
    alike = sorted({t for x in found for t in twin_codes(x)})
    for start in range(0, len(alike), 10 * PAGE):
        found.update(reader.facts(alike[start : start + 10 * PAGE], None))
    return found


def _reached(reader: QuestionReader, items: set[str], *, down: bool) -> set[str]:
    """What is reached over `PART_OF` at any time: the wholes (down), or the parts."""
    met = set(items)
    level = sorted(items)
    while level:
        fresh: set[str] = set()
        for start in range(0, len(level), PAGE):
            some = level[start : start + PAGE]
            got = reader.neighbours(some, "downstream" if down else "upstream", None, part_of_only=True)
            mine = set(some)
            fresh |= {e.target if down else e.source for e in got.edges if (e.source if down else e.target) in mine}
        level = sorted(fresh - met)
        met |= fresh
    return met
