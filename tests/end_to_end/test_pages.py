"""The pages for people: where `/` leads, the reference with its contents, and the forms to try a question."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest

from api.app import create_app
from lineage.cli.demo import fill
from lineage.operations.catalogue import BY_NAME, OPERATIONS
from lineage.operations.parameters import names_of
from lineage.stores import open_store
from lineage.synthetic.demo.history import demo_facts, demo_history
from tests.end_to_end.conftest import serving

FACTS = demo_facts()
Attributes = dict[str, str | None]


class Page(HTMLParser):
    """The links, the ids, the forms and the tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.forms: list[tuple[Attributes, list[Attributes]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.links += [href] if (href := found.get("href")) else []
        self.ids += [id] if (id := found.get("id")) else []
        if tag == "form":
            self.forms.append((found, []))
        elif tag in ("input", "select") and self.forms:
            self.forms[-1][1].append(found)

    def form_of(self, question: str) -> list[Attributes]:
        return next(fields for _, fields in self.forms if any(f.get("value") == question for f in fields))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('pages') / 'lineage.db'}")
    fill(store, demo_history())
    with serving(create_app(store)) as url, httpx.Client(base_url=url, timeout=60, follow_redirects=True) as client:
        yield client
    store.close()


def test_the_root_leads_to_what_there_is(client: httpx.Client) -> None:
    answer = client.get("/")

    links = Page(answer.text).links
    assert answer.headers["content-type"].startswith("text/html")
    assert {"docs", "openapi.json", "health"} <= set(links)
    assert [client.get(f"/{link}").status_code for link in links] == [200] * len(links)


@pytest.mark.parametrize("address", ["/", "/docs"])
def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(client: httpx.Client, address: str) -> None:
    answer = client.get(address)

    page = Page(answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert page.tags & {"script", "img", "link", "iframe"} == set()
    assert [link for link in page.links if "//" in link] == []


def test_the_reference_has_contents_that_lead_to_every_route(client: httpx.Client) -> None:
    page = Page(client.get("/docs").text)
    operations = [o for methods in client.get("/openapi.json").json()["paths"].values() for o in methods.values()]

    names = {operation["operationId"] for operation in operations}
    assert {link[1:] for link in page.links if link.startswith("#")} == names
    assert set(page.ids) == names


@pytest.mark.parametrize("name", [operation.name for operation in OPERATIONS])
def test_a_form_has_a_field_for_everything_that_the_question_takes(client: httpx.Client, name: str) -> None:
    fields = {field.get("name") for field in Page(client.get("/docs").text).form_of(name)}

    operation = BY_NAME[name]
    assert fields == {"question", *(["id"] if operation.has_id else []), *names_of(operation.parameters)}


@pytest.mark.parametrize("name", [operation.name for operation in OPERATIONS])
def test_a_form_sent_as_it_stands_reaches_the_question(client: httpx.Client, name: str) -> None:
    fields = Page(client.get("/docs").text).form_of(name)
    sent = {str(f["name"]): str(f.get("value") or "") for f in fields if f.get("type") != "checkbox"}

    answer = client.get("/docs/try", params=sent)

    assert [r.status_code for r in answer.history] == [303]
    assert answer.url.path.startswith("/v1/")
    # The examples name items of a demonstration, which need not be those of this store.
    assert answer.status_code == 200 or answer.json()["code"].startswith("unknown_"), answer.text


def test_a_form_puts_an_id_with_a_slash_into_the_address_and_leaves_out_what_is_empty(client: httpx.Client) -> None:
    item = "https://example.com/a/b?c=d#e"

    answer = client.get("/docs/try", params={"question": "custody", "id": item, "known_at": ""}, follow_redirects=False)

    assert answer.headers["location"] == f"../v1/items/{quote(item, safe='')}/custody"


@pytest.mark.parametrize(
    ("query", "status", "code"), [("question=item", 422, "missing_parameter"), ("question=odd", 404, "not_found")]
)
def test_a_form_that_names_no_question_or_no_id_is_refused(
    client: httpx.Client, query: str, status: int, code: str
) -> None:
    answer = client.get(f"/docs/try?{query}")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
