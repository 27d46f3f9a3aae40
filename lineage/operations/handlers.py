"""The one call of the service that answers each question, given the values that were read."""

from __future__ import annotations

from typing import Any

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.operations.parameters import Values
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context, Document
from lineage.service.questions import custody as custody_questions
from lineage.service.questions import dossier as dossier_questions
from lineage.service.questions import findings as findings_questions
from lineage.service.questions import items as item_questions
from lineage.service.questions import journal as journal_questions
from lineage.service.questions import lineage as lineage_questions
from lineage.service.questions import party as party_questions
from lineage.service.questions import search as search_questions
from lineage.service.questions.compliance import conduct
from lineage.service.questions.compliance import duties as duties_questions
from lineage.service.questions.compliance import responsibility as responsibility_questions
from lineage.service.questions.compliance.duties import DutiesQuestion
from lineage.service.questions.custody import HoldingsQuestion
from lineage.service.questions.findings import FindingsQuestion
from lineage.service.questions.journal import EventsQuestion
from lineage.service.questions.lineage import Bounds, PathQuestion, Traced, TraceQuestion
from lineage.service.questions.search import SearchQuestion
from lineage.stores.interface import Store


def _bounds(values: Values) -> Bounds:
    return Bounds(values["from"], values["until"])


def _trace_question(values: Values) -> TraceQuestion:
    mode: Any = values["mode"]
    return TraceQuestion(
        values["id"], values["direction"], mode, _bounds(values), values["max_items"], values["max_hops"]
    )


def trace(store: Store, values: Values, context: Context) -> Document:
    return lineage_questions.trace(store, _trace_question(values), context)


def traced(store: Store, values: Values, context: Context) -> Traced:
    return lineage_questions.traced(store, _trace_question(values), context)


def composition(store: Store, values: Values, context: Context) -> Document:
    return lineage_questions.composition(store, values["id"], context, max_items=values["max_items"])


def path(store: Store, values: Values, context: Context) -> Document:
    question = PathQuestion(values["source"], values["destination"], _bounds(values), values["max_paths"])
    return lineage_questions.path(store, question, context)


def custody(store: Store, values: Values, context: Context) -> Document:
    return custody_questions.custody(store, values["id"], context)


def _book(values: Values) -> RuleBook:
    """The rules to go by: those of the release, unless the asker brings some."""
    return values.get("book") or rule_book()


def responsibility(store: Store, values: Values, context: Context) -> Document:
    return responsibility_questions.responsibility(store, values["id"], context, _book(values))


def dossier(store: Store, values: Values, context: Context) -> Document:
    return dossier_questions.dossier(store, values["id"], context, _book(values))


def conduct_of(store: Store, values: Values, context: Context) -> Document:
    return conduct.conduct(store, values["id"], context, _book(values))


def duties(store: Store, values: Values, context: Context) -> Document:
    question = DutiesQuestion(
        values["id"], values["status"], values["from"], values["until"], values["limit"], values["cursor"]
    )
    return duties_questions.duties(store, question, context, _book(values))


def item(store: Store, values: Values, context: Context) -> Document:
    return item_questions.item(store, values["id"], context)


def party(store: Store, values: Values, context: Context) -> Document:
    return party_questions.party(store, values["id"], context)


def holdings(store: Store, values: Values, context: Context) -> Document:
    question = HoldingsQuestion(values["id"], values["contents"], values["limit"], values["cursor"])
    return custody_questions.holdings(store, question, context)


def findings(store: Store, values: Values, context: Context) -> Document:
    question = FindingsQuestion(
        values["kind"], values["party"], values["item"], values["region"], values["from"], values["until"],
        values["limit"], values["cursor"],
    )  # fmt: skip
    return findings_questions.findings(store, question, context, rule_book())


def search(store: Store, values: Values, context: Context) -> Document:
    question = SearchQuestion(values["q"], values["limit"], values["cursor"])
    return search_questions.search(store, question, context)


def events(store: Store, values: Values, context: Context) -> Document:
    question = EventsQuestion(
        values["reporter"], values["type"], values["item"], values["after"], values["limit"], values["cursor"]
    )
    return journal_questions.events(store, question, context)


def event(store: Store, values: Values, context: Context) -> Document:
    return journal_questions.event(store, values["id"], context)
