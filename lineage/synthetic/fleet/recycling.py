"""Events of recycling and second life: packs into lots whose masses balance, lots to makers, packs into packs."""

from __future__ import annotations

from functools import partial

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.manufacturing import METALS, letter_of
from lineage.synthetic.fleet.minutes import minute_of
from lineage.synthetic.fleet.simulation import Material, Pack, Simulation, Waste


def receive_waste(simulation: Simulation, recycler: Firm, waste: list[Waste], minute: int) -> None:
    """Add waste to a recycler's stock; an empty stock gets a recycling run scheduled."""
    stock = simulation.waste[recycler.id]
    if not stock:
        simulation.at(minute + simulation.wait("run"), partial(_run, simulation, recycler))
    stock += waste


def _run(simulation: Simulation, recycler: Firm, minute: int) -> None:
    """Recycle the whole stock, together with production scrap, into metals and a residue."""
    stock = simulation.waste.pop(recycler.id)
    stock.append(_scrap(simulation, recycler, stock, minute))
    masses = metals_in(simulation, stock)
    lots = {metal: simulation.lot(recycler, metal) for metal in masses}
    residue = simulation.lot(recycler, "residue")
    low, high = simulation.parameters.recovery["dust"]
    whole = sum(round(w.kg, 2) for w in stock)
    rest = whole * (1 - low - (high - low) * simulation.rng.random()) - sum(masses.values())
    inputs = ",".join([f'{{"id":"{w.id}","mass_kg":{w.kg:.2f}}}' for w in stock])
    made = [f'{{"id":"{lots[m]}","kind":"lot","model":"{m}","mass_kg":{masses[m]:.2f}}}' for m in masses]
    made.append(f'{{"id":"{residue}","kind":"lot","model":"residue","mass_kg":{max(rest, 0):.2f}}}')
    body = f'"inputs":[{inputs}],"outputs":[{",".join(made)}]'
    reports, about = simulation.reports, [w.id for w in stock]
    event_id = reports.add(minute, "transformed", recycler.id, body, "recycling", about=about, place=recycler.region)
    end = f'"items":["{residue}"],"reason":"landfilled"'
    reports.add(minute + simulation.wait("disposal"), "ended", recycler.id, end, "disposal")
    _sell(
        simulation,
        recycler,
        minute + simulation.wait("material_sale"),
        {m: (lots[m], masses[m]) for m in METALS if m in lots},
        event_id,
    )
    _read_again(simulation, recycler, stock, minute, event_id)


def metals_in(simulation: Simulation, stock: list[Waste]) -> dict[str, float]:
    """Return the recovered kilograms of each metal, without metals of which nothing is recovered."""
    recovery, mass, rng = simulation.parameters.recovery, simulation.parameters.mass, simulation.rng
    masses: dict[str, float] = {}
    for waste in stock:
        section = simulation.parameters.chemistry[waste.chemistry]
        for metal in METALS:
            if metal in section:
                masses[metal] = masses.get(metal, 0.0) + section[metal] * waste.kwh
        if waste.is_pack:
            masses["Cu"] = masses.get("Cu", 0.0) + sum(mass["copper"]) / 2 * waste.kwh
            masses["Al"] = masses.get("Al", 0.0) + sum(mass["aluminium"]) / 2 * waste.kwh
    for metal, kg in masses.items():
        low, high = recovery[metal]
        masses[metal] = int(kg * (low + (high - low) * rng.random()) * 100) / 100
    return {metal: kg for metal, kg in masses.items() if kg > 0}


def _scrap(simulation: Simulation, recycler: Firm, stock: list[Waste], minute: int) -> Waste:
    """Return a lot of production scrap of a battery maker, reported and handed over before the run."""
    low, high = simulation.parameters.recovery["scrap"]
    share = low + (high - low) * simulation.rng.random()
    kg = round(sum(w.kg for w in stock) * share / (1 - share), 1)
    recovery = simulation.parameters.recovery
    maker = simulation.firms.makers[int(simulation.rng.random() * recovery["scrap_makers"])]
    lot = simulation.lot(maker, "scrap")
    body = f'"items":[{{"id":"{lot}","kind":"lot","maker":"{maker.id}","model":"production scrap","mass_kg":{kg}}}]'
    simulation.reports.add(minute - simulation.wait("scrap_made"), "produced", maker.id, body, "cell_production")
    simulation.hand_over(minute - simulation.wait("scrap_given"), [lot], maker.id, recycler.id, "collection")
    kwh = kg / simulation.parameters.making["kg_a_kwh"]
    return Waste(lot, kg, kwh, simulation.rng.choice(recovery["scrap_of"]), is_pack=False)


def _sell(
    simulation: Simulation, recycler: Firm, minute: int, lots: dict[str, tuple[str, float]], event_id: str
) -> None:
    """Hand the metals over to a cell maker, who uses them in the cells that it makes next."""
    # the largest buy most; what they make next in this block uses it
    maker = simulation.firms.makers[
        0 if simulation.rng.random() < simulation.parameters.recovery["to_the_first"] else 1
    ]
    sold = [lot for lot, _ in lots.values()]
    if not sold:
        return
    simulation.hand_over(minute, sold, recycler.id, maker.id, "material_sale")
    for metal, (lot, kg) in lots.items():
        simulation.materials[maker.id, metal].append(
            Material(lot, minute + simulation.wait("settling"), kg, kg, event_id)
        )


def _read_again(simulation: Simulation, recycler: Firm, stock: list[Waste], minute: int, event_id: str) -> None:
    """Plant sightings of recycled packs: their codes are read on packs that should not exist."""
    for waste in stock:
        if waste.is_pack and simulation.reports.chance("dead_code_alive"):
            seen = minute + simulation.wait("alive_again")
            if seen < simulation.reports.until:
                reporter = simulation.one_of(simulation.firms.repairers[recycler.region])
                body = f'"items":["{waste.id}"],"findings":{{"condition":"in use"}}'
                again = simulation.reports.add(seen, "inspected", reporter.id, body, "inspection")
                parties = [recycler.id, reporter.id]
                simulation.reports.record_truth(
                    "dead_code_alive", [waste.id], parties, (minute, seen), [event_id, again]
                )


def second_life(simulation: Simulation, firm: Firm, packs: list[Pack], minute: int) -> None:
    """Rebuild packs as one storage pack with the old codes among its `identifiers`, and sell it.

    After the end of the `second_life_until` period the packs are recycled instead.
    """
    if minute + simulation.wait("before_the_end") >= minute_of(simulation.parameters.after["second_life_until"]):
        _give_up(simulation, firm, packs, minute)
        return
    reports, design, after = simulation.reports, packs[0].design, simulation.parameters.after
    unit = simulation.identifiers.second_life(firm.code, letter_of(simulation, design), minute)
    kwh, kg = design.kwh * after["kwh_left"] * len(packs), design.kg * after["kg_left"] * len(packs)
    old = "".join([f',{{"scheme":"{"uri" if ":" in p.id else "gbt34014"}","id":"{p.id}"}}' for p in packs])[1:]
    head = (
        f'{{"id":"{unit}","kind":"pack","maker":"{firm.id}","model":"storage","chemistry":"{design.chemistry}",'
        f'"mass_kg":{kg:.1f},"capacity_kwh":{kwh:.2f}'
    )
    if reports.chance("second_life_without_parents"):
        event_id = reports.add(
            minute, "produced", firm.id, f'"items":[{head}}}]', "second_life_production", about=[unit]
        )
        parents = [p.id for p in packs]
        reports.record_truth(
            "second_life_without_parents", [unit], [firm.id], (minute, None), [event_id], parents=parents
        )
    else:
        inputs = ",".join([f'{{"id":"{p.id}","mass_kg":{p.design.kg}}}' for p in packs])
        body = f'"inputs":[{inputs}],"outputs":[{head},"identifiers":[{old}]}}]'
        event_id = reports.add(minute, "transformed", firm.id, body, "second_life_production", about=[unit])
    simulation.hand_over(
        minute + simulation.wait("second_life_sale"), [unit], firm.id, simulation.firms.park.id, "second_life_sale"
    )


def _give_up(simulation: Simulation, firm: Firm, packs: list[Pack], minute: int) -> None:
    """Send packs that can no longer be sold in a second life to a recycler."""
    recycler = simulation.recycler()
    simulation.hand_over(minute, [pack.id for pack in packs], firm.id, recycler.id, "collection")
    simulation.at(
        minute + simulation.wait("settling"), partial(receive_waste, simulation, recycler, [waste_of(p) for p in packs])
    )


def waste_of(pack: Pack) -> Waste:
    return Waste(pack.id, pack.design.kg, pack.design.kwh, pack.design.chemistry)
