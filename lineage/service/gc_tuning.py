"""Work on much at a time, of which nothing refers to itself: the collector of rings is told to look less often."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = (100_000, 20, 100)
_guard = threading.Lock()
_usual = gc.get_threshold()
_working = 0


@contextmanager
def rare_collection() -> Iterator[None]:
    """What is made of events goes a moment later, all of it: looking for rings in it costs a fifth, and finds none.

    As usual again when nobody is at such work in this process any more.
    """
    global _usual, _working  # noqa: PLW0603 - the collector is one for the process
    with _guard:
        if _working == 0:
            _usual = gc.get_threshold()
            gc.set_threshold(*_SELDOM)
        _working += 1
    try:
        yield
    finally:
        with _guard:
            _working -= 1
            if _working == 0:
                gc.set_threshold(*_usual)
