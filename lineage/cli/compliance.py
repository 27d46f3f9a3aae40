"""The commands `lineage dossier`, which can also write a page, and `lineage check`, which reads a file of events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.pages.dossier import page
from lineage.cli.outputs import check_output
from lineage.cli.questions import RulesOption, names_in, read_book, show
from lineage.cli.rendering.renderer import Renderer, read_zone, with_offsets
from lineage.cli.rendering.tables import draw
from lineage.cli.session import (
    CHINA,
    REJECTED,
    JsonOption,
    KnownAtOption,
    StoreOption,
    ZoneOption,
    answer,
    opened,
    printable,
    report_errors,
    settings,
    write_document,
)  # fmt: skip
from lineage.exchange.jsonl import open_events, read_start
from lineage.operations.deadline import BoundedStore, Deadline
from lineage.operations.json_encoding import encode
from lineage.operations.operation import system_clock
from lineage.operations.precheck import MOST_BYTES, checked
from lineage.operations.problems import RejectedEventsError
from lineage.operations.questions.compliance import DOSSIER
from lineage.service.answers import Context


def dossier(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of an item.")],
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="Answer as of this time.")] = None,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Also write a page for printing.")] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="WORD", help="The language of the page: en (default) or zh.")
    ] = None,
    known_at: KnownAtOption = None,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show everything that is known about one item at one time, with the proof."""
    options: dict[str, str | None] = {"at": at, "lang": lang, "known_at": known_at}
    if html is None:
        show(DOSSIER, id, options, store=store, as_json=as_json, tz=tz, rules=rules)
        return
    with report_errors(as_json=as_json):
        check_output(html, "--html", inputs=[] if rules is None else [rules], store=store)
    with report_errors(as_json=as_json), opened(store) as open_one:
        book = None if rules is None else read_book(rules)
        options = with_offsets(options, read_zone(tz))
        document = answer(open_one, DOSSIER, options, id, book)
        with open(html, "wb") as stream:
            stream.write(page(document, lang or "en"))
        if as_json:
            write_document(encode(answer(open_one, DOSSIER, options, id, book)))
        else:
            print(f"Written: {printable(html)}")


def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines or an array; - is standard input.")],
    *,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Check events before they are reported: list the findings that they would cause. Nothing is stored."""
    with report_errors(as_json=as_json), opened(store) as open_one:
        zone = read_zone(tz)
        with open_events(file if file == "-" else Path(file)) as stream:
            body = read_start(stream, MOST_BYTES)
        book = None if rules is None else read_book(rules)
        deadline = Deadline(settings().read_seconds)
        context = Context(system_clock(), deadline.passed, check=deadline.check)
        try:
            document = checked(BoundedStore(open_one, deadline), body, context, book)
        except RejectedEventsError as error:
            if not as_json:
                draw("check", Renderer(zone), dict(error.answer))
            raise
        if as_json:
            write_document(encode(document))
        else:
            draw("check", Renderer(zone, names_in(open_one, document)), document)
        if document["rejected"]:
            raise typer.Exit(REJECTED)
