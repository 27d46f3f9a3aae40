"""A workbook of packs: its sheets of orders, packs, modules and cells, joined into one record a pack.

Rows are sorted on disk by the code that ties them together, so that memory does not grow with the workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from lineage.exchange.merge_sort import Runs
from lineage.exchange.platform.cleaning import Json
from lineage.exchange.platform.names import Fields

_RUN_BYTES: Final = 8 * 1024 * 1024


class Part(NamedTuple):
    """A row of a lower sheet: its number, and its fields without the code of what it is in."""

    row: int
    fields: Json


class Orphan(NamedTuple):
    """A row whose pack or module is in no sheet; `path` is the column that names it."""

    row: int
    path: str


class PackTrees:
    """Gathers the rows of a workbook and joins them; `folder` takes its temporary files."""

    def __init__(self, fields: Fields, folder: Path, name: str) -> None:
        self._fields = fields
        self._folder, self._name = folder, name
        self._packs, self._modules, self._cells = (self._runs(sheet) for sheet in ("packs", "modules", "cells"))
        self._orders: list[Json] = []

    def _runs(self, sheet: str) -> Runs:
        return Runs(self._folder, _RUN_BYTES, f"{self._name}-{sheet}")

    def add_order(self, fields: Json) -> None:
        """Add an order; only one may apply to the packs."""
        self._orders = [*self._orders[:1], fields]

    def add_pack(self, row: int, code: str, fields: Json) -> None:
        self._packs.add_bytes(orjson.dumps([code.upper(), row, fields]))

    def add_module(self, row: int, pack: str, code: str, model: str | None) -> None:
        self._modules.add_bytes(orjson.dumps([code.upper(), row, {"pack": pack.upper(), "code": code, "model": model}]))

    def add_cell(self, row: int, module: str, code: str) -> None:
        self._cells.add_bytes(orjson.dumps([module.upper(), row, code]))

    def records(self) -> Iterator[Part | Orphan]:
        """Yield each pack with its tree, and each row that belongs to none; to be called once, after all rows."""
        n = self._fields
        filled = self._runs("filled")
        for module, cells in _joined(self._modules.sorted(), self._cells.sorted()):
            if module is None:
                yield from (Orphan(row, n.modules) for row, _ in cells)
                continue
            row, own = module
            found: Json = {n.unit: own["code"], n.cells: [code for _, code in cells]}
            if own["model"] is not None:
                found[n.model] = own["model"]
            filled.add_bytes(orjson.dumps([own["pack"], row, found]))
        for pack, modules in _joined(self._packs.sorted(), filled.sorted()):
            if pack is None:
                yield from (Orphan(row, n.unit) for row, _ in modules)
                continue
            row, fields = pack
            order = self._orders[0] if len(self._orders) == 1 else {}
            yield Part(row, {**order, **fields, **self._tree(fields, [module for _, module in modules])})

    def _tree(self, fields: Json, modules: list[Json]) -> Json:
        n = self._fields
        if not modules:
            return {}
        if n.cell_model in fields:
            modules = [{n.cell_model: fields[n.cell_model], **module} for module in modules]
        return {n.modules: modules}


_Row = tuple[int, Any]


def _joined(wholes: Iterable[bytes], parts: Iterable[bytes]) -> Iterator[tuple[_Row | None, list[_Row]]]:
    """Yield each whole with its parts, and parts without a whole; both are sorted by the code of the whole.

    Of several wholes with one code the first has the parts.
    """
    rest = map(orjson.loads, parts)
    part = next(rest, None)
    for code, row, fields in map(orjson.loads, wholes):
        inside: list[_Row] = []
        while part is not None and part[0] <= code:
            if part[0] == code:
                inside.append((part[1], part[2]))
            else:
                yield None, [(part[1], part[2])]
            part = next(rest, None)
        yield (row, fields), sorted(inside, key=lambda found: found[0])
    while part is not None:
        yield None, [(part[1], part[2])]
        part = next(rest, None)
