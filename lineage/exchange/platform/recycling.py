"""The messages of the recycling module: scrapped vehicles and their packs, second-life units (docs/platform.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from lineage.exchange.platform.cleaning import Json
from lineage.exchange.platform.identifiers import private_owner
from lineage.exchange.platform.messages import Message, battery_type, codes_in, hand_over
from lineage.exchange.platform.record import MessageRecord, missing, pieces

OF_CELLS: Final = "1"
"""The value for a unit that is made of cells; any other is made of modules."""
TO_PERSON: Final = "2"
"""The value for a sale to a person."""


def vehicle_scrapped(r: MessageRecord) -> None:
    """A dismantler takes a vehicle in and scraps it; the packs are seen in it."""
    n = r.names
    vehicle, time = r.vehicle(), r.time(n.scrapped)
    packs: dict[str, None] = {}
    for path, code in codes_in(r, n.scrapped_packs):
        pack = r.item_of(code, path)
        if pack.id in packs:
            r.warn("twice_in_list", path)
        packs[pack.id] = None
    chemistry = battery_type(r)
    r.add("transferred", "scrapping", time, items=[vehicle.id], taker=r.account, side="taker")
    for some in pieces([*packs]) if packs else ():
        findings = {"condition": "scrapped"} | ({"battery_type": chemistry} if chemistry else {})
        r.add("inspected", "scrapping", time, items=some, inside=vehicle.id, findings=findings)
    r.add("ended", "scrapping", time, items=[vehicle.id], reason="scrapped")


def scrapped_pack_out(r: MessageRecord) -> None:
    """A dismantler takes a pack out of the vehicle that it is in, and hands it over."""
    n = r.names
    pack, time = r.item(n.unit), r.time(n.out)
    whole = r.whole_of(pack, time)
    if whole is not None:
        r.add("disassembled", "scrapping", time, whole=whole, parts=[pack.id], custodian=r.account)
    elif r.question is None:
        r.warn("whole_not_told", n.unit)
    taker = r.optional_party(n.receiver)
    if taker is None:
        r.warn("whereabouts_not_told", n.receiver)
    hand_over(r, "collection", time, [pack.id], (r.account, taker), "giver")


def second_life_produced(r: MessageRecord) -> None:
    """A second-life unit is made of cells or modules, and sold."""
    n = r.names
    unit, time = r.item(n.second_life_unit), r.time(n.taken_in)
    maker = r.optional_party(n.second_life_maker) or r.account
    item: Json = {"id": unit.id, "kind": unit.kind or "module", "maker": maker}
    own = {
        "chemistry": battery_type(r),
        "mass_kg": r.number(n.mass, "weight_form"),
        "capacity_kwh": r.number(n.energy, "energy_form"),
    }
    item.update({name: value for name, value in own.items() if value is not None})
    r.add("produced", "second_life_production", time, items=[item])
    _add_originals(r, unit.id, time)
    _add_sale(r, unit.id, maker)


def _add_originals(r: MessageRecord, unit: str, time: str) -> None:
    """Add what a second-life unit is made of: parts with a code by it, the others by their number."""
    n = r.names
    parts: dict[str, None] = {}
    uncoded: Counter[str] = Counter()
    kind = "cell" if r.text(n.made_of) == OF_CELLS else "module"
    for index, original in enumerate(r.fields.get(n.originals, ())):
        path = f"{n.originals}.{index}.{n.original}"
        code, is_coded = original.get(n.original), original.get(n.is_coded, "").upper()
        if is_coded == "N" or (code is None and not is_coded):
            uncoded[kind] += 1
            continue
        if code is None:
            raise missing(path)
        item = r.item_of(code, path)
        if item.id in parts:
            r.warn("twice_in_list", path)
        parts[item.id] = None
    counts = [{"kind": kind, "count": count} for kind, count in uncoded.items()]
    if parts or counts:
        r.add_assembled("second_life_production", time, unit, [*parts], counts)


def _add_sale(r: MessageRecord, unit: str, maker: str) -> None:
    """Add the sale of a second-life unit where the record has its date: the giver reports it."""
    n = r.names
    if n.delivered not in r.fields:
        return
    time = r.time(n.delivered)
    if r.text(n.to_person) == TO_PERSON:
        taker: str | None = private_owner(unit, time)
    else:
        taker = r.optional_party(n.second_life_taker)
        if taker is None:
            r.warn("whereabouts_not_told", n.second_life_taker)
    if taker == maker:
        r.warn("same_party", n.second_life_taker)
        return
    own = {"giver": maker, "taker": taker, "side": "giver", "place": r.place()}
    r.add("transferred", "second_life_sale", time, items=[unit], **own)


RECYCLING_MODULE: Final[Mapping[str, Message]] = {
    message.__name__: message for message in (vehicle_scrapped, scrapped_pack_out, second_life_produced)
}
"""The messages of the recycling module, by the word that `names.toml` has for them."""
