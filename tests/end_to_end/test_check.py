"""Checking before reporting, over HTTP and with the command."""

from __future__ import annotations

import io
from pathlib import Path

import httpx
import orjson
import pytest

from api import routes_events
from lineage.cli.demo import fill
from lineage.exchange.catenax.reader import read_catenax
from lineage.exchange.formats import FORMATS, MEDIA_TYPES
from lineage.stores import open_store
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_facts, demo_history
from tests import builders as b
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import Command
from tests.paths import CATENAX, ROOT

FACTS = demo_facts()
UNHURRIED_S = 60.0
"""A limit of a read that a busy machine does not reach: what is cut is another test's."""
EVENT = b.transferred(
    FACTS.unreceived_module,
    giver=FACTS.middle_party,
    taker="owner:wu",
    time="2025-05-06",
    step="collection",
    event_id="e-1",
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('check') / 'demo.db'}"
    store = open_store(url)
    fill(store, demo_history())
    store.close()
    return url


def test_http_and_cli_find_the_same_and_nothing_is_stored(lineage: Command, url: str, tmp_path: Path) -> None:
    file = tmp_path / "tomorrow.jsonl"
    file.write_bytes(orjson.dumps(EVENT) + b"\n" + orjson.dumps({**EVENT, "id": "e-2", "colour": "red"}) + b"\n")
    store = open_store(url)
    with asking(store) as client:
        answered = client.post("/v1/check", content=file.read_bytes(), headers={"content-type": "application/x-ndjson"})
        known = client.get("/v1/events/e-1").status_code
    store.close()
    printed = lineage("check", str(file), "--json", "--store", url)
    shown = lineage("check", str(file), "--store", url)

    assert answered.status_code == 200
    assert printed.stdout_bytes == answered.content + b"\n"
    assert (printed.exit_code, known) == (1, 404)
    found = answered.json()
    assert (found["checked"], found["clear"], found["rejected"]) == (1, 0, 1)
    assert [f["kind"] for f in found["judgements"][0]["findings"]] == ["late_report", "unqualified_receiver"]
    assert "A private person may not take it." in shown.stdout
    assert "unknown_field" in shown.stdout


def test_a_file_without_problems_is_reported_as_clear_and_ends_well(lineage: Command, url: str, tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    file.write_bytes(orjson.dumps(b.inspected(FACTS.old_pack, time="2026-11-01", reporter=FACTS.middle_party)))

    done = lineage("check", str(file), "--store", url)

    assert done.exit_code == 0
    assert "1 event checked, 1 without findings; 0 would be refused." in done.stdout


def test_what_cannot_be_judged_is_refused_as_a_load_would_be(client: httpx.Client) -> None:
    def sent(body: bytes, kind: str = "application/json") -> tuple[int, str]:
        response = client.post("/v1/check", content=body, headers={"content-type": kind})
        return response.status_code, response.json().get("code", "")

    assert sent(b"[") == (400, "bad_json")
    assert sent(b"{}") == (422, "events_rejected")
    assert sent(b"{}", "text/plain") == (415, "unsupported_media_type")
    assert sent(b"[" + b" " * 2**20 + b"]") == (413, "too_large")
    assert sent(orjson.dumps([{}] * 1_001)) == (413, "too_large")
    assert sent(b"") == (200, "")
    assert client.get("/v1/check").status_code == 405


def test_a_body_is_read_in_the_format_of_its_media_type_and_what_is_not_read_is_reported(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "application/x-catenax"
    monkeypatch.setitem(MEDIA_TYPES, kind, FORMATS["catenax"])
    monkeypatch.setattr(routes_events, "TAKEN", (*routes_events.TAKEN, kind))
    aspects = (CATENAX / "electric-vehicle-submodels.json").read_bytes()
    number = len(read_catenax(io.BytesIO(aspects)).events)

    with asking(store, read_seconds=UNHURRIED_S) as client:
        for address, counted in (("/v1/check", "checked"), ("/v1/events", "accepted")):
            answer = client.post(address, content=aspects, headers={"content-type": kind}).json()
            broken = client.post(address, content=b"[", headers={"content-type": kind}).json()

            assert (answer[counted] + answer.get("duplicate", 0), answer["errors"]) == (number, [])
            assert [report["errors"] for report in answer["catenax"]] == [[]]
            assert [error["code"] for report in broken["catenax"] for error in report["errors"]] == ["unreadable"]


def test_rules_of_ones_own_change_the_judgement(lineage: Command, url: str, tmp_path: Path) -> None:
    rules, broken = tmp_path / "mine.toml", tmp_path / "broken.toml"
    source = ROOT / "lineage" / "reference" / "rules" / "R2018.toml"
    rules.write_text(source.read_text("utf-8").replace("window = 30", "window = 600"), "utf-8")
    broken.write_text("[set]\nid = 3\n")
    context = ("responsibility", FACTS.swapped_module, "--at", "2023-06-01", "--json", "--store", url)

    usual, mine = (orjson.loads(lineage(*context, *more).stdout_bytes) for more in ((), ("--rules", str(rules))))

    assert [d["status"] for d in usual["duties"]] == ["late"]
    assert [d["status"] for d in mine["duties"]] == ["met"]
    refused = lineage(*context[:2], "--rules", str(broken), "--store", url)
    assert (refused.exit_code, "bad_rules" in refused.stderr) == (2, True)
