"""Vehicles and packs fare as in the reference (domain 6.2 to 6.4), each figure within a stated range."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from lineage.synthetic.fleet.parameters import read_parameters
from tests.fleet.samples import UNTIL, Json, national

WIDE = 0.2
"""A part of each range that the dice may miss it by, in a fleet of this size."""


@pytest.fixture(scope="module")
def events() -> list[Json]:
    return [*{e["id"]: e for e in national().events()}.values()]


@pytest.fixture(scope="module")
def truth() -> Counter[str]:
    return Counter(t["class"] for t in national().truth)


@pytest.fixture(scope="module")
def years(events: list[Json]) -> float:
    """Years that all vehicles together were on the road, to the day on which they are heard of no more."""
    built = {i["id"]: day(e) for e in events if e["type"] == "produced" for i in e["items"] if i["kind"] == "vehicle"}
    gone = {i: day(e) for e in events if e["type"] == "ended" for i in e["items"]}
    gone |= {
        t["items"][0]: date.fromisoformat(t["interval"][0][:10])
        for t in national().truth
        if t["class"] in ("informal_retirement", "never_reported_sale", "repair_unreported")
    }
    return sum((gone.get(vin, UNTIL) - since).days for vin, since in built.items()) / 365.25


def day(event: Json) -> date:
    return date.fromisoformat(event["time"][:10])


def within(value: float, least: float, most: float) -> bool:
    return least * (1 - WIDE) <= value <= most * (1 + WIDE)


def test_half_to_two_packs_in_a_hundred_are_replaced_a_year(
    events: list[Json], truth: Counter[str], years: float
) -> None:
    reported = sum(e.get("step") == "replacement" and e["type"] == "disassembled" for e in events)
    assert within((reported + truth["repair_unreported"]) / years, 0.005, 0.02)


def test_three_to_eight_vehicles_in_a_thousand_are_written_off_a_year(events: list[Json], years: float) -> None:
    assert within(sum(e.get("step") == "incident" for e in events) / years, 0.003, 0.008)


def test_buses_last_about_four_years_and_cars_longer(events: list[Json]) -> None:
    built: dict[str, tuple[date, str]] = {}
    for e in events:
        if e["type"] == "produced":
            built |= {i["id"]: (day(e), i["model"]) for i in e["items"] if i["kind"] == "vehicle"}
    wrecked = {i for e in events if e.get("step") == "incident" for i in e["items"]}
    ages: dict[bool, list[float]] = defaultdict(list)
    for e in events:
        for vin in e["items"] if e["type"] == "ended" and e["reason"] == "scrapped" else ():
            since, model = built[vin]
            if vin not in wrecked:
                ages[model.endswith(" I")].append((day(e) - since).days / 365.25)
    buses, cars = sorted(ages[True]), sorted(ages[False])
    assert (len(buses) > 10, buses[0] > 3.4, buses[-1] < 5.6) == (True, True, True)
    assert 5 < cars[len(cars) // 2] < 9


def test_a_third_to_two_thirds_of_what_recyclers_take_is_production_scrap(events: list[Json]) -> None:
    taken: Counter[bool] = Counter()
    for e in events:
        if e.get("step") == "recycling" and e["type"] == "transformed":
            taken.update({i["id"].endswith("-scrap"): 0 for i in e["inputs"]})
            for i in e["inputs"]:
                taken[i["id"].endswith("-scrap")] += 0 if i["id"].endswith("-packs") else i["mass_kg"]
    assert within(taken[True] / taken.total(), 0.30, 0.60)


def test_a_tenth_to_a_quarter_of_the_packs_that_retire_gets_a_second_life(events: list[Json]) -> None:
    packs = {i["id"] for e in events if e["type"] == "produced" for i in e["items"] if i["kind"] == "pack"}
    roles = {e["party"]["id"]: e["party"]["roles"][0] for e in events if e["type"] == "enrolled"}
    took: Counter[str] = Counter()
    for e in events:
        if e.get("step") == "collection" and e["type"] == "transferred" and "2018" <= e["time"] < "2026-07":
            took[roles[e["taker"]]] += len(packs & {*e["items"]}) if e["side"] == "taker" else 0
    assert within(took["ECHELON"] / (took["ECHELON"] + took["RECYCLER"]), 0.10, 0.25)


def test_the_regulated_way_is_taken_by_less_than_a_quarter_until_2023_and_by_half_in_2026(
    events: list[Json], truth: Counter[str]
) -> None:
    way: dict[str, Counter[bool]] = defaultdict(Counter)
    for e in events:
        if e["type"] == "ended" and e["reason"] == "scrapped":
            way[e["time"][:4]][True] += 1
    for t in national().truth:
        if t["class"] == "informal_retirement":
            way[t["interval"][0][:4]][False] += 1
    early = sum((way[str(year)] for year in range(2018, 2024)), Counter[bool]())
    assert early.total() > 100
    assert within(early[True] / early.total(), 0.15, 0.25)
    assert within(way["2026"][True] / way["2026"].total(), 0.40, 0.60)


def test_a_swap_pool_has_more_packs_than_vehicles(events: list[Json]) -> None:
    vehicles, packs = set(), set()
    for e in events:
        if e.get("step") == "swap":
            vehicles.add(e["whole"])
            packs.update(e["parts"])
        if e["type"] == "produced":
            packs |= {i["id"] for i in e["items"] if i["kind"] == "pack" and i.get("model", "")[:1] == "J"}
    assert within(len(packs) / len(vehicles), 1.05, 1.3)


@pytest.mark.parametrize(("chemistry", "least", "most"), [("LFP", 6.7, 8), ("NCM", 5, 6.3)])
def test_packs_of_2022_and_later_weigh_as_in_the_reference(
    events: list[Json], chemistry: str, least: float, most: float
) -> None:
    """All but the spares for older vehicles."""
    ratios = sorted(
        item["mass_kg"] / item["capacity_kwh"]
        for e in events
        if e.get("step") == "pack_production" and e["type"] == "produced" and e["time"] >= "2022"
        for item in e["items"]
        if item["chemistry"].startswith(chemistry)
    )
    assert least <= ratios[0]
    assert ratios[len(ratios) * 98 // 100] <= most


@pytest.mark.parametrize(("before", "rate", "tolerance"), [("2020", 0.30, 0.06), ("9999", 0.05, 0.01)])
def test_the_cell_layer_is_missing_more_often_before_2020(
    events: list[Json], before: str, rate: float, tolerance: float
) -> None:
    after = "2018-08" if before == "2020" else "2020"
    packs = [e for e in events if e.get("step") == "pack_production" and e["type"] == "produced"]
    made = sum(len(e["items"]) for e in packs if after <= e["time"] < min(before, "2026-07"))
    missing = sum(
        t["class"] == "missing_cell_layer" and after <= t["interval"][0] < min(before, "2026-07")
        for t in national().truth
    )
    assert missing / made == pytest.approx(rate, abs=tolerance)


@pytest.mark.parametrize(
    ("name", "tolerance"), [("handover_without_receipt", 0.006), ("receipt_without_handover", 0.005)]
)
def test_a_side_of_a_hand_over_of_packs_is_missing_at_its_rate(
    events: list[Json], truth: Counter[str], name: str, tolerance: float
) -> None:
    vehicles = {i["id"] for e in events if e["type"] == "produced" for i in e["items"] if i["kind"] == "vehicle"}
    given = [e for e in events if e["type"] == "transferred" and e.get("side") == "giver"]
    of_packs = sum(e["step"] in ("delivery", "collection") and not vehicles & {*e["items"]} for e in given)
    rate = truth[name] / (of_packs + truth["receipt_without_handover"])
    assert rate == pytest.approx(read_parameters().defects[name]["rate"], abs=tolerance)


def test_every_archetype_of_the_reference_is_built(events: list[Json]) -> None:
    models = {i["model"] for e in events if e["type"] == "produced" for i in e["items"] if i["kind"] == "vehicle"}
    assert {model.removeprefix("Fictitious ") for model in models} == set(read_parameters().archetypes)
