"""Catena-X as-built aspects in, events out."""

import io
import json
from collections import Counter
from typing import Any

import pytest

from lineage.domain.instants import OPEN, parse_instant
from lineage.domain.intervals import Interval, intersect
from lineage.exchange.catenax.reader import CatenaxReading, read_catenax
from tests.paths import CATENAX

VEHICLE = "urn:uuid:4509ea7c-c8d2-41a1-83ca-c214ee34af6c"
WHOLE = "urn:uuid:11111111-1111-4111-8111-111111111111"
PART = "urn:uuid:22222222-2222-4222-8222-222222222222"
OTHER = "urn:uuid:33333333-3333-4333-8333-333333333333"
MAKER = "BPNL00000003AVTH"
SUPPLIER = "BPNL00000003B0Q0"
MOMENT = "2022-02-04T14:48:54Z"
EVERY_TIME = (-(10**15), OPEN)

Json = dict[str, Any]


def read(content: object, default_reporter: str | None = None) -> CatenaxReading:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_catenax(io.BytesIO(raw), default_reporter=default_reporter)


def aspect(name: str, payload: Json, version: str = "3.0.0", meta: str = "samm") -> Json:
    model = {
        "SerialPart": "serial_part",
        "Batch": "batch",
        "JustInSequencePart": "just_in_sequence_part",
        "SingleLevelBomAsBuilt": "single_level_bom_as_built",
    }.get(name, "other")
    return {"aspectType": f"urn:{meta}:io.catenax.{model}:{version}#{name}", "payload": payload}


def item(item_id: str = PART, *, name: str = "Sensor", date: str = MOMENT, **identifiers: str) -> Json:
    local = {"manufacturerId": MAKER, **identifiers}
    return {
        "catenaXId": item_id,
        "localIdentifiers": [{"key": key, "value": value} for key, value in local.items() if value],
        "manufacturingInformation": {"date": date},
        "partTypeInformation": {"manufacturerPartId": "YF-09", "nameAtManufacturer": name},
    }


def bom(*parts: Json, whole: str = WHOLE) -> Json:
    return {"catenaXId": whole, "childItems": list(parts)}


def entry(part: str = PART, *, at: str = MOMENT, **more: object) -> Json:
    return {"catenaXId": part, "createdOn": at, "quantity": {"value": 1, "unit": "unit:piece"}, **more}


def notice_counts(reading: CatenaxReading) -> dict[str, int]:
    return dict(reading.report.warning_counts + reading.report.error_counts)


def sent(reading: CatenaxReading, event_type: str) -> list[Json]:
    return [event for event in reading.events if event["type"] == event_type]


def only_event(reading: CatenaxReading) -> Json:
    (event,) = reading.events
    return event


def kinds(reading: CatenaxReading) -> dict[str, str]:
    return {subject["id"]: subject["kind"] for event in sent(reading, "produced") for subject in event["items"]}


def relations(reading: CatenaxReading) -> set[tuple[str, str, int]]:
    puts = sent(reading, "assembled")
    return {(put["whole"], part, parse_instant(put["time"])) for put in puts for part in put["parts"]}


def reached(start: str, steps: set[tuple[str, str, int]]) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the contents over all time: `PART_OF` holds from its assembly on, as nothing ends it (contract 3, 4)."""
    found: dict[str, set[Interval]] = {}
    edges = set()
    open_steps: list[tuple[str, Interval]] = [(start, EVERY_TIME)]
    while open_steps:
        whole, piece = open_steps.pop()
        if piece in found.setdefault(whole, set()):
            continue
        found[whole].add(piece)
        for part, since in [(part, since) for other, part, since in steps if other == whole]:
            left = intersect(piece, (since, OPEN))
            if left is not None:
                edges.add((whole, part))
                open_steps.append((part, left))
    return set(found), edges


@pytest.fixture(scope="module")
def sample() -> CatenaxReading:
    return read((CATENAX / "electric-vehicle-submodels.json").read_bytes())


@pytest.fixture(scope="module")
def expected() -> set[tuple[str, str]]:
    document = json.loads((CATENAX / "electric-vehicle-relationships.json").read_bytes())
    return {
        (notice_counts["catenaXId"], notice_counts["linkedItem"]["childCatenaXId"])
        for notice_counts in document["relationships"]
    }


class TestTheSample:
    def test_every_aspect_is_counted_by_its_version(self, sample: CatenaxReading) -> None:
        assert sample.report.aspects == {
            "SerialPart 3.0.0": 103,
            "SingleLevelBomAsBuilt 3.0.0": 81,
            "Batch 3.0.0": 71,
            "JustInSequencePart 3.0.0": 2,
        }

    def test_every_aspect_and_every_entry_is_an_event(self, sample: CatenaxReading) -> None:
        assert sample.report.events == {"produced": 176, "assembled": 174}
        assert len(sample.events) == len(sample.lines) == 350

    def test_aspects_that_are_there_again_are_the_same_event_again(self, sample: CatenaxReading) -> None:
        contents = {json.dumps(event, sort_keys=True) for event in sample.events}
        assert sample.report.repeats == 62
        assert len({event["id"] for event in sample.events}) == len(contents) == 288

    def test_the_vehicle_holds_exactly_the_items_and_relations_that_a_traversal_must_find(
        self, sample: CatenaxReading, expected: set[tuple[str, str]]
    ) -> None:
        items, edges = reached(VEHICLE, relations(sample))
        assert edges == expected
        assert items == {end for edge in expected for end in edge}
        assert (len(items), len(edges)) == (113, 174)

    def test_without_time_it_is_the_same(self, sample: CatenaxReading, expected: set[tuple[str, str]]) -> None:
        timeless = {(whole, part, 0) for whole, part, _ in relations(sample)}
        assert reached(VEHICLE, timeless)[1] == expected

    def test_kinds(self, sample: CatenaxReading) -> None:
        found = Counter(kinds(sample).values())
        assert found == {"cell": 60, "part": 35, "lot": 9, "module": 6, "vehicle": 1, "pack": 1}
        assert kinds(sample)[VEHICLE] == "vehicle"

    def test_a_batch_without_a_manufacturer_is_reported_by_the_partner_that_supplies_it(
        self, sample: CatenaxReading
    ) -> None:
        lots = [event for event in sent(sample, "produced") if event["items"][0]["kind"] == "lot"]
        suppliers = {"BPNL00000003AXS3", "BPNL00000003AYRE", "BPNL00000003AZQP", SUPPLIER}
        assert {event["reporter"] for event in lots} == suppliers

    def test_contradictions_within_the_file_are_read_and_reported(self, sample: CatenaxReading) -> None:
        assert notice_counts(sample) == {
            "assembled_before_made": 173,
            "assembled_after_whole": 32,
            "empty_bom": 7,
            "lot_in_several_wholes": 4,
            "described_twice": 2,
            "not_described": 1,
        }

    def test_what_is_not_known_and_what_no_event_can_hold_is_counted(self, sample: CatenaxReading) -> None:
        assert sample.report.unknown_fields == {"SerialPart.itemVersion": 103, "Batch.itemVersion": 71}
        assert sample.report.not_carried["SingleLevelBomAsBuilt.childItems.quantity"] == 174
        assert not sample.report.unknown_aspects

    def test_warnings_are_bounded_for_each_code(self, sample: CatenaxReading) -> None:
        assert max(Counter(warning.code for warning in sample.report.warnings).values()) == 20

    def test_read_again_it_is_the_same(self, sample: CatenaxReading) -> None:
        again = read((CATENAX / "electric-vehicle-submodels.json").read_bytes())
        assert (again.events, again.lines) == (sample.events, sample.lines)

    def test_as_lines_it_gives_the_same_events(self, sample: CatenaxReading) -> None:
        document = json.loads((CATENAX / "electric-vehicle-submodels.json").read_bytes())
        lines = "\n".join(json.dumps(one) for one in document["submodels"])
        assert read(lines.encode()).events == sample.events


VERSIONS: dict[str, tuple[Json, Json]] = {
    "1.0": (
        aspect(
            "SerialPart",
            {
                "catenaXId": PART,
                "localIdentifiers": [
                    {"key": "ManufacturerID", "value": MAKER},
                    {"key": "PartInstanceID", "value": "SN12345678"},
                ],
                "manufacturingInformation": {"date": "2022-02-04T14:48:54", "country": "HUR"},
                "partTypeInformation": {
                    "manufacturerPartId": "123",
                    "customerPartId": "PRT-1",
                    "nameAtManufacturer": "Mirror",
                    "classification": "component",
                },
            },
            "1.0.1",
            "bamm",
        ),
        aspect(
            "SingleLevelBomAsBuilt",
            {
                "catenaXId": WHOLE,
                "childParts": [
                    {
                        "childCatenaXId": PART,
                        "assembledOn": MOMENT,
                        "lifecycleContext": "AsBuilt",
                        "quantity": {"quantityNumber": 2.5, "measurementUnit": "unit:litre"},
                        "businessPartner": SUPPLIER,
                    }
                ],
            },
            "1.0.0",
            "bamm",
        ),
    ),
    "2.0": (
        aspect(
            "SerialPart",
            {
                "catenaXId": PART,
                "localIdentifiers": [
                    {"key": "partInstanceId", "value": "SN12345678"},
                    {"key": "manufacturerId", "value": MAKER},
                ],
                "manufacturingInformation": {"date": "2022-02-04T14:48:54"},
                "sites": [{"catenaXsiteId": "BPNS1234567890ZZ", "function": "production"}],
                "partTypeInformation": {
                    "manufacturerPartId": "123",
                    "nameAtManufacturer": "Mirror",
                    "classification": "product",
                },
            },
            "2.0.0",
        ),
        aspect(
            "SingleLevelBomAsBuilt",
            bom(entry(hasAlternatives=False, businessPartner=SUPPLIER, lastModifiedOn=MOMENT)),
            "2.0.0",
        ),
    ),
    "3.0": (
        aspect(
            "SerialPart",
            {
                "catenaXId": PART,
                "localIdentifiers": [
                    {"key": "manufacturerId", "value": MAKER},
                    {"key": "partInstanceId", "value": "SN12345678"},
                ],
                "manufacturingInformation": {
                    "date": "2022-02-04T14:48:54",
                    "sites": [{"catenaXsiteId": "BPNS1234567890ZZ", "function": "production"}],
                },
                "partTypeInformation": {
                    "manufacturerPartId": "123",
                    "nameAtManufacturer": "Mirror",
                    "partClassification": [{"classificationStandard": "IEC", "classificationID": "61360"}],
                },
            },
            "3.0.1",
        ),
        aspect(
            "SingleLevelBomAsBuilt",
            {
                "catenaXId": WHOLE,
                "childItems": [{"childCatenaXId": PART, "createdOn": MOMENT, "businessPartner": SUPPLIER}],
            },
            "3.0.0",
        ),
    ),
}


class TestVersions:
    @pytest.mark.parametrize("version", VERSIONS)
    def test_an_item_is_read_from_every_version(self, version: str) -> None:
        event = only_event(read(VERSIONS[version][0]))
        assert event["items"] == [
            {
                "id": PART,
                "kind": "part",
                "maker": MAKER,
                "model": "123 Mirror",
                "identifiers": [{"scheme": "partInstanceId", "id": "SN12345678"}],
            }
        ]
        assert (event["type"], event["time"], event["reporter"]) == ("produced", "2022-02-04T14:48:54.000Z", MAKER)
        assert event.get("place") == (None if version == "1.0" else "BPNS1234567890ZZ")

    @pytest.mark.parametrize("version", VERSIONS)
    def test_a_bill_of_material_is_read_from_every_version(self, version: str) -> None:
        reading = read(VERSIONS[version][1])
        event = only_event(reading)
        del event["id"]
        assert event == {
            "type": "assembled",
            "time": "2022-02-04T14:48:54.000Z",
            "reporter": SUPPLIER,
            "whole": WHOLE,
            "parts": [PART],
        }
        assert not reading.report.unknown_fields

    @pytest.mark.parametrize("version", VERSIONS)
    def test_no_field_of_a_known_version_is_unknown(self, version: str) -> None:
        assert not read(list(VERSIONS[version])).report.unknown_fields

    def test_an_unknown_minor_version_is_read_and_its_new_fields_are_counted(self) -> None:
        reading = read(aspect("SerialPart", {**item(), "colour": "blue"}, "3.7.2"))
        assert reading.report.aspects == {"SerialPart 3.7.2": 1}
        assert reading.report.unknown_fields == {"SerialPart.colour": 1}
        assert only_event(reading)["items"][0]["id"] == PART

    def test_a_newer_major_version_is_read_by_known_names_and_reported(self) -> None:
        payload = {
            "globalAssetId": PART.removeprefix("urn:uuid:").upper(),
            "localIdentifiers": [{"key": "manufacturerId", "value": MAKER}],
            "manufacturingInformation": {
                "productionDate": "2025-09-26",
                "sites": [{"siteId": "BPNS1234567890ZZ", "function": "production"}],
            },
        }
        reading = read(aspect("Batch", payload, "4.0.0"))
        assert notice_counts(reading) == {"newer_version": 1, "id_rewritten": 1, "time_without_offset": 1}
        assert only_event(reading)["items"] == [{"id": PART, "kind": "lot", "maker": MAKER}]

    @pytest.mark.parametrize(
        "stated",
        [
            "urn:samm:io.catenax.single_level_usage_as_built:3.0.0#SingleLevelUsageAsBuilt",
            "urn:samm:io.catenax.batch:3.0.0#SerialPart",
            "urn:samm:com.example.serial_part:3.0.0#SerialPart",
            "SerialPart",
        ],
    )
    def test_another_aspect_is_counted_and_not_read(self, stated: str) -> None:
        reading = read([{"aspectType": stated, "payload": item()}, aspect("SerialPart", item())])
        assert reading.report.unknown_aspects == {stated: 1}
        assert len(reading.events) == 1


class TestForms:
    def test_document_list_single_aspect_and_lines_give_the_same(self) -> None:
        one, two = aspect("SerialPart", item()), aspect("SerialPart", item(OTHER))
        lines = b"\xef\xbb\xbf" + json.dumps(one).encode() + b"\r\n\r\n" + json.dumps(two).encode() + b"\n"
        readings = [read({"submodels": [one, two]}), read([one, two]), read(lines)]
        assert readings[0].events == readings[1].events == readings[2].events
        assert [reading.lines for reading in readings] == [[1, 2], [1, 2], [1, 3]]
        assert read(one).events == readings[0].events[:1]

    def test_what_else_a_document_holds_is_counted(self) -> None:
        reading = read({"submodels": [aspect("SerialPart", item())], "relationships": []})
        assert reading.report.unknown_fields == {"document.relationships": 1}

    @pytest.mark.parametrize("content", [b"", b"\n", b"[]", b'{"submodels": []}'])
    def test_nothing_is_nothing(self, content: bytes) -> None:
        reading = read(content)
        assert (reading.events, notice_counts(reading)) == ([], {})

    @pytest.mark.parametrize(
        "content",
        [
            b"{",
            b'{"submodels": [',
            b"\xff\xfe",
            b'{"aspectType": "x", "aspectType": "y"}',
            b'{"submodels": [NaN]}',
            b'{"aspectType": "\\ud800"}',
            b"[" * 100_000,
            b"[" * 300 + b"]" * 300,
        ],
    )
    def test_what_is_not_json_is_reported(self, content: bytes) -> None:
        reading = read(content)
        assert (reading.events, notice_counts(reading)) == ([], {"unreadable": 1})

    @pytest.mark.parametrize("content", [1, None, "text", [7], {}, {"submodels": 3}, {"aspectType": 3}])
    def test_what_is_not_an_aspect_is_reported(self, content: object) -> None:
        reading = read(content)
        assert (reading.events, notice_counts(reading)) == ([], {"not_an_aspect": 1})

    def test_one_bad_line_leaves_the_others(self) -> None:
        good = json.dumps(aspect("SerialPart", item())).encode()
        reading = read(good + b"\n{broken\n" + good)
        assert reading.lines == [1, 3]
        assert [(error.line, error.code) for error in reading.report.errors] == [(2, "unreadable")]

    @pytest.mark.parametrize("payload", [None, [], "text", 3])
    def test_a_payload_that_is_no_object_is_reported(self, payload: object) -> None:
        reading = read({"aspectType": "urn:samm:io.catenax.batch:3.0.0#Batch", "payload": payload})
        assert notice_counts(reading) == {"bad_field": 1}

    def test_values_of_wrong_types_are_reported_and_nothing_raises(self) -> None:
        payload = {
            "catenaXId": PART,
            "localIdentifiers": ["text", {"key": 3}, {"key": "manufacturerId", "value": MAKER}],
            "manufacturingInformation": {"date": MOMENT, "sites": {"function": []}},
            "partTypeInformation": [1],
        }
        reading = read({**aspect("SerialPart", payload), "identification": 5})
        assert only_event(reading)["items"] == [{"id": PART, "kind": "part", "maker": MAKER}]
        assert notice_counts(reading) == {"bad_field": 5, "bad_identifier": 1, "site_not_carried": 1}
        assert not reading.report.errors

    def test_an_entry_that_is_no_object_is_an_error(self) -> None:
        reading = read(aspect("SingleLevelBomAsBuilt", {"catenaXId": WHOLE, "childItems": ["text"]}))
        assert [(error.path, error.code) for error in reading.report.errors] == [("childItems.0", "bad_field")]

    def test_unknown_names_are_bounded(self) -> None:
        reading = read(aspect("Batch", {**item(), **{f"field{n}": 1 for n in range(1_500)}}))
        assert len(reading.report.unknown_fields) == 1_001
        assert reading.report.unknown_fields["(others)"] == 500


class TestTimes:
    @pytest.mark.parametrize(
        ("stated", "stored", "warned"),
        [
            ("2022-02-04T14:48:54+01:00", "2022-02-04T13:48:54.000Z", False),
            ("2022-02-04T14:48:54.7099Z", "2022-02-04T14:48:54.709Z", False),
            ("2022-02-04T14:48:54", "2022-02-04T14:48:54.000Z", True),
            ("2022-02-04T14:48:54.5", "2022-02-04T14:48:54.500Z", True),
            ("2022-02-04", "2022-02-04T00:00:00.000Z", True),
        ],
    )
    def test_a_time_without_offset_is_utc_with_a_warning(self, stated: str, stored: str, warned: bool) -> None:
        reading = read(aspect("SerialPart", item(date=stated)))
        assert only_event(reading)["time"] == stored
        assert notice_counts(reading) == ({"time_without_offset": 1} if warned else {})

    @pytest.mark.parametrize(
        ("stated", "code"),
        [
            ("yesterday", "time_form"),
            ("2022-02-30", "time_impossible"),
            ("2022-02-04T24:00:00", "time_impossible"),
            ("0001-01-01", "time_out_of_range"),
            ("", "missing_date"),
        ],
    )
    def test_without_a_usable_date_there_is_no_event_and_a_notice(self, stated: str, code: str) -> None:
        reading = read(
            [aspect("SerialPart", item(date=stated)), aspect("SingleLevelBomAsBuilt", bom(entry(at=stated)))]
        )
        assert (reading.events, reading.report.error_counts) == ([], {code: 2})

    def test_an_item_without_a_date_still_states_who_reports(self) -> None:
        reading = read(
            [aspect("SerialPart", item(WHOLE, date="")), aspect("SingleLevelBomAsBuilt", bom(entry()), "1.0.0")]
        )
        assert only_event(reading)["reporter"] == MAKER


class TestKinds:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("ZB ZELLE", "cell"),
            ("Battery-Cell", "cell"),
            ("HV MODUL", "module"),
            ("Hochvoltspeicher", "pack"),
            ("动力电池包", "pack"),
            ("Battery", "part"),
            ("Battery Pack 12V Standard", "part"),
            ("Fuel cell", "part"),
        ],
    )
    def test_a_name_decides_only_beyond_doubt(self, name: str, kind: str) -> None:
        assert kinds(read(aspect("SerialPart", item(name=name)))) == {PART: kind}

    def test_a_battery_that_holds_modules_is_a_pack(self) -> None:
        reading = read(
            [
                aspect("SingleLevelBomAsBuilt", bom(entry())),
                aspect("SerialPart", item(WHOLE, name="Battery")),
                aspect("SerialPart", item(name="HV MODUL")),
            ]
        )
        assert kinds(reading) == {WHOLE: "pack", PART: "module"}

    def test_a_batch_is_a_lot_whatever_its_name(self) -> None:
        reading = read(aspect("Batch", item(name="ZB ZELLE", batchId="B-7")))
        subject = only_event(reading)["items"][0]
        assert (subject["kind"], subject["batch"]) == ("lot", "B-7")
        assert subject["identifiers"] == [{"scheme": "batchId", "id": "B-7"}]

    def test_the_batch_of_a_serial_part_is_no_identifier_of_it(self) -> None:
        subject = only_event(read(aspect("SerialPart", item(batchId="B-7", partInstanceId="SN1"))))["items"][0]
        assert subject["batch"] == "B-7"
        assert subject["identifiers"] == [{"scheme": "partInstanceId", "id": "SN1"}]

    def test_a_vehicle_is_known_by_its_anonymised_number(self) -> None:
        assert kinds(read(aspect("SerialPart", item(van="OMBXAFHRPALTYNHWL")))) == {PART: "vehicle"}


class TestReporters:
    def test_a_bill_of_material_is_reported_by_the_maker_of_the_whole(self) -> None:
        reading = read(
            [
                aspect("SingleLevelBomAsBuilt", bom(entry(businessPartner=SUPPLIER))),
                aspect("SerialPart", item(WHOLE)),
            ]
        )
        assert {event["type"]: event["reporter"] for event in reading.events} == {"produced": MAKER, "assembled": MAKER}

    def test_an_item_without_a_maker_is_reported_by_the_partner_that_supplies_it(self) -> None:
        reading = read(
            [
                aspect("Batch", item(manufacturerId="")),
                aspect("SingleLevelBomAsBuilt", bom(entry(businessPartner=SUPPLIER))),
            ]
        )
        assert [event["reporter"] for event in reading.events] == [SUPPLIER, SUPPLIER]
        assert notice_counts(reading) == {"reporter_is_supplier": 1}

    def test_where_no_party_is_named_none_is_made_up(self) -> None:
        content = [aspect("Batch", item(manufacturerId="")), aspect("SingleLevelBomAsBuilt", bom(entry()))]
        assert (read(content).events, notice_counts(read(content))) == ([], {"missing_reporter": 2})
        assert {event["reporter"] for event in read(content, default_reporter=MAKER).events} == {MAKER}


class TestContradictions:
    def test_a_part_in_two_wholes_remains_in_both(self) -> None:
        reading = read(
            [
                aspect("SerialPart", item()),
                aspect("SingleLevelBomAsBuilt", bom(entry(businessPartner=MAKER))),
                aspect("SingleLevelBomAsBuilt", bom(entry(businessPartner=MAKER), whole=OTHER)),
            ]
        )
        assert {(whole, part) for whole, part, _ in relations(reading)} == {(WHOLE, PART), (OTHER, PART)}
        assert notice_counts(reading) == {"part_in_several_wholes": 1, "reporter_is_supplier": 2}

    def test_a_part_put_in_before_it_was_made_is_read(self) -> None:
        early = entry(at="2020-01-01T00:00:00Z")
        reading = read(
            [
                aspect("SerialPart", item()),
                aspect("SerialPart", item(WHOLE)),
                aspect("SingleLevelBomAsBuilt", bom(early)),
            ]
        )
        assert reading.report.events == {"produced": 2, "assembled": 1}
        assert notice_counts(reading) == {"assembled_before_made": 1}

    def test_two_times_for_one_relation_are_both_read(self) -> None:
        reading = read(
            [
                aspect("SerialPart", item(WHOLE, date="2023-01-01T00:00:00Z")),
                aspect("SingleLevelBomAsBuilt", bom(entry(), entry(at="2022-03-01T00:00:00Z"))),
            ]
        )
        assert reading.report.events["assembled"] == 2
        assert notice_counts(reading) == {"put_in_twice": 1, "not_described": 2}

    def test_a_whole_among_its_own_parts_is_reported_and_not_sent(self) -> None:
        reading = read([aspect("SerialPart", item(WHOLE)), aspect("SingleLevelBomAsBuilt", bom(entry(WHOLE)))])
        assert reading.report.events == {"produced": 1}
        assert notice_counts(reading) == {"self_containment": 1}

    def test_a_possible_part_is_read_and_reported(self) -> None:
        content = bom(entry(hasAlternatives=True, businessPartner=SUPPLIER))
        reading = read(aspect("SingleLevelBomAsBuilt", content))
        assert reading.report.events == {"assembled": 1}
        assert notice_counts(reading) == {"alternative": 1, "reporter_is_supplier": 1, "not_described": 1}

    def test_two_names_of_one_field_that_differ_are_reported(self) -> None:
        reading = read(aspect("SerialPart", {**item(), "globalAssetId": OTHER}))
        assert kinds(reading) == {PART: "part"}
        assert notice_counts(reading) == {"names_differ": 1}


class TestIds:
    def test_the_order_of_a_set_changes_no_id(self) -> None:
        payload = item(partInstanceId="SN1", jisNumber="J1")
        turned = {**payload, "localIdentifiers": payload["localIdentifiers"][::-1]}
        assert read(aspect("SerialPart", payload)).events == read(aspect("SerialPart", turned)).events

    def test_other_content_is_another_event(self) -> None:
        ids = {only_event(read(aspect("SerialPart", item(name=name))))["id"] for name in ("Sensor", "Mirror")}
        assert len(ids) == 2

    def test_one_uuid_in_three_spellings_is_one_item(self) -> None:
        bare = PART.removeprefix("urn:uuid:")
        assert kinds(read([aspect("SerialPart", item(name)) for name in (PART, bare, PART.upper())])) == {PART: "part"}

    def test_the_submodel_is_the_evidence(self) -> None:
        event = only_event(read({**aspect("SerialPart", item()), "identification": OTHER}))
        assert event["evidence"] == [{"kind": "submodel", "ref": OTHER}]
