"""The commands `lineage verify`, `export`, `rebuild` and `judge`, which read the whole journal."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer
import zstandard
from rich.console import Console

from lineage.cli.outputs import check_output
from lineage.cli.session import (
    REJECTED,
    JsonOption,
    StoreOption,
    complain,
    opened,
    report_errors,
    write_document,
)
from lineage.operations.json_encoding import encode
from lineage.operations.operation import system_clock
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.findings.materialization import evaluate_all
from lineage.service.gc_tuning import tune_gc
from lineage.service.ingest import maintenance

STANDARD_OUTPUT = "-"


def _now() -> Context:
    return Context(system_clock(), lambda: False)


@contextmanager
def counting() -> Iterator[Callable[[int], None] | None]:
    """Show progress where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with Console(stderr=True).status("reading") as status:
        yield lambda count: status.update(f"{count:,} events") if count % 1_000 == 0 else None


def verify(
    *,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also compare everything that is derived with what the journal gives.")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute the journal's chain of digests and name the first row that fails, if any."""
    with report_errors(as_json=as_json):
        with opened(store) as open_one, counting() as progress:
            if deep:
                document = maintenance.verify_deep(open_one, _now(), rule_book(), progress)
            else:
                document = maintenance.verify(open_one, _now(), progress)
        failure = document["failure"]
        if as_json:
            write_document(encode(document))
        elif document["intact"]:
            print(
                f"All {document['checked']:,} events are as they were accepted. Digest {document['digest'] or 'none'}."
            )
        if failure is not None:
            complain(f"Row {failure['position']} fails. {failure['message']}", failure["code"])
        for difference in document.get("differences", ()):
            complain("{reason} in {table}: {row}".format(**difference), code="row_differs")
        if document.get("findings") == "not_compared" and document["intact"] and not as_json:
            print("The stored findings were not compared: they are not those of the journal as it is now.")
        if not document["intact"]:
            raise typer.Exit(REJECTED)


def export(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="The file to write; .gz and .zst are compressed, - is standard output."),
    ],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the journal in order, ready for `lineage load --keep-recorded`."""
    with report_errors(as_json=as_json):
        check_output(file, "FILE", store=store)
        check_output(file if file == STANDARD_OUTPUT else partial_of(file), "FILE", store=store)
        with opened(store) as open_one, written(file) as target, counting() as progress:
            document = maintenance.export(open_one, _now(), target.write, progress)
        summary = f"{document['exported']:,} events written. Digest {document['digest'] or 'none'}."
        if file == STANDARD_OUTPUT:
            print(summary, file=sys.stderr)
        elif as_json:
            write_document(encode(document))
        else:
            print(summary)


@contextmanager
def written(name: str) -> Iterator[BinaryIO]:
    """Open a file that appears only when it is complete; the end of its name chooses the compression."""
    if name == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = Path(partial_of(name))
    try:
        with partial.open("wb") as raw:
            with packed(name, raw) as target:
                yield target
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(name)
    finally:
        partial.unlink(missing_ok=True)


def partial_of(name: str) -> str:
    """Return the name of a file until it is complete."""
    return f"{name}.partial"


@contextmanager
def packed(name: str, raw: BinaryIO) -> Iterator[BinaryIO]:
    if name.lower().endswith(".gz"):
        with gzip.GzipFile("", "wb", 6, raw, 0) as target:
            yield cast(BinaryIO, target)
    elif name.lower().endswith(".zst"):
        with zstandard.ZstdCompressor().stream_writer(raw, closefd=False) as packing:
            yield cast(BinaryIO, packing)
    else:
        yield raw


def rebuild(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Delete everything that is derived from the journal, and derive it again."""
    with report_errors(as_json=as_json):
        tune_gc()
        with opened(store) as open_one:
            document = maintenance.rebuild(open_one, _now())
        if as_json:
            write_document(encode(document))
        else:
            print(f"Derived again from {document['rebuilt']:,} events.")


def judge(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Evaluate and store the findings of all changes since the last run, so that lists of findings are quick."""
    with report_errors(as_json=as_json):
        with opened(store) as open_one:
            document = evaluate_all(open_one, _now(), rule_book())
        if as_json:
            write_document(encode(document))
        else:
            print(f"{document['judged']:,} items and corrections evaluated, up to event {document['position']:,}.")
