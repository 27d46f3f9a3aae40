"""One question for both interfaces: its address, parameters, answer, example, and the call that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.operations.deadline import Deadline
from lineage.operations.parameters import Parameters
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context, Document
from lineage.service.questions.lineage import Traced
from lineage.stores.interface import Store

P = TypeVar("P", bound=Parameters)
Clock = Callable[[], int]
"""Milliseconds UTC, now."""


def system_clock() -> int:
    """Milliseconds since 1970, UTC, by the clock of this machine."""
    return time.time_ns() // 1_000_000


class Question(NamedTuple, Generic[P]):
    """One request: its parameters, its times, the id in its address, and rules that replace those of the release."""

    parameters: P
    context: Context
    id: str = ""
    rules: RuleBook | None = None

    @property
    def book(self) -> RuleBook:
        """The rules that apply."""
        return self.rules or rule_book()


@dataclass(frozen=True)
class Operation(Generic[P]):
    """One question; `path` holds `{id}` where the question is about one item, party or event.

    `answer` is the typed dictionary of the document, for schemas only: no answer is validated on its way out.
    `lines` returns the same answer in a form that can be sent line by line, because it may be large. `rows` names the
    field that is a list of rows, for CSV; empty where the answer is no list.
    """

    name: str
    path: str
    summary: str
    parameters: type[P]
    answer: Any
    call: Callable[[Store, Question[P]], Document]
    example: Mapping[str, Any]
    description: str = ""
    lines: Callable[[Store, Question[P]], Traced] | None = None
    takes_rules: bool = False
    rows: str = ""

    @property
    def has_id(self) -> bool:
        """Whether the address holds an id."""
        return "{id}" in self.path

    def question(
        self, parameters: P, *, clock: Clock, deadline: Deadline, id: str = "", rules: RuleBook | None = None
    ) -> Question[P]:
        """Return the question of these parameters, at this moment."""
        at, known_at = getattr(parameters, "at", None), getattr(parameters, "known_at", None)
        return Question(parameters, Context(clock(), deadline.passed, at, known_at, deadline.check), id, rules)
