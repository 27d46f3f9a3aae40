"""`lineage impact`: list the wholes that a recall concerns."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Final

import orjson
import typer

from lineage.cli.rendering.renderer import Renderer, counted, read_zone, with_offsets
from lineage.cli.session import (
    CHINA,
    CsvOption,
    JsonOption,
    KnownAtOption,
    StoreOption,
    ZoneOption,
    opened,
    refuse_both,
    report_errors,
    settings,
    write_csv,
    write_document,
)
from lineage.operations.csv_encoding import columns_of, header_of, rows_of
from lineage.operations.deadline import BoundedStore, Deadline
from lineage.operations.operation import system_clock
from lineage.operations.recall import read_recall
from lineage.service.documents.impact import Concern
from lineage.service.questions.impact import impact as find_impact

_AT_ONCE: Final = 500
TIMES: Final = ("produced_from", "produced_until", "at", "changed_since", "known_at")


def impact(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…", help="The items that are recalled.")] = None,
    *,
    maker: Annotated[str | None, typer.Option(metavar="ID", help="Recall everything that this party made.")] = None,
    model: Annotated[str | None, typer.Option(metavar="TEXT", help="Only items of this model.")] = None,
    batch: Annotated[str | None, typer.Option(metavar="TEXT", help="Only items of this batch.")] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only items of this kind: cell, module, pack …")
    ] = None,
    produced_from: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only items made at or after this time.")
    ] = None,
    produced_until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only items made before this time.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Answer as of this time.")] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Only entries added or released by events recorded after this time."),
    ] = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """List what a recall concerns: where each item is now, where it was once, and what is unknown."""
    refuse_both(as_json=as_json, as_csv=as_csv)
    given: dict[str, Any] = {"items": ids or None, "maker": maker, "model": model, "batch": batch, "kind": kind}
    given |= {"produced_from": produced_from, "produced_until": produced_until, "at": at}
    given |= {"changed_since": changed_since, "known_at": known_at}
    with report_errors(as_json=as_json), opened(store) as open_one:
        zone = read_zone(tz)
        recall = read_recall(given | with_offsets({name: given[name] for name in TIMES}, zone))
        deadline = Deadline(settings().read_seconds)
        context = recall.context(system_clock, deadline)
        lines = find_impact(BoundedStore(open_one, deadline), recall.question(), context)
        if as_csv:
            _write_csv(map(orjson.loads, lines))
        elif as_json:
            for line in lines:
                write_document(line.rstrip(b"\n"))
        else:
            _draw(Renderer(zone), map(orjson.loads, lines))


def _write_csv(documents: Iterator[dict[str, Any]]) -> None:
    """Print concerns as CSV as they arrive; standard error states it where some are missing."""
    columns = columns_of(Concern)
    write_csv(header_of(columns))
    while batch := list(islice(documents, _AT_ONCE)):
        write_csv(rows_of(columns, (d for d in batch if "totals" not in d)))
        if "totals" in batch[-1] and not batch[-1]["complete"]:
            print("lineage: This list is incomplete: an item went into more than a million others.", file=sys.stderr)


def _draw(renderer: Renderer, documents: Iterator[dict[str, Any]]) -> None:
    """Print lines as tables as they arrive, then their totals."""
    columns = ("status", "item", "in", "when", "holder", "region", "not reported by")
    while batch := list(islice(documents, _AT_ONCE)):
        rows = [d for d in batch if "totals" not in d]
        if rows:
            renderer.table(columns, (_row(renderer, d) for d in rows))
        if "totals" in batch[-1]:
            _totals(renderer, batch[-1])


def _row(renderer: Renderer, line: dict[str, Any]) -> tuple[object, ...]:
    silent = "" if line["status"] != "unknown" else f"{line['layer']}: {', '.join(line['silent'])}"
    when = renderer.window(line["since"], line["until"])
    status = f"{line['change']}: {line['status']}" if "change" in line else line["status"]
    return status, line["item"], line["whole"], when, ", ".join(line["holders"]), line["region"], silent


def _totals(renderer: Renderer, last: dict[str, Any]) -> None:
    totals = last["totals"]
    by_status = ", ".join(
        f"{totals[word]} {word}" for word in ("now", "once", "unknown", "added", "released") if word in totals
    )
    renderer.print_line(
        f"{counted(totals['items'], 'item')} recalled: {by_status}. Parts without a code: {totals['uncoded']:,}."
    )
    if not last["complete"]:
        renderer.print_line("This answer is incomplete: an item went into more than a million others.")
    renderer.print_line(f"Sealed as of event {last['position']}: {last['digest']}")
