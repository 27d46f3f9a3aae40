"""Lists as CSV: the same rows as in the JSON document, over HTTP and from the command."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lineage.operations.catalogue import BY_NAME
from lineage.operations.csv_encoding import columns_of, csv_of
from lineage.stores import open_store
from lineage.synthetic.demo.history import demo_facts
from tests.end_to_end.conftest import asking
from tests.end_to_end.http_and_cli import Command
from tests.questions import EVERY

FACTS = demo_facts()
LISTS = [request for request in EVERY if request.operation.rows]


@pytest.fixture
def server(demo: Command, sqlite_file: str) -> Iterator[httpx.Client]:
    store = open_store(sqlite_file)
    with asking(store) as client:
        yield client
    store.close()


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_each_list_has_a_header_and_a_line_for_each_row_in_http_and_from_the_command(
    demo: Command, server: httpx.Client
) -> None:
    for request in LISTS:
        printed = demo(*request.arguments, "--csv")
        answer = server.get(request.address, headers={"accept": "text/csv"})
        document: dict[str, Any] = server.get(request.address).json()
        operation = request.operation

        assert printed.exit_code == 0, printed.output
        assert printed.stdout_bytes == answer.content, request
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["vary"] == "Accept"
        assert answer.content.count(b"\r\n") == len(answer.content.splitlines()), request
        header, *rows = rows_of(answer.text)
        assert tuple(header) == columns_of(operation.answer, operation.rows)
        assert len(rows) == len(document[operation.rows]) > 0
        assert all(len(row) == len(header) for row in rows)


def test_a_cell_holds_what_the_document_holds(server: httpx.Client) -> None:
    address = f"/v1/parties/{FACTS.middle_party}/duties"
    duty = server.get(address).json()["duties"][0]
    header, first, *_ = rows_of(server.get(address, headers={"accept": "text/csv"}).text)
    row = dict(zip(header, first, strict=True))

    assert (row["trigger.event"], row["status"]) == (duty["trigger"]["event"], duty["status"])
    assert row["items"] == "; ".join(duty["items"])
    assert row["window.days"] == str(duty["window"]["days"])


def test_a_page_names_the_next_one_and_whether_it_is_complete(demo: Command, server: httpx.Client) -> None:
    answer = server.get("/v1/search?q=9XH&limit=2", headers={"accept": "text/csv"})
    following = answer.links["next"]["url"]
    second = rows_of(server.get(following, headers={"accept": "text/csv"}).text)[1:]

    assert answer.headers["lineage-complete"] == "true"
    assert [row[0] for row in second] == [hit["id"] for hit in server.get(following).json()["hits"]]
    assert second[0][0] not in answer.text
    assert "--cursor" in demo("search", "9XH", "--limit", "2", "--csv").stderr


def test_json_and_lines_are_what_they_were(server: httpx.Client) -> None:
    address = f"/v1/items/{FACTS.swapped_module}/lineage"
    kinds = [
        server.get(address, headers={"accept": accept}).headers["content-type"]
        for accept in ("*/*", "application/json, text/csv;q=0.5", "application/x-ndjson")
    ]
    assert kinds == ["application/json", "application/json", "application/x-ndjson"]
    assert server.get(f"/v1/items/{FACTS.swapped_module}", headers={"accept": "text/csv"}).json()["kind"] == "module"


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_evaluates_no_cell(evil: str) -> None:
    document = {"hits": [{"id": evil, "kind": "pack", "party": evil, "matched": "id"}]}
    row = rows_of(csv_of(BY_NAME["search"], document).decode())[1]

    assert row == [f"'{evil}", "pack", f"'{evil}", "id"]


def test_a_number_below_zero_stays_a_number_and_quotes_stay_in_one_cell() -> None:
    document = {"hits": [{"id": 'a,"b"\n', "kind": -1, "matched": None}]}

    assert rows_of(csv_of(BY_NAME["search"], document).decode())[1] == ['a,"b"\n', "-1", "", ""]


def test_json_and_csv_together_are_wrong_usage(demo: Command) -> None:
    assert demo("events", "--json", "--csv").exit_code == 2
    assert json.loads(demo("events", "--json", "--limit", "1").stdout)["events"]


def test_a_recall_is_a_list_too(demo: Command, server: httpx.Client) -> None:
    body = {"items": [FACTS.old_pack, FACTS.swapped_module]}
    lines = [json.loads(line) for line in server.post("/v1/impact", json=body).text.splitlines()]
    answer = server.post("/v1/impact", json=body, headers={"accept": "text/csv"})
    printed = demo("impact", *body["items"], "--csv")
    header, *rows = rows_of(answer.text)

    assert printed.exit_code == 0, printed.output
    assert printed.stdout_bytes == answer.content
    assert (header[:3], len(rows)) == (["status", "item", "whole"], len(lines) - 1)
    assert [row[:3] for row in rows] == [[line["status"], line["item"], line["whole"] or ""] for line in lines[:-1]]
