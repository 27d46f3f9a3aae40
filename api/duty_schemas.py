"""JSON Schema of what responsibility, duties and the dossier answer."""

from __future__ import annotations

from typing import Any, Final

from api.schema_words import (
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
from lineage.domain.duties import STATUSES
from lineage.domain.rules import CONFIDENCES, STAGES

DAY: Final[Schema] = {"type": "string", "format": "date", "description": "a day in China (UTC+08:00)"}
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
    "Responsibility": answer(
        "Who holds it, who answers for it, and what was owed", id=TEXT, kind=KIND, **RESPONSIBILITY
    ),
    "Duties": answer(
        "A page of what a party owed: as `holder`, or as the `actor` who tells another",
        duties=many(thing("A duty", **{"as": {"type": "string", "enum": ["holder", "actor"]}}, **_DUTY)),
        next=maybe(TEXT),
    ),
}
