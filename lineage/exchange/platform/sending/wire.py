"""Identifiers and times of events in the form of the platform: the inverse of `identifiers.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import unquote

from lineage.domain.instants import CHINA
from lineage.exchange.platform import identifiers

_MIDNIGHT: Final = " 00:00:00"


def item_code(id: str) -> str | None:
    """Return the code of a battery unit; None where the platform has no form for the id.

    >>> item_code("urn:tbrat:code:OLD%2012"), item_code("urn:other:1")
    ('OLD 12', None)
    """
    code = _from_urn(id, identifiers.CODE_URN)
    return code if code is not None and identifiers.battery(code).id == id else None


def vehicle_code(id: str) -> str | None:
    """Return the VIN of a vehicle; None where the platform has no form for the id."""
    code = _from_urn(id, identifiers.VIN_URN)
    return code if code is not None and identifiers.vehicle(code).id == id else None


def party_code(id: str | None) -> str | None:
    """Return the code of an enterprise; None for a private owner, and where the platform has no form for the id."""
    if id is None:
        return None
    code = (
        id[len(identifiers.DUNS_URN) :] if id.startswith(identifiers.DUNS_URN) else _from_urn(id, identifiers.PARTY_URN)
    )
    return code if code is not None and identifiers.party(code).id == id else None


def _from_urn(id: str, prefix: str) -> str | None:
    """Return the text in a URN, or an id that is no URI as it is."""
    if id.startswith(prefix):
        return unquote(id[len(prefix) :])
    return None if ":" in id else id


def moment(instant: str) -> datetime:
    """Return a time of an event."""
    return datetime.fromisoformat(instant)


def times(instant: str) -> list[str]:
    """Return the ways in which a message may write a time, the usual one first: midnight is a bare date."""
    text = moment(instant).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    if text.endswith(_MIDNIGHT):
        return [text.removesuffix(_MIDNIGHT), text.removesuffix(":00"), text]
    return [text, text.removesuffix(":00")] if text.endswith(":00") else [text]


def is_day_of(code: str, instant: str) -> bool:
    """Return whether a time is the start of the day that a battery code bears."""
    day = identifiers.battery(code).day
    return day is not None and identifiers.instant_text(day) == instant


def seconds_between(one: str, other: str) -> float:
    return abs((moment(one) - moment(other)).total_seconds())
