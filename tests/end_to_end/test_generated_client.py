"""A client that `openapi-python-client` generates from the document, used against a served demonstration."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, Final, get_args, get_type_hints

import attrs
import httpx
import pytest

from api.app import create_app
from lineage.cli.demo import fill
from lineage.operations.catalogue import BY_NAME
from lineage.stores import open_store
from lineage.synthetic.demo.history import demo_facts, demo_history
from tests.end_to_end.conftest import serving
from tests.questions import EVERY, Request

NAME: Final = "generated_lineage_client"
CONFIG: Final = "content_type_overrides:\n  application/x-ndjson: text/plain\npost_hooks: []\n"
"""The client of docs/http.md: lines are text to the generator. Nothing formats what it writes."""
FACTS: Final = demo_facts()
ITEM, PARTY = FACTS.swapped_module, FACTS.middle_party
FREE: Final = {"InspectedFindings", "DossierParties", "EventAnswerSent"}
"""Objects whose keys the contract leaves open."""


class Client:
    """The generated package, and a client of it for the served store."""

    def __init__(self, url: str) -> None:
        self.package = importlib.import_module(NAME)
        self.client = self.package.Client(base_url=url, timeout=httpx.Timeout(60.0), raise_on_unexpected_status=True)

    def model(self, name: str) -> Any:
        return getattr(importlib.import_module(f"{NAME}.models"), name)

    def route(self, name: str) -> ModuleType:
        return self.routes()[name]

    def routes(self) -> dict[str, ModuleType]:
        """The modules of all routes, by their names."""
        folder = Path(str(self.package.__file__)).parent / "api"
        return {
            path.stem: importlib.import_module(f"{NAME}.api.{path.parent.name}.{path.stem}")
            for path in folder.glob("*/*.py")
            if path.stem != "__init__"
        }

    def typed(self, request: Request) -> dict[str, Any]:
        """The arguments of a request, each of a type that the generated function takes."""
        hints = get_type_hints(self.route(request.operation.name).sync)
        names = {name: name if name in hints else f"{name}_" for name in request.values}
        values = {names[name]: typed(text, get_args(hints[names[name]])) for name, text in request.values.items()}
        return values | ({"id": request.id} if request.id else {})

    def call(self, name: str, **given: Any) -> Any:
        return self.route(name).sync(client=self.client, **given)


def typed(text: str, kinds: Sequence[Any]) -> Any:
    """The value of a text of the query: a word of an enumeration, a flag, a number, a date, or the text itself."""
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(text)
        if kind in (bool, int):
            return kind(json.loads(text))
        if kind is date:
            return date.fromisoformat(text)
    return text


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("generated")
    store = open_store(f"sqlite:///{folder / 'lineage.db'}")
    fill(store, demo_history())
    with serving(create_app(store)) as url:
        (folder / "openapi.json").write_bytes(httpx.get(f"{url}/openapi.json").content)
        (folder / "config.yaml").write_text(CONFIG)
        generate = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
        generate += ["--path", "openapi.json", "--config", "config.yaml", "--output-path", NAME]
        subprocess.run(generate, cwd=folder, check=True, capture_output=True)
        sys.path.insert(0, str(folder))
        try:
            generated = Client(url)
            with generated.client:
                yield generated
        finally:
            sys.path.remove(str(folder))
    store.close()


def untyped(value: Any, place: str) -> Iterator[str]:
    """Every place of a value that the document does not describe."""
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            inner = getattr(value, field.name)
            if field.name != "additional_properties":
                yield from untyped(inner, f"{place}.{field.name}")
            elif type(value).__name__ not in FREE:
                yield from (f"{place}[{name!r}]" for name in inner)
    elif isinstance(value, list):
        for n, member in enumerate(value):
            yield from untyped(member, f"{place}[{n}]")
    elif not isinstance(value, str | int | float | None | datetime | date | Enum) and type(value).__name__ != "Unset":
        yield f"{place}: {type(value).__name__}"


def test_every_route_has_a_function_that_returns_typed_values(client: Client) -> None:
    routes = client.routes()

    assert routes.keys() == {*BY_NAME, "health", "ready", "load", "platform", "gbt32960", "check", "impact"}
    for name, module in routes.items():
        returned = get_type_hints(module.sync)["return"]

        assert "Any" not in str(returned), name
        assert "None" in str(returned), name


@pytest.mark.parametrize("request_", EVERY, ids=str)
def test_an_answer_is_typed_down_to_its_last_field(client: Client, request_: Request) -> None:
    name = request_.operation.name
    answer = client.call(name, **client.typed(request_))

    assert not type(answer).__name__.endswith("Problem"), answer
    assert list(untyped(answer, name)) == []


@pytest.mark.parametrize("name", ["health", "ready"])
def test_the_state_of_the_service_is_typed_too(client: Client, name: str) -> None:
    assert list(untyped(client.call(name), name)) == []


def test_an_event_is_of_its_own_type(client: Client) -> None:
    answer = client.call("event", id=FACTS.correction)

    assert isinstance(answer.event, client.model("Corrected"))
    assert isinstance(answer.recorded, datetime)
    assert {type(row.event) for row in client.call("events", limit=1000).events} >= {
        client.model(name) for name in ("Produced", "Assembled", "Transferred", "Enrolled", "Corrected")
    }


def test_a_refused_question_is_a_problem_with_its_code(client: Client) -> None:
    unknown = client.call("item", id="urn:x:unknown")
    wrong = client.call("search", q="")

    assert (type(unknown), unknown.code) == (client.model("Problem"), "unknown_item")
    assert [(error.path, error.code) for error in wrong.errors] == [("q", "text_length")]


def test_a_recall_is_sent_typed_and_each_line_of_the_answer_has_a_type(client: Client) -> None:
    text = client.call("impact", body=client.model("Recall")(items=[ITEM]))

    *lines, last = [json.loads(line) for line in text.splitlines()]
    concerns = [client.model("Concern").from_dict(line) for line in lines]
    totals = client.model("ImpactTotals").from_dict(last)
    assert concerns
    assert [place for value in (*concerns, totals) for place in untyped(value, "impact")] == []
    assert {concern.item for concern in concerns} == {ITEM}
    assert totals.totals.items == 1


def test_messages_are_sent_and_their_counts_are_typed(client: Client) -> None:
    record = {"vin": "LZATEST15M0000101", "saleTime": "2021-06-01", "licensePlate": "x"}
    message = {"interface": "receiveSaleVehicle", "account": "91990000TT7101011B", "message": record}

    answer = client.call("platform", body=[message])

    assert (type(answer), answer.accepted) == (client.model("Converted"), 1)
    assert answer.personal.additional_properties == {"licensePlate": 1}


@pytest.fixture
def event(client: Client) -> Callable[[str], Any]:
    def made(item: str) -> Any:
        declared = client.model("Declared")(id=item, kind=client.model("DeclaredKind")("cell"))
        return client.model("Produced")(type_="produced", time="2024-05-01", reporter="urn:x:maker", items=[declared])

    return made


def test_events_are_sent_and_judged_typed(client: Client, event: Callable[[str], Any]) -> None:
    checked = client.call("check", body=[event("urn:x:new-cell")])
    loaded = client.call("load", body=[event("urn:x:new-cell")])

    assert (type(checked), checked.checked) == (client.model("Checked"), 1)
    assert (type(loaded), loaded.accepted) == (client.model("Loaded"), 1)
    assert [place for value in (checked, loaded) for place in untyped(value, "events")] == []
