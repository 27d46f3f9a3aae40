"""Events after a battery's first use: second life, accident, scrapping, recycling, new cells from old material."""

from __future__ import annotations

from datetime import date

from lineage.synthetic.demo.parties import NUANYANG, QIAOSHOU, XINGHE, XUNLI, YUNFAN, ZAIQI
from lineage.synthetic.demo.production_and_sale import BOX, CITY, SWAP, Car, cell_of, make_pack, sold_car
from lineage.synthetic.demo.scenario import BuiltPack, Document, Facts, Scenario, lot, proof

LFP_SHREDDED = (
    ("2024-111", "black mass LFP", 92.0),
    ("2024-112", "copper and aluminium", 44.0),
    ("2024-113", "housing", 26.6),
    ("2024-114", "process residue", 5.0),
)
NCM_SHREDDED = (
    ("2024-101", "black mass NCM", 41.0),
    ("2024-102", "copper and aluminium", 21.5),
    ("2024-103", "housing", 12.0),
    ("2024-104", "process residue", 3.5),
)
NCM_REFINED = (
    ("2025-Li-1", "lithium carbonate, as Li", 1.6),
    ("2025-Ni-1", "nickel sulphate, as Ni", 7.6),
    ("2025-Co-1", "cobalt sulphate, as Co", 2.5),
    ("2025-101", "graphite and residue", 29.3),
)
LFP_REFINED = (
    ("2025-Li-2", "lithium carbonate, as Li", 1.9),
    ("2025-112", "iron phosphate", 70.0),
    ("2025-113", "graphite and residue", 20.1),
)
SOLD = ("2025-Li-1", "2025-Li-2", "2025-Ni-1", "2025-Co-1", "bought")
CELL_BATCHES = (
    # day; kg of each lot in SOLD that go into twelve cells
    (date(2025, 4, 14), (0.5, 0.2, 3.0, 1.0, 21.7)),
    (date(2025, 4, 15), (0.4, 0.3, 3.2, 1.1, 21.4)),
)


def second_life(scenario: Scenario, swapped: str, pack: BuiltPack) -> Facts:
    """Build a storage pack from modules of two packs; hand over the two that fail, without a confirmation."""
    scenario.hand_over(date(2024, 2, 19), [swapped, pack.id], QIAOSHOU, ZAIQI, step="collection")
    scenario.take_out("2024-02-26T09:30", ZAIQI, pack.id, pack.modules, "grading")
    good, bad = [swapped, *pack.modules[:2]], [*pack.modules[2:]]
    for module in (*good, *bad):
        soh = scenario.rng.randint(70, 77) if module in good else scenario.rng.randint(44, 53)
        scenario.look_at(scenario.at(date(2024, 2, 28), 13), ZAIQI, [module], {"soh_percent": soh}, step="grading")
    storage = _storage_pack(scenario, good)
    waybill = proof("waybill", *bad)
    given: Document = {"step": "collection", "items": bad, "giver": ZAIQI, "taker": XUNLI, "side": "giver"}
    handed = scenario.report("transferred", "2024-05-06T10:20", ZAIQI, {**given, "evidence": waybill})
    scenario.hand_over(date(2024, 6, 3), [storage], ZAIQI, NUANYANG, step="second_life_sale")
    scenario.look_at("2026-02-09T11:00", NUANYANG, [storage], {"soh_percent": 68, "condition": "in use"})
    return {
        "storage_pack": storage,
        "middle_party": ZAIQI,
        "unreceived_module": bad[0],
        "unacknowledged": handed,
        "unsure_receiver": XUNLI,
    }


def _storage_pack(scenario: Scenario, modules: list[str]) -> str:
    day, step = date(2024, 3, 18), "second_life_production"
    storage = scenario.second_life(ZAIQI, CITY.letter, day)
    made: Document = {"id": storage, "kind": "pack", "model": "Zaiqi Home 007", "chemistry": CITY.chemistry}
    scenario.make(day, ZAIQI, step, [{**made, "mass_kg": 53.0, "capacity_kwh": 7.2}])
    report = proof("test-report", storage)
    scenario.report("assembled", day, ZAIQI, {"step": step, "whole": storage, "parts": modules, "evidence": report})
    return storage


def crash(scenario: Scenario, car: Car) -> None:
    """Report an accident, and the maker's telemetry of the pack, which shows that it was shut down."""
    findings = {"incident": "collision", "condition": "front crushed"}
    scenario.look_at(
        "2024-07-02T07:52", QIAOSHOU, [car.vin], findings, step="incident", place="urn:demo:site:crossing-4"
    )
    isolated = {"incident": "collision", "condition": "isolated"}
    scenario.look_at("2024-07-02T07:53", YUNFAN, [car.pack.id], isolated, inside=car.vin, step="incident")


def scrap(scenario: Scenario, car: Car, *, brought: date, dismantler: str, taker: str) -> None:
    """Scrap a car that its owner brings on the day `brought`; its pack is removed and handed over to `taker`."""
    scenario.hand_over(brought, [car.vin], car.owner, dismantler, step="scrapping")
    scrapped = scenario.later(brought, 7, 12)
    scenario.end(scenario.at(scrapped, 9), dismantler, car.vin, "scrapped", "scrapping")
    scenario.take_out(scenario.at(scrapped, 15), dismantler, car.vin, [car.pack.id], "removal")
    scenario.hand_over(scenario.later(scrapped, 10, 18), [car.pack.id], dismantler, taker, step="collection")


def whole_pack_again(scenario: Scenario, pack: str) -> Facts:
    """Rebuild a pack without cell codes as a second-life pack; the old code is one of its `identifiers`."""
    scenario.look_at(scenario.at(date(2024, 10, 21), 10), ZAIQI, [pack], {"soh_percent": 78}, step="grading")
    made = date(2024, 11, 4)
    reused = scenario.second_life(ZAIQI, BOX.letter, made)
    again: Document = {
        "id": reused,
        "kind": "pack",
        "model": "Zaiqi Tower 012",
        "chemistry": BOX.chemistry,
        "mass_kg": 103.0,
        "capacity_kwh": 12.0,
        "identifiers": [{"scheme": "gbt34014", "id": pack}],
    }
    housing = lot(ZAIQI, "2024-11", "housing", 7.0)
    scenario.change(made, ZAIQI, [(pack, BOX.pack_kg)], [again, housing], "second_life_production")
    scenario.hand_over(date(2024, 12, 2), [reused], ZAIQI, NUANYANG, step="second_life_sale")
    return {"uncoded_pack": pack, "reused_pack": reused}


def recycle(scenario: Scenario, ternary: BuiltPack, phosphate: str) -> Facts:
    """Recycle two packs into black mass and scrap, and the black mass into metals; the masses balance."""
    for when, source, mass_kg, outputs in (
        ("2024-11-18T09:00", ternary.id, CITY.pack_kg, NCM_SHREDDED),
        ("2024-12-09T09:00", phosphate, SWAP.pack_kg, LFP_SHREDDED),
        ("2025-01-20T09:00", _lot_id("2024-101"), 41.0, NCM_REFINED),
        ("2025-02-17T09:00", _lot_id("2024-111"), 92.0, LFP_REFINED),
    ):
        scenario.change(when, XUNLI, [(source, mass_kg)], [lot(XUNLI, *output) for output in outputs], "recycling")
    scenario.end("2025-03-10", XUNLI, _lot_id("2024-104"), "landfilled", "disposal")
    metals = [_lot_id(number) for number in SOLD[:-1]]
    scenario.look_at("2025-03-11T14:00", XUNLI, metals, {"purity_percent": 99.6}, step="grading")
    scenario.hand_over(date(2025, 3, 17), metals, XUNLI, XINGHE, step="material_sale")
    return {
        "crashed_pack": ternary.id,
        "crashed_cell": ternary.cells_of[ternary.modules[0]][0],
        "lithium_lot": metals[0],
        "nickel_lot": metals[2],
        "cobalt_lot": metals[3],
    }


def new_from_old(scenario: Scenario) -> Facts:
    """Make two batches of cells from recovered and bought material, a pack from them, and a car with the pack."""
    scenario.make(date(2025, 3, 24), XINGHE, "import", [lot(XINGHE, "2025-03", "bought cell materials", 60.0)])
    sources = [*map(_lot_id, SOLD[:-1]), f"lot:{XINGHE}:2025-03"]
    cells: list[str] = []
    for day, masses in CELL_BATCHES:
        batch = [scenario.battery(XINGHE, CITY, "C", day) for _ in range(12)]
        made: list[Document] = [{**cell_of(CITY, cell), "maker": XINGHE} for cell in batch]
        inputs = list(zip(sources, masses, strict=True))
        scenario.change(scenario.at(day, 11), XINGHE, inputs, made, "cell_production")
        cells += batch
    pack = make_pack(scenario, XINGHE, CITY, cells, date(2025, 4, 17))
    scenario.hand_over(date(2025, 4, 29), [pack.id], XINGHE, YUNFAN, step="delivery")
    car = sold_car(scenario, YUNFAN, pack, date(2025, 5, 19))
    findings = {"soh_percent": 98, "message": "telemetry"}
    scenario.look_at("2026-05-20T06:00", YUNFAN, [pack.id], findings, inside=car.vin)
    return {"recycled_cell": cells[0], "recycled_pack": pack.id, "recycled_vehicle": car.vin}


def _lot_id(number: str) -> str:
    return f"lot:{XUNLI}:{number}"
