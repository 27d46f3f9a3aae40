"""Findings about identity: two items under one code, codes that look alike or contradict their report (contract 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Final

from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.findings.model import OPEN, Finding, ItemEvidence, day_of
from lineage.domain.graph import MADE, MAKERS, PUT_IN
from lineage.domain.identifiers.battery_code import KIND_OF_LETTER, LENGTHS, date_in

_EPOCH: Final = date(1970, 1, 1).toordinal()
_LETTERS: Final = {
    "LFP": "B", "LIFEPO4": "B", "LMO": "C", "LCO": "D", "LTO": "G", "NIMH": "A", "NCA": "E", "NCM": "E", "NMC": "E",
}  # fmt: skip
"""The letter of GB/T 34014-2017 for a reported chemistry (`domain.md` 1.2), numbers left out."""
DATE_TOLERANCE: Final = 3
"""Days by which the date in a code may differ from the day of making."""
REGISTERED: Final = frozenset({"import", "registration"})
"""Steps of a `produced` that registers an item which was made before."""
_SWAPS: Final = {"O": "0", "0": "O", "I": "1", "1": "I"}
_DESIGN: Final = 14
"""Characters of a code before its date: those that may hold letters as well as digits."""
_MOST_SWAPS: Final = 2


def identity(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield every finding about the identity of the item."""
    yield from _duplicates(evidence)
    yield from _twins(evidence)
    yield from _codes(evidence)
    yield from _parentless(evidence)
    yield from _strangers(evidence)


def _duplicates(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield two events in force that make one item and differ about how it was made."""
    makers = [m for m in evidence.mentions_as(*MAKERS) if not (m.role == MADE and evidence.step(m.event) in REGISTERED)]
    if len(makers) < 2:
        return
    if len({_making(evidence.event(m.event), evidence.item) for m in makers}) > 1:
        event_ids, details = [m.event for m in makers], {"count": len(makers)}
        yield evidence.finding("duplicate_identity", event_ids, (makers[1].time, OPEN), details=details)


def _making(event: StoredEvent | None, item: str) -> object:
    if event is None:
        return None
    declared = event.declared(item)
    fields = tuple(getattr(declared, f, None) for f in ("kind", "maker", "model", "batch", "chemistry"))
    # Not who reports it: a maker and the maker of its vehicle may both report one making.
    return event.type, event.time, fields


def twin_codes(code: str) -> list[str]:
    """Return the codes that differ from a battery code by O for 0 or I for 1: at one place, two, or all such letters.

    >>> twin_codes("001CB24B3C0221953RC")[0]
    'O01CB24B3C0221953RC'
    """
    if ":" in code or len(code) not in LENGTHS:
        return []
    end = 7 if len(code) == 19 else _DESIGN
    places = [i for i in range(end) if code[i] in _SWAPS and i not in (3, 4)]
    chosen = [c for n in range(1, _MOST_SWAPS + 1) for c in combinations(places, n)]
    letters = tuple(i for i in places if code[i] in "OI")
    if len(letters) > _MOST_SWAPS:
        chosen.append(letters)
    return [_swapped(code, choice) for choice in chosen]


def _swapped(code: str, places: tuple[int, ...]) -> str:
    signs = list(code)
    for i in places:
        signs[i] = _SWAPS[signs[i]]
    return "".join(signs)


def is_ambiguous(code: str) -> bool:
    """Return whether a battery code holds a letter that is easily misread for a digit."""
    end = 7 if len(code) == 19 else _DESIGN
    return ":" not in code and len(code) in LENGTHS and any(c in "OI" for c in code[:end])


def _twins(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield one finding a pair: at the code with more letters, of equally many at the greater one."""
    rank = (sum(c in "OI" for c in evidence.item), evidence.item)
    for twin in evidence.twins:
        if (sum(c in "OI" for c in twin), twin) < rank:
            events = [m.event for m in evidence.mentions[:2]]
            yield evidence.finding("twin_code", events, (evidence.facts.first, OPEN), items=[twin])


def _codes(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield each contradiction between a battery code and the declaration of its making event."""
    code = evidence.item
    if ":" in code or len(code) not in LENGTHS:
        return
    # of two items under one code the first is compared; the other is a finding of its own
    for m in evidence.mentions_as(*MAKERS)[:1]:
        event = evidence.event(m.event)
        if event is None:
            continue
        declared = event.declared(code)
        kind = KIND_OF_LETTER[code[3]]
        if declared is not None and declared.kind != kind:
            yield _mismatch(evidence, m.event, m.time, "type", kind, declared.kind)
        chemistry = None if declared is None else declared.chemistry
        letter = letter_of(chemistry)
        if letter is not None and letter != code[4]:
            yield _mismatch(evidence, m.event, m.time, "chemistry", code[4], chemistry)
        made = date_in(code)
        if made is not None and event.step not in REGISTERED:
            difference = made.toordinal() - _EPOCH - day_of(m.time)
            if abs(difference) > DATE_TOLERANCE:
                reported = date.fromordinal(day_of(m.time) + _EPOCH)
                yield _mismatch(evidence, m.event, m.time, "date", made.isoformat(), reported.isoformat())


def _mismatch(evidence: ItemEvidence, event: str, time: int, variant: str, code: object, declared: object) -> Finding:
    details = {"code": code, "declared": declared}
    return evidence.finding("code_mismatch", [event], (time, OPEN), variant=variant, details=details)


def letter_of(chemistry: str | None) -> str | None:
    """Return the letter that a code bears for a chemistry; None where the chemistry is not known here.

    >>> letter_of("NCM523"), letter_of("LFP"), letter_of("secret")
    ('E', 'B', None)
    """
    if chemistry is None:
        return None
    word = chemistry.upper().replace("-", "").strip()
    return _LETTERS.get(word) or _LETTERS.get(word.rstrip("0123456789"))


def _parentless(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield a second-life unit without any input or part (`domain.md` 1.4)."""
    makers = evidence.mentions_as(*MAKERS)
    is_second = ":" not in evidence.item and len(evidence.item) in (19, 26)
    is_second = is_second or any(evidence.step(m.event) == "second_life_production" for m in makers)
    if is_second and makers and not evidence.inputs and not evidence.parts and all(m.role == MADE for m in makers):
        yield evidence.finding("second_life_without_parents", [m.event for m in makers], (makers[0].time, OPEN))


def _strangers(evidence: ItemEvidence) -> Iterator[Finding]:
    """Yield the parties that events of the item name and that no event enrols; private owners are never enrolled.

    An event that only installs some of a lot is one of the whole.
    """
    first: dict[str, StoredEvent] = {}
    for m in evidence.mentions:
        event = None if evidence.facts.is_lot and m.role == PUT_IN else evidence.event(m.event)
        for party in () if event is None else event.parties:
            if not party.startswith("owner:") and party not in evidence.enrolled:
                assert event is not None
                first.setdefault(party, event)
    for party, event in first.items():
        interval, details = (event.time, OPEN), {"party": party}
        yield evidence.finding("unknown_party", [event.id], interval, parties=[party], details=details)


__all__ = ["identity", "is_ambiguous", "letter_of", "twin_codes"]
