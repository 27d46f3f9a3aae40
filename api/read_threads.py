"""Threads for reads, of which one leads: it takes the reads in turn, until one of them turns out to be long."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Final

SHORT_S: Final = 0.05
"""The time after which a read no longer holds up the next one."""


class Read:
    """One read: its work, the future of its result in the loop that waits for it, and whether its thread still leads.

    The result is handed over and held nowhere else: by a future of `concurrent.futures` it would stay in a cycle of
    references, with all that it is made of, until the garbage collector looks for such cycles.
    """

    def __init__(self, work: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.future: asyncio.Future[Any] = loop.create_future()
        self.is_done = False
        self._loop = loop
        self._work = work
        self._begun: float | None = None
        self._leads = True

    def run(self) -> None:
        """Work, unless nobody waits for the result any more."""
        if not self.future.cancelled():
            self._begun = time.monotonic()
            try:
                result = self._work()
            except BaseException as error:  # noqa: BLE001 - it belongs to who waits for the result
                self._hand_over(None, error)
            else:
                self._hand_over(result, None)
        self.is_done = True

    def cancel(self) -> None:
        """Give the read up before it has begun; from any thread."""
        self._loop.call_soon_threadsafe(self.future.cancel)

    def seconds_left(self) -> float:
        """Return the seconds in which the read still counts as short."""
        return SHORT_S if self._begun is None else self._begun + SHORT_S - time.monotonic()

    def stop_leading(self) -> bool:
        """Return whether the thread of the read led until now; it does not lead any more."""
        led, self._leads = self._leads, False
        return led

    def _hand_over(self, result: object, error: BaseException | None) -> None:
        # A loop that is closed waits for nothing.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(_settle, self.future, result, error)


def _settle(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


class ReadThreads:
    """Up to `most` threads. Short reads are run by one of them, because several only compete for the interpreter."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._reads: SimpleQueue[Read | None] = SimpleQueue()
        self._lead = threading.Lock()
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []

    def submit(self, work: Callable[[], Any]) -> Read:
        """Queue a read; its future is one of the running loop."""
        if not self._threads:
            self._add_thread()
        read = Read(work, asyncio.get_running_loop())
        self._reads.put(read)
        return read

    def pass_on(self, read: Read) -> None:
        """Let another thread lead while this read goes on."""
        with self._guard:
            if not read.is_done and read.stop_leading():
                self._add_thread()
                self._lead.release()

    def shutdown(self) -> None:
        """Cancel the reads that wait, and wait for the others."""
        while not self._reads.empty():
            if (read := self._reads.get()) is not None:
                read.cancel()
        self._reads.put(None)
        for thread in self._threads:
            thread.join()

    def _add_thread(self) -> None:
        if len(self._threads) < self._most:
            self._threads.append(threading.Thread(target=self._serve, name="lineage-read", daemon=True))
            self._threads[-1].start()

    def _serve(self) -> None:
        while True:
            self._lead.acquire()
            while True:
                read = self._reads.get()
                if read is None:
                    self._reads.put(None)
                    self._lead.release()
                    return
                read.run()
                with self._guard:
                    led = read.stop_leading()
                # A thread that waits for its next read must not hold the answer of the last one.
                del read
                if not led:
                    break
