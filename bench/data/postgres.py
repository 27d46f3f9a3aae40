"""A temporary PostgreSQL server for a run, with the rows of a filled SQLite store in it.

The server comes from Debian's packages (`apt-get install postgresql`), the driver from the extra `bench`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from neo4j_server import free_ports

TABLES: Final = {
    "item": "num INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT, consumed BIGINT, facts TEXT, known_from BIGINT",
    "item_past": "item INTEGER, kind TEXT, consumed BIGINT, facts TEXT, known_from BIGINT, known_until BIGINT",
    "part_of": "part INTEGER, whole INTEGER, since BIGINT, until BIGINT, events TEXT, known_from BIGINT",
    "part_of_past": "part INTEGER, whole INTEGER, since BIGINT, until BIGINT, events TEXT, known_from BIGINT, "
    "known_until BIGINT",
    "became": "input INTEGER, output INTEGER, at BIGINT, events TEXT, known_from BIGINT",
    "became_past": "input INTEGER, output INTEGER, at BIGINT, events TEXT, known_from BIGINT, known_until BIGINT",
    "held_by": "item INTEGER, holder TEXT, since BIGINT, until BIGINT, status TEXT, taker TEXT, events TEXT, "
    "known_from BIGINT",
    "held_by_past": "item INTEGER, holder TEXT, since BIGINT, until BIGINT, status TEXT, taker TEXT, events TEXT, "
    "known_from BIGINT, known_until BIGINT",
}
_BY_HOLDER: Final = "holder, until, since"
INDEXES: Final = (
    "CREATE UNIQUE INDEX ON item (id)",
    "CREATE INDEX ON item_past (item, known_from)",
    *(
        f"CREATE INDEX ON {table}{past} ({column})"
        for past in ("", "_past")
        for table, columns in (("part_of", ("part", "whole")), ("became", ("input", "output")))
        for column in columns
    ),
    *(f"CREATE INDEX ON held_by{past} ({columns})" for past in ("", "_past") for columns in ("item", _BY_HOLDER)),
)
SETTINGS: Final = {
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "effective_cache_size": "4GB",
    "jit": "off",
    "random_page_cost": "1.1",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
}
"""Memory settings as the manual recommends. The planner cannot estimate the depth of a recursion: without the other
settings it joins whole tables for a closure of four items, which is ten times slower."""
LONGEST_START_S: Final = 60.0


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL programs; None if they or the driver are not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    found = shutil.which("postgres")
    if importlib.util.find_spec("psycopg") is None:
        return None
    if folders:
        return folders[-1].parent
    return Path(found).resolve().parent if found else None


def version(folder: Path) -> str:
    printed = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return printed.stdout.split()[2]


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """Yield the connection string of a server on 127.0.0.1, in a folder that is removed afterwards.

    PostgreSQL refuses to run as root; then it runs as the user of its package.
    """
    user = _user()
    home = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
    try:
        if user is not None:
            os.chown(home, user, user)
        (port,) = free_ports(0)
        data = home / "data"
        given: dict[str, Any] = {"user": user, "cwd": home, "env": {"LC_ALL": "C", "PATH": os.defpath}}
        line: list[str | Path] = [
            folder / "initdb",
            "-D",
            data,
            "-U",
            "bench",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, **given)
        options = [f"--{k.replace('_', '-')}={v}" for k, v in SETTINGS.items()]
        place = [f"--port={port}", "--listen-addresses=127.0.0.1", f"--unix-socket-directories={home}"]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [folder / "postgres", "-D", data, *options, *place], stdout=log, stderr=subprocess.STDOUT, **given
            )
        try:
            yield f"host=127.0.0.1 port={port} user=bench dbname=postgres"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _user() -> int | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return names.get("postgres", names["nobody"])


def filled(conninfo: str, path: str) -> Any:
    """Return a connection to a server that holds the rows of this SQLite store, indexed and analysed."""
    import psycopg  # noqa: PLC0415 - of the extra `bench`

    connection = _connected(psycopg, conninfo)
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for table, columns in TABLES.items():
        names = ", ".join(column.split()[0] for column in columns.split(", "))
        connection.execute(f"CREATE TABLE {table} ({columns})")
        with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in store.execute(f"SELECT {names} FROM {table}"):
                copy.write_row(row)
    for statement in (*INDEXES, "ANALYZE"):
        connection.execute(statement)
    store.close()
    return connection


def _connected(psycopg: Any, conninfo: str) -> Any:
    deadline = time.monotonic() + LONGEST_START_S
    while True:
        try:
            return psycopg.connect(conninfo, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
