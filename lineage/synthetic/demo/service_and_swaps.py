"""Events that change what is installed: a module is replaced, a pack changes cars, batteries are swapped."""

from __future__ import annotations

from datetime import date, timedelta

from lineage.synthetic.demo.parties import KUAIYU, LANDIAN, QIAOSHOU, QINGSHAN, XINGHE, YUANDAO, YUNFAN
from lineage.synthetic.demo.production_and_sale import (
    CITY,
    NO_PACK,
    SWAP,
    Car,
    make_cells,
    make_modules,
    new_pack,
    sold_car,
)
from lineage.synthetic.demo.scenario import BuiltPack, Facts, Scenario, proof

SWAPS = (
    # when, car, pack taken out, pack put in; at 19:0x the reader names the pack just taken out, it was the second
    ("2022-04-11T18:2", 0, None, 0),
    ("2022-04-12T08:1", 1, None, 1),
    ("2023-01-15T12:3", 0, 0, 2),
    ("2023-06-20T19:0", 1, 1, 0),
    ("2023-11-05T09:4", 0, 2, 1),
    ("2024-01-12T17:5", 1, 0, 2),
    ("2024-03-10T11:2", 0, 1, 0),
    ("2024-03-12T19:0", 1, 2, 2),
    ("2024-03-26T07:3", 1, 1, 2),
    ("2024-10-10T20:1", 1, 2, 1),
    ("2025-12-28T13:4", 0, 0, None),
)


def replace_a_module(scenario: Scenario, car: Car) -> Facts:
    """Replace one module of the pack in a repair; its removal is reported only when an audit finds it missing."""
    pack, swapped, spare = car.pack.id, car.pack.modules[2], _spare_module(scenario)
    visit = {"step": "repair", "items": [car.vin]}
    scenario.report("transferred", "2022-06-14T08:30", QIAOSHOU, {**visit, "giver": car.owner, "taker": QIAOSHOU})
    findings = {"soh_percent": 71, "condition": "one cell drifts"}
    scenario.look_at("2022-06-14T09:10", QIAOSHOU, [swapped], findings, inside=car.vin, step="repair")
    scenario.take_out("2022-06-14T10:05", QIAOSHOU, car.vin, [pack], "repair")
    removal = {"step": "replacement", "whole": pack, "parts": [swapped], "custodian": QIAOSHOU}
    shown = proof("work-order", swapped) + proof("photo", swapped)
    late_report = scenario.report(
        "disassembled", "2022-06-14T11:30", QIAOSHOU, {**removal, "evidence": shown}, arrives="2024-01-15"
    )
    scenario.put_in("2022-06-14T13:40", QIAOSHOU, pack, [spare], "replacement")
    scenario.put_in("2022-06-14T15:20", QIAOSHOU, car.vin, [pack], "repair")
    scenario.report("transferred", "2022-06-14T17:00", QIAOSHOU, {**visit, "giver": QIAOSHOU, "taker": car.owner})
    return {
        "swapped_module": swapped,
        "swapped_cell": car.pack.cells_of[swapped][0],
        "new_module": spare,
        "late_report": late_report,
        "late_unknown": "2023-12-01",
        "late_known": "2024-01-16",
    }


def _spare_module(scenario: Scenario) -> str:
    made = date(2022, 4, 18)
    cells = make_cells(scenario, XINGHE, CITY, CITY.cells, made)
    (spare,) = make_modules(scenario, XINGHE, CITY, cells, made + timedelta(days=4))
    scenario.hand_over(date(2022, 5, 9), [spare], XINGHE, QIAOSHOU, step="delivery")
    return spare


def move_the_pack(scenario: Scenario, first: Car, second: Car) -> None:
    """Give the first car a new pack; months later install the old one in the second car, which is then sold again."""
    fresh = new_pack(scenario, XINGHE, CITY, date(2023, 4, 3))
    scenario.hand_over(date(2023, 4, 24), [fresh.id], XINGHE, QIAOSHOU, step="delivery")
    _exchange(scenario, "2023-05-18", first, fresh, soh_percent=84)
    _exchange(scenario, "2023-08-21", second, first.pack, soh_percent=66)
    seen = {"soh_percent": 79, "message": "telemetry"}
    scenario.look_at("2024-12-02T06:00", YUNFAN, [first.pack.id], seen, inside=second.vin)
    scenario.hand_over(date(2025, 9, 15), [second.vin], second.owner, YUANDAO, step="sale")
    scenario.hand_over(date(2025, 10, 3), [second.vin], YUANDAO, scenario.owner(), step="sale")


def _exchange(scenario: Scenario, day: str, car: Car, fresh: BuiltPack, *, soh_percent: int) -> None:
    """Exchange the pack that the car was sold with for another one, in possession and in ownership."""
    scenario.take_out(f"{day}T09:40", QIAOSHOU, car.vin, [car.pack.id], "replacement")
    scenario.look_at(f"{day}T10:30", QIAOSHOU, [car.pack.id], {"soh_percent": soh_percent}, step="grading")
    order = proof("work-order", car.vin, fresh.id)
    put_in = {"step": "replacement", "whole": car.vin, "parts": [fresh.id], "evidence": order}
    scenario.report("assembled", f"{day}T14:15", QIAOSHOU, put_in)
    bought = {"step": "sale", "rights": "ownership", "giver": QIAOSHOU, "taker": car.owner, "items": [fresh.id]}
    scenario.report("transferred", f"{day}T16:00", QIAOSHOU, bought)
    taken_back = {**bought, "giver": car.owner, "taker": QIAOSHOU, "items": [car.pack.id]}
    scenario.report("transferred", f"{day}T16:05", QIAOSHOU, taken_back)


def swap_batteries(scenario: Scenario) -> tuple[BuiltPack, Facts]:
    """Swap three packs of an operator between two cars; return the pack that retires and facts of the misreading."""
    packs = [new_pack(scenario, LANDIAN, SWAP, date(2022, 1, day)) for day in (10, 12, 17)]
    scenario.hand_over(date(2022, 2, 7), [pack.id for pack in packs], LANDIAN, KUAIYU, step="delivery")
    cars = [sold_car(scenario, QINGSHAN, NO_PACK, date(2022, 2, day)) for day in (14, 21)]
    misreading = ""
    for when, car, out, into in SWAPS:
        if out is not None:
            scenario.take_out(f"{when}1", KUAIYU, cars[car].vin, [packs[out].id], "swap")
        if into is not None:
            event_id = scenario.put_in(f"{when}6", KUAIYU, cars[car].vin, [packs[into].id], "swap")
            misreading = event_id if into == out else misreading
    return packs[2], {
        "swap_vehicle": cars[1].vin,
        "misread_pack": packs[2].id,
        "swapped_in_pack": packs[1].id,
        "misreading": misreading,
        "misread_at": "2024-03-20",
        "correction": _correct(scenario, misreading, cars[1].vin, packs[1].id),
        "correction_unknown": "2024-05-01",
        "correction_known": "2024-05-16",
    }


def _correct(scenario: Scenario, misreading: str, vehicle: str, pack: str) -> str:
    really = {
        "type": "assembled",
        "step": "swap",
        "time": "2024-03-12T19:06:00+08:00",
        "reporter": KUAIYU,
        "whole": vehicle,
        "parts": [pack],
        "evidence": proof("station-log", vehicle, pack),
    }
    reason = "The reader named the pack just taken out; the station log shows which one was put in."
    return scenario.report(
        "corrected", "2024-04-03T16:20", KUAIYU, {"target": misreading, "reason": reason, "replacement": really}
    )
