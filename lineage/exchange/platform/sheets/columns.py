"""The table of columns: which header of a sheet holds which field."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lineage.exchange.platform.names import platform_names


@dataclass(frozen=True)
class TreeColumns:
    """Headers of a workbook of packs, whose sheets hold orders, packs, modules and cells; folded."""

    interface: str
    pack: str
    module: str
    module_model: str
    cell: str
    order: str


@dataclass(frozen=True)
class Columns:
    """Columns by interface of the first generation, and words in cells by field.

    `any_interface` holds columns of every interface, `fields` the carried fields as headers, `titles` the kind of units
    that the title of a sheet names.
    """

    by_interface: Mapping[str, Mapping[str, str]]
    any_interface: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    titles: Mapping[str, str]
    tree: TreeColumns
    fields: Mapping[str, str]

    def of(self, interface: str) -> dict[str, str]:
        """Return the fields of an interface by folded header."""
        return {**self.fields, **self.any_interface, **self.by_interface.get(interface, {})}

    def stated(self, interface: str) -> set[str]:
        """Return the fields that columns of an interface may hold by this table."""
        return {*self.any_interface.values(), *self.by_interface.get(interface, {}).values()}


def folded(header: object) -> str:
    """Return a header without blanks and asterisks, in one width and in lower case.

    >>> folded(" 电池质量（kg） *")
    '电池质量(kg)'
    """
    text = unicodedata.normalize("NFKC", header) if isinstance(header, str) else ""
    return "".join(sign for sign in text if not sign.isspace() and sign != "*").lower()


@cache
def shipped_columns() -> Columns:
    """Return the table that ships with this release."""
    text = files("lineage.exchange.platform.sheets").joinpath("columns.toml").read_text("utf-8")
    return columns_of(tomllib.loads(text))


def columns_of(table: Mapping[str, Any]) -> Columns:
    """Return the columns of a table of TOML. Raises ValueError with the place of what is wrong in it.

    A text at the top, or in `[columns]`, is a column of every interface; a table with the name of an interface holds
    the columns of that one. `[values.FIELD]`, `[titles]` and `[tree]` are those that ship where they are left out.
    """
    rest = dict(table)
    same, columns = rest.pop("same_columns", {}), rest.pop("columns", {})
    values, titles, tree = (rest.pop(name, None) for name in ("values", "titles", "tree"))
    plain = {header: rest.pop(header) for header in [h for h, name in rest.items() if isinstance(name, str)]}
    names = platform_names()
    by_interface: dict[str, dict[str, str]] = {}
    for interface, fields in rest.items():
        if interface not in names.interfaces or not isinstance(fields, dict):
            raise ValueError(f"[{interface!r}] is no interface of the platform")
        by_interface[names.interfaces[interface]] = _folded(fields, interface)
    for interface, other in same.items():
        by_interface[interface] = by_interface.get(other, {})
    return Columns(
        by_interface,
        _folded({**plain, **columns}, "columns"),
        shipped_columns().values if values is None else values,
        shipped_columns().titles if titles is None else titles,
        shipped_columns().tree if tree is None else TreeColumns(**_folded_tree(tree)),
        {folded(name): name for name in (*names.groups, *names.personal)},
    )


def _folded(fields: Mapping[str, Any], place: str) -> dict[str, str]:
    for header, name in fields.items():
        if not isinstance(name, str) or not folded(header):
            raise ValueError(f"{header!r} in [{place}] is not the name of a field")
    return {folded(header): name for header, name in fields.items()}


def _folded_tree(tree: Mapping[str, str]) -> dict[str, str]:
    return {name: text if name == "interface" else folded(text) for name, text in tree.items()}
