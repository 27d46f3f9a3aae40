"""The OpenAPI document: complete, its examples true to its schemas, and the service true to it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, cast

import httpx
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, seed, settings
from schemathesis import APIOperation, Case, CheckFunction, GenerationMode
from schemathesis.core.result import Ok

from api.app import create_app
from api.openapi.document import openapi
from api.routes import routes
from lineage.cli.demo import fill
from lineage.domain.compliance.rule_sets import STAGES
from lineage.domain.events.reading import read_event
from lineage.exchange.formats import MEDIA_TYPES
from lineage.operations.catalogue import OPERATIONS
from lineage.operations.json_encoding import encode
from lineage.stores import open_store
from lineage.synthetic.demo.history import demo_history
from tests.end_to_end.conftest import serving
from tests.questions import REQUESTS

DOCUMENT = openapi(routes())
METHODS = ("get", "post")
ROUTES = [
    (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if method in METHODS
]
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
Operation = APIOperation[Any, Any, Any, Any]
EVERY: list[Operation] = [cast(Ok[Operation], result).ok() for result in SCHEMA.get_all_operations()]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over the demonstration; random requests may add to it."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('openapi') / 'lineage.db'}")
    fill(store, demo_history())
    with serving(create_app(store)) as url:
        yield url
    store.close()


def test_the_service_hands_out_its_document_and_a_page_for_people(address: str) -> None:
    assert httpx.get(f"{address}/openapi.json").json() == DOCUMENT
    page = httpx.get(f"{address}/docs").text
    assert "GET /v1/items/{id}/lineage" in page
    assert "<script" not in page


def test_every_question_is_an_operation_of_the_document_and_the_other_way_round() -> None:
    reported = {operation["operationId"] for _, _, operation in ROUTES}

    others = {"load", "platform", "gbt32960", "check", "impact", "health", "ready"}
    assert reported == {q.name for q in OPERATIONS} | others


def test_every_parameter_states_what_it_takes() -> None:
    for _, path, operation in ROUTES:
        for parameter in operation.get("parameters", ()):
            assert parameter["description"].endswith(".") or parameter["in"] == "path", (path, parameter["name"])


def validator(schema: dict[str, object]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def test_every_answer_and_every_problem_has_an_example_that_fits_its_schema() -> None:
    for _, path, operation in ROUTES:
        for status, response in operation["responses"].items():
            for kind, content in response["content"].items():
                errors = [e.message for e in validator(content["schema"]).iter_errors(content["example"])]

                assert not errors, (path, status, kind, errors)


OF_EVENTS = {
    operation["operationId"]: operation for _, _, operation in ROUTES if operation["operationId"] in ("load", "check")
}


@pytest.mark.parametrize("name", ["load", "check"])
@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_every_media_type_of_events_has_an_example_that_would_be_accepted(name: str, kind: str) -> None:
    sent = OF_EVENTS[name]["requestBody"]["content"][kind]["example"]
    raw = sent.encode() if isinstance(sent, str) else encode(sent)

    lines = list(MEDIA_TYPES[kind].read([raw], strict=True).lines)

    assert lines
    for line in lines:
        assert line.error is None
        assert read_event(line.document, today=None, allow_recorded=False).warnings == ()


@pytest.mark.parametrize("name", ["load", "check"])
def test_the_example_of_a_refused_media_type_names_those_that_are_taken(name: str) -> None:
    (content,) = OF_EVENTS[name]["responses"]["415"]["content"].values()

    assert [kind for kind in MEDIA_TYPES if kind not in content["example"]["detail"]] == []


def test_what_may_be_null_and_which_stages_there_are_is_part_of_the_document() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for name in ("ItemAnswer", "Dossier"):
        assert {"type": "null"} in schemas[name]["properties"]["decoded"]["anyOf"], name
    for name in ("Responsibility", "Dossier"):
        stage = schemas[name]["properties"]["stage"]["anyOf"]
        assert stage == [{"type": "string", "enum": list(STAGES)}, {"type": "null"}], name


@pytest.mark.parametrize("operation", EVERY, ids=lambda o: o.label)
def test_valid_requests_are_answered_as_documented(address: str, operation: Operation) -> None:
    _hold(address, operation, GenerationMode.POSITIVE)


@pytest.mark.parametrize("operation", [o for o in EVERY if o.path.startswith("/v1/")], ids=lambda o: o.label)
def test_invalid_requests_are_answered_as_documented(address: str, operation: Operation) -> None:
    _hold(address, operation, GenerationMode.NEGATIVE)


@pytest.mark.parametrize("name", [q.name for q in OPERATIONS if "{id}" in q.path])
def test_requests_about_stored_items_are_answered_as_documented(address: str, name: str) -> None:
    operation = SCHEMA.find_operation_by_id(name)

    _hold(address, operation, GenerationMode.POSITIVE, REQUESTS[name].id)


def _hold(address: str, operation: Operation, mode: GenerationMode, item: str | None = None) -> None:
    @seed(1)
    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode, path_parameters=None if item is None else {"id": item}))
    def holds(case: Case[Any]) -> None:
        assume(not _is_blank(case.body))
        response = case.call(base_url=address)
        # No schema states how much is too much: what is refused for that alone is no wrong body that was taken.
        assume(response.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        case.validate_response(response, excluded_checks=[ACCEPTANCE])

    holds()


def _is_blank(body: object) -> bool:
    """A body of nothing but blanks is an empty one, which is taken."""
    return isinstance(body, bytes) and not body.strip()


# A schema cannot state that `at` goes without `from`, or that a day lies in the years 1990 to 2200.
ACCEPTANCE = cast(CheckFunction, schemathesis.checks.CHECKS.get_one("positive_data_acceptance"))
