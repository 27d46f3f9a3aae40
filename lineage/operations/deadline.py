"""The time that one read may take, and a view of a store whose reads end by then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from lineage.domain.errors import TimeLimitError
from lineage.stores.interface import (
    FindingsCache,
    ProjectionReader,
    QuestionReader,
    ReadLimit,
    RowDifference,
    Store,
    Transaction,
)

T = TypeVar("T")
_CUT_AFTER: Final = 0.9
"""The share of the time after which an answer is cut, so that the rest suffices to finish it."""
_GRACE_S: Final = 0.5
"""The time that a cut answer may take beyond the limit: it still names what it left out."""


class Deadline:
    """The seconds that one read may take, from now on. A `ReadLimit`; `stop` ends the read from another thread.

    `passed`: nothing more is begun, the answer is cut. `over`: the read is given up, wherever it is.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._rest: float | None = None
        self._stopped = False

    def passed(self) -> bool:
        return self._stopped or time.monotonic() > self._end - self._seconds * (1 - _CUT_AFTER)

    def over(self) -> bool:
        return self._stopped or time.monotonic() > self._end + _GRACE_S

    def check(self) -> None:
        """Raise TimeLimitError once the read is over."""
        if self.over():
            raise TimeLimitError

    def seconds_left(self) -> float:
        return max(self._end + _GRACE_S - time.monotonic(), 0.0)

    def stop(self) -> None:
        """End the read as soon as it looks: nobody waits for its answer."""
        self._stopped = True

    def pause(self) -> None:
        """Stop the clock while the client takes what was answered so far."""
        self._rest = self._end - time.monotonic()

    def resume(self) -> None:
        """Let the clock go on after `pause`."""
        if self._rest is not None:
            self._end, self._rest = time.monotonic() + self._rest, None


class BoundedStore:
    """A store whose reads end by a limit, so that no question can forget it. Implements `Store`."""

    def __init__(self, store: Store, limit: ReadLimit) -> None:
        self.url = store.url
        self.read_threads = store.read_threads
        self.is_new = store.is_new
        self.findings: FindingsCache | None = store.findings
        self._store = store
        self._limit = limit

    def read(self, work: Callable[[QuestionReader], T], limit: ReadLimit | None = None) -> T:
        return self._store.read(work, limit or self._limit)

    def read_projection(self, work: Callable[[ProjectionReader], T], limit: ReadLimit | None = None) -> T:
        return self._store.read_projection(work, limit or self._limit)

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self._store.write(work)

    def fill(self, work: Callable[[Transaction], T]) -> T:
        return self._store.fill(work)

    def differences(self, derive: Callable[[QuestionReader, Transaction], None], most: int) -> list[RowDifference]:
        return self._store.differences(derive, most)

    def ready(self) -> None:
        self._store.ready()

    def close(self) -> None:
        self._store.close()
