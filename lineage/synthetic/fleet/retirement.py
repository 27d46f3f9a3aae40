"""Events of retirement: scrapping, collection, hand-over to second life or recycling."""

from __future__ import annotations

from functools import partial

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.minutes import minute_of, year_of
from lineage.synthetic.fleet.parameters import value_in
from lineage.synthetic.fleet.recycling import receive_waste, second_life, waste_of
from lineage.synthetic.fleet.report_stream import json_list
from lineage.synthetic.fleet.simulation import DAY, Pack, Simulation, Vehicle, Waste


def retire(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    """Retire a vehicle: it is scrapped by the rules, or there are no further reports about it."""
    vehicle.is_done = True
    regulated = value_in(simulation.parameters.after["regulated"], year_of(minute))
    if simulation.rng.random() >= regulated and simulation.reports.chance("informal_retirement"):
        items = [vehicle.vin, *(pack.id for pack in vehicle.packs)]
        simulation.reports.record_truth(
            "informal_retirement", items, [vehicle.owner], (minute, None), [], reported=False
        )
        return
    if vehicle.operator is not None:
        _leave_the_pool(simulation, vehicle, vehicle.operator, minute)
        minute += DAY
    elif vehicle.design.archetype.use == "bus":
        _take_boxes(simulation, vehicle, minute)
        minute += simulation.wait("bus")
    _scrap(simulation, vehicle, minute)


def _leave_the_pool(simulation: Simulation, vehicle: Vehicle, operator: Firm, minute: int) -> None:
    """Remove the pack of a swap car before scrapping; it stays with the operator (domain 3.2)."""
    out = f'"whole":"{vehicle.vin}","parts":["{vehicle.packs[0].id}"],"custodian":"{operator.id}"'
    simulation.reports.add(minute, "disassembled", operator.id, out, "swap", place=vehicle.province)
    key = (operator.id, vehicle.design.archetype.name)
    simulation.pool[key].append((minute, vehicle.packs[0]))
    vehicle.packs = []


def _take_boxes(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    """Remove the packs of a bus at a repairer; the bus is scrapped later."""
    repairer = simulation.one_of(simulation.firms.repairers[vehicle.province])
    packs, vehicle.packs = vehicle.packs, []
    ids = [pack.id for pack in packs]
    out = f'"whole":"{vehicle.vin}","parts":{json_list(ids)},"custodian":"{repairer.id}"'
    place = vehicle.province
    simulation.reports.add(minute, "disassembled", repairer.id, out, "removal", about=ids, place=place)
    collect(
        simulation,
        vehicle.province,
        repairer,
        [waste_of(pack) for pack in packs],
        minute + simulation.wait("handing_on"),
        packs,
    )


def _scrap(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    reports, place = simulation.reports, vehicle.province
    dismantler = simulation.one_of(simulation.firms.dismantlers[place])
    simulation.hand_over_reported_once(
        minute, vehicle.vin, (vehicle.owner, dismantler.id), dismantler.id, "scrapping", place
    )
    gone = minute + simulation.wait("scrapping")
    packs = vehicle.packs
    is_missing = bool(packs) and reports.has_passed(gone) and reports.chance("scrap_without_pack", gone)
    if packs and not is_missing:
        ids = [pack.id for pack in packs]
        out = f'"whole":"{vehicle.vin}","parts":{json_list(ids)},"custodian":"{dismantler.id}"'
        reports.add(gone, "disassembled", dismantler.id, out, "removal", about=ids, place=place)
        send(simulation, dismantler, [waste_of(pack) for pack in packs], gone + simulation.wait("dismantler"), packs)
    body = f'"items":["{vehicle.vin}"],"reason":"scrapped"'
    event_id = reports.add(gone + 120, "ended", dismantler.id, body, "scrapping", about=[vehicle.vin], place=place)
    if is_missing:
        items = [vehicle.vin, *(pack.id for pack in packs)]
        reports.record_truth("scrap_without_pack", items, [dismantler.id], (gone, None), [event_id])


def collect(
    simulation: Simulation,
    province: str,
    holder: Firm,
    waste: list[Waste],
    minute: int,
    packs: list[Pack] | None = None,
) -> None:
    """Hand removed waste over to a collection outlet, which sends it on."""
    outlet = simulation.one_of(simulation.firms.outlets[province])
    if simulation.pass_on(minute, [w.id for w in waste], holder.id, outlet.id, "collection"):
        send(simulation, outlet, waste, minute + simulation.wait("outlet"), packs)


def send(
    simulation: Simulation, holder: Firm, waste: list[Waste], minute: int, packs: list[Pack] | None = None
) -> None:
    """Hand waste over to a second-life maker or to a recycler, who processes it later."""
    reports = simulation.reports
    is_ruled = minute >= reports.launch and reports.has_passed(minute + simulation.wait("astray"))
    if is_ruled and reports.chance("unqualified_receiver"):
        _astray(simulation, holder, waste, minute)
        return
    after, year = simulation.parameters.after, year_of(minute)
    is_labelled = after["second_life_from"] <= year and minute < minute_of(after["second_life_until"])
    is_fit = packs is not None and packs[0].design.chemistry == "LFP" and is_labelled
    if (
        is_fit
        and packs is not None
        and simulation.rng.random() < value_in(after["second_life"], year) * after["of_lfp"]
    ):
        taker = simulation.one_of(simulation.firms.second_life)
        if simulation.pass_on(minute, [w.id for w in waste], holder.id, taker.id, "collection"):
            simulation.at(minute + simulation.wait("second_life"), partial(second_life, simulation, taker, packs))
        return
    recycler = simulation.recycler()
    if simulation.pass_on(minute, [w.id for w in waste], holder.id, recycler.id, "collection"):
        simulation.at(minute + simulation.wait("settling"), partial(receive_waste, simulation, recycler, waste))


def _astray(simulation: Simulation, holder: Firm, waste: list[Waste], minute: int) -> None:
    """Hand waste over to two dealers who may not take it (domain 3.5), then to a recycler."""
    ids, sellers, last = [w.id for w in waste], simulation.firms.sellers[holder.region], simulation.recycler()
    first = ""
    for giver, taker in ((holder, sellers[0]), (sellers[0], sellers[-1])):
        events = [*simulation.hand_over(minute, ids, giver.id, taker.id, "collection")]
        first = first or events[0]
        parties = [giver.id, taker.id]
        simulation.reports.record_truth(
            "unqualified_receiver", ids, parties, (minute, None), events, first_refusable=first
        )
        minute += simulation.wait("dealer")
    simulation.hand_over(minute, ids, sellers[-1].id, last.id, "collection")
    simulation.at(minute + simulation.wait("settling"), partial(receive_waste, simulation, last, waste))
