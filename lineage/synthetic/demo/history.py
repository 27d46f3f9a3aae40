"""The demonstration: seven years of some cars and batteries, small enough to read, with what goes wrong in life.

A module is swapped out of a car and the report of it comes late; the pack it left moves to another car. The reader
at a swap station names the wrong pack, which is corrected. Modules get a second life; two are handed over and nobody
acknowledges them. A crashed car's pack becomes lithium, nickel and cobalt, and these become new cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from lineage.synthetic.demo import end_of_life, service_and_swaps
from lineage.synthetic.demo.parties import (
    CAST,
    GUIYUAN,
    KUAIYU,
    LANDIAN,
    PLATFORM,
    QIAOSHOU,
    QINGSHAN,
    RENEWAL,
    XINGHE,
    XUNLI,
    YUNFAN,
    ZAIQI,
)
from lineage.synthetic.demo.production_and_sale import BLADE, CITY, new_pack, supplied_car, uncoded_pack
from lineage.synthetic.demo.scenario import DemoBatch, Facts, Story

__all__ = ["DemoBatch", "DemoFacts", "demo_facts", "demo_history"]


@dataclass(frozen=True)
class DemoFacts:
    """What is worth asking about: ids, and moments as `at` and `known_at` take them."""

    swapped_module: str  # out of the first vehicle in 2022, reported in 2024; in the storage pack since
    swapped_cell: str  # one inside it
    new_module: str  # put in its place
    old_pack: str  # in the first vehicle until 2023, in the second since
    first_vehicle: str
    second_vehicle: str  # the swapped module was never in it
    late_report: str  # event: the removal of the swapped module
    late_unknown: str  # a K at which it had not arrived: the module seems to be in the second vehicle
    late_known: str  # a K at which it had
    storage_pack: str  # second life, of modules of two packs
    middle_party: str  # takes modules and packs in, gives storage packs and rejects on
    unreceived_module: str  # given by the middle party, never acknowledged
    unacknowledged: str  # event: the giver's side of it
    unsure_receiver: str
    swap_vehicle: str
    misread_pack: str  # named by mistake
    swapped_in_pack: str  # really put in
    misreading: str  # event
    correction: str  # event
    misread_at: str  # a moment at which, by mistake, the misread pack seemed to be in the swap vehicle
    correction_unknown: str  # a K before the correction arrived
    correction_known: str  # a K after it arrived
    crashed_vehicle: str
    crashed_pack: str
    crashed_cell: str
    lithium_lot: str  # recovered from the crashed pack, as the nickel and the cobalt
    nickel_lot: str
    cobalt_lot: str
    recycled_cell: str  # made of them
    recycled_pack: str
    recycled_vehicle: str
    blade_pack: str  # cells and no modules
    uncoded_pack: str  # its cells bear no code
    reused_pack: str  # made of it as a whole


def demo_history(seed: int = 1) -> list[DemoBatch]:
    """Return the history in the order of arrival; the same seed gives the same bytes.

    Reports arrive on the 15th of the month after the deed, the late one a year and a half later.
    """
    return _told(seed)[0]


def demo_facts(seed: int = 1) -> DemoFacts:
    """Return what is worth asking about in `demo_history` of the same seed."""
    return _told(seed)[1]


def _told(seed: int) -> tuple[list[DemoBatch], DemoFacts]:
    story = Story(Random(seed))
    for enterprise in CAST:
        story.tell("enrolled", "2019-01-02", PLATFORM, {"party": enterprise.document()})
    facts = _lives(story)
    story.tell("enrolled", "2026-01-01", PLATFORM, {"party": RENEWAL.document()})
    return story.batches(), DemoFacts(**facts)


def _lives(story: Story) -> Facts:
    old = supplied_car(story, QINGSHAN, uncoded_pack(story), LANDIAN, date(2019, 3, 18))
    first, second, crashed = (
        supplied_car(story, YUNFAN, new_pack(story, XINGHE, CITY, made), XINGHE, story.later(made, 10, 14))
        for made in (date(2020, 3, 9), date(2020, 6, 15), date(2021, 3, 8))
    )
    blade = supplied_car(
        story, QINGSHAN, new_pack(story, LANDIAN, BLADE, date(2021, 5, 10)), LANDIAN, date(2021, 5, 24)
    )
    retired, facts = service_and_swaps.swap_batteries(story)
    facts |= {"first_vehicle": first.vin, "second_vehicle": second.vin, "old_pack": first.pack.id}
    facts |= {"crashed_vehicle": crashed.vin, "blade_pack": blade.pack.id}
    facts |= service_and_swaps.replace_a_module(story, first)
    service_and_swaps.move_the_pack(story, first, second)
    facts |= end_of_life.second_life(story, facts["swapped_module"], second.pack)
    end_of_life.crash(story, crashed)
    end_of_life.scrap(story, crashed, brought=date(2024, 7, 15), dismantler=GUIYUAN, taker=XUNLI)
    end_of_life.scrap(story, old, brought=date(2024, 9, 2), dismantler=GUIYUAN, taker=ZAIQI)
    facts |= end_of_life.whole_pack_again(story, old.pack.id)
    story.hand_over(date(2024, 10, 21), [retired.id], KUAIYU, XUNLI, step="collection")
    facts |= end_of_life.recycle(story, crashed.pack, retired.id)
    facts |= end_of_life.new_from_old(story)
    findings = {"condition": "good", "odometer_km": 61_240}
    story.look_at("2026-03-17T10:30", QIAOSHOU, [blade.vin], findings, step="inspection")
    return facts
