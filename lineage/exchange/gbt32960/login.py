"""A login of a vehicle: which packs it reports at what time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from lineage.domain.instants import CHINA, Instant

LOGIN: Final = 0x01
"""The command of a login."""
COMMAND: Final = 0xFE
"""The answer flag of a message that is no answer."""
UNENCRYPTED: Final = 0x01
EDITION_2016, EDITION_2025 = "2016", "2025"
_FILLERS: Final = " \x00"
_INVALID: Final = "\xff"


class Login(NamedTuple):
    """A login: the edition of the standard, the VIN, the time in UTC, the codes of the packs in their order."""

    edition: str
    vin: str
    time: Instant
    codes: tuple[str, ...]


class UnreadableLoginError(Exception):
    """A message that is no login that can be read; `code` is one of docs/platform.md. No value of it is in it."""

    def __init__(self, code: str, message: str, path: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.path = code, message, path


class NotReadError(Exception):
    """A message that is not read and no error: `reason` is `encrypted`, `other_command` or `answer`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_header(command: int, answer: int, encryption: int) -> None:
    """Raise NotReadError unless these bytes are those of a login that can be read."""
    if command != LOGIN:
        raise NotReadError("other_command")
    if answer != COMMAND:
        raise NotReadError("answer")
    if encryption != UNENCRYPTED:
        raise NotReadError("encrypted")


def instant_of(year: int, month: int, day: int, hour: int, minute: int, second: int) -> Instant:
    """Return the instant of a time by the clock of China; `year` counts from 2000. Raises UnreadableLoginError."""
    try:
        moment = datetime(2000 + year, month, day, hour, minute, second, tzinfo=CHINA)
    except (ValueError, OverflowError, TypeError):
        raise UnreadableLoginError("time_form", "The time of this login does not exist.", "time") from None
    return int(moment.astimezone(UTC).timestamp()) * 1000


def clean_code(text: str) -> str | None:
    """Return a code without its padding, upper-cased; None for a slot without a code.

    >>> clean_code("abc  \\x00"), clean_code("\\xff\\xff")
    ('ABC', None)
    """
    code = text.rstrip(_FILLERS).strip()
    return None if not code or not code.strip(_INVALID) else code.upper()


def clean_codes(texts: list[str]) -> tuple[str, ...]:
    """Return the codes of a login, in their order, without slots that have none."""
    return tuple(code for text in texts if (code := clean_code(text)) is not None)
