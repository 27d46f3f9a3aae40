"""Identifiers: every test vector of the domain reference, and the hard and soft rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.errors import InvalidIdentifierError
from lineage.domain.identifiers.check_digits import (
    CREDIT_ALPHABET,
    credit_code_check,
    organisation_check,
    resident_number_is_plausible,
    vin_check_digit,
)
from lineage.domain.identifiers.decoding import decode
from lineage.domain.identifiers.parsing import kind_of_id, made_in_future, parse_identifier


def codes_of(text: str) -> list[str]:
    return [code for code, _ in parse_identifier(text).warnings]


def refused(text: object) -> str:
    with pytest.raises(InvalidIdentifierError) as caught:
        parse_identifier(text)
    return caught.value.code


# --- battery codes: GB/T 34014-2017


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("001CB240000003B3C0221953", ("001", "cell", "LFP", "24", "2021-03-12", "0221953")),
        ("04QCB76836300JBC40000903", ("04Q", "cell", "LFP", "76", "2021-12-04", "0000903")),
        ("04QCB76718400JB630001092", ("04Q", "cell", "LFP", "76", "2021-06-03", "0001092")),
        ("001CB310000009B960502763", ("001", "cell", "LFP", "31", "2021-09-06", "0502763")),
        ("07HCBC1P22G06AC700002596", ("07H", "cell", "LFP", "C1", "2022-07-31", "0002596")),
        ("031PE0032X05AA85N0300123", ("031", "pack", "NCM/NCA", "00", "2018-05-22", "0300123")),
        ("031ME00F2X05AA85K0301261", ("031", "module", "NCM/NCA", "00", "2018-05-19", "0301261")),
        ("031CE05008523A8530101744", ("031", "cell", "NCM/NCA", "05", "2018-05-03", "0101744")),
        ("031CE05008524A84Y0205616", ("031", "cell", "NCM/NCA", "05", "2018-04-30", "0205616")),
        ("X12MCPM27KLPCLX2M2382320", ("X12", "module", "LMO", "PM", "2039-02-21", "2382320")),
        ("001CB24B3C0221953RC", ("001", "cell", "LFP", "24", "2021-03-12", "0221953")),
    ],
)
def test_a_published_battery_code_is_decoded(code: str, wanted: tuple[str, ...]) -> None:
    stated = decode(code)

    fields = ("maker_code", "type", "chemistry", "specification", "date", "serial")
    assert tuple(stated[field] for field in fields) == wanted
    assert parse_identifier(code).scheme == "gbt34014"
    assert kind_of_id(code) == wanted[1]


def test_a_second_life_code_has_a_suffix_and_no_traceability() -> None:
    stated = decode("001CB24B3C0221953RC")

    assert (stated["suffix"], stated["traceability"], stated["second_life"]) == ("RC", None, True)


def test_a_code_with_a_suffix_is_taken_with_a_warning() -> None:
    assert codes_of("001CB240000003B3C0221953RC") == ["code_with_suffix"]
    assert decode("001CB240000003B3C0221953RC")["traceability"] == "0000003"


def test_the_published_invalid_battery_code_is_refused_for_its_serial() -> None:
    assert refused("101CB22585616554E000XXXX") == "battery_code_serial"


def test_a_date_in_a_code_is_in_the_future_only_after_the_day_of_acceptance() -> None:
    code = parse_identifier("X12MCPM27KLPCLX2M2382320")

    assert made_in_future(code, date(2026, 11, 22))
    assert not made_in_future(code, date(2039, 2, 21))
    assert not made_in_future(code, None)


@pytest.mark.parametrize(
    ("year", "month", "day", "made_on"),
    [
        ("1", "1", "1", date(2011, 1, 1)),
        ("9", "A", "9", date(2019, 10, 9)),
        ("A", "C", "0", date(2020, 12, 31)),
        ("H", "9", "H", date(2027, 9, 17)),
        ("J", "8", "J", date(2028, 8, 18)),
        ("N", "B", "N", date(2032, 11, 22)),
        ("P", "7", "P", date(2033, 7, 23)),
        ("R", "6", "R", date(2034, 6, 24)),
        ("T", "5", "T", date(2036, 5, 26)),
        ("V", "4", "V", date(2037, 4, 27)),
        ("Y", "3", "Y", date(2040, 3, 30)),
        ("E", "2", "X", date(2024, 2, 29)),
    ],
)
def test_year_month_and_day_follow_the_published_tables(year: str, month: str, day: str, made_on: date) -> None:
    assert parse_identifier(f"ZZZCB240000000{year}{month}{day}0000001").made_on == made_on


@pytest.mark.parametrize("letter", "IOQUZ")
def test_no_date_letter_looks_like_a_digit(letter: str) -> None:
    assert refused(f"ZZZCB240000000{letter}110000001") == "battery_code_date"
    assert refused(f"ZZZCB240000000B1{letter}0000001") == "battery_code_date"


@pytest.mark.parametrize("symbols", ["B2Y", "B20", "D2X", "B40", "0B1", "BD1"])
def test_a_day_that_does_not_exist_is_refused(symbols: str) -> None:
    assert refused(f"ZZZCB240000000{symbols}0000001") == "battery_code_date"


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("001XB240000003B3C0221953", "battery_code_type"),
        ("001CH240000003B3C0221953", "battery_code_chemistry"),
        ("001CB24000-003B3C0221953", "battery_code_alphabet"),
        ("001CB24电池00003B3C0221953", "battery_code_alphabet"),
        ("001CB24B3C0221953XC", "battery_code_suffix"),
        ("001CB240000003B3C0221953RX", "battery_code_suffix"),
    ],
)
def test_a_character_that_cannot_stand_there_is_refused_by_field(code: str, wanted: str) -> None:
    assert refused(code) == wanted


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("OB5CB240000003B3C0221953", ["ambiguous_letter"]),
        ("08ICB240000003B3C0221953", ["ambiguous_letter"]),
        ("001CB240000U03B3C0221953", ["ambiguous_letter"]),
        ("001CB240000003B3C0000000", ["serial_zero"]),
        ("001CB2400000037110221953", ["date_before_standard"]),
        ("001CB240000003B3C0221953", []),
    ],
)
def test_a_soft_breach_of_a_battery_code_is_a_warning(code: str, wanted: list[str]) -> None:
    assert codes_of(code) == wanted


def test_a_code_of_the_day_the_standard_came_into_force_bears_no_warning() -> None:
    assert codes_of("001CB2400000038210221953") == []
    assert codes_of("001CB2400000038100221953") == ["date_before_standard"]


# --- VIN


@pytest.mark.parametrize(
    "vin",
    [
        "1M8GDM9AXKP042788",
        "5GZCZ43D13S812715",
        "LNBSCB3F0DD130955",
        "LRW3E7FSXPC660715",
        "LRW3E7EK6RC076090",
        "LRW3E7FAXRC093951",
        "LRW3E7FA9MC239068",
    ],
)
def test_a_published_valid_vin_bears_no_warning(vin: str) -> None:
    assert parse_identifier(vin).scheme == "vin"
    assert codes_of(vin) == []
    assert decode(vin)["check_digit_right"] is True


@pytest.mark.parametrize(
    ("vin", "expected"), [("LGXCE4C86P0019283", "4"), ("LGXCE6CB5N0123456", "8"), ("L938C4D4XJ0000093", "6")]
)
def test_a_published_invalid_vin_is_accepted_with_a_warning(vin: str, expected: str) -> None:
    assert codes_of(vin) == ["vin_check_digit"]
    assert vin_check_digit(vin) == expected


@pytest.mark.parametrize("first", "LV12345W")
def test_the_check_digit_is_judged_in_china_and_north_america_only(first: str) -> None:
    vin = f"{first}GXCE4C8AP0019283"

    assert bool(codes_of(vin)) == (first in "L12345")


@pytest.mark.parametrize("letter", "IOQ")
def test_a_vin_with_i_o_or_q_is_refused(letter: str) -> None:
    assert refused(f"LNBSCB3F0DD1309{letter}5") == "vin_alphabet"


@pytest.mark.parametrize("character", "1A9")
def test_a_vin_of_one_character_is_refused(character: str) -> None:
    assert refused(character * 17) == "vin_all_equal"


@pytest.mark.parametrize(
    ("vin", "year"), [("LRW3E7EK6RC076090", 2024), ("LRW3E7FA9MC239068", 2021), ("LGXCE4C86P0019283", 2023)]
)
def test_a_vin_holds_its_model_year(vin: str, year: int) -> None:
    assert decode(vin)["model_year"] == year


def test_the_letters_of_years_are_another_cycle_in_a_vin_than_in_a_battery_code() -> None:
    assert decode("LRW3E7FA9LC239068")["model_year"] == 2020
    assert parse_identifier("001CB240000003A110000001").made_on == date(2020, 1, 1)


# --- credit codes


@pytest.mark.parametrize(
    "code",
    [
        "91350900587527783P",
        "91440300192317458F",
        "91440300708416327M",
        "91441300734122111K",
        "91350902671920959B",
        "913300007368873961",
        "91360500716575125F",
        "914403007230429091",
        "91110000696364303P",
        "91110000562091696T",
        "91340111MA2RAD3M4R",
        "91440300736297302X",
        "914403001922038216",
    ],
)
def test_a_credit_code_of_a_real_company_passes_both_checks(code: str) -> None:
    assert parse_identifier(code).scheme == "uscc"
    assert codes_of(code) == []
    assert decode(code)["region"] == code[2:8]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("91350900587527232L", ["uscc_check_character", "uscc_organisation_check"]),
        ("91330000749021884X", ["uscc_check_character", "uscc_organisation_check"]),
        ("91440600722473344C", ["uscc_check_character"]),
        ("91350211M0000XUF46", ["uscc_check_character"]),
    ],
)
def test_a_credit_code_that_fails_a_check_is_accepted_with_a_warning(code: str, wanted: list[str]) -> None:
    assert codes_of(code) == wanted


def test_the_warning_of_a_genuine_code_that_fails_names_what_was_expected() -> None:
    (_, message), *_ = parse_identifier("91350211M0000XUF46").warnings

    assert message.endswith("ends in 6, expected R.")


@pytest.mark.parametrize("letter", "IOSVZ")
def test_a_credit_code_with_a_letter_outside_its_alphabet_is_refused(letter: str) -> None:
    assert refused(f"9135090058752778{letter}P") == "uscc_alphabet"


@given(st.text(alphabet=CREDIT_ALPHABET, min_size=17, max_size=17))
def test_a_check_character_exists_for_every_body_and_changes_with_every_single_character(body: str) -> None:
    check = credit_code_check(body)

    other = CREDIT_ALPHABET[(CREDIT_ALPHABET.index(body[4]) + 1) % 31]
    assert check in CREDIT_ALPHABET
    assert credit_code_check(body[:4] + other + body[5:]) != check


def test_the_check_of_an_organisation_code_may_be_a_zero_or_an_x() -> None:
    checks = {organisation_check(f"{number:08}") for number in range(200)}

    assert checks == set("0123456789X")


# --- other schemes


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("BPNL00000003AYRE", "bpn"),
        ("BPNS0000000008ZZ", "bpn"),
        ("urn:uuid:580d3adf-1981-44a0-a214-13d6ceed9379", "uri"),
        ("https://example.org/pack/7#cells", "uri"),
        ("lot:91350900587527783P:B-2024-07", "lot"),
        ("lot:urn:x:maker:7", "lot"),
        ("owner:7f3a9c0e11d2", "owner"),
    ],
)
def test_an_id_shows_its_scheme(text: str, scheme: str) -> None:
    identity = parse_identifier(text)

    assert (identity.id, identity.scheme, identity.warnings) == (text, scheme, ())


@pytest.mark.parametrize("text", ["电池:1", "urn:x:a b", ":x", "7:x", "LOT:a:b", "Owner:abc"])
def test_a_colon_makes_a_uri_even_of_what_is_not_written_as_one(text: str) -> None:
    identity = parse_identifier(text)

    assert (identity.id, identity.scheme, codes_of(text)) == (text, "uri", ["uri_form"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("BPNL0000", "bpn_form"),
        ("BPNX00000003AYRE", "bpn_form"),
        ("lot:", "lot_form"),
        ("lot:7", "lot_form"),
        ("lot:91350900587527783P:", "lot_form"),
        ("lot::7", "lot_form"),
        ("owner:", "owner_form"),
        ("owner:Li Wei", "owner_form"),
        ("owner:王小明", "owner_form"),
        ("owner:wei@example.org", "owner_form"),
        ("owner:13800138000", "personal_data"),
        ("owner:138-0013-8000", "personal_data"),
        ("owner:8613800138000", "personal_data"),
        ("owner:11010519491231002X", "personal_data"),
        ("owner:110105.19491231.002X", "personal_data"),
        ("owner:110105491231002", "personal_data"),
        ("13800138000", "personal_data"),
        ("+86 138 0013 8000", "personal_data"),
        ("11010519491231002X", "personal_data"),
        ("110105491231002", "personal_data"),
        ("tel:+8613800138000", "personal_data"),
        ("TEL:01012345678", "personal_data"),
        ("sms:13800138000", "personal_data"),
        ("id:11010519491231002X", "personal_data"),
        ("", "id_empty"),
        (" \t", "id_empty"),
        ("PACK-1", "id_unknown_form"),
        ("9" * 25, "id_unknown_form"),
        ("urn:x:" + "a" * 507, "id_too_long"),
        (17, "wrong_type"),
        (None, "wrong_type"),
    ],
)
def test_what_breaks_a_hard_rule_is_refused(text: object, code: str) -> None:
    assert refused(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "owner:110105499931002",
        "owner:12800138000",
        "owner:110105194912310021",
        "urn:x:13800138000",
        "91350900587527783P",
    ],
)
def test_a_number_that_is_no_persons_is_accepted(text: str) -> None:
    assert parse_identifier(text).id == text


def test_the_error_about_personal_data_does_not_repeat_it() -> None:
    with pytest.raises(InvalidIdentifierError) as error:
        parse_identifier("owner:13800138000")

    assert "1380" not in error.value.message


def test_an_id_may_have_512_characters_after_trimming() -> None:
    text = "urn:x:" + "a" * 506

    assert parse_identifier(f"  {text}\n").id == text


@pytest.mark.parametrize("code", [0x00, 0x07, 0x1F, 0x7F, 0x85, 0x61C, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069])
def test_control_and_bidirectional_characters_inside_an_id_are_refused(code: int) -> None:
    assert refused(f"urn:x:a{chr(code)}b") == "id_forbidden_character"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (" 04qcb76836300jbc40000903\r\n", "04QCB76836300JBC40000903"),
        ("lnbscb3f0dd130955", "LNBSCB3F0DD130955"),
        ("91350900587527783p", "91350900587527783P"),
        ("bpnl00000003ayre", "BPNL00000003AYRE"),
        (" urn:X:Abc ", "urn:X:Abc"),
        (" lot:a:b ", "lot:a:b"),
    ],
)
def test_ids_are_trimmed_and_only_fixed_schemes_are_upper_cased(text: str, stored: str) -> None:
    assert parse_identifier(text).id == stored
    assert parse_identifier(stored).id == stored


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("LNBSCB3F0DD130955", "vehicle"),
        ("lot:91350900587527783P:7", "lot"),
        ("urn:uuid:1", "unknown"),
        ("x:345678901234567", "unknown"),
        ("91350900587527783P", "unknown"),
        ("001ME24B3C0221953RC", "module"),
    ],
)
def test_an_id_shows_the_kind_of_item_if_its_scheme_does(text: str, kind: str) -> None:
    assert kind_of_id(text) == kind


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("BPNL00000003AYRE", {"partner": "legal entity", "number": "00000003AYRE"}),
        ("lot:urn:x:maker:7", {"party": "urn:x:maker", "number": "7"}),
        ("urn:uuid:1", {"uri_scheme": "urn"}),
        ("owner:7f3a9c", {}),
    ],
)
def test_other_schemes_decode_to_little(text: str, stated: dict[str, object]) -> None:
    assert decode(text) == stated


def test_only_a_number_with_a_birthday_and_a_right_check_looks_like_an_identity_card() -> None:
    assert resident_number_is_plausible("11010519491231002X")
    assert not resident_number_is_plausible("110105194912310021")
    assert not resident_number_is_plausible("11010519491331002X")
    assert not resident_number_is_plausible("7f3a9c0e11d27f3a9c")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_reading_it_again_changes_nothing(text: str) -> None:
    try:
        stored = parse_identifier(text).id
    except InvalidIdentifierError:
        return
    assert parse_identifier(stored).id == stored
    assert kind_of_id(stored) in {"cell", "module", "pack", "vehicle", "lot", "unknown"}
    assert isinstance(decode(stored), dict)
