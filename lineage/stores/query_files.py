"""Query files: one statement each, under a header that is checked when the file is read.

The header is comment lines at the top: a sentence, then `params:`, `returns:` and `order:` where there are any.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

from lineage.domain.errors import StoreDamagedError


class Query(NamedTuple):
    """One statement with the fields of its header."""

    name: str
    sentence: str
    params: tuple[str, ...]
    returns: tuple[str, ...]
    order: str
    text: str


_FIELD = re.compile(r"(params|returns|order):\s*(.*)")


@cache
def query(package: str, path: str) -> Query:
    """Read a query file that ships with the package; its parameters must be exactly those that the header names.

    Raises StoreDamagedError where the file is missing or contradicts its header: the installation is broken.
    """
    try:
        text = resources.files(package).joinpath(path).read_text(encoding="utf-8")
    except (FileNotFoundError, ModuleNotFoundError) as missing:
        raise StoreDamagedError(
            f"The query file {path} is missing from the installation: install it again."
        ) from missing
    return parse(path, text)


@cache
def numbered(package: str, path: str) -> str:
    """The statement of a query file with ?1, ?2, … for its parameters, in the order in which its header names them."""
    statement = query(package, path)
    number = {name: f"?{n}" for n, name in enumerate(statement.params, 1)}
    return re.sub(r"(?<![:\w]):([a-z_]+)", lambda m: number[m[1]], statement.text)


def parse(path: str, text: str) -> Query:
    """Split a query file into header and statement, and check one against the other. Raises StoreDamagedError."""
    mark, parameter = ("--", r"(?<![:\w]):([a-z_]+)") if path.endswith(".sql") else ("//", r"\$([a-z_]+)")
    lines = text.splitlines()
    header = []
    for line in lines:
        if not line.startswith(mark):
            break
        header.append(line.removeprefix(mark).strip())
    body = "\n".join(lines[len(header) :]).strip()
    fields = {m[1]: m[2].strip() for line in header[1:] if (m := _FIELD.match(line))}
    params = _names(fields.get("params", ""))
    if not header or not body:
        raise StoreDamagedError(f"The query file {path} has no header or no statement: install it again.")
    used = set(re.findall(parameter, re.sub(r"'[^']*'", "''", body)))
    if used != set(params):
        raise StoreDamagedError(f"The query file {path} uses {sorted(used)} but its header names {sorted(params)}.")
    return Query(path, header[0], params, _names(fields.get("returns", "")), fields.get("order", ""), body)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
