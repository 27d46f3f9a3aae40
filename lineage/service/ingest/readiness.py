"""Readiness of the service: whether the store answers, and whether its journal runs ahead of the clock."""

from __future__ import annotations

from typing import Final

from lineage.domain.errors import ImportUnfinishedError
from lineage.domain.instants import Instant, format_instant
from lineage.service.answers import Document
from lineage.stores.interface import State, Store

_TOLERATED_MS: Final = 1_000
"""Commits within one millisecond are recorded 1 ms apart, and clocks of several machines differ a little."""


def readiness(store: Store, now: Instant) -> Document:
    """Return the answer of `/ready`, with `warnings` while the journal runs ahead of the clock.

    Raises StoreError where the store does not answer.
    """
    store.ready()
    try:
        state = store.read(lambda reader: reader.state())
    except ImportUnfinishedError:
        # The store answers, but has no journal to compare with the clock yet.
        return {"status": "ready"}
    message = ahead_of_clock(state, now)
    return {"status": "ready"} if message is None else {"status": "ready", "warnings": [_warning(message)]}


def ahead_of_clock(state: State, now: Instant) -> str | None:
    """Return a sentence if the last `recorded` of the journal lies after now, else None."""
    if state.recorded <= now + _TOLERATED_MS:
        return None
    return (
        f"The journal runs ahead of the clock: its last event was recorded at {format_instant(state.recorded)}, the "
        f"clock shows {format_instant(now)}. Further events are recorded after the last one. Check the clock."
    )


def _warning(message: str) -> Document:
    return {"code": "journal_ahead", "message": message}
