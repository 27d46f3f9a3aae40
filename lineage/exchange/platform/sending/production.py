"""Vehicles and units that were made, as the messages 1, 2 and 4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lineage.domain.identifiers.parsing import kind_of_id
from lineage.exchange.platform.names import Fields
from lineage.exchange.platform.sending import wire
from lineage.exchange.platform.sending.exact import spelled, times_of
from lineage.exchange.platform.sending.facts import (
    Fact,
    Facts,
    Json,
    Outgoing,
    is_of_one_record,
    items_of,
    of_type,
    stated_interface,
)

VEHICLE: Final = "vehicle/receiveVehicleProduce"
PACK: Final = "vehicle/receiveBatteryProduce"
SPARE: Final = "sail/receiveReplaceBattery"
_STEPS: Final = frozenset({"module_production", "pack_production"})
LETTERS: Final = {"pack": "P", "module": "M", "cell": "C"}
NEAR_S: Final = 86_400.0
"""Seconds between two events that one message may state with one time."""


def vehicles(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield message 1 for each vehicle of a `produced`, with the packs that were put in by the same reporter then."""
    event = fact.event
    account = wire.party_code(event["reporter"])
    if account is None or any(item["kind"] != "vehicle" for item in event["items"]):
        return
    for item in event["items"]:
        vin = wire.vehicle_code(item["id"])
        if vin is None:
            continue
        stated = [fact] if len(event["items"]) == 1 else []
        put_in, codes = _packs(item["id"], event, facts)
        time = put_in[0].event["time"] if put_in else event["time"]
        record: Json = {n.vehicle: vin, n.vehicle_model: item.get("model"), n.packs: codes}
        record[n.vehicle_system] = identifier_of(item, "systemCode")
        registered = _registered(put_in, event, facts)
        record = spelled(record, [times_of(n.built, wire.times(time))], VEHICLE, account, event["id"])
        yield Outgoing(VEHICLE, account, record, (*stated, *put_in, *registered))


def _packs(vehicle: str, event: Json, facts: Facts) -> tuple[list[Fact], list[str]]:
    """Return what put packs into a vehicle as it was made, and the codes of all of them; nothing where one has none."""
    near = [*_installations(vehicle, "vehicle_production", event, facts)]
    first = [f for f in near if f.event["time"] == near[0].event["time"] and not f.event.get("uncoded")]
    codes = [wire.item_code(part) for f in first for part in f.event["parts"]]
    found = [code for code in codes if code is not None]
    return (first, found) if len(found) == len(codes) else ([], [])


def _installations(whole: str, step: str, event: Json, facts: Facts) -> list[Fact]:
    return [
        f
        for f in of_type(facts.about(whole), "assembled", step)
        if f.event["whole"] == whole
        and f.event["reporter"] == event["reporter"]
        and is_of_one_record(event, f.event)
        and wire.seconds_between(f.event["time"], event["time"]) <= NEAR_S
    ]


def _registered(put_in: list[Fact], event: Json, facts: Facts) -> list[Fact]:
    """Return the events that only register packs whose codes do not say that they are packs."""
    parts = {part for f in put_in for part in f.event["parts"]}
    found = {
        f.number: f
        for part in sorted(parts)
        for f in of_type(facts.about(part), "produced", "registration")
        if f.event["reporter"] == event["reporter"]
        and is_of_one_record(event, f.event)
        and {item["id"] for item in f.event["items"]} <= parts
    }
    return list(found.values())


def units(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    """Yield message 2 or 4 for each unit of a `produced` that is in no other tree."""
    event = fact.event
    account = wire.party_code(event["reporter"])
    if account is None:
        return
    for item in event["items"]:
        if item["kind"] in LETTERS and not _is_in_tree(item["id"], event, facts):
            yield from _unit(fact, item, account, facts, n)


def _unit(fact: Fact, item: Json, account: str, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    event, code = fact.event, wire.item_code(item["id"])
    interface = _interface(event, item, facts)
    if code is None or interface is None:
        return
    is_spare = interface == SPARE
    tree = Tree(facts, n, event)
    record, time = tree.spare(item, event["time"]) if is_spare else tree.pack(item, event["time"])
    maker = item.get("maker")
    record[n.maker] = None if maker in (None, event["reporter"]) else wire.party_code(maker)
    record[n.system] = identifier_of(item, "systemCode")
    order = identifier_of(item, "orderNo")
    orders: list[Json] = [{n.order: order}, {n.order_of_spare: order}]
    days: list[Json] = times_of(n.made, wire.times(time))
    made = [{n.made: None}, *days] if wire.is_day_of(code, time) else days
    choices = [made, orders[::-1] if is_spare else orders]
    record = spelled(record, choices, interface, account, event["id"])
    yield Outgoing(interface, account, record, tuple(tree.stated(fact)))


def _interface(event: Json, item: Json, facts: Facts) -> str | None:
    """Return the interface for a unit: that by which it came; else 2 for packs in vehicles, 4 for spare units."""
    stated = stated_interface(event)
    if stated in (PACK, SPARE):
        return stated
    if item["kind"] == "pack":
        is_installed = any(f.event["whole"] != item["id"] for f in of_type(facts.about(item["id"]), "assembled"))
        return PACK if is_installed or item.get("model") is None else SPARE
    return SPARE if item.get("model") is not None else None


def _is_in_tree(item: str, event: Json, facts: Facts) -> bool:
    """Return whether a unit was put into another one by who made it, as that one was made: its message states both."""
    for found in of_type(facts.about(item), "assembled"):
        whole, step = found.event["whole"], found.event.get("step", "")
        is_own = found.event["reporter"] == event["reporter"] and is_of_one_record(event, found.event)
        if whole != item and is_own and step in _STEPS:
            makings = [m.event for m in of_type(facts.about(whole), "produced", step)]
            own = [m for m in makings if m["reporter"] == event["reporter"] and is_of_one_record(event, m)]
            if any(declared_in(m, whole) for m in own):
                return wire.item_code(whole) is not None
    return False


def declared_in(event: Json, item: str) -> Json | None:
    """Return an item as an event declares it that makes it, None where the event does not make it."""
    declared: list[Json] = event["items"] if event["type"] == "produced" else event.get("outputs", [])
    return next((found for found in declared if found["id"] == item), None)


def identifier_of(item: Json, scheme: str) -> str | None:
    """Return the further identifier of an item in a scheme."""
    return next((found["id"] for found in item.get("identifiers", ()) if found["scheme"] == scheme), None)


class Tree:
    """The tree of one unit: what its maker states to have put into it, and which events are stated by it."""

    def __init__(self, facts: Facts, n: Fields, event: Json) -> None:
        self._facts, self._n, self._event = facts, n, event
        self._covered: set[str] = set()
        self._put_in: list[Fact] = []
        self._makings: dict[int, Fact] = {}

    def stated(self, fact: Fact) -> list[Fact]:
        """Return the events of which everything is in the tree."""
        makings = [m for m in self._makings.values() if m.number != fact.number]
        whole = [m for m in (fact, *makings) if set(items_of(m.event)) <= self._covered]
        return [*whole, *self._put_in]

    def pack(self, item: Json, time: str | None) -> tuple[Json, str]:
        """Return the record of message 2 without its date, and the time that it states."""
        n = self._n
        put_in, time = self._installations(item, time)
        cells, modules = self._parts(put_in)
        entries = [self._module(module) for module in modules]
        if cells:
            entries.append({n.cell_model: self._model(cells), n.cells: [self._code(cell) for cell in cells]})
        record: Json = {n.unit: self._code(item["id"]), n.model: item.get("model"), n.modules: entries}
        inside = len(cells) + sum(self._cells_inside(entry) for entry in entries if n.unit in entry)
        return {**record, **self._counts(put_in, inside, len(modules))}, time

    def spare(self, item: Json, time: str | None) -> tuple[Json, str]:
        """Return the record of message 4 without its date, and the time that it states."""
        n = self._n
        put_in, time = self._installations(item, time)
        cells, modules = self._parts(put_in)
        children = [self.spare(self._made(module, "module"), None)[0] for module in modules]
        children += [self.spare(self._made(cell, "cell"), None)[0] for cell in cells]
        record: Json = {n.unit: self._code(item["id"]), n.letter: LETTERS[item["kind"]], n.model: item.get("model")}
        inside = len(cells) + sum(self._cells_inside(child) for child in children if child[n.letter] == "M")
        counts = self._counts(put_in, inside, len(modules))
        return _present({**record, n.children: children, **counts}), time

    def _module(self, module: str) -> Json:
        n = self._n
        item = self._made(module, "module")
        put_in, _ = self._installations(item, None)
        cells, _ = self._parts(put_in)
        entry: Json = {n.unit: self._code(module), n.model: item.get("model"), n.cell_model: self._model(cells)}
        entry[n.cells] = [self._code(cell) for cell in cells]
        return _present({**entry, **self._counts(put_in, len(cells), 0)})

    def _is_own(self, event: Json) -> bool:
        """Return whether an event is of the same reporter, and of the same record if that came from the platform."""
        return bool(event["reporter"] == self._event["reporter"]) and is_of_one_record(self._event, event)

    def _installations(self, item: Json, time: str | None) -> tuple[list[Fact], str]:
        """Return what was put into a unit as it was made, at one time, and that time or the unit's own."""
        self._covered.add(item["id"])
        near = [
            f
            for f in of_type(self._facts.about(item["id"]), "assembled", f"{item['kind']}_production")
            if f.event["whole"] == item["id"] and self._is_own(f.event)
        ]
        if time is not None:
            near = [f for f in near if wire.seconds_between(f.event["time"], time) <= NEAR_S]
        first = [f for f in near if f.event["time"] == near[0].event["time"]]
        self._put_in += [f for f in first if all(map(self._is_stated, f.event["parts"]))]
        return first, first[0].event["time"] if first else time or ""

    def _parts(self, put_in: list[Fact]) -> tuple[list[str], list[str]]:
        """Return the cells and the modules among the parts that have a code and a kind."""
        parts = [part for f in put_in for part in f.event["parts"] if self._code(part)]
        kinds = {part: self._kind(part) for part in parts}
        cells = [part for part in parts if kinds[part] == "cell"]
        self._covered.update(cells)
        for cell in cells:
            self._made(cell, "cell")
        return cells, [part for part in parts if kinds[part] == "module"]

    def _kind(self, part: str) -> str:
        """Return the kind of a part by its code, else as any event declares it."""
        kind = kind_of_id(part)
        if kind == "unknown":
            for making in self._facts.about(part):
                declared = declared_in(making.event, part)
                kind = kind if declared is None else declared["kind"]
        return kind

    def _made(self, item: str, kind: str) -> Json:
        """Return an item as the maker of the tree declares it, and note the event."""
        for making in of_type(self._facts.about(item), "produced"):
            declared = declared_in(making.event, item)
            if self._is_own(making.event) and declared is not None:
                self._makings[making.number] = making
                return declared
        return {"id": item, "kind": kind}

    def _model(self, cells: list[str]) -> str | None:
        return next((model for cell in cells if (model := self._made(cell, "cell").get("model"))), None)

    def _is_stated(self, part: str) -> bool:
        return self._code(part) is not None and self._kind(part) in ("cell", "module")

    def _code(self, item: str) -> str | None:
        return None if item.startswith("lot:") else wire.item_code(item)

    def _counts(self, put_in: list[Fact], cells: int, modules: int) -> Json:
        """Return the counts that state parts without a code: those with a code are among them."""
        n = self._n
        uncoded: Counter[str] = Counter()
        for fact in put_in:
            for part in fact.event.get("uncoded", ()):
                uncoded[part["kind"]] += part["count"]
        inside = {n.cells_inside: (cells, uncoded["cell"]), n.modules_inside: (modules, uncoded["module"])}
        return {name: str(coded + more) for name, (coded, more) in inside.items() if more}

    def _cells_inside(self, entry: Json) -> int:
        n = self._n
        listed = entry.get(n.cells) or entry.get(n.children) or ()
        return int(entry.get(n.cells_inside, 0)) or len(listed)


def _present(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None and value != []}
