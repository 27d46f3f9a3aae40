"""Files of sheets, read row by row as records of one interface."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from lineage.domain.errors import UnreadableInputError
from lineage.exchange.platform.cleaning import Json, RefusedRecordError, is_empty
from lineage.exchange.platform.names import Fields
from lineage.exchange.platform.sheets.columns import Columns, folded
from lineage.exchange.platform.sheets.rows import Header, find_header, record_of
from lineage.exchange.platform.sheets.tables import Cell, Sheet, read_tables
from lineage.exchange.platform.sheets.trees import Orphan, PackTrees

_SHEET: Final = 10_000_000
"""More than the rows of a sheet: a row of a file is numbered by its sheet and its number in it."""


class SheetRecord(NamedTuple):
    """A row as a record, or why it is none; `sheet` and `row` count from 1."""

    sheet: int
    row: int
    record: Json
    error: RefusedRecordError | None = None


@dataclass
class SheetReader:
    """Reads the sheets of files of one interface. Filled cells of columns that are not known are counted by header."""

    interface: str
    columns: Columns
    fields: Fields
    folder: Path
    unknown: Counter[str] = field(default_factory=Counter)

    def records(self, pieces: Iterable[bytes], name: str) -> Iterator[SheetRecord]:
        """Yield the records of a file. Raises UnreadableInputError, `no_header` where no sheet has a header."""
        known = self.columns.of(self.interface)
        tree = self.columns.tree if self.columns.tree.interface == self.interface else None
        if tree is not None:
            known = {**known, **{text: text for text in (tree.module, tree.module_model, tree.cell)}}
        packs = PackTrees(self.fields, self.folder, name)
        has_header = False
        for number, sheet in enumerate(read_tables(pieces, self.folder / name), 1):
            header = find_header(sheet.rows, known)
            if header is not None:
                has_header = True
                yield from self._sheet(sheet, header, number * _SHEET, packs)
        if not has_header:
            message = "No row has two known headers: name the columns in a table for --columns."
            raise UnreadableInputError(message, code="no_header")
        for found in packs.records():
            if isinstance(found, Orphan):
                message = "No sheet has the pack or the module that this row names."
                yield _at(found.row, {}, RefusedRecordError(found.path, "missing_field", message))
            else:
                yield _at(found.row, found.fields)

    def _sheet(self, sheet: Sheet, header: Header, first: int, packs: PackTrees) -> Iterator[SheetRecord]:
        tree = self.columns.tree
        is_tree = tree.interface == self.interface
        is_order = is_tree and header.has(tree.order) and not header.has(tree.pack)
        is_cell = is_tree and header.has(tree.cell, tree.module)
        is_module = is_tree and header.has(tree.module, tree.pack) and not is_cell
        has_species = self.fields.species in self.columns.stated(self.interface)
        species = self.columns.titles.get(sheet.title) if has_species else None
        for number, cells in sheet.rows:
            if all(is_empty(cell) for cell in cells):
                continue
            row = first + number
            try:
                if is_cell or is_module:
                    self._add_part(packs, row, header, cells, is_cell=is_cell)
                    continue
                record = record_of(cells, header, self.columns, self.unknown)
            except RefusedRecordError as error:
                yield _at(row, {}, error)
                continue
            if is_order:
                packs.add_order(record)
            elif is_tree and self.fields.unit in record:
                packs.add_pack(row, str(record[self.fields.unit]), record)
            else:
                if species is not None:
                    record.setdefault(self.fields.species, species)
                yield _at(row, record)

    def _add_part(self, packs: PackTrees, row: int, header: Header, cells: list[Cell], *, is_cell: bool) -> None:
        """Add a row of the sheet of modules or of cells. Raises RefusedRecordError."""
        tree = self.columns.tree
        own = {folded(text): cell for text, cell in zip(header.shown, cells, strict=False) if not is_empty(cell)}
        names = (tree.module, tree.cell) if is_cell else (tree.pack, tree.module)
        whole, code = (_text(own.get(name), name) for name in names)
        if is_cell:
            packs.add_cell(row, whole, code)
        else:
            model = own.get(tree.module_model)
            packs.add_module(row, whole, code, None if model is None else str(model).strip())


def _text(cell: Cell, path: str) -> str:
    if not isinstance(cell, str) or not cell.strip():
        raise RefusedRecordError(path, "missing_field", "This column holds a code, written as text.")
    return cell.strip()


def _at(row: int, record: Json, error: RefusedRecordError | None = None) -> SheetRecord:
    return SheetRecord(*divmod(row, _SHEET), record, error)
