"""State that all routes share: the store, the clock, and threads that wait for the store instead of the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from lineage.service.answers import Document
from lineage.service.ingest.readiness import readiness
from lineage.stores.interface import Store

_LOG: Final = logging.getLogger("lineage.http")
T = TypeVar("T")
Clock = Callable[[], int]
LOADS: Final = 4
"""The most bodies that are read at the same time; the store alternates between them batch by batch."""


class ServiceContext:
    """The store, the clock and the threads. Reads, loads and checks of readiness have threads of their own.

    So a long read or a slow sender does not delay the others.
    """

    def __init__(self, store: Store, clock: Clock, read_seconds: float, *, allow_keep_recorded: bool) -> None:
        self.store = store
        self.clock = clock
        self.read_seconds = read_seconds
        self.allow_keep_recorded = allow_keep_recorded
        self._reading = ThreadPoolExecutor(store.read_threads, "lineage-read")
        self._loading = ThreadPoolExecutor(LOADS, "lineage-load")
        self._looking = ThreadPoolExecutor(1, "lineage-ready")

    async def read(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, work)

    async def load(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._loading, work)

    async def ready(self) -> Document:
        """Return the answer of `/ready`; its warnings are logged. Raises StoreError where the store does not answer."""
        document = await asyncio.get_running_loop().run_in_executor(self._looking, readiness, self.store, self.clock())
        for warning in document.get("warnings", ()):
            _LOG.warning("%s: %s", warning["code"], warning["message"])
        return document

    def close(self) -> None:
        for threads in (self._reading, self._loading, self._looking):
            threads.shutdown(wait=True, cancel_futures=True)
