"""State that all routes share: the store, the clock, and threads that wait for the store instead of the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from starlette.requests import Request

from api.read_threads import SHORT_S, Read, ReadThreads
from lineage.operations.deadline import BoundedStore, Deadline
from lineage.service.answers import Document
from lineage.service.ingest.readiness import readiness
from lineage.stores.interface import Store

_LOG: Final = logging.getLogger("lineage.http")
T = TypeVar("T")
Clock = Callable[[], int]
LOADS: Final = 4
"""The most bodies that are loaded at the same time, all of which are there."""
ARRIVING: Final = 8
"""The most bodies that are loaded while they arrive; their threads wait for senders, those of the others never do."""


class ServiceContext:
    """The store, the clock and the threads. Reads, loads and checks of readiness have threads of their own.

    So a long read or a slow sender does not delay the others. Reads begin one after the other, because short ones that
    share a processor only disturb each other; the next one begins as soon as a read turns out not to be short.
    """

    def __init__(self, store: Store, clock: Clock, read_seconds: float, *, allow_keep_recorded: bool) -> None:
        self.store = store
        self.clock = clock
        self.read_seconds = read_seconds
        self.allow_keep_recorded = allow_keep_recorded
        self._reading = ReadThreads(store.read_threads)
        self._loading = ThreadPoolExecutor(LOADS, "lineage-load")
        self._arriving = ThreadPoolExecutor(ARRIVING, "lineage-arriving")
        self._looking = ThreadPoolExecutor(1, "lineage-ready")

    def bounded(self, deadline: Deadline) -> Store:
        """Return the store for one request: its reads end by the deadline."""
        return BoundedStore(self.store, deadline)

    async def read(self, request: Request, deadline: Deadline, work: Callable[[], T]) -> T:
        """Run a read in a thread; it ends when its client hangs up. Raises TimeLimitError where it takes too long."""
        read = self._reading.submit(work)
        turn = _Turn(self._reading, read, request, deadline)
        try:
            result: T = await read.future
            return result
        except asyncio.CancelledError:
            deadline.stop()
            raise
        finally:
            turn.end()

    async def load(self, work: Callable[[], T], *, is_whole: bool) -> T:
        """Run a load in a thread; `is_whole`: nothing of its body is still to come."""
        threads = self._loading if is_whole else self._arriving
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    async def ready(self) -> Document:
        """Return the answer of `/ready`; its warnings are logged. Raises StoreError where the store does not answer."""
        document = await asyncio.get_running_loop().run_in_executor(self._looking, readiness, self.store, self.clock())
        for warning in document.get("warnings", ()):
            _LOG.warning("%s: %s", warning["code"], warning["message"])
        return document

    def close(self) -> None:
        self._reading.shutdown()
        for threads in (self._loading, self._arriving, self._looking):
            threads.shutdown(wait=True, cancel_futures=True)


class _Turn:
    """The turn of one read: it passes on when the read ends, or when it is no longer short."""

    def __init__(self, threads: ReadThreads, read: Read, request: Request, deadline: Deadline) -> None:
        self._threads = threads
        self._read: Read | None = read
        self._request = request
        self._deadline = deadline
        self._watch: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(SHORT_S, self._look)

    def _look(self) -> None:
        if self._read is None:
            return
        if (left := self._read.seconds_left()) > 0:
            self._timer = asyncio.get_running_loop().call_later(left, self._look)
            return
        self._threads.pass_on(self._read)
        self._watch = asyncio.get_running_loop().create_task(self._stop_when_gone())

    async def _stop_when_gone(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self._deadline.stop()

    def end(self) -> None:
        # The exception that ends the watch refers to this turn: without the read nothing of its answer stays.
        self._read = None
        self._timer.cancel()
        if self._watch is not None:
            self._watch.cancel()
