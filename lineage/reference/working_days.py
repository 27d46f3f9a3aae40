"""Chinese working days, including make-up days on weekends (调休), behind one class so that the source can change."""

from __future__ import annotations

from datetime import date
from typing import Final

from chinese_calendar import constants

_OFF: Final = frozenset[date](constants.holidays)
_MADE_UP: Final = frozenset[date](constants.workdays)
_FIRST_YEAR: Final = min(_OFF).year
_LAST_YEAR: Final = max(_OFF).year


class WorkingDays:
    """Working days by the State Council's announced days off and make-up days; in other years only weekends are off."""

    first_year = _FIRST_YEAR
    last_year = _LAST_YEAR

    def is_working_day(self, day: date) -> bool:
        """Return whether the day is a working day: make-up days are, days off and other weekends are not."""
        return day in _MADE_UP or (day.weekday() < 5 and day not in _OFF)

    def covers(self, day: date) -> bool:
        """Return whether this release knows the announced days off of that year."""
        return _FIRST_YEAR <= day.year <= _LAST_YEAR


WORKING_DAYS: Final = WorkingDays()
