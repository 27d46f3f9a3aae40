"""JSON Schema of what responsibility, duties and the dossier answer."""

from __future__ import annotations

from typing import Any, Final

from api.openapi.schema_terms import (
    COMMON,
    COUNT,
    INSTANT,
    KIND,
    TEXT,
    Schema,
    answer,
    many,
    maybe,
    ref,
    thing,
)  # fmt: skip
from lineage.domain.compliance.duties import STATUSES
from lineage.domain.compliance.rule_sets import CONFIDENCES, STAGES

DAY: Final[Schema] = {"type": "string", "format": "date", "description": "a day in China (UTC+08:00)"}
_AMOUNT: Final[Schema] = {"type": "number", "minimum": 0}
_CONFIDENCE: Final[Schema] = {
    "type": "string",
    "enum": list(CONFIDENCES),
    "description": "A primary text, B standard body or several sources, C one secondary source, M not verified",
}
_BY_RULE: Final[dict[str, Schema]] = {
    "rule": TEXT,
    "name": TEXT,
    "rule_set": TEXT,
    "version": TEXT,
    "article": TEXT,
    "confidence": _CONFIDENCE,
}
_DUTY: Final[dict[str, Any]] = {
    **_BY_RULE,
    "doubts": {
        **many(TEXT),
        "description": "role_unknown, other_role, vehicle_maker_unknown, inferred, calendar_unknown, window_assumed",
    },
    "holder": {**maybe(TEXT), "description": "who owes the report; null where nobody is known"},
    "actor": {**maybe(TEXT), "description": "who did the deed, and tells the holder; null where nobody said"},
    "items": {**many(TEXT), "maxItems": 100},
    "trigger": thing("What triggered it", event=TEXT, type=TEXT, step=maybe(TEXT), time=INSTANT),
    "window": maybe(thing("Days after the trigger's; null: one day for all", days=COUNT, unit={"enum": ["WD", "DAY"]})),
    "due": {**DAY, "description": "the last day in time, in China"},
    "status": {"type": "string", "enum": list(STATUSES)},
    "days_late": {**COUNT, "description": "calendar days after `due`"},
    "recorded": maybe(INSTANT),
    "proof": {**many(TEXT), "description": "the reports that met it"},
}
RESPONSIBILITY: Final[dict[str, Schema]] = {
    "stage": maybe({"type": "string", "enum": list(STAGES)}),
    "rule_set": maybe(thing("The rules of that day", id=TEXT, version=TEXT, title=TEXT)),
    "holder": maybe(ref("Segment")),
    "owners": many(thing("To whom it belongs", party=TEXT, since=INSTANT, events=many(TEXT))),
    "answerable": many(ref("Answerable")),
    "duties": many(ref("Duty")),
    "gaps": many(
        thing(
            "What nobody knows",
            kind={"type": "string", "enum": ["no_holder", "party_gone", "nobody_known"]},
            party=maybe(TEXT),
            since=INSTANT,
            until=maybe(INSTANT),
        )
    ),
    "final_from": {**DAY, "description": "from that day on no report that comes in time can change the answer"},
}

PARTS: Final[dict[str, Schema]] = {
    "Found": thing(
        "What would be found; the rule is null where none of a set says it",
        kind=TEXT,
        message=TEXT,
        **dict.fromkeys(("item", "party", "rule", "article", "confidence"), maybe(TEXT)),
    ),
    "Duty": thing("A report that somebody owed", **_DUTY),
    "Answerable": thing(
        "Who answers; the first to be asked stands first",
        party=TEXT,
        **{"as": TEXT},
        **_BY_RULE,
        since=INSTANT,
        until=maybe(INSTANT),
        events=many(TEXT),
    ),
}
ANSWERS: Final[dict[str, Schema]] = {
    "Conduct": answer(
        "How a party behaves",
        id=TEXT,
        held={**COUNT, "description": "things that it holds outright, in nothing else"},
        throughput=many(
            thing(
                "What it told it took in, in a year of China's calendar",
                year=COUNT,
                kg=_AMOUNT,
                items=COUNT,
                without_mass={**COUNT, "description": "things whose mass nobody told"},
                capacity_kg={**maybe(_AMOUNT), "description": "what its permits allowed in that year"},
            )
        ),
        punctuality=thing(
            "Of the reports that it made and owed, for itself or for another",
            met=COUNT,
            late=COUNT,
            share_met=maybe(_AMOUNT),
            median_days_late=maybe(_AMOUNT),
            worst_days_late=maybe(COUNT),
        ),
        given=many(thing("Given by it, and not acknowledged", item=TEXT, since=INSTANT)),
        expected=many(thing("Given to it, and not told by it", item=TEXT, giver=TEXT, since=INSTANT)),
        open_complete={"type": "boolean", "description": "whether these are all: at most 100 of each are listed"},
    ),
    "Checked": answer(
        "What would be found if these events were reported now",
        checked=COUNT,
        clear={**COUNT, "description": "events of which nothing would be found"},
        rejected={**COUNT, "description": "events that would be refused"},
        judgements=many(
            thing("One event", line=COUNT, id=TEXT, type=TEXT, findings=many(ref("Found")), duties=many(ref("Duty")))
        ),
        errors=many(ref("EventError")),
    ),
    "Responsibility": answer(
        "Who holds it, who answers for it, and what was owed", id=TEXT, kind=KIND, **RESPONSIBILITY
    ),
    "Duties": answer(
        "A page of what a party owed: as `holder`, or as the `actor` who tells another",
        duties=many(thing("A duty", **{"as": {"type": "string", "enum": ["holder", "actor"]}}, **_DUTY)),
        next=maybe(TEXT),
    ),
}


def dossier(item: dict[str, Schema]) -> Schema:
    """The schema of a dossier: what an item's card says (`item`), who answers, and the rest."""
    own = {f: s for f, s in item.items() if f not in COMMON}
    return answer(
        "Everything known of one thing at a moment",
        **own,
        **RESPONSIBILITY,
        composition=maybe(ref("Branch")),
        timeline=many(
            thing(
                "A report that names it",
                **dict.fromkeys(("id", "type", "reporter"), TEXT),
                **dict.fromkeys(("time", "recorded"), INSTANT),
                **dict.fromkeys(("step", "giver", "taker", "place"), maybe(TEXT)),
                others={**many(TEXT), "maxItems": 10},
            )
        ),
        custody=many(ref("Segment")),
        siblings=many(thing("A thing that shares a batch", id=TEXT, kind=KIND, shared=many(TEXT))),
        siblings_complete={"type": "boolean"},
        evidence=many(
            thing(
                "An event that proves it",
                **dict.fromkeys(("id", "reporter"), TEXT),
                **dict.fromkeys(("time", "recorded"), INSTANT),
                position=COUNT,
                documents=many({"type": "object"}),
            )
        ),
        first_refusable=maybe(
            thing(
                "The first hand-over that could have been refused with what was known that day",
                **dict.fromkeys(("event", "giver", "taker"), TEXT),
                time=INSTANT,
                findings=many(ref("Found")),
            )
        ),
        parties={"type": "object", "additionalProperties": TEXT, "description": "names, by id"},
        digest={**TEXT, "description": "the chain digest of the state read"},
    )
