"""Work that is spread over processes of this machine: each gets things in turn, and what they make comes back in order.

A helper is a Python of its own that is told what to do on its standard input. It ends when that is closed: none
outlives the process that started it, however that ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from queue import SimpleQueue
from typing import IO, Any, Final, Self, TypeVar

from lineage.domain.errors import StoreUnavailableError
from lineage.service.gc_tuning import rare_collection

SHUTDOWN_WAIT_S: Final = 4
"""Things that are worked on before helpers are started: a start takes longer than a little work."""
MOST_HELPERS: Final = 4
"""What they make is kept by one writer: more of them would wait for it."""
_AHEAD: Final = 2
"""Things that a helper has been given and that are not taken back yet: so much of them is in memory."""
_START: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from lineage.service.projection.worker_pool import serve; serve()"
)

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerPool:
    """Helpers are started when there is enough to do, and none where there is but one processor."""

    def __init__(self) -> None:
        self._wanted = min(cores(), MOST_HELPERS) if sys.executable else 1
        self._patience = SHUTDOWN_WAIT_S
        self._helpers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.kill()
        for helper in self._helpers:
            helper.communicate()

    def spread(self, work: Callable[[T], R], things: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Each thing, and what the work makes of it, in the order of the things.

        The work is a function of a module; it, the things and what it makes can be pickled. Raises what the work
        raises, and StoreUnavailableError where a helper is lost.
        """
        rest = iter(things)
        if not self._helpers:
            for thing in rest:
                yield thing, work(thing)
                self._patience -= 1
                if self._wanted > 1 and self._patience <= 0:
                    self._helpers = [_helper() for _ in range(self._wanted)]
                    break
        given: deque[tuple[T, subprocess.Popen[bytes]]] = deque()
        for thing, helper in zip(rest, cycle(self._helpers), strict=False):
            given.append((thing, helper))
            _give(helper, (work, thing))
            if len(given) >= _AHEAD * len(self._helpers):
                yield _taken(given)
        while given:
            yield _taken(given)


def _helper() -> subprocess.Popen[bytes]:
    try:
        started = [sys.executable, "-c", _START, *sys.path]
        return subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
    except OSError as e:
        raise StoreUnavailableError(f"A process that helps to derive cannot be started ({e.strerror}).") from e


def _give(helper: subprocess.Popen[bytes], task: object) -> None:
    assert helper.stdin is not None
    try:
        pickle.dump(task, helper.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        helper.stdin.flush()
    except BrokenPipeError:
        raise _lost(helper) from None


def _taken(given: deque[tuple[T, subprocess.Popen[bytes]]]) -> tuple[T, Any]:
    thing, helper = given.popleft()
    assert helper.stdout is not None
    try:
        made, error = pickle.load(helper.stdout)  # noqa: S301 - our own process wrote it
    except (EOFError, pickle.UnpicklingError):
        raise _lost(helper) from None
    if error is not None:
        raise error
    return thing, made


def _lost(helper: subprocess.Popen[bytes]) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"A process that helps to derive was lost (it ended with {helper.wait()}); nothing was kept: try again."
    )


# ---- in the helper


def serve() -> None:
    """Do what comes on standard input until that is closed, even in the middle of something."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks: SimpleQueue[tuple[Callable[[Any], Any], Any]] = SimpleQueue()
    threading.Thread(target=_hear, args=(sys.stdin.buffer, tasks), daemon=True).start()
    with rare_collection():
        while True:
            pickle.dump(_answer(*tasks.get()), answers, protocol=pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _answer(work: Callable[[Any], Any], thing: object) -> tuple[object, BaseException | None]:
    try:
        return work(thing), None
    except Exception as error:  # noqa: BLE001 - it is raised where the work was given out
        return None, error


def _hear(stream: IO[bytes], tasks: SimpleQueue[tuple[Callable[[Any], Any], Any]]) -> None:
    """Take in what comes as soon as it comes, so that no two processes wait for each other to read."""
    while True:
        try:
            tasks.put(pickle.load(stream))  # noqa: S301 - the process that started this one wrote it
        except (EOFError, pickle.UnpicklingError):
            os._exit(0)
