"""Rows of a sheet as records: the header, the words and numbers in cells, and columns that are not carried."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from lineage.exchange.conversion.report import MOST_NAMES, OTHERS
from lineage.exchange.platform.cleaning import Json, RefusedRecordError, is_empty
from lineage.exchange.platform.names import CODE, CODES, PARTY, TIME, platform_names
from lineage.exchange.platform.sheets.columns import Columns, folded
from lineage.exchange.platform.sheets.tables import Cell, Row

MOST_ABOVE: Final = 100
"""Rows in which the header is looked for."""
_EXACT: Final = 10**15
"""Whole numbers from here on may have lost digits in a cell of numbers."""
_ROUNDED: Final = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2,}", re.IGNORECASE)
_SERIAL: Final = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_LOOSE_TIME: Final = re.compile(
    r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?: +([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - serial days of a workbook have no zone
_SEPARATORS: Final = re.compile(r"[\s,;，；、]+")


class Header(NamedTuple):
    """The columns of a sheet: the field of each, None where it is not known, and the header as it stands."""

    fields: tuple[str | None, ...]
    shown: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Return whether there are columns with these folded headers."""
        return {folded(text) for text in self.shown}.issuperset(names)


def find_header(rows: Iterator[Row], known: Mapping[str, str]) -> Header | None:
    """Return the first row with two known headers, None where the first hundred rows have none.

    The rows up to it are taken from `rows`.
    """
    for _, cells in islice(rows, MOST_ABOVE):
        fields = tuple(known.get(folded(cell)) for cell in cells)
        if len({field for field in fields if field is not None}) > 1:
            return Header(fields, tuple(str(cell or "").strip() for cell in cells))
    return None


def record_of(cells: list[Cell], header: Header, columns: Columns, unknown: Counter[str]) -> Json:
    """Return the record of a row; filled cells of columns that are not known are counted in `unknown`.

    Raises RefusedRecordError for a code that a cell of numbers has rounded.
    """
    record: Json = {}
    for field, shown, cell in zip(header.fields, header.shown, cells, strict=False):
        if is_empty(cell):
            continue
        if field is None:
            name = shown or OTHERS
            unknown[name if name in unknown or len(unknown) < MOST_NAMES else OTHERS] += 1
        elif field not in record:
            record[field] = _value(field, cell, columns)
    return record


def _value(field: str, cell: Cell, columns: Columns) -> Any:  # noqa: ANN401 - any JSON
    group = platform_names().groups.get(field)
    if group == TIME:
        return _time(cell)
    if group in (CODE, PARTY, CODES) and _is_rounded(cell):
        message = "This cell holds a number that has lost digits of the code: write the column as text."
        raise RefusedRecordError(field, "number_inexact", message)
    if isinstance(cell, str):
        text = cell.strip()
        text = columns.values.get(field, {}).get(text, text)
        return [code for code in _SEPARATORS.split(text) if code] if group == CODES else text
    return [cell] if group == CODES else cell


def _is_rounded(cell: Cell) -> bool:
    if isinstance(cell, str):
        return _ROUNDED.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and abs(cell) >= _EXACT


def _time(cell: Cell) -> Any:  # noqa: ANN401 - any JSON
    """Return a time as messages write it: a serial day of a workbook, or a date without zeros before its digits."""
    text = cell.strip() if isinstance(cell, str) else str(cell)
    if _SERIAL.fullmatch(text):
        moment = _DAY_ZERO + timedelta(seconds=round(float(text) * 86_400))
        return moment.strftime("%Y-%m-%d" if moment.time() == _DAY_ZERO.time() else "%Y-%m-%d %H:%M:%S")
    match = _LOOSE_TIME.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second = match.groups()
    clock = f" {hour:0>2}:{minute}" + (f":{second}" if second else "") if hour else ""
    return f"{year}-{month:0>2}-{day:0>2}{clock}"
