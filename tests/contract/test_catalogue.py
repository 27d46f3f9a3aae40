"""One declaration a question: its answers fit their type, and its command takes what HTTP takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
import typer.main
from pydantic import TypeAdapter
from typer.testing import CliRunner

from api.routes import routes
from lineage.cli.commands import app
from lineage.cli.demo import fill
from lineage.cli.questions import command_of
from lineage.domain.instants import parse_instant
from lineage.operations.catalogue import OPERATIONS
from lineage.operations.deadline import Deadline
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import Omittable, Parameters, Time, known_at, names_of, read_parameters
from lineage.service.answers import Document, build_answer
from lineage.service.documents.common import AnswerDocument
from lineage.stores import open_store
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_history
from tests.questions import EVERY, Request

NOW: Final = parse_instant("2026-11-22T00:00:00Z")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('catalogue') / 'lineage.db'}")
    fill(store, demo_history())
    yield store
    store.close()


def answer_of(store: Store, request: Request) -> Document:
    operation, parameters = request.operation, read_parameters(request.operation.parameters, request.values.items())
    question = operation.question(parameters, clock=lambda: NOW, deadline=Deadline(60), id=request.id)
    return operation.call(store, question)


def undeclared(answer: Any, schema: dict[str, Any], definitions: dict[str, Any], place: str) -> Iterator[str]:
    """Places of an answer of which its schema has no word."""
    kinds = [kind for kind in schema.get("anyOf", [schema]) if kind != {"type": "null"}]
    schema = kinds[0]
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if isinstance(answer, list):
        for n, member in enumerate(answer):
            yield from undeclared(member, schema.get("items", {}), definitions, f"{place}[{n}]")
        return
    if not isinstance(answer, dict) or "discriminator" in schema or "additionalProperties" in schema:
        return
    for name, value in answer.items():
        if name not in schema.get("properties", {}):
            yield f"{place}.{name}"
        else:
            yield from undeclared(value, schema["properties"][name], definitions, f"{place}.{name}")


@pytest.mark.parametrize("request_", EVERY, ids=str)
def test_an_answer_has_the_fields_of_its_type_and_no_other(demonstration: Store, request_: Request) -> None:
    operation = request_.operation
    answer, adapter = answer_of(demonstration, request_), TypeAdapter(operation.answer)

    adapter.validate_python(answer)
    schema = adapter.json_schema()
    assert list(undeclared(answer, schema, schema["$defs"], operation.name)) == []


def options_of(name: str) -> set[str]:
    group: Any = typer.main.get_command(app)
    return {option for p in group.commands[name].params for option in (p.opts if p.param_type_name == "option" else [])}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_a_command_takes_what_the_address_takes(operation: Operation[Any]) -> None:
    required = {f.alias or name for name, f in operation.parameters.model_fields.items() if f.is_required()}
    optional = {name for name in names_of(operation.parameters) if name not in required}

    assert {f"--{name.replace('_', '-')}" for name in optional} <= options_of(operation.name)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_a_question_that_is_declared_has_an_address(operation: Operation[Any]) -> None:
    assert operation.path in {route.path_format for route in routes()}


class CountParameters(Parameters):
    """By when."""

    known_at: Omittable[Time] = known_at()


class Counted(AnswerDocument):
    """How many events there are."""

    total: int
    rows: list[dict[str, str]]


def _count(store: Store, question: Question[CountParameters]) -> Document:
    state = store.read(lambda reader: reader.state())
    return build_answer(state, question.context, {"total": state.position, "rows": [{"id": "a row"}]})


def test_a_new_declaration_is_a_command_that_is_drawn_without_a_picture_of_its_own(demonstration: Store) -> None:
    new = Operation("count", "/v1/count", "Count the events.", CountParameters, Counted, _count, {})
    program = typer.Typer()
    program.command("count")(command_of(new))

    shown = CliRunner().invoke(program, ["--store", demonstration.url, "--known-at", "2026-07-01"])
    as_json = CliRunner().invoke(program, ["--store", demonstration.url, "--json"])

    assert shown.exit_code == 0, shown.output
    assert shown.output.split()[:2] == ["total", str(json.loads(as_json.output)["total"])]
    assert "a row" in shown.output
