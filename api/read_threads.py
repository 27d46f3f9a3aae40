"""Threads for reads, of which one leads: it takes the reads in turn, until one of them turns out to be long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final

SHORT_S: Final = 0.05
"""The time after which a read no longer holds up the next one."""


class Read:
    """One read: its work, the future of its result, and whether its thread still leads."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.future: Future[Any] = Future()
        self._work = work
        self._begun: float | None = None
        self._leads = True

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        self._begun = time.monotonic()
        try:
            result = self._work()
        except BaseException as error:  # noqa: BLE001 - it belongs to who waits for the result
            self.future.set_exception(error)
        else:
            self.future.set_result(result)

    def seconds_left(self) -> float:
        """Return the seconds in which the read still counts as short."""
        return SHORT_S if self._begun is None else self._begun + SHORT_S - time.monotonic()

    def stop_leading(self) -> bool:
        """Return whether the thread of the read led until now; it does not lead any more."""
        led, self._leads = self._leads, False
        return led


class ReadThreads:
    """Up to `most` threads. Short reads are run by one of them, because several only compete for the interpreter."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._reads: SimpleQueue[Read | None] = SimpleQueue()
        self._lead = threading.Lock()
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []

    def submit(self, work: Callable[[], Any]) -> Read:
        """Queue a read."""
        if not self._threads:
            self._add_thread()
        read = Read(work)
        self._reads.put(read)
        return read

    def pass_on(self, read: Read) -> None:
        """Let another thread lead while this read goes on."""
        with self._guard:
            if not read.future.done() and read.stop_leading():
                self._add_thread()
                self._lead.release()

    def shutdown(self) -> None:
        """Cancel the reads that wait, and wait for the others."""
        while not self._reads.empty():
            if (read := self._reads.get()) is not None:
                read.future.cancel()
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
                    if not read.stop_leading():
                        break
