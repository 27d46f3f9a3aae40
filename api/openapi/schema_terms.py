"""The words in which schemas are written: what an instant, a kind, an answer is."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
FLAG: Final[Schema] = {"type": "boolean"}
INSTANT: Final[Schema] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
    "description": "UTC, to the millisecond",
}
WHEN: Final[Schema] = {"anyOf": [{**TEXT, "format": "date-time"}, {**TEXT, "format": "date"}]}
KIND: Final[Schema] = {"type": "string", "enum": ["cell", "module", "pack", "vehicle", "part", "lot", "unknown"]}
STATUS: Final[Schema] = {"type": "string", "enum": ["held", "in_transit", "conflict", "gap", "ended"]}
EVENT_STATUS: Final[Schema] = {"type": "string", "enum": ["standing", "withdrawn", "waiting", "no_effect"]}
ANYTHING: Final[Schema] = {"type": "object"}
DIRECTION: Final[Schema] = {"type": "string", "enum": ["downstream", "upstream"]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def thing(about: str, /, **fields: Schema) -> Schema:
    """An object with these fields, all of them there."""
    return {"type": "object", "description": about, "properties": fields, "required": list(fields)}


def sometimes(schema: Schema, *names: str) -> Schema:
    """The same object; these fields need not be there."""
    return {**schema, "required": [name for name in schema["required"] if name not in names]}


COMMON: Final[dict[str, Schema]] = {
    "as_of": {**maybe(INSTANT), "description": "the `at` asked for, else null"},
    "known_at": {**maybe(INSTANT), "description": "the K asked for, else when the newest event was recorded"},
    "position": {**COUNT, "description": "how many accepted events the state read holds"},
    "complete": {**FLAG, "description": "false: `cut` says why something was left out"},
    "cut": ref("Cut"),
    "unknown": {
        **many(ref("Unknown")),
        "description": "layers that nobody reported, which is not the same as nothing there",
    },
}


def answer(about: str, /, **fields: Schema) -> Schema:
    """An answer: what every answer has, and its own fields."""
    return sometimes(thing(about, **COMMON, **fields), "cut")
