"""The types of event (contract 2): one frozen model each, one union over `type`.

A model holds the fields of its type and their forms; the rules that span several fields
are in `validation.py`. Every optional field is `None` or `()` when absent. Times are
instants (whole milliseconds since 1970, UTC).
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from lineage.domain.events.fields import (
    Amount,
    Count,
    Digest,
    EventId,
    Few,
    Findings,
    ItemId,
    Kind,
    Label,
    Listed,
    Mass,
    Moment,
    NoOwnId,
    OrEmpty,
    OwnId,
    PartyId,
    Rights,
    Several,
    Side,
    Step,
    Text,
)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Evidence(_Model):
    """A document that shows it: what kind, where it is, and its digest."""

    kind: Text
    ref: Text
    sha256: Digest | None = None


class Identifier(_Model):
    """A further name of an item, found by search; never names it elsewhere."""

    scheme: Text
    id: Label


class Declared(_Model):
    """An item as the event that brings it into being describes it."""

    id: ItemId
    kind: Kind
    maker: Text | None = None
    model: Text | None = None
    batch: Text | None = None
    chemistry: Text | None = None
    mass_kg: Mass | None = None
    capacity_kwh: Amount | None = None
    identifiers: Annotated[tuple[Identifier, ...], Listed, Few, OrEmpty] = ()


class Input(_Model):
    """An item that is consumed, in whole or (a lot) in part."""

    id: ItemId
    mass_kg: Mass | None = None


class Uncoded(_Model):
    """How many parts of a kind went in that bear no code."""

    kind: Kind
    count: Count


class Permit(_Model):
    """A permit of a party, from `valid_from` until `valid_until` (open if absent)."""

    kind: Text
    number: Text | None = None
    valid_from: Moment
    valid_until: Moment | None = None
    capacity_kg_per_year: Amount | None = None


class PartyCard(_Model):
    """Who a party is; `roles` may be empty."""

    id: PartyId
    name: Text
    roles: Annotated[tuple[Text, ...], Listed, Few]
    region: Text | None = None
    permits: Annotated[tuple[Permit, ...], Listed, Few, OrEmpty] = ()
    status: Text | None = None


class Reported(_Model):
    """The fields of every event. `id` is never empty once an event has been read."""

    id: OwnId = NoOwnId
    step: Step | None = None
    time: Moment
    reporter: PartyId
    recorded: Moment | None = None
    place: Label | None = None
    evidence: Annotated[tuple[Evidence, ...], Listed, Few, OrEmpty] = ()


class Produced(Reported):
    """Items come into being, or into the register; held by `custodian`, else the reporter."""

    type: Literal["produced"]
    items: Annotated[tuple[Declared, ...], Several]
    custodian: PartyId | None = None


class Assembled(Reported):
    """Parts are put into a whole; `parts` may be empty where `uncoded` is not."""

    type: Literal["assembled"]
    whole: ItemId
    parts: Annotated[tuple[ItemId, ...], Listed]
    uncoded: Annotated[tuple[Uncoded, ...], Listed, Few, OrEmpty] = ()


class Disassembled(Reported):
    """Parts leave a whole; without `custodian` they go to the holder of the whole."""

    type: Literal["disassembled"]
    whole: ItemId
    parts: Annotated[tuple[ItemId, ...], Several]
    custodian: PartyId | None = None


class Transferred(Reported):
    """A hand-over, reported by one side or by both; one side may leave out the other, which is then unknown."""

    type: Literal["transferred"]
    items: Annotated[tuple[ItemId, ...], Several]
    giver: PartyId | None = None
    taker: PartyId | None = None
    side: Side = "both"
    rights: Rights = "custody"


class Transformed(Reported):
    """Inputs become outputs; held by `custodian`, else the reporter."""

    type: Literal["transformed"]
    inputs: Annotated[tuple[Input, ...], Several]
    outputs: Annotated[tuple[Declared, ...], Several]
    custodian: PartyId | None = None


class Inspected(Reported):
    """A test or sighting; `inside` is evidence, never an edge."""

    type: Literal["inspected"]
    items: Annotated[tuple[ItemId, ...], Several]
    inside: ItemId | None = None
    findings: Findings


class Ended(Reported):
    """End of life of the items themselves."""

    type: Literal["ended"]
    items: Annotated[tuple[ItemId, ...], Several]
    reason: Literal["destroyed", "scrapped", "landfilled", "exported", "lost"]


class Enrolled(Reported):
    """Who a party is, from `time` on."""

    type: Literal["enrolled"]
    party: PartyCard


Plain = Produced | Assembled | Disassembled | Transferred | Transformed | Inspected | Ended | Enrolled
"""Every event that is not a correction: what a replacement may be."""


class Corrected(Reported):
    """Withdraws `target`, and may put `replacement` in its place.

    The replacement's id is `<id>#r`; its `recorded` is the correction's (contract 2).
    """

    type: Literal["corrected"]
    target: EventId
    reason: Text
    replacement: Annotated[Plain, Field(discriminator="type")] | None = None


Event = Plain | Corrected
AnyEvent = Annotated[Event, Field(discriminator="type")]
"""The union over `type`, for schemas."""

TYPES: Final[Mapping[str, type[Event]]] = {
    "produced": Produced,
    "assembled": Assembled,
    "disassembled": Disassembled,
    "transferred": Transferred,
    "transformed": Transformed,
    "inspected": Inspected,
    "ended": Ended,
    "enrolled": Enrolled,
    "corrected": Corrected,
}
