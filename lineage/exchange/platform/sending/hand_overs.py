"""Hand-overs, as the messages 3, 7, 8, 9, 10a, 12 and 13."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.domain.canonical_json import number as canonical_number
from lineage.exchange.platform.messages import CHEMISTRIES
from lineage.exchange.platform.names import Fields
from lineage.exchange.platform.sending import wire
from lineage.exchange.platform.sending.exact import spelled, times_of
from lineage.exchange.platform.sending.exchanges import kind_of, species_of
from lineage.exchange.platform.sending.facts import (
    Fact,
    Facts,
    Json,
    Outgoing,
    is_of_one_record,
    messages,
    of_type,
    stated_interface,
)
from lineage.exchange.platform.sending.production import LETTERS, Tree

SALE: Final = "receiveSaleVehicle"
TAKEN_IN: Final = "recover/receiveRecoverStorage"
POOL_IN: Final = "replaceBattery/batteryInStorage"
POOL_OUT: Final = "replaceBattery/ReplaceBatteryOut"
RETIRED: Final = {
    "OUTLET": "sail/receiveRetiredOldVehicle",
    "LESSOR": "sail/receiveRetiredOldReplace",
    "SWAP_OPERATOR": "sail/receiveRetiredOldReplace",
    "BATTERY_MAKER": "sail/receiveRetiredOld",
}
"""The interface for retired units by the role of who retires them."""
LETTER_OF: Final = {chemistry: letter for letter, chemistry in CHEMISTRIES.items()}
"""The letter of a battery type by the name that findings have for it."""


def removals_before(item: str, event: Json, facts: Facts) -> list[Fact]:
    """Return the removals of an item by the giver of a hand-over that is the first one after them."""
    given = [f for f in of_type(facts.about(item), "transferred", "collection") if f.event.get("side") == "giver"]
    return [
        f
        for f in of_type(facts.about(item), "disassembled")
        if f.event.get("step") in ("scrapping", "removal")
        and item in f.event["parts"]
        and f.event.get("custodian", f.event["reporter"]) == event["giver"] == f.event["reporter"]
        and next((g.event["id"] for g in given if g.event["time"] >= f.event["time"]), None) == event["id"]
    ]


def handed_over(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield the messages of a `transferred`."""
    event = fact.event
    account = wire.party_code(event["reporter"])
    if account is None:
        return
    match event.get("step"), event.get("side", "both"):
        case "sale", "both":
            yield from _sale(fact, account, n)
        case "collection", "taker":
            yield from _taken_in(fact, account, facts, n)
        case "collection", "giver":
            yield from _retired(fact, account, facts, n)
        case "storage", "taker":
            yield from _pool(fact, account, POOL_IN, facts, n)
        case "storage", "giver":
            yield from _pool(fact, account, POOL_OUT, facts, n)


def _sale(fact: Fact, account: str, n: Fields) -> Iterator[Outgoing]:
    """Message 3, without the person or the name of the buyer: the firm adds what the platform wants to know."""
    event = fact.event
    taker = str(event["taker"])
    buyer = wire.party_code(taker)
    if event["giver"] != event["reporter"] or (buyer is None and not taker.startswith("owner:")):
        return
    records: list[Json | None] = []
    for item in event["items"]:
        vin = wire.vehicle_code(item)
        choices = [times_of(n.sold, wire.times(event["time"]))]
        record: Json = {n.vehicle: vin, n.buyer: buyer}
        records.append(None if vin is None else spelled(record, choices, SALE, account, event["id"]))
    yield from messages(SALE, account, records, (fact,))


def _taken_in(fact: Fact, account: str, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Message 7, of an outlet; receipts of others have no message."""
    event = fact.event
    outlet = wire.party_code(event["taker"])
    if outlet is None or not (stated_interface(event) == TAKEN_IN or "OUTLET" in facts.roles(event["taker"])):
        return
    records: list[Json | None] = []
    for item in event["items"]:
        code = wire.item_code(item)
        record: Json = {n.unit: code, n.outlet: outlet}
        letter = LETTERS[kind_of(item, facts)]
        choices = [times_of(n.taken_in, wire.times(event["time"])), species_of(letter, n)]
        records.append(None if code is None else spelled(record, choices, TAKEN_IN, account, event["id"]))
    yield from messages(TAKEN_IN, account, records, (fact,))


def _retired(fact: Fact, account: str, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Messages 8, 12 and 13 by the role of who retires a unit; what a dismantler passes on is another message."""
    event = fact.event
    stated = stated_interface(event)
    roles = facts.roles(event["giver"])
    interface = next(
        (name for role, name in RETIRED.items() if stated == name or (stated is None and role in roles)), None
    )
    giver, taker = wire.party_code(event["giver"]), wire.party_code(event.get("taker"))
    if interface is None or giver is None or taker is None:
        return
    records: list[Json | None] = []
    sightings: list[Fact] = []
    for item in event["items"]:
        code = wire.item_code(item)
        seen = _retirement(item, event, facts)
        sightings += seen
        record: Json = {n.unit: code, n.retirer: giver, n.receiver: taker, **_measured(item, seen, event, facts, n)}
        letter = LETTERS[kind_of(item, facts)]
        choices = [times_of(n.retired, wire.times(event["time"])), species_of(letter, n)]
        records.append(None if code is None else spelled(record, choices, interface, account, event["id"]))
    yield from messages(interface, account, records, (fact, *sightings))


def _retirement(item: str, event: Json, facts: Facts) -> list[Fact]:
    """Return the inspection that the same message states: of this item alone, as retired, at the same time."""
    return [
        f
        for f in of_type(facts.about(item), "inspected", "collection")
        if f.event["findings"].get("condition") == "retired"
        and is_of_one_record(event, f.event)
        and (f.event["items"], f.event["time"], f.event["reporter"]) == ([item], event["time"], event["reporter"])
    ][:1]


def _measured(item: str, seen: list[Fact], event: Json, facts: Facts, n: Fields) -> Json:
    """Return battery type and mass: of the retirement itself, else the mass of the last inspection before it."""
    if not seen:
        seen = [
            f
            for f in of_type(facts.about(item), "inspected")
            if "mass_kg" in f.event["findings"] and f.event["time"] <= event["time"]
        ][-1:]
    findings = seen[0].event["findings"] if seen else {}
    mass = findings.get("mass_kg")
    return {
        n.battery_type: LETTER_OF.get(str(findings.get("battery_type"))),
        n.mass: None if not isinstance(mass, int | float) else canonical_number(mass),
    }


def _pool(fact: Fact, account: str, interface: str, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Messages 9 and 10a; what is in a pack is stated by who made it, unless it came by message 9."""
    event = fact.event
    code_of_station = wire.party_code(event.get("taker" if interface == POOL_IN else "giver"))
    receiver = wire.party_code(event.get("taker")) if interface == POOL_OUT else None
    if code_of_station is None or (interface == POOL_OUT and "taker" in event and receiver is None):
        return
    when = n.into_pool if interface == POOL_IN else n.out_of_pool
    records: list[Json | None] = []
    stated: list[Fact] = []
    for item in event["items"]:
        code = wire.item_code(item)
        tree = Tree(facts, n, event)
        inside, _ = tree.pack({"id": item, "kind": "pack"}, None) if stated_interface(event) == POOL_IN else ({}, "")
        stated += tree.stated(fact)[1:]
        record: Json = {**inside, n.unit: code, n.station: code_of_station, n.receiver: receiver}
        choices = [times_of(when, wire.times(event["time"]))]
        records.append(None if code is None else spelled(record, choices, interface, account, event["id"]))
    yield from messages(interface, account, records, (fact, *stated))


def retired_alone(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield message 8, 12 or 13 of an inspection that came by it without a receiver."""
    event, stated = fact.event, stated_interface(fact.event)
    account = wire.party_code(event["reporter"])
    if stated is None or stated not in RETIRED.values() or account is None or len(event["items"]) != 1:
        return
    item = event["items"][0]
    code = wire.item_code(item)
    is_handed_over = any(
        f.event["time"] == event["time"] and is_of_one_record(event, f.event)
        for f in of_type(facts.about(item), "transferred", "collection")
    )
    if code is None or is_handed_over:
        return
    letter = LETTERS[kind_of(item, facts)]
    record: Json = {n.unit: code, **_measured(item, [fact], event, facts, n)}
    choices = [times_of(n.retired, wire.times(event["time"])), species_of(letter, n)]
    yield Outgoing(stated, account, spelled(record, choices, stated, account, event["id"]), (fact,))
