"""The commands of the questions, made from the catalogue: the parameters and the answers are those of HTTP."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lineage.cli.rendering.renderer import Renderer, read_zone, with_offsets
from lineage.cli.rendering.tables import draw, party_ids
from lineage.cli.session import (
    CHINA,
    REJECTED,
    CsvOption,
    JsonOption,
    StoreOption,
    ZoneOption,
    answer,
    opened,
    refuse_both,
    report_errors,
    write_csv,
    write_document,
)
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import InvalidRulesError
from lineage.domain.instants import parse_instant
from lineage.operations.csv_encoding import csv_of
from lineage.operations.json_encoding import encode
from lineage.operations.operation import Operation, system_clock
from lineage.reference.rule_files import read_rules, rule_book
from lineage.service.answers import Context, Document
from lineage.service.questions.party import party_names
from lineage.stores.interface import Store

RulesOption = Annotated[
    str | None, typer.Option("--rules", metavar="FILE", help="Apply the rules of this file where they are valid.")
]
MOST_RULES: Final = 1024 * 1024
Options = Mapping[str, str | None]
Command = Callable[..., None]
_SUBJECTS: Final = {"items": "an item", "parties": "a party", "events": "an event"}
_COMMON: Final = (("store", StoreOption, None), ("as_json", JsonOption, False), ("tz", ZoneOption, CHINA))


def command_of(operation: Operation[Any]) -> Command:
    """Return the command of a question: required parameters are arguments, the others options of the same names."""

    def command(**given: Any) -> None:  # noqa: ANN401 - as typer reads them
        common = {name: given.pop(name) for name, _, _ in _COMMON}
        id, rules, as_csv = given.pop("id", None), given.pop("rules", None), given.pop("as_csv", False)
        show(operation, id, sent_as(operation.parameters, given), rules=rules, as_csv=as_csv, **common)

    shown = list(_signature(operation))
    command.__name__, command.__doc__ = operation.name, operation.summary
    command.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return command


def _signature(operation: Operation[Any]) -> Iterator[inspect.Parameter]:
    if operation.has_id:
        about = f"The id of {_SUBJECTS[operation.path.split('/')[2]]}."
        yield _parameter("id", Annotated[str, typer.Argument(metavar="ID", help=about)])
    schemas = operation.parameters.model_json_schema()["properties"]
    for name, field in operation.parameters.model_fields.items():
        yield _argument(name, field) if field.is_required() else _option(name, field, schemas[field.alias or name])
    if operation.takes_rules:
        yield _parameter("rules", RulesOption, None)
    if operation.rows:
        yield _parameter("as_csv", CsvOption, False)
    for name, kind, default in _COMMON:
        yield _parameter(name, kind, default)


def _argument(name: str, field: FieldInfo) -> inspect.Parameter:
    metavar = (field.title or name).upper()
    return _parameter(name, Annotated[str, typer.Argument(metavar=metavar, help=field.description)])


def _option(name: str, field: FieldInfo, schema: Mapping[str, Any]) -> inspect.Parameter:
    about = field.description or ""
    if field.default not in (None, False):
        about += f" Default: {field.default}."
    flag = f"--{(field.alias or name).replace('_', '-')}"
    if schema.get("type") == "boolean":
        return _parameter(name, Annotated[bool, typer.Option(flag, help=about)], False)
    metavar = "N" if schema.get("type") == "integer" else "WORD" if {"enum", "const"} & schema.keys() else "TEXT"
    metavar = "TIME" if "anyOf" in schema else metavar
    return _parameter(name, Annotated[str | None, typer.Option(flag, metavar=metavar, help=about)], None)


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:  # noqa: ANN401
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def sent_as(model: type[BaseModel], given: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the values as texts under their names in HTTP; a flag that is not set is `None`."""
    names = {name: field.alias or name for name, field in model.model_fields.items()}
    return {names[name]: _as_text(value) for name, value in given.items()}


def _as_text(value: str | bool | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else None
    return value


def show(
    operation: Operation[Any],
    id: str | None,
    options: Options,
    *,
    store: str | None,
    as_json: bool,
    tz: str,
    rules: str | None = None,
    as_csv: bool = False,
) -> None:
    """Answer the question, and print the document or its tables; `rules` names a file of rules to apply."""
    refuse_both(as_json=as_json, as_csv=as_csv)
    with report_errors(as_json=as_json), opened(store) as open_one:
        zone = read_zone(tz)
        book = None if rules is None else read_book(rules)
        document = answer(open_one, operation, with_offsets(options, zone), id, book)
        if as_json:
            write_document(encode(document))
        elif as_csv:
            write_csv(csv_of(operation, document))
            _state_rest(document)
        else:
            draw(operation.name, Renderer(zone, names_in(open_one, document)), document)
        if operation.name == "path" and not document["paths"]:
            raise typer.Exit(REJECTED)


def _state_rest(document: Document) -> None:
    """State on standard error what a list as CSV leaves out, so that the file has rows alone."""
    if document.get("next") is not None:
        print(f"lineage: There is more: --cursor {document['next']}", file=sys.stderr)
    if not document["complete"]:
        print("lineage: This list is incomplete: a limit left rows out.", file=sys.stderr)


def read_book(file: str) -> RuleBook:
    """Return the rules of the release, with those of a file before them. Raises InvalidRulesError, OSError."""
    with open(file, "rb") as stream:
        content = stream.read(MOST_RULES + 1)
    if len(content) > MOST_RULES:
        raise InvalidRulesError(file, "", "this is larger than 1 MiB, and no file of rules")
    return rule_book().with_first(read_rules(content, file))


def names_in(store: Store, document: Document) -> dict[str, str]:
    """Return the names of the parties in an answer by id, at its time and as known at its transaction time."""
    ids = party_ids(document)
    if not ids:
        return {}
    now = system_clock()
    at, known_at = (None if text is None else parse_instant(text) for text in (document["as_of"], document["known_at"]))
    return party_names(store, sorted(ids), Context(now, lambda: False, at or now, known_at))
