"""Examples for the OpenAPI document: one pack of one car, and one module that was taken out of it."""

from __future__ import annotations

from typing import Final

from lineage.exchange.formats import MEDIA_TYPES
from lineage.operations.example_items import (
    ANSWERABLE,
    ASSEMBLED,
    COMMON,
    DUTY,
    IN,
    LOADED,
    MADE,
    MAKER,
    MODULE,
    OTHER_CAR,
    OUT,
    PACK,
    REFUSED,
    SEGMENT,
    SHOP,
    Example,
)
from lineage.operations.problems import problem

SENT: Final[list[Example]] = [
    {
        "id": "e-1",
        "type": "assembled",
        "step": "pack_production",
        "time": "2020-03-16",
        "reporter": MAKER,
        "whole": PACK,
        "parts": [MODULE],
    },
    {
        "id": "e-2",
        "type": "disassembled",
        "step": "replacement",
        "time": "2022-06-14T11:30:00+08:00",
        "reporter": SHOP,
        "whole": PACK,
        "parts": [MODULE],
        "custodian": SHOP,
    },
]

EXAMPLES: Final[dict[str, Example]] = {
    "Loaded": LOADED,
    "Events": {
        **COMMON,
        "events": [
            {
                "position": 31,
                "recorded": "2020-04-15T01:00:00.000Z",
                "status": "standing",
                "event": ASSEMBLED,
            }
        ],
        "next": None,
    },
    "EventAnswer": {
        **COMMON,
        "event": ASSEMBLED,
        "status": "standing",
        "recorded": "2020-04-15T01:00:00.000Z",
        "corrected_by": [],
        "warnings": [],
    },
    "ItemAnswer": {
        **COMMON,
        "id": MODULE,
        "kind": "module",
        "scheme": "gbt34014",
        "identifiers": [],
        "maker": MAKER,
        "model": "Xinghe City 013",
        "batch": None,
        "chemistry": "NCM622",
        "mass_kg": 14.5,
        "capacity_kwh": 3.285,
        "decoded": {"maker_code": "9XH", "type": "module", "date": "2020-03-13"},
        "born": "2020-03-12T16:00:00.000Z",
        "ended": None,
        "consumed": None,
        "inside": [],
        "custody": SEGMENT,
        "events": [{field: ASSEMBLED[field] for field in ("id", "type", "step", "time", "reporter")}],
    },
    "Hits": {**COMMON, "hits": [{"id": PACK, "kind": "pack", "matched": "id"}], "next": None},
    "Trace": {
        **COMMON,
        "root": MODULE,
        "direction": "downstream",
        "items": [
            {"id": MODULE, "kind": "module", "distance": 0, "windows": [[None, None]]},
            {"id": PACK, "kind": "pack", "distance": 1, "windows": [[MADE, OUT]]},
        ],
        "edges": [IN],
    },
    "Composition": {
        **COMMON,
        "as_of": "2021-01-01T00:00:00.000Z",
        "unknown": [{"item": MODULE, "layer": "cell", "uncoded": 12}],
        "tree": {
            "id": PACK,
            "kind": "pack",
            "since": None,
            "events": [],
            "parts": [{"id": MODULE, "kind": "module", "since": MADE, "events": IN["events"], "parts": []}],
        },
    },
    "Paths": {
        **COMMON,
        "paths": [],
        "more": False,
        "why_not": [
            {
                "edge": {
                    "type": "PART_OF",
                    "source": PACK,
                    "target": OTHER_CAR,
                    "since": "2023-08-21T06:15:00.000Z",
                    "until": None,
                    "at": None,
                    "events": ["demo-0162"],
                },
                "reason": "starts_after",
                "since": MADE,
                "until": OUT,
            }
        ],
    },
    "Custody": {**COMMON, "segments": [SEGMENT]},
    "Responsibility": {
        **COMMON,
        "id": MODULE,
        "kind": "module",
        "stage": "removed",
        "rule_set": {
            "id": "R2018",
            "version": "2026-11-23",
            "title": "新能源汽车动力蓄电池回收利用溯源管理暂行规定 (2018)",
        },
        "holder": SEGMENT,
        "owners": [],
        "answerable": [ANSWERABLE],
        "duties": [DUTY],
        "gaps": [],
        "final_from": "2024-02-29",
    },
    "Duties": {**COMMON, "duties": [{"as": "actor", **DUTY}], "next": None},
    "Party": {
        **COMMON,
        "id": SHOP,
        "enrolled": True,
        "name": "Qiaoshou Repair (demo)",
        "roles": ["REPAIR"],
        "permits": [],
        "region": "990000",
        "status": None,
        "history": [
            {
                "since": "2019-01-01T16:00:00.000Z",
                "event": "demo-0008",
                "name": "Qiaoshou Repair (demo)",
                "roles": ["REPAIR"],
                "permits": [],
                "region": "990000",
                "status": None,
            }
        ],
    },
    "Holdings": {
        **COMMON,
        "items": [{"id": MODULE, "kind": "module", "since": OUT, "status": "held"}],
        "count": 1,
        "next": None,
    },
    "Findings": {
        **COMMON,
        "findings": [
            {
                "kind": "removal_without_installation",
                "rule": "removal_without_installation",
                "items": [MODULE, OTHER_CAR],
                "parties": [SHOP],
                "interval": [OUT, OUT],
                "events": ["demo-0141"],
                "regions": ["440000"],
                "text": {
                    "en": f"{MODULE} was taken out of {OTHER_CAR} on 2021-06-18, and nobody ever put it in.",
                    "zh": f"{MODULE} 于 2021-06-18 从 {OTHER_CAR} 拆出，但从无装入记录。",
                },
            }
        ],
        "next": None,
    },
}

EXAMPLES["Conduct"] = {
    **COMMON,
    "id": SHOP,
    "held": 1,
    "throughput": [{"year": 2024, "kg": 78.0, "items": 1, "without_mass": 0, "capacity_kg": 4000000.0}],
    "punctuality": {
        "met": 12,
        "late": 1,
        "share_met": 0.9231,
        "median_days_late": 538,
        "worst_days_late": 538,
    },
    "given": [{"item": MODULE, "since": OUT}],
    "expected": [{"item": PACK, "giver": MAKER, "since": OUT}],
    "open_complete": True,
}
EXAMPLES["Checked"] = {
    **COMMON,
    "checked": 1,
    "clear": 0,
    "rejected": 0,
    "judgements": [
        {
            "line": 1,
            "id": "e-3",
            "type": "transferred",
            "findings": [
                {
                    "kind": "unqualified_receiver",
                    "message": "The taker is SELLER; it takes one of OUTLET, RECYCLER.",
                    "item": MODULE,
                    "party": SHOP,
                    "rule": "X18-network",
                    "article": "工信部联节〔2018〕43号 第十二、十三条",
                    "confidence": "B",
                }
            ],
            "duties": [],
        }
    ],
    "errors": [],
}
EXAMPLES["Dossier"] = {
    **EXAMPLES["ItemAnswer"],
    **EXAMPLES["Responsibility"],
    "composition": EXAMPLES["Composition"]["tree"],
    "timeline": [
        {
            **{field: ASSEMBLED[field] for field in ("id", "type", "step", "time", "reporter")},
            "recorded": "2020-04-15T01:00:00.000Z",
            "giver": None,
            "taker": None,
            "place": None,
            "others": [PACK],
        }
    ],
    "custody": [SEGMENT],
    "siblings": [{"id": "9XHMEM1DEMA013A3D0210029", "kind": "module", "shared": ["Xinghe City 013-A3D"]}],
    "siblings_complete": True,
    "findings": [],
    "findings_complete": True,
    "history": [],
    "evidence": [
        {
            "id": "demo-0031",
            "position": 31,
            "time": MADE,
            "recorded": "2020-04-15T01:00:00.000Z",
            "reporter": MAKER,
            "documents": [],
        }
    ],
    "first_refusable": None,
    "parties": {MAKER: "Xinghe Battery (demo)"},
    "digest": LOADED["digest"],
}
del EXAMPLES["Dossier"]["inside"], EXAMPLES["Dossier"]["events"]

PAGE: Final = '<!doctype html><html lang="en">…</html>'
STREAM: Final = (
    f'{{"root":"{MODULE}","direction":"downstream","as_of":null,"known_at":"2024-01-15T01:00:00.000Z","position":142}}\n'
    f'{{"id":"{MODULE}","kind":"module","distance":0,"windows":[[null,null]]}}\n'
    f'{{"id":"{PACK}","kind":"pack","distance":1,"windows":[["{MADE}","{OUT}"]]}}\n'
    f'{{"type":"PART_OF","source":"{MODULE}","target":"{PACK}","since":"{MADE}","until":"{OUT}",'
    '"at":null,"events":["demo-0031","demo-0141"]}\n'
    '{"items":2,"edges":1,"complete":true,"unknown":[]}\n'
)

RECALL: Final = {"items": [MODULE]}
CONCERNED: Final = (
    f'{{"status":"once","item":"{MODULE}","whole":"{PACK}","since":"{MADE}","until":"{OUT}","holders":["{SHOP}"],'
    '"region":"990000","remedied":true}\n'
    '{"totals":{"now":0,"once":1,"unknown":0,"items":1,"wholes":1,"uncoded":0,"undeclared":0},"as_of":"2024-01-15T01:00:00.000Z",'
    '"known_at":"2024-01-15T01:00:00.000Z","position":142,"complete":true,'
    '"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}\n'
)

_WRONG: Final = {"line": None, "path": "at", "code": "time_form", "message": "'soon' is not a time."}
PROBLEMS: Final[dict[int, Example]] = {
    400: problem(400, "not_utf8", "The query is not UTF-8: encode it as such.", {"line": None, "column": None}),
    404: problem(404, "unknown_item", f"No standing event names '{OTHER_CAR}'. Check its spelling, or search for it."),
    408: problem(408, "request_timeout", "Nothing more came for 60 s. Send it again."),
    413: problem(
        413, "too_large", "An array may have 64 MiB. Send one event per line instead: lines have no such bound."
    ),
    415: problem(415, "unsupported_media_type", f"Send {' or '.join(MEDIA_TYPES)}, in UTF-8."),
    422: problem(422, "time_form", "'soon' is not a time.", {"errors": [_WRONG]}),
    503: problem(503, "store_unavailable", "The store does not answer."),
}
REJECTED: Final[Example] = problem(
    422,
    "events_rejected",
    "Every event was rejected: see `errors`.",
    {**LOADED, "accepted": 0, "rejected": 1, "errors": [REFUSED]},
)
