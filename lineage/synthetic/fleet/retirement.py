"""Acts at the end of the road: scrapping, collection, hand-over to second life or recycling."""

from __future__ import annotations

from functools import partial

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.minutes import minute_of, year_of
from lineage.synthetic.fleet.parameters import value_in
from lineage.synthetic.fleet.recycling import receive_waste, second_life, waste_of
from lineage.synthetic.fleet.report_stream import listed
from lineage.synthetic.fleet.simulation import DAY, Pack, Vehicle, Waste, World


def retire(world: World, vehicle: Vehicle, minute: int) -> None:
    """The vehicle is used up: it leaves by the regulated way, or nobody hears of it again."""
    vehicle.is_done = True
    regulated = value_in(world.parameters.after["regulated"], year_of(minute))
    if world.dice.random() >= regulated and world.teller.chance("informal_retirement"):
        items = [vehicle.vin, *(pack.id for pack in vehicle.packs)]
        world.teller.true("informal_retirement", items, [vehicle.owner], (minute, None), [], reported=False)
        return
    if vehicle.operator is not None:
        _leave_the_pool(world, vehicle, vehicle.operator, minute)
        minute += DAY
    elif vehicle.design.archetype.use == "bus":
        _take_boxes(world, vehicle, minute)
        minute += world.wait("bus")
    _scrap(world, vehicle, minute)


def _leave_the_pool(world: World, vehicle: Vehicle, operator: Firm, minute: int) -> None:
    """A swap car is scrapped without a pack, which stays with the operator (domain 3.2)."""
    out = f'"whole":"{vehicle.vin}","parts":["{vehicle.packs[0].id}"],"custodian":"{operator.id}"'
    world.teller.tell(minute, "disassembled", operator.id, out, "swap", place=vehicle.province)
    key = (operator.id, vehicle.design.archetype.name)
    world.pool[key].append((minute, vehicle.packs[0]))
    vehicle.packs = []


def _take_boxes(world: World, vehicle: Vehicle, minute: int) -> None:
    """A bus loses its packs in the shop, and goes to be scrapped later."""
    repairer = world.one_of(world.firms.repairers[vehicle.province])
    packs, vehicle.packs = vehicle.packs, []
    ids = [pack.id for pack in packs]
    out = f'"whole":"{vehicle.vin}","parts":{listed(ids)},"custodian":"{repairer.id}"'
    place = vehicle.province
    world.teller.tell(minute, "disassembled", repairer.id, out, "removal", about=ids, place=place)
    collect(
        world, vehicle.province, repairer, [waste_of(pack) for pack in packs], minute + world.wait("handing_on"), packs
    )


def _scrap(world: World, vehicle: Vehicle, minute: int) -> None:
    teller, place = world.teller, vehicle.province
    dismantler = world.one_of(world.firms.dismantlers[place])
    world.told_by_one(minute, vehicle.vin, (vehicle.owner, dismantler.id), dismantler.id, "scrapping", place)
    gone = minute + world.wait("scrapping")
    packs = vehicle.packs
    is_missing = bool(packs) and teller.has_passed(gone) and teller.chance("scrap_without_pack", gone)
    if packs and not is_missing:
        ids = [pack.id for pack in packs]
        out = f'"whole":"{vehicle.vin}","parts":{listed(ids)},"custodian":"{dismantler.id}"'
        teller.tell(gone, "disassembled", dismantler.id, out, "removal", about=ids, place=place)
        send(world, dismantler, [waste_of(pack) for pack in packs], gone + world.wait("dismantler"), packs)
    body = f'"items":["{vehicle.vin}"],"reason":"scrapped"'
    told = teller.tell(gone + 120, "ended", dismantler.id, body, "scrapping", about=[vehicle.vin], place=place)
    if is_missing:
        items = [vehicle.vin, *(pack.id for pack in packs)]
        teller.true("scrap_without_pack", items, [dismantler.id], (gone, None), [told])


def collect(
    world: World, province: str, holder: Firm, waste: list[Waste], minute: int, packs: list[Pack] | None = None
) -> None:
    """An outlet takes what was removed, and passes it on."""
    outlet = world.one_of(world.firms.outlets[province])
    if world.pass_on(minute, [w.id for w in waste], holder.id, outlet.id, "collection"):
        send(world, outlet, waste, minute + world.wait("outlet"), packs)


def send(world: World, holder: Firm, waste: list[Waste], minute: int, packs: list[Pack] | None = None) -> None:
    """Hand over to a second-life maker or a recycler, whose stock it is from then on."""
    teller = world.teller
    is_ruled = minute >= teller.launch and teller.has_passed(minute + world.wait("astray"))
    if is_ruled and teller.chance("unqualified_receiver"):
        _astray(world, holder, waste, minute)
        return
    after, year = world.parameters.after, year_of(minute)
    is_labelled = after["second_life_from"] <= year and minute < minute_of(after["second_life_until"])
    is_fit = packs is not None and packs[0].design.chemistry == "LFP" and is_labelled
    if is_fit and packs is not None and world.dice.random() < value_in(after["second_life"], year) * after["of_lfp"]:
        taker = world.one_of(world.firms.second_life)
        if world.pass_on(minute, [w.id for w in waste], holder.id, taker.id, "collection"):
            world.at(minute + world.wait("second_life"), partial(second_life, world, taker, packs))
        return
    recycler = world.recycler()
    if world.pass_on(minute, [w.id for w in waste], holder.id, recycler.id, "collection"):
        world.at(minute + world.wait("settling"), partial(receive_waste, world, recycler, waste))


def _astray(world: World, holder: Firm, waste: list[Waste], minute: int) -> None:
    """Waste goes to a dealer and on to another, who may not take it (domain 3.5), until a recycler has it."""
    ids, sellers, last = [w.id for w in waste], world.firms.sellers[holder.region], world.recycler()
    first = ""
    for giver, taker in ((holder, sellers[0]), (sellers[0], sellers[-1])):
        events = [*world.hand_over(minute, ids, giver.id, taker.id, "collection")]
        first = first or events[0]
        parties = [giver.id, taker.id]
        world.teller.true("unqualified_receiver", ids, parties, (minute, None), events, first_refusable=first)
        minute += world.wait("dealer")
    world.hand_over(minute, ids, sellers[-1].id, last.id, "collection")
    world.at(minute + world.wait("settling"), partial(receive_waste, world, last, waste))
