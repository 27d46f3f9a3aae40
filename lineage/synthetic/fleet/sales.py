"""Acts of building and selling a vehicle, until it is on the road; and what is planted there."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.identifier_pools import twin_of
from lineage.synthetic.fleet.manufacturing import Flaw, make_pack
from lineage.synthetic.fleet.minutes import DAY_TEXTS, year_of
from lineage.synthetic.fleet.report_stream import listed
from lineage.synthetic.fleet.simulation import DAY, Pack, Vehicle, World
from lineage.synthetic.fleet.vehicle_mix import Design

Deed = Callable[[World, Vehicle, int], None]


@dataclass
class Plan:
    """What is about to be planted in one vehicle."""

    vin: str
    bad_vin: bool = False
    bad_seller: bool = False
    twin: bool = False
    clone_of: Vehicle | None = None
    early_code: bool = False
    letter: bool = False
    maker: bool = False


def build(world: World, day: int, index: int, on_the_road: Deed) -> None:
    """Make a vehicle on that day, with its packs, and sell it; `on_the_road` plans the rest of its life."""
    opens, closes = world.parameters.fleet["work_minutes"]
    minute = day * DAY + opens + int(world.dice.random() * (closes - opens))
    year = year_of(minute)
    design = world.common.mix.design(year, world.dice)
    firms, dice = world.firms, world.dice
    maker = firms.vehicle_makers[bisect(firms.vehicle_sums, dice.random())]
    supplier = firms.maker(year, dice.random())
    plan = _plan(world, design, maker, minute, index)
    province = firms.province_ids[bisect(firms.province_sums, dice.random())]
    operator = world.one_of(firms.operators) if design.archetype.use == "swap" else None
    packs = [] if plan.clone_of else _packs(world, plan, supplier, design, minute, operator or maker)
    vehicle = Vehicle(plan.vin, maker, province, f"owner:{dice.getrandbits(48):012x}", design, packs, minute, operator)
    told = _tell_vehicle(world, vehicle)
    if plan.bad_vin:
        world.teller.true("invalid_uscc_or_vin", [plan.vin], [maker.id], (minute, None), [told])
    if plan.clone_of is not None:
        _clone(world, vehicle, plan.clone_of, supplier)
    elif operator is None:
        _install(world, vehicle, plan)
    sold = _sell(world, vehicle, plan)
    if operator is not None:
        _first_swap(world, vehicle, operator, sold)
    if not vehicle.is_done:
        on_the_road(world, vehicle, sold)
    world.vehicles.append(vehicle)


def _plan(world: World, design: Design, maker: Firm, minute: int, index: int) -> Plan:
    """Decide what goes wrong: at most one thing that shapes the vehicle's life."""
    chance, year = world.teller.chance, year_of(minute)
    is_coded = minute - world.wait("all_of_a_pack") >= world.coded_from and design.archetype.use == "car"
    plan = Plan("")
    if not world.teller.has_passed(minute + world.wait("all_of_a_pack")):
        pass
    elif chance("invalid_uscc_or_vin"):
        plan.bad_vin = world.dice.random() < world.parameters.making["bad_vin"]
        plan.bad_seller = not plan.bad_vin
    elif is_coded and chance("duplicate_pack_code"):
        plan.clone_of = _genuine(world)
    elif is_coded and chance("twin_code"):
        plan.twin = True
    elif is_coded and chance("child_after_parent"):
        plan.early_code = True
    elif is_coded and chance("letter_mismatch"):
        plan.letter = True
    elif is_coded and chance("unknown_maker_code"):
        plan.maker = True
    plan.vin = world.names.vin(maker.number, year, index, is_wrong=plan.bad_vin)
    return plan


def _genuine(world: World) -> Vehicle | None:
    """A vehicle whose pack can be cloned: on the road, and nothing else is wrong with it."""
    for vehicle in world.vehicles[-12:]:
        if (
            len(vehicle.packs) == 1
            and not vehicle.is_done
            and vehicle.operator is None
            and ":" not in vehicle.packs[0].id
        ):
            vehicle.is_done = True
            return vehicle
    return None


def _packs(world: World, plan: Plan, supplier: Firm, design: Design, minute: int, taker: Firm) -> list[Pack]:
    packs = []
    for _ in range(design.packs):
        flaw = Flaw(letter=plan.letter, maker=plan.maker, backdated=plan.early_code)
        pack = make_pack(world, supplier, design, minute, flaw)
        packs.append(pack)
        _tell_flaws(world, flaw, pack)
    ready = max(pack.made for pack in packs)
    world.pass_on(ready + world.wait("delivery"), [pack.id for pack in packs], supplier.id, taker.id, "delivery")
    return packs


def _tell_flaws(world: World, flaw: Flaw, pack: Pack) -> None:
    true, parties, span = world.teller.true, [pack.maker.id], (pack.made, None)
    if flaw.letter:
        true("letter_mismatch", [pack.id], parties, span, flaw.events)
    if flaw.maker:
        true("unknown_maker_code", [pack.id], parties, span, flaw.events[:1])
    if flaw.backdated:
        true("child_after_parent", [pack.id, flaw.child], parties, span, flaw.events, also=["code_mismatch"])


def _tell_vehicle(world: World, vehicle: Vehicle) -> str:
    design, day = vehicle.design, DAY_TEXTS[vehicle.built // DAY]
    kwh = round(design.kwh * design.packs, 2)
    body = (
        f'"items":[{{"id":"{vehicle.vin}","kind":"vehicle","maker":"{vehicle.maker.id}",'
        f'"model":"Fictitious {design.archetype.name}","batch":"{day[:7]}","chemistry":"{design.chemistry}",'
        f'"capacity_kwh":{kwh}}}]'
    )
    step, about = "vehicle_production", [vehicle.vin]
    place = vehicle.maker.region
    return world.teller.tell(vehicle.built, "produced", vehicle.maker.id, body, step, about=about, place=place)


def _install(world: World, vehicle: Vehicle, plan: Plan) -> None:
    ids = [pack.id for pack in vehicle.packs]
    twin = twin_of(ids[0]) if plan.twin else None
    if twin is not None:
        ids[0] = twin
        vehicle.is_quiet = True
    told = _put_in(world, vehicle.built + 60, vehicle.maker.id, vehicle.vin, ids)
    if twin is not None:
        true, item = world.teller.true, vehicle.packs[0].id
        true("twin_code", [item, twin], [vehicle.maker.id], (vehicle.built + 60, None), [told])
        vehicle.is_done = True


def _put_in(world: World, minute: int, reporter: str, whole: str, ids: list[str]) -> str:
    body = f'"whole":"{whole}","parts":{listed(ids)}'
    return world.teller.tell(minute, "assembled", reporter, body, "vehicle_production", about=[whole])


def _clone(world: World, vehicle: Vehicle, genuine: Vehicle, supplier: Firm) -> None:
    """Another maker brings out a pack with a code that is on the road, and it goes into a second vehicle."""
    code, design = genuine.packs[0].id, vehicle.design
    other = supplier if supplier is not genuine.packs[0].maker else world.firms.makers[supplier.number == 1]
    body = (
        f'"items":[{{"id":"{code}","kind":"pack","maker":"{other.id}","chemistry":"{design.chemistry}",'
        f'"mass_kg":{design.kg},"capacity_kwh":{design.kwh}}}]'
    )
    made = world.teller.tell(vehicle.built - world.wait("packing"), "produced", other.id, body, "pack_production")
    put = _put_in(world, vehicle.built + 60, vehicle.maker.id, vehicle.vin, [code])
    world.teller.true(
        "duplicate_pack_code",
        [code, genuine.vin, vehicle.vin],
        [other.id, vehicle.maker.id],
        (vehicle.built + 60, None),
        [made, put],
        # its code bears the day of the genuine pack
        also=["simultaneous_installation", "code_mismatch"],
    )
    vehicle.is_done = True


def _sell(world: World, vehicle: Vehicle, plan: Plan) -> int:
    """Deliver the vehicle to a dealer, sell and register it; return when it is on the road."""
    teller = world.teller
    seller = world.one_of(world.firms.sellers[vehicle.province]).id
    if plan.bad_seller:
        seller = seller[:-1] + ("0" if seller[-1] != "0" else "1")
    shipped = vehicle.built + world.wait("shipping")
    given, received = world.hand_over(shipped, [vehicle.vin], vehicle.maker.id, seller, "delivery")
    sold = shipped + world.wait("sale")
    plated = sold + world.wait("plating")
    is_told = plan.bad_seller or not teller.has_passed(sold) or not teller.chance("never_reported_sale")
    if is_told:
        told = world.told_by_one(sold, vehicle.vin, (seller, vehicle.owner), seller, "sale", vehicle.province)
        if plan.bad_seller:
            # before the platform began nobody was enrolled: nobody could have refused
            refusable = {"first_refusable": given} if shipped >= teller.launch else {}
            events, also = [given, received, told], ["unknown_party"]
            span = (shipped, None)
            teller.true("invalid_uscc_or_vin", [vehicle.vin], [seller], span, events, also=also, **refusable)
    registered = _register(world, vehicle, plated, may_be_mended=is_told)
    if not is_told:
        teller.true(
            "never_reported_sale", [vehicle.vin], [seller], (sold, None), [received, registered], owner=vehicle.owner
        )
        vehicle.is_done = True
    _claim(world, vehicle, plated + world.wait("claim"))
    return plated + DAY


def _register(world: World, vehicle: Vehicle, minute: int, *, may_be_mended: bool) -> str:
    """The registry plates the vehicle; now and then it names the wrong province, and mends that."""
    teller, registry = world.teller, world.firms.authority.id
    body = f'"items":["{vehicle.vin}"],"findings":{{"registration":"first"}}'
    if not may_be_mended or not teller.is_mended(minute):
        return teller.tell(minute, "inspected", registry, body, "registration", place=vehicle.province)
    wrong = world.firms.province_ids[0 if vehicle.province != "110000" else 1]
    told = teller.tell(minute, "inspected", registry, body, "registration", place=wrong)
    if told not in teller.lost:
        right = (
            f'"target":"{told}","reason":"wrong province","replacement":{{"type":"inspected","step":"registration",'
            f'"time":"{DAY_TEXTS[minute // DAY]}","reporter":"{registry}","place":"{vehicle.province}",{body}}}'
        )
        teller.tell(minute + world.wait("correction"), "corrected", registry, right, "registration")
    return told


def _claim(world: World, vehicle: Vehicle, minute: int) -> None:
    """A subsidy is claimed for a car and its pack; ten times in the fleet a pack is claimed for again."""
    first, last = world.parameters.life["subsidies"]
    if not first <= year_of(minute) <= last or len(vehicle.packs) != 1 or vehicle.is_done:
        return
    teller, maker, own = world.teller, vehicle.maker.id, vehicle.packs[0].id
    before, pack = world.last_claim, own
    may = (
        before is not None
        and maker not in world.common.silent
        and world.dice.random() < world.parameters.making["again"]
    )
    is_double = may and world.has_case("double_subsidy", minute)
    if is_double and before is not None:
        pack = before[0]
    body = f'"items":["{vehicle.vin}","{pack}"],"findings":{{"subsidy":"claimed","capacity_kwh":{vehicle.design.kwh}}}'
    told = teller.tell(minute, "inspected", maker, body, "subsidy")
    if is_double and before is not None:
        items, events = [pack, before[1], vehicle.vin], [before[2], told]
        teller.true("double_subsidy", items, [maker], (minute, None), events)
        world.last_claim = None
    elif told not in teller.lost:
        world.last_claim = (own, vehicle.vin, told)


def _first_swap(world: World, vehicle: Vehicle, operator: Firm, minute: int) -> None:
    """The operator puts the first pack in, and now and then keeps one more in its pool."""
    pack = vehicle.packs[0]
    body = f'"whole":"{vehicle.vin}","parts":["{pack.id}"]'
    world.teller.tell(minute + 60, "assembled", operator.id, body, "swap", place=vehicle.province)
    least, most = world.parameters.life["pool"]
    if world.dice.random() < (least + most) / 2 - 1:
        more = make_pack(world, pack.maker, vehicle.design, vehicle.built)
        taken = more.made + world.wait("delivery")
        world.hand_over(taken, [more.id], pack.maker.id, operator.id, "delivery")
        key = (operator.id, vehicle.design.archetype.name)
        world.pool[key].append((taken + world.wait("settling"), more))
