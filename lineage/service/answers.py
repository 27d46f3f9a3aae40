"""The parts that all questions and answers share: context, limits, envelope, unknown layers (contract 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from lineage.domain.errors import (
    InvalidIdentifierError,
    NotYetKnownError,
    UnknownItemError,
    UnknownPartyError,
)
from lineage.domain.graph import ItemFacts
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.instants import format_instant, format_or_none
from lineage.domain.traversal.neighbourhood import Neighbourhood
from lineage.stores.interface import PartyRow, QuestionReader, State

MOST_ITEMS: Final = 1_000_000
MOST_HOPS: Final = 100_000
MOST_LISTED: Final = 1_000
Document = dict[str, Any]


def unlimited() -> None:
    """Let the work go on: the check of a read without a limit."""


class Context(NamedTuple):
    """The times of a question, milliseconds UTC, and its deadline.

    `at`: the valid time, as of when; `known_at`: the transaction time; `now`: that of the clock, for defaults.
    `deadline_passed` returns whether the answer is to be cut now. `check`, called within work that cannot be cut,
    raises TimeLimitError once the time allowed for the read is over.
    """

    now: int
    deadline_passed: Callable[[], bool]
    at: int | None = None
    known_at: int | None = None
    check: Callable[[], None] = unlimited

    @property
    def moment(self) -> int:
        """The valid time of the question: `at`, else `known_at`, else now (contract 8)."""
        if self.at is not None:
            return self.at
        return self.now if self.known_at is None else self.known_at


def as_read(context: Context, state: State) -> Context:
    """Return the context for a read: without `known_at`, which is faster, where everything was recorded by then.

    The valid time stays the same.
    """
    if context.known_at is None or context.known_at < state.recorded:
        return context
    return context._replace(known_at=None, now=context.known_at)


class Truncation(NamedTuple):
    """Why an answer is not complete. `left_out` is None where it was not counted."""

    reason: str
    frontier: Sequence[str]
    left_out: int | None = None


def cut_document(cut: Truncation) -> Document:
    """Return the cut as answers show it, with at most 100 items of the frontier."""
    return {"reason": cut.reason, "frontier": list(cut.frontier)[:100], "left_out": cut.left_out}


def build_answer(
    state: State,
    context: Context,
    fields: Mapping[str, Any],
    *,
    cut: Truncation | None = None,
    unknown: Sequence[Document] = (),
) -> Document:
    """Return the document that HTTP and the command line send: the fields of every answer, and its own."""
    known = context.known_at if context.known_at is not None else (state.recorded or None)
    document: Document = {
        "as_of": None if context.at is None else format_instant(context.at),
        "known_at": None if known is None else format_instant(known),
        "position": state.position,
        "complete": cut is None,
    }
    if cut is not None:
        document["cut"] = cut_document(cut)
    document["unknown"] = list(unknown)
    document.update(fields)
    return document


def canonical_id(id_text: str) -> str:
    """Return the id in its canonical form; a text that is no valid id is returned as it is, and names no item."""
    try:
        return parse_identifier(id_text, is_stored=True).id
    except InvalidIdentifierError:
        return id_text


def item_facts(reader: QuestionReader, item: str, known_at: int | None) -> ItemFacts:
    """Return the facts of an item as known then. Raises UnknownItemError, NotYetKnownError (contract 8)."""
    facts = reader.facts([item], known_at).get(item)
    if facts is not None:
        return facts
    row = reader.items([item]).get(item) if known_at is not None else None
    if row is not None and row.facts is not None:
        assert known_at is not None
        raise NotYetKnownError(item, known_at)
    raise UnknownItemError(item)


def not_yet_born(facts: ItemFacts, context: Context) -> Document:
    """Return `not_yet_born`, the time of the first event that names the item, of a question about an earlier time.

    Else nothing (contract 8).
    """
    return {"not_yet_born": format_instant(facts.first)} if context.moment < facts.first else {}


def require_party(reader: QuestionReader, party: str, known_at: int | None) -> None:
    """Raise UnknownPartyError or NotYetKnownError unless an event in force names the party, as known then."""
    check_named(party, reader.parties([party]).get(party), known_at)


def check_named(party: str, row: PartyRow | None, known_at: int | None) -> None:
    """Raise as `require_party` does, where the row of the party was fetched already."""
    if row is not None and row.known(known_at):
        return
    if row is not None and known_at is not None and row.known(None):
        raise NotYetKnownError(party, known_at)
    raise UnknownPartyError(party)


_LAYERS: Final = {"vehicle": ("pack", {"pack"}), "pack": ("cell", {"cell", "module"}), "module": ("cell", {"cell"})}
"""The layer that an item of a kind must contain, and the kinds that count for it (contract 8, `unknown`)."""


def missing_layers(
    reader: QuestionReader,
    items: Iterable[str],
    known_at: int | None,
    kinds: Mapping[str, str],
    fetched: Neighbourhood | None = None,
) -> list[Document]:
    """Return the vehicles without a pack, packs without cell or module, modules without a cell ever reported.

    All as known at `known_at`. `fetched` are edges fetched upstream for the answer; they are not fetched again.
    """
    wholes = [x for x in items if kinds.get(x) in _LAYERS]
    reported = {} if fetched is None else {x: layers for x in wholes if (layers := fetched.layers(x)) is not None}
    if not_fetched := [x for x in wholes if x not in reported]:
        reported |= reader.layers_reported(not_fetched, known_at)
    incomplete = [x for x in wholes if reported.get(x, set()).isdisjoint(_LAYERS[kinds[x]][1])]
    uncoded = {} if fetched is None else fetched.uncoded
    if uncounted := [x for x in incomplete if x not in uncoded]:
        uncoded = {**uncoded, **{x: facts.uncoded for x, facts in reader.facts(uncounted, known_at).items()}}
    missing = []
    for x in incomplete:
        layer, below = _LAYERS[kinds[x]]
        counts = [n for kind, n in uncoded[x] if kind in below]
        missing.append({"item": x, "layer": layer, "uncoded": sum(counts) if counts else None})
    return missing


def span(since: int, until: int) -> list[str | None]:
    """Return a window as answers show it; open ends are null."""
    return [format_or_none(since), format_or_none(until)]
