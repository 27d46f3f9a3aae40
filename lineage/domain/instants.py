"""Instants: whole milliseconds since 1970, UTC; read and written as contract 2 and 8 require."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

from lineage.domain.errors import InvalidInstantError, called, shortened

Instant = int

OPEN: Final[Instant] = 253_402_300_799_999
"""An open end: 9999-12-31T23:59:59.999Z, later than any time that is accepted."""

BEGIN: Final[Instant] = -62_135_596_800_000
"""An open beginning: 0001-01-01T00:00:00.000Z."""

DAY: Final = 86_400_000
"""Milliseconds in a day."""

CHINA: Final = timezone(timedelta(hours=8))
"""The clock of China, which has no daylight saving time: bare dates and deadlines are counted by it."""

CHINA_OFFSET: Final = 8 * 3_600_000
"""Milliseconds by which the clock of China is ahead of UTC."""

_EPOCH: Final = date(1970, 1, 1).toordinal()

# The bounds are instants, not spellings: what is written back as UTC must be accepted
# again. A time counts as lying in a year if it does so in UTC or in China.
_FIRST: Final = (date(1990, 1, 1).toordinal() - _EPOCH) * DAY - CHINA_OFFSET
_PAST: Final = (date(2201, 1, 1).toordinal() - _EPOCH) * DAY

_FORM: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2})))?"
)
_WANTED: Final = "Write it as RFC 3339 with an offset (2024-05-01T08:00:00+08:00) or as a date (2024-05-01)."


def parse_instant(text: object) -> Instant:
    """Return the instant that an RFC 3339 text with offset, or a bare date, stands for.

    A bare date is the start of that day at UTC+08:00. Finer digits than milliseconds are
    cut, not rounded. Raises `InvalidInstantError` with code `time_form` (numbers, naive
    times, week and ordinal dates), `time_impossible` (30 February, `:60`, `24:00`) or
    `time_out_of_range` (not in the years 1990 to 2200, by UTC or by China's clock).
    Source: contract 2, `time`.

    >>> parse_instant("2024-05-01") == parse_instant("2024-04-30T16:00:00.0009z")
    True
    """
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        shown = shortened(text) if isinstance(text, str) else called(text).capitalize()
        raise InvalidInstantError(f"{shown} is not a time. {_WANTED}", code="time_form")
    year, month, day, hour, minute, second, fraction, sign, off_hour, off_minute = match.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        raise _impossible(match[0]) from None
    if hour is None:
        return _bounded(days * DAY - CHINA_OFFSET, match[0])
    instant = days * DAY + _clock(hour, minute, second, match[0])
    if fraction is not None:
        instant += int((fraction + "00")[:3])
    if sign is not None:
        offset = _clock(off_hour, off_minute, "00", match[0])
        instant += offset if sign == "-" else -offset
    return _bounded(instant, match[0])


def _clock(hour: str, minute: str, second: str, text: str) -> int:
    if hour > "23" or minute > "59" or second > "59":
        raise _impossible(text)
    return (int(hour) * 3600 + int(minute) * 60 + int(second)) * 1000


def _bounded(instant: Instant, text: str) -> Instant:
    if _FIRST <= instant < _PAST:
        return instant
    raise InvalidInstantError(
        f"{shortened(text)} lies outside the years 1990 to 2200. Check the year.",
        code="time_out_of_range",
    )


def _impossible(text: str) -> InvalidInstantError:
    return InvalidInstantError(
        f"{shortened(text)} does not exist: no such day, hour, minute or second. "
        "Leap seconds and 24:00 are written as the next second.",
        code="time_impossible",
    )


@lru_cache(maxsize=65_536)
def format_instant(instant: Instant) -> str:
    """Return the instant as answers write it: UTC, three digits (contract 8).

    >>> format_instant(1714521600000)
    '2024-05-01T00:00:00.000Z'
    """
    days, rest = divmod(instant, DAY)
    seconds, thousandths = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{date.fromordinal(days + _EPOCH).isoformat()}T{hour:02}:{minute:02}:{second:02}.{thousandths:03}Z"


@lru_cache(maxsize=65_536)
def format_or_none(instant: Instant) -> str | None:
    """Return the instant as answers write it; an open beginning or end is `None` (contract 8)."""
    if instant >= OPEN or instant <= BEGIN:
        return None
    return format_instant(instant)


def format_local(instant: Instant, tz: tzinfo) -> str:
    """Return the instant for people: at their clock, midnight as a bare date (contract 8).

    Milliseconds are shown where there are any; an open beginning or end is empty.

    >>> format_local(parse_instant("2024-05-01"), CHINA)
    '2024-05-01'
    """
    if instant >= OPEN or instant <= BEGIN:
        return ""
    seconds, thousandths = divmod(instant, 1000)
    # No time with an offset can leave the calendar here: accepted years end in 2200.
    local = datetime.fromtimestamp(seconds, UTC).astimezone(tz)
    text = local.strftime("%Y-%m-%d %H:%M:%S")
    if thousandths:
        return f"{text}.{thousandths:03}"
    return text.removesuffix(" 00:00:00")
