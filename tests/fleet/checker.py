"""Finds planted defects in the events of a fleet alone. It knows the contract and the trade, not the generator.

Each finding is a pair: the class of domain 6.4, and what it is about (an item, a party or an event).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from lineage.domain.identifiers.battery_code import date_in
from lineage.domain.identifiers.parsing import parse_identifier
from tests.fleet.reading import Json, named, standing, within

Found = tuple[str, str]

LAUNCH = datetime.fromisoformat("2018-08-01T00:00:00+08:00")
BACKFILLED = LAUNCH + timedelta(days=365)
PATIENCE = timedelta(days=45)
"""By then every report that is in time has arrived (domain 3.3)."""
TOO_LATE = timedelta(days=62)
WINDOWED = {
    "vehicle_production", "sale", "repair", "replacement", "removal", "scrapping", "collection", "recycling",
    "second_life_production", "second_life_sale",
}  # fmt: skip
LETTERS = {"LFP": "B", "LMO": "C", "LTO": "G"}
MAY_TAKE_WASTE = {"OUTLET", "BATTERY_MAKER", "VEHICLE_MAKER", "DISMANTLER", "ECHELON", "RECYCLER"}
"""Domain 3.5."""


class Checker:
    """Reads the events of one fleet and finds what is wrong in it."""

    def __init__(self, events: Iterable[Json], until: date) -> None:
        self.until = datetime.fromisoformat(f"{until}T00:00:00+08:00")
        self.raw = [*events]
        self.events = standing(self.raw)
        self.stays: dict[str, list[tuple[datetime, datetime | None, str]]] = defaultdict(list)
        self.contents: dict[str, set[str]] = defaultdict(set)
        self.uncoded: Counter[str] = Counter()
        self.declared: dict[str, Json] = {}
        self.makers: dict[str, str] = {}
        self._read()

    def _read(self) -> None:
        for event in sorted(self.events, key=lambda e: e["at"]):
            if event["type"] == "assembled":
                if event["step"] != "replacement":
                    self.contents[event["whole"]].update(event["parts"])
                self.uncoded[event["whole"]] += sum(u["count"] for u in event.get("uncoded", ()))
                for part in event["parts"]:
                    self.stays[part].append((event["at"], None, event["whole"]))
            elif event["type"] == "disassembled":
                for part in event["parts"]:
                    self.stays[part] = [
                        (since, event["at"] if end is None and whole == event["whole"] else end, whole)
                        for since, end, whole in self.stays[part]
                    ]
            for item in event.get("items" if event["type"] == "produced" else "outputs", ()):
                self.declared.setdefault(item["id"], item)
                self.makers.setdefault(item["id"], item.get("maker", event["reporter"]))

    def has_passed(self, at: datetime) -> bool:
        return max(at, BACKFILLED) + PATIENCE < self.until

    def found(self) -> set[Found]:
        """Everything that is wrong."""
        rules = (
            self.late, self.unsold, self.seen, self.layers, self.doubles, self.twins, self.codes, self.dates,
            self.numbers, self.scrapped, self.hand_overs, self.outflow, self.dead, self.parentless, self.overdrawn,
            self.claims, self.orphans, self.unbalanced, self.custody, self.strangers,
            self.receivers,
        )  # fmt: skip
        return {finding for rule in rules for finding in rule()}

    def late(self) -> Iterator[Found]:
        for e in self.events:
            if e.get("step") in WINDOWED and e["at"] >= LAUNCH and e["known"] - e["at"] > TOO_LATE:
                yield "late_report", e["id"]

    def unsold(self) -> Iterator[Found]:
        sold = {i for e in self.events if e.get("step") == "sale" and e["type"] == "transferred" for i in e["items"]}
        for e in self.events:
            if e.get("step") == "registration" and e["type"] == "inspected" and self.has_passed(e["at"]):
                yield from (("never_reported_sale", vin) for vin in e["items"] if vin not in sold)

    def seen(self) -> Iterator[Found]:
        for e in self.events:
            if e["type"] != "inspected" or "inside" not in e or not self.has_passed(e["at"]):
                continue
            for item in e["items"]:
                if e["inside"] not in self.wholes(item, e["at"]):
                    is_repair = e["step"] == "inspection"
                    yield "repair_unreported" if is_repair else "telemetry_mismatch", item if is_repair else e["id"]

    def wholes(self, item: str, at: datetime) -> set[str]:
        found: set[str] = set()
        todo = [item]
        while todo:
            for since, end, whole in self.stays.get(todo.pop(), ()):
                if since <= at and (end is None or at < end) and whole not in found:
                    found.add(whole)
                    todo.append(whole)
        return found

    def layers(self) -> Iterator[Found]:
        for e in self.events:
            if e.get("step") == "pack_production" and e["type"] == "produced" and self.has_passed(e["at"]):
                for item in e["items"]:
                    inside = self.contents[item["id"]] | {
                        p for m in self.contents[item["id"]] for p in self.contents[m]
                    }
                    has_cells = any(p.startswith("lot:") or self.declared[p]["kind"] == "cell" for p in inside)
                    if not has_cells and not self.uncoded[item["id"]]:
                        yield "missing_cell_layer", item["id"]

    def doubles(self) -> Iterator[Found]:
        for part, stays in self.stays.items():
            if part.startswith("lot:") or len(stays) < 2:
                continue
            ordered = sorted(stays, key=lambda stay: stay[0])
            for (_, end, one), (since, _, other) in pairwise(ordered):
                if one != other and (end is None or since < end):
                    yield "duplicate_pack_code", part

    def twins(self) -> Iterator[Found]:
        named = set(self.stays) | set(self.declared)
        for code in named:
            plain = code.replace("O", "0").replace("I", "1")
            if len(code) == 24 and ":" not in code and plain != code and plain in named:
                yield "twin_code", code

    def codes(self) -> Iterator[Found]:
        filed = {
            p["number"]
            for e in self.events
            if e["type"] == "enrolled"
            for p in e["party"].get("permits", ())
            if p["kind"] == "battery_code"
        }
        for id, item in self.declared.items():
            if ":" in id or item["kind"] not in ("pack", "module", "cell"):
                continue
            if id[:3] not in filed:
                yield "unknown_maker_code", id
            if id[4] != LETTERS.get(item["chemistry"], "E"):
                yield "letter_mismatch", id

    def dates(self) -> Iterator[Found]:
        """As built: what is put in later, in a repair, may be younger."""
        for whole, parts in self.contents.items():
            made = date_in(whole) if len(whole) == 24 else None
            for part in parts:
                if made is not None and len(part) == 24 and (date_in(part) or made) > made:
                    yield "child_after_parent", whole

    def numbers(self) -> Iterator[Found]:
        for e in self.events:
            if e["type"] != "transferred" or e["step"] != "delivery":
                continue
            for item in e["items"]:
                parties = {e["giver"], e["taker"]}
                if any(parse_identifier(id).warnings for id in (item, *parties) if len(id) < 24):
                    yield "invalid_uscc_or_vin", item

    def scrapped(self) -> Iterator[Found]:
        inside: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        for stays in self.stays.values():
            for since, end, whole in stays:
                inside[whole].append((since, end))
        for e in self.events:
            if e["type"] == "ended" and e["reason"] == "scrapped" and self.has_passed(e["at"]):
                for vin in e["items"]:
                    if any(since <= e["at"] and (end is None or end > e["at"]) for since, end in inside[vin]):
                        yield "scrap_without_pack", vin

    def hand_overs(self) -> Iterator[Found]:
        sides: dict[str, dict[tuple[str, ...], list[datetime]]] = {
            "giver": defaultdict(list),
            "taker": defaultdict(list),
        }
        reported = [e for e in self.events if e["type"] == "transferred" and e.get("side") in sides]
        for e in reported:
            sides[e["side"]][e["giver"], e["taker"], *e["items"]].append(e["at"])
        for moments in (*sides["giver"].values(), *sides["taker"].values()):
            moments.sort()
        for e in reported:
            key = (e["giver"], e["taker"], *e["items"])
            if not self.has_passed(e["at"] + timedelta(days=2)):
                continue
            if e["side"] == "giver" and not within(sides["taker"][key], e["at"], e["at"] + timedelta(days=5)):
                yield "handover_without_receipt", e["id"]
            if e["side"] == "taker" and not within(sides["giver"][key], e["at"] - timedelta(days=5), e["at"]):
                yield "receipt_without_handover", e["id"]

    def outflow(self) -> Iterator[Found]:
        came_back: Counter[str] = Counter()
        for e in self.events:
            if e["type"] == "disassembled":
                for part in e["parts"]:
                    came_back[self.makers.get(part, "")] += self.declared.get(part, {}).get("mass_kg", 0)
        for e in self.events:
            if e["type"] == "produced" and e["step"] == "collection":
                for item in e["items"]:
                    if item["mass_kg"] > came_back[item["maker"]]:
                        yield "recycler_above_outflow", item["id"]

    def dead(self) -> Iterator[Found]:
        gone: dict[str, datetime] = {}
        for e in self.events:
            for taken in e["inputs"] if e["type"] == "transformed" else ():
                if not taken["id"].startswith("lot:"):
                    gone[taken["id"]] = e["at"]
        for e in self.events:
            for item in named(e):
                if item in gone and e["at"] > gone[item]:
                    yield "dead_code_alive", item

    def parentless(self) -> Iterator[Found]:
        for e in self.events:
            if e["type"] == "produced":
                yield from (("second_life_without_parents", i["id"]) for i in e["items"] if i["id"].endswith("RP"))

    def overdrawn(self) -> Iterator[Found]:
        used: Counter[str] = Counter()
        for e in self.events:
            for taken in e["inputs"] if e["type"] == "transformed" else ():
                used[taken["id"]] += taken["mass_kg"]
        for id, kg in used.items():
            if id.startswith("lot:") and id in self.declared and kg > self.declared[id]["mass_kg"] + 0.1:
                yield "recycled_content_above_balance", id

    def unbalanced(self) -> Iterator[Found]:
        for e in self.events:
            if e["type"] == "transformed":
                out = sum(made["mass_kg"] for made in e["outputs"])
                if out > sum(taken["mass_kg"] for taken in e["inputs"]) * 1.0005 + 0.5:
                    yield "mass_out_of_nothing", e["id"]

    def custody(self) -> Iterator[Found]:
        """Yield givers without custody, and removals from wholes that lack the part (no class of 6.4: an accident)."""
        holder: dict[str, set[str]] = defaultdict(set)
        for e in sorted(self.events, key=lambda e: e["at"]):
            if e["type"] == "transferred":
                for item in e["items"]:
                    if e.get("side") != "taker" and e["giver"] not in holder[item]:
                        yield "broken_handover", e["id"]
                    holder[item] = {e["taker"]} if e.get("side") != "giver" else {e["giver"], e["taker"]}
            elif e["type"] == "disassembled":
                for part in e["parts"]:
                    holder[part] = {e["custodian"]}
                    if not any(end == e["at"] and whole == e["whole"] for _, end, whole in self.stays[part]):
                        yield "removal_without_installation", e["id"]
            for made in e["items"] if e["type"] == "produced" else e.get("outputs", ()):
                holder.setdefault(made["id"], {e["reporter"]})

    def strangers(self) -> Iterator[Found]:
        known = {e["party"]["id"] for e in self.events if e["type"] == "enrolled"}
        for e in self.events:
            parties = {e["reporter"], e.get("giver"), e.get("taker"), e.get("custodian")} - {None}
            odd = [p for p in parties if p not in known and not p.startswith("owner:")]
            if odd and not parse_identifier(odd[0]).warnings:
                yield "unknown_party", odd[0]

    def receivers(self) -> Iterator[Found]:
        roles = {e["party"]["id"]: {*e["party"]["roles"]} for e in self.events if e["type"] == "enrolled"}
        for e in self.events:
            is_receipt = e["type"] == "transferred" and e["step"] == "collection" and e.get("side") != "giver"
            if is_receipt and not roles[e["taker"]] & MAY_TAKE_WASTE:
                yield "unqualified_receiver", e["id"]

    def claims(self) -> Iterator[Found]:
        claimed: Counter[str] = Counter(
            e["items"][1] for e in self.events if e.get("step") == "subsidy" and e["type"] == "inspected"
        )
        yield from (("double_subsidy", pack) for pack, count in claimed.items() if count > 1)

    def orphans(self) -> Iterator[Found]:
        for e in self.events:
            if e["type"] == "enrolled" and e["party"].get("status") == "insolvent":
                yield "orphan_producer", e["party"]["id"]


ABOUT_EVENT = {
    "late_report", "telemetry_mismatch", "handover_without_receipt", "receipt_without_handover", "unqualified_receiver",
}  # fmt: skip


def expected(truth: Iterable[Json]) -> set[Found]:
    """Return the expected findings according to the truth, in the words of the checker."""
    found: set[Found] = set()
    for t in truth:
        name, items = t["class"], t["items"]
        if not t.get("reported", True):
            continue
        if name in ABOUT_EVENT:
            found.add((name, t["events"][-1]))
        elif name == "orphan_producer":
            found.add((name, t["parties"][0]))
        elif name in ("twin_code", "repair_unreported"):
            found.add((name, items[1]))
        else:
            found.add((name, items[0]))
    return found
