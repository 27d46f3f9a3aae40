"""Chinese working days, with the weekends that are worked instead (调休), behind one class: the source can change."""

from __future__ import annotations

from datetime import date
from typing import Final

from chinese_calendar import constants

_OFF: Final = frozenset[date](constants.holidays)
_MADE_UP: Final = frozenset[date](constants.workdays)
_FIRST_YEAR: Final = min(_OFF).year
_LAST_YEAR: Final = max(_OFF).year


class WorkingDays:
    """The State Council's days off and make-up days, year by year as they were announced; beyond them weekends."""

    first_year = _FIRST_YEAR
    last_year = _LAST_YEAR

    def is_working_day(self, day: date) -> bool:
        """Whether that day is worked: make-up days are, days off are not, weekends otherwise are not."""
        return day in _MADE_UP or (day.weekday() < 5 and day not in _OFF)

    def covers(self, day: date) -> bool:
        """Whether the days off of that year have been announced, as far as this release knows."""
        return _FIRST_YEAR <= day.year <= _LAST_YEAR


WORKING_DAYS: Final = WorkingDays()
