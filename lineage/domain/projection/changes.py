"""Changes of what is known, in the order in which they were recorded: the input of an item's history."""

from __future__ import annotations

from typing import NamedTuple

from lineage.domain.graph import Mention
from lineage.domain.instants import Instant


class MentionChange(NamedTuple):
    """A mention that comes into force (`sign` 1), leaves it (-1), or was withdrawn before it arrived (0).

    `recorded` is the transaction time of the commit, milliseconds UTC.
    """

    recorded: Instant
    sign: int
    mention: Mention


class BecameChange(NamedTuple):
    """An event that made `output` of `input` at the instant `at` comes into force (`sign` 1) or leaves it (-1)."""

    input: str
    output: str
    at: Instant
    recorded: Instant
    sign: int
    event: str
