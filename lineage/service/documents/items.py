"""Items, parties, and what a search finds."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from lineage.domain.events.models import Permit
from lineage.domain.identifiers.parsing import Scheme
from lineage.service.documents.common import Amount, AnswerDocument, Ids, Instant, ItemKind, OfAnItem, Page
from lineage.service.documents.custody import SegmentDocument

_DecodedClass = TypedDict("_DecodedClass", {"class": str}, total=False)


class Decoded(_DecodedClass, total=False):
    """What the characters of an id mean, by its scheme; empty where they mean nothing"""

    maker_code: str
    type: str
    chemistry: str
    specification: str
    traceability: str | None
    date: str | None
    serial: str
    suffix: str | None
    second_life: bool
    wmi: str
    descriptor: str
    check_digit: str
    check_digit_right: bool
    model_year: int | None
    plant: str
    authority: str
    region: str
    organisation_code: str
    organisation_check_right: bool
    check_character: str
    check_character_right: bool
    partner: str
    number: str
    party: str
    uri_scheme: str


class FurtherName(TypedDict):
    """A further name of an item"""

    scheme: str
    id: str


class End(TypedDict):
    """The end of an item"""

    time: Instant
    reason: str


class ItemFields(TypedDict):
    """What an item is, and when it was made, ended and consumed."""

    id: str
    kind: ItemKind
    scheme: Scheme
    identifiers: list[FurtherName]
    maker: str | None
    model: str | None
    batch: str | None
    chemistry: str | None
    mass_kg: Amount | None
    capacity_kwh: Amount | None
    decoded: Decoded | None
    born: Instant | None
    ended: End | None
    consumed: Instant | None


class Whole(TypedDict):
    """A whole that an item is directly in"""

    id: str
    kind: ItemKind
    since: Instant


class EventLine(TypedDict):
    """An event that names the item"""

    id: str
    type: str
    step: str | None
    time: Instant
    reporter: str


class ItemAnswer(OfAnItem, ItemFields):
    """An item, as of `at`"""

    inside: list[Whole]
    custody: SegmentDocument | None
    events: list[EventLine]


class PartyFields(TypedDict):
    """Who a party is."""

    name: str | None
    roles: Ids
    permits: list[Permit]
    region: str | None
    status: str | None


class PartyVersion(PartyFields):
    """What a party was from then on"""

    since: Instant
    event: str


class Party(AnswerDocument, PartyFields):
    """A party at `at`, and its history"""

    id: str
    enrolled: bool
    history: list[PartyVersion]


class HitDocument(TypedDict):
    """An item has a `kind`, a party has `party`, its name"""

    id: str
    kind: NotRequired[ItemKind]
    party: NotRequired[str | None]
    matched: str


class Hits(Page):
    """What was found"""

    hits: list[HitDocument]
