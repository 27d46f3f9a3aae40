"""Places in the input of a conversion, written as the numbers of lines, so that a load can refer to them."""

from __future__ import annotations

from typing import Final, NamedTuple

_EVENTS: Final = 1_000_000
"""More than the events of one record: a line of 8 MiB has fewer codes."""
_RECORDS: Final = 1_000_000_000
_LINES: Final = 1_000_000_000_000


class Place(NamedTuple):
    """A record of the input: the file from 0, its line and the record in that line from 1; 0 means the whole line."""

    file: int
    line: int
    record: int = 0

    def number(self, event: int = 0) -> int:
        """Return one number for this place and the event that it became, from 1; 0 means none."""
        return ((self.file * _LINES + self.line) * _RECORDS + self.record) * _EVENTS + event


def place_of(number: int) -> Place:
    """Return the place of a number.

    >>> place_of(Place(1, 12, 3).number(4))
    Place(file=1, line=12, record=3)
    """
    file, rest = divmod(number // _EVENTS, _LINES * _RECORDS)
    line, record = divmod(rest, _RECORDS)
    return Place(file, line, record)
