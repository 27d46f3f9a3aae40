"""Acts of recycling and second life: packs into lots whose masses balance, lots to makers, packs into packs."""

from __future__ import annotations

from functools import partial

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.manufacturing import METALS, letter_of
from lineage.synthetic.fleet.minutes import minute_of
from lineage.synthetic.fleet.simulation import Material, Pack, Waste, World


def receive_waste(world: World, recycler: Firm, waste: list[Waste], minute: int) -> None:
    """Put waste into a recycler's stock; the first of it has a run planned."""
    stock = world.waste[recycler.id]
    if not stock:
        world.at(minute + world.wait("run"), partial(_run, world, recycler))
    stock += waste


def _run(world: World, recycler: Firm, minute: int) -> None:
    """Everything in stock, and production scrap with it, becomes metals and a residue."""
    stock = world.waste.pop(recycler.id)
    stock.append(_scrap(world, recycler, stock, minute))
    masses = metals_in(world, stock)
    lots = {metal: world.lot(recycler, metal) for metal in masses}
    residue = world.lot(recycler, "residue")
    low, high = world.parameters.recovery["dust"]
    whole = sum(round(w.kg, 2) for w in stock)
    rest = whole * (1 - low - (high - low) * world.dice.random()) - sum(masses.values())
    inputs = ",".join([f'{{"id":"{w.id}","mass_kg":{w.kg:.2f}}}' for w in stock])
    made = [f'{{"id":"{lots[m]}","kind":"lot","model":"{m}","mass_kg":{masses[m]:.2f}}}' for m in masses]
    made.append(f'{{"id":"{residue}","kind":"lot","model":"residue","mass_kg":{max(rest, 0):.2f}}}')
    body = f'"inputs":[{inputs}],"outputs":[{",".join(made)}]'
    teller, about = world.teller, [w.id for w in stock]
    told = teller.tell(minute, "transformed", recycler.id, body, "recycling", about=about, place=recycler.region)
    end = f'"items":["{residue}"],"reason":"landfilled"'
    teller.tell(minute + world.wait("disposal"), "ended", recycler.id, end, "disposal")
    _sell(
        world,
        recycler,
        minute + world.wait("material_sale"),
        {m: (lots[m], masses[m]) for m in METALS if m in lots},
        told,
    )
    _come_alive(world, recycler, stock, minute, told)


def metals_in(world: World, stock: list[Waste]) -> dict[str, float]:
    """The kilograms of each metal that come out."""
    recovery, mass, dice = world.parameters.recovery, world.parameters.mass, world.dice
    masses: dict[str, float] = {}
    for waste in stock:
        told = world.parameters.chemistry[waste.chemistry]
        for metal in METALS:
            if metal in told:
                masses[metal] = masses.get(metal, 0.0) + told[metal] * waste.kwh
        if waste.is_pack:
            masses["Cu"] = masses.get("Cu", 0.0) + sum(mass["copper"]) / 2 * waste.kwh
            masses["Al"] = masses.get("Al", 0.0) + sum(mass["aluminium"]) / 2 * waste.kwh
    for metal, kg in masses.items():
        low, high = recovery[metal]
        masses[metal] = int(kg * (low + (high - low) * dice.random()) * 100) / 100
    return {metal: kg for metal, kg in masses.items() if kg > 0}


def _scrap(world: World, recycler: Firm, stock: list[Waste], minute: int) -> Waste:
    """Production scrap of a battery maker, handed over before the run."""
    low, high = world.parameters.recovery["scrap"]
    share = low + (high - low) * world.dice.random()
    kg = round(sum(w.kg for w in stock) * share / (1 - share), 1)
    recovery = world.parameters.recovery
    maker = world.firms.makers[int(world.dice.random() * recovery["scrap_makers"])]
    lot = world.lot(maker, "scrap")
    body = f'"items":[{{"id":"{lot}","kind":"lot","maker":"{maker.id}","model":"production scrap","mass_kg":{kg}}}]'
    world.teller.tell(minute - world.wait("scrap_made"), "produced", maker.id, body, "cell_production")
    world.hand_over(minute - world.wait("scrap_given"), [lot], maker.id, recycler.id, "collection")
    kwh = kg / world.parameters.making["kg_a_kwh"]
    return Waste(lot, kg, kwh, world.dice.choice(recovery["scrap_of"]), is_pack=False)


def _sell(world: World, recycler: Firm, minute: int, lots: dict[str, tuple[str, float]], told: str) -> None:
    """The metals go to a maker of cells, who puts them into what it makes next."""
    # the largest buy most; what they make next in this block uses it
    maker = world.firms.makers[0 if world.dice.random() < world.parameters.recovery["to_the_first"] else 1]
    sold = [lot for lot, _ in lots.values()]
    if not sold:
        return
    world.hand_over(minute, sold, recycler.id, maker.id, "material_sale")
    for metal, (lot, kg) in lots.items():
        world.materials[maker.id, metal].append(Material(lot, minute + world.wait("settling"), kg, kg, told))


def _come_alive(world: World, recycler: Firm, stock: list[Waste], minute: int, told: str) -> None:
    """The code of a pack that was recycled is read again, on a pack that should not exist."""
    for waste in stock:
        if waste.is_pack and world.teller.chance("dead_code_alive"):
            seen = minute + world.wait("alive_again")
            if seen < world.teller.until:
                reporter = world.one_of(world.firms.repairers[recycler.region])
                body = f'"items":["{waste.id}"],"findings":{{"condition":"in use"}}'
                again = world.teller.tell(seen, "inspected", reporter.id, body, "inspection")
                parties = [recycler.id, reporter.id]
                world.teller.true("dead_code_alive", [waste.id], parties, (minute, seen), [told, again])


def second_life(world: World, firm: Firm, packs: list[Pack], minute: int) -> None:
    """Packs become one pack for storage, with a new code that keeps the old ones; sold while that has a name."""
    if minute + world.wait("before_the_end") >= minute_of(world.parameters.after["second_life_until"]):
        _give_up(world, firm, packs, minute)
        return
    teller, design, after = world.teller, packs[0].design, world.parameters.after
    unit = world.names.second_life(firm.code, letter_of(world, design), minute)
    kwh, kg = design.kwh * after["kwh_left"] * len(packs), design.kg * after["kg_left"] * len(packs)
    old = "".join([f',{{"scheme":"{"uri" if ":" in p.id else "gbt34014"}","id":"{p.id}"}}' for p in packs])[1:]
    head = (
        f'{{"id":"{unit}","kind":"pack","maker":"{firm.id}","model":"storage","chemistry":"{design.chemistry}",'
        f'"mass_kg":{kg:.1f},"capacity_kwh":{kwh:.2f}'
    )
    if teller.chance("second_life_without_parents"):
        told = teller.tell(minute, "produced", firm.id, f'"items":[{head}}}]', "second_life_production", about=[unit])
        parents = [p.id for p in packs]
        teller.true("second_life_without_parents", [unit], [firm.id], (minute, None), [told], parents=parents)
    else:
        inputs = ",".join([f'{{"id":"{p.id}","mass_kg":{p.design.kg}}}' for p in packs])
        body = f'"inputs":[{inputs}],"outputs":[{head},"identifiers":[{old}]}}]'
        told = teller.tell(minute, "transformed", firm.id, body, "second_life_production", about=[unit])
    world.hand_over(minute + world.wait("second_life_sale"), [unit], firm.id, world.firms.park.id, "second_life_sale")


def _give_up(world: World, firm: Firm, packs: list[Pack], minute: int) -> None:
    """What can no longer be sold in a second life is recycled."""
    recycler = world.recycler()
    world.hand_over(minute, [pack.id for pack in packs], firm.id, recycler.id, "collection")
    world.at(minute + world.wait("settling"), partial(receive_waste, world, recycler, [waste_of(p) for p in packs]))


def waste_of(pack: Pack) -> Waste:
    return Waste(pack.id, pack.design.kg, pack.design.kwh, pack.design.chemistry)
