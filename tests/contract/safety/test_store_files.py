"""The files of an SQLite store: readers wait for nobody, lost files take no events, damaged ones are reported."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from lineage.domain.errors import InvalidQuestionError, LineageError, StoreDamagedError, StoreUnavailableError
from lineage.exchange.jsonl import read_lines
from lineage.service.ingest.load import Rules, load_all
from lineage.stores import open_store
from lineage.stores.interface import EMPTY, Store, Transaction
from tests import builders as b
from tests.paths import ROOT
from tests.service_client import ServiceClient, TickingClock, load_events


def made(path: Path, count: int = 3) -> str:
    """A store with cells, each in a pack of its own; its URL."""
    url = f"sqlite:///{path}"
    store = open_store(url)
    events = [b.produced(f"urn:x:cell:{n}", kind="cell", event_id=f"c{n}") for n in range(count)]
    events += [b.assembled(f"urn:x:pack:{n}", f"urn:x:cell:{n}", event_id=f"a{n}") for n in range(count)]
    assert load_events(store, events).errors == []
    store.close()
    return url


@contextlib.contextmanager
def opened(url: str, *, create: bool = True) -> Iterator[Store]:
    store = open_store(url, create=create)
    try:
        yield store
    finally:
        store.close()


def position(store: Store) -> int:
    return store.read(lambda reader: reader.state()).position


@contextlib.contextmanager
def busy(url: str, *, fill: bool = False) -> Iterator[None]:
    """Another writer has the store for the length of the block."""
    begun, over = threading.Event(), threading.Event()

    def hold(_transaction: Transaction) -> None:
        begun.set()
        over.wait(60)

    with opened(url) as store:
        writer = threading.Thread(target=store.fill if fill else store.write, args=[hold])
        writer.start()
        try:
            assert begun.wait(10)
            yield
        finally:
            over.set()
            writer.join()


# ---- a store that is not there


def test_a_store_that_is_not_there_is_made_only_on_demand(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'absent.db'}"

    with pytest.raises(InvalidQuestionError) as error:
        open_store(url, create=False)

    assert error.value.code == "store_missing"
    assert list(tmp_path.iterdir()) == []
    with opened(url) as store:
        assert store.is_new
    with opened(url, create=False) as store:
        assert not store.is_new


def test_the_files_of_a_store_are_for_their_owner_only(tmp_path: Path) -> None:
    with opened(made(tmp_path / "s.db")) as store:
        load_events(store, [b.produced("urn:x:9")])

        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}

    assert modes == dict.fromkeys(("s.db", "s.db-wal", "s.db-shm", "s.db.lock"), "0o600")


# ---- readers wait for nobody


@pytest.mark.parametrize("create", [True, False])
def test_a_store_opens_and_answers_while_another_writes(tmp_path: Path, create: bool) -> None:
    url = made(tmp_path / "s.db")

    with busy(url), opened(url, create=create) as store:
        assert position(store) == 6
        assert ServiceClient(store).lineage("urn:x:cell:0")["items"]


def test_a_store_with_readers_is_filled_through_the_log_and_read_meanwhile(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    seen: list[int] = []

    def lines() -> Iterator[bytes]:
        for n in range(2_000):
            if n == 1_500:
                seen.append(position(store))
            yield orjson.dumps(b.produced(f"urn:x:{n}", event_id=f"e{n}")) + b"\n"

    with opened(url) as store, opened(url) as filler:
        load_all(filler, read_lines(lines()), Rules(TickingClock()))
        seen.append(position(store))

    assert seen == [0, 2_000]


def test_a_store_that_is_filled_without_a_log_is_read_as_empty_until_it_is_full(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    with opened(url):
        pass

    with busy(url, fill=True):
        reader_store = open_store(url, create=False)
        assert reader_store.read(lambda reader: reader.state()) == EMPTY
    made(tmp_path / "s.db")

    assert position(reader_store) == 6
    reader_store.close()


READ_ONLY = """
import os, sys
from lineage.stores import open_store

def position(url):
    store = open_store(url, create=False)
    try:
        return store.read(lambda reader: reader.state()).position
    finally:
        store.close()

whole, read_only = sys.argv[1:]
position(whole)  # reads the statements: the other user may not read the installation
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    open(read_only.removeprefix("sqlite:///"), "ab")
    print("writable")
except OSError:
    print(position(read_only))
"""


def test_a_file_on_a_read_only_medium_can_be_read(tmp_path: Path) -> None:
    # Not in a folder of pytest, which other users may not enter.
    folder = Path(tempfile.mkdtemp(prefix="lineage-test-"))
    try:
        url = made(folder / "s.db")
        (folder / "s.db.lock").unlink()
        (folder / "s.db").chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, made(tmp_path / "whole.db"), url],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert (done.stdout, done.stderr) == ("6\n", "")
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


# ---- files that are lost


def _deleted(path: Path) -> None:
    path.unlink()


def _deleted_with_its_log(path: Path) -> None:
    for file in path.parent.glob("s.db*"):
        file.unlink()


def _replaced(path: Path) -> None:
    made(path.with_name("other.db"), 1)
    path.with_name("other.db").replace(path)


def _without_its_log(path: Path) -> None:
    path.with_name("s.db-wal").unlink()


@pytest.mark.parametrize("lose", [_deleted, _deleted_with_its_log, _replaced, _without_its_log])
def test_a_store_whose_files_are_lost_takes_no_event(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    with opened(made(tmp_path / "s.db")) as store:
        load_events(store, [b.produced("urn:x:8")])
        lose(tmp_path / "s.db")

        for _ in range(2):
            with pytest.raises(StoreUnavailableError, match="deleted or replaced"):
                load_events(store, [b.produced("urn:x:9")])

    assert lose is not _deleted or not (tmp_path / "s.db").exists()


def test_a_store_that_is_lost_during_a_commit_does_not_acknowledge_it(tmp_path: Path) -> None:
    with opened(made(tmp_path / "s.db")) as store, pytest.raises(StoreUnavailableError, match="deleted or replaced"):
        store.write(lambda _transaction: (tmp_path / "s.db").unlink())


@pytest.mark.parametrize("lose", [_deleted, _replaced])
def test_a_store_whose_file_is_lost_is_not_ready(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    with opened(made(tmp_path / "s.db")) as store:
        store.ready()
        lose(tmp_path / "s.db")

        with pytest.raises(StoreUnavailableError):
            store.ready()


# ---- damage


def test_a_file_that_is_no_store_is_reported_as_damaged(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_bytes(b"no database at all" * 1_000)

    with pytest.raises(StoreDamagedError):
        open_store(f"sqlite:///{tmp_path / 's.db'}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item SET checkpoint = '{'",
        "UPDATE item SET facts = '[1'",
        "UPDATE item SET facts = CAST(x'ff' AS TEXT)",
        "UPDATE part_of SET since = 'x'",
        "UPDATE journal SET event = '{}'",
        "DROP TABLE part_of",
    ],
)
def test_a_value_that_no_release_wrote_is_damage(tmp_path: Path, statement: str) -> None:
    url = made(tmp_path / "s.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        connection.execute(statement)
        connection.commit()

    with opened(url) as store:
        failures = [error for ask in questions(store) if (error := failure_of(ask)) is not None]

    assert failures
    assert all(isinstance(error, StoreDamagedError) for error in failures), failures


def test_a_damaged_page_gives_an_error_of_the_store_or_none(tmp_path: Path) -> None:
    made(tmp_path / "whole.db", 40)
    whole, chance = (tmp_path / "whole.db").read_bytes(), random.Random(13)

    for n in range(60):
        (tmp_path / f"{n}.db").write_bytes(damaged(whole, chance))
        try:
            with opened(f"sqlite:///{tmp_path / f'{n}.db'}") as store:
                for ask in questions(store):
                    failure_of(ask)
        except LineageError:
            continue


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """The file with some bytes of one page changed."""
    content = bytearray(whole)
    start = chance.randrange(100, len(content) - 64)
    content[start : start + chance.randrange(1, 64)] = chance.randbytes(16)
    return bytes(content[: len(whole)]).ljust(len(whole), b"\0")


def questions(store: Store) -> list[Callable[[], object]]:
    client = ServiceClient(store)
    return [
        lambda: client.lineage("urn:x:cell:1"),
        lambda: client.lineage("urn:x:pack:1", "upstream"),
        lambda: client.custody("urn:x:cell:1"),
        lambda: client.card("urn:x:cell:1", "2026-01-01"),
        lambda: client.event_status("c1"),
        lambda: load_events(store, [b.assembled("urn:x:pack:1", "urn:x:cell:2", event_id="later")]),
    ]


def failure_of(ask: Callable[[], object]) -> LineageError | None:
    """The error of a question; whatever is no error of the service's tree fails the test."""
    try:
        json.dumps(ask(), default=str)
    except LineageError as error:
        return error
    return None
