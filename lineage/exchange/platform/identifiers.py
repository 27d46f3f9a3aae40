"""Identifiers and times of the platform, as those of events (docs/platform.md, Identifiers)."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import quote

from lineage.domain.errors import InvalidIdentifierError, InvalidInstantError
from lineage.domain.identifiers.battery_code import KIND_OF_LETTER, LENGTHS, check_battery_code
from lineage.domain.identifiers.parsing import MOST_CHARACTERS, parse_identifier
from lineage.domain.instants import format_instant, parse_instant
from lineage.exchange.platform.cleaning import RefusedRecordError

CODE_URN: Final = "urn:tbrat:code:"
VIN_URN: Final = "urn:tbrat:vin:"
PARTY_URN: Final = "urn:tbrat:org:"
DUNS_URN: Final = "urn:duns:"
_TIME: Final = re.compile(
    r"([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})(?: ([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?", re.ASCII
)


class ItemCode(NamedTuple):
    """An item by its code: its id, the kind by the letter in the code, the ISO day in it, and a warning, if any."""

    id: str
    kind: str | None = None
    day: str | None = None
    warning: str | None = None


class PartyCode(NamedTuple):
    """A party by its code: its id, and a warning, if any."""

    id: str
    warning: str | None = None


def battery(code: str) -> ItemCode:
    """Return the item of a cleaned battery code; one that is no code of GB/T 34014 gets a URN.

    Raises RefusedRecordError.

    >>> battery("OLD 12").id
    'urn:tbrat:code:OLD%2012'
    """
    if len(code) in LENGTHS:
        try:
            made_on = check_battery_code(code)
        except InvalidIdentifierError:
            pass
        else:
            return ItemCode(code, KIND_OF_LETTER[code[3]], made_on.isoformat())
    return ItemCode(_urn(CODE_URN, code), warning="code_not_gbt34014")


@lru_cache(maxsize=4_096)
def vehicle(vin: str) -> ItemCode:
    """Return the vehicle of a cleaned VIN; any other text gets a URN. Raises RefusedRecordError."""
    if len(vin) == 17:
        try:
            return ItemCode(parse_identifier(vin).id, "vehicle")
        except InvalidIdentifierError:
            pass
    return ItemCode(_urn(VIN_URN, vin), "vehicle", warning="vin_form")


@lru_cache(maxsize=16_384)
def party(code: str) -> PartyCode:
    """Return the party of a cleaned code: a credit code, a DUNS number, a partner number; any other text gets a URN.

    Raises RefusedRecordError.
    """
    if len(code) == 9 and code.isdigit() and code.isascii():
        return PartyCode(DUNS_URN + code)
    if len(code) == 18 or code.startswith("BPN"):
        try:
            return PartyCode(parse_identifier(code).id)
        except InvalidIdentifierError:
            pass
    return PartyCode(_urn(PARTY_URN, code), "party_form")


def _urn(prefix: str, code: str) -> str:
    urn = prefix + quote(code, safe="")
    if len(urn) > MOST_CHARACTERS:
        message = f"This code needs {len(urn)} characters as an id; at most {MOST_CHARACTERS} are taken."
        raise RefusedRecordError("", "id_too_long", message)
    return urn


@lru_cache(maxsize=65_536)
def instant_text(text: str) -> str | None:
    """Return a time of the platform, which is one of UTC+8, as events have it; None where it is none.

    `yyyy-MM-dd` or `yyyy/MM/dd` is the start of that day, with ` HH:mm` or ` HH:mm:ss` the moment.

    >>> instant_text("2021-04-09 16:20")
    '2021-04-09T08:20:00.000Z'
    """
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, _, month, day, hour, minute, second = match.groups()
    clock = f"T{hour}:{minute}:{second or '00'}+08:00" if hour else ""
    try:
        return format_instant(parse_instant(f"{year}-{month}-{day}{clock}"))
    except InvalidInstantError:
        return None


def private_owner(item: str, time: str) -> str:
    """Return the party that an item was sold to at a time, if that is a person: nothing of the person is in it."""
    return "owner:" + sha256(f"tbrat|{item}|{time}".encode()).hexdigest()[:16]
