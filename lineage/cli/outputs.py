"""Files that a command writes: none replaces a store or a file that the command reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lineage.cli.session import settings
from lineage.domain.errors import InvalidQuestionError

STANDARD: Final = "-"
"""Standard input or output in the place of a file."""
_SQLITE: Final = b"SQLite format 3\0"
_FURTHER: Final = ("", "-wal", "-shm", "-journal", ".lock", ".filling", ".findings")
_SCHEME: Final = "sqlite:///"


def check_output(name: str, option: str, *, inputs: Iterable[str] = (), store: str | None = None) -> None:
    """Refuse to write to a file of a store or to an input; a file that is neither is overwritten.

    Raises InvalidQuestionError: `same_file` for an input, `output_is_store` for a file of the store of the command or
    for any file of SQLite.
    """
    if name == STANDARD:
        return
    path = Path(name)
    if any(_is_same(path, Path(other)) for other in inputs if other != STANDARD):
        message = f"{name} is one of the files to read: write to another file."
        raise InvalidQuestionError(message, path=option, code="same_file")
    if any(_is_same(path, file) for file in _store_files(store)) or _is_sqlite(path):
        message = f"{name} is a file of a store: write to another file."
        raise InvalidQuestionError(message, path=option, code="output_is_store")


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names are of one file, which need not be there."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def _store_files(url: str | None) -> list[Path]:
    configured = settings()
    url = url or configured.store
    files = [Path(url.removeprefix(_SCHEME) + end) for end in _FURTHER] if url.startswith(_SCHEME) else []
    return files + ([] if configured.findings is None else [Path(configured.findings)])


def _is_sqlite(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE
