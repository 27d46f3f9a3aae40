"""The table of the platform's names, `names.toml`, as values that programs use."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

CODE: Final = "codes"
PARTY: Final = "parties"
TEXT: Final = "texts"
TIME: Final = "times"
CODES: Final = "lists_of_codes"
RECORDS: Final = "lists"
RECORD: Final = "objects"
_GROUPS: Final = (CODE, PARTY, TEXT, TIME, CODES, RECORDS, RECORD)


@dataclass(frozen=True)
class Fields:
    """The platform's name of each field that is carried; `names.toml` has their meanings."""

    vehicle: str
    unit: str
    old: str
    new: str
    letter: str
    species: str
    battery_type: str
    second_life_unit: str
    original: str
    maker: str
    buyer: str
    sent_to: str
    outlet: str
    retirer: str
    receiver: str
    station: str
    second_life_maker: str
    second_life_taker: str
    source: str
    vehicle_model: str
    vehicle_system: str
    built: str
    model: str
    cell_model: str
    system: str
    order: str
    order_of_spare: str
    made: str
    cells_inside: str
    modules_inside: str
    sold: str
    area: str
    replaced: str
    taken_in: str
    retired: str
    mass: str
    into_pool: str
    out_of_pool: str
    repaired: str
    scrapped: str
    out: str
    delivered: str
    made_of: str
    energy: str
    to_person: str
    is_coded: str
    packs: str
    cells: str
    scrapped_packs: str
    modules: str
    children: str
    pack_trees: str
    originals: str
    new_unit: str


@dataclass(frozen=True)
class Names:
    """Interfaces by name, with the message that each carries; fields; the group of each carried field; personal ones.

    `interfaces` maps both generations to the name of the first, `messages` the first to its message. `holders` names
    the field that holds the records of a message.
    """

    interfaces: Mapping[str, str]
    messages: Mapping[str, str]
    holders: Mapping[str, str]
    fields: Fields
    groups: Mapping[str, str]
    personal: frozenset[str]


@cache
def platform_names() -> Names:
    """Return the table that ships with this release."""
    table = tomllib.loads(files("lineage.exchange.platform").joinpath("names.toml").read_text("utf-8"))
    messages: dict[str, str] = table["interfaces"]
    fields = {meaning: name for group in _GROUPS for meaning, name in table[group].items()}
    groups = {name: group for group in _GROUPS for name in table[group].values()}
    interfaces = {**{name: name for name in messages}, **table["second_generation"]}
    return Names(interfaces, messages, table["holders"], Fields(**fields), groups, frozenset(table["personal"]))
