"""A fleet looks like the reference: each marginal within a stated tolerance, and every number with its source."""

import re
from collections import Counter, defaultdict
from importlib.resources import files
from random import Random
from typing import Any

import pytest

from lineage.synthetic.fleet.enterprises import make_firms
from lineage.synthetic.fleet.parameters import read_parameters
from lineage.synthetic.fleet.statistics import Counts, report
from lineage.synthetic.fleet.vehicle_mix import Mix
from tests.fleet.samples import NATIONAL, UNTIL, Fleet, fleet, national, options

SHARE_OF_SALES = 0.005
KWH_A_VEHICLE = 0.08
CHEMISTRY = 0.05
LARGEST_MAKERS = 0.05
PROVINCE = 0.01
FROM = 2021
"""Earlier years have too few vehicles in this fleet to compare energy."""


@pytest.fixture(scope="module")
def made() -> Fleet:
    return national()


@pytest.fixture(scope="module")
def document(made: Fleet) -> dict[str, Any]:
    counts = Counts()
    for event in made.events():
        counts.add(event)
    return report(counts, read_parameters())


def test_every_number_has_its_source_or_the_word_assumed() -> None:
    text = files("lineage.synthetic.fleet").joinpath("parameters.toml").read_text()
    lines = [line for line in text.splitlines() if re.match(r"""[\w."']+ = .*\d""", line)]
    assert len(lines) > 150
    assert [line for line in lines if not re.search(r"# .*(domain|assumed)", line)] == []


def test_sales_are_spread_over_the_years(document: dict[str, Any]) -> None:
    for row in document["years"]:
        if row["reference_share"] is not None:
            assert row["share"] == pytest.approx(row["reference_share"], abs=SHARE_OF_SALES), row["year"]


@pytest.mark.parametrize("what", ["lfp", "ncm"])
def test_energy_is_shared_among_the_chemistries(document: dict[str, Any], what: str) -> None:
    for row in document["years"]:
        if row["year"] >= FROM:
            assert row[what] == pytest.approx(row[f"reference_{what}"], abs=CHEMISTRY), row["year"]


def test_a_vehicle_has_the_energy_of_its_year(document: dict[str, Any]) -> None:
    for row in document["years"]:
        if row["year"] >= FROM:
            assert row["kwh_a_vehicle"] == pytest.approx(row["reference_kwh"], rel=KWH_A_VEHICLE), row["year"]


@pytest.mark.parametrize("year", range(2014, 2027))
def test_the_mix_of_every_year_has_the_energy_and_the_chemistries_of_the_reference(year: int) -> None:
    mix = Mix(read_parameters(), UNTIL).years[year]
    reported = read_parameters().years[year]
    energy = {}
    for (group, (archetypes, running)), low, high in zip(
        mix.archetypes.items(), [0.0, *mix.group_sums], mix.group_sums, strict=False
    ):
        weights = [b - a for a, b in zip([0.0, *running], running, strict=False)]
        mean = sum(a.mean_kwh * w for a, w in zip(archetypes, weights, strict=True)) * mix.scale
        energy[group] = (high - low) * mean
    whole = sum(energy.values())
    assert whole == pytest.approx(reported["gwh"] * 100 / reported["sales"])
    assert (energy["LFP"] / whole, energy["NCM"] / whole) == pytest.approx((reported["lfp"], reported["ncm"]))
    assert 0.6 < mix.scale < 1.4


def test_the_largest_makers_have_their_shares(document: dict[str, Any]) -> None:
    shares = [row["share"] for row in document["battery_makers"]["2025"]]
    assert shares[0] == pytest.approx(0.4342, abs=LARGEST_MAKERS)
    assert shares[1] == pytest.approx(0.215, abs=LARGEST_MAKERS)
    assert sum(shares[:3]) == pytest.approx(0.73, abs=LARGEST_MAKERS)
    assert sum(shares) == pytest.approx(0.956, abs=LARGEST_MAKERS)


def test_ninety_three_makers_in_2018_and_a_tail_of_forty_now() -> None:
    parameters = read_parameters()
    firms = make_firms(parameters, Random(1))
    alive = [f for f in firms.makers if f.ceased is None]
    sums = firms.maker_sums[2018 - 2013]
    assert (len(firms.makers), len(alive)) == (93, 39)
    assert (sums[2], sums[9]) == pytest.approx((0.668, 0.828))


def test_provinces_have_their_share_of_sales(document: dict[str, Any]) -> None:
    assert len(document["regions"]) == 31
    for row in document["regions"]:
        assert row["share"] == pytest.approx(row["reference_share"], abs=PROVINCE), row["region"]


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("never_reported_sale", 0.009),
        ("telemetry_mismatch", 0.006),
        ("child_after_parent", 0.0015),
        ("twin_code", 0.0008),
    ],
)
def test_defects_come_at_their_base_rate(made: Fleet, name: str, tolerance: float) -> None:
    """A little below it: of the newest vehicles nothing is missing yet."""
    planted = Counter(t["class"] for t in made.truth)
    assert planted[name] / NATIONAL == pytest.approx(read_parameters().defects[name]["rate"], abs=tolerance)


def test_one_report_in_twelve_is_late(made: Fleet) -> None:
    late = sum(t["class"] == "late_report" for t in made.truth)
    duties = sum(
        e.get("step") in ("vehicle_production", "sale", "collection", "removal", "scrapping", "recycling")
        and e["time"] >= "2018-08-01"
        for e in made.events()
    )
    assert late / duties == pytest.approx(0.08, abs=0.015)


def test_architectures_with_and_without_modules_several_packs_and_swap_pools() -> None:
    made = fleet(options(1000, seed=5, defects="0", cells=None))
    inside: dict[str, set[str]] = defaultdict(set)
    swapped: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for e in made.events():
        for item in e["items"] if e["type"] == "produced" else e.get("outputs", ()):
            kinds[item["id"]] = item["kind"]
        if e["type"] == "assembled":
            inside[e["whole"]].update(e["parts"])
            swapped[e["whole"]] += e["step"] == "swap"
    of_packs = [{kinds[p] for p in inside[i]} for i, kind in kinds.items() if kind == "pack" and i in inside]
    assert {frozenset(k) for k in of_packs} >= {frozenset({"cell"}), frozenset({"module"})}
    assert max(len(inside[v]) for v, kind in kinds.items() if kind == "vehicle" and not swapped[v]) >= 4
    assert sum(count > 1 for count in swapped.values()) > 3
    cells = sum(kind == "cell" for kind in kinds.values())
    assert 80 < cells / 1000 < 220


def test_a_large_fleet_carries_cells_for_a_sample_and_batches_for_the_rest(made: Fleet) -> None:
    packs = sum('"step":"pack_production"' in line and '"type":"produced"' in line for line in made.lines)
    cells = sum('"step":"cell_production"' in line and '"kind":"cell"' in line for line in made.lines)
    assert 0.01 < cells / packs < 0.03


def test_every_enterprise_is_marked_as_fictitious(made: Fleet) -> None:
    parties = [e["party"] for e in made.events() if e["type"] == "enrolled"]
    assert all("fictitious" in p["name"] and "Example" in p["name"] and p["id"][2:8] == "990000" for p in parties)
    assert {r for p in parties for r in p["roles"]} >= {
        "BATTERY_MAKER", "VEHICLE_MAKER", "SELLER", "REPAIRER", "OUTLET", "DISMANTLER", "ECHELON", "RECYCLER",
        "SWAP_OPERATOR", "LESSOR", "PLATFORM_OP", "AUTHORITY", "OWNER",
    }  # fmt: skip
    assert any(p["status"].startswith("ceased") for p in parties)
