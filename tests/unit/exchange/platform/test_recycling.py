"""The recycling module: scrapped vehicles, the packs of these, second-life units."""

from __future__ import annotations

import pytest

from tests.builders import Json
from tests.platform_client import ACCOUNT, read_messages, read_record, stated

VIN = "LZATEST15M0000101"
PACK, OTHER = "ZZAPB01TEST000B3C0000001", "ZZAPB01TEST000B3C0000002"
MODULE = "ZZAMB01TEST000B380000001"
SECOND = "001MB24B3C0221953RM"
RECYCLER = "91990000TT710102X3"
TIME = "2024-03-17T16:00:00.000Z"


def test_a_scrapped_vehicle_with_the_packs_that_are_seen_in_it() -> None:
    record = {"vin": VIN, "scrapDate": "2024-03-18", "packCodes": [PACK, OTHER, PACK], "batteryType": "E"}

    found = read_record("recycling/scrapVehicle", record)

    common = {"step": "scrapping", "time": TIME}
    assert [stated(event) for event in found.events] == [
        {"type": "transferred", **common, "items": [VIN], "taker": ACCOUNT, "side": "taker"},
        {"type": "inspected", **common, "items": [PACK, OTHER], "inside": VIN,
         "findings": {"condition": "scrapped", "battery_type": "NCM"}},
        {"type": "ended", **common, "items": [VIN], "reason": "scrapped"},
    ]  # fmt: skip
    assert found.warnings == [("packCodes.2", "twice_in_list")]


def test_a_scrapped_vehicle_without_packs() -> None:
    found = read_record("recycling/scrapVehicle", {"vin": VIN, "scrapDate": "2024-03-18"})

    assert [event["type"] for event in found.events] == ["transferred", "ended"]


def test_a_pack_of_a_scrapped_vehicle_leaves_what_it_is_in() -> None:
    built = {"interface": "vehicle/receiveVehicleProduce", "account": ACCOUNT, "message": {"vinList": [
        {"vin": VIN, "offlineProductionTime": "2021-04-09", "packCodeList": [PACK]}]}}  # fmt: skip
    record = {"code": PACK, "outDate": "2024-03-18", "whereaboutsCode": RECYCLER, "whereaboutsName": "x"}
    out = {"interface": "recycling/scrapBatteryOut", "account": ACCOUNT, "message": record}

    found = read_messages(out, built)

    own = [stated(event) for event in found.events if event["evidence"][0]["ref"] == "recycling/scrapBatteryOut"]
    assert own == [
        {"type": "disassembled", "step": "scrapping", "time": TIME, "whole": VIN, "parts": [PACK],
         "custodian": ACCOUNT},
        {"type": "transferred", "step": "collection", "time": TIME, "items": [PACK], "giver": ACCOUNT,
         "taker": RECYCLER, "side": "giver"},
    ]  # fmt: skip


def test_a_pack_that_is_known_in_nothing_is_only_handed_over() -> None:
    record = {"code": PACK, "outDate": "2024-03-18", "whereaboutsCode": RECYCLER}

    found = read_record("recycling/scrapBatteryOut", record)

    assert [event["type"] for event in found.events] == ["transferred"]
    assert found.warnings == [("code", "whole_not_told")]


UNIT: Json = {
    "echelonCompanyCode": ACCOUNT, "modulCode": SECOND, "storageDate": "2024-03-18", "outboundDate": "2024-04-01",
    "constitute": "2", "batteryRatedPower": 2.5, "batteryWeight": "30", "batteryType": "B",
    "toCompanyOrPersonFlag": "1", "modulDirId": RECYCLER, "saleArea": "江苏省-南京市-玄武区", "finished": "1",
    "modulList": [{"isCode": "Y", "origModulCode": MODULE}, {"isCode": "N", "sourceDuns": "123456789"},
                  {"isCode": "n", "sourceDuns": "123456789"}],
}  # fmt: skip


def test_a_second_life_unit_is_made_and_sold() -> None:
    found = read_record("recycling/echelonModulProduct", UNIT)

    made = {"id": SECOND, "kind": "module", "maker": ACCOUNT, "chemistry": "LFP", "mass_kg": 30, "capacity_kwh": 2.5}
    common = {"step": "second_life_production", "time": TIME}
    assert [stated(event) for event in found.events] == [
        {"type": "produced", **common, "items": [made]},
        {"type": "assembled", **common, "whole": SECOND, "parts": [MODULE],
         "uncoded": [{"kind": "module", "count": 2}]},
        {"type": "transferred", "step": "second_life_sale", "time": "2024-03-31T16:00:00.000Z", "items": [SECOND],
         "giver": ACCOUNT, "taker": RECYCLER, "side": "giver"},
    ]  # fmt: skip
    assert found.counts["not_carried"] == {"finished": 1}


def test_a_second_life_unit_of_cells_is_sold_to_a_person() -> None:
    record = {**UNIT, "constitute": 1, "toCompanyOrPersonFlag": 2, "modulDirId": "", "dirPersonName": "某某",
              "dirPersonId": "1", "modulList": [{"isCode": "N"}]}  # fmt: skip

    found = read_record("recycling/echelonModulProduct", record)

    assert found.events[1]["uncoded"] == [{"kind": "cell", "count": 1}]
    assert found.events[1]["parts"] == []
    assert found.events[2]["taker"].startswith("owner:")
    assert found.counts["personal"] == {"dirPersonName": 1, "dirPersonId": 1}


def test_what_a_second_life_unit_leaves_open() -> None:
    unsold = read_record("recycling/echelonModulProduct", {**UNIT, "outboundDate": "", "modulList": []})
    to_nobody = read_record("recycling/echelonModulProduct", {**UNIT, "modulDirId": ""})
    odd = read_record("recycling/echelonModulProduct", {**UNIT, "batteryRatedPower": "much", "batteryWeight": "-1"})

    assert [event["type"] for event in unsold.events] == ["produced"]
    assert "taker" not in to_nobody.events[2]
    assert to_nobody.warnings == [("modulDirId", "whereabouts_not_told")]
    assert sorted(code for _, code in odd.warnings) == ["energy_form", "weight_form"]


@pytest.mark.parametrize(
    ("interface", "record", "path"),
    [
        ("recycling/scrapVehicle", {"vin": VIN}, "scrapDate"),
        ("recycling/scrapBatteryOut", {"outDate": "2024-03-18"}, "code"),
        ("recycling/echelonModulProduct", {"modulCode": SECOND}, "storageDate"),
        ("recycling/echelonModulProduct", {**UNIT, "modulList": [{"isCode": "Y"}]}, "modulList.0.origModulCode"),
    ],
)
def test_what_cannot_be_left_out(interface: str, record: Json, path: str) -> None:
    assert read_record(interface, record).errors == [(1, 1, path, "missing_field")]
