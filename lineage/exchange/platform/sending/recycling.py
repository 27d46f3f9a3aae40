"""Scrapped vehicles, their packs, and second-life units, as the messages of the recycling module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.domain.canonical_json import number as canonical_number
from lineage.domain.identifiers.parsing import kind_of_id
from lineage.exchange.platform.names import Fields
from lineage.exchange.platform.recycling import OF_CELLS, TO_PERSON
from lineage.exchange.platform.sending import wire
from lineage.exchange.platform.sending.exact import spelled, times_of
from lineage.exchange.platform.sending.facts import Fact, Facts, Json, Outgoing, messages, of_type
from lineage.exchange.platform.sending.hand_overs import LETTER_OF, removals_before

SCRAPPED: Final = "recycling/scrapVehicle"
SCRAPPED_OUT: Final = "recycling/scrapBatteryOut"
SECOND_LIFE: Final = "recycling/echelonModulProduct"
_OF_MODULES: Final = "2"


def produced(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield the message of a `produced` of one second-life unit, with what it was made of and its sale."""
    event = fact.event
    account = wire.party_code(event["reporter"])
    if account is None or len(event["items"]) != 1:
        return
    item = event["items"][0]
    code, maker = wire.item_code(item["id"]), wire.party_code(item.get("maker", event["reporter"]))
    if code is None or maker is None:
        return
    made_of = [
        f
        for f in of_type(facts.about(item["id"]), "assembled", "second_life_production")
        if (f.event["whole"], f.event["time"], f.event["reporter"]) == (item["id"], event["time"], event["reporter"])
    ]
    record: Json = {n.second_life_unit: code, n.second_life_maker: maker}
    record[n.battery_type] = LETTER_OF.get(str(item.get("chemistry")))
    record[n.mass] = _number(item.get("mass_kg"))
    record[n.energy] = _number(item.get("capacity_kwh"))
    record.update(_originals(made_of, n))
    sale, sold = _sale(item["id"], event, facts, n)
    choices = [times_of(n.taken_in, wire.times(event["time"]))]
    choices += [times_of(n.delivered, wire.times(sold[0].event["time"]))] if sold else []
    record = spelled({**record, **sale}, choices, SECOND_LIFE, account, event["id"])
    yield Outgoing(SECOND_LIFE, account, record, (fact, *made_of, *sold))


def _originals(made_of: list[Fact], n: Fields) -> Json:
    """Return the parts with a code, and one entry without it for each of the others."""
    parts = [part for f in made_of for part in f.event["parts"]]
    uncoded = [u for f in made_of for u in f.event.get("uncoded", ())]
    kinds = {kind_of_id(part) for part in parts} | {u["kind"] for u in uncoded}
    listed: list[Json] = [{n.is_coded: "Y", n.original: code} for p in parts if (code := wire.item_code(p)) is not None]
    listed += [{n.is_coded: "N"} for u in uncoded for _ in range(u["count"])]
    if not listed:
        return {}
    return {n.made_of: OF_CELLS if kinds == {"cell"} else _OF_MODULES, n.originals: listed}


def _sale(unit: str, event: Json, facts: Facts, n: Fields) -> tuple[Json, list[Fact]]:
    """Return the fields of the sale, and the event; nothing where there is none that a message can state."""
    for found in of_type(facts.about(unit), "transferred", "second_life_sale"):
        taker = found.event.get("taker")
        buyer, is_person = wire.party_code(taker), str(taker).startswith("owner:")
        is_stated = taker is None or buyer is not None or is_person
        if found.event.get("side") == "giver" and found.event["reporter"] == event["reporter"] and is_stated:
            return {n.second_life_taker: buyer, n.to_person: TO_PERSON if is_person else None}, [found]
    return {}, []


def _number(value: object) -> str | None:
    return canonical_number(value) if isinstance(value, int | float) else None


def scrapped(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield the message of a vehicle that was scrapped, with its arrival at the dismantler."""
    event = fact.event
    account = wire.party_code(event["reporter"])
    if account is None or event["reason"] != "scrapped" or event.get("step") != "scrapping":
        return
    records: list[Json | None] = []
    others: list[Fact] = []
    for item in event["items"]:
        vin = wire.vehicle_code(item)
        same = [
            f
            for f in facts.about(item)
            if f.event["reporter"] == event["reporter"] and f.event["time"] == event["time"]
        ]
        seen = [f for f in of_type(same, "inspected", "scrapping") if f.event.get("inside") == item]
        arrived = [
            f
            for f in of_type(facts.about(item), "transferred", "scrapping")
            if f.event["reporter"] == event["reporter"]
            and f.event["items"] == [item]
            and f.event["time"] <= event["time"]
        ][-1:]
        others += [*arrived, *seen]
        packs = [wire.item_code(pack) for f in seen for pack in f.event["items"]]
        record: Json = {n.vehicle: vin, n.scrapped_packs: packs}
        record[n.battery_type] = next((LETTER_OF.get(str(f.event["findings"].get("battery_type"))) for f in seen), None)
        choices = [times_of(n.scrapped, wire.times(event["time"]))]
        is_stated = vin is not None and None not in packs
        records.append(spelled(record, choices, SCRAPPED, account, event["id"]) if is_stated else None)
    yield from messages(SCRAPPED, account, records, (fact, *others))


def taken_out(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield the message of a pack that a dismantler took out of a vehicle and handed over, at the time of this."""
    event = fact.event
    account, custodian = wire.party_code(event["reporter"]), event.get("custodian", event["reporter"])
    if account is None or custodian != event["reporter"] or event.get("step") not in ("scrapping", "removal"):
        return
    records: list[Json | None] = []
    others: list[Fact] = []
    for pack in event["parts"]:
        code = wire.item_code(pack)
        given = [
            f
            for f in of_type(facts.about(pack), "transferred", "collection")
            if f.event.get("side") == "giver" and fact in removals_before(pack, f.event, facts)
        ]
        receiver = wire.party_code(given[0].event.get("taker")) if given else None
        if code is None or not given or (receiver is None and "taker" in given[0].event):
            records.append(None)
            continue
        others += [f for f in given if set(f.event["items"]) <= set(event["parts"])]
        time = given[0].event["time"]
        record: Json = {n.unit: code, n.receiver: receiver}
        records.append(spelled(record, [times_of(n.out, wire.times(time))], SCRAPPED_OUT, account, event["id"]))
    yield from messages(SCRAPPED_OUT, account, records, (fact, *{f.number: f for f in others}.values()))
