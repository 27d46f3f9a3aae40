"""The items and parties that an event names: the one place that knows in which fields they are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lineage.domain.errors import InvalidIdentifierError
from lineage.domain.events.corrections import replacement_id
from lineage.domain.events.models import Corrected, Declared, Event, Input
from lineage.domain.graph import PartyEvent
from lineage.domain.identifiers.parsing import PARTY_SCHEMES, parse_identifier

Path = tuple[str | int, ...]
"""Where a value is in an event: field names and list indices."""

_ITEM_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "produced": ("items",),
    "assembled": ("whole", "parts"),
    "disassembled": ("whole", "parts"),
    "transferred": ("items",),
    "transformed": ("inputs", "outputs"),
    "inspected": ("items",),
    "ended": ("items",),
    "enrolled": (),
    "corrected": (),
}
"""Fields that hold an item id, a list of ids, or a list of objects with an `id`, by event type."""

ITEM_LISTS: Final = ("items", "parts", "inputs", "outputs")
"""Those of these fields that are lists."""

_DECLARING_FIELDS: Final[Mapping[str, str]] = {"produced": "items", "transformed": "outputs"}
"""The field in which an event that brings items into being describes them."""

_MENTIONED_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {"inspected": ("inside",)}
"""Fields with an item that is evidence only: it is looked up, but the event is not about it."""

_PARTY_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "produced": ("custodian",),
    "disassembled": ("custodian",),
    "transferred": ("giver", "taker"),
    "transformed": ("custodian",),
    "enrolled": ("party",),
}
"""Fields other than `reporter` that hold a party id or an object with an `id`; absent ones are None."""


def items_of(event: Event) -> tuple[str, ...]:
    """Return the ids of the items that the event is about, in the order of its fields: a whole before its parts.

    The items of a replacement are not among them, nor is the `inside` of an inspection.
    """
    fields = _ITEM_FIELDS[event.type]
    if len(fields) == 1:
        return tuple(_ids(getattr(event, fields[0])))
    return tuple(id for field in fields for id in _ids(getattr(event, field)))


def named_items_of(event: Event) -> tuple[str, ...]:
    """Return the ids of all items that the event names, those included that are evidence only."""
    mentioned = (getattr(event, field) for field in _MENTIONED_FIELDS.get(event.type, ()))
    return (*items_of(event), *(id for id in mentioned if id is not None))


def listed_count(event: Event) -> int:
    """Return how many items the lists of the event hold: what it costs in memory, without building the ids."""
    values = (getattr(event, field) for field in _ITEM_FIELDS[event.type])
    return sum(len(value) for value in values if not isinstance(value, str))


def declared_items_of(event: Event) -> tuple[Declared, ...]:
    """Return the descriptions of the items that the event brings into being; empty for any other event."""
    field = _DECLARING_FIELDS.get(event.type)
    declared: tuple[Declared, ...] = () if field is None else getattr(event, field)
    return declared


def parties_of(event: Event) -> list[str]:
    """Return the ids of the parties that the event names, each once, the reporter first."""
    parties = [event.reporter]
    for field in _PARTY_FIELDS.get(event.type, ()):
        value = getattr(event, field)
        if value is not None:
            parties.append(value if isinstance(value, str) else value.id)
    return list(dict.fromkeys(parties))


def maker_of(declared: Declared) -> str | None:
    """Return the maker that a description names: its canonical id, or the text as reported where it is no id."""
    if declared.maker is None:
        return None
    return _party_id(declared.maker) or declared.maker


def party_events_of(event: Event) -> list[PartyEvent]:
    """Return the rows of an event, and of the replacement that it brings, in the lists of the parties concerned.

    These are the reporter, the giver, the taker, and the makers that it declares: each party that a duty which the
    event triggers may name, but for the makers of vehicles that other events made. Each row is returned once.
    """
    rows = _party_events(event, event.id)
    if isinstance(event, Corrected) and event.replacement is not None:
        rows += _party_events(event.replacement, replacement_id(event.id))
    return rows


def concerned_parties_of(event: Event) -> list[str]:
    """Return the parties in whose lists an event stands, each once: reporter, giver, taker, declared makers."""
    parties = [event.reporter]
    if event.type == "transferred":
        parties += [party for party in (event.giver, event.taker) if party is not None]
    makers = {declared.maker for declared in declared_items_of(event)} - {None, event.reporter}
    if makers:
        parties += sorted(id for maker in makers if maker and (id := _party_id(maker)) is not None)
    return list(dict.fromkeys(parties))


def _party_events(event: Event, event_id: str) -> list[PartyEvent]:
    return [PartyEvent(party, event.time, event_id) for party in concerned_parties_of(event)]


def _party_id(text: str) -> str | None:
    """Return the canonical id of a party; None where the text is none: a maker may be any text."""
    try:
        identity = parse_identifier(text)
    except InvalidIdentifierError:
        return None
    return identity.id if identity.scheme in PARTY_SCHEMES else None


def references_of(event: Event) -> list[tuple[Path, str]]:
    """Return every item and party id in the event itself, each with its path.

    Ids in a replacement are not among them, nor are event ids.
    """
    # By the type word, not by the class: isinstance of a pydantic model is slow, and this is done for every event read.
    references: list[tuple[Path, str]] = [(("reporter",), event.reporter)]
    for fields in (_ITEM_FIELDS[event.type], _MENTIONED_FIELDS.get(event.type), _PARTY_FIELDS.get(event.type)):
        for field in fields or ():
            value = getattr(event, field)
            if isinstance(value, str):
                references.append(((field,), value))
            elif isinstance(value, tuple):
                references += _listed(field, value)
            elif value is not None:
                references.append(((field, "id"), value.id))
    return references


def _ids(value: str | Sequence[str] | Sequence[Declared | Input]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        yield from (entry if isinstance(entry, str) else entry.id for entry in value)


def _listed(field: str, values: Sequence[str] | Sequence[Declared | Input]) -> list[tuple[Path, str]]:
    return [
        ((field, index), entry) if isinstance(entry, str) else ((field, index, "id"), entry.id)
        for index, entry in enumerate(values)
    ]
