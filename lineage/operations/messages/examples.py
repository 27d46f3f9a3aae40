"""Examples of messages of other systems for the OpenAPI document, and of the answer to them."""

from __future__ import annotations

from typing import Final

from lineage.operations.example_items import CAR, CAR_MAKER, COMMON, LOADED, PACK, Example
from lineage.operations.json_encoding import encode

MESSAGE: Final[Example] = {
    "interface": "vehicle/receiveVehicleProduce",
    "account": CAR_MAKER,
    "sent": "2020-04-07 09:00:00",
    "message": {
        "vinList": [
            {
                "vin": CAR,
                "vehModelName": "Xinghe City",
                "offlineProductionTime": "2020-04-06 10:05:00",
                "packCodeList": [PACK],
            }
        ]
    },
}
MESSAGE_LINE: Final = encode(MESSAGE).decode() + "\n"
SHEET: Final = f"入库电池编码,产品类型,入库日期,回收服务网点统一社会信用代码\n{PACK},电池包,2024-03-18,{CAR_MAKER}\n"
_LOGIN: Final[Example] = {
    "Cmd": 1,
    "Encrypt": 1,
    "Vin": CAR,
    "Data": {
        "Time": {"Year": 25, "Month": 12, "Day": 1, "Hour": 8, "Minute": 30, "Second": 0},
        "Seq": 1,
        "BmsNum": 1,
        "BatteryPackCounts": [1],
        "BatteryPackEncodings": [[PACK]],
    },
}
_FRAME: Final = (
    "242401fe4c583944454d4131304c30393039373839010036190c01081e000001383938363030303030303030303030303030"
    "303001013958485045503144454d4130313341334730323130303330f8"
)
SENT: Final[dict[str, dict[str, object]]] = {
    "platform": {"application/json": [MESSAGE], "application/x-ndjson": MESSAGE_LINE, "text/csv": SHEET},
    "gbt32960": {
        "application/json": [_LOGIN],
        "application/x-ndjson": encode(_LOGIN).decode() + "\n",
        "text/plain": _FRAME + "\n",
    },
}
"""The example of a body of messages, by the operation and its media type."""

CONVERTED: Final[Example] = {
    **COMMON,
    **LOADED,
    "records": 1,
    "logins": 0,
    "events": 2,
    "repeats": 0,
    "personal": {},
    "not_carried": {},
    "unknown_interfaces": {},
    "not_read": {"encrypted": 0, "other_command": 0, "answer": 0},
    "warning_counts": {},
    "error_counts": {},
}

CONVERTED_LOGINS: Final[Example] = {**CONVERTED, "records": 0, "logins": 1, "events": 1, "accepted": 1}
