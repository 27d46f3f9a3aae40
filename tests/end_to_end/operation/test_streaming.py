"""A load and an export take as much memory for a long file as for one a tenth as long.

SQLite holds up to 64 MiB of its file in memory, so lengths are compared where that makes no difference: the same events
again and again, lines that are refused, and (soak) stores that are larger than that.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard

from car_histories import Cars, write
from tests.conftest import FreshStore
from tests.end_to_end.processes import document, done, peak_kib

TIMES = 10
ALLOWED = 1.3


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some thousand events."""
    path = tmp_path_factory.mktemp("cars") / "short.jsonl"
    write(path, Cars(items=2_000, tray=12))
    return path


def repeated(path: Path, text: bytes) -> Path:
    """A file of this text, TIMES over."""
    with path.open("wb") as file:
        for _ in range(TIMES):
            file.write(text)
    return path


def test_loading_the_same_again_and_again_takes_no_more_memory(short: Path, tmp_path: Path, sqlite_file: str) -> None:
    done("load", str(short), "--store", sqlite_file)
    once = peak_kib("load", str(short), "--store", sqlite_file)
    text = short.read_bytes()

    for name, packed in (("jsonl", text), ("jsonl.gz", gzip.compress(text)), ("jsonl.zst", zstandard.compress(text))):
        long = repeated(tmp_path / f"long.{name}", packed)
        assert peak_kib("load", str(long), "--store", sqlite_file) <= ALLOWED * once, name


def test_refused_lines_do_not_pile_up(short: Path, tmp_path: Path, sqlite_file: str) -> None:
    mostly_wrong = short.read_bytes().replace(b'"type":"produced"', b'"type":"made"')
    once = tmp_path / "once.jsonl"
    once.write_bytes(mostly_wrong)
    long = repeated(tmp_path / "long.jsonl", mostly_wrong)
    refused = tmp_path / "refused.jsonl"

    least = peak_kib("load", str(once), "--errors", str(refused), "--store", sqlite_file, code=1)
    most = peak_kib("load", str(long), "--errors", str(refused), "--store", sqlite_file, code=1)

    assert most <= ALLOWED * least
    assert refused.read_bytes().count(b"# line") == TIMES * mostly_wrong.count(b'"type":"made"')


def test_exporting_takes_no_more_memory_for_a_long_journal(short: Path, tmp_path: Path) -> None:
    few, many = f"sqlite:///{tmp_path / 'few.db'}", f"sqlite:///{tmp_path / 'many.db'}"
    done("load", str(short), "--store", few)
    long = tmp_path / "long.jsonl"
    write(long, Cars(items=2_000 * TIMES, tray=12))
    done("load", str(long), "--store", many)

    least = peak_kib("export", str(tmp_path / "few.jsonl"), "--store", few)
    most = peak_kib("export", str(tmp_path / "many.jsonl"), "--store", many)

    assert most <= ALLOWED * least


@pytest.mark.soak
def test_a_load_of_ever_new_events_streams(fresh_store: FreshStore, tmp_path: Path) -> None:
    peaks = []
    for times in (1, TIMES):
        url = fresh_store().url
        file = tmp_path / f"{times}.jsonl"
        count = write(file, Cars(times * (45_000 if url.startswith("sqlite:") else 4_000)))
        loading = peak_kib("load", str(file), "--store", url)
        assert document("verify", "--store", url)["checked"] == count
        exporting = peak_kib("export", str(tmp_path / f"{times}.out"), "--store", url)
        peaks.append((loading, exporting))

    (load_short, export_short), (load_long, export_long) = peaks
    assert load_long <= ALLOWED * load_short
    assert export_long <= ALLOWED * export_short
