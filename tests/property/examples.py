"""How many histories a law is held to.

`LINEAGE_HISTORIES` sets the number for every law, as `make soak` does; without it each law has a number of its own.
"""

from __future__ import annotations

import os

from hypothesis import settings


def histories_of(usual: int) -> settings:
    """Settings with that many histories, or with the number that the environment sets."""
    return settings(max_examples=int(os.environ.get("LINEAGE_HISTORIES", str(usual))))
