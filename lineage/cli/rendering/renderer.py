"""Tables and sentences for people: times in their zone, parties by name, no control characters."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta, timezone
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from lineage.domain.errors import InvalidQuestionError
from lineage.domain.instants import format_local, parse_instant

_OFFSET: Final = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")
_WIDE: Final = 100_000
_LOCAL: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]+)?)?")
_TIMES: Final = frozenset({"at", "from", "until", "known_at", "produced_from", "produced_until", "changed_since"})


def read_zone(text: str) -> timezone:
    """Return the zone of `Z` or an offset such as `+08:00`. Raises InvalidQuestionError."""
    if text in ("Z", "z"):
        return timezone.utc  # noqa: UP017 - the type is wanted, not the singleton's name
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise InvalidQuestionError(
            f"{text!r} is no offset: give Z or one like +08:00.", path="--tz", code="offset_form"
        )
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(offset if sign == "+" else -offset)


def with_offsets(options: Mapping[str, str | None], zone: timezone) -> dict[str, str | None]:
    """Return options of a command with the offset of the zone added to local times; every other value is unchanged.

    A local time has a date and a time of day, with `T` or a blank between them, and no offset.

    >>> with_offsets({"at": "2022-06-10 12:00"}, read_zone("+08:00"))
    {'at': '2022-06-10T12:00:00+08:00'}
    """
    return {name: _with_offset(text, zone) if name in _TIMES and text else text for name, text in options.items()}


def _with_offset(text: str, zone: timezone) -> str:
    found = _LOCAL.fullmatch(text)
    return text if found is None else f"{found[1]}T{found[2]}{found[3] or ':00'}{offset_of(zone)}"


def offset_of(zone: timezone) -> str:
    """Return the offset of a zone as times are written, such as `+08:00`."""
    minutes = int(zone.utcoffset(None).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


class Renderer:
    """Writes the tables and sentences of a command. Lines wrap at a terminal's width, never in a pipe."""

    def __init__(self, zone: timezone, names: Mapping[str, str] | None = None) -> None:
        self._zone = zone
        self._names = names or {}
        is_terminal = sys.stdout.isatty()
        self._console = Console(
            file=sys.stdout, markup=False, emoji=False, highlight=False, width=None if is_terminal else _WIDE
        )

    @property
    def offset(self) -> str:
        """The offset of the reader's zone."""
        return offset_of(self._zone)

    def time(self, text: str | None) -> str:
        """Format a time of an answer in the reader's zone, midnight as a bare date; an open end is empty."""
        return "" if text is None else format_local(parse_instant(text), self._zone)

    def window(self, since: str | None, until: str | None) -> str:
        """Format a half-open window in words."""
        if since == until:
            return f"at {self.time(since)}" if since else "always"
        if until is None:
            return f"from {self.time(since)}"
        return f"until {self.time(until)}" if since is None else f"{self.time(since)} to {self.time(until)}"

    def not_yet_born(self, answer: Mapping[str, str]) -> str:
        """Return the sentence of an answer about a time before the first event that names the item."""
        born = self.time(answer["not_yet_born"])
        return f"Not yet born at this time: the first event that names it is of {born}."

    def party(self, id: str | None) -> str:
        return "" if id is None else self._names.get(id, id)

    def parties(self, ids: Iterable[str]) -> str:
        return ", ".join(self.party(id) for id in ids)

    def print_line(self, sentence: str) -> None:
        """Print a sentence, or an empty line."""
        self._console.print(Text(strip_control_characters(sentence)), soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table; a column with nothing but numbers is aligned to the right."""
        cells = [tuple(row) for row in rows]
        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for number, column in enumerate(columns):
            justify: JustifyMethod = "right" if _are_numbers(row[number] for row in cells) else "left"
            table.add_column(Text(column), overflow="fold", justify=justify)
        for row in cells:
            table.add_row(*(Text(strip_control_characters("" if cell is None else str(cell))) for cell in row))
        self.draw(table)

    def facts(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Print names and values below each other; a name without a value is left out."""
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="dim")
        table.add_column(overflow="fold")
        for name, value in pairs:
            if value not in (None, "", []):
                table.add_row(Text(name), Text(strip_control_characters(str(value))))
        self.draw(table)

    def draw(self, what: RenderableType) -> None:
        self._console.print(what)


def _are_numbers(cells: Iterable[object]) -> bool:
    """Return whether cells that are not empty are numbers, and there is one."""
    filled = [cell for cell in cells if cell not in (None, "")]
    return bool(filled) and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled)


def counted(count: int, noun: str) -> str:
    """Format a count with its noun.

    >>> counted(1, "day"), counted(1200, "day"), counted(2, "party")
    ('1 day', '1,200 days', '2 parties')
    """
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{count:,} {plural}"


def strip_control_characters(text: str) -> str:
    """Replace every character that a terminal would interpret as a command."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
