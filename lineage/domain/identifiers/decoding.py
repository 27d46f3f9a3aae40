"""Decoding of identifiers for people, shown on the item card (contract 8, `decoded`)."""

from collections.abc import Mapping
from typing import Final

from lineage.domain.identifiers.battery_code import KIND_OF_LETTER, date_in, date_position
from lineage.domain.identifiers.check_digits import (
    credit_code_check,
    organisation_check,
    vin_check_digit,
)
from lineage.domain.identifiers.parsing import parse_identifier

CHEMISTRIES: Final[Mapping[str, str]] = {
    "A": "NiMH",
    "B": "LFP",
    "C": "LMO",
    "D": "LCO",
    "E": "NCM/NCA",
    "F": "supercapacitor",
    "G": "LTO",
    "Z": "other",
}

# domain.md 2.1: the cycle of 30 years from 2010; no I O Q U Z and no 0
_MODEL_YEARS: Final = "ABCDEFGHJKLMNPRSTVWXY123456789"

_AUTHORITIES: Final[Mapping[str, str]] = {
    "1": "机构编制",
    "5": "民政",
    "9": "市场监管",
    "Y": "其他",
}
_CLASSES: Final[Mapping[str, str]] = {"1": "企业", "2": "个体工商户", "3": "农民专业合作社"}
_PARTNERS: Final[Mapping[str, str]] = {"L": "legal entity", "S": "site", "A": "address"}


def decode(id: str) -> dict[str, object]:
    """Return the fields that a canonical id encodes; empty where it encodes none.

    Battery code: maker_code, type, chemistry (of the letter), specification, traceability,
    date, serial, suffix, second_life. VIN: wmi, descriptor, check_digit and whether it is
    right, model_year (2010 to 2039), plant, serial. Credit code: authority, class, region,
    organisation_code, both check characters. Raises `InvalidIdentifierError` as
    `parse_identifier` does.
    """
    identity = parse_identifier(id, is_stored=True)
    match identity.scheme:
        case "gbt34014":
            return _decode_battery_code(identity.id)
        case "vin":
            return _decode_vin(identity.id)
        case "uscc":
            return _decode_credit_code(identity.id)
        case "bpn":
            return {"partner": _PARTNERS[identity.id[3]], "number": identity.id[4:]}
        case "lot":
            party, _, number = identity.id[4:].rpartition(":")
            return {"party": party, "number": number}
        case "uri":
            return {"uri_scheme": identity.id.partition(":")[0]}
    return {}


def _decode_battery_code(code: str) -> dict[str, object]:
    start = date_position(code)
    made_on = date_in(code)
    return {
        "maker_code": code[:3],
        "type": KIND_OF_LETTER[code[3]],
        "chemistry": CHEMISTRIES[code[4]],
        "specification": code[5:7],
        "traceability": code[7:14] if start == 14 else None,
        "date": made_on.isoformat() if made_on else None,
        "serial": code[start + 3 : start + 10],
        "suffix": code[start + 10 :] or None,
        "second_life": len(code) != 24,
    }


def _decode_vin(vin: str) -> dict[str, object]:
    year = _MODEL_YEARS.find(vin[9])
    return {
        "wmi": vin[:3],
        "descriptor": vin[3:8],
        "check_digit": vin[8],
        "check_digit_right": vin[8] == vin_check_digit(vin),
        "model_year": 2010 + year if year >= 0 else None,
        "plant": vin[10],
        "serial": vin[11:],
    }


def _decode_credit_code(code: str) -> dict[str, object]:
    return {
        "authority": _AUTHORITIES.get(code[0], code[0]),
        "class": _CLASSES.get(code[1], code[1]) if code[0] == "9" else code[1],
        "region": code[2:8],
        "organisation_code": code[8:17],
        "organisation_check_right": code[16] == organisation_check(code[8:16]),
        "check_character": code[17],
        "check_character_right": code[17] == credit_code_check(code),
    }
