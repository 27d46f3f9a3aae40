"""Findings about what an item is: its making, its code, codes like it, and who its events name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.reference.events import Event, stored_id
from tests.reference.findings.finding import Finding, finding
from tests.reference.world import World, day_number

REGISTER_STEPS = ("import", "registration")
LETTERS = {
    "LFP": "B", "LIFEPO4": "B", "LMO": "C", "LCO": "D", "LTO": "G", "NIMH": "A", "NCA": "E", "NCM": "E", "NMC": "E",
}  # fmt: skip
KINDS = {"P": "pack", "M": "module", "C": "cell"}
_YEARS = "123456789ABCDEFGHJKLMNPRSTVWXY"  # from 2011 on
_MONTHS = "123456789ABC"
_DAYS = "123456789ABCDEFGHJKLMNPRSTVWXY0"  # day 31 is 0
_MISREAD = str.maketrans("OI", "01")


def is_code(item: str) -> bool:
    return ":" not in item and len(item) in (19, 24, 26)


def day_in_code(item: str) -> int | None:
    """The day that a battery code bears, as a number of days since 1970."""
    if not is_code(item):
        return None
    start = 7 if len(item) == 19 else 14
    try:
        year, month = 2011 + _YEARS.index(item[start]), 1 + _MONTHS.index(item[start + 1])
        bears = date(year, month, 1 + _DAYS.index(item[start + 2]))
    except ValueError:
        return None
    return bears.toordinal() - date(1970, 1, 1).toordinal()


def strict_makings(world: World, item: str) -> list[Event]:
    """Those that are no entry in a register."""
    return [e for e in world.makings(item) if not (e.type == "produced" and e.step in REGISTER_STEPS)]


def identity(world: World, item: str) -> Iterator[Finding]:
    yield from _duplicate_identity(world, item)
    yield from _twin_code(world, item)
    if is_code(item):
        yield from _code_mismatch(world, item)
    yield from _second_life_without_parents(world, item)
    yield from _unknown_party(world, item)


def _duplicate_identity(world: World, item: str) -> Iterator[Finding]:
    makings = strict_makings(world, item)
    if len({_making(event, item) for event in makings}) > 1:
        yield finding(world, "duplicate_identity", [item], [e.id for e in makings], makings[1].time)


def _making(event: Event, item: str) -> object:
    declared = event.declaration(item)
    maker = declared.get("maker")
    rest = tuple(declared.get(field) for field in ("kind", "model", "batch", "chemistry"))
    return event.type, event.time, maker and stored_id(maker), rest


def are_twins(one: str, other: str) -> bool:
    """Whether two battery codes differ only by O for 0 or I for 1, ahead of their dates."""
    if not (is_code(one) and is_code(other)) or len(one) != len(other) or one == other:
        return False
    end = 7 if len(one) == 19 else 14
    places = [place for place in range(len(one)) if one[place] != other[place]]
    if any(place >= end or place in (3, 4) for place in places):
        return False
    if any(one[p].translate(_MISREAD) != other[p].translate(_MISREAD) for p in places):
        return False
    # at one place or two, or one of them has a digit wherever the other has such a letter
    digits_only = [code for code in (one, other) if not set(code[:end]) & {"O", "I"}]
    return len(places) <= 2 or len(digits_only) == 1


def _twin_code(world: World, item: str) -> Iterator[Finding]:
    """At the one with more such letters, of equally many at the greater id."""
    for other in sorted(world.history.items):
        if are_twins(item, other) and _letters(other) < _letters(item):
            events = [event.id for event in world.of(item)[:2]]
            yield finding(world, "twin_code", [item, other], events, world.first(item))


def _letters(code: str) -> tuple[int, str]:
    return sum(sign in "OI" for sign in code), code


def _code_mismatch(world: World, item: str) -> Iterator[Finding]:
    making = world.deciding(item)
    if making is None:
        return
    declared = making.declaration(item)
    letter = letter_of(declared.get("chemistry"))
    wrong = []
    if declared.get("kind") and declared["kind"] != KINDS.get(item[3]):
        wrong.append("type")
    if letter is not None and letter != item[4]:
        wrong.append("chemistry")
    bears = day_in_code(item)
    if bears is not None and making.step not in REGISTER_STEPS and abs(bears - day_number(making.time)) > 3:
        wrong.append("date")
    for variant in wrong:
        yield finding(world, f"code_mismatch.{variant}", [item], [making.id], making.time)


def letter_of(chemistry: str | None) -> str | None:
    word = (chemistry or "").upper().replace("-", "").strip()
    return LETTERS.get(word) or LETTERS.get(word.rstrip("0123456789"))


def _second_life_without_parents(world: World, item: str) -> Iterator[Finding]:
    makings = world.makings(item)
    is_coded_so = is_code(item) and len(item) != 24
    is_stated = any(event.step == "second_life_production" for event in makings)
    only_produced = bool(makings) and all(event.type == "produced" for event in makings)
    if (is_coded_so or is_stated) and only_produced and not world.history.parts(item):
        events = [event.id for event in makings]
        yield finding(world, "second_life_without_parents", [item], events, makings[0].time)


def _unknown_party(world: World, item: str) -> Iterator[Finding]:
    """What puts some of a lot into something is an event of that, not of the lot."""
    enrolled = {stored_id(event.body["party"]["id"]) for event in world.events if event.type == "enrolled"}
    first: dict[str, Event] = {}
    for event in world.of(item):
        if not (world.lot(item) and event.type == "assembled" and event.roles[item] == "part"):
            for party in event.parties:
                first.setdefault(party, event)
    for party, event in first.items():
        if party not in enrolled and not party.startswith("owner:"):
            yield finding(world, "unknown_party", [item], [event.id], event.time, parties=[party])
