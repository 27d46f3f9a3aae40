"""Identifiers: the scheme and the validity of an id (contract 1, `domain.md` 1 and 2).

No field names the scheme; the id does. With a colon it is a URI (`lot:` and `owner:` are
the service's). Without one, its length decides: 24, 19 or 26 characters are a battery code of
GB/T 34014-2017, 17 a VIN, 18 a credit code (统一社会信用代码), `BPN…` a Catena-X number.
Hard rules are refused here, soft breaches become warnings; `decoding.decode` explains
a code to people.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from lineage.domain.errors import InvalidIdentifierError, called, shortened
from lineage.domain.identifiers.battery_code import (
    KIND_OF_LETTER,
    LENGTHS,
    battery_code_warnings,
    check_battery_code,
)
from lineage.domain.identifiers.check_digits import (
    credit_code_check,
    old_resident_number_is_plausible,
    organisation_check,
    resident_number_is_plausible,
    vin_check_digit,
)

Scheme = Literal["gbt34014", "vin", "uscc", "bpn", "uri", "lot", "owner"]

ITEM_SCHEMES: Final = frozenset({"gbt34014", "vin", "uri", "lot"})
PARTY_SCHEMES: Final = frozenset({"uscc", "bpn", "uri", "owner"})

MOST_CHARACTERS: Final = 512
REPLACEMENT_SUFFIX: Final = "#r"
"""The suffix of the id of a correction that names the event which it puts in place of its target."""

# Control characters, and those that change the direction of writing (U+061C, U+200E and F,
# U+202A to E, U+2066 to 9): they make an id look like another one. Lone surrogates are no
# text at all.
_FORBIDDEN: Final = re.compile("[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_BPN: Final = re.compile(r"BPN[LSA][0-9A-Z]{12}")
_VIN: Final = re.compile(r"[0-9A-HJ-NPR-Z]{17}")
_CREDIT: Final = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")
_TOKEN: Final = re.compile(r"[0-9A-Za-z._~:-]+")
_MOBILE: Final = re.compile(r"(?:\+?86|0086)?1[3-9][0-9]{9}")
_SEPARATORS: Final = re.compile(r"[ ._~:()-]")
_TELEPHONE: Final = re.compile(r"(?:tel|sms|callto):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """An id in its canonical form, with its warnings.

    `warnings` are pairs of code and sentence; `made_on` is the date in a battery code,
    `None` in every other scheme. `is_personal`: it looks like a telephone or identity card number.
    """

    id: str
    scheme: Scheme
    warnings: tuple[tuple[str, str], ...] = ()
    made_on: date | None = None
    is_personal: bool = False


def parse_identifier(text: object, *, is_stored: bool = False) -> Identity:
    """Return the id in its canonical form: trimmed, and upper-cased in the fixed-length schemes and BPN.

    Raises `InvalidIdentifierError` where a hard rule of the scheme is broken. A date in a
    code is not compared with today: see `made_in_future`. `is_stored`: the id is in a journal, which earlier releases
    may have written: they did not refuse personal data. Source: contract 1.

    >>> parse_identifier(" 04qcb76836300jbc40000903 ").id
    '04QCB76836300JBC40000903'
    """
    if not isinstance(text, str):
        raise InvalidIdentifierError(f"An id is a text, not {called(text)}. Write it in quotes.", code="wrong_type")
    identity = _read(text)
    if identity.is_personal and not is_stored:
        raise _personal_data(identity.id)
    return identity


def made_in_future(identity: Identity, today: date | None) -> bool:
    """Return whether the code bears a date after today; without a day nothing is checked."""
    return today is not None and identity.made_on is not None and identity.made_on > today


@lru_cache(maxsize=32_768)
def kind_of_id(id: str) -> str:
    """Return the kind of item that a canonical id implies: contract 2, Kind; `unknown` if it implies none.

    >>> kind_of_id("031PE0032X05AA85N0300123")
    'pack'
    """
    if ":" in id:
        return "lot" if id.startswith("lot:") else "unknown"
    if len(id) == 17:
        return "vehicle"
    if len(id) in LENGTHS:
        return KIND_OF_LETTER.get(id[3], "unknown")
    return "unknown"


@lru_cache(maxsize=32_768)
def _read(text: str) -> Identity:
    id_text = text.strip()
    _check_characters(id_text)
    if ":" in id_text:
        return _read_with_colon(id_text)
    if not is_number_of_person(id_text):
        return _read_code(id_text)
    try:
        return replace(_read_code(id_text), is_personal=True)
    except InvalidIdentifierError:
        raise _personal_data(id_text) from None


def _read_code(id_text: str) -> Identity:
    """Read an id without a colon."""
    # only ASCII is upper-cased: others may change their length (ß → SS)
    code = id_text.upper() if id_text.isascii() else id_text
    if len(code) in LENGTHS:
        return _read_battery_code(code)
    if len(code) == 17:
        return _read_vin(code)
    if len(code) == 18:
        return _read_credit_code(code)
    if code.startswith("BPN"):
        return _read_partner_number(code)
    raise InvalidIdentifierError(
        f"{shortened(id_text)} has no colon and {len(id_text)} characters: neither a battery code (24, "
        "19 or 26), a VIN (17), a credit code (18) nor BPN…. Other ids are written as a URI.",
        code="id_unknown_form",
    )


def _check_characters(id_text: str) -> None:
    if not id_text:
        raise InvalidIdentifierError("An id must not be empty.", code="id_empty")
    if len(id_text) > MOST_CHARACTERS:
        raise InvalidIdentifierError(
            f"{shortened(id_text)} has {len(id_text)} characters; at most {MOST_CHARACTERS} are taken.",
            code="id_too_long",
        )
    forbidden = _FORBIDDEN.search(id_text)
    if forbidden is not None:
        raise InvalidIdentifierError(
            f"{shortened(id_text)} holds U+{ord(forbidden[0]):04X} at character {forbidden.start() + 1}: "
            "control and bidirectional-format characters are refused. Remove it.",
            code="id_forbidden_character",
            position=forbidden.start() + 1,
        )


def check_event_id(text: object) -> str:
    """Return the id of an event, trimmed: any text of 1 to 512 characters.

    An id of a replacement may be two characters longer, for its `#r` (contract 2).
    """
    if not isinstance(text, str):
        raise InvalidIdentifierError(f"An id is a text, not {called(text)}. Write it in quotes.", code="wrong_type")
    id_text = text.strip()
    _check_characters(id_text.removesuffix(REPLACEMENT_SUFFIX) if len(id_text) > MOST_CHARACTERS else id_text)
    return id_text


def _read_with_colon(id_text: str) -> Identity:
    if id_text.startswith("lot:"):
        return _read_lot(id_text)
    if id_text.startswith("owner:"):
        return _read_owner(id_text)
    is_personal = bool(_TELEPHONE.match(id_text)) or resident_number_is_plausible(id_text.partition(":")[2])
    # Contract 1: a colon is enough to be a URI, so an irregular one is accepted with a warning.
    if _URI.fullmatch(id_text) and not id_text[:6].lower().startswith(("lot:", "owner:")):
        return Identity(id_text, "uri", is_personal=is_personal)
    message = (
        f"{shortened(id_text)} is kept as a URI but is not written as one: a scheme, a colon, "
        "no blanks, only ASCII; lot: and owner: are written in lower case."
    )
    return Identity(id_text, "uri", (("uri_form", message),), is_personal=is_personal)


def _read_lot(id_text: str) -> Identity:
    party, _, number = id_text[4:].rpartition(":")
    if not party.strip() or not number.strip():
        raise InvalidIdentifierError(
            f"{shortened(id_text)} is not lot:<party>:<number>. Name the party whose lot it is.",
            code="lot_form",
            scheme="lot",
        )
    return Identity(id_text, "lot")


def _read_owner(id_text: str) -> Identity:
    token = id_text[6:]
    if not _TOKEN.fullmatch(token):
        raise InvalidIdentifierError(
            "owner: takes an opaque token of letters, digits and . _ ~ : - and nothing else. "
            "Names and addresses of private owners are never stored.",
            code="owner_form",
            scheme="owner",
        )
    return Identity(id_text, "owner", is_personal=is_number_of_person(token))


def is_number_of_person(text: str) -> bool:
    """Return whether a text is a mobile telephone number of mainland China or an identity card number.

    A credit code whose check characters are both right is one, whatever else its digits could be.
    """
    digits = _SEPARATORS.sub("", text)
    if _MOBILE.fullmatch(digits) or old_resident_number_is_plausible(digits):
        return True
    return resident_number_is_plausible(digits) and not _is_credit_code(digits)


def _is_credit_code(text: str) -> bool:
    if not _CREDIT.fullmatch(text):
        return False
    return text[17] == credit_code_check(text) and text[16] == organisation_check(text[8:16])


def _personal_data(id_text: str) -> InvalidIdentifierError:
    """Return the error, which does not repeat the number."""
    return InvalidIdentifierError(
        "This id looks like a telephone or identity card number. Personal data is never stored: "
        "use owner: and a random token.",
        code="personal_data",
        scheme="owner" if id_text.startswith("owner:") else None,
    )


def _read_partner_number(code: str) -> Identity:
    if not _BPN.fullmatch(code):
        raise InvalidIdentifierError(
            f"{shortened(code)} is not a business partner number: BPN, one of L S A, then 12 letters or digits.",
            code="bpn_form",
            scheme="bpn",
        )
    return Identity(code, "bpn")


def _read_vin(code: str) -> Identity:
    if not _VIN.fullmatch(code):
        position = next(i for i, c in enumerate(code, 1) if not re.match("[0-9A-HJ-NPR-Z]", c))
        raise InvalidIdentifierError(
            f"{shortened(code)} is not a VIN: character {position} is neither a digit nor a "
            "capital other than I, O and Q.",
            code="vin_alphabet",
            scheme="vin",
            position=position,
        )
    if code == code[0] * 17:
        raise InvalidIdentifierError(
            f"{shortened(code)} repeats one character: a placeholder, not a VIN.",
            code="vin_all_equal",
            scheme="vin",
        )
    expected = vin_check_digit(code)
    # domain.md 2.1: only China and North America make the check digit mandatory
    if code[0] in "L12345" and code[8] != expected:
        message = f"VIN {code}: its check digit (character 9) is {code[8]}, expected {expected}."
        return Identity(code, "vin", (("vin_check_digit", message),))
    return Identity(code, "vin")


def _read_credit_code(code: str) -> Identity:
    if not _CREDIT.fullmatch(code):
        position = next(i for i, c in enumerate(code, 1) if not re.match("[0-9A-HJ-NP-RTUWXY]", c))
        raise InvalidIdentifierError(
            f"{shortened(code)} is not a credit code: character {position} is neither a digit "
            "nor a capital other than I, O, S, V and Z.",
            code="uscc_alphabet",
            scheme="uscc",
            position=position,
        )
    warnings = []
    outer, nested = credit_code_check(code), organisation_check(code[8:16])
    if code[17] != outer:
        warnings.append(("uscc_check_character", f"Credit code {code}: ends in {code[17]}, expected {outer}."))
    if code[16] != nested:
        warnings.append(
            (
                "uscc_organisation_check",
                f"Credit code {code}: character 17 is {code[16]}, expected {nested}.",
            )
        )
    if not code[2:8].isdigit():
        warnings.append(("uscc_region", f"Credit code {code}: its region {code[2:8]} is not six digits."))
    return Identity(code, "uscc", tuple(warnings))


def _read_battery_code(code: str) -> Identity:
    made_on = check_battery_code(code)
    return Identity(code, "gbt34014", battery_code_warnings(code, made_on), made_on)
