"""Responsibility, duties, the conduct of a party, the check before a report, and the dossier."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from lineage.domain.compliance.duties import Status
from lineage.domain.compliance.rule_sets import STAGES, Unit
from lineage.domain.events.models import Evidence
from lineage.service.documents.common import Amount, AnswerDocument, Count, Day, Ids, Instant, ItemKind, OfAnItem, Page
from lineage.service.documents.custody import SegmentDocument
from lineage.service.documents.findings import FindingDocument
from lineage.service.documents.items import ItemFields
from lineage.service.documents.journal import EventError
from lineage.service.documents.lineage import BranchDocument

Confidence = Annotated[
    Literal["A", "B", "C", "M"],
    Field(description="A primary text, B standard body or several sources, C one secondary source, M not verified"),
]


class ByRule(TypedDict):
    """The row of a rule set that an answer goes by."""

    rule: str
    name: str
    rule_set: str
    version: str
    article: str
    confidence: Confidence


class Trigger(TypedDict):
    """What triggered a duty"""

    event: str
    type: str
    step: str | None
    time: Instant


class DutyWindow(TypedDict):
    """Days after the trigger"""

    days: Count
    unit: Unit


class DutyDocument(ByRule):
    """A report that was owed"""

    doubts: Annotated[
        Ids,
        Field(
            description="role_unknown, other_role, vehicle_maker_unknown, inferred, calendar_unknown, window_assumed"
        ),
    ]
    holder: Annotated[str | None, Field(description="who owes the report; null where that is not known")]
    actor: Annotated[
        str | None, Field(description="who did the action, and informs the holder; null where not reported")
    ]
    items: Annotated[Ids, Field(max_length=100)]
    trigger: Trigger
    window: Annotated[DutyWindow | None, Field(description="null: one day for all")]
    due: Annotated[Day, Field(description="the last day in time, in China")]
    status: Status
    days_late: Annotated[Count, Field(description="calendar days after `due`")]
    recorded: Instant | None
    proof: Annotated[Ids, Field(description="the reports that met it")]


_As = TypedDict("_As", {"as": str})
_DutyAs = TypedDict("_DutyAs", {"as": Literal["holder", "actor"]})


class PartyDuty(DutyDocument, _DutyAs):
    """A duty, and whether the party is its holder or its actor"""


class Answerable(ByRule, _As):
    """Who answers; the first to turn to stands first"""

    party: str
    since: Instant
    until: Instant | None
    events: Ids


class RuleSetName(TypedDict):
    """The rules of that day"""

    id: str
    version: str
    title: str


class Owner(TypedDict):
    """To whom it belongs"""

    party: str
    since: Instant
    events: Ids


class Gap(TypedDict):
    """What is not known"""

    kind: Literal["no_holder", "party_gone", "nobody_known"]
    party: str | None
    since: Instant
    until: Instant | None


class ResponsibilityFields(TypedDict):
    """Who holds an item, who answers for it, and what was owed."""

    stage: Annotated[str, Field(json_schema_extra={"enum": list(STAGES)})] | None
    rule_set: RuleSetName | None
    holder: SegmentDocument | None
    owners: list[Owner]
    answerable: list[Answerable]
    duties: list[DutyDocument]
    gaps: list[Gap]
    final_from: Annotated[Day, Field(description="from that day on no report that comes in time can change the answer")]


class Responsibility(AnswerDocument, ResponsibilityFields):
    """Who holds it, who answers for it, and what was owed"""

    id: str
    kind: ItemKind


class Duties(Page):
    """A page of what a party owed: as `holder`, or as the `actor` who informs another"""

    duties: list[PartyDuty]


class YearlyIntake(TypedDict):
    """What a party reported to have taken in, in a year of China's calendar"""

    year: Count
    kg: Amount
    items: Count
    without_mass: Annotated[Count, Field(description="items whose mass was not reported")]
    capacity_kg: Annotated[Amount | None, Field(description="what its permits allowed in that year")]


class Punctuality(TypedDict):
    """Of the reports that a party made and owed, for itself or for another"""

    met: Count
    late: Count
    share_met: Amount | None
    median_days_late: Amount | None
    worst_days_late: Count | None


class OpenGiven(TypedDict):
    """Given by the party, and not acknowledged"""

    item: str
    since: Instant


class OpenExpected(TypedDict):
    """Given to the party, and not reported by it"""

    item: str
    giver: str
    since: Instant


class Conduct(AnswerDocument):
    """How a party behaves"""

    id: str
    held: Annotated[Count, Field(description="items that it holds outright, in nothing else")]
    throughput: list[YearlyIntake]
    punctuality: Punctuality
    given: list[OpenGiven]
    expected: list[OpenExpected]
    open_complete: Annotated[bool, Field(description="whether these are all: at most 100 of each are listed")]


class Found(TypedDict):
    """What would be found; the rule is null where no rule of a set is the reason"""

    kind: str
    message: str
    item: str | None
    party: str | None
    rule: str | None
    article: str | None
    confidence: str | None


class Judgement(TypedDict):
    """One event, judged"""

    line: Count
    id: str
    type: str
    findings: list[Found]
    duties: list[DutyDocument]


class Checked(AnswerDocument):
    """What would be found if these events were reported now"""

    checked: Count
    clear: Annotated[Count, Field(description="events of which nothing would be found")]
    rejected: Annotated[Count, Field(description="events that would be refused")]
    judgements: list[Judgement]
    errors: list[EventError]


class TimelineRow(TypedDict):
    """A report that names the item"""

    id: str
    type: str
    step: str | None
    reporter: str
    time: Instant
    recorded: Instant
    giver: str | None
    taker: str | None
    place: str | None
    others: Annotated[Ids, Field(max_length=10)]


class Sibling(TypedDict):
    """An item that shares a batch"""

    id: str
    kind: ItemKind
    shared: list[str]


class Stay(TypedDict):
    """An item was in a whole"""

    item: str
    whole: str
    since: Instant
    until: Instant | None


class Proof(TypedDict):
    """An event that proves it"""

    id: str
    reporter: str
    time: Instant
    recorded: Instant
    position: Count
    documents: list[Evidence]


class RefusableHandOver(TypedDict):
    """The first hand-over that could have been refused with what was known that day"""

    event: str
    giver: str | None
    taker: str | None
    time: Instant
    findings: list[Found]


class Dossier(OfAnItem, ItemFields, ResponsibilityFields):
    """Everything known of one item at a moment"""

    composition: BranchDocument | None
    timeline: list[TimelineRow]
    custody: list[SegmentDocument]
    siblings: list[Sibling]
    siblings_complete: bool
    findings: Annotated[list[FindingDocument], Field(description="that name the item, what is in it, or what it is in")]
    findings_complete: Annotated[bool, Field(description="whether these are all; false where the time was over")]
    history: Annotated[
        list[Stay],
        Field(description="stays that are over: of what is in the item, in anything, and of anything in the item"),
    ]
    evidence: list[Proof]
    first_refusable: RefusableHandOver | None
    parties: Annotated[dict[str, str], Field(description="names, by id")]
    digest: Annotated[str, Field(description="the chain digest of the state read")]
