"""Bodies that arrive: within a pause, at a least rate, in a total time; no thread waits for the short ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Final

from starlette.requests import ClientDisconnect, Request

from lineage.operations.problems import StalledRequestError

LONGEST_PAUSE_S: Final = 60.0
LEAST_BYTES_S: Final = 1024.0
"""A sender that is slower, over all the time in which it is waited for, is not waited for any longer."""
LONGEST_WAIT_S: Final = 3600.0
_DRAINED: Final = 256 * 1024 * 1024


class Body:
    """The body of a request. Only the time in which the service waits for the client counts."""

    def __init__(self, request: Request) -> None:
        self._pieces = request.stream()
        self._size = 0
        self._waited = 0.0

    async def next(self) -> bytes | None:
        """Return the next piece, None at the end. Raises StalledRequestError, ClientDisconnect."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(min(LONGEST_PAUSE_S, self._allowed() - self._waited)):
                piece = await anext(self._pieces, None)
        except TimeoutError:
            message = (
                f"The rest did not come: wait at most {LONGEST_PAUSE_S:g} s between two pieces, send {LEAST_BYTES_S:g} "
                f"bytes a second after that, and all within {LONGEST_WAIT_S:g} s."
            )
            raise StalledRequestError(message) from None
        self._waited += time.monotonic() - begun
        self._size += len(piece or b"")
        return piece

    def _allowed(self) -> float:
        """Return the seconds of waiting that the bytes so far entitle to."""
        return min(LONGEST_PAUSE_S + self._size / LEAST_BYTES_S, LONGEST_WAIT_S)

    async def head(self, most: int) -> tuple[bytes, bool]:
        """Return the body up to a size, and whether that was all of it; a piece that crosses the size is included."""
        head = bytearray()
        while (piece := await self.next()) is not None:
            head += piece
            if len(head) > most:
                return bytes(head), False
        return bytes(head), True

    def rest(self, loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
        """Yield the rest in another thread; each piece is fetched on demand, so that none pile up."""
        while (piece := asyncio.run_coroutine_threadsafe(self.next(), loop).result()) is not None:
            yield piece

    async def drain(self) -> None:
        """Read the rest up to a limit: many clients read an answer only after they sent everything."""
        size = 0
        try:
            while size < _DRAINED and (piece := await self.next()) is not None:
                size += len(piece)
        except (ClientDisconnect, StalledRequestError, RuntimeError):
            return
