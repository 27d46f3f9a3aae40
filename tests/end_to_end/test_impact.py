"""A recall over HTTP and with the command: the same lines, and what is refused."""

from __future__ import annotations

from hashlib import sha256

import orjson
import pytest

from lineage.stores import open_store
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_facts
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import Command

FACTS = demo_facts(1)


def test_http_and_cli_stream_the_same_lines_and_seal_them(demo: Command, sqlite_file: str) -> None:
    store = open_store(sqlite_file)
    with asking(store) as client:
        for stated, arguments in (
            (
                {"items": [FACTS.swapped_module, FACTS.unreceived_module]},
                [FACTS.swapped_module, FACTS.unreceived_module],
            ),
            ({"model": "Xinghe City 013", "kind": "pack"}, ["--model", "Xinghe City 013", "--kind", "pack"]),
        ):
            times = {"at": "2026-11-01", "changed_since": "2021-01-01"}
            answer = client.post("/v1/impact", json={**stated, **times})
            printed = demo("impact", *arguments, "--at", "2026-11-01", "--changed-since", "2021-01-01", "--json")
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "application/x-ndjson"
            assert printed.stdout_bytes == answer.content
            *lines, last = answer.content.splitlines(keepends=True)
            assert lines
            assert orjson.loads(last)["digest"] == sha256(b"".join(lines)).hexdigest()
    store.close()


@pytest.mark.parametrize(
    ("body", "status", "codes"),
    [
        (b"{", 400, {"bad_json"}),
        (b"[]", 400, {"bad_json"}),
        (b"{}", 422, {"missing_parameter"}),
        (b'{"items":[]}', 422, {"wrong_type"}),
        (b'{"items":["urn:x:1"],"model":"M"}', 422, {"items_with_declaration"}),
        (b'{"colour":"red","model":7}', 422, {"unknown_parameter", "wrong_type"}),
        (b'{"kind":"odd","produced_from":"soon"}', 422, {"not_a_choice", "time_form"}),
    ],
)
def test_what_cannot_be_recalled_is_refused_before_the_first_line(
    demo_store: Store, body: bytes, status: int, codes: set[str]
) -> None:
    with asking(demo_store) as client:
        answer = client.post("/v1/impact", content=body, headers={"content-type": "application/json"})
    document = answer.json()
    assert answer.status_code == status
    assert {document["code"], *(e["code"] for e in document.get("errors", []))} >= codes


def test_people_see_a_table_and_what_it_comes_to(demo: Command) -> None:
    reported = demo("impact", FACTS.swapped_module, "--at", "2026-11-01").stdout
    assert FACTS.swapped_module in reported
    assert "1 item recalled" in reported
    assert "Sealed as of event" in reported
