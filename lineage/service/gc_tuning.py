"""Settings of the garbage collector for work that makes very many objects, none of which refer to each other in cycles.

The collector is one for the process: every change of its thresholds is made here.
"""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SERVING: Final = (50_000, 20, 20)
_BULK: Final = (100_000, 20, 100)
_guard = threading.Lock()
_before = gc.get_threshold()
_running = 0
_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None)
"""Of glibc; no other C library has it."""


def tune_gc() -> None:
    """Exclude every object that exists now from collection, and collect less often, for the rest of the process.

    Modules and reference data stay loaded: to look through them again and again costs a load a tenth of its time.
    """
    gc.freeze()
    gc.set_threshold(*_SERVING)


def return_memory() -> None:
    """Return memory that is free to the operating system, where the C library would hold it (glibc).

    The objects of a big answer lie among smaller ones, in a heap for each thread.
    """
    if _TRIM is not None:
        _TRIM(0)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Collect rarely within the block; the thresholds are restored when no thread is within one any more.

    Objects made of events are released soon afterwards: a search for cycles in it costs a fifth of the time and finds
    none.
    """
    global _before, _running  # noqa: PLW0603 - the collector is one for the process
    with _guard:
        if _running == 0:
            _before = gc.get_threshold()
            gc.set_threshold(*_BULK)
        _running += 1
    try:
        yield
    finally:
        with _guard:
            _running -= 1
            if _running == 0:
                gc.set_threshold(*_before)
