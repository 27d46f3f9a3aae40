"""Units with their trees: packs, modules and cells of the messages 2, 4, 6, 9, 11 and 14."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from lineage.exchange.platform.cleaning import Json, RefusedRecordError
from lineage.exchange.platform.identifiers import ItemCode, instant_text
from lineage.exchange.platform.record import MessageRecord, identifier, missing, model_text, pieces

KINDS: Final[Mapping[str, str]] = {"P": "pack", "M": "module", "C": "cell"}
"""The kind of a unit by the letter of `type` and `batterySpecies`."""
MOST_LEVELS: Final = 8
"""Levels of units in a tree; three exist."""


class Cell(NamedTuple):
    """A cell in a unit, its model, and its place in the record."""

    item: ItemCode
    model: str | None
    path: str


@dataclass
class Unit:
    """A unit of a tree; `fields` are its own in the record at `path`, which ends in a dot unless it is the record."""

    item: ItemCode
    kind: str
    fields: Json
    path: str
    cells: dict[str, Cell] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)


def read_unit(r: MessageRecord, fields: Json, path: str = "", kind: str | None = None, level: int = 1) -> Unit:
    """Return a unit with everything in it. `kind` is its kind where neither its code nor its letter names one.

    Raises RefusedRecordError.
    """
    n = r.names
    code = r.text(n.unit, fields)
    if code is None:
        raise missing(f"{path}{n.unit}")
    if level > MOST_LEVELS:
        raise RefusedRecordError(path.rstrip("."), "too_deep", f"Units have at most {MOST_LEVELS} levels.")
    item = r.item_of(code, f"{path}{n.unit}")
    unit = Unit(item, kind_of(r, item, fields.get(n.letter), f"{path}{n.letter}", kind), fields, path)
    _add_cells(r, unit, fields.get(n.cells, ()), r.text(n.cell_model, fields), f"{path}{n.cells}")
    for index, module in enumerate(fields.get(n.modules, ())):
        place = f"{path}{n.modules}.{index}."
        if n.unit in module:
            _add_unit(r, unit, read_unit(r, module, place, "module", level + 1))
        else:
            # A module without a code is no item: its cells are in the unit itself.
            _add_cells(r, unit, module.get(n.cells, ()), r.text(n.cell_model, module), f"{place}{n.cells}")
    for index, child in enumerate(fields.get(n.children, ())):
        _add_unit(r, unit, read_unit(r, child, f"{path}{n.children}.{index}.", None, level + 1))
    return unit


def kind_of(r: MessageRecord, item: ItemCode, letter: str | None, path: str, default: str | None = None) -> str:
    """Return the kind of a unit: by its code, else by the letter next to it, else `default`. Raises RefusedRecordError.

    A letter that contradicts the code is a warning.
    """
    named = None if letter is None else KINDS.get(letter)
    if item.kind is None:
        kind = named or default
        if kind is None:
            raise missing(path)
        return kind
    if named is not None and named != item.kind:
        r.warn("species_mismatch", path)
    return item.kind


def _add_cells(r: MessageRecord, unit: Unit, codes: list[Any], model: str | None, path: str) -> None:
    n = r.names
    for index, code in enumerate(codes):
        place = f"{path}.{index}"
        text, own = (code.get(n.unit), code.get(n.model)) if isinstance(code, dict) else (code, None)
        if text is None:
            raise missing(f"{place}.{n.unit}")
        item = r.item_of(text, place)
        _add_cell(r, unit, Cell(item, own or model, place))


def _add_cell(r: MessageRecord, unit: Unit, cell: Cell) -> None:
    if cell.item.id in unit.cells or cell.item.id in unit.units:
        r.warn("twice_in_list", cell.path)
    else:
        unit.cells[cell.item.id] = cell


def _add_unit(r: MessageRecord, whole: Unit, part: Unit) -> None:
    n = r.names
    if part.kind == "cell":
        model = r.text(n.model, part.fields) or r.text(n.cell_model, whole.fields)
        cell = Cell(part.item, model, part.path.rstrip("."))
        _add_cell(r, whole, cell._replace(path=f"{part.path}{n.unit}"))
        return
    if part.item.id not in whole.units and part.item.id not in whole.cells:
        whole.units[part.item.id] = part
        return
    r.warn("twice_in_list", f"{part.path}{n.unit}")
    known = whole.units.get(part.item.id)
    if known is not None:
        known.cells = {**part.cells, **known.cells}
        known.units = {**part.units, **known.units}


@dataclass
class Trees:
    """Writes units as events. `makes`: units come into being; else only what is in them is stated."""

    r: MessageRecord
    makes: bool = True

    def add(self, unit: Unit, *, whole_time: str | None = None, is_top: bool = True) -> None:
        """Add the events of a unit: it, its cells, each unit in it, and last what it is assembled of.

        `whole_time` is the time of what it is in. Raises RefusedRecordError.
        """
        needs_time = self.makes or bool(unit.cells or unit.units) or bool(self._uncoded(unit))
        time = self._time(unit, whole_time) if needs_time else None
        if self.makes and time is not None:
            self._add_produced(unit, time, is_top=is_top)
            self._add_cells(unit, time)
        for inner in unit.units.values():
            self.add(inner, whole_time=time or whole_time, is_top=False)
        if time is not None:
            self._add_assembled(unit, time)

    def _time(self, unit: Unit, whole_time: str | None) -> str:
        n = self.r.names
        path = f"{unit.path}{n.made}"
        text = self.r.text(n.made, unit.fields)
        if text is not None:
            return self.r.time_of(text, path)
        return self._time_by_code(unit.item, path, whole_time)

    def _time_by_code(self, item: ItemCode, path: str, whole_time: str | None) -> str:
        time = None if item.day is None else instant_text(item.day)
        if time is not None:
            return time
        if whole_time is None:
            raise missing(path)
        self.r.warn("time_from_whole", path, item.id)
        return whole_time

    def _add_produced(self, unit: Unit, time: str, *, is_top: bool) -> None:
        r, n, fields = self.r, self.r.names, unit.fields
        maker = r.text(n.maker, fields)
        item: Json = {"id": unit.item.id, "kind": unit.kind}
        if is_top:
            item["maker"] = r.account if maker is None else r.party_of(maker, f"{unit.path}{n.maker}")
        model = model_text(r.text(n.model, fields), f"{unit.path}{n.model}")
        if model is not None:
            item["model"] = model
        identifiers = [
            found
            for scheme, name in (("orderNo", n.order), ("orderNo", n.order_of_spare), ("systemCode", n.system))
            if is_top and (found := identifier(scheme, fields.get(name), f"{unit.path}{name}")) is not None
        ]
        if identifiers:
            item["identifiers"] = [found for i, found in enumerate(identifiers) if found not in identifiers[:i]]
        r.add("produced", f"{unit.kind}_production", time, items=[item])

    def _add_cells(self, unit: Unit, whole_time: str) -> None:
        groups: dict[tuple[str, str | None], list[Json]] = {}
        for cell in unit.cells.values():
            time = self._time_by_code(cell.item, cell.path, whole_time)
            item: Json = {"id": cell.item.id, "kind": "cell"}
            if cell.model is not None:
                item["model"] = model_text(cell.model, cell.path)
            groups.setdefault((time, cell.model), []).append(item)
        for (time, _), items in groups.items():
            for some in pieces(items):
                self.r.add("produced", "cell_production", time, items=some)

    def _add_assembled(self, unit: Unit, time: str) -> None:
        parts = [*unit.cells, *unit.units]
        if unit.item.id in parts:
            message = "A unit cannot be a part of itself."
            raise RefusedRecordError(f"{unit.path}{self.r.names.unit}", "whole_in_parts", message)
        uncoded = self._uncoded(unit)
        if not parts and not uncoded:
            return
        self.r.add_assembled(f"{unit.kind}_production", time, unit.item.id, parts, uncoded)

    def _uncoded(self, unit: Unit) -> list[Json]:
        """Return how many parts bear no code: those that the counts of the record state beyond its lists."""
        r, n = self.r, self.r.names
        cells = r.count(n.cells_inside, unit.fields, unit.path)
        modules = r.count(n.modules_inside, unit.fields, unit.path)
        coded = len(unit.cells) + sum(self._cells_in(inner) for inner in unit.units.values())
        found = (("cell", cells - coded), ("module", modules - len(unit.units)))
        return [{"kind": kind, "count": count} for kind, count in found if count > 0]

    def _cells_in(self, unit: Unit) -> int:
        """Return the number of cells that a unit states to hold, with a code or without."""
        coded = len(unit.cells) + sum(self._cells_in(inner) for inner in unit.units.values())
        return max(coded, self.r.count(self.r.names.cells_inside, unit.fields, unit.path))
