"""Exchanges and hand-overs: messages 5 to 8 and 10 to 13, and in which whole a unit was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, permutations

import pytest

from lineage.domain.instants import OPEN, Instant, parse_instant
from lineage.exchange.conversion.interface import Installation
from lineage.exchange.platform import waiting
from tests.builders import Json
from tests.platform_client import ACCOUNT, Read, as_lines, read_bodies, read_messages, read_record, stated

VIN = "LZATEST15M0000101"
PACK, SPARE_PACK = "ZZAPB01TEST000B3C0000001", "ZZAPB01TEST000C2A0000041"
MODULE, SPARE_MODULE, THIRD = "ZZAMB01TEST000B380000001", "ZZAMB01TEST000C150000072", "ZZAMB01TEST000C150000073"
CELL, SPARE_CELL = "ZZACB01TEST000B310000001", "ZZACB01TEST000C210000050"
SHOP, OUTLET, STATION = "91990000TT7101003G", "91990000TT71010383", "91990000TT7101046X"
EXCHANGE, POOL_REPAIR = "sail/receiveReplaceRecord", "replaceBattery/replaceRepairBattery"
MARCH = "2022-03-02T16:00:00.000Z"


def message(interface: str, *records: Json) -> Json:
    return {"interface": interface, "account": ACCOUNT, "message": [*records]}


BUILT = message("vehicle/receiveBatteryProduce", {"code": PACK, "moduleList": [{"code": MODULE, "cellList": [CELL]}]})


def exchange(old: str, new: str, date: str = "2022-03-03", **more: object) -> Json:
    record = {"vin": VIN, "replaceDate": date, "oldCode": old, "newCode": new, "whereaboutsId": OUTLET, **more}
    return {**record, "batterySpecies": more.get("batterySpecies", {"P": "P", "M": "M", "C": "C"}.get(old[3:4], "M"))}


def moves(read: Read) -> list[tuple[str, str, str]]:
    """Every removal and installation of an exchange: type, whole, part."""
    return [
        (event["type"], event["whole"], event["parts"][0])
        for event in read.events
        if event["step"] in ("replacement", "repair", "swap", "scrapping") and "whole" in event
    ]


# ---- messages 5 and 6


def test_a_pack_is_exchanged_in_the_vehicle() -> None:
    found = read_record(EXCHANGE, exchange(PACK, SPARE_PACK))

    common = {"step": "replacement", "time": MARCH, "whole": VIN}
    assert [stated(event) for event in found.events] == [
        {"type": "disassembled", **common, "parts": [PACK], "custodian": OUTLET},
        {"type": "assembled", **common, "parts": [SPARE_PACK]},
    ]
    assert found.warnings == []


def test_without_whereabouts_nobody_is_named_who_has_the_old_unit() -> None:
    found = read_record(EXCHANGE, exchange(PACK, SPARE_PACK, whereaboutsId=""))

    assert "custodian" not in found.events[0]
    assert found.warnings == [("whereaboutsId", "whereabouts_not_told")]


@pytest.mark.parametrize("missing", ["vin", "replaceDate", "oldCode", "newCode"])
def test_an_exchange_without_one_of_its_fields_is_refused(missing: str) -> None:
    found = read_record(EXCHANGE, {**exchange(PACK, SPARE_PACK), missing: " "})

    assert (found.events, found.errors) == ([], [(1, 1, missing, "missing_field")])


@pytest.mark.parametrize(("old", "new", "whole"), [(MODULE, SPARE_MODULE, PACK), (CELL, SPARE_CELL, MODULE)])
def test_a_module_or_cell_is_exchanged_in_what_it_was_in(old: str, new: str, whole: str) -> None:
    found = read_messages(message(EXCHANGE, exchange(old, new)), BUILT)

    assert moves(found) == [("disassembled", whole, old), ("assembled", whole, new)]
    assert found.warnings == []


def test_where_no_installation_is_stated_the_vehicle_is_the_whole_for_both() -> None:
    found = read_record(EXCHANGE, exchange(MODULE, SPARE_MODULE))

    assert moves(found) == [("disassembled", VIN, MODULE), ("assembled", VIN, SPARE_MODULE)]
    assert [code for _, code in found.warnings] == ["pack_not_told"]


def test_the_code_counts_where_the_letter_contradicts_it() -> None:
    as_pack = read_messages(message(EXCHANGE, exchange(MODULE, SPARE_MODULE, batterySpecies="P")), BUILT)
    as_module = read_record(EXCHANGE, exchange(PACK, SPARE_PACK, batterySpecies="M"))

    assert moves(as_pack)[0] == ("disassembled", PACK, MODULE)
    assert moves(as_module)[0] == ("disassembled", VIN, PACK)
    assert as_pack.warnings == as_module.warnings == [("batterySpecies", "species_mismatch")]


def test_an_old_code_is_of_the_kind_of_its_letter() -> None:
    as_pack = read_record(EXCHANGE, exchange("OLD", SPARE_PACK, batterySpecies="p"))
    neither = read_record(EXCHANGE, exchange("OLD", SPARE_PACK, batterySpecies=""))

    assert moves(as_pack)[0] == ("disassembled", VIN, "urn:tbrat:code:OLD")
    assert neither.errors == [(1, 1, "batterySpecies", "missing_field")]


def test_exchanges_follow_each_other_in_time_whatever_the_order_of_lines() -> None:
    lines = [
        BUILT,
        message(EXCHANGE, exchange(MODULE, SPARE_MODULE, "2022-03-03")),
        message(EXCHANGE, exchange(SPARE_MODULE, THIRD, "2022-03-03")),
        message(EXCHANGE, exchange(THIRD, MODULE, "2023-01-01")),
    ]
    found = [read_messages(*order) for order in permutations(lines)]

    events = [{event["id"]: event for event in read.events} for read in found]
    assert all(other == events[0] for other in events)
    assert {whole for _, whole, _ in moves(found[0])} == {PACK}
    assert all(read.warnings == [] for read in found)


def test_a_unit_that_had_left_is_in_no_whole_until_it_enters_one_again() -> None:
    left = message(EXCHANGE, exchange(MODULE, SPARE_MODULE, "2022-03-03"))
    again = message(EXCHANGE, exchange(MODULE, THIRD, "2022-06-01"))

    found = read_messages(BUILT, left, again)

    assert ("disassembled", VIN, MODULE) in moves(found)
    assert [code for _, code in found.warnings] == ["pack_not_told"]


def test_an_exchange_before_the_unit_was_installed_knows_no_whole() -> None:
    found = read_messages(BUILT, message(EXCHANGE, exchange(MODULE, SPARE_MODULE, "2020-01-01")))

    assert moves(found)[0] == ("disassembled", VIN, MODULE)


def test_of_two_wholes_the_inner_one_counts() -> None:
    in_car = {"interface": "vehicle/receiveVehicleProduce", "account": ACCOUNT, "message": {"vinList": [
        {"vin": VIN, "offlineProductionTime": "2021-05-01", "packCodeList": [MODULE, PACK]}]}}  # fmt: skip

    found = read_messages(BUILT, in_car, message(EXCHANGE, exchange(MODULE, SPARE_MODULE)))

    assert moves(found)[0] == ("disassembled", PACK, MODULE)


def test_a_refused_record_installs_nothing() -> None:
    bad = message("vehicle/receiveBatteryProduce", {"code": PACK, "moduleList": [{"code": MODULE}], "modelId": [1]})

    found = read_messages(bad, message(EXCHANGE, exchange(MODULE, SPARE_MODULE)))

    assert moves(found)[0] == ("disassembled", VIN, MODULE)


def test_a_unit_does_not_enter_itself() -> None:
    found = read_messages(BUILT, message(EXCHANGE, exchange(MODULE, PACK)))

    assert found.errors == [(2, 1, "newCode", "whole_in_parts")]


class Stored:
    """A store with these installations."""

    def __init__(self, *installations: Installation) -> None:
        self._installations = installations

    def installations(self, parts: Sequence[str]) -> Iterable[Installation]:
        return [found for found in self._installations if found.part in parts]

    def times(self, event_ids: Sequence[str]) -> Mapping[str, Instant]:
        return {}


def stored(whole: str, since: str, until: str | None = None, part: str = MODULE) -> Installation:
    return Installation(part, whole, parse_instant(since), OPEN if until is None else parse_instant(until))


@pytest.mark.parametrize(
    ("installations", "whole"),
    [
        ([stored(SPARE_PACK, "2021-01-01")], SPARE_PACK),
        ([stored(SPARE_PACK, "2021-01-01", "2022-01-01")], VIN),
        ([stored(SPARE_PACK, "2021-01-01", "2022-03-03")], SPARE_PACK),
        ([stored(SPARE_PACK, "2022-03-04")], VIN),
        ([stored(SPARE_PACK, "2021-01-01", "2021-06-01"), stored(PACK, "2021-06-01")], PACK),
        ([stored(VIN, "2021-02-01"), stored(PACK, "2021-01-01")], PACK),
        ([], VIN),
    ],
)
def test_the_store_knows_wholes_that_the_load_does_not_state(installations: list[Installation], whole: str) -> None:
    found = read_record(EXCHANGE, exchange(MODULE, SPARE_MODULE), stored=Stored(*installations))

    assert moves(found) == [("disassembled", whole, MODULE), ("assembled", whole, SPARE_MODULE)]


def test_the_load_counts_before_the_store() -> None:
    read = read_messages(
        BUILT, message(EXCHANGE, exchange(MODULE, SPARE_MODULE)), stored=Stored(stored(VIN, "2021-01-01"))
    )

    assert moves(read)[0] == ("disassembled", PACK, MODULE)


def test_a_removal_of_the_load_ends_a_stay_of_the_store() -> None:
    lines = [message(EXCHANGE, exchange(MODULE, SPARE_MODULE, day)) for day in ("2022-03-03", "2022-05-01")]

    read = read_messages(*lines, stored=Stored(stored(PACK, "2021-01-01")))

    assert moves(read)[0] == ("disassembled", PACK, MODULE)
    assert moves(read)[2] == ("disassembled", VIN, MODULE)


def test_many_exchanges_are_answered_some_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = [f"ZZAMB01TEST000B38{n:07d}" for n in range(60)]
    packs = message("vehicle/receiveBatteryProduce", {"code": PACK, "moduleList": [{"code": modules[0]}]})
    days = [f"2022-{month:02d}-01" for month in range(1, 13)]
    chain = [message(EXCHANGE, exchange(*pair, day)) for pair, day in zip(pairwise(modules), days, strict=False)]
    at_once = read_bodies(as_lines([*chain, packs]))
    monkeypatch.setattr(waiting, "CHUNK", 2)

    in_chunks = read_bodies(as_lines([*chain, packs]))

    assert {event["id"]: event for event in in_chunks.events} == {event["id"]: event for event in at_once.events}
    assert {whole for _, whole, _ in moves(in_chunks)} == {PACK}


def test_the_new_unit_of_message_6_is_stated_first() -> None:
    bean = {"code": SPARE_MODULE, "type": "M", "childCodeList": [{"code": SPARE_CELL, "type": "C"}]}
    record = {**exchange(MODULE, "", newCodeBean=bean)}

    found = read_messages(BUILT, message("sail/receiveReplaceOld", record))

    own = [event for event in found.events if event["evidence"][0]["ref"] == "sail/receiveReplaceOld"]
    assert [(event["type"], event["step"]) for event in own] == [
        ("produced", "module_production"),
        ("produced", "cell_production"),
        ("assembled", "module_production"),
        ("disassembled", "replacement"),
        ("assembled", "replacement"),
    ]
    assert (own[3]["whole"], own[4]["whole"], own[4]["parts"]) == (PACK, PACK, [SPARE_MODULE])


def test_message_6_without_a_tree_is_message_5() -> None:
    found = read_record("sail/receiveReplaceOld", exchange(PACK, SPARE_PACK, newCodeBean=None))

    assert moves(found) == [("disassembled", VIN, PACK), ("assembled", VIN, SPARE_PACK)]


# ---- messages 10, 10a and 11


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"oldCode": PACK, "newCode": SPARE_PACK}, ["disassembled", "assembled"]),
        ({"oldCode": PACK, "newCode": ""}, ["disassembled"]),
        ({"newCode": SPARE_PACK}, ["assembled"]),
    ],
)
def test_a_swap_may_have_one_pack_only(codes: Json, expected: list[str]) -> None:
    record = {"vin": VIN, "replaceDate": "2021-05-01 09:10:00", "replaceUnitCode": STATION, **codes}

    found = read_record("replaceBattery/replacementBattery", record)

    assert [event["type"] for event in found.events] == expected
    assert all(event["step"] == "swap" and event["whole"] == VIN for event in found.events)
    assert [event["custodian"] for event in found.events if event["type"] == "disassembled"] == [STATION] * (
        "oldCode" in codes
    )


def test_a_swap_without_any_pack_or_without_a_station_is_refused() -> None:
    record = {"vin": VIN, "replaceDate": "2021-05-01", "replaceUnitCode": STATION}

    assert read_record("replaceBattery/replacementBattery", record).errors[0][3] == "missing_field"
    without = {**record, "oldCode": PACK, "replaceUnitCode": None}
    assert read_record("replaceBattery/replacementBattery", without).errors == [
        (1, 1, "replaceUnitCode", "missing_field")
    ]


@pytest.mark.parametrize(
    "record", [{"code": PACK, "storageOutDate": "2021-06-01"}, {"oldCode": PACK, "repairDate": "2021-06-01"}]
)
def test_a_pack_leaves_the_pool(record: Json) -> None:
    found = read_record(
        "replaceBattery/ReplaceBatteryOut", {**record, "replaceUnitCode": STATION, "whereaboutsCode": OUTLET}
    )

    assert [stated(event) for event in found.events] == [
        {"type": "transferred", "step": "storage", "time": "2021-05-31T16:00:00.000Z", "items": [PACK],
         "giver": STATION, "taker": OUTLET, "side": "giver"}
    ]  # fmt: skip


def test_a_pack_leaves_the_pool_to_nobody_named_or_to_the_pool_itself() -> None:
    record = {"code": PACK, "storageOutDate": "2021-06-01", "replaceUnitCode": STATION}

    nobody = read_record("replaceBattery/ReplaceBatteryOut", record)
    itself = read_record("replaceBattery/ReplaceBatteryOut", {**record, "whereaboutsCode": STATION})

    assert "taker" not in nobody.events[0]
    assert nobody.warnings == [("whereaboutsCode", "whereabouts_not_told")]
    assert (itself.events, itself.warnings) == ([], [("whereaboutsCode", "same_party")])


def test_a_repair_in_a_vehicle_is_an_exchange_with_that_step() -> None:
    record = {"vin": VIN, "repairDate": "2022-03-03", "oldCode": MODULE, "newCode": SPARE_MODULE,
              "whereaboutsCode": OUTLET, "replaceUnitCode": STATION}  # fmt: skip

    found = read_messages(BUILT, message(POOL_REPAIR, record))

    own = [event for event in found.events if event["step"] == "repair"]
    assert [(event["type"], event["whole"]) for event in own] == [("disassembled", PACK), ("assembled", PACK)]
    assert own[0]["custodian"] == OUTLET


def test_a_unit_that_only_enters_by_a_repair_enters_the_vehicle() -> None:
    record = {"vin": VIN, "repairDate": "2022-03-03", "newCode": SPARE_MODULE, "replaceUnitCode": STATION}

    found = read_messages(BUILT, message(POOL_REPAIR, record))

    assert moves(found) == [("assembled", VIN, SPARE_MODULE)]
    assert [code for _, code in found.warnings] == ["pack_not_told"]


@pytest.mark.parametrize("unit", ["replaceUnitCode", "retireUnitCode"])
def test_a_repair_outside_a_vehicle_is_two_hand_overs(unit: str) -> None:
    bean = {"code": SPARE_PACK, "type": "P", "childCodeList": []}
    record = {
        "repairDate": "2022-03-03",
        "oldCode": PACK,
        "newCodeBean": bean,
        "whereaboutsCode": OUTLET,
        unit: STATION,
    }

    found = read_record(POOL_REPAIR, record)

    assert [stated(event) for event in found.events[1:]] == [
        {"type": "transferred", "step": "repair", "time": MARCH, "items": [PACK], "giver": STATION, "taker": OUTLET,
         "side": "giver"},
        {"type": "transferred", "step": "repair", "time": MARCH, "items": [SPARE_PACK], "taker": STATION,
         "side": "taker"},
    ]  # fmt: skip
    assert (found.events[0]["type"], found.events[0]["step"]) == ("produced", "pack_production")


# ---- messages 7, 8, 12 and 13


def test_an_outlet_takes_a_unit_in_from_somebody_who_is_not_named() -> None:
    record = {"storageDate": "2022-03-04", "recoverUnitCode": OUTLET, "code": PACK, "batterySpecies": "P"}

    found = read_record("recover/receiveRecoverStorage", record)

    assert [stated(event) for event in found.events] == [
        {"type": "transferred", "step": "collection", "time": "2022-03-03T16:00:00.000Z", "items": [PACK],
         "taker": OUTLET, "side": "taker"}
    ]  # fmt: skip


RETIRED: Json = {"code": PACK, "batterySpecies": "P", "retireDate": "2022-04-01", "retireUnitCode": OUTLET,
                 "whereaboutsCode": SHOP, "batteryType": "b", "batteryWeight": "312.5"}  # fmt: skip


@pytest.mark.parametrize(
    "interface", ["sail/receiveRetiredOldVehicle", "sail/receiveRetiredOldReplace", "sail/receiveRetiredOld"]
)
def test_a_retired_unit_is_inspected_and_handed_over(interface: str) -> None:
    found = read_record(interface, RETIRED)

    common = {"step": "collection", "time": "2022-03-31T16:00:00.000Z", "items": [PACK]}
    findings = {"condition": "retired", "battery_type": "LFP", "mass_kg": 312.5}
    assert [stated(event) for event in found.events] == [
        {"type": "inspected", **common, "findings": findings},
        {"type": "transferred", **common, "giver": OUTLET, "taker": SHOP, "side": "giver"},
    ]


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("A", "NiMH"),
        ("B", "LFP"),
        ("C", "LMO"),
        ("D", "LCO"),
        ("E", "NCM"),
        ("F", "supercapacitor"),
        ("G", "LTO"),
        ("Z", "other"),
    ],
)
def test_battery_types_have_the_names_of_their_letters(letter: str, name: str) -> None:
    found = read_record("sail/receiveRetiredOld", {**RETIRED, "batteryType": letter})

    assert found.events[0]["findings"]["battery_type"] == name


@pytest.mark.parametrize(
    ("fields", "events", "warnings"),
    [
        ({"whereaboutsCode": ""}, ["inspected"], ["whereabouts_not_told"]),
        ({"whereaboutsCode": OUTLET}, ["inspected"], ["same_party"]),
        ({"batteryWeight": "0"}, ["inspected", "transferred"], ["weight_form"]),
        ({"batteryWeight": "heavy"}, ["inspected", "transferred"], ["weight_form"]),
        ({"batteryWeight": "1e9"}, ["inspected", "transferred"], ["weight_form"]),
        ({"batteryWeight": "nan"}, ["inspected", "transferred"], ["weight_form"]),
        ({"batteryWeight": "1_0"}, ["inspected", "transferred"], ["weight_form"]),
        ({"batteryType": "X"}, ["inspected", "transferred"], ["battery_type_form"]),
        ({"batteryType": "", "batteryWeight": None}, ["inspected", "transferred"], []),
        ({"retireUnitCode": "", "whereaboutsCode": ""}, ["inspected"], ["whereabouts_not_told"]),
    ],
)
def test_what_a_retirement_leaves_open(fields: Json, events: list[str], warnings: list[str]) -> None:
    found = read_record("sail/receiveRetiredOld", {**RETIRED, **fields})

    assert [event["type"] for event in found.events] == events
    assert [code for _, code in found.warnings] == warnings


def test_a_hand_over_needs_its_giver() -> None:
    found = read_record("sail/receiveRetiredOld", {**RETIRED, "retireUnitCode": ""})

    assert found.errors == [(1, 1, "retireUnitCode", "missing_field")]
