"""Questions of investigators, on the demonstration: the service and a query by hand answer the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import neo4j
import orjson
import pytest

from lineage.cli.demo import fill
from lineage.domain.instants import format_instant, parse_instant
from lineage.domain.traversal.impact import Recall
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.questions import custody as custody_questions
from lineage.service.questions import items as item_questions
from lineage.service.questions import lineage as lineage_questions
from lineage.service.questions.custody import HoldingsQuestion
from lineage.service.questions.findings import FindingsQuestion, findings
from lineage.service.questions.impact import ImpactQuestion, impact
from lineage.service.questions.lineage import TraceQuestion
from lineage.service.questions.paths import PathQuestion
from lineage.service.questions.paths import path as find_path
from lineage.stores import open_store
from lineage.stores.interface import Store
from lineage.stores.neo4j.store import Neo4jStore
from lineage.stores.query_files import query
from lineage.synthetic.demo.history import demo_facts, demo_history
from lineage.synthetic.demo.parties import YUNFAN
from tests.builders import Json
from tests.conftest import wiped
from tests.finding_cases import FINDING_CASES
from tests.paths import LOGINS
from tests.platform_client import load_messages
from tests.service_client import load_events

FACTS = demo_facts(1)
NOW = parse_instant("2026-11-01")
BATCH = "Xinghe City 013-A39"
KINDS = ("simultaneous_installation", "scrapped_without_pack")
AT = "2021-01-01"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def reported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demonstration, two contradictions, and logins of two cars."""
    if request.param == "neo4j":
        store = wiped(request.getfixturevalue("neo4j_session_store"))
    else:
        store = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}")
    fill(store, demo_history(1))
    load_events(store, [e for w in FINDING_CASES if w.kind in KINDS for e in w.history])
    body = (LOGINS / "demonstration.jsonl").read_bytes()
    load_messages(store, body, file_format="gbt32960", reporter=YUNFAN)
    yield store
    if request.param == "sqlite":
        store.close()


Browser = Callable[..., list[Any]]


@pytest.fixture
def browser(reported: Store) -> Browser | None:
    """Return the rows that Neo4j Browser shows; `None` where there is no graph."""
    if not isinstance(reported, Neo4jStore):
        return None

    def run(name: str, **params: str) -> list[Any]:
        with reported._session(neo4j.READ_ACCESS) as session:
            return session.run(query("cypher", f"browser/{name}.cypher").text, params).values()

    return run


def context(at: str | None = None, known_at: str | None = None) -> Context:
    valid, known = (None if text is None else parse_instant(text) for text in (at, known_at))
    return Context(NOW, lambda: False, valid, known)


def lines(store: Store, question: ImpactQuestion, **times: str) -> list[Json]:
    reported = [orjson.loads(line) for line in impact(store, question, context(**times))]
    return reported[:-1]


def by_vehicle(store: Store, batch: str) -> dict[str, str]:
    """Of each vehicle: is anything of the batch in it now, or was it once."""
    found: dict[str, str] = {}
    for line in lines(store, ImpactQuestion(recall=Recall(batch=batch))):
        if line["whole"] is not None and len(line["whole"]) == 17 and line["status"] != "unknown":
            found[line["whole"]] = "now" if line["status"] == "now" else found.get(line["whole"], "once")
    return found


def test_q1_a_batch_of_cells_is_recalled(reported: Store, browser: Browser | None) -> None:
    found = by_vehicle(reported, BATCH)
    assert found == {FACTS.first_vehicle: "once", FACTS.second_vehicle: "now"}
    if browser is not None:
        assert {row[0]: row[2] for row in browser("recall_of_a_batch", batch=BATCH.casefold())} == found


def test_q2_a_vehicle_burnt_what_was_in_it_and_who_are_its_sisters(reported: Store, browser: Browser | None) -> None:
    tree = lineage_questions.composition(reported, FACTS.first_vehicle, context(at=AT))["tree"]
    inside: set[str] = set()
    todo = list(tree["parts"])
    for part in todo:
        inside.add(part["id"])
        todo += part["parts"]
    assert FACTS.old_pack in inside
    assert FACTS.swapped_cell in inside
    assert len(inside) == 1 + 4 + 24
    sisters = by_vehicle(reported, BATCH).keys() - {FACTS.first_vehicle}
    assert sisters == {FACTS.second_vehicle}
    if browser is not None:
        assert {row[0] for row in browser("inside_at_a_moment", vehicle=FACTS.first_vehicle, at=AT)} == inside
        rows = browser("sisters_of_a_vehicle", batch=BATCH.casefold(), vehicle=FACTS.first_vehicle)
        assert {row[0] for row in rows} == sisters


def test_q3_scrapped_without_its_pack(reported: Store, browser: Browser | None) -> None:
    found = findings(reported, FindingsQuestion(kind="scrapped_without_pack"), context(), rule_book())["findings"]
    wanted = next(w for w in FINDING_CASES if w.kind == "scrapped_without_pack")
    assert [tuple(f["items"]) for f in found] == [wanted.items]
    if browser is not None:
        assert [(row[0], *row[2]) for row in browser("scrapped_with_a_pack")] == [wanted.items]


def test_q4_where_is_it_now(reported: Store, browser: Browser | None) -> None:
    last = custody_questions.custody(reported, FACTS.unreceived_module, context())["segments"][-1]
    stated = ("in_transit", [FACTS.middle_party], FACTS.unsure_receiver)
    assert (last["status"], last["holders"], last["to"]) == stated
    if browser is not None:
        [row] = browser("where_is_it_now", item=FACTS.unreceived_module)
        assert (row[0], [row[1]], row[2]) == stated


def test_q6_one_code_in_two_places(reported: Store, browser: Browser | None) -> None:
    found = findings(reported, FindingsQuestion(kind="simultaneous_installation"), context(), rule_book())["findings"]
    wanted = next(w for w in FINDING_CASES if w.kind == "simultaneous_installation")
    assert [tuple(f["items"]) for f in found] == [wanted.items]
    if browser is not None:
        assert [tuple(row[:3]) for row in browser("in_two_wholes_at_once")] == [wanted.items]


def test_q7_a_pack_logs_in_from_another_car_than_it_is_registered_in(reported: Store, browser: Browser | None) -> None:
    [found] = findings(reported, FindingsQuestion(kind="seen_elsewhere"), context(), rule_book())["findings"]
    assert found["rule"] == "seen_elsewhere.in_another"
    assert found["items"] == [FACTS.old_pack, FACTS.first_vehicle, FACTS.second_vehicle]
    if browser is not None:
        assert [tuple(row[:3]) for row in browser("seen_in_another_car")] == [
            (FACTS.old_pack, FACTS.first_vehicle, [FACTS.second_vehicle])
        ]


@pytest.mark.parametrize("known_at", [FACTS.correction_unknown, FACTS.correction_known])
def test_q16_what_the_platform_answered_then(reported: Store, browser: Browser | None, known_at: str) -> None:
    card = item_questions.item(reported, FACTS.misread_pack, context(FACTS.misread_at, known_at))
    inside = [i["id"] for i in card["inside"]]
    assert inside == ([FACTS.swap_vehicle] if known_at == FACTS.correction_unknown else [])
    assert card["known_at"] is not None
    if browser is not None:
        rows = browser("as_answered_then", item=FACTS.misread_pack, at=FACTS.misread_at, known_at=known_at)
        assert [row[0] for row in rows] == inside


def test_q17_what_a_correction_changed(reported: Store, browser: Browser | None) -> None:
    question = ImpactQuestion(
        (FACTS.misread_pack, FACTS.swapped_in_pack), changed_since=parse_instant(FACTS.correction_unknown)
    )
    changed = lines(reported, question, at=FACTS.misread_at, known_at=FACTS.correction_known)
    found = {(x["change"], x["item"], x["whole"]) for x in changed if x["whole"]}
    assert found == {
        ("released", FACTS.misread_pack, FACTS.swap_vehicle),
        ("added", FACTS.swapped_in_pack, FACTS.swap_vehicle),
    }
    if browser is not None:
        rows = browser("what_a_correction_changed", correction=FACTS.correction)
        assert {row[0] for row in rows} == {"no longer believed", "believed since"}
        stays = browser("what_it_would_change", event=f"{FACTS.correction}#r")
        assert (FACTS.swapped_in_pack, FACTS.swap_vehicle) in {(row[0], row[1]) for row in stays}


def test_q20_is_the_pack_of_this_car_the_original(reported: Store, browser: Browser | None) -> None:
    question = TraceQuestion(FACTS.second_vehicle, "upstream", max_hops=1)
    trace = lineage_questions.trace(reported, question, context())
    packs = [(i["id"], i["windows"][0]) for i in trace["items"] if i["kind"] == "pack"]
    packs.sort(key=lambda pack: pack[1][0])
    assert len(packs) == 2
    assert packs[0][1][1] is not None
    assert packs[1] == (FACTS.old_pack, packs[1][1])
    owners = [
        h
        for s in custody_questions.custody(reported, FACTS.second_vehicle, context())["segments"]
        for h in s["holders"]
    ]
    assert all(o.startswith("owner:") or len(o) == 18 for o in owners)
    if browser is not None:
        rows = browser("is_the_pack_the_original", vehicle=FACTS.second_vehicle)
        assert [row[0] for row in rows] == [pack for pack, _ in packs]
        assert [row[2] is None for row in rows] == [False, True]


def everything(store: Store, when: Context) -> list[Json]:
    """One answer of each kind that looks at a store as known then."""
    path = PathQuestion(FACTS.swapped_module, FACTS.storage_pack)
    return [
        lineage_questions.trace(store, TraceQuestion(FACTS.swapped_module), when),
        lineage_questions.trace(store, TraceQuestion(FACTS.second_vehicle, "upstream"), when),
        lineage_questions.composition(store, FACTS.second_vehicle, when),
        find_path(store, path, when),
        custody_questions.holdings(store, HoldingsQuestion(FACTS.middle_party, limit=3), when),
    ]


def test_as_known_when_the_last_report_came_all_is_as_now(reported: Store) -> None:
    last = format_instant(reported.read(lambda reader: reader.state()).recorded)
    now = everything(reported, context("2025-06-01"))
    assert [len(answer.get("items", ())) for answer in now][4] == 3
    assert everything(reported, context("2025-06-01", last)) == now
    # Where no time is given, it is the transaction time.
    unsaid, stated = everything(reported, context(None, last)), everything(reported, context(last, last))
    assert unsaid[2]["tree"] == stated[2]["tree"]
    assert unsaid[4]["items"] == stated[4]["items"]


def guide_parameters() -> dict[str, str]:
    """The parameters that the first slide of the guide for Neo4j Browser sets, with the ids of the demonstration."""
    text = (files("cypher") / "browser" / "start.html").read_text("utf-8")
    line = next(line for line in text.splitlines() if ":params {" in line)
    given = dict(re.findall(r'(\w+): "([^"]*)"', line))
    facts = asdict(FACTS)
    return {name: re.sub(r"\{\{(\w+)\}\}", lambda hole: facts[hole[1]], value) for name, value in given.items()}


def test_every_query_of_the_browser_finds_something_with_the_parameters_of_the_guide(
    reported: Store, browser: Browser | None
) -> None:
    params = guide_parameters()
    names = sorted(path.name for path in (files("cypher") / "browser").iterdir() if path.name.endswith(".cypher"))
    assert len(names) > 10
    if browser is not None:
        assert [name for name in names if not browser(name.removesuffix(".cypher"), **params)] == []


def test_the_picture_as_known_then_is_not_the_naive_one(reported: Store, browser: Browser | None) -> None:
    params = guide_parameters()
    there = lineage_questions.composition(
        reported, FACTS.second_vehicle, context(at=FACTS.late_unknown, known_at=FACTS.late_unknown)
    )
    assert FACTS.swapped_module in orjson.dumps(there["tree"]).decode()
    if browser is not None:
        assert [row[1] for row in browser("as_known_then", **params)] == [FACTS.second_vehicle]
        naive = {row[1] for row in browser("naive_part_of", **params)}
        assert naive == {FACTS.first_vehicle, FACTS.second_vehicle}
