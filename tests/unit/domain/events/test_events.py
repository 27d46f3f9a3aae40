"""Events: what contract 2 accepts, what is stored, and what comes back."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.canonical_json import canonical
from lineage.domain.errors import InvalidEventError, Notice
from lineage.domain.events.models import TYPES, Assembled, Corrected, Produced
from lineage.domain.events.participants import references_of
from lineage.domain.events.reading import Reading, read_event
from lineage.domain.events.serialization import differs_as_sent, from_stored, to_stored
from lineage.domain.instants import parse_instant

CATL, BYD = "91350900587527783P", "91440300192317458F"
CELL, MODULE, PACK = "001CB240000003B3C0221953", "031ME00F2X05AA85K0301261", "031PE0032X05AA85N0300123"
VIN = "LNBSCB3F0DD130955"
LOT = f"lot:{CATL}:B7"
TODAY = date(2026, 11, 22)

Sent = dict[str, Any]


def event(type_: str, **fields: Any) -> Sent:
    return {"id": "urn:x:e1", "type": type_, "time": "2024-05-01", "reporter": CATL, **fields}


def assembled(**fields: Any) -> Sent:
    return event("assembled", **{"whole": PACK, "parts": [MODULE], **fields})


def corrected(**fields: Any) -> Sent:
    return event("corrected", **{"target": "urn:x:e0", "reason": "typing error", **fields})


def without_id(sent: Sent) -> Sent:
    return {field: value for field, value in sent.items() if field != "id"}


def read(sent: object, *, today: date | None = TODAY) -> Reading:
    return read_event(sent, today=today, allow_recorded=False)


def content_of(sent: Sent) -> Sent:
    content: Sent = json.loads(read(sent).content)
    return content


def refusals(sent: object, *, allow_recorded: bool = False, now: int | None = None) -> list[tuple[str, str]]:
    with pytest.raises(InvalidEventError) as caught:
        read_event(sent, today=TODAY, allow_recorded=allow_recorded, now=now)
    return [(notice.path, notice.code) for notice in caught.value.notices]


def outcome(sent: object) -> bytes | list[tuple[str, str]]:
    """Return the stored form of an event, or the reason why it is refused."""
    try:
        return read(sent).content
    except InvalidEventError as error:
        return [(notice.path, notice.code) for notice in error.notices]


def warnings(sent: object) -> list[tuple[str, str]]:
    return [(notice.path, notice.code) for notice in read(sent).warnings]


EVERY_TYPE: list[Sent] = [
    event(
        "produced",
        step="cell_production",
        place="350900",
        custodian=BYD,
        evidence=[{"kind": "photo", "ref": "https://example.org/1", "sha256": "ab" * 32}],
        items=[
            {
                "id": CELL,
                "kind": "cell",
                "maker": "CATL",
                "model": "C1",
                "batch": "B7",
                "chemistry": "LFP",
                "mass_kg": 2.7,
                "capacity_kwh": 0.432,
                "identifiers": [{"scheme": "serial", "id": "SN 7"}],
            }
        ],
    ),
    assembled(whole=VIN, parts=[PACK], uncoded=[{"kind": "module", "count": 7}]),
    assembled(parts=[], uncoded=[{"kind": "cell", "count": 96}]),
    event("disassembled", whole=VIN, parts=[PACK], custodian="urn:x:shop"),
    event("transferred", items=[PACK], giver=CATL, taker="owner:7f3a", side="giver", rights="ownership"),
    event("transformed", inputs=[{"id": PACK, "mass_kg": 400}], outputs=[{"id": LOT, "kind": "lot", "mass_kg": 350.5}]),
    event("inspected", items=[PACK], inside=VIN, findings={"soh_percent": 81.5, "notes": [1, {"a": None}, None]}),
    event("inspected", items=[PACK], findings={}),
    event("ended", items=[PACK], reason="scrapped"),
    event("enrolled", party={"id": BYD, "name": "BYD", "roles": []}),
    event(
        "enrolled",
        party={
            "id": BYD,
            "name": "比亚迪",
            "roles": ["BATTERY_MAKER"],
            "region": "440300",
            "status": "active",
            "permits": [
                {"kind": "waste", "number": "7", "valid_from": "2020-01-01", "valid_until": "2025-01-01"},
                {"kind": "waste", "valid_from": "2025-01-01", "capacity_kg_per_year": 5e6},
            ],
        },
    ),
    corrected(),
    corrected(replacement=without_id(assembled())),
]
IDS = [f"{number}_{sent['type']}" for number, sent in enumerate(EVERY_TYPE)]


@pytest.mark.parametrize("sent", EVERY_TYPE, ids=IDS)
def test_what_is_stored_is_read_back_as_the_same_event(sent: Sent) -> None:
    reading = read(sent)

    again = from_stored(json.loads(reading.content))
    assert again == reading.event
    assert to_stored(again) == to_stored(reading.event)
    assert type(again) is TYPES[sent["type"]]


@pytest.mark.parametrize("sent", EVERY_TYPE, ids=IDS)
def test_what_is_stored_is_accepted_again_as_a_duplicate(sent: Sent) -> None:
    reading = read(sent)

    assert read(to_stored(reading.event)).content == reading.content
    assert read(json.loads(reading.content)).content == reading.content


@pytest.mark.parametrize("sent", EVERY_TYPE, ids=IDS)
def test_content_is_the_canonical_json_of_what_is_stored(sent: Sent) -> None:
    reading = read(sent)

    assert reading.content == canonical(to_stored(reading.event))
    assert "recorded" not in json.loads(reading.content)


@pytest.mark.parametrize("sent", EVERY_TYPE, ids=IDS)
def test_an_event_without_id_gets_the_digest_of_its_canonical_content(sent: Sent) -> None:
    reading = read(without_id(sent))

    body = {field: value for field, value in json.loads(reading.content).items() if field != "id"}
    assert reading.event.id == "sha256:" + sha256(canonical(body)).hexdigest()
    assert json.loads(reading.content)["id"] == reading.event.id
    assert read({**sent, "id": reading.event.id}).content == reading.content


@pytest.mark.parametrize("sent", EVERY_TYPE, ids=IDS)
def test_every_field_of_a_type_can_be_null_exactly_if_it_can_be_absent(sent: Sent) -> None:
    for field in [*sent, *TYPES[sent["type"]].model_fields]:
        absent = {name: value for name, value in sent.items() if name != field}
        null = {**sent, field: None}
        assert outcome(null) == outcome(absent)


@pytest.mark.parametrize("sent", EVERY_TYPE, ids=IDS)
def test_an_event_cannot_be_changed(sent: Sent) -> None:
    reading = read(sent)

    with pytest.raises(Exception, match="frozen"):
        reading.event.reporter = BYD  # type: ignore[misc]


def test_the_content_of_a_simple_event_is_exactly_this() -> None:
    wanted = (
        f'{{"id":"urn:x:e1","parts":["{MODULE}"],"reporter":"{CATL}",'
        f'"time":"2024-04-30T16:00:00.000Z","type":"assembled","whole":"{PACK}"}}'
    )

    assert read(assembled()).content == wanted.encode()


@pytest.mark.parametrize(
    ("sent", "same"),
    [
        (assembled(step=None, place=None, evidence=[], uncoded=None), assembled()),
        (assembled(whole=f" {PACK.lower()} ", reporter=CATL.lower()), assembled()),
        (assembled(time="2024-05-01T00:00:00.0009+08:00"), assembled()),
        (assembled(id=" urn:x:e1\n"), assembled()),
        (
            event("transferred", items=[PACK], giver=CATL, taker=BYD, side="both", rights=None),
            event("transferred", items=[PACK], giver=CATL, taker=BYD, rights="custody"),
        ),
        (
            event("produced", items=[{"id": CELL, "kind": "cell", "identifiers": []}], custodian=CATL),
            event("produced", items=[{"id": CELL, "kind": "cell"}]),
        ),
        (
            event("transformed", inputs=[{"id": LOT}], outputs=[{"id": CELL, "kind": "cell"}], custodian=CATL),
            event("transformed", inputs=[{"id": LOT}], outputs=[{"id": CELL, "kind": "cell"}]),
        ),
        (
            event("produced", items=[{"id": CELL, "kind": "cell", "mass_kg": 3.0}]),
            event("produced", items=[{"id": CELL, "kind": "cell", "mass_kg": 3}]),
        ),
        (
            assembled(parts=[], uncoded=[{"kind": "cell", "count": 96.0}]),
            assembled(parts=[], uncoded=[{"kind": "cell", "count": 96}]),
        ),
        (
            event("inspected", items=[PACK], findings={"a": None, "b": {"c": None}, "d": -0.0}),
            event("inspected", items=[PACK], findings={"b": {}, "d": 0}),
        ),
        (event("enrolled", party={"id": BYD, "name": "B", "roles": [], "permits": None}),) * 2,
        (assembled(colour=None), assembled()),
    ],
)
def test_two_spellings_of_one_report_have_one_content(sent: Sent, same: Sent) -> None:
    assert read(sent).content == read(same).content


@pytest.mark.parametrize(
    ("sent", "other"),
    [
        (assembled(parts=[MODULE, CELL]), assembled(parts=[CELL, MODULE])),
        (assembled(step="repair"), assembled()),
        (
            event("disassembled", whole=PACK, parts=[MODULE], custodian=CATL),
            event("disassembled", whole=PACK, parts=[MODULE]),
        ),
        (assembled(whole="urn:x:a"), assembled(whole="URN:x:a")),
    ],
)
def test_reports_that_differ_have_different_contents(sent: Sent, other: Sent) -> None:
    assert read(sent).content != read(other).content


def test_a_custodian_equal_to_its_default_is_stored_as_absent() -> None:
    sent = event("produced", items=[{"id": CELL, "kind": "cell"}], custodian=CATL)

    reading = read(sent)

    assert isinstance(reading.event, Produced)
    assert reading.event.custodian is None


def test_fields_that_are_absent_are_none_or_empty() -> None:
    reading = read(assembled())

    assert isinstance(reading.event, Assembled)
    assert (reading.event.step, reading.event.place, reading.event.recorded) == (None, None, None)
    assert (reading.event.evidence, reading.event.uncoded) == ((), ())


# --- corrections


def test_a_replacement_has_the_id_of_its_correction_with_a_suffix() -> None:
    event_ = read(corrected(replacement=without_id(assembled()))).event

    assert isinstance(event_, Corrected)
    assert event_.replacement is not None
    assert event_.replacement.id == "urn:x:e1#r"
    assert "id" not in to_stored(event_)["replacement"]


def test_a_replacement_of_a_correction_without_id_is_named_after_the_digest() -> None:
    event_ = read(without_id(corrected(replacement=without_id(assembled())))).event

    assert isinstance(event_, Corrected)
    assert event_.replacement is not None
    assert event_.replacement.id == f"{event_.id}#r"
    assert event_.id.startswith("sha256:")


@pytest.mark.parametrize("target", ["urn:x:e0#r", "sha256:" + "0" * 64, "e" * 512 + "#r", "urn:x:e1#r"])
def test_a_correction_may_target_a_replacement_or_a_digest(target: str) -> None:
    assert read(corrected(target=target)).event.type == "corrected"


def test_a_replacement_is_judged_as_strictly_as_an_event() -> None:
    bad = without_id(assembled(parts=[MODULE, MODULE, PACK], whole=PACK))

    assert refusals(corrected(replacement=bad)) == [
        ("replacement.parts.2", "whole_in_parts"),
        ("replacement.parts.1", "repeated_id"),
    ]


# --- recorded, dates in codes


def test_recorded_is_taken_only_from_a_trusted_import_and_never_from_the_future() -> None:
    sent = assembled(recorded="2024-06-01")
    recorded = parse_instant("2024-06-01")

    reading = read_event(sent, today=TODAY, allow_recorded=True, now=recorded)

    assert reading.event.recorded == recorded
    assert reading.content == read(assembled()).content
    assert refusals(sent) == [("recorded", "recorded_not_allowed")]
    assert refusals(sent, allow_recorded=True, now=recorded - 1) == [("recorded", "recorded_in_future")]
    assert refusals({**sent, "recorded": "soon"}, allow_recorded=True) == [("recorded", "time_form")]


def test_a_code_from_the_future_is_refused_at_acceptance_and_taken_by_a_rebuild() -> None:
    sent = assembled(parts=["X12MCPM27KLPCLX2M2382320"])

    assert refusals(sent) == [("parts.0", "battery_code_future")]
    assert read(sent, today=None).event.type == "assembled"


# --- warnings


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        (assembled(), []),
        (assembled(whole="LGXCE4C86P0019283"), [("whole", "vin_check_digit")]),
        (assembled(reporter="91440600722473344C"), [("reporter", "uscc_check_character")]),
        (assembled(parts=["OB5CB240000003B3C0221953"]), [("parts.0", "ambiguous_letter")]),
        (event("produced", items=[{"id": CELL, "kind": "module"}]), [("items.0.kind", "kind_mismatch")]),
        (event("produced", items=[{"id": VIN, "kind": "pack"}]), [("items.0.kind", "kind_mismatch")]),
        (event("produced", items=[{"id": "urn:x:a", "kind": "pack"}]), []),
        (
            event("transformed", inputs=[{"id": PACK}], outputs=[{"id": LOT, "kind": "cell"}]),
            [("outputs.0.kind", "kind_mismatch")],
        ),
        (
            corrected(replacement=without_id(assembled(whole="LGXCE4C86P0019283"))),
            [("replacement.whole", "vin_check_digit")],
        ),
        (
            event(
                "enrolled",
                party={
                    "id": BYD,
                    "name": "B",
                    "roles": [],
                    "permits": [{"kind": "w", "valid_from": "2024-01-02", "valid_until": "2024-01-01"}],
                },
            ),
            [("party.permits.0.valid_until", "permit_never_valid")],
        ),
    ],
)
def test_a_soft_breach_is_a_warning_with_its_path(sent: Sent, wanted: list[tuple[str, str]]) -> None:
    assert warnings(sent) == wanted


def test_a_warning_bears_the_id_of_its_event() -> None:
    reading = read(without_id(assembled(whole="LGXCE4C86P0019283")))

    assert [notice.id for notice in reading.warnings] == [reading.event.id]


# --- refusals (most are samples under tests/malformed)


def test_all_problems_are_reported_at_once_with_the_id_of_the_event() -> None:
    with pytest.raises(InvalidEventError) as caught:
        read(assembled(time="soon", whole=None, recorded="2024-05-01", colour="red"))

    assert [(notice.id, notice.path, notice.code) for notice in caught.value.notices] == [
        ("urn:x:e1", "time", "time_form"),
        ("urn:x:e1", "whole", "missing_field"),
        ("urn:x:e1", "colour", "unknown_field"),
        ("urn:x:e1", "recorded", "recorded_not_allowed"),
    ]
    assert (caught.value.path, caught.value.code) == ("time", "time_form")


def test_at_most_twenty_problems_of_an_event_are_reported() -> None:
    assert len(refusals(assembled(parts=["x"] * 100))) == 20


def test_an_event_of_a_million_problems_is_refused_in_one() -> None:
    sent = {**assembled(), **{f"f{number}": 1 for number in range(6_000)}}

    assert refusals(sent) == [("", "too_many_problems")]


@pytest.mark.parametrize("document", [None, 7, "assembled", [], [{}], True, 1.5])
def test_what_is_no_object_is_no_event(document: object) -> None:
    assert refusals(document) == [("", "not_an_object")]


def test_ten_thousand_ids_are_taken_and_one_more_is_refused() -> None:
    parts = [f"urn:x:{number}" for number in range(10_001)]

    assert read(assembled(parts=parts[:-1])).event.type == "assembled"
    assert refusals(assembled(parts=parts)) == [("parts", "too_many_ids")]
    assert refusals(
        event(
            "transformed",
            inputs=[{"id": x} for x in parts[:6000]],
            outputs=[{"id": x, "kind": "part"} for x in parts[6000:]],
        )
    ) == [("outputs", "too_many_ids")]


@pytest.mark.parametrize(("mass", "is_taken"), [(0, True), (1e7, True), (1e7 + 1, False), (-1e-9, False)])
def test_a_mass_is_zero_to_ten_million_kilograms(mass: float, is_taken: bool) -> None:
    sent = event("produced", items=[{"id": CELL, "kind": "cell", "mass_kg": mass}])

    if is_taken:
        assert read(sent).event.type == "produced"
    else:
        assert refusals(sent) == [("items.0.mass_kg", "mass_out_of_range")]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_numbers_that_no_double_holds_are_refused(number: float) -> None:
    sent = event("produced", items=[{"id": CELL, "kind": "cell", "mass_kg": number}])

    assert refusals(sent) == [("items.0.mass_kg", "not_finite")]


def test_a_text_of_four_thousand_characters_is_taken() -> None:
    assert read(corrected(reason="电" * 4000)).event.type == "corrected"
    assert refusals(corrected(reason="电" * 4001)) == [("reason", "text_too_long")]


def test_findings_may_nest_to_64_levels_of_the_event() -> None:
    def nested(levels: int) -> Sent:
        inner: object = 1
        for _ in range(levels):
            inner = [inner]
        return event("inspected", items=[PACK], findings={"a": inner})

    assert read(nested(62)).event.type == "inspected"
    assert [code for _, code in refusals(nested(63))] == ["too_deep"]


def test_a_lone_surrogate_that_came_past_the_reader_is_refused() -> None:
    assert refusals(corrected(reason="\ud800")) == [("", "bad_text")]


# --- as sent


@pytest.mark.parametrize("sent", EVERY_TYPE, ids=IDS)
def test_what_was_sent_as_it_is_stored_does_not_differ(sent: Sent) -> None:
    assert not differs_as_sent(sent, read(sent).event)
    assert not differs_as_sent(without_id(sent), read(without_id(sent)).event)


@pytest.mark.parametrize(
    "sent",
    [
        assembled(id=" urn:x:e1"),
        assembled(whole=PACK.lower()),
        assembled(parts=[f"{MODULE} "]),
        assembled(reporter=CATL.lower()),
        assembled(place=" 350900"),
        event("produced", items=[{"id": CELL.lower(), "kind": "cell"}]),
        event("produced", items=[{"id": CELL, "kind": "cell"}], custodian=CATL.lower()),
        event("produced", items=[{"id": CELL, "kind": "cell", "identifiers": [{"scheme": "s", "id": " 7"}]}]),
        event("disassembled", whole=PACK, parts=[MODULE], custodian=BYD.lower()),
        event("transferred", items=[PACK], giver=CATL, taker=BYD.lower()),
        event("transformed", inputs=[{"id": PACK.lower()}], outputs=[{"id": LOT, "kind": "lot"}]),
        event("inspected", items=[PACK], inside=VIN.lower(), findings={}),
        event("enrolled", party={"id": BYD.lower(), "name": "B", "roles": []}),
        corrected(target=" urn:x:e0"),
        corrected(replacement=without_id(assembled(whole=PACK.lower()))),
    ],
)
def test_an_identifier_spelled_otherwise_than_it_is_stored_is_noticed(sent: Sent) -> None:
    assert differs_as_sent(sent, read(sent).event)


# --- schemas, names


def test_named_ids_are_those_that_the_event_bears_with_their_paths() -> None:
    for sent in EVERY_TYPE:
        for path, id_ in references_of(read(sent).event):
            found: Any = sent
            for step in path:
                found = found[step]
            assert found == id_


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_has_a_schema_that_shows_times_as_text(type_: str) -> None:
    schema = TYPES[type_].model_json_schema()

    assert schema["properties"]["time"]["type"] == "string"
    assert schema["additionalProperties"] is False
    assert {"type", "time", "reporter"} <= set(schema["required"])


def test_a_notice_is_what_answers_show() -> None:
    assert Notice._fields == ("id", "path", "code", "message")


# --- anything at all

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([CELL, PACK, VIN, CATL, LOT, "2024-05-01", "cell", "both", "lost", "sha256:x", "a#r"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def mutilated(draw: st.DrawFn) -> Sent:
    """An event of any type, some of its fields replaced by anything."""
    sent = json.loads(json.dumps(draw(st.sampled_from(EVERY_TYPE))))
    for field in draw(st.lists(st.sampled_from([*sent, "custodian", "recorded", "replacement"]), max_size=3)):
        sent[field] = draw(json_values)
    return dict(sent)


@given(mutilated())
def test_anything_is_either_read_or_refused_and_what_is_read_can_be_stored(sent: Mapping[str, Any]) -> None:
    try:
        reading = read_event(dict(sent), today=None, allow_recorded=True)
    except InvalidEventError:
        return
    again = from_stored(json.loads(reading.content))
    assert again.model_copy(update={"recorded": reading.event.recorded}) == reading.event
    assert read(json.loads(reading.content), today=None).content == reading.content
