"""Acts on the road: sightings, repairs and replacements, swaps, accidents; and when the road ends."""

from __future__ import annotations

from functools import partial
from math import log

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.manufacturing import make_pack, module_kg, spare_module
from lineage.synthetic.fleet.minutes import year_of
from lineage.synthetic.fleet.report_stream import never_told
from lineage.synthetic.fleet.retirement import collect, retire
from lineage.synthetic.fleet.simulation import DAY, YEAR, Pack, Vehicle, Waste, World


def on_the_road(world: World, vehicle: Vehicle, minute: int) -> None:
    """Plan the life of a vehicle that was just sold."""
    life, dice = world.parameters.life, world.dice
    end = minute + _years(world, vehicle)
    crash = minute + round(-log(1 - dice.random()) / life["written_off_a_year"] * YEAR)
    if crash < end:
        world.at(crash, partial(_crash, world, vehicle))
    else:
        world.at(end, partial(_end, world, vehicle))
    last = min(crash, end, world.teller.until)
    seen = minute + world.wait("first_sighting")
    while (seen := seen + round(-log(1 - dice.random()) / life["sightings_a_year"] * YEAR)) < last:
        world.at(seen, partial(_sight, world, vehicle))
    broken = minute + round(-log(1 - dice.random()) / (life["replaced_a_year"] * len(vehicle.packs)) * YEAR)
    if broken + world.wait("around_a_repair") < last and vehicle.operator is None:
        world.at(broken, partial(_repair, world, vehicle))
    swapped = minute + world.wait("first_swap")
    while vehicle.operator is not None and swapped < last:
        swapped += round(-log(1 - dice.random()) / life["swaps_a_year"] * YEAR)
        world.at(swapped, partial(_swap, world, vehicle))
    _plan_mistake(world, vehicle, last)


def _years(world: World, vehicle: Vehicle) -> int:
    life = world.parameters.life
    is_worn = vehicle.design.archetype.use == "bus" or world.dice.random() < life["early_cars"]
    new = "car_years_new" if year_of(vehicle.built) >= life["new_since"] else "car_years_old"
    least, most = map(float, life["bus_years" if is_worn else new])
    return round((least + (most - least) * world.dice.random()) * YEAR)


def _plan_mistake(world: World, vehicle: Vehicle, last: int) -> None:
    """Choose when telemetry will show a pack that the register has elsewhere."""
    begin, teller = max(vehicle.built + world.wait("on_the_road"), world.teller.launch), world.teller
    if begin < last and teller.chance("telemetry_mismatch"):
        world.at(begin + int(world.dice.random() * (last - begin)), partial(_mistake, world, vehicle))


def _crash(world: World, vehicle: Vehicle, minute: int) -> None:
    if vehicle.is_done:
        return
    body = f'"items":["{vehicle.vin}"],"findings":{{"incident":"collision"}}'
    repairer = world.one_of(world.firms.repairers[vehicle.province])
    world.teller.tell(minute, "inspected", repairer.id, body, "incident", place=vehicle.province)
    world.at(minute + world.wait("wreck"), partial(_end, world, vehicle))


def _end(world: World, vehicle: Vehicle, minute: int) -> None:
    if not vehicle.is_done:
        retire(world, vehicle, minute)


def _sight(world: World, vehicle: Vehicle, minute: int) -> None:
    """The maker's telemetry sees a pack in the vehicle; now and then in the wrong one, and takes that back."""
    if vehicle.is_done or vehicle.is_quiet or not vehicle.packs or minute < vehicle.ready:
        return
    pack, maker, life = vehicle.packs[0], vehicle.maker.id, world.parameters.life
    soh = max(100 - (minute - pack.made) / YEAR * life["fade_a_year"] + world.dice.random(), life["least_soh"])
    body = f'"items":["{pack.id}"],"inside":"{vehicle.vin}","findings":{{"soh_percent":{min(soh, 100):.1f}}}'
    told = world.teller.tell(minute, "inspected", maker, body, "telemetry")
    if world.teller.is_mended(minute) and told not in world.teller.lost:
        back = f'"target":"{told}","reason":"reading of another vehicle"'
        world.teller.tell(minute + world.wait("correction"), "corrected", maker, back, "telemetry")


def _mistake(world: World, vehicle: Vehicle, minute: int) -> None:
    if vehicle.is_done or vehicle.is_quiet or not vehicle.packs or not world.teller.has_passed(minute):
        return
    other = _another(world, vehicle, minute)
    if other is None:
        return
    pack = other.packs[0].id
    body = f'"items":["{pack}"],"inside":"{vehicle.vin}","findings":{{"message":"login"}}'
    told = world.teller.tell(minute, "inspected", vehicle.maker.id, body, "telemetry")
    items = [pack, vehicle.vin, other.vin]
    world.teller.true("telemetry_mismatch", items, [vehicle.maker.id], (minute, None), [told])


def _another(world: World, vehicle: Vehicle, minute: int) -> Vehicle | None:
    """A vehicle on the road with its own pack, if a few tries find one."""
    for _ in range(20):
        other = world.vehicles[int(world.dice.random() * len(world.vehicles))]
        is_driven = other.packs and not other.is_done and other.operator is None
        if is_driven and other is not vehicle and other.built + world.wait("on_the_road") < minute:
            return other
    return None


def _swap(world: World, vehicle: Vehicle, minute: int) -> None:
    """The operator takes a pack out and puts a charged one in."""
    operator = vehicle.operator
    if operator is None or vehicle.is_done or not vehicle.packs:
        return
    pool = world.pool[operator.id, vehicle.design.archetype.name]
    place = next((n for n, (since, _) in enumerate(pool) if since < minute), None)
    if place is None:
        return
    _, charged = pool.pop(place)
    empty = vehicle.packs[0]
    out = f'"whole":"{vehicle.vin}","parts":["{empty.id}"],"custodian":"{operator.id}"'
    world.teller.tell(minute, "disassembled", operator.id, out, "swap", place=vehicle.province)
    into = f'"whole":"{vehicle.vin}","parts":["{charged.id}"]'
    world.teller.tell(minute + 6, "assembled", operator.id, into, "swap", place=vehicle.province)
    vehicle.packs = [charged]
    vehicle.ready = minute + DAY
    pool.append((minute + world.wait("charging"), empty))


def _repair(world: World, vehicle: Vehicle, minute: int) -> None:
    """A module or a whole pack is replaced; most of it is never reported (domain 4.4, 6.4)."""
    if vehicle.is_done or vehicle.is_quiet or not vehicle.packs:
        return
    pack, dice = vehicle.packs[0], world.dice
    repairer = world.one_of(world.firms.repairers[vehicle.province])
    year = year_of(minute)
    ceased = pack.maker.ceased is not None and pack.maker.ceased.year <= year
    maker = world.firms.makers[0] if ceased else pack.maker
    is_whole = not pack.modules or dice.random() < world.parameters.life["whole_pack"]
    spare: Pack | None = None
    if is_whole:
        spare = make_pack(world, maker, pack.design, minute)
        item, ready = spare.id, spare.made + world.wait("settling")
    else:
        made = minute - world.wait("spare")
        item, ready = spare_module(world, pack, maker, made), made + world.wait("settling")
    world.hand_over(ready, [item], maker.id, repairer.id, "delivery")
    vehicle.ready = minute + world.wait("back_from_repair")
    if world.dials.silent_repairs > 0 and dice.random() < world.dials.silent_repairs:
        _silent(world, vehicle, repairer, minute, item, is_whole=is_whole)
    elif world.teller.has_passed(minute + world.wait("around_a_repair")) and world.teller.chance("repair_unreported"):
        _unreported(world, vehicle, repairer, minute, item)
    elif spare is not None:
        _replace_pack(world, vehicle, repairer, minute, spare)
    else:
        _replace_module(world, vehicle, repairer, minute, item)


def _silent(world: World, vehicle: Vehicle, repairer: Firm, minute: int, spare: str, *, is_whole: bool) -> None:
    """Nothing of the repair ever shows: it stands in the truth. A vehicle with another pack is left alone."""
    pack, place = vehicle.packs[0], vehicle.province
    worn = pack.id if is_whole else pack.modules[int(world.dice.random() * len(pack.modules))]
    whole = vehicle.vin if is_whole else pack.id
    out = f'"whole":"{whole}","parts":["{worn}"],"custodian":"{repairer.id}"'
    into = f'"whole":"{whole}","parts":["{spare}"]'
    told = [
        never_told(minute + 90, "disassembled", repairer.id, out, "replacement", place),
        never_told(minute + 150, "assembled", repairer.id, into, "replacement", place),
    ]
    items = list(dict.fromkeys([vehicle.vin, pack.id, worn, spare]))
    world.teller.true("silent_repair", items, [repairer.id], (minute, None), [], reported=False, reports=told)
    vehicle.is_done = is_whole


def _unreported(world: World, vehicle: Vehicle, repairer: Firm, minute: int, item: str) -> None:
    """Nothing is told of the repair; a later inspection sees the spare inside. The vehicle is left alone then."""
    seen = minute + world.wait("inspection")
    body = f'"items":["{item}"],"inside":"{vehicle.vin}","findings":{{"condition":"in use"}}'
    told = world.teller.tell(seen, "inspected", world.firms.authority.id, body, "inspection", place=vehicle.province)
    items, parties = [vehicle.vin, item], [repairer.id]
    world.teller.true("repair_unreported", items, parties, (minute, seen), [told], also=["seen_elsewhere"])
    vehicle.is_done = True


def _replace_module(world: World, vehicle: Vehicle, repairer: Firm, minute: int, spare: str) -> None:
    pack = vehicle.packs[0]
    place = int(world.dice.random() * len(pack.modules))
    worn, pack.modules[place] = pack.modules[place], spare
    _into_the_shop(world, vehicle, repairer, minute)
    out = f'"whole":"{pack.id}","parts":["{worn}"],"custodian":"{repairer.id}"'
    world.teller.tell(minute + 90, "disassembled", repairer.id, out, "replacement", about=[worn, pack.id])
    into = f'"whole":"{pack.id}","parts":["{spare}"]'
    world.teller.tell(minute + 150, "assembled", repairer.id, into, "replacement", about=[spare, pack.id])
    share, design = len(pack.modules), pack.design
    waste = Waste(worn, module_kg(world, design, share), design.kwh / share, design.chemistry, is_pack=False)
    collect(world, vehicle.province, repairer, [waste], minute + world.wait("handing_on"))


def _replace_pack(world: World, vehicle: Vehicle, repairer: Firm, minute: int, spare: Pack) -> None:
    worn = vehicle.packs[0]
    _into_the_shop(world, vehicle, repairer, minute)
    out = f'"whole":"{vehicle.vin}","parts":["{worn.id}"],"custodian":"{repairer.id}"'
    world.teller.tell(minute + 90, "disassembled", repairer.id, out, "replacement", about=[worn.id, vehicle.vin])
    into = f'"whole":"{vehicle.vin}","parts":["{spare.id}"]'
    world.teller.tell(minute + 150, "assembled", repairer.id, into, "replacement", about=[spare.id, vehicle.vin])
    vehicle.packs = [spare, *vehicle.packs[1:]]
    waste = Waste(worn.id, worn.design.kg, worn.design.kwh, worn.design.chemistry)
    collect(world, vehicle.province, repairer, [waste], minute + world.wait("handing_on"))


def _into_the_shop(world: World, vehicle: Vehicle, repairer: Firm, minute: int) -> None:
    """The owner brings the vehicle and has it back two days later."""
    vin, owner, place = vehicle.vin, vehicle.owner, vehicle.province
    world.told_by_one(minute, vin, (owner, repairer.id), repairer.id, "repair", place)
    world.told_by_one(minute + world.wait("shop"), vin, (repairer.id, owner), repairer.id, "repair", place)
