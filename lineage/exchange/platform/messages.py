"""What each message becomes: one function a message, over one record (docs/platform.md, Messages)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lineage.exchange.platform.cleaning import Json, RefusedRecordError
from lineage.exchange.platform.identifiers import ItemCode, private_owner
from lineage.exchange.platform.record import MessageRecord, identifier, missing, model_text, pieces
from lineage.exchange.platform.units import KINDS, Trees, Unit, kind_of, read_unit

CHEMISTRIES: Final[Mapping[str, str]] = {
    "A": "NiMH", "B": "LFP", "C": "LMO", "D": "LCO", "E": "NCM", "F": "supercapacitor", "G": "LTO", "Z": "other",
}  # fmt: skip
"""Battery types by the letter that codes and messages have."""


def vehicle_produced(r: MessageRecord) -> None:
    """Message 1: a vehicle with its packs."""
    n = r.names
    vehicle, time = r.vehicle(), r.time(n.built)
    _add_vehicle(r, vehicle, time)
    packs: dict[str, ItemCode] = {}
    for path, code in codes_in(r, n.packs):
        pack = r.item_of(code, path)
        if pack.id in packs:
            r.warn("twice_in_list", path)
        packs[pack.id] = pack
    _register(r, packs, time)
    if packs:
        r.add_assembled("vehicle_production", time, vehicle.id, [*packs])


def codes_in(r: MessageRecord, name: str) -> Iterator[tuple[str, str]]:
    """Yield the codes of a list with their places; an element may be an object with a code."""
    for index, element in enumerate(r.fields.get(name, ())):
        path = f"{name}.{index}"
        code = element.get(r.names.unit) if isinstance(element, dict) else element
        if code is None:
            raise missing(f"{path}.{r.names.unit}")
        yield path, code


def _register(r: MessageRecord, packs: Mapping[str, ItemCode], time: str) -> None:
    """Add the packs whose codes do not say that they are packs to the register."""
    unknown = [{"id": pack.id, "kind": "pack"} for pack in packs.values() if pack.kind is None]
    for some in pieces(unknown) if unknown else ():
        r.add("produced", "registration", time, items=some)


def vehicle_backfilled(r: MessageRecord) -> None:
    """Message 14: a vehicle of the time before the platform; packs with their trees as in message 2, codes as in 1."""
    n = r.names
    vehicle, time = r.vehicle(), r.time(n.built)
    _add_vehicle(r, vehicle, time)
    trees: dict[str, Unit] = {}
    packs: dict[str, ItemCode] = {}
    for name in (n.packs, n.pack_trees):
        for index, pack in enumerate(r.fields.get(name, ())):
            path = f"{name}.{index}"
            unit = read_unit(r, pack, f"{path}.", "pack") if isinstance(pack, dict) else None
            item = r.item_of(pack, path) if unit is None else unit.item
            if item.id in packs:
                r.warn("twice_in_list", path)
                continue
            packs[item.id] = item
            if unit is not None:
                trees[item.id] = unit
    for unit in trees.values():
        Trees(r).add(unit, whole_time=time)
    _register(r, {id: pack for id, pack in packs.items() if id not in trees}, time)
    if packs:
        r.add_assembled("vehicle_production", time, vehicle.id, [*packs])


def _add_vehicle(r: MessageRecord, vehicle: ItemCode, time: str) -> None:
    n = r.names
    item: Json = {"id": vehicle.id, "kind": "vehicle", "maker": r.account}
    model = model_text(r.text(n.vehicle_model), n.vehicle_model)
    if model is not None:
        item["model"] = model
    system = identifier("systemCode", r.text(n.vehicle_system), n.vehicle_system)
    if system is not None:
        item["identifiers"] = [system]
    r.add("produced", "vehicle_production", time, items=[item])


def pack_produced(r: MessageRecord) -> None:
    """Message 2: a pack with its tree."""
    Trees(r).add(read_unit(r, r.fields, kind="pack"))


def spare_produced(r: MessageRecord) -> None:
    """Message 4: a spare pack, module or cell with its tree."""
    Trees(r).add(read_unit(r, r.fields))


def vehicle_sold(r: MessageRecord) -> None:
    """Message 3: a sale to an enterprise or to a person, of whom nothing is stored."""
    n = r.names
    vehicle, time = r.vehicle(), r.time(n.sold)
    taker = r.optional_party(n.buyer) or private_owner(vehicle.id, time)
    if taker == r.account:
        r.warn("same_party", n.buyer)
        return
    own = {"giver": r.account, "taker": taker, "rights": "both", "place": r.place()}
    r.add("transferred", "sale", time, items=[vehicle.id], **own)


def unit_replaced(r: MessageRecord) -> None:
    """Message 5: a unit of a vehicle is exchanged."""
    n = r.names
    old, new = r.item(n.old), r.item(n.new)
    _exchange(r, old, new, "replacement", r.time(n.replaced), n.sent_to)


def unit_replaced_with_spare(r: MessageRecord) -> None:
    """Message 6: as message 5, with the tree of the new unit."""
    n = r.names
    old = r.item(n.old)
    new = _spare(r) or r.item(n.new)
    _exchange(r, old, new, "replacement", r.time(n.replaced), n.sent_to)


def _spare(r: MessageRecord) -> ItemCode | None:
    """Add the tree of the new unit where the record has one, and return the unit."""
    fields = r.fields.get(r.names.new_unit)
    if not fields:
        return None
    letter = r.fields.get(r.names.species)
    unit = read_unit(r, fields, f"{r.names.new_unit}.", KINDS.get(letter or ""))
    Trees(r).add(unit)
    return unit.item


def _exchange(
    r: MessageRecord, old: ItemCode | None, new: ItemCode | None, step: str, time: str, whereabouts: str
) -> None:
    """Add the removal of a unit and the installation of another in the same whole.

    A pack is in the vehicle. Another unit is in the innermost whole that installations state; if there is none, the
    vehicle itself is taken for what leaves and what enters.
    """
    n, vehicle = r.names, r.vehicle()
    one = old or new
    assert one is not None
    whole = vehicle.id
    if kind_of(r, one, r.text(n.species), n.species, "pack" if step == "repair" else None) != "pack":
        whole = (None if old is None else r.whole_of(old, time)) or _not_stated(r, vehicle.id)
    if new is not None and new.id == whole:
        raise RefusedRecordError(n.new, "whole_in_parts", "A unit cannot be a part of itself.")
    if old is not None:
        custodian = r.optional_party(whereabouts)
        if custodian is None:
            r.warn("whereabouts_not_told", whereabouts)
        r.add("disassembled", step, time, whole=whole, parts=[old.id], custodian=custodian)
    if new is not None:
        r.add("assembled", step, time, whole=whole, parts=[new.id])


def _not_stated(r: MessageRecord, vehicle: str) -> str:
    if r.question is None:
        r.warn("pack_not_told", r.names.old)
    return vehicle


def taken_in(r: MessageRecord) -> None:
    """Message 7: an outlet takes a unit in; who gives it is not stated."""
    n = r.names
    item, time, taker = r.item(n.unit), r.time(n.taken_in), r.party(n.outlet)
    r.add("transferred", "collection", time, items=[item.id], taker=taker, side="taker")


def retired(r: MessageRecord) -> None:
    """Messages 8, 12 and 13: a unit is retired and handed over."""
    n = r.names
    item, time, giver = r.item(n.unit), r.time(n.retired), r.optional_party(n.retirer)
    findings = {"condition": "retired", "battery_type": battery_type(r), "mass_kg": r.number(n.mass, "weight_form")}
    r.add("inspected", "collection", time, items=[item.id], findings=_present(findings))
    taker = r.optional_party(n.receiver)
    if taker is None:
        r.warn("whereabouts_not_told", n.receiver)
        return
    if giver is None:
        raise missing(n.retirer)
    hand_over(r, "collection", time, [item.id], (giver, taker), "giver")


def battery_type(r: MessageRecord) -> str | None:
    """Return the chemistry by its letter, None where there is none or, with a warning, where it is unknown."""
    letter = r.text(r.names.battery_type)
    if letter is None:
        return None
    found = CHEMISTRIES.get(letter)
    if found is None:
        r.warn("battery_type_form", r.names.battery_type)
    return found


def hand_over(
    r: MessageRecord, step: str, time: str, items: list[str], parties: tuple[str | None, str | None], side: str
) -> None:
    """Add a hand-over of one side by giver and taker, unless they are the same."""
    giver, taker = parties
    if giver == taker:
        r.warn("same_party", r.names.receiver)
    else:
        r.add("transferred", step, time, items=items, giver=giver, taker=taker, side=side)


def pool_in(r: MessageRecord) -> None:
    """Message 9: a pack is taken into a swap pool; what is in it is stated, and nothing is made."""
    n = r.names
    Trees(r, makes=False).add(unit := read_unit(r, r.fields, kind="pack"))
    station = r.party(n.station)
    if n.into_pool in r.fields:
        time = r.time(n.into_pool)
    elif r.sent is None:
        raise missing(n.into_pool)
    else:
        time, r.is_timed_by_sending = r.sent, True
        r.warn("time_from_sending", n.into_pool)
    r.add("transferred", "storage", time, items=[unit.item.id], taker=station, side="taker")


def swapped(r: MessageRecord) -> None:
    """Message 10: a station takes a pack out of a vehicle and puts another in; one of them may be missing."""
    n = r.names
    vehicle, time, station = r.vehicle(), r.time(n.replaced), r.party(n.station)
    old = r.item(n.old) if n.old in r.fields else None
    new = r.item(n.new) if n.new in r.fields else None
    if old is None and new is None:
        raise missing(n.old)
    if old is not None:
        r.add("disassembled", "swap", time, whole=vehicle.id, parts=[old.id], custodian=station)
    if new is not None:
        r.add("assembled", "swap", time, whole=vehicle.id, parts=[new.id])


def pool_out(r: MessageRecord) -> None:
    """Message 10a: a pack leaves a swap pool."""
    n = r.names
    item = r.item(n.unit if n.unit in r.fields or n.old not in r.fields else n.old)
    is_repair = n.out_of_pool not in r.fields and n.repaired in r.fields
    time, station = r.time(n.repaired if is_repair else n.out_of_pool), r.party(n.station)
    hand_over(r, "storage", time, [item.id], (station, _receiver(r)), "giver")


def _receiver(r: MessageRecord) -> str | None:
    taker = r.optional_party(r.names.receiver)
    if taker is None:
        r.warn("whereabouts_not_told", r.names.receiver)
    return taker


def pool_repair(r: MessageRecord) -> None:
    """Message 11: a repair of the pool: in a vehicle as message 5, else one unit leaves and another comes."""
    n = r.names
    time = r.time(n.repaired)
    old = r.item(n.old) if n.old in r.fields else None
    new = _spare(r) or (r.item(n.new) if n.new in r.fields else None)
    if old is None and new is None:
        raise missing(n.old)
    if n.vehicle in r.fields:
        _exchange(r, old, new, "repair", time, n.receiver)
        return
    station = r.party(n.station if n.station in r.fields or n.retirer not in r.fields else n.retirer)
    if old is not None:
        hand_over(r, "repair", time, [old.id], (station, _receiver(r)), "giver")
    if new is not None:
        r.add("transferred", "repair", time, items=[new.id], taker=station, side="taker")


def _present(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


Message = Callable[[MessageRecord], None]

VEHICLE_MODULE: Final[Mapping[str, Message]] = {
    message.__name__: message
    for message in (
        vehicle_produced, vehicle_backfilled, pack_produced, spare_produced, vehicle_sold, unit_replaced,
        unit_replaced_with_spare, taken_in, retired, pool_in, swapped, pool_out, pool_repair,
    )
}  # fmt: skip
"""The messages of the vehicle module, by the word that `names.toml` has for them."""
