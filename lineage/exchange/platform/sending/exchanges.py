"""Units that leave a vehicle and enter it, as the messages 5, 6, 10 and 11."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.domain.identifiers.parsing import kind_of_id
from lineage.exchange.platform.identifiers import VIN_URN
from lineage.exchange.platform.names import Fields
from lineage.exchange.platform.sending import wire
from lineage.exchange.platform.sending.exact import spelled, times_of
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
from lineage.exchange.platform.sending.production import LETTERS, NEAR_S, declared_in

EXCHANGE: Final = "sail/receiveReplaceRecord"
WITH_SPARE: Final = "sail/receiveReplaceOld"
SWAP: Final = "replaceBattery/replacementBattery"
POOL_REPAIR: Final = "replaceBattery/replaceRepairBattery"
_LEVELS: Final = 3


def removed(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield the messages of a `disassembled` with what was put in then; a removal alone is stated only of a swap."""
    event, step = fact.event, fact.event.get("step")
    account = wire.party_code(event["reporter"])
    if account is None:
        return
    if step == "swap":
        yield from _swap(fact, account, facts, n)
    elif step in ("replacement", "repair"):
        put_in = _put_in_then(fact, facts)
        if put_in is not None and len(put_in.event["parts"]) == len(event["parts"]):
            yield from _exchange(fact, put_in, account, facts, n)


def entered(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield the message of a swap in which a pack was only put in."""
    event = fact.event
    account = wire.party_code(event["reporter"])
    is_alone = event.get("step") == "swap" and not any(
        _put_in_then(other, facts, same_time=True) == fact
        for other in of_type(facts.about(event["whole"]), "disassembled", "swap")
    )
    if account is not None and is_alone and not event.get("uncoded"):
        yield from _swaps(fact, n.new, account, wire.party_code(event["reporter"]), n)


def _put_in_then(fact: Fact, facts: Facts, *, same_time: bool = False) -> Fact | None:
    """Return what the same reporter put into the same whole with the same step then: at that time, or within a day."""
    event = fact.event
    near = [
        f
        for f in of_type(facts.about(event["whole"]), "assembled", event.get("step"))
        if f.event["whole"] == event["whole"]
        and f.event["reporter"] == event["reporter"]
        and not f.event.get("uncoded")
        and is_of_one_record(event, f.event)
        and wire.seconds_between(f.event["time"], event["time"]) <= (0 if same_time else NEAR_S)
    ]
    return min(near, key=lambda f: wire.seconds_between(f.event["time"], event["time"]), default=None)


def _exchange(fact: Fact, put_in: Fact, account: str, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    event = fact.event
    vin = _vehicle(event["whole"], event["time"], facts)
    custodian = event.get("custodian")
    sent_to = wire.party_code(custodian)
    if vin is None or (custodian is not None and sent_to is None):
        return
    pairs = list(zip(event["parts"], put_in.event["parts"], strict=True))
    interface = _interface(event, put_in.event["parts"], facts)
    whereabouts, when = (n.receiver, n.repaired) if interface == POOL_REPAIR else (n.sent_to, n.replaced)
    records: list[Json | None] = []
    for old, new in pairs:
        codes = wire.item_code(old), wire.item_code(new)
        if codes[0] is None or codes[1] is None:
            records.append(None)
            continue
        letter = LETTERS[kind_of(old, facts)]
        record: Json = {n.vehicle: vin, n.old: codes[0], n.new: codes[1], whereabouts: sent_to}
        if interface == WITH_SPARE:
            record[n.new_unit] = {n.unit: codes[1], n.letter: letter}
        choices = [times_of(when, wire.times(event["time"])), species_of(letter, n)]
        records.append(spelled(record, choices, interface, account, event["id"]))
    yield from messages(interface, account, records, (fact, put_in))


def _interface(event: Json, entered: list[str], facts: Facts) -> str:
    """Return the interface by which an exchange came; else 6 where no event makes the new unit, 5 where one does."""
    stated = stated_interface(event)
    if stated in (EXCHANGE, POOL_REPAIR):
        return stated
    is_known = all(any(declared_in(f.event, new) for f in facts.about(new)) for new in entered)
    return EXCHANGE if is_known else WITH_SPARE


def species_of(letter: str, n: Fields) -> list[Json]:
    """Return the ways to write the kind of a unit."""
    return [{n.species: letter}, {n.species: None}]


def kind_of(item: str, facts: Facts) -> str:
    """Return the kind of a unit: by its code, else as declared, else a pack."""
    kind = kind_of_id(item)
    if kind == "unknown":
        for making in facts.about(item):
            declared = declared_in(making.event, item)
            kind = kind if declared is None else declared["kind"]
    return kind if kind in LETTERS else "pack"


def _vehicle(whole: str, time: str, facts: Facts) -> str | None:
    """Return the VIN of the vehicle that a whole is or is in at a time."""
    for _ in range(_LEVELS):
        if whole.startswith(VIN_URN) or kind_of_id(whole) == "vehicle":
            return wire.vehicle_code(whole)
        installed = [
            f for f in of_type(facts.about(whole), "assembled") if whole in f.event["parts"] and f.event["time"] <= time
        ]
        if not installed:
            return None
        whole = installed[-1].event["whole"]
    return None


def _swap(fact: Fact, account: str, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield a message with both packs where they were exchanged at one moment, else one for each."""
    event = fact.event
    station = wire.party_code(event.get("custodian") or event["reporter"])
    put_in = _put_in_then(fact, facts, same_time=True)
    if put_in is None:
        yield from _swaps(fact, n.old, account, station, n)
        return
    vin, pair = wire.vehicle_code(event["whole"]), (*event["parts"], *put_in.event["parts"])
    codes = [wire.item_code(pack) for pack in pair]
    if vin is None or station is None or None in codes or len(codes) != 2:
        yield from _swaps(fact, n.old, account, station, n)
        yield from _swaps(put_in, n.new, account, station, n)
        return
    record: Json = {n.vehicle: vin, n.old: codes[0], n.new: codes[1], n.station: station}
    record = spelled(record, [times_of(n.replaced, wire.times(event["time"]))], SWAP, account, event["id"])
    yield Outgoing(SWAP, account, record, (fact, put_in))


def _swaps(fact: Fact, field: str, account: str, station: str | None, n: Fields) -> Iterator[Outgoing]:
    """Yield a message for each pack that only leaves or only enters."""
    event = fact.event
    vin = wire.vehicle_code(event["whole"])
    if vin is None or station is None:
        return
    records: list[Json | None] = []
    for pack in event["parts"]:
        code = wire.item_code(pack)
        record: Json = {n.vehicle: vin, field: code, n.station: station}
        choices = [times_of(n.replaced, wire.times(event["time"]))]
        records.append(None if code is None else spelled(record, choices, SWAP, account, event["id"]))
    yield from messages(SWAP, account, records, (fact,))
