"""On a fleet of which half was never reported, no answer is "none": what is not known is answered as unknown."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from lineage.domain.identifiers.parsing import kind_of_id
from lineage.domain.instants import parse_instant
from lineage.domain.traversal.impact import Recall
from lineage.service.answers import Context
from lineage.service.questions.impact import ImpactQuestion, impact
from lineage.stores import open_store
from lineage.stores.interface import Store
from tests.builders import Json
from tests.fleet.samples import UNTIL, fleet, options
from tests.service_client import load_events

NOW = parse_instant(f"{UNTIL}")
QUESTION = Context(NOW, lambda: False)


def answered(store: Store, question: ImpactQuestion) -> list[Json]:
    return [d for line in impact(store, question, QUESTION) if "totals" not in (d := orjson.loads(line))]


def reported_and_true(vehicles: int, seed: int, folder: Path) -> tuple[Store, Store]:
    """A store of what was reported, and one of everything that happened."""
    made = fleet(options(vehicles, seed=seed, defects="0", silence="2019", cells=0.05))
    reported = open_store(f"sqlite:///{folder / 'told.db'}")
    true = open_store(f"sqlite:///{folder / 'true.db'}")
    events = list(made.events())
    withheld: list[Json] = []
    for t in made.truth:
        withheld += [r for r in (t.get("report"), *t.get("reports", ())) if r is not None]
    load_events(reported, events, keep_recorded=True)
    report = load_events(true, [*events, *withheld], keep_recorded=True)
    assert report.rejected == 0, report.errors[:3]
    return reported, true


def units_in_vehicles(store: Store) -> dict[str, set[str]]:
    """Every unit that is in a vehicle now, with its vehicles."""
    found: dict[str, set[str]] = defaultdict(set)
    ids, after = [], ""
    while page := store.read(lambda r, a=after: r.item_ids(a, 1_000)):  # type: ignore[misc]
        ids += page
        after = page[-1]
    kinds = store.read(lambda r: r.facts(ids, None))
    units = tuple(x for x in ids if kinds[x].kind in ("cell", "module", "pack"))
    for line in answered(store, ImpactQuestion(units)):
        if line["status"] == "now" and line["whole"] is not None and kinds[line["whole"]].kind == "vehicle":
            found[line["item"]].add(line["whole"])
    return found


def falsely_none(reported: Store, true: Store) -> tuple[int, list[Any]]:
    """Return the number of units in question, and those for which no vehicle was named, nor left open.

    Where a removal was never reported the vehicle that was reported stands: that is stale, and not none.
    """
    wanted = units_in_vehicles(true)
    stated: dict[str, list[Json]] = defaultdict(list)
    for line in answered(reported, ImpactQuestion(tuple(wanted))):
        stated[line["item"]].append(line)
    wrong = [
        (unit, cars, stated[unit])
        for unit, cars in wanted.items()
        if not any(x["status"] == "unknown" for x in stated[unit])
        and not any(x["status"] == "now" and x["whole"] and kind_of_id(x["whole"]) == "vehicle" for x in stated[unit])
    ]
    return len(wanted), wrong


@pytest.mark.parametrize(("vehicles", "seed"), [(60, 5), pytest.param(2_000, 17, marks=pytest.mark.soak)])
def test_no_unit_in_a_vehicle_is_answered_as_in_none(tmp_path: Path, vehicles: int, seed: int) -> None:
    reported, true = reported_and_true(vehicles, seed, tmp_path)
    count, wrong = falsely_none(reported, true)
    assert count > 2 * vehicles
    assert wrong == []
    for store in (reported, true):
        store.close()


@pytest.mark.parametrize(("vehicles", "seed"), [(60, 6), pytest.param(2_000, 18, marks=pytest.mark.soak)])
def test_no_vehicle_with_a_recalled_pack_is_left_out_of_a_recall_by_maker(
    tmp_path: Path, vehicles: int, seed: int
) -> None:
    reported, true = reported_and_true(vehicles, seed, tmp_path)
    makers = {d["maker"] for d in declared(true) if d["kind"] == "pack" and d.get("maker")}
    for maker in sorted(makers)[:3]:
        recall = ImpactQuestion(recall=Recall(maker=maker, kind="pack"))
        cars = {x["whole"] for x in answered(true, recall) if x["status"] == "now" and x["whole"]}
        lines = answered(reported, recall)
        named = {x["whole"] for x in lines} | {x["item"] for x in lines}
        known = reported.read(lambda r, some=cars: r.facts(sorted(some), None))  # type: ignore[misc]
        left_out = {car for car in cars - named if car in known and known[car].kind == "vehicle"}
        # a swap that was not reported leaves the reported pack in its place
        stale = {car for car in left_out if packs_now(reported, car)}
        assert [car for car in left_out - stale if not packs_unknown(true, car, named)] == []
    for store in (reported, true):
        store.close()


def declared(store: Store) -> list[Json]:
    entries = store.read(lambda r: r.entries(0, 1_000_000))
    return [d for e in entries if e.type == "produced" for d in orjson.loads(e.event)["items"]]


def packs_now(reported: Store, car: str) -> set[str]:
    edges = reported.read(lambda r: r.neighbours([car], "upstream", None)).edges
    return {e.source for e in edges if e.until > NOW}


def packs_unknown(true: Store, car: str, named: set[str | None]) -> bool:
    """Return whether the packs that are truly in the vehicle are listed as unknown by themselves."""
    edges = true.read(lambda r: r.neighbours([car], "upstream", None)).edges
    return all(e.source in named for e in edges if e.until > NOW)
