"""Hypothesis: histories made of what duties depend on: vehicles and their makers, sides of hand-overs, sightings,
reports for others, and replacements of all of these.

Nearly every event has a step that a rule asks a report of; times are those of three rule sets.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests import builders as b
from tests.builders import Json

PARTIES = (b.MAKER, b.OEM, b.SHOP, b.WORKS)
PRIVATE = b.LI
CARS = (b.vin(1), "urn:x:v2", "urn:x:v3")
PACKS = ("urn:x:p1", "urn:x:p2")
CELL, LOT = "urn:x:c1", b.lot(1)
KINDS = {**dict.fromkeys(CARS, "vehicle"), **dict.fromkeys(PACKS, "pack"), CELL: "cell", LOT: "lot"}
ITEMS = tuple(KINDS)
ROLES = ("VEHICLE_MAKER", "BATTERY_MAKER", "SELLER", "REPAIRER", "OUTLET", "OUTLET", "DISMANTLER", "ECHELON",
         "RECYCLER")  # fmt: skip
STEPS = {
    "produced": ("vehicle_production", "import", "second_life_production"),
    "assembled": ("vehicle_production", "repair", "replacement", "swap"),
    "disassembled": ("repair", "removal", "replacement", "scrapping"),
    "transferred": ("sale", "collection", "collection", "second_life_sale", "scrapping", "repair"),
    "transformed": ("second_life_production", "recycling"),
    "inspected": ("registration",),
    "ended": ("scrapping", "disposal"),
}
WORDS = ("produced", "assembled", "assembled", "disassembled", *["transferred"] * 5, "transformed", "inspected",
         "inspected", "ended")  # fmt: skip
_START = datetime(2024, 1, 1, tzinfo=UTC)
_ERAS = (0, 0, 0, 0, -2_500, 850)
"""Days from 2024 on: most of a history is under one rule set."""


class _Draw:
    """The draws of one history: few days, so that events of one time are common."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.era = draw(st.sampled_from(_ERAS))

    def one(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def some(self, choices: tuple[str, ...], most: int = 2) -> list[str]:
        return self.draw(st.lists(st.sampled_from(choices), min_size=1, max_size=most, unique=True))

    def seldom(self) -> bool:
        return self.draw(st.integers(0, 4)) == 0

    def party(self) -> str:
        return PRIVATE if self.draw(st.integers(0, 14)) == 0 else self.one(*PARTIES)

    def time(self) -> str:
        moment = _START + timedelta(days=self.era + self.draw(st.integers(0, 9)))
        return moment.isoformat() if self.seldom() else moment.date().isoformat()

    def declared(self, item: str) -> Json:
        kind = self.one("vehicle", "pack", "lot") if self.draw(st.integers(0, 9)) == 0 else KINDS[item]
        row: Json = {"id": item, "kind": kind}
        if self.draw(st.booleans()):
            row["maker"] = self.one(*PARTIES, f" {b.OEM}", "Some Maker")
        if self.draw(st.booleans()):
            row["mass_kg"] = self.draw(st.sampled_from((1, 10.4, 12)))
        return row

    def event(self, word: str) -> Json:
        """One event of a type, about anything."""
        time, reporter = self.time(), self.party()
        more: Json = {} if self.seldom() else {"step": self.one(*STEPS[word])}
        items = self.some(ITEMS)
        if word == "produced":
            return b.produced(*map(self.declared, items), time=time, reporter=reporter, **more)
        if word in ("assembled", "disassembled"):
            whole = self.one(*CARS, *PACKS, CELL)
            parts = self.some(tuple(i for i in (*PACKS, CELL, LOT) if i != whole) + CARS[2:] * (whole != CARS[2]))
            make = b.assembled if word == "assembled" else b.disassembled
            return make(whole, *parts, time=time, reporter=reporter, **more)
        if word == "transferred":
            return self.hand_over(items, time, more)
        if word == "transformed":
            made = self.one(*(i for i in ITEMS if i not in items))
            return b.transformed(items, [self.declared(made)], time=time, reporter=reporter, **more)
        return (b.inspected if word == "inspected" else b.ended)(*items, time=time, reporter=reporter, **more)

    def built(self) -> list[Json]:
        """A car of some maker, what was put into it and perhaps taken out again, all at times of their own."""
        car, pack = self.one(*CARS[:2]), self.one(*PACKS)
        chain = [(pack, CELL), (car, pack)] if self.draw(st.booleans()) else [(car, pack)]
        events = [b.produced(self.declared(car), time=self.time(), reporter=self.party(), step="vehicle_production")]
        events += [b.assembled(whole, part, time=self.time(), reporter=self.party()) for whole, part in chain]
        if self.draw(st.booleans()):
            whole, part = chain[-1]
            events.append(b.disassembled(whole, part, time=self.time(), reporter=self.party(), step="removal"))
        return events

    def further(self, *, is_built: bool) -> Json:
        """An event about anything; of what was built often its use."""
        is_use: bool = self.draw(st.booleans())
        return self.used() if is_built and is_use else self.event(self.one(*WORDS))

    def used(self) -> Json:
        """What a shop or an outlet does with a pack or a cell, which names no vehicle."""
        time, item = self.time(), self.one(*PACKS, CELL, CELL)
        if self.draw(st.booleans()):
            return self.hand_over([item, *([LOT] if self.seldom() else [])], time, {"step": "collection"})
        whole = self.one(*(p for p in PACKS if p != item))
        step = self.one("repair", "replacement", "removal")
        return b.disassembled(whole, CELL, time=time, reporter=self.party(), step=step)

    def hand_over(self, items: list[str], time: str, more: Json) -> Json:
        """By one side or by both, in its own name or by another; now and then without the other side."""
        giver = self.party()
        taker = self.one(*(p for p in (*PARTIES, PRIVATE) if p != giver))
        side, rights = self.one("giver", "giver", "taker", "taker", "both"), self.one("custody", "custody", "both")
        reporter = self.party() if self.seldom() else giver if side == "giver" else taker
        event = b.transferred(
            *items, giver=giver, taker=taker, side=side, rights=rights, time=time, reporter=reporter, **more
        )
        if side != "both" and self.seldom():
            del event["taker" if side == "giver" else "giver"]
        return event


@st.composite
def duty_histories(draw: st.DrawFn, max_events: int = 16) -> list[Json]:
    """Events with ids and `recorded`, in the order of `recorded`."""
    draws = _Draw(draw)
    events = [
        b.enrolled(party, draws.one(*ROLES), time=draws.one("2010-01-01", "2024-01-05"), event_id=f"who{number}")
        for number, party in enumerate(PARTIES)
        if draw(st.booleans())
    ]
    is_built: bool = draw(st.booleans())
    story = draws.built() if is_built else []
    more = draw(st.integers(1, max_events - len(story)))
    story += [draws.further(is_built=is_built) for _ in range(more)]
    numbers = draw(st.permutations(range(max_events)))
    for number, event in zip(numbers, story, strict=False):
        if events and draw(st.integers(0, 3)) == 0:
            target = draws.one(*(e["id"] for e in events), *(f"{e['id']}#r" for e in events if "replacement" in e))
            instead = None if draws.seldom() else event
            event = b.corrected(target, instead, time=draws.time(), reporter=draws.one(*PARTIES))  # noqa: PLW2901
        events.append({**event, "id": f"e{number:02}"})
    return sorted(_recorded(draw, events), key=lambda event: (event["recorded"], event["id"]))


def _recorded(draw: st.DrawFn, events: list[Json]) -> list[Json]:
    """Soon after it happened, or weeks and months later."""
    found = []
    for event in events:
        day = datetime.fromisoformat(event["time"]).replace(tzinfo=UTC)
        late = timedelta(days=draw(st.sampled_from((1, 2, 20, 40, 60))), hours=draw(st.integers(0, 23)))
        found.append({**event, "recorded": (day + late).isoformat()})
    return found
