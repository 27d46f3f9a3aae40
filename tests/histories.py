"""Hypothesis: small histories over few items and parties, and orders in which they may arrive.

Every event is valid; whether it makes sense is another matter. A believable history follows its events so far
and errs now and then; a wild one reports anything about anything. Ids do not follow the order of the story, so that
ties by id fall both ways.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests import builders as b
from tests.builders import Json

CELLS = ("urn:x:c1", "urn:x:c2", b.battery_code(3, "cell"))
MODULES = ("urn:x:m1", "urn:x:m2", b.battery_code(3, "module"))
PACKS = ("urn:x:p1", "urn:x:p2")
VEHICLES = (b.vin(1), "urn:x:v2")
LOTS = (b.lot(1), b.lot(2))
KINDS = {
    **dict.fromkeys(CELLS, "cell"),
    **dict.fromkeys(MODULES, "module"),
    **dict.fromkeys(PACKS, "pack"),
    **dict.fromkeys(VEHICLES, "vehicle"),
    **dict.fromkeys(LOTS, "lot"),
    "urn:x:part": "part",
}
ITEMS = tuple(KINDS)
PARTIES = (b.MAKER, b.OEM, b.credit_code(1), b.WORKS)
FITS_INTO = {"cell": MODULES + PACKS, "module": PACKS, "pack": VEHICLES, "part": VEHICLES, "lot": CELLS + MODULES}
_WORDS = ("produced", "assembled", "assembled", "disassembled", "disassembled", "transferred", "transferred",
          "transformed", "ended")  # fmt: skip
LAYERS = {"vehicle": "pack", "pack": "cell", "module": "cell"}

_START = datetime(2024, 1, 1, tzinfo=UTC)


class Story:
    """The events so far: believable steps look at them, wild ones do not."""

    def __init__(self, draw: st.DrawFn, *, wild: bool, ties: bool, size: int) -> None:
        self.draw, self.wild, self.ties = draw, wild, ties
        self.events: list[Json] = []
        self.numbers = list(draw(st.permutations(range(size)))) if ties else list(range(size))
        self.day = 0
        self.made: set[str] = set()
        self.gone: set[str] = set()
        self.wholes: dict[str, str] = {}
        self.holders: dict[str, str] = {}

    # Draws

    def one(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def maybe(self, value: str) -> str | None:
        return value if self.draw(st.booleans()) else None

    def some(self, choices: tuple[str, ...], most: int = 2) -> list[str]:
        return self.draw(st.lists(st.sampled_from(choices), min_size=1, max_size=most, unique=True))

    def party(self, *but: str) -> str:
        return self.one(*(party for party in PARTIES if party not in but))

    def sure(self) -> bool:
        """True nine times in ten, so that believable histories err now and then."""
        return self.draw(st.integers(0, 9)) < 9

    def time(self) -> str:
        """In a wild story anywhere in a week; otherwise today, or later."""
        if self.wild:
            self.day = self.draw(st.integers(0, 6)) if self.ties else self.day + 1
        else:
            self.day += self.draw(st.sampled_from((0, 0, 1, 30))) if self.ties else self.draw(st.integers(1, 30))
        moment = _START + timedelta(days=self.day)
        if self.ties and self.draw(st.integers(0, 7)) == 0:
            return (moment + timedelta(hours=4)).isoformat()
        return moment.date().isoformat()

    # Telling

    def add_report(self, event: Json) -> None:
        self.events.append({**event, "id": f"e{self.numbers[len(self.events)]:02}"})

    def full(self, package: int = 1) -> bool:
        return len(self.events) + package > len(self.numbers)

    def free(self) -> tuple[str, ...]:
        """Made, alive, and in nothing."""
        return tuple(i for i in ITEMS if i in self.made and i not in self.gone and i not in self.wholes)

    def here(self) -> tuple[str, ...]:
        """Made and alive."""
        return tuple(i for i in ITEMS if i in self.made and i not in self.gone)


# Believable steps; each does nothing where it has nothing to work on.


def make(story: Story) -> None:
    unmade = tuple(i for i in ITEMS if i not in story.made) or ITEMS
    items, maker = story.some(unmade, 3), story.party()
    rows = [{"id": i, "kind": KINDS[i]} for i in items]
    custodian = story.maybe(story.party())
    story.add_report(b.produced(*rows, time=story.time(), reporter=maker, custodian=custodian))
    story.made |= set(items)
    story.holders |= dict.fromkeys(items, custodian or maker)


def build(story: Story) -> None:
    """Sometimes into a second whole at once."""
    parts = tuple(i for i in (story.free() if story.sure() else story.here()) if KINDS[i] in FITS_INTO)
    if parts:
        part = story.one(*parts)
        wholes = FITS_INTO[KINDS[part]]
        whole = story.one(*(tuple(w for w in wholes if w in story.made and story.sure()) or wholes))
        layer = LAYERS.get(KINDS[whole])
        uncoded = {layer: story.draw(st.integers(1, 99))} if layer and not story.sure() else None
        story.add_report(b.assembled(whole, part, uncoded=uncoded, time=story.time(), reporter=story.party()))
        story.wholes[part] = whole


def take_out(story: Story) -> None:
    """Sometimes in again, on the same day or later."""
    if story.wholes:
        part = story.one(*sorted(story.wholes))
        whole = story.wholes.pop(part)
        custodian = story.maybe(story.party())
        story.add_report(b.disassembled(whole, part, custodian=custodian, time=story.time(), reporter=story.party()))
        if not story.sure() and not story.full():
            story.add_report(b.assembled(whole, part, time=story.time(), reporter=story.party()))
            story.wholes[part] = whole


def hand_over(story: Story) -> None:
    """By one side or by both; sometimes while inside."""
    items = story.free() if story.sure() else story.here()
    if items:
        item = story.one(*items)
        giver = story.holders.get(item) if story.sure() else None
        giver = giver or story.party()
        taker, side = story.party(giver), story.one("both", "both", "giver", "taker")
        rights = story.one("custody", "custody", "both", "ownership")
        story.add_report(b.transferred(item, giver=giver, taker=taker, side=side, rights=rights, time=story.time()))
        if side != "giver" and rights != "ownership":
            story.holders[item] = taker


def recycle(story: Story) -> None:
    """With what is inside, and sometimes while inside; lots in parts, and into each other."""
    inputs = tuple(i for i in story.here() if KINDS[i] != "vehicle" or not story.sure())
    if inputs:
        used = story.some(inputs)
        outputs = LOTS if KINDS[used[0]] != "lot" else CELLS + LOTS
        made = [i for i in story.some(outputs) if i not in used]
        if made:
            kinds = {i: KINDS[i] for i in made}
            story.add_report(b.transformed(used, kinds, time=story.time(), reporter=story.party()))
            story.made |= set(made)
            story.gone |= {i for i in used if KINDS[i] != "lot"}
            for item in story.gone:
                story.wholes.pop(item, None)


def end(story: Story) -> None:
    if story.here():
        item = story.one(*story.here())
        story.add_report(b.ended(item, reason=story.one("scrapped", "lost"), time=story.time(), reporter=story.party()))
        story.gone.add(item)
        story.wholes.pop(item, None)


def look(story: Story) -> None:
    item = story.one(*ITEMS)
    story.add_report(
        b.inspected(item, inside=story.maybe("urn:x:p2" if item != "urn:x:p2" else "urn:x:v2"), time=story.time())
    )


def enrol(story: Story) -> None:
    story.add_report(b.enrolled(story.party(), story.one("recycler", "maker"), time=story.time()))


# Corrections


def correct(story: Story) -> None:
    """Ids of events, of corrections and replacements, and of what is still to come or never will."""
    reported = [event["id"] for event in story.events]
    brought = [f"{event['id']}#r" for event in story.events if "replacement" in event]
    target = story.one(*(reported + brought * 3 or ["absent"]), "e00", "absent")
    instead = anything(story) if story.draw(st.booleans()) else None
    if target != f"e{story.numbers[len(story.events)]:02}":
        story.add_report(b.corrected(target, instead, time=story.time(), reporter=story.party()))


def circle(story: Story) -> None:
    """Two corrections of each other, either with a replacement."""
    if not story.full(2):
        first, second = (f"e{story.numbers[len(story.events) + place]:02}" for place in (0, 1))
        for target in (second, first):
            instead = anything(story) if story.draw(st.booleans()) else None
            story.add_report(b.corrected(target, instead, time=story.time(), reporter=story.party()))


# Wild steps


def anything(story: Story) -> Json:
    """One valid event of any type but a correction, about anything."""
    time, reporter = story.time(), story.party()
    word = story.one(*_WORDS)
    items = story.some(ITEMS, 3)
    other = story.one(*(i for i in ITEMS if i not in items))
    custodian = story.maybe(story.party())
    kind = KINDS[items[0]] if story.sure() else story.one("pack", "lot", "cell")
    match word:
        case "produced":
            return b.produced(*items, kind=kind, time=time, reporter=reporter, custodian=custodian)
        case "assembled":
            return b.assembled(other, *items, time=time, reporter=reporter)
        case "disassembled":
            return b.disassembled(other, *items, custodian=custodian, time=time, reporter=reporter)
        case "transferred":
            side, rights = story.one("both", "giver", "taker"), story.one("custody", "both", "ownership")
            taker = story.party(reporter)
            return b.transferred(*items, giver=reporter, taker=taker, side=side, rights=rights, time=time)
        case "transformed":
            return b.transformed(items, {other: KINDS[other]}, time=time, reporter=reporter, custodian=custodian)
        case _:
            return b.ended(*items, reason="destroyed", time=time, reporter=reporter)


def surprise(story: Story) -> None:
    story.add_report(anything(story))


def cycle(story: Story) -> None:
    """Each inside the other, and sometimes both out again at one time."""
    if not story.full(4):
        first = story.one(*MODULES, *PACKS)
        other = story.one(*(i for i in MODULES + PACKS if i != first))
        pairs = ((first, other), (other, first))
        for whole, part in pairs:
            story.add_report(b.assembled(whole, part, time=story.time()))
        if story.draw(st.booleans()):
            time = story.time()
            for whole, part in pairs:
                story.add_report(b.disassembled(whole, part, time=time, custodian=story.maybe(story.party())))


_BELIEVABLE = (
    make,
    make,
    build,
    build,
    build,
    take_out,
    take_out,
    hand_over,
    hand_over,
    recycle,
    end,
    look,
    enrol,
    correct,
)
_WILD = (surprise, surprise, surprise, surprise, build, take_out, look, enrol, correct, correct, circle, cycle)


@st.composite
def histories(draw: st.DrawFn, max_events: int = 25, wild: bool = False, ties: bool = True) -> list[Json]:
    """Events with ids and without `recorded`, in the order of the story; never none."""
    story = Story(draw, wild=wild, ties=ties, size=max_events)
    make(story)
    for _ in range(draw(st.integers(0, 2 * max_events))):
        if story.full():
            break
        steps: tuple[Callable[[Story], None], ...] = _WILD if wild else _BELIEVABLE
        draw(st.sampled_from(steps if wild or story.sure() else (surprise, circle)))(story)
    return story.events


@st.composite
def arrivals(draw: st.DrawFn, events: list[Json]) -> list[list[Json]]:
    """All the events in any order, some of them again, cut into batches."""
    again = draw(st.lists(st.sampled_from(events), max_size=5))
    order = draw(st.permutations([*events, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=4))) if len(order) > 1 else []
    return [list(order[since:until]) for since, until in zip([0, *cuts], [*cuts, len(order)], strict=True)]


@st.composite
def recorded(draw: st.DrawFn, events: list[Json]) -> list[Json]:
    """The same events, each with the time at which the platform learned of it; several may share one."""
    days = draw(st.lists(st.integers(0, 30), min_size=len(events), max_size=len(events)))
    return [
        {**event, "recorded": (_START + timedelta(days=365 + day)).isoformat()}
        for event, day in zip(events, days, strict=True)
    ]


def register_profiles() -> None:
    """`dev` explores; `ci` is bounded and the same every time."""
    # Fixtures give a maker of empty stores: every example calls it for its own.
    slow = [
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ]
    settings.register_profile("dev", max_examples=200, deadline=None, suppress_health_check=slow)
    settings.register_profile(
        "ci", max_examples=60, deadline=None, derandomize=True, suppress_health_check=slow, print_blob=True
    )
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
