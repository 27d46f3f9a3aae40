"""Lists as CSV (RFC 4180): UTF-8, a header row, CRLF; the columns are those of the declared type of a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from lineage.operations.json_encoding import encode
from lineage.operations.operation import Operation
from lineage.service.answers import Document

Schema = Mapping[str, Any]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would evaluate."""


def csv_of(operation: Operation[Any], document: Document) -> bytes:
    """Return the list of an answer as CSV, a row for each entry; `operation` declares which field the list is.

    A field of an object has a column `object.field`. A list of texts is one cell, separated by `; `; every other list
    is JSON.
    """
    columns = columns_of(operation.answer, operation.rows)
    return header_of(columns) + rows_of(columns, document[operation.rows])


def header_of(columns: Sequence[str]) -> bytes:
    """Return the header row."""
    return _lines([columns])


def rows_of(columns: Sequence[str], documents: Iterable[Document]) -> bytes:
    """Return a row for each document."""
    return _lines([_cell(_value(row, column)) for column in columns] for row in documents)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


@cache
def columns_of(answer: Any, rows: str = "") -> tuple[str, ...]:  # noqa: ANN401 - any typed dictionary
    """Return the columns of the list in the field `rows` of an answer, else of the answer itself, as declared."""
    schema = TypeAdapter(answer).json_schema(mode="serialization")
    definitions = schema.get("$defs", {})
    row = _resolved(schema["properties"][rows]["items"] if rows else schema, definitions)
    return tuple(_columns(row, definitions, ""))


def _columns(schema: Schema, definitions: Schema, before: str) -> Iterator[str]:
    for name, field in schema["properties"].items():
        resolved = _resolved(field, definitions)
        if "properties" in resolved and "discriminator" not in resolved:
            yield from _columns(resolved, definitions, f"{before}{name}.")
        else:
            yield before + name


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    """Return the schema of a value that is not null, without references."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        schema = kinds[0]
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return schema


def _value(row: Document, column: str) -> Any:  # noqa: ANN401 - any value of JSON
    value: Any = row
    for name in column.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _cell(value: Any) -> str:  # noqa: ANN401 - any value of JSON
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and all(part is None or isinstance(part, str) for part in value):
        value = "; ".join(part or "" for part in value)
    text = value if isinstance(value, str) else encode(value).decode()
    # The apostrophe makes a spreadsheet show the text and not evaluate it.
    return f"'{text}" if text.startswith(_FORMULA) else text
