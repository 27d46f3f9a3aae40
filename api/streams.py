"""Answers line by line whose memory is given back when they end, also when their client reads nothing and goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lineage.service.gc_tuning import return_memory


class Stream(StreamingResponse):
    """A stream of pieces. What it is made of is released with it, not by a search for cycles much later."""

    def __init__(
        self, pieces: Generator[bytes, None, None], media_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream; its generator is closed whichever way that ends."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            # An exception that ends the stream refers to the generator, and the generator to the answer.
            self._pieces.close()
            _return_memory_soon()


_pending: asyncio.TimerHandle | None = None


def _return_memory_soon() -> None:
    """Return memory in a thread, once for all streams that end within a second."""
    global _pending  # noqa: PLW0603 - memory is one for the process
    if _pending is not None:
        _pending.cancel()
    loop = asyncio.get_running_loop()
    _pending = loop.call_later(1.0, loop.run_in_executor, None, return_memory)
