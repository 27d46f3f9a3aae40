"""Units with their trees: messages 1, 2, 4, 9 and 14."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.domain.events.validation import MOST_IDS
from tests.builders import Json
from tests.platform_client import ACCOUNT, read_messages, read_record, stated

VIN, PACK, OTHER_PACK = "LZATEST15M0000101", "ZZAPB01TEST000B3C0000001", "ZZAPB01TEST000B3C0000002"
MODULE, OTHER_MODULE = "ZZAMB01TEST000B380000001", "ZZAMB01TEST000B380000002"
CELLS = ["ZZACB01TEST000B310000001", "ZZACB01TEST000B310000002", "ZZACB01TEST000B320000009"]
VEHICLE = {"vin": VIN, "offlineProductionTime": "2021-04-09 16:20:00"}
PRODUCED, SPARE = "vehicle/receiveBatteryProduce", "sail/receiveReplaceBattery"
MAKER = "91990000TT7101003G"
MADE_ON = "2021-03-11T16:00:00.000Z"


def shapes(events: list[Json]) -> list[tuple[Any, ...]]:
    """Type, step, and what each event is about."""
    found: list[tuple[Any, ...]] = []
    for event in events:
        listed: list[Any] = event.get("items") or event.get("parts") or []
        ids = [item if isinstance(item, str) else item["id"] for item in listed]
        found.append((event["type"], event["step"], event.get("whole"), ids))
    return found


# ---- message 1


def test_a_vehicle_with_two_packs() -> None:
    record = {**VEHICLE, "vehModelName": "ZA7000BEV", "systemCode": "S001", "packCodeList": [PACK, OTHER_PACK]}

    found = read_record("vehicle/receiveVehicleProduce", record)

    time = "2021-04-09T08:20:00.000Z"
    vehicle = {"id": VIN, "kind": "vehicle", "maker": ACCOUNT, "model": "ZA7000BEV",
               "identifiers": [{"scheme": "systemCode", "id": "S001"}]}  # fmt: skip
    assert [stated(event) for event in found.events] == [
        {"type": "produced", "step": "vehicle_production", "time": time, "items": [vehicle]},
        {"type": "assembled", "step": "vehicle_production", "time": time, "whole": VIN, "parts": [PACK, OTHER_PACK]},
    ]


@pytest.mark.parametrize("packs", [[], None, [""], "[]"])
def test_a_vehicle_without_packs_leaves_its_packs_unknown(packs: object) -> None:
    found = read_record("vehicle/receiveVehicleProduce", {**VEHICLE, "packCodeList": packs})

    assert shapes(found.events) == [("produced", "vehicle_production", None, [VIN])]


def test_packs_whose_codes_do_not_say_so_are_registered_as_packs() -> None:
    record = {**VEHICLE, "packCodeList": ["old-1", PACK, "old-2", "OLD-1"]}

    found = read_record("vehicle/receiveVehicleProduce", record)

    old = ["urn:tbrat:code:OLD-1", "urn:tbrat:code:OLD-2"]
    assert shapes(found.events)[1:] == [
        ("produced", "registration", None, old),
        ("assembled", "vehicle_production", VIN, [old[0], PACK, old[1]]),
    ]
    assert [item["kind"] for item in found.events[1]["items"]] == ["pack", "pack"]
    assert sorted(code for _, code in found.warnings) == ["code_not_gbt34014", "code_not_gbt34014", "twice_in_list"]


def test_a_code_that_is_in_a_list_twice_counts_once() -> None:
    found = read_record("vehicle/receiveVehicleProduce", {**VEHICLE, "packCodeList": [PACK, PACK]})

    assert found.events[1]["parts"] == [PACK]
    assert found.warnings == [("packCodeList.1", "twice_in_list")]


# ---- messages 2 and 4


def test_the_order_of_the_events_of_a_pack() -> None:
    record = {
        "code": PACK,
        "modelId": "ZA-P1",
        "orderNo": "PO-1",
        "systemId": "S001",
        "moduleList": [
            {"cellModelId": "C9", "cellList": CELLS[2:]},
            {"code": MODULE, "modelId": "ZA-M1", "cellModelId": "ZA-C1", "cellList": CELLS[:2]},
            {"code": OTHER_MODULE, "modelId": "ZA-M1"},
        ],
    }

    found = read_record(PRODUCED, record)

    assert shapes(found.events) == [
        ("produced", "pack_production", None, [PACK]),
        ("produced", "cell_production", None, CELLS[2:]),
        ("produced", "module_production", None, [MODULE]),
        ("produced", "cell_production", None, CELLS[:2]),
        ("assembled", "module_production", MODULE, CELLS[:2]),
        ("produced", "module_production", None, [OTHER_MODULE]),
        ("assembled", "pack_production", PACK, [CELLS[2], MODULE, OTHER_MODULE]),
    ]
    assert [event["id"].rpartition(":")[2] for event in found.events] == [str(n) for n in range(1, 8)]
    pack = {"id": PACK, "kind": "pack", "maker": ACCOUNT, "model": "ZA-P1",
            "identifiers": [{"scheme": "orderNo", "id": "PO-1"}, {"scheme": "systemCode", "id": "S001"}]}  # fmt: skip
    assert found.events[0]["items"] == [pack]
    assert found.events[1]["items"] == [{"id": CELLS[2], "kind": "cell", "model": "C9"}]
    assert found.events[2]["items"] == [{"id": MODULE, "kind": "module", "model": "ZA-M1"}]
    assert found.events[4]["time"] == found.events[2]["time"] == "2021-03-07T16:00:00.000Z"
    assert found.events[6]["time"] == found.events[0]["time"] == MADE_ON


def test_cells_are_grouped_by_time_and_model() -> None:
    children = [{"code": CELLS[0], "type": "C", "modelId": "A"}, {"code": CELLS[2], "type": "C", "modelId": "A"},
                {"code": CELLS[1], "type": "C", "modelId": "A"}]  # fmt: skip

    found = read_record(SPARE, {"code": MODULE, "type": "M", "childCodeList": children})

    assert shapes(found.events)[1:3] == [
        ("produced", "cell_production", None, CELLS[:2]),
        ("produced", "cell_production", None, CELLS[2:]),
    ]


def test_the_maker_is_the_one_named_else_the_account() -> None:
    named = read_record(PRODUCED, {"code": PACK, "manufactoryCode": MAKER.lower()})

    assert named.events[0]["items"][0]["maker"] == MAKER
    assert read_record(PRODUCED, {"code": PACK}).events[0]["items"][0]["maker"] == ACCOUNT


@pytest.mark.parametrize(
    ("fields", "time"),
    [({}, MADE_ON), ({"productionDate": "2021-03-13"}, "2021-03-12T16:00:00.000Z")],
)
def test_the_time_of_a_unit_is_its_date_of_production_else_that_in_its_code(fields: Json, time: str) -> None:
    assert read_record(PRODUCED, {"code": PACK, **fields}).events[0]["time"] == time


def test_what_has_no_date_has_the_time_of_its_whole() -> None:
    found = read_record(PRODUCED, {"code": PACK, "moduleList": [{"code": "M-1", "cellList": ["C-1", "C-2"]}]})

    assert {event["time"] for event in found.events} == {MADE_ON}
    assert [code for _, code in found.warnings].count("time_from_whole") == 3


def test_a_pack_without_any_date_is_refused() -> None:
    assert read_record(PRODUCED, {"code": "OLD"}).errors == [(1, 1, "productionDate", "missing_field")]


def test_counts_beyond_the_lists_are_parts_without_a_code() -> None:
    record = {
        "code": PACK,
        "moduleCodeSize": "3",
        "moduleList": [{"code": MODULE, "cellCodeSize": 5, "cellList": CELLS[:2]}],
    }

    found = read_record(PRODUCED, record)

    uncoded = {event["whole"]: event.get("uncoded") for event in found.events if event["type"] == "assembled"}
    assert uncoded == {MODULE: [{"kind": "cell", "count": 3}], PACK: [{"kind": "module", "count": 2}]}


@pytest.mark.parametrize(
    ("size", "count", "warnings"),
    [("2", None, []), ("0", None, []), ("twelve", None, ["size_form"]), ("-1", None, ["size_form"]), ("96", 96, [])],
)
def test_a_count_of_a_pack_includes_the_cells_in_its_modules(size: str, count: int | None, warnings: list[str]) -> None:
    modules = [] if count else [{"code": MODULE, "cellList": CELLS[:2]}]

    found = read_record(PRODUCED, {"code": PACK, "cellCodeSize": size, "moduleList": modules})

    last = found.events[-1]
    assert last.get("uncoded") == ([{"kind": "cell", "count": count}] if count else None)
    assert [code for _, code in found.warnings] == warnings


def test_a_module_of_which_nothing_is_stated_stays_unknown() -> None:
    found = read_record(PRODUCED, {"code": PACK, "moduleList": [{"code": MODULE, "cellList": []}]})

    assert shapes(found.events)[-1] == ("assembled", "pack_production", PACK, [MODULE])
    assert len(found.events) == 3


@pytest.mark.parametrize(
    ("code", "letter", "kind", "warnings"),
    [
        (MODULE, "M", "module", []),
        (MODULE, None, "module", []),
        (MODULE, "p", "module", ["species_mismatch"]),
        (CELLS[0], "C", "cell", []),
        ("OLD", "m", "module", ["code_not_gbt34014"]),
    ],
)
def test_the_kind_of_a_spare_unit_is_that_of_its_code_else_its_letter(
    code: str, letter: str | None, kind: str, warnings: list[str]
) -> None:
    found = read_record(SPARE, {"code": code, "type": letter, "productionDate": "2021-03-08", "orderCode": "SP-1"})

    item = {"id": code if len(code) == 24 else "urn:tbrat:code:OLD", "kind": kind, "maker": ACCOUNT,
            "identifiers": [{"scheme": "orderNo", "id": "SP-1"}]}  # fmt: skip
    assert [(e["step"], e["items"]) for e in found.events] == [(f"{kind}_production", [item])]
    assert [code for _, code in found.warnings] == warnings


def test_a_spare_unit_of_unknown_kind_is_refused() -> None:
    found = read_record(SPARE, {"code": "OLD", "productionDate": "2021-03-08"})
    child = read_record(SPARE, {"code": PACK, "type": "P", "childCodeList": [{"code": "OLD"}]})

    assert found.errors == [(1, 1, "type", "missing_field")]
    assert child.errors == [(1, 1, "childCodeList.0.type", "missing_field")]


def test_a_module_that_is_in_a_list_twice_is_one_with_the_cells_of_both() -> None:
    modules = [{"code": MODULE, "cellList": CELLS[:1]}, {"code": MODULE, "cellList": CELLS[1:2]}]

    found = read_record(PRODUCED, {"code": PACK, "moduleList": modules})

    assert shapes(found.events)[-2:] == [
        ("assembled", "module_production", MODULE, [CELLS[1], CELLS[0]]),
        ("assembled", "pack_production", PACK, [MODULE]),
    ]
    assert found.warnings == [("moduleList.1.code", "twice_in_list")]


def test_a_unit_inside_itself_is_refused() -> None:
    found = read_record(PRODUCED, {"code": PACK, "moduleList": [{"code": PACK}]})
    deep: Json = {"code": "OLD", "type": "M"}
    for _ in range(12):
        deep = {"code": "OLD", "type": "M", "childCodeList": [deep]}

    assert found.errors == [(1, 1, "code", "whole_in_parts")]
    assert read_record(SPARE, deep).errors[0][3] == "too_deep"


def test_more_parts_than_one_event_may_name_are_several_events() -> None:
    cells = [f"ZZACB01TEST000B31{n:07d}" for n in range(MOST_IDS + 5)]

    found = read_record(PRODUCED, {"code": PACK, "moduleList": [{"cellList": cells}]})

    assert [len(about) for _, _, _, about in shapes(found.events)] == [1, MOST_IDS, 5, MOST_IDS, 5]
    assert found.errors == []


@pytest.mark.parametrize(
    ("fields", "path", "code"),
    [
        ({"modelId": "x" * 4001}, "modelId", "text_too_long"),
        ({"orderNo": "x" * 513}, "orderNo", "id_too_long"),
        ({"systemId": "a\u0007b"}, "systemId", "id_forbidden_character"),
        ({"moduleList": [{"code": MODULE, "cellList": [{"modelId": "x"}]}]}, "moduleList.0.cellList.0.code",
         "missing_field"),
    ],
)  # fmt: skip
def test_texts_that_no_event_can_hold_refuse_the_record(fields: Json, path: str, code: str) -> None:
    assert read_record(PRODUCED, {"code": PACK, **fields}).errors == [(1, 1, path, code)]


# ---- message 9


def test_a_pack_that_comes_into_a_pool_is_not_made_then() -> None:
    record = {
        "code": PACK,
        "inStorageDate": "2021-04-20",
        "replaceUnitCode": MAKER,
        "moduleList": [{"code": MODULE, "cellList": [], "cellCodeSize": "12"}],
    }

    found = read_record("replaceBattery/batteryInStorage", record)

    assert [(event["type"], event["step"]) for event in found.events] == [
        ("assembled", "module_production"),
        ("assembled", "pack_production"),
        ("transferred", "storage"),
    ]
    assert stated(found.events[2]) == {
        "type": "transferred", "step": "storage", "time": "2021-04-19T16:00:00.000Z", "items": [PACK], "taker": MAKER,
        "side": "taker",
    }  # fmt: skip


@pytest.mark.parametrize("sent", [1618923600000, "1618923600000", "2021-04-20 21:00:00", "2021-04-20T13:00:00Z"])
def test_a_pack_without_a_date_came_when_the_message_was_sent(sent: object) -> None:
    message = {"interface": "replaceBattery/batteryInStorage", "account": ACCOUNT, "sent": sent,
               "message": {"code": PACK, "replaceUnitCode": MAKER}}  # fmt: skip

    found = read_messages(message)

    assert found.events[0]["time"] == "2021-04-20T13:00:00.000Z"
    assert [code for _, code in found.warnings] == ["time_from_sending"]


@pytest.mark.parametrize("sent", [None, "soon", True, -5])
def test_without_a_date_and_without_a_time_of_sending_it_is_refused(sent: object) -> None:
    message = {"interface": "replaceBattery/batteryInStorage", "account": ACCOUNT, "sent": sent,
               "message": {"code": PACK, "replaceUnitCode": MAKER}}  # fmt: skip

    assert read_messages(message).errors == [(1, 1, "inStorageDate", "missing_field")]


def test_of_several_sendings_the_first_counts_in_whatever_order_they_come() -> None:
    messages = [
        {"interface": "replaceBattery/batteryInStorage", "account": ACCOUNT, "sent": f"2021-04-2{day}",
         "message": {"code": PACK, "replaceUnitCode": MAKER}}
        for day in (3, 1, 2)
    ]  # fmt: skip

    found = read_messages(*messages)

    assert {event["time"] for event in found.events} == {"2021-04-20T16:00:00.000Z"}
    assert len({event["id"] for event in found.events}) == 1
    assert (found.counts["events"], found.counts["repeats"]) == (1, 2)


# ---- message 14


def test_a_back_filled_vehicle_has_its_packs_with_their_trees() -> None:
    record = {
        **VEHICLE,
        "packCodeList": [{"code": PACK, "manufactoryCode": MAKER, "moduleList": [{"code": MODULE}]}],
        "packList": [{"code": "OLD"}, {"code": PACK}],
    }

    found = read_record("receiveVehicleOld", record)

    assert shapes(found.events) == [
        ("produced", "vehicle_production", None, [VIN]),
        ("produced", "pack_production", None, [PACK]),
        ("produced", "module_production", None, [MODULE]),
        ("assembled", "pack_production", PACK, [MODULE]),
        ("produced", "pack_production", None, ["urn:tbrat:code:OLD"]),
        ("assembled", "vehicle_production", VIN, [PACK, "urn:tbrat:code:OLD"]),
    ]
    makers = [event["items"][0].get("maker") for event in found.events if event["type"] == "produced"]
    assert makers == [ACCOUNT, MAKER, None, ACCOUNT]
    assert found.events[4]["time"] == found.events[0]["time"]
    assert sorted(code for _, code in found.warnings) == ["code_not_gbt34014", "time_from_whole", "twice_in_list"]


def test_a_code_without_a_tree_in_a_back_fill_is_as_in_message_1() -> None:
    found = read_record("receiveVehicleOld", {**VEHICLE, "packCodeList": [PACK, "OLD"]})

    assert shapes(found.events)[1:] == [
        ("produced", "registration", None, ["urn:tbrat:code:OLD"]),
        ("assembled", "vehicle_production", VIN, [PACK, "urn:tbrat:code:OLD"]),
    ]
