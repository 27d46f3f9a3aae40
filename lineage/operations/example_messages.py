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
SENT_MESSAGES: Final = {"application/json": [MESSAGE], "application/x-ndjson": MESSAGE_LINE, "text/csv": SHEET}
"""The example of a body of messages, by its media type."""

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
