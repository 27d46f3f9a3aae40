"""The dossier: what stands in it, and the page that people print."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api.pages.dossier import page
from api.pages.dossier_text import EN, ZH
from lineage.cli.demo import fill
from lineage.reference.rule_files import rule_book
from lineage.service.questions.dossier import dossier
from lineage.stores import open_store
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_facts, demo_history
from tests import builders as b
from tests.builders import Json
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import Command
from tests.service_client import ServiceClient, load_events

FACTS = demo_facts()
AT = "2022-06-10"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('dossier') / 'demo.db'}"
    store = open_store(url)
    fill(store, demo_history())
    store.close()
    return url


def reported(store: Store, item: str, at: str, known_at: str | None = None) -> Json:
    return dossier(store, item, ServiceClient(store, known_at).context(at), rule_book())


def test_it_agrees_with_the_other_questions(demo_store: Store) -> None:
    answers = ServiceClient(demo_store)
    found = reported(demo_store, FACTS.first_vehicle, AT)

    assert found["composition"] == answers.composition(FACTS.first_vehicle, AT)["tree"]
    responsible = answers.responsibility(FACTS.first_vehicle, AT)
    assert {f: found[f] for f in responsible if f not in ("unknown", "cut")} == {
        f: v for f, v in responsible.items() if f not in ("unknown", "cut")
    }
    assert [e["time"] for e in found["timeline"]] == sorted(e["time"] for e in found["timeline"])
    assert max(e["time"] for e in found["timeline"]) < "2022-06-10"
    assert found["digest"] == demo_store.read(lambda reader: reader.state()).digest


def test_every_event_that_it_names_is_among_the_evidence_with_its_row(demo_store: Store) -> None:
    found = reported(demo_store, FACTS.first_vehicle, AT)
    named = {e for row in (*found["custody"], *found["answerable"], *found["owners"]) for e in row["events"]}
    named |= {row["id"] for row in found["timeline"]} | {e for d in found["duties"] for e in d["proof"]}
    rows = {row["id"]: row["position"] for row in found["evidence"]}

    assert named <= rows.keys()
    entries = demo_store.read(lambda reader: reader.entries_by_id(list(rows)))
    assert rows == {i: e.position for i, e in entries.items()}


def test_sibling_items_share_a_label_or_a_lot_and_the_closest_come_first(store: Store) -> None:
    lot = b.lot(7, b.MAKER)
    made = [
        b.produced({"id": f"urn:x:p{n}", "kind": "pack", "batch": "B-1" if n < 3 else "B-2"}, event_id=f"made{n}")
        for n in (1, 2, 3, 4)
    ]
    cells = b.produced({"id": lot, "kind": "lot"}, event_id="cells")
    fitted = [b.assembled(f"urn:x:p{n}", lot, time="2024-01-02", event_id=f"in{n}") for n in (1, 2, 3)]
    other = b.produced({"id": "urn:x:q", "kind": "pack", "batch": "B-1"}, reporter=b.OEM, event_id="other")
    load_events(store, [*made, cells, *fitted, other])

    found = reported(store, "urn:x:p1", "2024-02-01")

    assert [(s["id"], s["shared"]) for s in found["siblings"]] == [
        ("urn:x:p2", ["B-1", lot]),
        ("urn:x:p3", [lot]),
    ]
    assert found["siblings_complete"]


def test_as_known_then_it_leaves_out_what_was_learned_later(demo_store: Store) -> None:
    found = reported(demo_store, FACTS.swapped_module, "2023-01-01", "2023-06-01")
    later = reported(demo_store, FACTS.swapped_module, "2023-01-01")

    assert found["custody"][-1]["via"] == [FACTS.old_pack, FACTS.first_vehicle]
    assert later["custody"][-1]["via"] == []
    assert all(e["recorded"] <= "2023-06-01" for e in found["evidence"])


class Tags(HTMLParser):
    """The tags of a page, and everything that it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.fetched += [
            str(value) for name, value in attrs if name in ("src", "href", "style") and "url(" in str(value)
        ]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize(("lang", "word"), [("en", "Responsible parties"), ("zh", "责任主体")])
def test_the_page_needs_nothing_runs_nothing_and_speaks_its_language(url: str, lang: str, word: str) -> None:
    store = open_store(url)
    with asking(store) as client:
        address = f"/v1/items/{FACTS.first_vehicle}/dossier?at={AT}&lang={lang}"
        response = client.get(address, headers={"accept": "text/html"})
    store.close()
    page = Tags(response.text)

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert page.fetched == []
    assert word in page.texts
    assert "2020-03-30" in page.texts
    assert any("Yunfan Auto" in text for text in page.texts)


def page_of(url: str, item: str, at: str) -> str:
    """The page of an item in English."""
    store = open_store(url)
    with asking(store) as client:
        page = client.get(f"/v1/items/{item}/dossier?at={at}", headers={"accept": "text/html"}).text
    store.close()
    return page


def test_the_page_has_a_picture_of_each_holder_and_each_report(url: str) -> None:
    store = open_store(url)
    found = reported(store, FACTS.second_vehicle, "2024-06-10")
    store.close()
    drawing = page_of(url, FACTS.second_vehicle, "2024-06-10").partition("<svg")[2].partition("</svg>")[0]

    assert drawing.count("<rect") == len(found["custody"]) > 2
    assert drawing.count('class="mark"') == len(found["timeline"]) > 2
    assert "owner:" in drawing
    assert "2020-07-10" in drawing
    assert "2024-06-10" in drawing


def test_every_link_of_the_page_leads_to_a_place_on_it(url: str) -> None:
    page = page_of(url, FACTS.second_vehicle, "2024-06-10")
    links, places = set(re.findall(r'href="([^"]*)"', page)), re.findall(r' id="([^"]*)"', page)

    assert links <= {f"#{place}" for place in places}
    assert any(link.startswith("#item-") for link in links)
    assert any(link.startswith("#event-") for link in links)
    assert len(places) == len(set(places))


def test_the_page_fits_a_narrow_screen_and_is_numbered_in_print(url: str) -> None:
    page = page_of(url, FACTS.second_vehicle, "2024-06-10")

    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "counter(page)" in page
    assert '<td data-label="Party">' in page


def test_the_page_names_findings_and_where_the_parts_had_been(url: str) -> None:
    page = page_of(url, FACTS.second_vehicle, "2024-06-10")
    sections = dict(re.findall(r"<h2>([^<]*)</h2>(.*?)(?=<h2>|$)", page, re.DOTALL))

    assert "came 538 days after" in sections["Open findings"]
    assert FACTS.old_pack in sections["Where the parts were before"]
    assert FACTS.first_vehicle in sections["Where the parts were before"]


def test_json_is_the_default_and_a_page_is_given_on_request(url: str) -> None:
    store = open_store(url)
    with asking(store) as client:
        address = f"/v1/items/{FACTS.first_vehicle}/dossier"
        kinds = [
            client.get(address, headers={"accept": accept}).headers["content-type"]
            for accept in ("*/*", "application/json, text/html;q=0.5", "text/html,application/xhtml+xml,*/*;q=0.8")
        ]
    store.close()

    assert kinds == ["application/json", "application/json", "text/html; charset=utf-8"]


def test_the_command_writes_the_page_that_http_answers(lineage: Command, url: str, tmp_path: Path) -> None:
    file = tmp_path / "car.html"
    done = lineage("dossier", FACTS.first_vehicle, "--at", AT, "--lang", "zh", "--html", str(file), "--store", url)
    store = open_store(url)
    with asking(store) as client:
        address = f"/v1/items/{FACTS.first_vehicle}/dossier?at={AT}&lang=zh"
        page = client.get(address, headers={"accept": "text/html"}).content
    store.close()

    assert (done.exit_code, done.stdout) == (0, f"Written: {file}\n")
    assert file.read_bytes() == page


def test_what_was_reported_cannot_write_the_page(store: Store) -> None:
    evil = "<script>alert(1)</script>"
    load_events(
        store,
        [
            b.enrolled(b.MAKER, "BATTERY_MAKER", name=evil, event_id="who"),
            b.produced({"id": "urn:x:p", "kind": "pack", "model": evil, "batch": evil}, event_id="<img src=x>"),
            b.inspected(
                "urn:x:p", time="2024-02-01", event_id="seen", step="repair", evidence=[{"kind": evil, "ref": evil}]
            ),
        ],
    )
    with asking(store) as client:
        page = client.get("/v1/items/urn%3Ax%3Ap/dossier", headers={"accept": "text/html"}).text

    assert evil not in page
    assert Tags(page).tags.isdisjoint({"script", "img"})
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_states_that_an_item_is_not_yet_born_and_what_it_did_not_search(demo_store: Store, lang: str) -> None:
    words = EN if lang == "en" else ZH
    before = page(reported(demo_store, FACTS.first_vehicle, "2000-01-01"), lang).decode()
    now = reported(demo_store, FACTS.first_vehicle, AT)
    searched, cut = (
        page({**now, "findings": [], "findings_complete": known}, lang).decode() for known in (True, False)
    )

    assert words("not_yet_born") in before
    assert words("not_yet_born") not in searched
    assert words("nothing_wrong") in searched
    assert words("nothing_wrong") not in cut
    assert words("findings_cut") in cut
