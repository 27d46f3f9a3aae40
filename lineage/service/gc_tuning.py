"""Less frequent garbage collection during bulk work, whose objects contain no reference cycles."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_RARE: Final = (100_000, 20, 100)
_guard = threading.Lock()
_usual = gc.get_threshold()
_running = 0


@contextmanager
def rare_collection() -> Iterator[None]:
    """Raise the thresholds of the collector while any thread of this process is in the context.

    Objects made of events are freed by reference counts; searching them for cycles costs a fifth of the time.
    """
    global _usual, _running  # noqa: PLW0603 - the collector is one for the process
    with _guard:
        if _running == 0:
            _usual = gc.get_threshold()
            gc.set_threshold(*_RARE)
        _running += 1
    try:
        yield
    finally:
        with _guard:
            _running -= 1
            if _running == 0:
                gc.set_threshold(*_usual)
