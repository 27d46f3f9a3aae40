"""Streaming decompression of `.zst` files."""

import io
from typing import TYPE_CHECKING, BinaryIO, Final

import zstandard

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Small pieces: one byte of zstd may unpack to tens of thousands of bytes, and the unpacked
# bytes of one piece are held in memory.
_PIECE: Final = 1024


class ZstReader(io.RawIOBase):
    """The unpacked bytes of one or more zstd frames, in order.

    Unlike the library's own reader it notices a file that ends inside a frame, and raises
    `EOFError` there. Damaged frames raise `zstandard.ZstdError`.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._decompressor = zstandard.ZstdDecompressor()
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._packed = b""
        self._unpacked = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer from one piece; return the number of bytes, 0 at the end."""
        while not self._unpacked:
            self._packed = self._packed or self._source.read(_PIECE)
            if not self._packed:
                if self._frame is not None:
                    raise EOFError("the file ends inside a zstd frame")
                return 0
            self._unpack()
        target = memoryview(buffer)
        size = min(len(target), len(self._unpacked))
        target[:size] = self._unpacked[:size]
        self._unpacked = self._unpacked[size:]
        return size

    def _unpack(self) -> None:
        frame = self._frame or self._decompressor.decompressobj()
        self._unpacked = memoryview(frame.decompress(self._packed))
        self._packed = frame.unused_data if frame.eof else b""
        self._frame = None if frame.eof else frame
