"""What every question shares: its clocks, its limits, and what every answer says (contract 8)."""

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
from lineage.stores.interface import PartyRow, Reader, State

MOST_ITEMS: Final = 1_000_000
MOST_HOPS: Final = 100_000
MOST_LISTED: Final = 1_000
Document = dict[str, Any]


class Context(NamedTuple):
    """The moments of a question, milliseconds UTC. `at`: as of when; `known_at`: K; `now`: the clock's, for defaults.

    `spent` says whether the time allowed for the read is over.
    """

    now: int
    deadline_passed: Callable[[], bool]
    at: int | None = None
    known_at: int | None = None

    @property
    def moment(self) -> int:
        """The moment asked about: `at`, else now, which is K if one is asked for (contract 8)."""
        if self.at is not None:
            return self.at
        return self.now if self.known_at is None else self.known_at


def as_read(context: Context, state: State) -> Context:
    """The same question as a store is asked it: of what is known now, which is faster, where all was known by K.

    The moment asked about stays what it is.
    """
    if context.known_at is None or context.known_at < state.recorded:
        return context
    return context._replace(known_at=None, now=context.known_at)


class Truncation(NamedTuple):
    """Why an answer is not complete. `left_out` is None where nobody counted."""

    reason: str
    frontier: Sequence[str]
    left_out: int | None = None


def build_answer(
    state: State,
    context: Context,
    own: Mapping[str, Any],
    *,
    cut: Truncation | None = None,
    unknown: Sequence[Document] = (),
) -> Document:
    """The document that both doors send: what every answer has, and its own fields."""
    known = context.known_at if context.known_at is not None else (state.recorded or None)
    document: Document = {
        "as_of": None if context.at is None else format_instant(context.at),
        "known_at": None if known is None else format_instant(known),
        "position": state.position,
        "complete": cut is None,
    }
    if cut is not None:
        document["cut"] = {"reason": cut.reason, "frontier": list(cut.frontier)[:100], "left_out": cut.left_out}
    document["unknown"] = list(unknown)
    document.update(own)
    return document


def canonical_id(id_text: str) -> str:
    """The id as it is kept; what is no id at all names nothing, and is given back as it is."""
    try:
        return parse_identifier(id_text).id
    except InvalidIdentifierError:
        return id_text


def item_facts(reader: Reader, item: str, known_at: int | None) -> ItemFacts:
    """The facts of an item as known then. Raises UnknownItemError, NotYetKnownError (contract 8)."""
    found = reader.facts([item], known_at).get(item)
    if found is not None:
        return found
    row = reader.items([item]).get(item) if known_at is not None else None
    if row is not None and row.facts is not None:
        assert known_at is not None
        raise NotYetKnownError(item, known_at)
    raise UnknownItemError(item)


def require_party(reader: Reader, party: str, known_at: int | None) -> None:
    """Raises UnknownPartyError, NotYetKnownError unless an event named the party by then."""
    check_named(party, reader.parties([party]).get(party), known_at)


def check_named(party: str, row: PartyRow | None, known_at: int | None) -> None:
    """The same where the store has told of the party already."""
    if row is not None and row.known(known_at):
        return
    if row is not None and known_at is not None and row.known(None):
        raise NotYetKnownError(party, known_at)
    raise UnknownPartyError(party)


_LAYERS: Final = {"vehicle": ("pack", {"pack"}), "pack": ("cell", {"cell", "module"}), "module": ("cell", {"cell"})}
"""Which layer a thing must have in it, and what counts for it (contract 8, `unknown`)."""


def missing_layers(
    reader: Reader,
    items: Iterable[str],
    known_at: int | None,
    kinds: Mapping[str, str],
    near: Neighbourhood | None = None,
) -> list[Document]:
    """Vehicles without a pack, packs without cell or module, modules without a cell ever reported, as known at K.

    `near` is what was fetched upstream for the answer, and is not fetched again.
    """
    wholes = [x for x in items if kinds.get(x) in _LAYERS]
    reported = {} if near is None else {x: layers for x in wholes if (layers := near.layers(x)) is not None}
    if elsewhere := [x for x in wholes if x not in reported]:
        reported |= reader.layers_reported(elsewhere, known_at)
    lacking = [x for x in wholes if reported.get(x, set()).isdisjoint(_LAYERS[kinds[x]][1])]
    uncoded = {} if near is None else near.uncoded
    if untold := [x for x in lacking if x not in uncoded]:
        uncoded = {**uncoded, **{x: facts.uncoded for x, facts in reader.facts(untold, known_at).items()}}
    found = []
    for x in lacking:
        layer, below = _LAYERS[kinds[x]]
        counts = [n for kind, n in uncoded[x] if kind in below]
        found.append({"item": x, "layer": layer, "uncoded": sum(counts) if counts else None})
    return found


def span(since: int, until: int) -> list[str | None]:
    """A window as answers write it; open ends are null."""
    return [format_or_none(since), format_or_none(until)]
