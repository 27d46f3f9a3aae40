"""Times of the simulation: whole minutes since 2013-01-01 in UTC+08:00, and their text forms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from lineage.synthetic.identifiers import DAYS, MONTHS, YEARS

FIRST: Final = date(2013, 1, 1)
MINUTES: Final = 1440
_ALL: Final = [FIRST + timedelta(days=n) for n in range((date(2041, 1, 1) - FIRST).days)]

DAY_TEXTS: Final = [day.isoformat() for day in _ALL]
DAY_CODES: Final = [YEARS[max(day.year, 2011) - 2011] + MONTHS[day.month - 1] + DAYS[day.day - 1] for day in _ALL]
"""Positions 15 to 17 of a battery code made on that day (GB/T 34014-2017)."""

YEAR_OF: Final = [day.year for day in _ALL]
_CLOCK: Final = [f"T{n // 60:02d}:{n % 60:02d}:00+08:00" for n in range(MINUTES)]


def minute_of(day: date) -> int:
    """Return the first minute of a day."""
    return (day - FIRST).days * MINUTES


def year_of(minute: int) -> int:
    """Return the year in which that minute lies."""
    return YEAR_OF[minute // MINUTES]


def text_of(minute: int) -> str:
    """Return a minute as RFC 3339 with China's offset; texts sort as minutes do.

    >>> text_of(90)
    '2013-01-01T01:30:00+08:00'
    """
    return DAY_TEXTS[minute // MINUTES] + _CLOCK[minute % MINUTES]
