"""The one call of the service that answers each question, given the values that were read."""

from __future__ import annotations

from typing import Any

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.operations.parameters import Values
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Asked, Document
from lineage.service.questions import custody as custody_questions
from lineage.service.questions import dossier as dossier_questions
from lineage.service.questions import findings as findings_questions
from lineage.service.questions import items as cards
from lineage.service.questions import journal as journal_questions
from lineage.service.questions import lineage as lineage_questions
from lineage.service.questions.compliance import conduct
from lineage.service.questions.compliance import duties as duty_questions
from lineage.service.questions.compliance import responsibility as responsibility_questions
from lineage.service.questions.compliance.duties import DutiesQuestion
from lineage.service.questions.custody import HoldingsQuestion
from lineage.service.questions.findings import FindingsQuestion
from lineage.service.questions.journal import EventsQuestion
from lineage.service.questions.lineage import Bounds, PathQuestion, Traced, TraceQuestion
from lineage.stores.interface import Store


def _bounds(values: Values) -> Bounds:
    return Bounds(values["from"], values["until"])


def _trace_question(values: Values) -> TraceQuestion:
    mode: Any = values["mode"]
    return TraceQuestion(
        values["id"], values["direction"], mode, _bounds(values), values["max_items"], values["max_hops"]
    )


def trace(store: Store, values: Values, asked: Asked) -> Document:
    return lineage_questions.trace(store, _trace_question(values), asked)


def traced(store: Store, values: Values, asked: Asked) -> Traced:
    return lineage_questions.traced(store, _trace_question(values), asked)


def composition(store: Store, values: Values, asked: Asked) -> Document:
    return lineage_questions.composition(store, values["id"], asked, max_items=values["max_items"])


def path(store: Store, values: Values, asked: Asked) -> Document:
    question = PathQuestion(values["source"], values["destination"], _bounds(values), values["max_paths"])
    return lineage_questions.path(store, question, asked)


def custody(store: Store, values: Values, asked: Asked) -> Document:
    return custody_questions.custody(store, values["id"], asked)


def _book(values: Values) -> RuleBook:
    """The rules to go by: those of the release, unless the asker brings some."""
    return values.get("book") or rule_book()


def responsibility(store: Store, values: Values, asked: Asked) -> Document:
    return responsibility_questions.responsibility(store, values["id"], asked, _book(values))


def dossier(store: Store, values: Values, asked: Asked) -> Document:
    return dossier_questions.dossier(store, values["id"], asked, _book(values))


def conduct_of(store: Store, values: Values, asked: Asked) -> Document:
    return conduct.conduct(store, values["id"], asked, _book(values))


def duties(store: Store, values: Values, asked: Asked) -> Document:
    question = DutiesQuestion(
        values["id"], values["status"], values["from"], values["until"], values["limit"], values["cursor"]
    )
    return duty_questions.duties(store, question, asked, _book(values))


def item(store: Store, values: Values, asked: Asked) -> Document:
    return cards.item(store, values["id"], asked)


def party(store: Store, values: Values, asked: Asked) -> Document:
    return cards.party(store, values["id"], asked)


def holdings(store: Store, values: Values, asked: Asked) -> Document:
    question = HoldingsQuestion(values["id"], values["contents"], values["limit"], values["cursor"])
    return custody_questions.holdings(store, question, asked)


def findings(store: Store, values: Values, asked: Asked) -> Document:
    question = FindingsQuestion(
        values["kind"], values["party"], values["item"], values["region"], values["from"], values["until"],
        values["limit"], values["cursor"],
    )  # fmt: skip
    return findings_questions.findings(store, question, asked)


def search(store: Store, values: Values, asked: Asked) -> Document:
    return cards.search(store, cards.SearchQuestion(values["q"], values["limit"], values["cursor"]), asked)


def events(store: Store, values: Values, asked: Asked) -> Document:
    question = EventsQuestion(
        values["reporter"], values["type"], values["item"], values["after"], values["limit"], values["cursor"]
    )
    return journal_questions.events(store, question, asked)


def event(store: Store, values: Values, asked: Asked) -> Document:
    return journal_questions.event(store, values["id"], asked)
