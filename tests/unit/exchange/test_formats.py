"""What holds for every format, whichever are declared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.exchange.formats import FORMATS, Format

EVERY = pytest.mark.parametrize("event_format", FORMATS.values(), ids=FORMATS)


def read(event_format: Format, pieces: list[bytes]) -> tuple[list[object], object]:
    reading = event_format.read(pieces, strict=False)
    return list(reading.lines), reading.report and reading.report.document()


@EVERY
@given(st.binary(max_size=80), st.integers(1, 9))
def test_no_bytes_make_a_reader_fail_in_whichever_pieces_they_come(event_format: Format, raw: bytes, size: int) -> None:
    pieces = [raw[i : i + size] for i in range(0, len(raw), size)]

    assert read(event_format, pieces) == read(event_format, [raw])
