"""Acts of making: cells or batches of them, modules, packs, and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.minutes import year_of
from lineage.synthetic.fleet.report_stream import listed
from lineage.synthetic.fleet.simulation import DAY, Pack, World
from lineage.synthetic.fleet.vehicle_mix import Design

METALS: Final = ("Li", "Ni", "Co", "Mn")
_OTHER_LETTER: Final = {"B": "E", "E": "B", "C": "B", "G": "B"}
UNREGISTERED: Final = "9ZZ"
"""A maker code that no enterprise has filed."""


@dataclass
class Flaw:
    """What is wrong with a pack that is about to be made. `backdated`: its code bears a day before its cells."""

    letter: bool = False
    maker: bool = False
    backdated: bool = False
    layer: str = "reported"
    child: str = ""
    events: list[str] = field(default_factory=list)


def letter_of(world: World, design: Design) -> str:
    letter: str = world.parameters.chemistry[design.chemistry]["letter"]
    return letter


def make_pack(world: World, maker: Firm, design: Design, ready: int, flaw: Flaw | None = None) -> Pack:
    """Make a pack and report it, its cells and modules; it is done some days before `ready`."""
    flaw = flaw or Flaw()
    start = ready - world.wait("cells")
    flaw.layer = _layer(world, start, flaw)
    is_sampled = flaw.layer == "reported" and world.dice.random() < world.common.cells
    # a pack that is dated too early has children with a date
    is_sampled = is_sampled or (flaw.backdated and not design.shape.modules)
    letter, sign = letter_of(world, design), design.archetype.sign
    cells = _make_cells(world, maker, design, start) if is_sampled else []
    modules: list[str] = []
    if design.shape.modules:
        welded = start + world.wait("welding")
        head = f"{maker.code}M{letter}{sign}1"
        modules = world.names.batteries(head, welded, design.shape.modules, coded=welded >= world.coded_from)
        _tell_modules(world, maker, design, modules, welded)
        for place, module in enumerate(modules if cells else ()):
            inside = cells[place * design.shape.cells :][: design.shape.cells]
            _put_in(world, welded + 60 + place, maker, module, inside, "module_production")
    packed = start + world.wait("packing")
    dated = start - world.wait("code_too_early") if flaw.backdated else packed
    pack = Pack(_pack_code(world, maker, design, dated, flaw), maker, design, modules, packed)
    flaw.events.append(_tell_pack(world, pack))
    parts = [*modules] if modules else cells
    if flaw.layer == "reported" and not cells:
        parts = [*parts, cell_batch(world, maker, design, start)]
    if flaw.layer == "uncoded":
        count = f'"uncoded":[{{"kind":"cell","count":{design.shape.all_cells}}}]'
        body = f'"whole":"{pack.id}","parts":{listed(parts)},{count}'
        flaw.events.append(world.teller.tell(packed + 90, "assembled", maker.id, body, "pack_production"))
    elif parts:
        flaw.events.append(_put_in(world, packed + 90, maker, pack.id, parts, "pack_production"))
    flaw.child = next(iter(modules or cells), "")
    _tell_layer(world, pack, flaw)
    return pack


def _tell_layer(world: World, pack: Pack, flaw: Flaw) -> None:
    parties, span, count = [pack.maker.id], (pack.made, None), pack.design.shape.all_cells
    if flaw.layer == "missing":
        world.teller.true("missing_cell_layer", [pack.id], parties, span, flaw.events, count=count)
    if flaw.layer == "uncoded":
        told = {"count": count, "reported": False}
        world.teller.true("uncoded_cells", [pack.id], parties, span, flaw.events, **told)


def _layer(world: World, minute: int, flaw: Flaw) -> str:
    if flaw.letter or flaw.backdated:
        return "reported"
    if world.dials.uncoded and world.dice.random() < world.dials.uncoded:
        return "uncoded"
    can_miss = world.teller.has_passed(minute + world.wait("packing"))
    return "missing" if can_miss and world.teller.chance("missing_cell_layer", minute) else "reported"


def _pack_code(world: World, maker: Firm, design: Design, dated: int, flaw: Flaw) -> str:
    letter = letter_of(world, design)
    told = _OTHER_LETTER[letter] if flaw.letter else letter
    code = UNREGISTERED if flaw.maker else maker.code
    head = f"{code}P{told}{design.archetype.sign}1"
    return world.names.batteries(head, dated, 1, coded=dated >= world.coded_from)[0]


def _make_cells(world: World, maker: Firm, design: Design, start: int) -> list[str]:
    """Every cell of a pack by its code; of recovered metals where the maker has some."""
    count = design.shape.all_cells
    head = f"{maker.code}C{letter_of(world, design)}{design.archetype.sign}1"
    cells = world.names.batteries(head, start, count, coded=start >= world.coded_from)
    kg = design.kg * world.parameters.mass["cells"]
    amounts = f'"mass_kg":{kg / count:.3f},"capacity_kwh":{design.kwh / count:.4f}'
    rest = f'","kind":"cell","chemistry":"{design.chemistry}",{amounts}}}'
    between = rest + ',{"id":"'
    made = f'[{{"id":"{between.join(cells)}{rest}]'
    _tell_new(world, maker, design, start, kg, made)
    return cells


def cell_batch(world: World, maker: Firm, design: Design, start: int) -> str:
    """Return the lot that stands for the cells of packs whose cells are not told one by one; made when needed."""
    key = (maker.id, design.chemistry)
    lot, since = world.batches.get(key, ("", 0))
    if lot and 0 <= start - since <= world.parameters.cells["batch_days"] * DAY:
        return lot
    lot = world.lot(maker, "cells")
    kg = design.kg * world.parameters.mass["cells"] * world.parameters.cells["batch_packs"]
    made = (
        f'[{{"id":"{lot}","kind":"lot","maker":"{maker.id}","model":"cells {design.chemistry}",'
        f'"chemistry":"{design.chemistry}","mass_kg":{kg:.1f}}}]'
    )
    _tell_new(world, maker, design, start - 30, kg, made)
    world.batches[key] = (lot, start - 30)
    return lot


def _tell_new(world: World, maker: Firm, design: Design, minute: int, kg: float, made: str) -> None:
    """Report new cells: as produced, or as made of recovered metals and bought material."""
    inputs = _inputs(world, maker, design, minute, kg)
    if inputs:
        body = f'"inputs":[{",".join(inputs)}],"outputs":{made}'
        told = world.teller.tell(minute, "transformed", maker.id, body, "cell_production", place=maker.region)
        _overdrawn(world, told)
        return
    world.teller.tell(minute, "produced", maker.id, f'"items":{made}', "cell_production", place=maker.region)


def _inputs(world: World, maker: Firm, design: Design, minute: int, kg: float) -> list[str]:
    """The recovered lots that go in, each with its mass, and a bought lot for the rest; nothing if none is there."""
    told = world.parameters.chemistry[design.chemistry]
    making = world.parameters.making
    kwh, part = kg / making["kg_a_kwh"], making["recovered"]
    need = {metal: told.get(metal, 0) * kwh * part for metal in METALS}
    inputs, used = [], 0.0
    world.overdrawn = []
    for metal, wanted in need.items():
        for lot in world.materials.get((maker.id, metal), ()):
            takes = _taken(world, maker, lot.kg, wanted, minute) if lot.since < minute and wanted else 0.0
            if takes < 0.01:
                continue
            if takes > lot.kg + 1:
                world.overdrawn.append((lot, maker.id, minute))
            inputs.append(f'{{"id":"{lot.id}","mass_kg":{takes:.2f}}}')
            lot.kg -= takes
            used += takes
            break
    if not inputs:
        return []
    bought = world.lot(maker, "bought")
    mass = max(round(kg * making["waste"] - used, 1), 1.0)
    new = f'"items":[{{"id":"{bought}","kind":"lot","model":"bought cell material","mass_kg":{mass}}}]'
    world.teller.tell(minute - DAY, "produced", maker.id, new, "import")
    return [*inputs, f'{{"id":"{bought}","mass_kg":{mass}}}']


def _taken(world: World, maker: Firm, left: float, wanted: float, minute: int) -> float:
    if left > 1 and maker.id not in world.common.silent and world.has_case("recycled_content_above_balance", minute):
        making = world.parameters.making
        return float(left * making["overdraw"] + making["overdraw_kg"])
    return int(min(left, wanted) * 100) / 100


def _overdrawn(world: World, told: str) -> None:
    for lot, maker, minute in world.overdrawn:
        world.teller.true("recycled_content_above_balance", [lot.id], [maker], (minute, None), [lot.made_by, told])
    world.overdrawn = []


def _tell_modules(world: World, maker: Firm, design: Design, modules: Sequence[str], minute: int) -> None:
    kwh, kg = design.kwh / len(modules), module_kg(world, design, len(modules))
    rest = f'","kind":"module","chemistry":"{design.chemistry}","mass_kg":{kg:.2f},"capacity_kwh":{kwh:.3f}}}'
    made = ",".join([f'{{"id":"{module}{rest}' for module in modules])
    world.teller.tell(minute, "produced", maker.id, f'"items":[{made}]', "module_production", place=maker.region)


def _tell_pack(world: World, pack: Pack) -> str:
    design = pack.design
    body = (
        f'"items":[{{"id":"{pack.id}","kind":"pack","maker":"{pack.maker.id}",'
        f'"model":"{design.archetype.name}-{pack.maker.code}","batch":"{year_of(pack.made)}",'
        f'"chemistry":"{design.chemistry}","mass_kg":{design.kg},"capacity_kwh":{design.kwh}}}]'
    )
    return world.teller.tell(pack.made, "produced", pack.maker.id, body, "pack_production", place=pack.maker.region)


def _put_in(world: World, minute: int, maker: Firm, whole: str, parts: Sequence[str], step: str) -> str:
    body = f'"whole":"{whole}","parts":{listed(parts)}'
    return world.teller.tell(minute, "assembled", maker.id, body, step)


def module_kg(world: World, design: Design, modules: int) -> float:
    """Return the mass of one of so many modules."""
    return float(design.kg * world.parameters.mass["modules"] / modules)


def spare_module(world: World, pack: Pack, maker: Firm, minute: int) -> str:
    """Make a module that can replace one of this pack; it is there at that minute, with its cells as a batch."""
    design = pack.design
    head = f"{maker.code}M{letter_of(world, design)}{design.archetype.sign}1"
    spare = world.names.batteries(head, minute, 1, coded=minute >= world.coded_from)[0]
    share = max(design.shape.modules, 1)
    body = (
        f'"items":[{{"id":"{spare}","kind":"module","chemistry":"{design.chemistry}",'
        f'"mass_kg":{module_kg(world, design, share):.2f},"capacity_kwh":{design.kwh / share:.3f}}}]'
    )
    world.teller.tell(minute, "produced", maker.id, body, "module_production", place=maker.region)
    _put_in(world, minute + 60, maker, spare, [cell_batch(world, maker, design, minute)], "module_production")
    return spare
