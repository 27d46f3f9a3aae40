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
    region,
    text,
    whole,
)
from lineage.domain.findings import KINDS
from lineage.service import cards, custody_questions, findings_questions, journal_questions, lineage_questions
from lineage.service.asking import Asked, Document
from lineage.service.custody_questions import HoldingsQuestion
from lineage.service.findings_questions import FindingsQuestion
from lineage.service.journal_questions import EventsQuestion
from lineage.service.lineage_questions import Bounds, PathQuestion, TraceQuestion
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


def ask(question: Question, store: Store, values: Values, *, clock: Callable[[], int], seconds: float) -> Document:
    """Answer a question whose values are read; `seconds` is how long the read may take. Raises LineageError."""
    deadline = time.monotonic() + seconds
    asked = Asked(clock(), lambda: time.monotonic() > deadline, values.get("at"), values.get("known_at"))
    return question.call(store, values, asked)


def _bounds(values: Values) -> Bounds:
    return Bounds(values["from"], values["until"])


def _trace(store: Store, values: Values, asked: Asked) -> Document:
    mode: Any = values["mode"]
    question = TraceQuestion(
        values["id"], values["direction"], mode, _bounds(values), values["max_items"], values["max_hops"]
    )
    return lineage_questions.trace(store, question, asked)


def _composition(store: Store, values: Values, asked: Asked) -> Document:
    return lineage_questions.composition(store, values["id"], asked, max_items=values["max_items"])


def _path(store: Store, values: Values, asked: Asked) -> Document:
    question = PathQuestion(values["source"], values["destination"], _bounds(values), values["max_paths"])
    return lineage_questions.path(store, question, asked)


def _custody(store: Store, values: Values, asked: Asked) -> Document:
    return custody_questions.custody(store, values["id"], asked)


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
