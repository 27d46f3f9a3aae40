"""What is said of items, and when that was learned: the words of which histories are made."""

from __future__ import annotations

from typing import NamedTuple

from lineage.domain.graph import Mention


class MentionChange(NamedTuple):
    """What comes into force (`sign` 1), goes (-1), or never was heard of (0) about one item, learned at `k`."""

    k: int
    sign: int
    mention: Mention


Word = tuple[int, int, Mention]
"""What `Said` holds: of ever so many of them nothing is asked by name."""


class BecameChange(NamedTuple):
    """An event that makes `output` of `input` comes into force (`sign` 1) or goes (-1), learned at `k`."""

    input: str
    output: str
    at: int
    k: int
    sign: int
    event: str
