"""What the event loop reports while the process has no file descriptors left: one line a minute, and no traceback."""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from typing import Any, Final

_LOG: Final = logging.getLogger("lineage.http")
_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_LOG_EVERY_S: Final = 60.0


class ExhaustionLog:
    """Handles errors of an event loop: those of a connection that cannot be accepted are logged once a minute."""

    def __init__(self) -> None:
        self._logged = -_LOG_EVERY_S

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log one line, or leave any other error to the loop. The loop accepts again after a second."""
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _EXHAUSTED:
            loop.default_exception_handler(context)
            return
        now = time.monotonic()
        if now - self._logged >= _LOG_EVERY_S:
            self._logged = now
            _LOG.warning("connections_wait: %s; they are accepted once others have ended", error.strerror)
