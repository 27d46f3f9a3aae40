"""The history of the demonstration: some cars and batteries over seven years, with the errors of real reporting.

A module is swapped out of a car and the report of it comes late; the pack it left moves to another car. The reader
at a swap station names the wrong pack, which is corrected. Modules get a second life; two are handed over without an
acknowledgement. A crashed car's pack becomes lithium, nickel and cobalt, and these become new cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from lineage.synthetic.demo import end_of_life, service_and_swaps
from lineage.synthetic.demo.parties import (
    ENTERPRISES,
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
from lineage.synthetic.demo.scenario import DemoBatch, Facts, Scenario

__all__ = ["DemoBatch", "DemoFacts", "demo_facts", "demo_history"]


@dataclass(frozen=True)
class DemoFacts:
    """Ids and times of the history that examples use; the times are values for `at` and `known_at`."""

    swapped_module: str  # out of the first vehicle in 2022, reported in 2024; in the storage pack since
    swapped_cell: str  # one inside it
    new_module: str  # put in its place
    old_pack: str  # in the first vehicle until 2023, in the second since
    first_vehicle: str
    second_vehicle: str  # the swapped module was never in it
    late_report: str  # event: the removal of the swapped module
    late_unknown: str  # `known_at` before it arrived: the module seems to be in the second vehicle
    late_known: str  # `known_at` after it arrived
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
    misread_at: str  # `at` when, by mistake, the misread pack seemed to be in the swap vehicle
    correction_unknown: str  # `known_at` before the correction arrived
    correction_known: str  # `known_at` after it arrived
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

    Reports arrive on the 15th of the month after the event, the late one a year and a half later.
    """
    return _written(seed)[0]


def demo_facts(seed: int = 1) -> DemoFacts:
    """Return the ids and times that examples use in `demo_history` of the same seed."""
    return _written(seed)[1]


def _written(seed: int) -> tuple[list[DemoBatch], DemoFacts]:
    scenario = Scenario(Random(seed))
    for enterprise in ENTERPRISES:
        scenario.report("enrolled", "2019-01-02", PLATFORM, {"party": enterprise.document()})
    facts = _play(scenario)
    scenario.report("enrolled", "2026-01-01", PLATFORM, {"party": RENEWAL.document()})
    return scenario.batches(), DemoFacts(**facts)


def _play(scenario: Scenario) -> Facts:
    old = supplied_car(scenario, QINGSHAN, uncoded_pack(scenario), LANDIAN, date(2019, 3, 18))
    first, second, crashed = (
        supplied_car(scenario, YUNFAN, new_pack(scenario, XINGHE, CITY, made), XINGHE, scenario.later(made, 10, 14))
        for made in (date(2020, 3, 9), date(2020, 6, 15), date(2021, 3, 8))
    )
    blade = supplied_car(
        scenario, QINGSHAN, new_pack(scenario, LANDIAN, BLADE, date(2021, 5, 10)), LANDIAN, date(2021, 5, 24)
    )
    retired, facts = service_and_swaps.swap_batteries(scenario)
    facts |= {"first_vehicle": first.vin, "second_vehicle": second.vin, "old_pack": first.pack.id}
    facts |= {"crashed_vehicle": crashed.vin, "blade_pack": blade.pack.id}
    facts |= service_and_swaps.replace_a_module(scenario, first)
    service_and_swaps.move_the_pack(scenario, first, second)
    facts |= end_of_life.second_life(scenario, facts["swapped_module"], second.pack)
    end_of_life.crash(scenario, crashed)
    end_of_life.scrap(scenario, crashed, brought=date(2024, 7, 15), dismantler=GUIYUAN, taker=XUNLI)
    end_of_life.scrap(scenario, old, brought=date(2024, 9, 2), dismantler=GUIYUAN, taker=ZAIQI)
    facts |= end_of_life.whole_pack_again(scenario, old.pack.id)
    scenario.hand_over(date(2024, 10, 21), [retired.id], KUAIYU, XUNLI, step="collection")
    facts |= end_of_life.recycle(scenario, crashed.pack, retired.id)
    facts |= end_of_life.new_from_old(scenario)
    findings = {"condition": "good", "odometer_km": 61_240}
    scenario.look_at("2026-03-17T10:30", QIAOSHOU, [blade.vin], findings, step="inspection")
    return facts
