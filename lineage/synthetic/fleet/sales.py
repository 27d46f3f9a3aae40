"""Events of building and selling a vehicle until its registration, and the defects planted in them."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass

from lineage.synthetic.fleet.enterprises import Firm
from lineage.synthetic.fleet.identifier_pools import twin_of
from lineage.synthetic.fleet.manufacturing import Flaw, make_pack
from lineage.synthetic.fleet.minutes import DAY_TEXTS, year_of
from lineage.synthetic.fleet.report_stream import json_list
from lineage.synthetic.fleet.simulation import DAY, Pack, Simulation, Vehicle
from lineage.synthetic.fleet.vehicle_mix import Design

Action = Callable[[Simulation, Vehicle, int], None]


@dataclass
class Plan:
    """The defects to be planted in one vehicle."""

    vin: str
    bad_vin: bool = False
    bad_seller: bool = False
    twin: bool = False
    clone_of: Vehicle | None = None
    early_code: bool = False
    letter: bool = False
    maker: bool = False


def build(simulation: Simulation, day: int, index: int, plan_operation: Action) -> None:
    """Make a vehicle on that day, with its packs, and sell it; `plan_operation` schedules everything after the sale."""
    opens, closes = simulation.parameters.fleet["work_minutes"]
    minute = day * DAY + opens + int(simulation.rng.random() * (closes - opens))
    year = year_of(minute)
    design = simulation.context.mix.design(year, simulation.rng)
    firms, rng = simulation.firms, simulation.rng
    maker = firms.vehicle_makers[bisect(firms.vehicle_sums, rng.random())]
    supplier = firms.maker(year, rng.random())
    plan = _plan(simulation, design, maker, minute, index)
    province = firms.province_ids[bisect(firms.province_sums, rng.random())]
    operator = simulation.one_of(firms.operators) if design.archetype.use == "swap" else None
    packs = [] if plan.clone_of else _packs(simulation, plan, supplier, design, minute, operator or maker)
    vehicle = Vehicle(plan.vin, maker, province, f"owner:{rng.getrandbits(48):012x}", design, packs, minute, operator)
    event_id = _report_vehicle(simulation, vehicle)
    if plan.bad_vin:
        simulation.reports.record_truth("invalid_uscc_or_vin", [plan.vin], [maker.id], (minute, None), [event_id])
    if plan.clone_of is not None:
        _clone(simulation, vehicle, plan.clone_of, supplier)
    elif operator is None:
        _install(simulation, vehicle, plan)
    sold = _sell(simulation, vehicle, plan)
    if operator is not None:
        _first_swap(simulation, vehicle, operator, sold)
    if not vehicle.is_done:
        plan_operation(simulation, vehicle, sold)
    simulation.vehicles.append(vehicle)


def _plan(simulation: Simulation, design: Design, maker: Firm, minute: int, index: int) -> Plan:
    """Decide which defect is planted: at most one that determines the history of the vehicle."""
    chance, year = simulation.reports.chance, year_of(minute)
    is_coded = minute - simulation.wait("all_of_a_pack") >= simulation.coded_from and design.archetype.use == "car"
    plan = Plan("")
    if not simulation.reports.has_passed(minute + simulation.wait("all_of_a_pack")):
        pass
    elif chance("invalid_uscc_or_vin"):
        plan.bad_vin = simulation.rng.random() < simulation.parameters.making["bad_vin"]
        plan.bad_seller = not plan.bad_vin
    elif is_coded and chance("duplicate_pack_code"):
        plan.clone_of = _genuine(simulation)
    elif is_coded and chance("twin_code"):
        plan.twin = True
    elif is_coded and chance("child_after_parent"):
        plan.early_code = True
    elif is_coded and chance("letter_mismatch"):
        plan.letter = True
    elif is_coded and chance("unknown_maker_code"):
        plan.maker = True
    plan.vin = simulation.identifiers.vin(maker.number, year, index, is_wrong=plan.bad_vin)
    return plan


def _genuine(simulation: Simulation) -> Vehicle | None:
    """Return a recent vehicle whose pack can be cloned: in use and without another defect."""
    for vehicle in simulation.vehicles[-12:]:
        if (
            len(vehicle.packs) == 1
            and not vehicle.is_done
            and vehicle.operator is None
            and ":" not in vehicle.packs[0].id
        ):
            vehicle.is_done = True
            return vehicle
    return None


def _packs(simulation: Simulation, plan: Plan, supplier: Firm, design: Design, minute: int, taker: Firm) -> list[Pack]:
    packs = []
    for _ in range(design.packs):
        flaw = Flaw(letter=plan.letter, maker=plan.maker, backdated=plan.early_code)
        pack = make_pack(simulation, supplier, design, minute, flaw)
        packs.append(pack)
        _record_flaws(simulation, flaw, pack)
    ready = max(pack.made for pack in packs)
    simulation.pass_on(
        ready + simulation.wait("delivery"), [pack.id for pack in packs], supplier.id, taker.id, "delivery"
    )
    return packs


def _record_flaws(simulation: Simulation, flaw: Flaw, pack: Pack) -> None:
    record_truth, parties, span = simulation.reports.record_truth, [pack.maker.id], (pack.made, None)
    if flaw.letter:
        record_truth("letter_mismatch", [pack.id], parties, span, flaw.events)
    if flaw.maker:
        record_truth("unknown_maker_code", [pack.id], parties, span, flaw.events[:1])
    if flaw.backdated:
        record_truth("child_after_parent", [pack.id, flaw.child], parties, span, flaw.events, also=["code_mismatch"])


def _report_vehicle(simulation: Simulation, vehicle: Vehicle) -> str:
    design, day = vehicle.design, DAY_TEXTS[vehicle.built // DAY]
    kwh = round(design.kwh * design.packs, 2)
    body = (
        f'"items":[{{"id":"{vehicle.vin}","kind":"vehicle","maker":"{vehicle.maker.id}",'
        f'"model":"Fictitious {design.archetype.name}","batch":"{day[:7]}","chemistry":"{design.chemistry}",'
        f'"capacity_kwh":{kwh}}}]'
    )
    step, about = "vehicle_production", [vehicle.vin]
    place = vehicle.maker.region
    return simulation.reports.add(vehicle.built, "produced", vehicle.maker.id, body, step, about=about, place=place)


def _install(simulation: Simulation, vehicle: Vehicle, plan: Plan) -> None:
    ids = [pack.id for pack in vehicle.packs]
    twin = twin_of(ids[0]) if plan.twin else None
    if twin is not None:
        ids[0] = twin
        vehicle.is_quiet = True
    event_id = _put_in(simulation, vehicle.built + 60, vehicle.maker.id, vehicle.vin, ids)
    if twin is not None:
        record_truth, item = simulation.reports.record_truth, vehicle.packs[0].id
        record_truth("twin_code", [item, twin], [vehicle.maker.id], (vehicle.built + 60, None), [event_id])
        vehicle.is_done = True


def _put_in(simulation: Simulation, minute: int, reporter: str, whole: str, ids: list[str]) -> str:
    body = f'"whole":"{whole}","parts":{json_list(ids)}'
    return simulation.reports.add(minute, "assembled", reporter, body, "vehicle_production", about=[whole])


def _clone(simulation: Simulation, vehicle: Vehicle, genuine: Vehicle, supplier: Firm) -> None:
    """Report a pack of another maker with the code of a pack in use, and install it in a second vehicle."""
    code, design = genuine.packs[0].id, vehicle.design
    other = supplier if supplier is not genuine.packs[0].maker else simulation.firms.makers[supplier.number == 1]
    body = (
        f'"items":[{{"id":"{code}","kind":"pack","maker":"{other.id}","chemistry":"{design.chemistry}",'
        f'"mass_kg":{design.kg},"capacity_kwh":{design.kwh}}}]'
    )
    made = simulation.reports.add(
        vehicle.built - simulation.wait("packing"), "produced", other.id, body, "pack_production"
    )
    put = _put_in(simulation, vehicle.built + 60, vehicle.maker.id, vehicle.vin, [code])
    simulation.reports.record_truth(
        "duplicate_pack_code",
        [code, genuine.vin, vehicle.vin],
        [other.id, vehicle.maker.id],
        (vehicle.built + 60, None),
        [made, put],
        # its code bears the day of the genuine pack
        also=["simultaneous_installation", "code_mismatch"],
    )
    vehicle.is_done = True


def _sell(simulation: Simulation, vehicle: Vehicle, plan: Plan) -> int:
    """Deliver the vehicle to a dealer, sell and register it; return the minute from which it is used."""
    reports = simulation.reports
    seller = simulation.one_of(simulation.firms.sellers[vehicle.province]).id
    if plan.bad_seller:
        seller = seller[:-1] + ("0" if seller[-1] != "0" else "1")
    shipped = vehicle.built + simulation.wait("shipping")
    given, received = simulation.hand_over(shipped, [vehicle.vin], vehicle.maker.id, seller, "delivery")
    sold = shipped + simulation.wait("sale")
    plated = sold + simulation.wait("plating")
    is_reported = plan.bad_seller or not reports.has_passed(sold) or not reports.chance("never_reported_sale")
    if is_reported:
        event_id = simulation.hand_over_reported_once(
            sold, vehicle.vin, (seller, vehicle.owner), seller, "sale", vehicle.province
        )
        if plan.bad_seller:
            # before the launch of the platform no party was enrolled, so no hand-over could have been refused
            refusable = {"first_refusable": given} if shipped >= reports.launch else {}
            events, also = [given, received, event_id], ["unknown_party"]
            span = (shipped, None)
            reports.record_truth("invalid_uscc_or_vin", [vehicle.vin], [seller], span, events, also=also, **refusable)
    registered = _register(simulation, vehicle, plated, may_be_corrected=is_reported)
    if not is_reported:
        reports.record_truth(
            "never_reported_sale", [vehicle.vin], [seller], (sold, None), [received, registered], owner=vehicle.owner
        )
        vehicle.is_done = True
    _claim(simulation, vehicle, plated + simulation.wait("claim"))
    return plated + DAY


def _register(simulation: Simulation, vehicle: Vehicle, minute: int, *, may_be_corrected: bool) -> str:
    """Report the registration of the vehicle; some reports name the wrong province and are corrected."""
    reports, registry = simulation.reports, simulation.firms.authority.id
    body = f'"items":["{vehicle.vin}"],"findings":{{"registration":"first"}}'
    if not may_be_corrected or not reports.is_corrected(minute):
        return reports.add(minute, "inspected", registry, body, "registration", place=vehicle.province)
    wrong = simulation.firms.province_ids[0 if vehicle.province != "110000" else 1]
    event_id = reports.add(minute, "inspected", registry, body, "registration", place=wrong)
    if event_id not in reports.lost:
        right = (
            f'"target":"{event_id}","reason":"wrong province","replacement":{{"type":"inspected","step":"registration",'
            f'"time":"{DAY_TEXTS[minute // DAY]}","reporter":"{registry}","place":"{vehicle.province}",{body}}}'
        )
        reports.add(minute + simulation.wait("correction"), "corrected", registry, right, "registration")
    return event_id


def _claim(simulation: Simulation, vehicle: Vehicle, minute: int) -> None:
    """Report the subsidy claim for a car and its pack; a few cases in the fleet claim for a pack a second time."""
    first, last = simulation.parameters.life["subsidies"]
    if not first <= year_of(minute) <= last or len(vehicle.packs) != 1 or vehicle.is_done:
        return
    reports, maker, own = simulation.reports, vehicle.maker.id, vehicle.packs[0].id
    before, pack = simulation.last_claim, own
    may = (
        before is not None
        and maker not in simulation.context.silent
        and simulation.rng.random() < simulation.parameters.making["again"]
    )
    is_double = may and simulation.has_case("double_subsidy", minute)
    if is_double and before is not None:
        pack = before[0]
    body = f'"items":["{vehicle.vin}","{pack}"],"findings":{{"subsidy":"claimed","capacity_kwh":{vehicle.design.kwh}}}'
    event_id = reports.add(minute, "inspected", maker, body, "subsidy")
    if is_double and before is not None:
        items, events = [pack, before[1], vehicle.vin], [before[2], event_id]
        reports.record_truth("double_subsidy", items, [maker], (minute, None), events)
        simulation.last_claim = None
    elif event_id not in reports.lost:
        simulation.last_claim = (own, vehicle.vin, event_id)


def _first_swap(simulation: Simulation, vehicle: Vehicle, operator: Firm, minute: int) -> None:
    """Report that the operator installs the first pack; some vehicles add another pack to the operator's pool."""
    pack = vehicle.packs[0]
    body = f'"whole":"{vehicle.vin}","parts":["{pack.id}"]'
    simulation.reports.add(minute + 60, "assembled", operator.id, body, "swap", place=vehicle.province)
    least, most = simulation.parameters.life["pool"]
    if simulation.rng.random() < (least + most) / 2 - 1:
        more = make_pack(simulation, pack.maker, vehicle.design, vehicle.built)
        taken = more.made + simulation.wait("delivery")
        simulation.hand_over(taken, [more.id], pack.maker.id, operator.id, "delivery")
        key = (operator.id, vehicle.design.archetype.name)
        simulation.pool[key].append((taken + simulation.wait("settling"), more))
