"""JSON Schema of what is sent and answered, for the OpenAPI document; no answer is validated on its way out."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter

from api.openapi import compliance_schemas
from api.openapi.schema_terms import (
    ANYTHING,
    COMMON,
    COUNT,
    DIRECTION,
    EVENT_STATUS,
    FLAG,
    INSTANT,
    KIND,
    STATUS,
    TEXT,
    WHEN,
    Schema,
    answer,
    many,
    maybe,
    ref,
    sometimes,
    thing,
)  # fmt: skip
from lineage.domain.events.models import TYPES, AnyEvent
from lineage.domain.findings import KINDS

WINDOW: Final[Schema] = {
    "type": "array",
    "items": maybe(INSTANT),
    "minItems": 2,
    "maxItems": 2,
    "description": "[since, until): half-open, an open end is null; an instant is [t, t]",
}
_DECLARED: Final[dict[str, Schema]] = {
    **{name: maybe(TEXT) for name in ("maker", "model", "batch", "chemistry")},
    **{name: maybe({"type": "number", "minimum": 0}) for name in ("mass_kg", "capacity_kwh")},
}
_PARTY: Final[dict[str, Schema]] = {
    "name": maybe(TEXT),
    "roles": many(TEXT),
    "permits": many(ANYTHING),
    "region": maybe(TEXT),
    "status": maybe(TEXT),
}
_PROBLEM: Final[dict[str, Schema]] = {
    "type": {**TEXT, "format": "uri"},
    "title": TEXT,
    "status": {"type": "integer"},
    "detail": TEXT,
    "code": TEXT,
}
_BLOCKED: Final = thing(
    "The step that cannot be taken; `since` and `until` are of the window that arrived there",
    edge=ref("Edge"),
    reason={"type": "string", "enum": ["ended_before", "starts_after", "consumed"]},
    since=maybe(INSTANT),
    until=maybe(INSTANT),
)
_LOADED: Final[dict[str, Schema]] = {
    "accepted": COUNT,
    "duplicate": COUNT,
    "rejected": {**COUNT, "description": "events; one may have several errors"},
    "warnings": many(ref("Warning")),
    "errors": {**many(ref("EventError")), "description": "at most 1,000; all are counted"},
    "digest": {**TEXT, "description": "the journal's chain of digests, afterwards"},
    "warnings_left_out": COUNT,
}

PARTS: Final[dict[str, Schema]] = {
    "Cut": thing(
        "Why an answer is not complete",
        reason={"type": "string", "enum": ["max_items", "max_hops", "time_limit"]},
        frontier={**many(TEXT), "maxItems": 100, "description": "where it would go on"},
        left_out={**maybe(COUNT), "description": "how many items; null where nobody counted"},
    ),
    "Unknown": thing(
        "A layer that nobody reported",
        item=TEXT,
        layer={"type": "string", "enum": ["pack", "cell"]},
        uncoded={**maybe(COUNT), "description": "how many without a code were counted"},
    ),
    "Edge": thing(
        "A step. `source` is the part or the input, `events` prove it",
        type={"type": "string", "enum": ["PART_OF", "BECAME"]},
        source=TEXT,
        target=TEXT,
        since=maybe(INSTANT),
        until=maybe(INSTANT),
        at=maybe(INSTANT),
        events=many(TEXT),
    ),
    "TracedItem": thing(
        "An item of a trace, with every time at which it was reached",
        id=TEXT,
        kind=KIND,
        distance=COUNT,
        windows=many(WINDOW),
    ),
    "Branch": thing(
        "An item of a tree, and what is in it",
        id=TEXT,
        kind=KIND,
        since=maybe(INSTANT),
        events=many(TEXT),
        parts=many(ref("Branch")),
    ),
    "Segment": thing(
        "Who held it for a time. `via`: the wholes around it, nearest first",
        since=INSTANT,
        until=maybe(INSTANT),
        status=STATUS,
        holders=many(TEXT),
        to=maybe(TEXT),
        via=many(TEXT),
        events=many(TEXT),
    ),
    "Finding": thing(
        "Something that cannot be as it was told, with what shows it",
        kind={"type": "string", "enum": list(KINDS)},
        rule=TEXT,
        items=many(TEXT),
        parties=many(TEXT),
        interval=WINDOW,
        events=many(TEXT),
        regions=many(TEXT),
        text=thing("A sentence in English and in Chinese", en=TEXT, zh=TEXT),
    ),
    "Recall": {
        "type": "object",
        "description": "What is recalled: `items`, or what their making declared",
        "additionalProperties": False,
        "properties": {
            "items": {**many({**TEXT, "minLength": 1}), "minItems": 1, "maxItems": 100_000},
            **{name: {**TEXT, "minLength": 1, "maxLength": 4_000} for name in ("maker", "model", "batch")},
            "kind": {"type": "string", "enum": ["cell", "module", "pack", "vehicle", "part", "lot"]},
            **dict.fromkeys(("produced_from", "produced_until", "at", "known_at", "changed_since"), WHEN),
        },
    },
    "Warning": thing("Something odd about an event that was kept", line=COUNT, id=maybe(TEXT), code=TEXT, message=TEXT),
    "EventError": thing(
        "Why an event was refused; `path` is the field", line=COUNT, id=maybe(TEXT), path=TEXT, code=TEXT, message=TEXT
    ),
    "ParameterError": thing(
        "Why a parameter was refused; `path` is its name", line={"type": "null"}, path=TEXT, code=TEXT, message=TEXT
    ),
    "Problem": sometimes(
        thing(
            "RFC 9457. `code` is for programs and does not change its meaning; `detail` is for people",
            **_PROBLEM,
            errors={**many(ref("ParameterError")), "description": "of parameters"},
            line=maybe(COUNT),
            column=maybe(COUNT),
        ),
        *("errors", "line", "column"),
    ),
    "EventsProblem": sometimes(
        thing(
            "RFC 9457, with the counts of a load of which nothing was kept; of a wrong parameter as any other",
            **_PROBLEM,
            **{**COMMON, **_LOADED, "errors": many({"anyOf": [ref("EventError"), ref("ParameterError")]})},
        ),
        *(*COMMON, *_LOADED),
    ),
}

ANSWERS: Final[dict[str, Schema]] = {
    "Loaded": sometimes(answer("What became of the events sent", **_LOADED), "warnings_left_out"),
    "Events": answer(
        "A page of the journal",
        events=many(thing("A row", position=COUNT, recorded=INSTANT, status=EVENT_STATUS, event=ANYTHING)),
        next=maybe(TEXT),
    ),
    "EventAnswer": sometimes(
        answer(
            "One event as kept; `sent` is as it came, where an id was spelled otherwise",
            event=ANYTHING,
            status=EVENT_STATUS,
            recorded=INSTANT,
            corrected_by=many(TEXT),
            warnings=many(ANYTHING),
            sent=ANYTHING,
        ),
        "sent",
    ),
    "ItemAnswer": answer(
        "An item, as of `at`",
        id=TEXT,
        kind=KIND,
        scheme=TEXT,
        identifiers=many(thing("A further name", scheme=TEXT, id=TEXT)),
        **_DECLARED,
        decoded=maybe(ANYTHING),
        born=maybe(INSTANT),
        ended=maybe(thing("Its end", time=INSTANT, reason=TEXT)),
        consumed=maybe(INSTANT),
        inside=many(thing("A whole it is directly in", id=TEXT, kind=KIND, since=INSTANT)),
        custody=maybe(ref("Segment")),
        events=many(thing("An event that names it", id=TEXT, type=TEXT, step=maybe(TEXT), time=INSTANT, reporter=TEXT)),
    ),
    "Hits": answer(
        "What was found: an item has a `kind`, a party has `party`, its name",
        hits=many(sometimes(thing("A hit", id=TEXT, kind=KIND, party=maybe(TEXT), matched=TEXT), "kind", "party")),
        next=maybe(TEXT),
    ),
    "Trace": answer(
        "Every item reached, nearest first, and every edge stepped over",
        root=TEXT,
        direction=DIRECTION,
        items=many(ref("TracedItem")),
        edges=many(ref("Edge")),
    ),
    "Composition": answer("What is in it; `tree` is null for what was consumed before", tree=maybe(ref("Branch"))),
    "Paths": answer(
        "Shortest chains downstream (`more`: there are others as short), or the first step that time blocks",
        paths=many(thing("A chain", steps=many(ref("Edge")), window=WINDOW)),
        more=FLAG,
        why_not=maybe(many(_BLOCKED)),
    ),
    "Custody": answer("In whose hands it was, without holes", segments=many(ref("Segment"))),
    "Party": answer(
        "A party at `at`, and its history",
        id=TEXT,
        enrolled=FLAG,
        **_PARTY,
        history=many(thing("What it was from then on", since=INSTANT, event=TEXT, **_PARTY)),
    ),
    "Holdings": answer(
        "What a party holds; `count` is how many in all",
        items=many(thing("An item in its hands", id=TEXT, kind=KIND, since=INSTANT, status=STATUS)),
        count=COUNT,
        next=maybe(TEXT),
    ),
    "Findings": answer("A page of findings", findings=many(ref("Finding")), next=maybe(TEXT)),
}


def components() -> dict[str, Schema]:
    """Every schema by name, the nine types of event among them."""
    event: Schema = TypeAdapter(AnyEvent).json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Schema] = event.pop("$defs")
    assert {p["properties"]["type"]["const"] for p in parts.values() if "type" in p["properties"]} == set(TYPES)
    item = {f: s for f, s in ANSWERS["ItemAnswer"]["properties"].items() if f not in ("inside", "events", "custody")}
    answers = {**ANSWERS, **compliance_schemas.ANSWERS, "Dossier": compliance_schemas.dossier(item)}
    return {"Event": event, **parts, **PARTS, **compliance_schemas.PARTS, **answers}
