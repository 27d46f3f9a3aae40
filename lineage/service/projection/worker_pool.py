"""Tasks spread over processes of this machine: each process gets tasks in turn, and results come back in order.

A helper is a Python process that reads tasks from its standard input. It ends when that is closed: none outlives the
process that started it, however that ends.
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

TASKS_BEFORE_HELPERS: Final = 4
"""Tasks that are done before helpers are started: a start takes longer than a few tasks."""
MOST_HELPERS: Final = 4
"""Their results are stored by one writer: more helpers would wait for it."""
_TASKS_AHEAD: Final = 2
"""Tasks that a helper has and whose results are not received yet: so many are in memory."""
_START: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from lineage.service.projection.worker_pool import serve; serve()"
)

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerPool:
    """Helpers are started when there are enough tasks, and none where there is one processor."""

    def __init__(self) -> None:
        self._helper_count = min(cores(), MOST_HELPERS) if sys.executable else 1
        self._tasks_left = TASKS_BEFORE_HELPERS
        self._helpers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.kill()
        for helper in self._helpers:
            helper.communicate()

    def spread(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Yield each task with its result, in the order of the tasks.

        `work` is a function of a module; it, the tasks and the results can be pickled. Raises the exceptions of `work`,
        and StoreUnavailableError where a helper is lost.
        """
        rest = iter(tasks)
        if not self._helpers:
            for task in rest:
                yield task, work(task)
                self._tasks_left -= 1
                if self._helper_count > 1 and self._tasks_left <= 0:
                    self._helpers = [_helper() for _ in range(self._helper_count)]
                    break
        sent: deque[tuple[T, subprocess.Popen[bytes]]] = deque()
        for task, helper in zip(rest, cycle(self._helpers), strict=False):
            sent.append((task, helper))
            _send(helper, (work, task))
            if len(sent) >= _TASKS_AHEAD * len(self._helpers):
                yield _received(sent)
        while sent:
            yield _received(sent)


def _helper() -> subprocess.Popen[bytes]:
    try:
        started = [sys.executable, "-c", _START, *sys.path]
        return subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
    except OSError as e:
        raise StoreUnavailableError(f"A process that helps to derive cannot be started ({e.strerror}).") from e


def _send(helper: subprocess.Popen[bytes], message: object) -> None:
    assert helper.stdin is not None
    try:
        pickle.dump(message, helper.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        helper.stdin.flush()
    except BrokenPipeError:
        raise _lost(helper) from None


def _received(sent: deque[tuple[T, subprocess.Popen[bytes]]]) -> tuple[T, Any]:
    task, helper = sent.popleft()
    assert helper.stdout is not None
    try:
        made, error = pickle.load(helper.stdout)  # noqa: S301 - our own process wrote it
    except (EOFError, pickle.UnpicklingError):
        raise _lost(helper) from None
    if error is not None:
        raise error
    return task, made


def _lost(helper: subprocess.Popen[bytes]) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"A process that helps to derive was lost (it ended with {helper.wait()}); nothing was kept: try again."
    )


# ---- in the helper


def serve() -> None:
    """Work on the tasks from standard input until that is closed, even in the middle of one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks: SimpleQueue[tuple[Callable[[Any], Any], Any]] = SimpleQueue()
    threading.Thread(target=_read_tasks, args=(sys.stdin.buffer, tasks), daemon=True).start()
    with rare_collection():
        while True:
            pickle.dump(_answer(*tasks.get()), answers, protocol=pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _answer(work: Callable[[Any], Any], task: object) -> tuple[object, BaseException | None]:
    try:
        return work(task), None
    except Exception as error:  # noqa: BLE001 - it is raised where the work was given out
        return None, error


def _read_tasks(stream: IO[bytes], tasks: SimpleQueue[tuple[Callable[[Any], Any], Any]]) -> None:
    """Read tasks as soon as they come, so that no two processes wait for each other to read."""
    while True:
        try:
            tasks.put(pickle.load(stream))  # noqa: S301 - the process that started this one wrote it
        except (EOFError, pickle.UnpicklingError):
            os._exit(0)
