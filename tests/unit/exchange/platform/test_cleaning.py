"""Cleaning, ids and refusals of records: what every message has in common."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.builders import Json
from tests.platform_client import ACCOUNT, as_lines, read_bodies, read_messages, read_record, stated

VIN, PACK = "LZATEST15M0000101", "ZZAPB01TEST000B3C0000001"
SALE: Json = {"vin": VIN, "saleTime": "2021-06-01"}
MADE: Json = {"code": PACK}


def id_of(interface: str, record: Json, account: str = ACCOUNT) -> str:
    content = {"account": account, "interface": interface, "record": record}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"platform:{hashlib.sha256(text.encode()).hexdigest()}"


def test_an_id_is_made_of_the_cleaned_record_the_account_and_the_first_generation_of_names() -> None:
    record = {**SALE, "vin": f" {VIN.lower()} ", "saleTime": "2021-06-01 ", "epcode": None, "vehTypeName": "0111"}
    found = read_messages({"interface": "receiveSaleVehicle", "account": f" {ACCOUNT.lower()}", "message": record})

    assert [event["id"] for event in found.events] == [id_of("receiveSaleVehicle", SALE) + ":1"]


@pytest.mark.parametrize(
    ("second", "first"),
    [
        ("repair/receiveRepairBattery", "sail/receiveReplaceBattery"),
        ("repair/receiveRepairVehicle", "sail/receiveReplaceRecord"),
        ("repair/receiveRepairVehicleAdditional", "sail/receiveReplaceOld"),
        ("replaceBattery/receiveReplaceBattery", "replaceBattery/batteryInStorage"),
        ("replaceBattery/receiveReplaceBatteryRecord", "replaceBattery/replacementBattery"),
        ("replaceBattery/receiveBatteryRetired", "sail/receiveRetiredOldReplace"),
    ],
)
def test_names_of_the_second_generation_give_the_events_of_the_first(second: str, first: str) -> None:
    record = {
        "vin": VIN, "code": PACK, "type": "P", "oldCode": PACK, "newCode": "ZZAPB01TEST000C2A0000041",
        "replaceDate": "2022-03-03", "batterySpecies": "P", "whereaboutsId": ACCOUNT, "replaceUnitCode": ACCOUNT,
        "inStorageDate": "2022-03-03", "retireDate": "2022-03-03", "retireUnitCode": ACCOUNT,
        "newCodeBean": {"code": "ZZAPB01TEST000C2A0000041", "type": "P"},
    }  # fmt: skip
    one, other = read_record(second, record), read_record(first, record)

    assert one.events == other.events
    assert one.events[0]["evidence"] == [{"kind": "platform", "ref": first}]


def test_the_last_word_of_a_name_is_not_enough() -> None:
    """Two interfaces end in receiveReplaceBattery: one of spare parts, one of a swap pool."""
    spare = read_record("sail/receiveReplaceBattery", {"code": PACK, "type": "P"})
    pool = read_record("replaceBattery/receiveReplaceBattery", {"code": PACK, "replaceUnitCode": ACCOUNT,
                                                               "inStorageDate": "2021-04-20"})  # fmt: skip
    alone = read_record("receiveReplaceBattery", {"code": PACK})

    assert [e["type"] for e in spare.events] == ["produced"]
    assert [e["type"] for e in pool.events] == ["transferred"]
    assert alone.counts["unknown_interfaces"] == {"receiveReplaceBattery": 1}


def test_numbers_are_texts_and_empty_fields_are_absent() -> None:
    as_number = read_record("vehicle/receiveBatteryProduce", {**MADE, "orderNo": 401, "moduleList": []})
    as_text = read_record("vehicle/receiveBatteryProduce", {**MADE, "orderNo": " 401", "moduleList": "[]"})
    empty = {"systemId": "  ", "modelId": None, "cellCodeList": "[]"}
    without = read_record("vehicle/receiveBatteryProduce", {**MADE, "orderNo": "401", **empty})

    assert as_number.events == as_text.events == without.events
    assert without.counts["not_carried"] == {}


def test_a_decimal_number_is_written_as_json_writes_it() -> None:
    record = {"code": PACK, "retireDate": "2022-04-01", "retireUnitCode": ACCOUNT}
    found = [
        read_record("sail/receiveRetiredOld", {**record, "batteryWeight": weight}).events[0]["id"]
        for weight in (312.5, "312.5")
    ]

    assert found[0] == found[1]


def test_personal_data_is_dropped_wherever_it_stands_and_counted_by_name() -> None:
    nested = {
        "code": "ZZAMB01TEST000B380000001",
        "ownerName": "某某",
        "extra": {"Idnum": "1", "list": [{"Idnum": "2"}]},
    }
    record = {**MADE, "moduleList": [nested], "licensePlate": " ", "epaddress": None, "dirPersonName": "某某"}
    line = {"interface": "vehicle/receiveBatteryProduce", "account": ACCOUNT, "message": record, "dirPersonId": "3"}

    found = read_messages(line)

    assert found.counts["personal"] == {"ownerName": 1, "Idnum": 2, "dirPersonName": 1, "dirPersonId": 1}
    assert found.counts["not_carried"] == {"extra": 1}
    assert "某某" not in json.dumps(found.events, ensure_ascii=False)


@pytest.mark.parametrize(
    ("interface", "record"),
    [
        ("receiveSaleVehicle", {**SALE, "epcode": "11010519491231002X"}),
        ("receiveSaleVehicle", {**SALE, "epcode": "13912345678"}),
        ("receiveSaleVehicle", {**SALE, "epcode": "+86 139-1234-5678"}),
    ],
)
def test_a_buyer_with_the_number_of_a_person_is_a_private_owner(interface: str, record: Json) -> None:
    found = read_record(interface, record)
    plain = read_record(interface, SALE)

    assert found.counts["personal"] == {"epcode": 1}
    assert found.events == plain.events
    assert found.events[0]["taker"].startswith("owner:")


def test_the_number_of_a_person_in_any_field_is_dropped() -> None:
    found = read_record("vehicle/receiveBatteryProduce", {**MADE, "orderNo": "11010519491231002X"})

    assert found.counts["personal"] == {"orderNo": 1}
    assert "identifiers" not in found.events[0]["items"][0]


def test_an_account_with_the_number_of_a_person_is_refused_without_it() -> None:
    found = read_messages({"interface": "receiveSaleVehicle", "account": "11010519491231002X", "message": SALE})

    assert found.errors == [(1, 0, "account", "personal_data")]


@pytest.mark.parametrize(
    ("code", "id", "warning"),
    [
        ("zzapb01test000b3c0000001", PACK, None),
        ("001CB24B3C0221953RC", "001CB24B3C0221953RC", None),
        ("101CB22585616554E000XXXX", "urn:tbrat:code:101CB22585616554E000XXXX", "code_not_gbt34014"),
        ("ZZAPB01TEST000B2Y0000001", "urn:tbrat:code:ZZAPB01TEST000B2Y0000001", "code_not_gbt34014"),
        ("old 12/ä~._-", "urn:tbrat:code:OLD%2012%2F%C3%84~._-", "code_not_gbt34014"),
        (401, "urn:tbrat:code:401", "code_not_gbt34014"),
    ],
)
def test_a_code_stays_or_becomes_a_urn(code: object, id: str, warning: str | None) -> None:
    found = read_record("recover/receiveRecoverStorage",
                        {"code": code, "storageDate": "2022-03-04", "recoverUnitCode": ACCOUNT})  # fmt: skip

    assert found.events[0]["items"] == [id]
    assert [code for _, code in found.warnings] == ([] if warning is None else [warning])


@pytest.mark.parametrize(
    ("vin", "id"),
    [(VIN, VIN), ("LZATEST1", "urn:tbrat:vin:LZATEST1"), ("LZATEST15M000O101", "urn:tbrat:vin:LZATEST15M000O101"),
     ("1" * 17, "urn:tbrat:vin:" + "1" * 17)],
)  # fmt: skip
def test_a_vin_stays_or_becomes_a_urn(vin: str, id: str) -> None:
    found = read_record("receiveSaleVehicle", {**SALE, "vin": vin})

    assert found.events[0]["items"] == [id]
    assert [code for _, code in found.warnings] == ([] if id == vin else ["vin_form"])


@pytest.mark.parametrize(
    ("code", "id", "warning"),
    [
        ("91990000tt71020061", "91990000TT71020061", None),
        ("123456789", "urn:duns:123456789", None),
        ("12-345-6789", "urn:duns:123456789", None),
        ("BPNL00000003CSGV", "BPNL00000003CSGV", None),
        ("SHOP 7", "urn:tbrat:org:SHOP%207", "party_form"),
        ("91990000TT710200I1", "urn:tbrat:org:91990000TT710200I1", "party_form"),
    ],
)
def test_a_party_stays_or_becomes_a_urn(code: str, id: str, warning: str | None) -> None:
    found = read_record("receiveSaleVehicle", {**SALE, "epcode": code})

    assert found.events[0]["taker"] == id
    assert [code for _, code in found.warnings] == ([] if warning is None else [warning])


def test_a_duns_number_is_one_record_with_hyphens_and_without() -> None:
    one, other = (read_record("receiveSaleVehicle", {**SALE, "epcode": c}) for c in ("12-345-6789", "123456789"))

    assert one.events == other.events


def test_an_account_may_be_any_code() -> None:
    found = read_messages({"interface": "receiveSaleVehicle", "account": 123456789, "message": SALE})

    assert found.events[0]["reporter"] == "urn:duns:123456789"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2021-06-01", "2021-05-31T16:00:00.000Z"),
        ("2021/06/01", "2021-05-31T16:00:00.000Z"),
        ("2021-06-01 08:30", "2021-06-01T00:30:00.000Z"),
        ("2021/06/01 08:30:05", "2021-06-01T00:30:05.000Z"),
    ],
)
def test_times_are_of_the_clock_of_china(text: str, time: str) -> None:
    assert read_record("receiveSaleVehicle", {**SALE, "saleTime": text}).events[0]["time"] == time


@pytest.mark.parametrize(
    "text",
    ["soon", "2021-6-1", "2021-02-30", "20210601", "2021-06/01", "2021-06-01T08:30:00", "2021-06-01 24:00",
     "2021-06-01 08:30:00.0", "1889-06-01", "2021-06-01  08:30", "٢٠٢١-06-01", 1622505600000],
)  # fmt: skip
def test_anything_else_is_no_time_and_refuses_the_record(text: object) -> None:
    found = read_record("receiveSaleVehicle", {**SALE, "saleTime": text})

    assert (found.events, found.errors) == ([], [(1, 1, "saleTime", "time_form")])


def test_a_record_is_refused_whole_and_the_others_stand() -> None:
    bad = {"code": PACK, "moduleList": [{"code": "ZZAMB01TEST000B380000001"}, {"code": 5, "cellList": [["x"]]}]}
    line = {"interface": "vehicle/receiveBatteryProduce", "account": ACCOUNT, "message": [bad, MADE]}

    found = read_messages(line)

    assert found.errors == [(1, 1, "moduleList.1.cellList.0", "wrong_type")]
    assert [event["items"][0]["id"] for event in found.events] == [PACK]
    assert found.counts["records"] == 2


def test_a_refused_record_warns_of_nothing() -> None:
    found = read_record("vehicle/receiveBatteryProduce", {"code": "OLD", "moduleList": [{"code": "OLDER"}]})

    assert (found.warnings, found.errors) == ([], [(1, 1, "productionDate", "missing_field")])


@pytest.mark.parametrize(
    ("record", "path", "code"),
    [
        ({**SALE, "vin": True}, "vin", "wrong_type"),
        ({**SALE, "vin": {"a": 1}}, "vin", "wrong_type"),
        ({**SALE, "packCodeList": {"a": 1}}, "packCodeList", "wrong_type"),
        ({**SALE, "moduleList": ["x"]}, "moduleList.0", "wrong_type"),
        ({**SALE, "newCodeBean": []}, "newCodeBean", "wrong_type"),
        ({**SALE, "vin": "x" * 600}, "vin", "id_too_long"),
        ({**SALE, "epcode": "é" * 200}, "epcode", "id_too_long"),
        ({"saleTime": "2021-06-01"}, "vin", "missing_field"),
        ("text", "", "wrong_type"),
        (None, "", "wrong_type"),
    ],
)
def test_refusals_name_the_field(record: Any, path: str, code: str) -> None:
    assert read_record("receiveSaleVehicle", record).errors == [(1, 1, path, code)]


def test_a_code_with_a_date_after_today_is_refused() -> None:
    found = read_record("vehicle/receiveBatteryProduce", {"code": "ZZAPB01TEST000H3C0000001"})

    assert found.errors == [(1, 1, "code", "battery_code_future")]


@pytest.mark.parametrize(
    ("line", "path", "code"),
    [
        ({"account": ACCOUNT, "message": SALE}, "interface", "missing_interface"),
        ({"interface": "receiveSaleVehicle", "message": SALE}, "account", "missing_account"),
        ({"interface": "receiveSaleVehicle", "account": ACCOUNT}, "message", "missing_field"),
        ({"interface": "receiveSaleVehicle", "account": ACCOUNT, "message": "x"}, "message", "wrong_type"),
        ({"interface": ["x"], "account": ACCOUNT, "message": SALE}, "interface", "wrong_type"),
        ({"interface": "receiveSaleVehicle", "account": ACCOUNT, "requestMsg": "x"}, "requestMsg", "sealed"),
        (SALE, "interface", "missing_interface"),
    ],
)
def test_a_line_that_is_no_message_is_refused(line: Json, path: str, code: str) -> None:
    found = read_messages(line)

    assert (found.errors, found.counts["records"]) == ([(1, 0, path, code)], 0)


def test_interface_and_account_of_the_options_hold_where_a_line_names_none() -> None:
    options: dict[str, Any] = {"interface": "receiveSaleVehicle", "account": ACCOUNT}
    named = {"interface": "vehicle/receiveBatteryProduce", "account": "91990000TT7101003G", "message": MADE}

    found = read_bodies(as_lines([SALE, named]), **options)
    array = read_bodies(json.dumps([SALE, {"message": [SALE]}]).encode(), **options)
    pretty = read_bodies(json.dumps({"message": SALE}, indent=2).encode(), **options)

    assert [(e["type"], e["reporter"]) for e in found.events] == [
        ("transferred", ACCOUNT), ("produced", "91990000TT7101003G"),
    ]  # fmt: skip
    assert (array.counts["records"], array.counts["repeats"]) == (2, 1)
    assert pretty.events == found.events[:1]


def test_the_list_of_vehicles_is_one_record_each_and_only_of_vehicles() -> None:
    vehicles = [{"vin": VIN, "offlineProductionTime": "2021-04-09"}, {"vin": VIN}]
    made = read_messages({"interface": "vehicle/receiveVehicleProduce", "account": ACCOUNT,
                          "message": {"vinList": vehicles, "serial": "9", "ownerName": "某某"}})  # fmt: skip
    sold = read_messages({"interface": "receiveSaleVehicle", "account": ACCOUNT, "message": {"vinList": vehicles}})

    assert (made.counts["records"], made.errors) == (2, [(1, 2, "offlineProductionTime", "missing_field")])
    assert (made.counts["personal"], made.counts["not_carried"]) == ({"ownerName": 1}, {"serial": 1})
    assert (sold.counts["records"], sold.counts["not_carried"]) == (1, {"vinList": 1})


def test_unknown_interfaces_are_counted_and_their_personal_data_too() -> None:
    line = {"interface": "vehicle/receiveChassis", "account": ACCOUNT, "message": [{"code": 1, "Idnum": "2"}]}
    strange = {**line, "interface": "某某 的", "account": None}

    found = read_messages(line, line, strange)

    assert found.counts["unknown_interfaces"] == {"vehicle/receiveChassis": 2, "(others)": 1}
    assert (found.counts["personal"], found.counts["records"], found.errors) == ({"Idnum": 3}, 0, [])


def test_names_of_fields_that_may_hold_other_data_are_not_shown() -> None:
    found = read_record("receiveSaleVehicle", {**SALE, "某某": "1", "serial": "2"})

    assert found.counts["not_carried"] == {"(others)": 1, "serial": 1}


def test_the_same_record_again_is_a_repeat_and_another_content_stands_as_well() -> None:
    first = {"interface": "receiveSaleVehicle", "account": ACCOUNT, "message": [SALE]}
    again = {"message": [{"saleTime": "2021-06-01", "vin": VIN, "epname": "x"}], "account": ACCOUNT,
             "interface": "receiveSaleVehicle", "sent": "2021-06-02"}  # fmt: skip
    other = {**first, "message": [{**SALE, "saleTime": "2021-06-03"}]}

    found = read_messages(first, again, other, first)

    assert (found.counts["events"], found.counts["repeats"], len(found.events)) == (2, 2, 4)


def test_lines_that_begin_with_a_number_sign_are_remarks() -> None:
    found = read_bodies(b"# a remark\n" + as_lines([{**SALE}]), interface="receiveSaleVehicle", account=ACCOUNT)

    assert (found.counts["records"], found.errors) == (1, [])


def test_a_sale_to_an_enterprise_and_to_a_person() -> None:
    to_firm = read_record("receiveSaleVehicle", {**SALE, "epcode": "91990000TT71020061", "saleArea": "北京市"})
    to_person = read_record("receiveSaleVehicle", SALE, regions={"北京市": "110000"})
    to_itself = read_record("receiveSaleVehicle", {**SALE, "epcode": ACCOUNT})

    sale = {"type": "transferred", "step": "sale", "time": "2021-05-31T16:00:00.000Z", "items": [VIN],
            "giver": ACCOUNT, "rights": "both"}  # fmt: skip
    token = hashlib.sha256(f"tbrat|{VIN}|2021-05-31T16:00:00.000Z".encode()).hexdigest()[:16]
    assert [stated(e) for e in to_firm.events] == [{**sale, "taker": "91990000TT71020061"}]
    assert [stated(e) for e in to_person.events] == [{**sale, "taker": f"owner:{token}"}]
    assert (to_itself.events, to_itself.warnings) == ([], [("epcode", "same_party")])


def test_the_area_of_a_sale_becomes_its_place_only_by_the_whole_text() -> None:
    regions = {"北京市昌平区": "110114", "北京市": "110000"}

    places = [
        read_record("receiveSaleVehicle", {**SALE, "saleArea": area}, regions=regions).events[0].get("place")
        for area in (" 北京市昌平区 ", "北京市海淀区")
    ]

    assert places == ["110114", None]
