"""The items and parties of the examples in the API reference, and fragments that several examples share."""

from __future__ import annotations

from typing import Any, Final

Example = dict[str, Any]
MODULE: Final = "9XHMEM1DEMA013A3D0210028"
PACK: Final = "9XHPEP1DEMA013A3G0210030"
CAR: Final = "LX9DEMA10L0909789"
OTHER_CAR: Final = "LX9DEMA1XL0916412"
MAKER: Final = "91990000DEMA0003XE"
CAR_MAKER: Final = "91990000DEMA000569"
SHOP: Final = "91990000DEMA00080R"
MADE: Final = "2020-03-15T16:00:00.000Z"
OUT: Final = "2022-06-14T03:30:00.000Z"
COMMON: Final[Example] = {
    "as_of": None,
    "known_at": "2024-01-15T01:00:00.000Z",
    "position": 142,
    "complete": True,
    "unknown": [],
}
IN: Final = {
    "type": "PART_OF",
    "source": MODULE,
    "target": PACK,
    "since": MADE,
    "until": OUT,
    "at": None,
    "events": ["demo-0031", "demo-0141"],
}
SEGMENT: Final = {
    "since": OUT,
    "until": None,
    "status": "held",
    "holders": [SHOP],
    "to": None,
    "via": [],
    "events": ["demo-0141"],
}
ASSEMBLED: Final = {
    "id": "demo-0031",
    "parts": [MODULE],
    "reporter": MAKER,
    "step": "pack_production",
    "time": MADE,
    "type": "assembled",
    "whole": PACK,
}
DUTY: Final = {
    "rule": "T18-10",
    "name": "A battery is repaired, replaced or swapped",
    "rule_set": "R2018",
    "version": "2026-11-23",
    "article": "公告 2018年第35号 第十条",
    "confidence": "A",
    "doubts": [],
    "holder": CAR_MAKER,
    "actor": SHOP,
    "items": [PACK, MODULE],
    "trigger": {"event": "demo-0141", "type": "disassembled", "step": "replacement", "time": OUT},
    "window": {"days": 30, "unit": "WD"},
    "due": "2022-07-26",
    "status": "late",
    "days_late": 538,
    "recorded": "2024-01-15T01:00:00.000Z",
    "proof": ["demo-0141"],
}
ANSWERABLE: Final = {
    "party": CAR_MAKER,
    "as": "extended producer responsibility",
    "rule": "M18-05",
    "name": "The maker of the vehicle bears the main responsibility for recycling",
    "rule_set": "R2018",
    "version": "2026-11-23",
    "article": "工信部联节〔2018〕43号 第五条",
    "confidence": "B",
    "since": "2020-04-06T02:05:00.000Z",
    "until": "2024-03-17T16:00:00.000Z",
    "events": ["demo-0034"],
}
LOADED: Final = {
    **COMMON,
    "accepted": 2,
    "duplicate": 0,
    "rejected": 0,
    "warnings": [],
    "errors": [],
    "digest": "b1b8bb8004201a729e86ebc2d399de79cb1aef6bd6d25d459ad539b2682bdbe8",
}
REFUSED: Final = {"line": 1, "id": "e-9", "path": "parts", "code": "empty_list", "message": "`parts` is empty."}
