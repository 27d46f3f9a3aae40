"""Events of operation: sightings, repairs and replacements, swaps, accidents, and the time of retirement."""

from __future__ import annotations

from functools import partial
from math import log

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.manufacturing import make_pack, module_kg, spare_module
from lineage.synthetic.fleet.minutes import year_of
from lineage.synthetic.fleet.report_stream import unsent_report
from lineage.synthetic.fleet.retirement import collect, retire
from lineage.synthetic.fleet.simulation import DAY, YEAR, Pack, Simulation, Vehicle, Waste


def plan_operation(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    """Schedule the events of a vehicle that was just sold, until it is retired."""
    life, rng = simulation.parameters.life, simulation.rng
    end = minute + _years(simulation, vehicle)
    crash = minute + round(-log(1 - rng.random()) / life["written_off_a_year"] * YEAR)
    if crash < end:
        simulation.at(crash, partial(_crash, simulation, vehicle))
    else:
        simulation.at(end, partial(_end, simulation, vehicle))
    last = min(crash, end, simulation.reports.until)
    seen = minute + simulation.wait("first_sighting")
    while (seen := seen + round(-log(1 - rng.random()) / life["sightings_a_year"] * YEAR)) < last:
        simulation.at(seen, partial(_sight, simulation, vehicle))
    broken = minute + round(-log(1 - rng.random()) / (life["replaced_a_year"] * len(vehicle.packs)) * YEAR)
    if broken + simulation.wait("around_a_repair") < last and vehicle.operator is None:
        simulation.at(broken, partial(_repair, simulation, vehicle))
    swapped = minute + simulation.wait("first_swap")
    while vehicle.operator is not None and swapped < last:
        swapped += round(-log(1 - rng.random()) / life["swaps_a_year"] * YEAR)
        simulation.at(swapped, partial(_swap, simulation, vehicle))
    _plan_mistake(simulation, vehicle, last)


def _years(simulation: Simulation, vehicle: Vehicle) -> int:
    life = simulation.parameters.life
    is_worn = vehicle.design.archetype.use == "bus" or simulation.rng.random() < life["early_cars"]
    new = "car_years_new" if year_of(vehicle.built) >= life["new_since"] else "car_years_old"
    least, most = map(float, life["bus_years" if is_worn else new])
    return round((least + (most - least) * simulation.rng.random()) * YEAR)


def _plan_mistake(simulation: Simulation, vehicle: Vehicle, last: int) -> None:
    """Schedule a sighting by telemetry that contradicts where the register has the pack."""
    begin, reports = max(vehicle.built + simulation.wait("on_the_road"), simulation.reports.launch), simulation.reports
    if begin < last and reports.chance("telemetry_mismatch"):
        simulation.at(begin + int(simulation.rng.random() * (last - begin)), partial(_mistake, simulation, vehicle))


def _crash(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    if vehicle.is_done:
        return
    body = f'"items":["{vehicle.vin}"],"findings":{{"incident":"collision"}}'
    repairer = simulation.one_of(simulation.firms.repairers[vehicle.province])
    simulation.reports.add(minute, "inspected", repairer.id, body, "incident", place=vehicle.province)
    simulation.at(minute + simulation.wait("wreck"), partial(_end, simulation, vehicle))


def _end(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    if not vehicle.is_done:
        retire(simulation, vehicle, minute)


def _sight(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    """Report the pack in the vehicle by the maker's telemetry; some readings are withdrawn later as wrong."""
    if vehicle.is_done or vehicle.is_quiet or not vehicle.packs or minute < vehicle.ready:
        return
    pack, maker, life = vehicle.packs[0], vehicle.maker.id, simulation.parameters.life
    soh = max(100 - (minute - pack.made) / YEAR * life["fade_a_year"] + simulation.rng.random(), life["least_soh"])
    body = f'"items":["{pack.id}"],"inside":"{vehicle.vin}","findings":{{"soh_percent":{min(soh, 100):.1f}}}'
    event_id = simulation.reports.add(minute, "inspected", maker, body, "telemetry")
    if simulation.reports.is_corrected(minute) and event_id not in simulation.reports.lost:
        back = f'"target":"{event_id}","reason":"reading of another vehicle"'
        simulation.reports.add(minute + simulation.wait("correction"), "corrected", maker, back, "telemetry")


def _mistake(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    if vehicle.is_done or vehicle.is_quiet or not vehicle.packs or not simulation.reports.has_passed(minute):
        return
    other = _another(simulation, vehicle, minute)
    if other is None:
        return
    pack = other.packs[0].id
    body = f'"items":["{pack}"],"inside":"{vehicle.vin}","findings":{{"message":"login"}}'
    event_id = simulation.reports.add(minute, "inspected", vehicle.maker.id, body, "telemetry")
    items = [pack, vehicle.vin, other.vin]
    simulation.reports.record_truth("telemetry_mismatch", items, [vehicle.maker.id], (minute, None), [event_id])


def _another(simulation: Simulation, vehicle: Vehicle, minute: int) -> Vehicle | None:
    """Return another vehicle in use with its own pack, if 20 tries find one."""
    for _ in range(20):
        other = simulation.vehicles[int(simulation.rng.random() * len(simulation.vehicles))]
        is_driven = other.packs and not other.is_done and other.operator is None
        if is_driven and other is not vehicle and other.built + simulation.wait("on_the_road") < minute:
            return other
    return None


def _swap(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    """Report a swap: the operator removes a pack and installs a charged one."""
    operator = vehicle.operator
    if operator is None or vehicle.is_done or not vehicle.packs:
        return
    pool = simulation.pool[operator.id, vehicle.design.archetype.name]
    place = next((n for n, (since, _) in enumerate(pool) if since < minute), None)
    if place is None:
        return
    _, charged = pool.pop(place)
    empty = vehicle.packs[0]
    out = f'"whole":"{vehicle.vin}","parts":["{empty.id}"],"custodian":"{operator.id}"'
    simulation.reports.add(minute, "disassembled", operator.id, out, "swap", place=vehicle.province)
    into = f'"whole":"{vehicle.vin}","parts":["{charged.id}"]'
    simulation.reports.add(minute + 6, "assembled", operator.id, into, "swap", place=vehicle.province)
    vehicle.packs = [charged]
    vehicle.ready = minute + DAY
    pool.append((minute + simulation.wait("charging"), empty))


def _repair(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    """Replace a module or a whole pack; most replacements are never reported (domain 4.4, 6.4)."""
    if vehicle.is_done or vehicle.is_quiet or not vehicle.packs:
        return
    pack, rng = vehicle.packs[0], simulation.rng
    repairer = simulation.one_of(simulation.firms.repairers[vehicle.province])
    year = year_of(minute)
    ceased = pack.maker.ceased is not None and pack.maker.ceased.year <= year
    maker = simulation.firms.makers[0] if ceased else pack.maker
    is_whole = not pack.modules or rng.random() < simulation.parameters.life["whole_pack"]
    spare: Pack | None = None
    if is_whole:
        spare = make_pack(simulation, maker, pack.design, minute)
        item, ready = spare.id, spare.made + simulation.wait("settling")
    else:
        made = minute - simulation.wait("spare")
        item, ready = spare_module(simulation, pack, maker, made), made + simulation.wait("settling")
    simulation.hand_over(ready, [item], maker.id, repairer.id, "delivery")
    vehicle.ready = minute + simulation.wait("back_from_repair")
    if simulation.options.silent_repairs > 0 and rng.random() < simulation.options.silent_repairs:
        _silent(simulation, vehicle, repairer, minute, item, is_whole=is_whole)
    elif simulation.reports.has_passed(minute + simulation.wait("around_a_repair")) and simulation.reports.chance(
        "repair_unreported"
    ):
        _unreported(simulation, vehicle, repairer, minute, item)
    elif spare is not None:
        _replace_pack(simulation, vehicle, repairer, minute, spare)
    else:
        _replace_module(simulation, vehicle, repairer, minute, item)


def _silent(
    simulation: Simulation, vehicle: Vehicle, repairer: Firm, minute: int, spare: str, *, is_whole: bool
) -> None:
    """Record a repair in the truth only. A vehicle whose pack was replaced has no further events."""
    pack, place = vehicle.packs[0], vehicle.province
    worn = pack.id if is_whole else pack.modules[int(simulation.rng.random() * len(pack.modules))]
    whole = vehicle.vin if is_whole else pack.id
    out = f'"whole":"{whole}","parts":["{worn}"],"custodian":"{repairer.id}"'
    into = f'"whole":"{whole}","parts":["{spare}"]'
    unsent = [
        unsent_report(minute + 90, "disassembled", repairer.id, out, "replacement", place),
        unsent_report(minute + 150, "assembled", repairer.id, into, "replacement", place),
    ]
    items = list(dict.fromkeys([vehicle.vin, pack.id, worn, spare]))
    simulation.reports.record_truth(
        "silent_repair", items, [repairer.id], (minute, None), [], reported=False, reports=unsent
    )
    vehicle.is_done = is_whole


def _unreported(simulation: Simulation, vehicle: Vehicle, repairer: Firm, minute: int, item: str) -> None:
    """Leave a repair unreported; a later inspection reports the spare inside. The vehicle has no further events."""
    seen = minute + simulation.wait("inspection")
    body = f'"items":["{item}"],"inside":"{vehicle.vin}","findings":{{"condition":"in use"}}'
    event_id = simulation.reports.add(
        seen, "inspected", simulation.firms.authority.id, body, "inspection", place=vehicle.province
    )
    items, parties = [vehicle.vin, item], [repairer.id]
    simulation.reports.record_truth(
        "repair_unreported", items, parties, (minute, seen), [event_id], also=["seen_elsewhere"]
    )
    vehicle.is_done = True


def _replace_module(simulation: Simulation, vehicle: Vehicle, repairer: Firm, minute: int, spare: str) -> None:
    pack = vehicle.packs[0]
    place = int(simulation.rng.random() * len(pack.modules))
    worn, pack.modules[place] = pack.modules[place], spare
    _into_the_shop(simulation, vehicle, repairer, minute)
    out = f'"whole":"{pack.id}","parts":["{worn}"],"custodian":"{repairer.id}"'
    simulation.reports.add(minute + 90, "disassembled", repairer.id, out, "replacement", about=[worn, pack.id])
    into = f'"whole":"{pack.id}","parts":["{spare}"]'
    simulation.reports.add(minute + 150, "assembled", repairer.id, into, "replacement", about=[spare, pack.id])
    share, design = len(pack.modules), pack.design
    waste = Waste(worn, module_kg(simulation, design, share), design.kwh / share, design.chemistry, is_pack=False)
    collect(simulation, vehicle.province, repairer, [waste], minute + simulation.wait("handing_on"))


def _replace_pack(simulation: Simulation, vehicle: Vehicle, repairer: Firm, minute: int, spare: Pack) -> None:
    worn = vehicle.packs[0]
    _into_the_shop(simulation, vehicle, repairer, minute)
    out = f'"whole":"{vehicle.vin}","parts":["{worn.id}"],"custodian":"{repairer.id}"'
    simulation.reports.add(minute + 90, "disassembled", repairer.id, out, "replacement", about=[worn.id, vehicle.vin])
    into = f'"whole":"{vehicle.vin}","parts":["{spare.id}"]'
    simulation.reports.add(minute + 150, "assembled", repairer.id, into, "replacement", about=[spare.id, vehicle.vin])
    vehicle.packs = [spare, *vehicle.packs[1:]]
    waste = Waste(worn.id, worn.design.kg, worn.design.kwh, worn.design.chemistry)
    collect(simulation, vehicle.province, repairer, [waste], minute + simulation.wait("handing_on"))


def _into_the_shop(simulation: Simulation, vehicle: Vehicle, repairer: Firm, minute: int) -> None:
    """Report that the owner hands the vehicle over to the repairer, and receives it back after `days.shop`."""
    vin, owner, place = vehicle.vin, vehicle.owner, vehicle.province
    simulation.hand_over_reported_once(minute, vin, (owner, repairer.id), repairer.id, "repair", place)
    simulation.hand_over_reported_once(
        minute + simulation.wait("shop"), vin, (repairer.id, owner), repairer.id, "repair", place
    )
