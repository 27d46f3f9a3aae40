"""Truth and events agree: a checker that knows only the events finds every planted defect, and nothing else."""

import re
from collections import Counter, defaultdict
from datetime import date

import orjson
import pytest

from lineage.domain.events.reading import read_event
from lineage.domain.instants import parse_instant
from lineage.synthetic.fleet.parameters import read_parameters
from tests.fleet.checker import Checker, Found, expected
from tests.fleet.kinds import WORD, Kinds, claimed
from tests.fleet.reading import standing
from tests.fleet.samples import OFTEN, UNTIL, Fleet, Json, fleet, options
from tests.paths import DOCS

SOFT = {
    "ambiguous_letter": "twin_code",
    "vin_check_digit": "invalid_uscc_or_vin",
    "uscc_check_character": "invalid_uscc_or_vin",
}
"""Warnings of the service that a planted breach explains."""
SOLITARY = {"orphan_producer", "recycler_above_outflow", "recycled_content_above_balance", "double_subsidy"}


@pytest.fixture(scope="module")
def bad() -> Fleet:
    return fleet(options(3000, seed=4, defects=OFTEN))


@pytest.fixture(scope="module")
def clean() -> Fleet:
    return fleet(options(3000, seed=9, defects="0"))


def found(made: Fleet, until: date = UNTIL) -> set[Found]:
    return Checker(made.events(), until).found()


def test_every_planted_defect_is_found_in_the_events_and_nothing_else(bad: Fleet) -> None:
    seen, planted = found(bad), expected(bad.truth)
    assert (planted - seen, seen - planted) == (set(), set())


def test_in_the_words_of_the_contract_truth_and_events_agree_too(bad: Fleet) -> None:
    """With what one action implies: a code on two vehicles is also an installation in two at once."""
    seen, claims = Kinds(bad.events(), UNTIL).kinds(), claimed(bad.truth)
    words = {kind for kind, _ in seen} | {*WORD.values()}
    claims = [(kind, subjects) for kind, subjects in claims if kind in words]
    about = {(kind, subject) for kind, subjects in claims for subject in subjects}
    assert seen - about == set()
    assert [(kind, subjects) for kind, subjects in claims if not any((kind, t) in seen for t in subjects)] == []
    assert {"simultaneous_installation", "seen_elsewhere", "mass_imbalance", "dead_item_active"} <= words


def test_in_the_words_of_the_contract_a_fleet_without_defects_is_clean(clean: Fleet) -> None:
    assert Kinds(clean.events(), UNTIL).kinds() == set()


def test_every_class_of_the_reference_is_planted(bad: Fleet) -> None:
    planted = Counter(t["class"] for t in bad.truth)
    assert set(planted) == set(read_parameters().defects)


def test_every_class_is_documented_with_its_kind() -> None:
    page = (DOCS / "fleet.md").read_text()
    for name, section in read_parameters().defects.items():
        assert f"| `{name}` | `{section['kind']}` | " in page, name


def test_what_also_holds_is_what_the_page_states(bad: Fleet) -> None:
    page = (DOCS / "fleet.md").read_text()
    for name, also in {(t["class"], tuple(t["also"])) for t in bad.truth if "also" in t}:
        assert re.search(rf"^\| `{name}`.* \| {', '.join(f'`{kind}`' for kind in also)}", page, re.MULTILINE), name


def test_a_fleet_without_defects_is_clean(clean: Fleet) -> None:
    assert (found(clean), clean.truth) == (set(), [])


@pytest.mark.parametrize("until", [date(2019, 10, 1), date(2022, 2, 14), date(2026, 5, 1)], ids=str)
def test_wherever_a_run_ends_truth_and_events_agree(until: date) -> None:
    made = fleet(options(1000, seed=6, defects=OFTEN, until=until))
    assert found(made, until) == expected(made.truth)


@pytest.mark.parametrize("name", sorted(set(read_parameters().defects) - {"informal_retirement"}))
def test_each_class_has_a_dial_of_its_own(name: str) -> None:
    rate = 10 if name in SOLITARY else 0.5
    made = fleet(options(1500 if name == "second_life_without_parents" else 400, seed=8, defects=f"0,{name}={rate}"))
    planted = {t["class"] for t in made.truth}
    # recovered metals are few in a small fleet: whether one is overdrawn depends on its dice
    assert planted == {name} or (name in SOLITARY and not planted)
    assert found(made) == expected(made.truth)


def test_a_truth_names_its_kind_items_parties_interval_and_events(bad: Fleet) -> None:
    ids = {e["id"] for e in bad.events()}
    for t in bad.truth:
        assert t["kind"]
        assert t["items"] or t["parties"]
        assert t["interval"][0]
        assert set(t["events"]) <= ids
        assert t["events"] or t["reported"] is False


def test_every_event_is_accepted_as_it_arrives_and_warns_only_of_what_was_planted() -> None:
    made = fleet(options(500, seed=2, defects="5"))
    planted = {item for t in made.truth for item in (*t["items"], *t["parties"])}
    for event in made.events():
        recorded = event["recorded"]
        now = parse_instant(recorded)
        reading = read_event(event, today=date.fromisoformat(recorded[:10]), allow_recorded=True, now=now)
        for warning in reading.warnings:
            assert warning.code in SOFT
            assert any(item in warning.message for item in planted)


def test_what_silent_firms_know_is_in_the_truth_and_not_in_the_events() -> None:
    made = fleet(options(600, seed=3, defects="0", silence="2019"))
    silent = {t["parties"][0]: t for t in made.truth if t["class"] == "silent_firm"}
    events = list(made.events())
    enrolled = sum(e["type"] == "enrolled" for e in events)
    assert not silent.keys() & {e["reporter"] for e in events}
    assert len(silent) / enrolled == pytest.approx(197 / 410, abs=0.06)
    unheard = Counter(t["report"]["reporter"] for t in made.truth if t["class"] == "unheard_report")
    assert unheard == {id: sum(t["unheard"].values()) for id, t in silent.items() if t["unheard"]}
    assert sum(unheard.values()) > len(events) / 4
    assert all(t["reported"] is False for t in made.truth)


def test_reported_and_unreported_together_are_a_whole_history() -> None:
    """Reports that silent firms withheld fit those of the others: no breach with them, many without them."""
    made = fleet(options(600, seed=3, defects="0", silence="0.48,0"))
    events = list(made.events())
    never = [{**t["report"], "recorded": t["report"]["time"]} for t in made.truth if t["class"] == "unheard_report"]
    assert len({e["id"] for e in [*events, *never]}) == len({e["id"] for e in events}) + len(never)
    for report in never:
        read_event(report, today=UNTIL, allow_recorded=True, now=parse_instant(f"{UNTIL}T00:00:00+08:00"))
    assert found(Fleet([orjson.dumps(e).decode() for e in [*events, *never]], [])) == set()
    assert len(found(made)) > 100


def test_of_the_repairs_of_2019_nearly_none_is_reported() -> None:
    made = fleet(options(2500, seed=3, defects="0", silence="0,0.9997"))
    reported = sum(e.get("step") == "replacement" for e in made.events())
    stored = [t for t in made.truth if t["class"] == "silent_repair"]
    assert (reported, len(stored) > 20, found(made)) == (0, True, set())
    inside = {part: e["whole"] for e in made.events() if e["type"] == "assembled" for part in e["parts"]}
    for t in stored:
        out, into = t["reports"]
        assert inside[out["parts"][0]] == out["whole"] == into["whole"]
        assert into["parts"][0] not in inside
        assert {out["parts"][0], into["parts"][0], t["items"][0]} <= {*t["items"]}


def test_waste_that_went_astray_names_the_first_hand_over_to_be_refused(bad: Fleet) -> None:
    events = {e["id"]: e for e in bad.events()}
    astray: dict[str, list[Json]] = defaultdict(list)
    for t in bad.truth:
        if t["class"] == "unqualified_receiver":
            astray[t["first_refusable"]].append(t)
    assert astray
    for first, hops in astray.items():
        assert [hop["parties"][1] for hop in hops[:-1]] == [hop["parties"][0] for hop in hops[1:]]
        assert first == hops[0]["events"][0]
        assert (events[first]["type"], events[first]["taker"]) == ("transferred", hops[0]["parties"][1])
        assert all(events[first]["time"] <= events[id]["time"] for hop in hops for id in hop["events"])


def test_a_pack_without_coded_cells_states_how_many_there_are() -> None:
    made = fleet(options(600, seed=3, defects="0", uncoded=0.3))
    counted = {
        e["whole"]: e["uncoded"][0]["count"] for e in made.events() if e["type"] == "assembled" and "uncoded" in e
    }
    assert counted == {t["items"][0]: t["count"] for t in made.truth if t["class"] == "uncoded_cells"}
    packs = sum(e.get("step") == "pack_production" and e["type"] == "produced" for e in made.events())
    assert len(counted) / packs == pytest.approx(0.3, abs=0.05)


def test_reports_are_repeated_and_corrected(clean: Fleet) -> None:
    ids = Counter(e["id"] for e in clean.events())
    types = Counter(e["type"] for e in clean.events())
    assert 0.0005 < sum(n - 1 for n in ids.values()) / len(ids) < 0.01
    assert types["corrected"] > 3
    assert len(standing(clean.events())) < len(ids)


def test_masses_balance_in_every_run(clean: Fleet) -> None:
    runs = [e for e in clean.events() if e["type"] == "transformed" and e["step"] == "recycling"]
    shares = [sum(o["mass_kg"] for o in e["outputs"]) / sum(i["mass_kg"] for i in e["inputs"]) for e in runs]
    assert len(runs) > 30
    assert all(0.85 <= share <= 1 for share in shares)
    metals = {o["model"] for e in runs for o in e["outputs"]}
    assert {"Li", "Ni", "Co", "Mn", "Cu", "Al"} <= metals


def test_recovered_metals_go_into_new_cells(clean: Fleet) -> None:
    made = [e for e in clean.events() if e["type"] == "transformed"]
    recovered = {o["id"] for e in made if e["step"] == "recycling" for o in e["outputs"]}
    used = {i["id"] for e in made if e["step"] == "cell_production" for i in e["inputs"]}
    assert len(recovered & used) > 10
