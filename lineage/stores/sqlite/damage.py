"""What a damaged file looks like from outside: errors of SQLite, and values that no release has written."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

from lineage.domain.errors import (
    LineageError,
    StoreBusyError,
    StoreDamagedError,
    StoreUnavailableError,
    TimeLimitError,
)

_LOG: Final = logging.getLogger("lineage.store")
_DECODING: Final = ("lineage.stores.", "lineage.domain.events.serialization")
"""Modules that decode what is stored: an error in them is one of the stored value."""
_DAMAGED: Final = ("malformed", "corrupt", "not a database", "decode to UTF-8", "no such table", "no such column")


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into an error of the domain: the only place that does."""
    try:
        yield
    except sqlite3.OperationalError as e:
        if getattr(e, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise TimeLimitError from e
        if "locked" in str(e) or "busy" in str(e):
            raise StoreBusyError(f"The store is busy ({e}): try again.") from e
        if any(word in str(e) for word in _DAMAGED):
            raise damaged(path, e) from e
        raise StoreUnavailableError(f"The store {path} does not answer ({e}).") from e
    except (sqlite3.DatabaseError, UnicodeDecodeError) as e:
        # The second: SQLite quotes what it cannot read, in bytes that are no text.
        raise damaged(path, e) from e
    except (PermissionError, FileNotFoundError, IsADirectoryError, NotADirectoryError) as e:
        raise StoreUnavailableError(f"The store {os.fspath(path)} cannot be opened: {e.strerror}.") from e
    except OSError as e:
        if e.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        raise StoreUnavailableError("This process has too many files open: try again.") from e


def damaged(path: Path, error: Exception) -> StoreDamagedError:
    """The error for a file that cannot be read."""
    return StoreDamagedError(f"The store {path} is not readable ({error}): restore it from an export.")


@contextlib.contextmanager
def decoded(path: Path, connection: sqlite3.Connection) -> Iterator[None]:
    """Turn an error about a stored value into StoreDamagedError; an error of the program stays what it is."""
    try:
        yield
    except (LineageError, sqlite3.Error, OSError):
        raise
    except Exception as error:
        if not (_is_about_decoding(error) or _is_damaged(connection)):
            raise
        _LOG.warning("store_damaged", exc_info=error)
        reason = "a stored value cannot be decoded: `lineage verify --deep` names the rows"
        raise StoreDamagedError(f"The store {path} is damaged ({reason}).") from error


def _is_about_decoding(error: Exception) -> bool:
    """Whether the innermost function of the service that the error passed decodes what is stored."""
    module, place = "", error.__traceback__
    while place is not None:
        module, place = _module_of(place) or module, place.tb_next
    return module.startswith(_DECODING) and module != __name__


def _module_of(place: TracebackType) -> str | None:
    name = place.tb_frame.f_globals.get("__name__", "")
    return name if name.startswith("lineage.") else None


def _is_damaged(connection: sqlite3.Connection) -> bool:
    """Whether SQLite finds a page, an index or a type that is not as it was written; reads the whole file."""
    try:
        return faults(connection, 1) != []
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return True


def faults(connection: sqlite3.Connection, most: int) -> list[str]:
    """Return what is wrong with pages and indexes, and with the types of columns, at most `most` sentences each."""
    found = [text for (text,) in connection.execute(f"PRAGMA integrity_check({most:d})") if text != "ok"]
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (table,) in tables:
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        for _, column, declared, is_required, *_ in columns:
            allowed = {declared.lower()} | (set() if is_required else {"null"})
            kinds = connection.execute(f"SELECT DISTINCT typeof({column}) FROM {table}")  # noqa: S608 - names of the schema
            found += [f"{table}.{column} holds {kind}" for (kind,) in kinds if kind not in allowed]
            if len(found) >= most:
                return found
    return found
