"""Events of production and sale: cells, modules, packs and cars, until a car has an owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lineage.synthetic.demo.parties import CAR_MODELS, LANDIAN, REGISTRY, YUANDAO
from lineage.synthetic.demo.scenario import BuiltPack, Document, PackDesign, Scenario, product

CITY = PackDesign("Xinghe City 013", "E", "NCM622", 4, 6, 2.2, 0.5475, 14.5, 78.0)
BLADE = PackDesign("Landian Blade 014", "B", "LFP", 0, 32, 2.7, 0.432, 0.0, 104.4)
SWAP = PackDesign("Landian Swap 021", "B", "LFP", 2, 12, 5.4, 0.896, 68.8, 167.6)
BOX = PackDesign("Landian Box 015", "B", "LFP", 0, 28, 3.1, 0.55, 0.0, 110.0)

NO_PACK = BuiltPack("", {})
"""The pack of a car that is sold without one, because its batteries are swapped."""


@dataclass(frozen=True)
class Car:
    """A sold car with its owner and the pack that it was sold with."""

    vin: str
    owner: str
    pack: BuiltPack


def make_cells(scenario: Scenario, maker: str, design: PackDesign, count: int, day: date) -> list[str]:
    """Make cells and report them."""
    cells = [scenario.battery(maker, design, "C", day) for _ in range(count)]
    scenario.make(day, maker, "cell_production", [cell_of(design, cell) for cell in cells])
    return cells


def make_modules(
    scenario: Scenario, maker: str, design: PackDesign, cells: list[str], day: date
) -> dict[str, tuple[str, ...]]:
    """Make modules of these cells; return the cells of each."""
    count = len(cells) // design.cells
    modules = [scenario.battery(maker, design, "M", day) for _ in range(count)]
    kwh = round(design.cells * design.cell_kwh, 3)
    made = [product(module, "module", design, design.module_kg, kwh) for module in modules]
    scenario.make(day, maker, "module_production", made)
    cells_of = {module: tuple(cells[n * design.cells :][: design.cells]) for n, module in enumerate(modules)}
    for module, inside in cells_of.items():
        scenario.put_in(day, maker, module, inside, "module_production")
    return cells_of


def make_pack(scenario: Scenario, maker: str, design: PackDesign, cells: list[str], day: date) -> BuiltPack:
    """Make a pack from cells that were made on `day`, with modules in between if the design has any."""
    welded = scenario.later(day, 3, 5)
    packed = scenario.later(day, 7, 8)
    cells_of = make_modules(scenario, maker, design, cells, welded) if design.modules else {"": tuple(cells)}
    pack = scenario.battery(maker, design, "P", packed)
    made = product(pack, "pack", design, design.pack_kg, design.pack_kwh)
    scenario.make(packed, maker, "pack_production", [made])
    scenario.put_in(packed, maker, pack, [*cells_of] if design.modules else cells, "pack_production")
    return BuiltPack(pack, cells_of)


def new_pack(scenario: Scenario, maker: str, design: PackDesign, day: date) -> BuiltPack:
    """Make cells on `day`, and a pack from them a week later."""
    cells = make_cells(scenario, maker, design, max(design.modules, 1) * design.cells, day)
    return make_pack(scenario, maker, design, cells, day)


def uncoded_pack(scenario: Scenario) -> BuiltPack:
    """Make a pack whose cells bear no code: only their count is known."""
    day = date(2019, 3, 11)
    pack = scenario.battery(LANDIAN, BOX, "P", day)
    scenario.make(day, LANDIAN, "pack_production", [product(pack, "pack", BOX, BOX.pack_kg, BOX.pack_kwh)])
    uncoded = [{"kind": "cell", "count": BOX.cells}]
    scenario.report(
        "assembled", day, LANDIAN, {"step": "pack_production", "whole": pack, "parts": [], "uncoded": uncoded}
    )
    return BuiltPack(pack, {})


def supplied_car(scenario: Scenario, maker: str, pack: BuiltPack, supplier: str, delivered: date) -> Car:
    """Deliver a pack to the maker of a car, who installs it and sells the car."""
    scenario.hand_over(delivered, [pack.id], supplier, maker, step="delivery")
    return sold_car(scenario, maker, pack, scenario.later(delivered, 8, 12))


def sold_car(scenario: Scenario, maker: str, pack: BuiltPack, built: date) -> Car:
    """Build a car, with the pack unless it is `NO_PACK`, and sell it to a private owner through the dealer."""
    car = Car(scenario.car(maker, built.year), scenario.owner(), pack)
    made: Document = {"id": car.vin, "kind": "vehicle", "model": CAR_MODELS[maker], "batch": f"{built:%Y-%m}"}
    scenario.make(built, maker, "vehicle_production", [made])
    if pack.id:
        scenario.put_in(built, maker, car.vin, [pack.id], "vehicle_production")
    shipped = scenario.later(built, 10, 16)
    sold = scenario.later(shipped, 9, 25)
    scenario.hand_over(shipped, [car.vin], maker, YUANDAO, step="delivery")
    scenario.hand_over(sold, [car.vin], YUANDAO, car.owner, step="sale")
    plated = scenario.at(scenario.later(sold, 2, 5), 14)
    scenario.look_at(plated, REGISTRY, [car.vin], {"registration": "first"}, step="registration")
    return car


def cell_of(design: PackDesign, cell: str) -> Document:
    """Return the entry of a cell in `produced` or `transformed`."""
    return product(cell, "cell", design, design.cell_kg, design.cell_kwh)
