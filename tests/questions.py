"""Requests for every question of the catalogue, about the demonstration; a new question has one by itself.

A question that needs nothing but the id of its subject, or no id, is requested without an entry here. An entry is for a
parameter that is required (`REQUIRED`), or a further request that shows more of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from lineage.operations.catalogue import BY_NAME, OPERATIONS
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import names_of, read_parameters
from lineage.service.answers import Context, Document
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_facts

FACTS: Final = demo_facts()
SUBJECTS: Final = {"items": FACTS.swapped_module, "parties": FACTS.middle_party, "events": FACTS.correction}
"""The id in an address, by the word before it."""
FILTERS: Final = {"items": ("item", "source", "destination"), "parties": ("party", "reporter"), "events": ()}
"""Parameters that name a subject, by the same word."""
REQUIRED: Final = {"source": FACTS.swapped_module, "destination": FACTS.second_vehicle, "q": "9XHP"}
"""The value of each parameter that a question requires."""


class Request(NamedTuple):
    """One request: the question, the id of its subject or an empty text, and its parameters as HTTP names them."""

    operation: Operation[Any]
    id: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        return " ".join([self.operation.name, self.id, *(f"{name}={value}" for name, value in self.values.items())])

    @property
    def address(self) -> str:
        """The address over HTTP."""
        path = self.operation.path.replace("{id}", quote(self.id, safe=""))
        return f"{path}?{urlencode(self.values)}" if self.values else path

    @property
    def arguments(self) -> list[str]:
        """The command: what is required first, then each option; a flag is set by its name alone."""
        required = required_by(self.operation)
        flags = {n for n, schema in schemas_of(self.operation).items() if schema.get("type") == "boolean"}
        words = [self.operation.name, *([self.id] if self.id else []), *(self.values[name] for name in required)]
        for name, value in self.values.items():
            if name not in required:
                words += [f"--{name.replace('_', '-')}", *([] if name in flags else [value])]
        return words

    def having(self, **values: str) -> Request:
        """Return the same request with these parameters."""
        return self._replace(values={**self.values, **values})

    def answer(self, store: Store, context: Context) -> Document:
        """Answer it from the store; `at` of the context is left out for a question that does not take it."""
        parameters = read_parameters(self.operation.parameters, self.values.items())
        applied = context if "at" in names_of(self.operation.parameters) else context._replace(at=None)
        return self.operation.call(store, Question(parameters, applied, self.id))


def subject_of(operation: Operation[Any]) -> str:
    """Return the word before the id in the address: `items`, `parties` or `events`; empty without an id."""
    return operation.path.split("/")[2] if operation.has_id else ""


def schemas_of(operation: Operation[Any]) -> dict[str, dict[str, Any]]:
    """Return the schema of each parameter, by its name in HTTP."""
    schemas: dict[str, dict[str, Any]] = operation.parameters.model_json_schema()["properties"]
    return schemas


def required_by(operation: Operation[Any]) -> dict[str, str]:
    """Return each parameter that a question requires, in the order of the command, with its value."""
    fields = operation.parameters.model_fields.items()
    return {n: REQUIRED[n] for n in (field.alias or name for name, field in fields if field.is_required())}


def request_of(operation: Operation[Any], id: str = "", **values: str) -> Request:
    """Return a request about the id, else about the subject of the demonstration."""
    default = SUBJECTS[subject_of(operation)] if operation.has_id else ""
    return Request(operation, id or default, {**required_by(operation), **values})


def requests_about(subject: str, id: str) -> Iterator[Request]:
    """Yield a request of every question that can be about this item, party or event, by its address or a parameter."""
    for operation in OPERATIONS:
        if subject_of(operation) == subject:
            yield request_of(operation, id)
        for name in FILTERS[subject]:
            if name in names_of(operation.parameters):
                yield request_of(operation, **{name: id})


REQUESTS: Final = {operation.name: request_of(operation) for operation in OPERATIONS}
"""One request a question."""

_FURTHER: Final[tuple[tuple[str, str, dict[str, str]], ...]] = (
    ("events", "", {"limit": "3", "type": "produced"}),
    ("events", "", {"reporter": FACTS.middle_party, "after": "9"}),
    ("events", "", {"item": FACTS.old_pack}),
    ("events", "", {"limit": "1000"}),
    ("event", f"{FACTS.correction}#r", {}),
    ("item", FACTS.swapped_module, {"at": "2023-01-01"}),
    ("search", "", {"q": "9XH", "limit": "2"}),
    ("trace", FACTS.recycled_vehicle, {"direction": "upstream", "max_items": "9", "max_hops": "3"}),
    ("trace", FACTS.recycled_vehicle, {"direction": "upstream"}),
    ("trace", FACTS.swapped_module, {"mode": "exposure", "from": "2021-01-01", "until": "2022-01-01"}),
    ("composition", FACTS.first_vehicle, {"at": "2021-01-01"}),
    ("path", "", {"known_at": FACTS.late_unknown}),
    ("custody", FACTS.unreceived_module, {}),
    ("responsibility", FACTS.swapped_module, {"at": "2023-06-01"}),
    ("dossier", FACTS.swapped_module, {"at": "2023-06-01"}),
    ("dossier", FACTS.first_vehicle, {"at": "2021-01-01", "known_at": "2026-07-01"}),
    (
        "duties",
        FACTS.middle_party,
        {"status": "late", "from": "2024-01-01", "limit": "5", "known_at": "2026-07-01"},
    ),
    ("conduct", FACTS.middle_party, {"at": "2024-12-31", "known_at": "2026-07-01"}),
    ("holdings", FACTS.middle_party, {"contents": "true"}),
    ("holdings", FACTS.middle_party, {"at": "2024-04-01", "contents": "true", "limit": "5"}),
    ("findings", "", {"kind": "unacknowledged_handover", "from": "2020-01-01"}),
    ("findings", "", {"item": FACTS.unreceived_module, "limit": "5"}),
)

EVERY: Final = (*REQUESTS.values(), *(request_of(BY_NAME[name], id, **given) for name, id, given in _FURTHER))
"""One request a question, and those that show more of an answer."""
