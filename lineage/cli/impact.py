"""`lineage impact`: whom a recall concerns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Final

import orjson
import typer

from lineage.cli.rendering.renderer import Renderer, read_zone
from lineage.cli.session import (
    CHINA,
    JsonOption,
    KnownAtOption,
    StoreOption,
    ZoneOption,
    opened,
    report_errors,
    write_document,
)
from lineage.operations.operation import system_clock
from lineage.operations.recall import read_recall
from lineage.service.questions.impact import impact as find_impact

_AT_ONCE: Final = 500


def impact(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…", help="The items that are recalled.")] = None,
    *,
    maker: Annotated[str | None, typer.Option(metavar="ID", help="Everything that this party made.")] = None,
    model: Annotated[str | None, typer.Option(metavar="TEXT", help="Only of this model.")] = None,
    batch: Annotated[str | None, typer.Option(metavar="TEXT", help="Only of this batch.")] = None,
    kind: Annotated[str | None, typer.Option(metavar="WORD", help="Only cells, modules, packs …")] = None,
    produced_from: Annotated[str | None, typer.Option(metavar="TIME", help="Only made from then on.")] = None,
    produced_until: Annotated[str | None, typer.Option(metavar="TIME", help="Only made before then.")] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Now is that time.")] = None,
    changed_since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only whom what was recorded after then added or released.")
    ] = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show whom a recall concerns: where each item is now, where it was once, and what is not known."""
    given: dict[str, Any] = {"items": ids or None, "maker": maker, "model": model, "batch": batch, "kind": kind}
    given |= {"produced_from": produced_from, "produced_until": produced_until, "at": at}
    given |= {"changed_since": changed_since, "known_at": known_at}
    with report_errors(as_json=as_json), opened(store) as open_one:
        recall = read_recall(given)
        lines = find_impact(open_one, recall.question(), recall.context(system_clock))
        if as_json:
            for line in lines:
                write_document(line.rstrip(b"\n"))
        else:
            _draw(Renderer(read_zone(tz)), map(orjson.loads, lines))


def _draw(renderer: Renderer, documents: Iterator[dict[str, Any]]) -> None:
    """Lines as tables, as they come; then what they come to."""
    columns = ("status", "item", "in", "when", "holder", "region", "nobody told")
    while some := list(islice(documents, _AT_ONCE)):
        rows = [d for d in some if "totals" not in d]
        if rows:
            renderer.table(columns, (_row(renderer, d) for d in rows))
        if "totals" in some[-1]:
            _totals(renderer, some[-1])


def _row(renderer: Renderer, line: dict[str, Any]) -> tuple[object, ...]:
    silent = "" if line["status"] != "unknown" else f"{line['layer']}: {', '.join(line['silent'])}"
    when = renderer.window(line["since"], line["until"])
    status = f"{line['change']}: {line['status']}" if "change" in line else line["status"]
    return status, line["item"], line["whole"], when, ", ".join(line["holders"]), line["region"], silent


def _totals(renderer: Renderer, last: dict[str, Any]) -> None:
    totals = last["totals"]
    counted = ", ".join(
        f"{totals[word]} {word}" for word in ("now", "once", "unknown", "added", "released") if word in totals
    )
    renderer.print_line(
        f"{totals['items']} items recalled: {counted}. {totals['uncoded']} parts without a code were counted."
    )
    if not last["complete"]:
        renderer.print_line("This is not everything: an item went into more than a million others.")
    renderer.print_line(f"Sealed as of event {last['position']}: {last['digest']}")
