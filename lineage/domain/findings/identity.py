"""Findings about what an item is: two under one code, codes that look alike, codes that say otherwise (contract 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Final

from lineage.domain.findings.model import DAY, OPEN, EventEvidence, Finding, ItemEvidence, day_of
from lineage.domain.graph import MADE, MAKERS
from lineage.domain.identifiers.battery_code import KIND_OF_LETTER, LENGTHS, date_in

_EPOCH: Final = date(1970, 1, 1).toordinal()
_LETTERS: Final = {
    "LFP": "B", "LIFEPO4": "B", "LMO": "C", "LCO": "D", "LTO": "G", "NIMH": "A", "NCA": "E", "NCM": "E", "NMC": "E",
}  # fmt: skip
"""The letter of GB/T 34014-2017 for what is said of a chemistry (`domain.md` 1.2), numbers left out."""
DATE_TOLERANCE: Final = 3
"""Days by which the date in a code may lie beside the day of making."""
REGISTERED: Final = frozenset({"import", "registration"})
"""Steps of a `produced` that enters something in the register which was made before."""
_SWAPS: Final = {"O": "0", "0": "O", "I": "1", "1": "I"}
_DESIGN: Final = 14
"""Characters of a code before its date: those that may hold letters and digits alike."""
_MOST_SWAPS: Final = 2


def identity(view: ItemEvidence) -> Iterator[Finding]:
    """Everything about what the item is."""
    yield from _duplicates(view)
    yield from _twins(view)
    yield from _codes(view)
    yield from _parentless(view)
    yield from _strangers(view)


def _duplicates(view: ItemEvidence) -> Iterator[Finding]:
    """Two standing events make one item, and they do not tell the same making."""
    makers = [m for m in view.told(*MAKERS) if not (m.role == MADE and view.step(m.event) in REGISTERED)]
    if len(makers) < 2:
        return
    told = {_making(view.report(m.event), view.item) for m in makers}
    if len(told) > 1:
        yield view.finding(
            "duplicate_identity", [m.event for m in makers], (makers[1].time, OPEN), said={"count": len(makers)}
        )


def _making(report: EventEvidence | None, item: str) -> object:
    if report is None:
        return None
    said = report.declared(item)
    what = tuple((k, str(said.get(k))) for k in ("kind", "maker", "model", "batch", "chemistry"))
    return report.type, report.time, report.reporter, what


def twin_codes(code: str) -> list[str]:
    """Codes that differ from a battery code by O for 0 or I for 1, at one place, at two, or at all such letters.

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
    return [_swapped(code, some) for some in chosen]


def _swapped(code: str, places: tuple[int, ...]) -> str:
    signs = list(code)
    for i in places:
        signs[i] = _SWAPS[signs[i]]
    return "".join(signs)


def is_ambiguous(code: str) -> bool:
    """Whether a battery code holds a letter that is easily misread for a digit."""
    end = 7 if len(code) == 19 else _DESIGN
    return ":" not in code and len(code) in LENGTHS and any(c in "OI" for c in code[:end])


def _twins(view: ItemEvidence) -> Iterator[Finding]:
    """Told once a pair: at the code with more letters, of equally many at the greater one."""
    mine = (sum(c in "OI" for c in view.item), view.item)
    for twin in view.twins:
        if (sum(c in "OI" for c in twin), twin) < mine:
            events = [m.event for m in view.mentions[:2]]
            yield view.finding("twin_code", events, (view.facts.first, OPEN), items=[twin])


def _codes(view: ItemEvidence) -> Iterator[Finding]:
    """A battery code against what its making event declares."""
    code = view.item
    if ":" in code or len(code) not in LENGTHS:
        return
    # of two under one code the first is judged; the other is a finding of its own
    for m in view.told(*MAKERS)[:1]:
        report = view.report(m.event)
        if report is None:
            continue
        said = report.declared(code)
        kind = KIND_OF_LETTER[code[3]]
        if said.get("kind") not in (None, kind):
            yield _mismatch(view, m.event, m.time, "type", kind, said["kind"])
        letter = letter_of(said.get("chemistry"))
        if letter is not None and letter != code[4]:
            yield _mismatch(view, m.event, m.time, "chemistry", code[4], said["chemistry"])
        made = date_in(code)
        if made is not None and report.step not in REGISTERED:
            beside = made.toordinal() - _EPOCH - day_of(m.time)
            if abs(beside) > DATE_TOLERANCE:
                told = date.fromordinal(day_of(m.time) + _EPOCH)
                yield _mismatch(view, m.event, m.time, "date", made.isoformat(), told.isoformat())


def _mismatch(view: ItemEvidence, event: str, time: int, variant: str, code: object, declared: object) -> Finding:
    span = (time, OPEN)
    return view.finding("code_mismatch", [event], span, variant=variant, said={"code": code, "declared": declared})


def letter_of(chemistry: object) -> str | None:
    """The letter that a code bears for a chemistry; None where the word is none that is known.

    >>> letter_of("NCM523"), letter_of("LFP"), letter_of("secret")
    ('E', 'B', None)
    """
    if not isinstance(chemistry, str):
        return None
    word = chemistry.upper().replace("-", "").strip()
    return _LETTERS.get(word) or _LETTERS.get(word.rstrip("0123456789"))


def _parentless(view: ItemEvidence) -> Iterator[Finding]:
    """A second-life unit that came of nothing (`domain.md` 1.4: the original code is kept)."""
    makers = view.told(*MAKERS)
    is_second = ":" not in view.item and len(view.item) in (19, 26)
    is_second = is_second or any(view.step(m.event) == "second_life_production" for m in makers)
    if is_second and makers and not view.inputs and not view.parts and all(m.role == MADE for m in makers):
        yield view.finding("second_life_without_parents", [m.event for m in makers], (makers[0].time, OPEN))


def _strangers(view: ItemEvidence) -> Iterator[Finding]:
    """Parties that events of the item name, and that no event enrols; private owners are never enrolled."""
    first: dict[str, EventEvidence] = {}
    for m in view.mentions:
        report = view.report(m.event)
        for party in () if report is None else report.parties():
            if not party.startswith("owner:") and party not in view.enrolled:
                assert report is not None
                first.setdefault(party, report)
    for party, report in first.items():
        yield view.finding("unknown_party", [report.id], (report.time, OPEN), parties=[party], said={"party": party})


__all__ = ["DAY", "identity", "is_ambiguous", "letter_of", "twin_codes"]
