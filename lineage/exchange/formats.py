"""The formats in which events come in: one line here makes a format known to the command line and to HTTP."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, Protocol

import orjson

from lineage.exchange.catenax.reader import read_catenax
from lineage.exchange.conversion.interface import ConversionStart
from lineage.exchange.gbt32960.reader import LoginConversion
from lineage.exchange.jsonl import COMMENT, Line, read_body, read_lines
from lineage.exchange.platform.reader import PlatformConversion


class ConversionReport(Protocol):
    """What a conversion from another format left out, repeated or could not read."""

    error_counts: Counter[str]

    def counts(self) -> Mapping[str, Counter[str]]:
        """Return the counters by name, those of warnings and errors last."""
        ...

    def document(self) -> dict[str, Any]:
        """Return the report as an answer shows it."""
        ...


class FormatReading(NamedTuple):
    """The events of one file or body.

    The `number` of a line is its line in the input; several events of one line have the same. `report` is None for a
    format that carries events as they are.
    """

    lines: Iterator[Line]
    report: ConversionReport | None = None


class FormatReader(Protocol):
    """Reads the pieces of a file or body.

    An input that cannot be read as a whole raises UnreadableInputError if `strict`, else it is a line with an error.
    """

    def __call__(self, pieces: Iterable[bytes], *, strict: bool) -> FormatReading: ...


class Format(NamedTuple):
    """A format: its name on the command line, the media types of an HTTP body in it, and its reader.

    `example` is such a body for the API reference; it is empty where the reference has events of its own, or where no
    body has this format. A line of a file that begins with `comment` is no event; where it is empty, every line is one.
    """

    name: str
    media_types: tuple[str, ...]
    read: FormatReader
    example: str = ""
    comment: bytes = b""


def _jsonl(pieces: Iterable[bytes], *, strict: bool) -> FormatReading:
    return FormatReading(read_body(pieces) if strict else read_lines(pieces))


def _catenax(pieces: Iterable[bytes], *, strict: bool) -> FormatReading:  # noqa: ARG001 - errors are in its report
    reading = read_catenax(io.BytesIO(b"".join(pieces)))
    numbered = zip(reading.lines, reading.events, strict=True)
    return FormatReading((Line(n, orjson.dumps(event), event, None) for n, event in numbered), reading.report)


JSONL: Final = Format("jsonl", ("application/json", "application/x-ndjson"), _jsonl, comment=COMMENT)
FORMATS: Final[Mapping[str, Format]] = {f.name: f for f in (JSONL, Format("catenax", (), _catenax))}
"""Every format that is read line by line, by name."""

CONVERSIONS: Final[Mapping[str, ConversionStart]] = {"platform": PlatformConversion, "gbt32960": LoginConversion}
"""Every format of which all files of a load are read before the first event is given, by name."""

MEDIA_TYPES: Final[Mapping[str, Format]] = {m: f for f in FORMATS.values() for m in f.media_types}
"""The format of an HTTP body by its media type."""
