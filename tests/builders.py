"""A valid event from only the facts that matter, and identifiers with the right check digits.

An event that is given no id gets one from its content, so that the same facts always bear the same id;
`history` numbers those instead: e01, e02, … in the order given.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

MAKER, OEM, SHOP, WORKS, LI = "urn:x:maker", "urn:x:oem", "urn:x:shop", "urn:x:works", "owner:li"
FIRST_DAY = "2024-01-01"

_UNNUMBERED = "content:"


def history(*events: Json, prefix: str = "e") -> list[Json]:
    """Copies, numbered by their place where they bear no id of their own."""
    return [
        {**event, "id": f"{prefix}{place:02}"} if event["id"].startswith(_UNNUMBERED) else dict(event)
        for place, event in enumerate(events, start=1)
    ]


def replacement(event: Json) -> Json:
    """The same event as a correction may bring it: without an id."""
    return {name: value for name, value in event.items() if name != "id"}


def produced(
    *items: str | Json,
    kind: str = "module",
    time: str = FIRST_DAY,
    reporter: str = MAKER,
    custodian: str | None = None,
    event_id: str | None = None,
    **more: object,
) -> Json:
    made = [{"id": item, "kind": kind} if isinstance(item, str) else item for item in items]
    return _event("produced", time, reporter, event_id, {"items": made, "custodian": custodian, **more})


def assembled(
    whole: str,
    *parts: str,
    uncoded: Mapping[str, int] | None = None,
    time: str = FIRST_DAY,
    reporter: str = MAKER,
    event_id: str | None = None,
    **more: object,
) -> Json:
    """`uncoded`: kind to count."""
    counts = [{"kind": kind, "count": count} for kind, count in (uncoded or {}).items()]
    own = {"whole": whole, "parts": list(parts), "uncoded": counts or None, **more}
    return _event("assembled", time, reporter, event_id, own)


def disassembled(
    whole: str,
    *parts: str,
    custodian: str | None = None,
    time: str = FIRST_DAY,
    reporter: str = SHOP,
    event_id: str | None = None,
    **more: object,
) -> Json:
    own = {"whole": whole, "parts": list(parts), "custodian": custodian, **more}
    return _event("disassembled", time, reporter, event_id, own)


def transferred(
    *items: str,
    giver: str,
    taker: str,
    side: str | None = None,
    rights: str | None = None,
    time: str = FIRST_DAY,
    reporter: str | None = None,
    event_id: str | None = None,
    **more: object,
) -> Json:
    own = {"items": list(items), "giver": giver, "taker": taker, "side": side, "rights": rights, **more}
    sender = reporter or (taker if side == "taker" else giver)
    return _event("transferred", time, sender, event_id, own)


def transformed(
    inputs: Sequence[str | Json],
    outputs: Mapping[str, str] | Sequence[Json],
    time: str = FIRST_DAY,
    reporter: str = WORKS,
    custodian: str | None = None,
    event_id: str | None = None,
    **more: object,
) -> Json:
    """`outputs`: item to kind, or the objects themselves."""
    used = [{"id": item} if isinstance(item, str) else item for item in inputs]
    made = [{"id": i, "kind": k} for i, k in outputs.items()] if isinstance(outputs, Mapping) else list(outputs)
    own = {"inputs": used, "outputs": made, "custodian": custodian, **more}
    return _event("transformed", time, reporter, event_id, own)


def inspected(
    *items: str,
    findings: Mapping[str, object] | None = None,
    inside: str | None = None,
    time: str = FIRST_DAY,
    reporter: str = SHOP,
    event_id: str | None = None,
    **more: object,
) -> Json:
    seen = {"soh_percent": 91.5} if findings is None else dict(findings)
    return _event(
        "inspected", time, reporter, event_id, {"items": list(items), "inside": inside, "findings": seen, **more}
    )


def ended(
    *items: str,
    reason: str = "scrapped",
    time: str = FIRST_DAY,
    reporter: str = WORKS,
    event_id: str | None = None,
    **more: object,
) -> Json:
    return _event("ended", time, reporter, event_id, {"items": list(items), "reason": reason, **more})


def enrolled(
    party: str,
    *roles: str,
    name: str = "A party",
    time: str = FIRST_DAY,
    reporter: str | None = None,
    event_id: str | None = None,
    **of_the_party: object,
) -> Json:
    """Further fields are those of the party: `region`, `permits`, `status`."""
    own = {"party": {"id": party, "name": name, "roles": list(roles), **of_the_party}}
    return _event("enrolled", time, reporter or party, event_id, own)


def corrected(
    target: str,
    instead: Json | None = None,
    reason: str = "reported wrongly",
    time: str = FIRST_DAY,
    reporter: str = MAKER,
    event_id: str | None = None,
    **more: object,
) -> Json:
    """`instead`: the event to put in its place; its id is left out."""
    other = None if instead is None else replacement(instead)
    return _event(
        "corrected", time, reporter, event_id, {"target": target, "reason": reason, "replacement": other, **more}
    )


def _event(word: str, time: str, reporter: str, event_id: str | None, own: Mapping[str, object]) -> Json:
    facts = {"type": word, "time": time, "reporter": reporter, **own}
    reported = {name: value for name, value in facts.items() if value is not None}
    content = json.dumps(reported, sort_keys=True, ensure_ascii=False)
    return {"id": event_id or _UNNUMBERED + hashlib.sha256(content.encode()).hexdigest()[:16], **reported}


# Identifiers (contract 1; GB 16735, GB 32100-2015, GB 11714, GB/T 34014-2017)

_VIN_VALUES = {c: v for v, cs in enumerate(("", "AJ", "BKS", "CLT", "DMU", "ENV", "FW", "GPX", "HY", "RZ")) for c in cs}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_YEARS = "123456789ABCDEFGHJKLMNPRSTVWXY"  # from 2011
_DAYS = "123456789ABCDEFGHJKLMNPRSTVWXY0"  # day 31 is written 0


def with_vin_check(vin: str) -> str:
    """The VIN with its ninth character set right."""
    total = sum(w * (int(c) if c.isdigit() else _VIN_VALUES[c]) for w, c in zip(_VIN_WEIGHTS, vin, strict=True))
    return vin[:8] + "0123456789X"[total % 11] + vin[9:]


def vin(serial: int, maker: str = "LTV", year: str = "R") -> str:
    return with_vin_check(f"{maker}00000" + "0" + f"{year}0{serial:06}")


def with_credit_checks(first_sixteen: str) -> str:
    """Eighteen characters: the check of the organisation code, then that of the whole."""
    pairs = zip(_ORGANISATION_WEIGHTS, first_sixteen[8:], strict=True)
    nested = "0123456789X0"[11 - sum(w * int(c, 36) for w, c in pairs) % 11]
    body = first_sixteen + nested
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + _CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code(number: int, region: str = "440300") -> str:
    return with_credit_checks(f"91{region}{number:08}")


def _date_symbols(day: str) -> str:
    made = date.fromisoformat(day)
    return _YEARS[made.year - 2011] + "123456789ABC"[made.month - 1] + _DAYS[made.day - 1]


def battery_code(
    serial: int, kind: str = "cell", day: str = FIRST_DAY, maker: str = "0X1", chemistry: str = "B"
) -> str:
    """24 characters."""
    return f"{maker}{kind[0].upper()}{chemistry}01" + "0000000" + f"{_date_symbols(day)}{serial:07}"


def second_life_code(serial: int, kind: str = "pack", day: str = FIRST_DAY, maker: str = "0X2") -> str:
    """19 characters."""
    letter = kind[0].upper()
    return f"{maker}{letter}B01{_date_symbols(day)}{serial:07}R{letter}"


def lot(number: int | str, party: str = WORKS) -> str:
    return f"lot:{party}:{number}"
