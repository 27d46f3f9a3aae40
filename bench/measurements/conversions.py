"""Messages of the platform and logins of vehicles per second of processor time, and the memory that reading takes.

`python -m bench.measurements.conversions FORMAT COUNT` measures one process. Reading, answering questions about wholes
and giving events are measured; storing these is `lineage load`, which the increments measure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import xor
from pathlib import Path

import orjson

from bench.data.datasets import ROOT
from bench.reporting.machine import resident_kib
from bench.reporting.results import Facts
from lineage.cli.fleet.messages import as_messages
from lineage.exchange.conversion.interface import ConversionOptions, NothingStored
from lineage.exchange.formats import CONVERSIONS
from lineage.synthetic.fleet.generator import make_fleet
from lineage.synthetic.fleet.options import FleetOptions, read_rates
from lineage.synthetic.fleet.parameters import read_parameters
from lineage.synthetic.identifiers import battery_code, vin

TODAY = date(2026, 11, 1)
REPORTER = "91990000TT7101011B"
_PIECE = 256 * 1024
_VEHICLES = 1_000
_DAYS = 3_652


def messages(count: int) -> Iterator[bytes]:
    """Yield lines of messages as a fleet gives them, some of them again and again until there are so many."""
    parameters = read_parameters()
    rates, later = read_rates("1", parameters)
    options = FleetOptions(_VEHICLES, 1, TODAY, rates, later, 0.0, 0.0, 0.0, 0.02)
    blocks = as_messages(make_fleet(options, parameters), Counter())
    lines = sorted(line.encode() + b"\n" for block in blocks for line in block.lines)
    for number in range(count):
        # Another account is another record: no line is a repeat.
        again, place = divmod(number, len(lines))
        yield lines[place].replace(b'"account":"91', b'"account":"%02d' % (again % 100)) if again else lines[place]


def logins(count: int) -> Iterator[bytes]:
    """Yield frames of the edition of 2025: every vehicle logs in daily, mostly with the pack of the day before."""
    start = datetime(2016, 1, 1, tzinfo=UTC)
    cars = max(count // _DAYS, 1)
    for number in range(count):
        day, car = divmod(number, cars)
        code = battery_code("9XHPE01TEST000", date(2021, 3, 12), car * 10 + day // 400)
        at = start + timedelta(days=day, seconds=car % 80_000)
        body = bytes([at.year - 2000, at.month, at.day, at.hour, at.minute, at.second]) + bytes(22) + b"\x01\x01"
        inner = b"\x01\xfe" + vin("LX9", "BENCH", 2021, car).encode() + b"\x01"
        inner += (len(body) + 24).to_bytes(2, "big") + body + code.encode()
        yield b"$$" + inner + bytes([reduce(xor, inner)])


SOURCES: dict[str, Callable[[int], Iterator[bytes]]] = {"platform": messages, "gbt32960": logins}


def measure(name: str, count: int) -> Facts:
    """Return the figures of one format in this process."""
    pieces = list(_in_pieces(SOURCES[name](count)))
    before = resident_kib()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        options = ConversionOptions(TODAY, reporter=REPORTER)
        with closing(CONVERSIONS[name](options, NothingStored(), Path(folder))) as conversion:
            conversion.read(0, pieces)
            lines = sum(1 for _ in conversion.lines())
        seconds = time.process_time() - begun
    report = conversion.report
    read = report.records + report.logins
    return {
        "read": read,
        "events": report.events + report.repeats,
        "refused": lines - report.events - report.repeats,
        "a_second": read / seconds,
        "over_bare_mib": (resident_kib() - before) / 1024,
    }


def _in_pieces(parts: Iterator[bytes]) -> Iterator[bytes]:
    piece = bytearray()
    for part in parts:
        piece += part
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def measured(name: str, count: int) -> Facts:
    """Return the figures of a process of its own, and how its memory grows with four times the input."""
    once, more = (_in_process(name, n) for n in (count, 4 * count))
    return {**once, "four_times_over_bare_mib": more["over_bare_mib"], "four_times_a_second": more["a_second"]}


def _in_process(name: str, count: int) -> Facts:
    given = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}"}
    line = [sys.executable, "-m", "bench.measurements.conversions", name, str(count)]
    done = subprocess.run(line, capture_output=True, check=True, env=given)
    found: Facts = orjson.loads(done.stdout)
    return found


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(measure(sys.argv[1], int(sys.argv[2]))))
