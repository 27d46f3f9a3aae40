"""Tables of cells: comma-separated text in UTF-8 or GB18030, and workbooks, row by row."""

from __future__ import annotations

import codecs
import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Final, NamedTuple

from lineage.domain.errors import UnreadableInputError

WORKBOOK: Final = b"PK\x03\x04"
"""The first bytes of a workbook."""
MOST_UNPACKED: Final = 2 * 1024 * 1024 * 1024
"""Bytes of a workbook once it is unpacked."""
_MARK: Final = "\ufeff"
_ENCODINGS: Final = ("utf-8", "gb18030")

# The library has no error of its own for most damages: they surface wherever it meets them.
_DAMAGED: Final = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip

Cell = str | int | float | bool | None
Row = tuple[int, list[Cell]]


class Sheet(NamedTuple):
    """A sheet: its title, empty for a text, and its rows with their numbers from 1."""

    title: str
    rows: Iterator[Row]


def read_tables(pieces: Iterable[bytes], path: Path) -> Iterator[Sheet]:
    """Yield the sheets of a file; `path` takes it. A sheet is read to its end before the next is requested.

    Raises UnreadableInputError: `not_a_table`, `not_utf8`, `too_large`, `missing_extra`.
    """
    start = b""
    with path.open("wb") as file:
        for piece in pieces:
            start = start or piece[: len(WORKBOOK)]
            file.write(piece)
    if start.startswith(WORKBOOK):
        yield from _workbook(path)
    else:
        yield Sheet("", _text_rows(path))


def _text_rows(path: Path) -> Iterator[Row]:
    encoding = next((name for name in _ENCODINGS if _is_encoded(path, name)), None)
    if encoding is None:
        raise UnreadableInputError("The table is neither UTF-8 nor GB18030: save it as UTF-8.", code="not_utf8")
    with path.open(encoding=encoding, newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file, strict=True), 1):
                yield number, [cell.removeprefix(_MARK) if number == 1 else cell for cell in cells]
        except csv.Error as error:
            raise UnreadableInputError(f"This is no comma-separated table: {error}.", code="not_a_table") from None


def _is_encoded(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while piece := file.read(1024 * 1024):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _workbook(path: Path) -> Iterator[Sheet]:
    try:
        # An optional part of the installation.
        from openpyxl import load_workbook  # noqa: PLC0415
    except ImportError:
        message = "Workbooks need the extra `sheets`: pip install 'battery-lineage[sheets]'; or save the sheet as CSV."
        raise UnreadableInputError(message, code="missing_extra") from None
    with path.open("rb") as file, _readable():
        with zipfile.ZipFile(file) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > MOST_UNPACKED:
            raise UnreadableInputError("This workbook unpacks to more than 2 GiB: split it.", code="too_large")
        with closing(load_workbook(file, read_only=True, data_only=True)) as book:
            for sheet in book.worksheets:
                # The size that a file states for a sheet is often wrong.
                sheet.reset_dimensions()
                rows = enumerate(sheet.iter_rows(values_only=True), 1)
                yield Sheet(str(sheet.title).strip(), _cells(rows))


def _cells(rows: Iterable[tuple[int, tuple[object, ...]]]) -> Iterator[Row]:
    with _readable():
        for number, cells in rows:
            yield number, [_plain(cell) for cell in cells]


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what the library raises for a damaged workbook into UnreadableInputError."""
    try:
        yield
    except _DAMAGED as error:
        message = f"This workbook cannot be read ({type(error).__name__}): save it again as .xlsx, or as CSV."
        raise UnreadableInputError(message, code="not_a_table") from None


def _plain(value: object) -> Cell:
    """Return the value of a cell as messages have it: a date as text, anything else of a cell as it is."""
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)
