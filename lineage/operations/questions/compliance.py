"""Questions about rules: responsible parties, duties to report, the dossier, the conduct of a party."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from lineage.operations.examples import EXAMPLES
from lineage.operations.operation import Operation, Question
from lineage.operations.parameters import (
    CURSOR,
    DutyStatus,
    Limit,
    Omittable,
    Parameters,
    Time,
    as_of,
    cursor_of,
    known_at,
    moment,
)
from lineage.service.answers import Document
from lineage.service.documents.compliance import Conduct, Dossier, Duties, Responsibility
from lineage.service.questions import dossier
from lineage.service.questions.compliance import conduct, duties, responsibility
from lineage.stores.interface import Store


class ResponsibilityParameters(Parameters):
    """Valid time and transaction time."""

    at: Omittable[Time] = as_of()
    known_at: Omittable[Time] = known_at()


class DossierParameters(Parameters):
    """Valid time, transaction time, and the language of the page."""

    at: Omittable[Time] = as_of()
    lang: Literal["en", "zh"] = Field("en", description="The language of the page.")
    known_at: Omittable[Time] = known_at()


class DutiesParameters(Parameters):
    """Filters of the list of duties."""

    status: Omittable[DutyStatus] = Field(None, description="Only duties of this status.")
    since: Omittable[Time] = moment("Only duties triggered at or after this time.", "from")
    until: Omittable[Time] = moment("Only duties triggered before this time.")
    limit: Limit = 100
    cursor: Annotated[Omittable[str], cursor_of(int, str, str, int, int)] = Field(None, description=CURSOR)
    known_at: Omittable[Time] = known_at()


class ConductParameters(Parameters):
    """Valid time and transaction time."""

    at: Omittable[Time] = as_of()
    known_at: Omittable[Time] = known_at()


def _responsibility(store: Store, question: Question[ResponsibilityParameters]) -> Document:
    return responsibility.responsibility(store, question.id, question.context, question.book)


def _dossier(store: Store, question: Question[DossierParameters]) -> Document:
    return dossier.dossier(store, question.id, question.context, question.book)


def _duties(store: Store, question: Question[DutiesParameters]) -> Document:
    p = question.parameters
    chosen = duties.DutiesQuestion(question.id, p.status, p.since, p.until, p.limit, p.cursor)
    return duties.duties(store, chosen, question.context, question.book)


def _conduct(store: Store, question: Question[ConductParameters]) -> Document:
    return conduct.conduct(store, question.id, question.context, question.book)


RESPONSIBILITY: Final = Operation(
    "responsibility",
    "/v1/items/{id}/responsibility",
    "Show who holds an item, who is responsible for it by which rule, and which reports were due and arrived.",
    ResponsibilityParameters,
    Responsibility,
    _responsibility,
    EXAMPLES["Responsibility"],
    takes_rules=True,
)
DOSSIER: Final = Operation(
    "dossier",
    "/v1/items/{id}/dossier",
    "Show everything that is known about one item at one time, with the proof; also as a page for printing.",
    DossierParameters,
    Dossier,
    _dossier,
    EXAMPLES["Dossier"],
    takes_rules=True,
)
DUTIES: Final = Operation(
    "duties",
    "/v1/parties/{id}/duties",
    "List the reports that a party owed, and whether they arrived.",
    DutiesParameters,
    Duties,
    _duties,
    EXAMPLES["Duties"],
    takes_rules=True,
    rows="duties",
)
CONDUCT: Final = Operation(
    "conduct",
    "/v1/parties/{id}/conduct",
    "Show the intake of a party against its permits, its punctuality, and its open hand-overs.",
    ConductParameters,
    Conduct,
    _conduct,
    EXAMPLES["Conduct"],
    takes_rules=True,
)
