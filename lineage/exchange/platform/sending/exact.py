"""The spelling of a record: of several that state the same, the one that gives back the ids of the events."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import islice, product
from typing import Any, Final

from lineage.domain.canonical_json import canonical
from lineage.exchange.platform.record import ID

Json = dict[str, Any]
Choice = Sequence[Json]
"""Ways to write some fields, the usual one first; a value of None leaves a field out."""
MOST_TRIED: Final = 64


def spelled(record: Json, choices: Sequence[Choice], interface: str, account: str, event_id: str) -> Json:
    """Return the record with one way of each choice.

    It is the first one by which an event that came from the platform has its id, so that what is sent and read again
    is a repeat; the usual one where there is none, or where the event came from elsewhere.
    """
    spellings = (_merged(record, ways) for ways in islice(product(*choices), MOST_TRIED))
    usual = next(spellings)
    wanted = event_id.rpartition(":")[0]
    if not wanted.startswith(ID):
        return usual
    for found in (usual, *spellings):
        content = canonical({"account": account, "interface": interface, "record": found})
        if ID + sha256(content).hexdigest() == wanted:
            return found
    return usual


def times_of(field: str, times: Sequence[str]) -> list[Json]:
    """Return the ways to write a time in a field."""
    return [{field: time} for time in times]


def _merged(record: Json, ways: Sequence[Json]) -> Json:
    whole = dict(record)
    for way in ways:
        whole.update(way)
    return {name: value for name, value in whole.items() if value is not None and value != []}
