"""Every question of the contract, once: its address, what it may be asked with, and the one call that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from api.parameters import (
    AT,
    KNOWN_AT,
    LIMIT,
    MAX_HOPS,
    MAX_ITEMS,
    MAX_PATHS,
    WINDOW,
    Parameter,
    Values,
    choice,
    cursor,
    flag,
    instant,
    region,
    text,
    whole,
)
from lineage.domain.duties import STATUSES
from lineage.domain.findings import KINDS
from lineage.domain.rules import RuleBook
from lineage.reference.rule_files import rule_book
from lineage.service import (
    cards,
    conduct,
    custody_questions,
    dossier_questions,
    duty_questions,
    findings_questions,
    journal_questions,
    lineage_questions,
    responsibility_questions,
)  # fmt: skip
from lineage.service.asking import Asked, Document
from lineage.service.custody_questions import HoldingsQuestion
from lineage.service.duty_questions import DutiesQuestion
from lineage.service.findings_questions import FindingsQuestion
from lineage.service.journal_questions import EventsQuestion
from lineage.service.lineage_questions import Bounds, PathQuestion, Traced, TraceQuestion
from lineage.stores.interface import Store

TYPES: Final = (
    "produced",
    "assembled",
    "disassembled",
    "transferred",
    "transformed",
    "inspected",
    "ended",
    "enrolled",
    "corrected",
)
MOST_POSITION: Final = 10**15


def system_clock() -> int:
    """Milliseconds since 1970, UTC, by the clock of this machine."""
    return time.time_ns() // 1_000_000


class Question(NamedTuple):
    """`path` holds `{id}` where the question is about one thing; its id is then the value `id`."""

    name: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    call: Callable[[Store, Values, Asked], Document]
    lines: Callable[[Store, Values, Asked], Traced] | None = None
    """The same answer as something that can be sent in lines, where it may be big."""


def ask(question: Question, store: Store, values: Values, *, clock: Callable[[], int], seconds: float) -> Document:
    """Answer a question whose values are read; `seconds` is how long the read may take. Raises LineageError."""
    return question.call(store, values, asked(values, clock=clock, seconds=seconds))


def asked(values: Values, *, clock: Callable[[], int], seconds: float) -> Asked:
    """The moments of a question, and how long it may take."""
    deadline = time.monotonic() + seconds
    return Asked(clock(), lambda: time.monotonic() > deadline, values.get("at"), values.get("known_at"))


def _bounds(values: Values) -> Bounds:
    return Bounds(values["from"], values["until"])


def _trace_question(values: Values) -> TraceQuestion:
    mode: Any = values["mode"]
    return TraceQuestion(
        values["id"], values["direction"], mode, _bounds(values), values["max_items"], values["max_hops"]
    )


def _trace(store: Store, values: Values, asked: Asked) -> Document:
    return lineage_questions.trace(store, _trace_question(values), asked)


def _traced(store: Store, values: Values, asked: Asked) -> Traced:
    return lineage_questions.traced(store, _trace_question(values), asked)


def _composition(store: Store, values: Values, asked: Asked) -> Document:
    return lineage_questions.composition(store, values["id"], asked, max_items=values["max_items"])


def _path(store: Store, values: Values, asked: Asked) -> Document:
    question = PathQuestion(values["source"], values["destination"], _bounds(values), values["max_paths"])
    return lineage_questions.path(store, question, asked)


def _custody(store: Store, values: Values, asked: Asked) -> Document:
    return custody_questions.custody(store, values["id"], asked)


def _book(values: Values) -> RuleBook:
    """The rules to go by: those of the release, unless the asker brings some."""
    return values.get("book") or rule_book()


def _responsibility(store: Store, values: Values, asked: Asked) -> Document:
    return responsibility_questions.responsibility(store, values["id"], asked, _book(values))


def _dossier(store: Store, values: Values, asked: Asked) -> Document:
    return dossier_questions.dossier(store, values["id"], asked, _book(values))


def _conduct(store: Store, values: Values, asked: Asked) -> Document:
    return conduct.conduct(store, values["id"], asked, _book(values))


def _duties(store: Store, values: Values, asked: Asked) -> Document:
    question = DutiesQuestion(
        values["id"], values["status"], values["from"], values["until"], values["limit"], values["cursor"]
    )
    return duty_questions.duties(store, question, asked, _book(values))


def _item(store: Store, values: Values, asked: Asked) -> Document:
    return cards.item(store, values["id"], asked)


def _party(store: Store, values: Values, asked: Asked) -> Document:
    return cards.party(store, values["id"], asked)


def _holdings(store: Store, values: Values, asked: Asked) -> Document:
    question = HoldingsQuestion(values["id"], values["contents"], values["limit"], values["cursor"])
    return custody_questions.holdings(store, question, asked)


def _findings(store: Store, values: Values, asked: Asked) -> Document:
    question = FindingsQuestion(
        values["kind"], values["party"], values["item"], values["region"], values["from"], values["until"],
        values["limit"], values["cursor"],
    )  # fmt: skip
    return findings_questions.findings(store, question, asked)


def _search(store: Store, values: Values, asked: Asked) -> Document:
    return cards.search(store, cards.SearchQuestion(values["q"], values["limit"], values["cursor"]), asked)


def _events(store: Store, values: Values, asked: Asked) -> Document:
    question = EventsQuestion(
        values["reporter"], values["type"], values["item"], values["after"], values["limit"], values["cursor"]
    )
    return journal_questions.events(store, question, asked)


def _event(store: Store, values: Values, asked: Asked) -> Document:
    return journal_questions.event(store, values["id"], asked)


_DIRECTION = choice(
    "direction", "Where it went, or where it comes from.", ("downstream", "upstream"), default="downstream"
)
_MODE = choice("mode", "Exposure, downstream only: what once held the item stays exposed from then on.", ("exposure",))

QUESTIONS: Final = (
    Question(
        "events",
        "/v1/events",
        "The journal in order of arrival.",
        (
            text("reporter", "Only what this party reported."),
            choice("type", "Only events of this type.", TYPES),
            text("item", "Only events that name this item."),
            whole("after", "Only what stands after this position.", 0, MOST_POSITION, default=0),
            LIMIT,
            cursor(int),
            KNOWN_AT,
        ),
        _events,
    ),
    Question(
        "event", "/v1/events/{id}", "One event as kept, whether it counts, and what corrected it.", (KNOWN_AT,), _event
    ),
    Question(
        "trace",
        "/v1/items/{id}/lineage",
        "Where it went, or what is in it and where that comes from.",
        (_DIRECTION, *WINDOW, _MODE, MAX_ITEMS, MAX_HOPS, KNOWN_AT),
        _trace,
        _traced,
    ),
    Question(
        "composition",
        "/v1/items/{id}/composition",
        "What is in it at a moment, as a tree.",
        (AT, MAX_ITEMS, KNOWN_AT),
        _composition,
    ),
    Question(
        "custody",
        "/v1/items/{id}/custody",
        "In whose hands it was: its whole time, without holes.",
        (KNOWN_AT,),
        _custody,
    ),
    Question(
        "responsibility",
        "/v1/items/{id}/responsibility",
        "Who holds it, who answers for it by which rule, which reports were owed, and whether they came.",
        (AT, KNOWN_AT),
        _responsibility,
    ),
    Question(
        "dossier",
        "/v1/items/{id}/dossier",
        "Everything known of one thing at a moment, with what proves it; as a page to print, too.",
        (AT, choice("lang", "The language of the page.", ("en", "zh"), default="en"), KNOWN_AT),
        _dossier,
    ),
    Question(
        "item", "/v1/items/{id}", "What an item is, what it is in, who holds it, and its events.", (AT, KNOWN_AT), _item
    ),
    Question(
        "path",
        "/v1/paths",
        "Which way from one item to another, downstream; or why there is none.",
        (
            text("source", "The item where the path begins.", required=True),
            text("destination", "The item where it ends.", required=True),
            *WINDOW,
            MAX_PATHS,
            KNOWN_AT,
        ),
        _path,
    ),
    Question(
        "holdings",
        "/v1/parties/{id}/holdings",
        "What a party holds.",
        (
            AT,
            flag("contents", "List what is inside what it holds, too."),
            LIMIT,
            cursor(str, int),
            KNOWN_AT,
        ),
        _holdings,
    ),
    Question(
        "duties",
        "/v1/parties/{id}/duties",
        "Which reports a party owed, and whether they came.",
        (
            choice("status", "Only duties that stand so.", STATUSES),
            instant("from", "Only what was triggered from this moment on."),
            instant("until", "Only what was triggered before this moment."),
            LIMIT,
            cursor(int, int, int),
            KNOWN_AT,
        ),
        _duties,
    ),
    Question(
        "conduct",
        "/v1/parties/{id}/conduct",
        "What a party takes in against what it may, how punctual it is, and which hand-overs are open.",
        (AT, KNOWN_AT),
        _conduct,
    ),
    Question("party", "/v1/parties/{id}", "Who a party is, and its history.", (AT, KNOWN_AT), _party),
    Question(
        "search",
        "/v1/search",
        "Items and parties by id, identifiers, model, batch or name.",
        (text("q", "The text, or how it begins.", required=True), LIMIT, cursor(int, str, str, str), KNOWN_AT),
        _search,
    ),
    Question(
        "findings",
        "/v1/findings",
        "Where what was told cannot be so.",
        (
            choice("kind", "Only findings of this kind.", KINDS),
            text("party", "Only findings that name this party."),
            text("item", "Only findings that name this item."),
            region("region", "Only findings with an event in this region; 440000 is all of a province."),
            *WINDOW[1:],
            LIMIT,
            cursor(int, str, int, int),
            KNOWN_AT,
        ),
        _findings,
    ),
)
"""In the order in which addresses are tried: what ends in a word of its own comes before what takes any id."""

BY_NAME: Final = {question.name: question for question in QUESTIONS}
ATOMIC = flag("atomic", "All events or none.")
KEEP_RECORDED = flag("keep_recorded", "Events bring their own `recorded`; only on a server that allows it.")
