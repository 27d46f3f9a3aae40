"""Events of production: cells or batches of cells, modules, packs, and their materials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.minutes import year_of
from lineage.synthetic.fleet.report_stream import json_list
from lineage.synthetic.fleet.simulation import DAY, Pack, Simulation
from lineage.synthetic.fleet.vehicle_mix import Design

METALS: Final = ("Li", "Ni", "Co", "Mn")
_OTHER_LETTER: Final = {"B": "E", "E": "B", "C": "B", "G": "B"}
UNREGISTERED: Final = "9ZZ"
"""A maker code that no enterprise has filed."""


@dataclass
class Flaw:
    """The defects planted in a pack. `backdated`: the date in its code is before the production of its cells."""

    letter: bool = False
    maker: bool = False
    backdated: bool = False
    layer: str = "reported"
    child: str = ""
    events: list[str] = field(default_factory=list)


def letter_of(simulation: Simulation, design: Design) -> str:
    letter: str = simulation.parameters.chemistry[design.chemistry]["letter"]
    return letter


def make_pack(simulation: Simulation, maker: Firm, design: Design, ready: int, flaw: Flaw | None = None) -> Pack:
    """Make a pack and report it with its cells and modules; production ends some days before `ready`."""
    flaw = flaw or Flaw()
    start = ready - simulation.wait("cells")
    flaw.layer = _layer(simulation, start, flaw)
    is_sampled = flaw.layer == "reported" and simulation.rng.random() < simulation.context.cells
    # a pack that is dated too early has children with a date
    is_sampled = is_sampled or (flaw.backdated and not design.shape.modules)
    letter, sign = letter_of(simulation, design), design.archetype.sign
    cells = _make_cells(simulation, maker, design, start) if is_sampled else []
    modules: list[str] = []
    if design.shape.modules:
        welded = start + simulation.wait("welding")
        head = f"{maker.code}M{letter}{sign}1"
        modules = simulation.identifiers.batteries(
            head, welded, design.shape.modules, coded=welded >= simulation.coded_from
        )
        _report_modules(simulation, maker, design, modules, welded)
        for place, module in enumerate(modules if cells else ()):
            inside = cells[place * design.shape.cells :][: design.shape.cells]
            _put_in(simulation, welded + 60 + place, maker, module, inside, "module_production")
    packed = start + simulation.wait("packing")
    dated = start - simulation.wait("code_too_early") if flaw.backdated else packed
    pack = Pack(_pack_code(simulation, maker, design, dated, flaw), maker, design, modules, packed)
    flaw.events.append(_report_pack(simulation, pack))
    parts = [*modules] if modules else cells
    if flaw.layer == "reported" and not cells:
        parts = [*parts, cell_batch(simulation, maker, design, start)]
    if flaw.layer == "uncoded":
        count = f'"uncoded":[{{"kind":"cell","count":{design.shape.all_cells}}}]'
        body = f'"whole":"{pack.id}","parts":{json_list(parts)},{count}'
        flaw.events.append(simulation.reports.add(packed + 90, "assembled", maker.id, body, "pack_production"))
    elif parts:
        flaw.events.append(_put_in(simulation, packed + 90, maker, pack.id, parts, "pack_production"))
    flaw.child = next(iter(modules or cells), "")
    _record_layer(simulation, pack, flaw)
    return pack


def _record_layer(simulation: Simulation, pack: Pack, flaw: Flaw) -> None:
    parties, span, count = [pack.maker.id], (pack.made, None), pack.design.shape.all_cells
    if flaw.layer == "missing":
        simulation.reports.record_truth("missing_cell_layer", [pack.id], parties, span, flaw.events, count=count)
    if flaw.layer == "uncoded":
        facts = {"count": count, "reported": False}
        simulation.reports.record_truth("uncoded_cells", [pack.id], parties, span, flaw.events, **facts)


def _layer(simulation: Simulation, minute: int, flaw: Flaw) -> str:
    if flaw.letter or flaw.backdated:
        return "reported"
    if simulation.options.uncoded and simulation.rng.random() < simulation.options.uncoded:
        return "uncoded"
    can_miss = simulation.reports.has_passed(minute + simulation.wait("packing"))
    return "missing" if can_miss and simulation.reports.chance("missing_cell_layer", minute) else "reported"


def _pack_code(simulation: Simulation, maker: Firm, design: Design, dated: int, flaw: Flaw) -> str:
    letter = letter_of(simulation, design)
    code_letter = _OTHER_LETTER[letter] if flaw.letter else letter
    code = UNREGISTERED if flaw.maker else maker.code
    head = f"{code}P{code_letter}{design.archetype.sign}1"
    return simulation.identifiers.batteries(head, dated, 1, coded=dated >= simulation.coded_from)[0]


def _make_cells(simulation: Simulation, maker: Firm, design: Design, start: int) -> list[str]:
    """Report every cell of a pack by its code, made from recovered metals where the maker has some."""
    count = design.shape.all_cells
    head = f"{maker.code}C{letter_of(simulation, design)}{design.archetype.sign}1"
    cells = simulation.identifiers.batteries(head, start, count, coded=start >= simulation.coded_from)
    kg = design.kg * simulation.parameters.mass["cells"]
    amounts = f'"mass_kg":{kg / count:.3f},"capacity_kwh":{design.kwh / count:.4f}'
    rest = f'","kind":"cell","chemistry":"{design.chemistry}",{amounts}}}'
    between = rest + ',{"id":"'
    made = f'[{{"id":"{between.join(cells)}{rest}]'
    _report_new_cells(simulation, maker, design, start, kg, made)
    return cells


def cell_batch(simulation: Simulation, maker: Firm, design: Design, start: int) -> str:
    """Return the lot that represents cells that are not reported one by one; a new lot is made when needed."""
    key = (maker.id, design.chemistry)
    lot, since = simulation.batches.get(key, ("", 0))
    if lot and 0 <= start - since <= simulation.parameters.cells["batch_days"] * DAY:
        return lot
    lot = simulation.lot(maker, "cells")
    kg = design.kg * simulation.parameters.mass["cells"] * simulation.parameters.cells["batch_packs"]
    made = (
        f'[{{"id":"{lot}","kind":"lot","maker":"{maker.id}","model":"cells {design.chemistry}",'
        f'"chemistry":"{design.chemistry}","mass_kg":{kg:.1f}}}]'
    )
    _report_new_cells(simulation, maker, design, start - 30, kg, made)
    simulation.batches[key] = (lot, start - 30)
    return lot


def _report_new_cells(simulation: Simulation, maker: Firm, design: Design, minute: int, kg: float, made: str) -> None:
    """Report new cells as `produced`, or as `transformed` from recovered metals and bought material."""
    inputs = _inputs(simulation, maker, design, minute, kg)
    if inputs:
        body = f'"inputs":[{",".join(inputs)}],"outputs":{made}'
        event_id = simulation.reports.add(minute, "transformed", maker.id, body, "cell_production", place=maker.region)
        _overdrawn(simulation, event_id)
        return
    simulation.reports.add(minute, "produced", maker.id, f'"items":{made}', "cell_production", place=maker.region)


def _inputs(simulation: Simulation, maker: Firm, design: Design, minute: int, kg: float) -> list[str]:
    """Return inputs as JSON: recovered lots with the mass taken, and a bought lot for the rest; empty without lots."""
    metals = simulation.parameters.chemistry[design.chemistry]
    making = simulation.parameters.making
    kwh, part = kg / making["kg_a_kwh"], making["recovered"]
    need = {metal: metals.get(metal, 0) * kwh * part for metal in METALS}
    inputs, used = [], 0.0
    simulation.overdrawn = []
    for metal, wanted in need.items():
        for lot in simulation.materials.get((maker.id, metal), ()):
            takes = _taken(simulation, maker, lot.kg, wanted, minute) if lot.since < minute and wanted else 0.0
            if takes < 0.01:
                continue
            if takes > lot.kg + 1:
                simulation.overdrawn.append((lot, maker.id, minute))
            inputs.append(f'{{"id":"{lot.id}","mass_kg":{takes:.2f}}}')
            lot.kg -= takes
            used += takes
            break
    if not inputs:
        return []
    bought = simulation.lot(maker, "bought")
    mass = max(round(kg * making["waste"] - used, 1), 1.0)
    new = f'"items":[{{"id":"{bought}","kind":"lot","model":"bought cell material","mass_kg":{mass}}}]'
    simulation.reports.add(minute - DAY, "produced", maker.id, new, "import")
    return [*inputs, f'{{"id":"{bought}","mass_kg":{mass}}}']


def _taken(simulation: Simulation, maker: Firm, left: float, wanted: float, minute: int) -> float:
    if (
        left > 1
        and maker.id not in simulation.context.silent
        and simulation.has_case("recycled_content_above_balance", minute)
    ):
        making = simulation.parameters.making
        return float(left * making["overdraw"] + making["overdraw_kg"])
    return int(min(left, wanted) * 100) / 100


def _overdrawn(simulation: Simulation, event_id: str) -> None:
    for lot, maker, minute in simulation.overdrawn:
        simulation.reports.record_truth(
            "recycled_content_above_balance", [lot.id], [maker], (minute, None), [lot.made_by, event_id]
        )
    simulation.overdrawn = []


def _report_modules(simulation: Simulation, maker: Firm, design: Design, modules: Sequence[str], minute: int) -> None:
    kwh, kg = design.kwh / len(modules), module_kg(simulation, design, len(modules))
    rest = f'","kind":"module","chemistry":"{design.chemistry}","mass_kg":{kg:.2f},"capacity_kwh":{kwh:.3f}}}'
    made = ",".join([f'{{"id":"{module}{rest}' for module in modules])
    simulation.reports.add(minute, "produced", maker.id, f'"items":[{made}]', "module_production", place=maker.region)


def _report_pack(simulation: Simulation, pack: Pack) -> str:
    design = pack.design
    body = (
        f'"items":[{{"id":"{pack.id}","kind":"pack","maker":"{pack.maker.id}",'
        f'"model":"{design.archetype.name}-{pack.maker.code}","batch":"{year_of(pack.made)}",'
        f'"chemistry":"{design.chemistry}","mass_kg":{design.kg},"capacity_kwh":{design.kwh}}}]'
    )
    return simulation.reports.add(
        pack.made, "produced", pack.maker.id, body, "pack_production", place=pack.maker.region
    )


def _put_in(simulation: Simulation, minute: int, maker: Firm, whole: str, parts: Sequence[str], step: str) -> str:
    body = f'"whole":"{whole}","parts":{json_list(parts)}'
    return simulation.reports.add(minute, "assembled", maker.id, body, step)


def module_kg(simulation: Simulation, design: Design, modules: int) -> float:
    """Return the mass in kg of one module of a pack with that number of modules."""
    return float(design.kg * simulation.parameters.mass["modules"] / modules)


def spare_module(simulation: Simulation, pack: Pack, maker: Firm, minute: int) -> str:
    """Make a module that can replace one of this pack at that minute; its cells are reported as a batch."""
    design = pack.design
    head = f"{maker.code}M{letter_of(simulation, design)}{design.archetype.sign}1"
    spare = simulation.identifiers.batteries(head, minute, 1, coded=minute >= simulation.coded_from)[0]
    share = max(design.shape.modules, 1)
    body = (
        f'"items":[{{"id":"{spare}","kind":"module","chemistry":"{design.chemistry}",'
        f'"mass_kg":{module_kg(simulation, design, share):.2f},"capacity_kwh":{design.kwh / share:.3f}}}]'
    )
    simulation.reports.add(minute, "produced", maker.id, body, "module_production", place=maker.region)
    _put_in(simulation, minute + 60, maker, spare, [cell_batch(simulation, maker, design, minute)], "module_production")
    return spare
