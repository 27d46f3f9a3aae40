"""Logins as JSON of the EMQX gateway: `{Cmd, Encrypt, Vin, Data}`, both editions."""

from __future__ import annotations

from typing import Any, Final

from lineage.domain.errors import called
from lineage.exchange.gbt32960.login import (
    COMMAND,
    EDITION_2016,
    EDITION_2025,
    LOGIN,
    UNENCRYPTED,
    Login,
    UnreadableLoginError,
    check_header,
    clean_codes,
    instant_of,
)

_TIME: Final = ("Year", "Month", "Day", "Hour", "Minute", "Second")


def read_gateway(document: object) -> Login:
    """Return the login of a message of the gateway.

    Raises UnreadableLoginError (`missing_field`, `wrong_type`, `time_form`), NotReadError.
    """
    message = _object(document, "")
    command, answer = _number(message, "Cmd", LOGIN), _number(message, "Ack", COMMAND)
    check_header(command, answer, _number(message, "Encrypt", UNENCRYPTED))
    vin, data = message.get("Vin"), _object(_required(message, "Data", "Data"), "Data")
    if not isinstance(vin, str) or not vin.strip():
        raise UnreadableLoginError("missing_field", "A login names its vehicle.", "Vin")
    time = _object(_required(data, "Time", "Data.Time"), "Data.Time")
    moment = instant_of(*(_number(time, name, -1, "Data.Time.") for name in _TIME))
    is_new = "BatteryPackEncodings" in data or "BmsNum" in data
    edition, texts = (EDITION_2025, _codes_2025(data)) if is_new else (EDITION_2016, _codes_2016(data))
    return Login(edition, vin.strip().upper(), moment, clean_codes(texts))


def _codes_2016(data: dict[str, Any]) -> list[str]:
    """All codes stand in one text, each in the same length."""
    count, length = _number(data, "Num", 0, "Data."), _number(data, "Length", 0, "Data.")
    text = data.get("Id") or ""
    if not isinstance(text, str):
        raise UnreadableLoginError("wrong_type", f"A text is expected here, not {called(text)}.", "Data.Id")
    if not 0 <= count <= 250 or not 0 < length <= 50:
        return []
    return [text[place : place + length] for place in range(0, count * length, length)]


def _codes_2025(data: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for packs in _list(data.get("BatteryPackEncodings"), "Data.BatteryPackEncodings"):
        for code in _list(packs, "Data.BatteryPackEncodings"):
            if code is not None and not isinstance(code, str):
                message = f"A text is expected here, not {called(code)}."
                raise UnreadableLoginError("wrong_type", message, "Data.BatteryPackEncodings")
            found.append(code or "")
    return found


def _object(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableLoginError("wrong_type", f"An object is expected here, not {called(value)}.", path)
    return value


def _list(value: object, path: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadableLoginError("wrong_type", f"A list is expected here, not {called(value)}.", path)
    return value


def _required(fields: dict[str, Any], name: str, path: str) -> object:
    if fields.get(name) is None:
        raise UnreadableLoginError("missing_field", "This field is required.", path)
    return fields[name]


def _number(fields: dict[str, Any], name: str, default: int, prefix: str = "") -> int:
    value = fields.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"A whole number is expected here, not {called(value)}."
        raise UnreadableLoginError("wrong_type", message, f"{prefix}{name}")
    return value
