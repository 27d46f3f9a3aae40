"""`lineage score`: findings of a generated fleet compared with the defects planted in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from lineage.cli.session import JsonOption, StoreOption, opened, report_errors, write_document
from lineage.domain.instants import parse_instant
from lineage.exchange.jsonl import open_events, read_lines
from lineage.operations.json_encoding import encode
from lineage.operations.operation import system_clock
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.findings.scoring import score as score_findings
from lineage.service.ingest.load import Rules, load
from lineage.stores.interface import Store
from lineage.stores.scratch_folder import ScratchFolder


def score(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="The folder of a fleet, as `lineage generate` wrote it.")
    ],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Evaluate the findings of a fleet and print recall and precision for each kind.

    Without --store the fleet is loaded into a temporary store; with it the fleet must already be loaded there.
    """
    with report_errors(as_json=as_json):
        place = Path(folder)
        until = orjson.loads((place / "manifest.json").read_bytes())["until"]
        with _loaded(place, store) as fleet_store, (place / "truth.jsonl").open("rb") as truth:
            context = Context(system_clock(), lambda: False, parse_instant(until))
            document = score_findings(fleet_store, map(orjson.loads, truth), context, rule_book())
        if as_json:
            write_document(encode(document))
        else:
            _draw(document)


@contextmanager
def _loaded(place: Path, url: str | None) -> Iterator[Store]:
    """Open the named store, else a new one with the fleet in it."""
    if url is not None:
        with opened(url) as named:
            yield named
        return
    packed = place / "events.jsonl.zst"
    events = packed if packed.exists() else place / "events.jsonl"
    with (
        ScratchFolder() as folder,
        opened(f"sqlite:///{folder.path}/fleet.db", create=True) as fresh,
        open_events(events) as stream,
    ):
        load(fresh, read_lines(stream), Rules(system_clock, keep_recorded=True))
        yield fresh


def _draw(document: dict[str, Any]) -> None:
    console = Console()
    table = Table("kind", "planted", "found", "recall", "precision")
    for row in document["kinds"]:
        shares = (_share(row[name]) for name in ("recall", "precision"))
        table.add_row(row["kind"], f"{row['planted']:,}", f"{row['found']:,}", *shares)
    console.print(table)
    for f in document["not_found"]:
        console.print(f"Not found: {f['kind']}: {', '.join(f['shown_by'])}", markup=False, highlight=False)
    for f in document["not_planted"]:
        console.print(f"Not planted: {f['kind']}: {f['text']}", markup=False, highlight=False, soft_wrap=True)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
