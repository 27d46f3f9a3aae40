"""`lineage migrate`: convert a store of an older format to the format of this release."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from lineage.cli.session import JsonOption, StoreOption, report_errors, settings, write_document
from lineage.operations.json_encoding import encode
from lineage.service.answers import Document
from lineage.stores import migrate_store
from lineage.stores.interface import FORMAT_VERSION
from lineage.stores.migration import Migration, Progress


def migrate(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Convert a store, and its file of findings, from an older format to the format of this release."""
    with report_errors(as_json=as_json):
        options = settings()
        url = store or options.store
        with _shown() as progress:
            migration, findings = migrate_store(
                url,
                user=options.neo4j_user,
                password=options.neo4j_password,
                findings=options.findings,
                progress=progress,
            )
        if as_json:
            write_document(
                encode({"store": _document(migration), "findings": None if findings is None else _document(findings)})
            )
            return
        _describe("The store", migration)
        if findings is not None:
            _describe("The file of findings", findings)


@contextmanager
def _shown() -> Iterator[Progress]:
    """Show the step that runs, where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield _show_nothing
        return
    with Console(stderr=True).status("migrating") as status:
        yield lambda file, rows: status.update(f"{file}: {rows:,} rows")


def _show_nothing(file: str, rows: int, /) -> None:
    """Show no progress: standard error is no terminal, and the steps are printed at the end."""


def _describe(what: str, migration: Migration) -> None:
    if not migration.steps:
        print(f"{what} has format {migration.found} already: nothing to migrate.")
        return
    for step in migration.steps:
        rows = "" if step.rows is None else f" ({step.rows:,} rows)"
        print(f"{step.file}: {step.sentence}{rows}")
    print(f"{what} had format {migration.found} and has format {FORMAT_VERSION} now.")


def _document(migration: Migration) -> Document:
    return {
        "found": migration.found,
        "format": FORMAT_VERSION,
        "steps": [step._asdict() for step in migration.steps],
    }
