"""Sheets of firms: headers, dates, codes, encodings, and the workbook of packs."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from lineage.domain.errors import UnreadableInputError
from lineage.exchange.platform.sheets.columns import columns_of
from tests.builders import Json
from tests.platform_client import ACCOUNT, Read, read_bodies, read_record

PACK, OTHER = "ZZAPB01TEST000B3C0000001", "ZZAPB01TEST000B3C0000002"
MODULE, CELL = "ZZAMB01TEST000B380000001", "ZZACB01TEST000B310000001"
VIN, OUTLET = "LZATEST15M0000101", "91990000TT71010383"
TAKEN_IN = "recover/receiveRecoverStorage"
IN = ["入库电池编码", "产品类型", "入库日期", "回收服务网点名称", "回收服务网点统一社会信用代码"]
Row = list[Any]


def text(rows: Iterable[Row], encoding: str = "utf-8") -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode(encoding)


def workbook(**sheets: Iterable[Row]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(body: bytes, interface: str = TAKEN_IN, **options: Any) -> Read:
    return read_bodies(body, **{"interface": interface, "account": ACCOUNT, **options})


def taken_in(day: object = "2024-03-18", code: object = PACK) -> Row:
    return [code, "电池包", day, "某某网点", OUTLET]


def test_a_row_is_the_record_of_a_message_with_its_ids() -> None:
    record = {"storageDate": "2024-03-18", "recoverUnitCode": OUTLET, "code": PACK, "batterySpecies": "P"}
    by_message = read_record(TAKEN_IN, record).events

    by_text, by_workbook = read(text([IN, taken_in()])), read(workbook(入库=[IN, taken_in()]))

    assert by_text.events == by_workbook.events == by_message
    assert by_text.counts["not_carried"] == {"recoverUnitName": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_texts_come_in_two_encodings(encoding: str) -> None:
    assert read(text([IN, taken_in()], encoding)).counts["records"] == 1


def test_other_bytes_are_no_text() -> None:
    with pytest.raises(UnreadableInputError) as error:
        read(b"a,b\n\xff\xff\xff\x80,1\n")

    assert error.value.code == "not_utf8"


@pytest.mark.parametrize(
    "day",
    ["2024-03-18", "2024/3/18", "2024-3-18", "45369", 45369, date(2024, 3, 18), datetime.fromisoformat("2024-03-18")],
)
def test_a_day_is_written_in_many_ways(day: object) -> None:
    body = workbook(a=[IN, taken_in(day)]) if not isinstance(day, str) else text([IN, taken_in(day)])

    assert [event["time"] for event in read(body).events] == ["2024-03-17T16:00:00.000Z"]


@pytest.mark.parametrize(
    "moment", ["2024/3/18 9:05", "2024-03-18 09:05:00", datetime.fromisoformat("2024-03-18T09:05:00"), 45369.378472222]
)
def test_a_time_of_the_day_stays(moment: object) -> None:
    body = workbook(a=[IN, taken_in(moment)]) if not isinstance(moment, str) else text([IN, taken_in(moment)])

    assert [event["time"] for event in read(body).events] == ["2024-03-18T01:05:00.000Z"]


def test_a_day_that_is_none_refuses_the_row_and_the_others_stand() -> None:
    found = read(text([IN, taken_in("soon"), [], taken_in(code=OTHER)]))

    assert found.errors == [(2, 1, "storageDate", "time_form")]
    assert [event["items"] for event in found.events] == [[OTHER]]


def test_the_header_is_the_first_row_with_two_known_columns() -> None:
    rows = [["回收网点入库模板"], [], ["请填写", "入库日期"], [f"{IN[0]} *", IN[1], f" {IN[2]}", "备注", IN[4]],
            [PACK, "电池包", "2024-03-18", "x", OUTLET]]  # fmt: skip

    found = read(text(rows))

    assert found.counts["records"] == 1
    assert found.counts["not_carried"] == {"备注": 1}


def test_a_sheet_without_a_header_is_not_read() -> None:
    with pytest.raises(UnreadableInputError) as error:
        read(text([["a", "b"], ["1", "2"]]))

    assert error.value.code == "no_header"


def test_names_of_fields_are_headers_too() -> None:
    found = read(text([["vin", "saleTime", "ownerName"], [VIN, "2021-06-01", "某某"]]), "receiveSaleVehicle")

    assert (len(found.events), found.counts["personal"]) == (1, {"ownerName": 1})


@pytest.mark.parametrize("code", [1.23456789e23, 123456789012345678, "1.23457E+23"])
def test_a_code_that_a_cell_of_numbers_has_rounded_is_refused(code: object) -> None:
    found = read(workbook(a=[IN, taken_in(code=code)]))

    assert (found.events, found.errors) == ([], [(2, 1, "code", "number_inexact")])


def test_personal_columns_are_dropped_and_counted() -> None:
    header = [
        "VIN码",
        "车牌号码",
        "车辆用途",
        "车辆制造企业",
        "产品型号",
        "销售日期",
        "销售地区",
        "所有人姓名",
        "所有企业名称",
    ]
    row = [VIN, "样A00001", "出租", "样例", "ZA", "2021-06-01", "北京市", "某某", ""]

    found = read(text([header, row]), "receiveSaleVehicle")

    assert found.counts["personal"] == {"licensePlate": 1, "ownerName": 1}
    assert found.counts["not_carried"] == {"vehTypeName": 1, "车辆制造企业": 1, "产品型号": 1}
    assert found.events[0]["taker"].startswith("owner:")


def test_words_in_cells_are_the_letters_of_messages() -> None:
    header = ["退役电池编码", "产品类型", "退役日期", "退役厂商名称", "退役去向单位名称", "电池类型", "电池质量（kg）"]
    row = [PACK, "电池包", "2024-03-18", "a", "b", "磷酸铁锂", 312.5]

    for interface in ("sail/receiveRetiredOld", "sail/receiveRetiredOldVehicle", "repair/x"):
        found = read(workbook(a=[header, row]), interface)
        if interface == "repair/x":
            assert found.counts["unknown_interfaces"] == {"repair/x": 1}
            continue
        assert found.events[0]["findings"] == {"condition": "retired", "battery_type": "LFP", "mass_kg": 312.5}


def test_the_title_of_a_sheet_is_the_kind_of_its_units_where_no_column_is() -> None:
    header = ["VIN码", "维修日期", "更换前编码", "更换后编码", "去向企业名称", "去向企业统一社会信用代码"]
    row = [VIN, "2022-03-03", "OLD-1", "NEW-1", "x", OUTLET]

    found = read(workbook(电池包=[header, row], 电池模块=[header, row]), "sail/receiveReplaceRecord")

    assert [code for _, code in found.warnings].count("pack_not_told") == 1
    assert found.counts["records"] == 2


def test_an_operator_replaces_the_table_of_columns() -> None:
    columns = {"车架号": "vin", "columns": {"日期": "saleTime"}, "receiveSaleVehicle": {"企业代码": "epcode"},
               "values": {}, "titles": {}}  # fmt: skip
    rows = [["车架号", "日期", "企业代码", "VIN码"], [VIN, "2021-06-01", OUTLET, "x"]]

    found = read(text(rows), "receiveSaleVehicle", columns=columns)

    assert (found.events[0]["taker"], found.counts["not_carried"]) == (OUTLET, {"VIN码": 1})


@pytest.mark.parametrize("table", [{"a": {"b": "vin"}}, {"columns": {"a": 3}}, {"receiveSaleVehicle": {" *": "vin"}}])
def test_a_table_of_columns_that_cannot_be_used_is_refused(table: Json) -> None:
    with pytest.raises(ValueError, match="is no"):
        columns_of(table)


@pytest.mark.parametrize(
    ("options", "code"), [({"interface": None}, "missing_interface"), ({"account": None}, "missing_account")]
)
def test_a_sheet_names_neither_its_interface_nor_its_account(options: Json, code: str) -> None:
    found = read(text([IN, taken_in()]), **options)

    assert [code for _, _, _, code in found.errors] == [code]


# ---- the workbook of packs

ORDERS: list[Row] = [["订单号", "供应商名称", "供应商统一社会信用代码", "数量"], ["PO-1", "x", OUTLET, 2]]
PACKS: list[Row] = [
    ["模板"],
    ["说明"],
    ["储能装置型号", "储能装置编码", "电池包型号", "单体型号", "电池包编码", "序号"],
    ["S", "S001", "P1", "C1", PACK.lower(), 1],
    ["S", "S001", "P1", "C1", OTHER, 2],
]
MODULES: list[Row] = [["电池包编码", "模块型号", "模块编码"], [PACK, "M1", MODULE]]
CELLS: list[Row] = [["模块编码", "单体编码"], [MODULE, CELL], [MODULE.lower(), CELL[:-1] + "2"]]
PRODUCED = "vehicle/receiveBatteryProduce"


def test_the_four_sheets_of_a_workbook_are_one_record_a_pack() -> None:
    record = {
        "code": PACK, "modelId": "P1", "systemId": "S001", "orderNo": "PO-1", "manufactoryCode": OUTLET,
        "cellModelId": "C1",
        "moduleList": [{"code": MODULE, "modelId": "M1", "cellModelId": "C1", "cellList": [CELL, CELL[:-1] + "2"]}],
    }  # fmt: skip
    by_message = read_record(PRODUCED, record).events

    found = read(workbook(订单=ORDERS, 电池包=PACKS, 模块=MODULES, 单体=CELLS), PRODUCED)

    assert found.events[: len(by_message)] == by_message
    assert [event["items"][0]["id"] for event in found.events[len(by_message) :]] == [OTHER]
    assert (found.counts["records"], found.errors) == (2, [])


def test_rows_whose_pack_or_module_is_nowhere_are_refused_with_their_place() -> None:
    modules: list[Row] = [*MODULES, [PACK[:-1] + "9", "M1", MODULE[:-1] + "9"], [None, "M1", MODULE[:-1] + "8"]]
    cells: list[Row] = [*CELLS, [MODULE[:-1] + "7", CELL[:-1] + "3"], [MODULE, None]]

    found = read(workbook(电池包=PACKS, 模块=modules, 单体=cells), PRODUCED)

    assert sorted(found.errors) == [
        (3, 2, "code", "missing_field"),
        (4, 2, "电池包编码", "missing_field"),
        (4, 3, "moduleList", "missing_field"),
        (5, 3, "单体编码", "missing_field"),
    ]
    assert len([event for event in found.events if event["step"] == "pack_production"]) == 3


def test_of_several_orders_none_applies() -> None:
    found = read(workbook(订单=[*ORDERS, ["PO-2", "x", OUTLET, 1]], 电池包=PACKS), PRODUCED)

    assert all(i["scheme"] != "orderNo" for i in found.events[0]["items"][0]["identifiers"])


def test_a_damaged_workbook_is_no_table_and_nothing_worse() -> None:
    whole = bytearray(workbook(电池包=PACKS, 模块=MODULES))
    rng = random.Random(1)
    outcomes: set[str | bool] = set()
    for _ in range(300):
        body = bytearray(whole)
        for _ in range(rng.randrange(1, 40)):
            body[rng.randrange(4, len(body))] = rng.randrange(256)
        try:
            outcomes.add(bool(read(bytes(body), PRODUCED).events))
        except UnreadableInputError as error:
            outcomes.add(error.code)
    assert "not_a_table" in outcomes
    assert outcomes <= {True, False, "not_a_table", "no_header", "too_large"}
