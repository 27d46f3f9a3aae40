"""Finds breaches in the words of contract 7, each with the item or party that it is about: what a scorer would see.

A line of the truth claims its `kind` and what it has in `also`, about its items: `unknown_party` about its parties,
`late_report` about its events.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from lineage.domain.identifiers.battery_code import date_in
from tests.fleet.checker import LETTERS, Checker, Found
from tests.fleet.reading import Json, named

NEARLY = 1.0005
"""Rounding, where many small masses are added."""
AWAY = timedelta(days=1)
WORD = {
    "late_report": "late_report",
    "never_reported_sale": "missing_report",
    "repair_unreported": "missing_report",
    "twin_code": "twin_code",
    "child_after_parent": "child_after_parent",
    "scrap_without_pack": "scrapped_without_pack",
    "handover_without_receipt": "unacknowledged_handover",
    "receipt_without_handover": "unreported_handover",
    "second_life_without_parents": "second_life_without_parents",
    "unqualified_receiver": "unqualified_receiver",
    "broken_handover": "broken_handover",
    "removal_without_installation": "removal_without_installation",
}
"""Findings of `Checker` that contract 7 has a word for."""


class Kinds(Checker):
    """The same events, judged by the words of contract 7."""

    def kinds(self) -> set[Found]:
        """Every breach: its kind, and an item or party."""
        by_id = {e["id"]: e for e in self.events}
        found: set[Found] = set()
        for name, about in self.found():
            if name in WORD:
                is_action = about in by_id and name != "late_report"
                subjects = [*named(by_id[about])] if is_action else [about]
                found |= {(WORD[name], subject) for subject in subjects}
        rules = (
            self.identities,
            self.places,
            self.sightings,
            self.transferred_while_installed,
            self.after_death,
            self.balance,
            self.dated,
        )
        return found | {finding for rule in (*rules, self.parties, self.travel, self.corrections) for finding in rule()}

    def made(self) -> Iterator[tuple[Json, Json]]:
        for e in self.events:
            for item in e["items"] if e["type"] == "produced" else e.get("outputs", ()):
                yield e, item

    def identities(self) -> Iterator[Found]:
        counts = Counter(item["id"] for _, item in self.made())
        yield from (("duplicate_identity", id) for id, count in counts.items() if count > 1)

    def places(self) -> Iterator[Found]:
        yield from (("simultaneous_installation", part) for _, part in self.doubles())
        consumed = Counter(i["id"] for e in self.events if e["type"] == "transformed" for i in e["inputs"])
        yield from (("consumed_twice", id) for id, n in consumed.items() if n > 1 and not id.startswith("lot:"))
        for item in self.stays:
            if item in self.wholes(item, self.stays[item][0][0]):
                yield "self_containment", item

    def sightings(self) -> Iterator[Found]:
        for e in self.events:
            if e["type"] == "inspected" and "inside" in e:
                yield from (("seen_elsewhere", i) for i in e["items"] if e["inside"] not in self.wholes(i, e["at"]))

    def transferred_while_installed(self) -> Iterator[Found]:
        for e in self.events:
            if e["type"] == "transferred":
                yield from (("moved_while_installed", i) for i in e["items"] if self.wholes(i, e["at"]))
        first: dict[str, Json] = {}
        for e in sorted(self.events, key=lambda e: e["at"]):
            for item in named(e):
                first.setdefault(item, e)
        for item, e in first.items():
            if e["type"] in ("inspected", "ended") or e.get("side") == "giver":
                yield "custody_gap", item

    def after_death(self) -> Iterator[Found]:
        ends = {i: e["at"] for e in self.events if e["type"] == "ended" for i in e["items"]}
        ends |= {i["id"]: e["at"] for e in self.events for i in e.get("inputs", ()) if not i["id"].startswith("lot:")}
        for e in self.events:
            subjects = [*named(e), *([e["whole"]] if "whole" in e else [])]
            yield from (("dead_item_active", i) for i in subjects if i in ends and e["at"] > ends[i])

    def balance(self) -> Iterator[Found]:
        used: Counter[str] = Counter()
        for e in self.events:
            if e["type"] == "transformed":
                masses = {i["id"]: i["mass_kg"] for i in e["inputs"]}
                used.update(masses)
                if sum(o["mass_kg"] for o in e["outputs"]) > sum(masses.values()) * NEARLY:
                    yield from (("mass_imbalance", o["id"]) for o in e["outputs"])
        for id, kg in used.items():
            if kg > self.declared[id]["mass_kg"] * NEARLY:
                yield "mass_imbalance", id

    def dated(self) -> Iterator[Found]:
        """A code holds the day and the chemistry of an item."""
        for e, item in self.made():
            id = item["id"]
            if item["kind"] not in ("cell", "module", "pack") or ":" in id:
                continue
            if id[4] != LETTERS.get(item["chemistry"], "E") or date_in(id) != e["at"].date():
                yield "code_mismatch", id

    def parties(self) -> Iterator[Found]:
        known = {e["party"]["id"] for e in self.events if e["type"] == "enrolled"}
        for e in self.events:
            for field in ("reporter", "giver", "taker", "custodian"):
                if field in e and e[field] not in known and not e[field].startswith("owner:"):
                    yield "unknown_party", e[field]

    def travel(self) -> Iterator[Found]:
        """In two provinces on one day."""
        been: dict[str, list[Json]] = defaultdict(list)
        for e in sorted(self.events, key=lambda e: e["at"]):
            for item in named(e) if "place" in e else ():
                been[item].append(e)
        for item, events in been.items():
            for one, other in pairwise(events):
                if one["place"] != other["place"] and other["at"] - one["at"] < AWAY and not item.startswith("lot:"):
                    yield "impossible_travel", item

    def corrections(self) -> Iterator[Found]:
        reporters = {e["id"]: e["reporter"] for e in self.raw}
        targets = Counter(e["target"] for e in {e["id"]: e for e in self.raw}.values() if e["type"] == "corrected")
        for e in self.raw:
            if e["type"] == "corrected":
                if e["target"] not in reporters:
                    yield "dangling_correction", e["id"]
                elif reporters[e["target"]] != e["reporter"]:
                    yield "foreign_correction", e["id"]
                if targets[e["target"]] > 1:
                    yield "contradictory_correction", e["id"]


def claimed(truth: Iterable[Json]) -> list[tuple[str, set[str]]]:
    """Return the findings that the truth allows: each kind, with the items one of which a finding must name."""
    return [
        (
            kind,
            {*t["parties"]} if kind == "unknown_party" else {*t["events"]} if kind == "late_report" else {*t["items"]},
        )
        for t in truth
        if t.get("reported", True)
        for kind in (t["kind"], *t.get("also", ()))
    ]
