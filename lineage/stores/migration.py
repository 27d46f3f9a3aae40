"""Migration of a store to the format of this release: which formats can be migrated, and the report of what was done.

The steps are query files, numbered by the format to which they lead: `sql/migrate/003_*.sql`,
`cypher/migrate/003/*.cypher`. A store of format 2 runs those of 003 and of every later number, in the order of names.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Final, NamedTuple

from lineage.domain.errors import InvalidQuestionError, StoreTooNewError, StoreTooOldError
from lineage.stores.interface import FORMAT_VERSION

OLDEST_MIGRATED: Final = 2
"""The oldest format that can be migrated in place."""


class MigrationStep(NamedTuple):
    """One step that was run: its query file, what the file's header states, and how many rows it has gone through.

    `rows` is None where a step renames at once, whatever the number of rows.
    """

    file: str
    sentence: str
    rows: int | None


class Migration(NamedTuple):
    """The format that was found, and the steps that were run; none where the store had the newest format already."""

    found: int
    steps: tuple[MigrationStep, ...]


Progress = Callable[[str, int], None]
"""Receives the query file that runs and how many rows it has gone through so far. What it raises ends the migration."""


def check_format(found: int) -> None:
    """Raise StoreTooNewError or StoreTooOldError unless this release works on stores of this format."""
    check_migratable(found)
    if found < FORMAT_VERSION:
        message = (
            f"The store has format {found}, this release works on {FORMAT_VERSION}: "
            "stop every process of the older release, then run `lineage migrate --store URL`."
        )
        raise StoreTooOldError(message, found=found, supported=FORMAT_VERSION)


def check_migratable(found: int) -> None:
    """Raise StoreTooNewError, or StoreTooOldError where the format is older than any that can be migrated in place."""
    if found > FORMAT_VERSION:
        message = f"The store has format {found}, this release knows {FORMAT_VERSION}: use a newer release."
        raise StoreTooNewError(message, found=found, supported=FORMAT_VERSION)
    if found < OLDEST_MIGRATED:
        message = (
            f"The store has format {found}: with the release that wrote it run `lineage export FILE`, "
            "then with this one `lineage load --keep-recorded FILE` into an empty store."
        )
        raise StoreTooOldError(message, found=found, supported=FORMAT_VERSION)


def steps_after(found: int, package: str, folder: str, suffix: str) -> list[str]:
    """The query files, in order, that lead from a format to the newest one."""
    paths: list[str] = []
    for entry in resources.files(package).joinpath(folder).iterdir():
        number = entry.name[:3]
        if not number.isdigit() or int(number) <= found:
            continue
        names = [f"{entry.name}/{file.name}" for file in entry.iterdir()] if entry.is_dir() else [entry.name]
        paths += [f"{folder}/{name}" for name in names if name.endswith(suffix)]
    return sorted(paths)


def store_missing(url: str) -> InvalidQuestionError:
    """The error for an address at which there is no store."""
    message = f"There is no store at {url}: load, import, restore, demo and serve make one."
    return InvalidQuestionError(message, path="--store", code="store_missing")
