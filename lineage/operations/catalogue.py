"""Every question of the contract, once: its address, what it may be asked with, and the one call that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from lineage.domain.compliance.duties import STATUSES
from lineage.domain.events.models import TYPES
from lineage.domain.findings import KINDS
from lineage.operations import handlers
from lineage.operations.parameters import (
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
from lineage.service.answers import Context, Document
from lineage.service.questions.lineage import Traced
from lineage.stores.interface import Store

MOST_POSITION: Final = 10**15


def system_clock() -> int:
    """Milliseconds since 1970, UTC, by the clock of this machine."""
    return time.time_ns() // 1_000_000


class Operation(NamedTuple):
    """`path` holds `{id}` where the question is about one thing; its id is then the value `id`."""

    name: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    call: Callable[[Store, Values, Context], Document]
    lines: Callable[[Store, Values, Context], Traced] | None = None
    """The same answer as something that can be sent in lines, where it may be big."""


def ask(question: Operation, store: Store, values: Values, *, clock: Callable[[], int], seconds: float) -> Document:
    """Answer a question whose values are read; `seconds` is how long the read may take. Raises LineageError."""
    return question.call(store, values, context_of(values, clock=clock, seconds=seconds))


def context_of(values: Values, *, clock: Callable[[], int], seconds: float) -> Context:
    """The moments of a question, and how long it may take."""
    deadline = time.monotonic() + seconds
    return Context(clock(), lambda: time.monotonic() > deadline, values.get("at"), values.get("known_at"))


_DIRECTION = choice(
    "direction", "Where it went, or where it comes from.", ("downstream", "upstream"), default="downstream"
)
_MODE = choice("mode", "Exposure, downstream only: what once held the item stays exposed from then on.", ("exposure",))

OPERATIONS: Final = (
    Operation(
        "events",
        "/v1/events",
        "The journal in order of arrival.",
        (
            text("reporter", "Only what this party reported."),
            choice("type", "Only events of this type.", tuple(TYPES)),
            text("item", "Only events that name this item."),
            whole("after", "Only what stands after this position.", 0, MOST_POSITION, default=0),
            LIMIT,
            cursor(int),
            KNOWN_AT,
        ),
        handlers.events,
    ),
    Operation(
        "event",
        "/v1/events/{id}",
        "One event as kept, whether it counts, and what corrected it.",
        (KNOWN_AT,),
        handlers.event,
    ),
    Operation(
        "trace",
        "/v1/items/{id}/lineage",
        "Where it went, or what is in it and where that comes from.",
        (_DIRECTION, *WINDOW, _MODE, MAX_ITEMS, MAX_HOPS, KNOWN_AT),
        handlers.trace,
        handlers.traced,
    ),
    Operation(
        "composition",
        "/v1/items/{id}/composition",
        "What is in it at a moment, as a tree.",
        (AT, MAX_ITEMS, KNOWN_AT),
        handlers.composition,
    ),
    Operation(
        "custody",
        "/v1/items/{id}/custody",
        "In whose hands it was: its whole time, without holes.",
        (KNOWN_AT,),
        handlers.custody,
    ),
    Operation(
        "responsibility",
        "/v1/items/{id}/responsibility",
        "Who holds it, who answers for it by which rule, which reports were owed, and whether they came.",
        (AT, KNOWN_AT),
        handlers.responsibility,
    ),
    Operation(
        "dossier",
        "/v1/items/{id}/dossier",
        "Everything known of one thing at a moment, with what proves it; as a page to print, too.",
        (AT, choice("lang", "The language of the page.", ("en", "zh"), default="en"), KNOWN_AT),
        handlers.dossier,
    ),
    Operation(
        "item",
        "/v1/items/{id}",
        "What an item is, what it is in, who holds it, and its events.",
        (AT, KNOWN_AT),
        handlers.item,
    ),
    Operation(
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
        handlers.path,
    ),
    Operation(
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
        handlers.holdings,
    ),
    Operation(
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
        handlers.duties,
    ),
    Operation(
        "conduct",
        "/v1/parties/{id}/conduct",
        "What a party takes in against what it may, how punctual it is, and which hand-overs are open.",
        (AT, KNOWN_AT),
        handlers.conduct_of,
    ),
    Operation("party", "/v1/parties/{id}", "Who a party is, and its history.", (AT, KNOWN_AT), handlers.party),
    Operation(
        "search",
        "/v1/search",
        "Items and parties by id, identifiers, model, batch or name.",
        (text("q", "The text, or how it begins.", required=True), LIMIT, cursor(int, str, str, str), KNOWN_AT),
        handlers.search,
    ),
    Operation(
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
        handlers.findings,
    ),
)
"""In the order in which addresses are tried: what ends in a word of its own comes before what takes any id."""

BY_NAME: Final = {question.name: question for question in OPERATIONS}
ATOMIC = flag("atomic", "All events or none.")
KEEP_RECORDED = flag("keep_recorded", "Events bring their own `recorded`; only on a server that allows it.")
