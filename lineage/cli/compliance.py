"""The commands that ask who answers for it: responsibility, duties, the dossier."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from api.pages.dossier import page
from lineage.cli.questions import (
    AtOption,
    CursorOption,
    FromOption,
    ItemArgument,
    LimitOption,
    PartyArgument,
    RulesOption,
    UntilOption,
    names_in,
    read_book,
    show,
)  # fmt: skip
from lineage.cli.rendering.renderer import Renderer, read_zone
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
    report_errors,
    settings,
    write_document,
)  # fmt: skip
from lineage.exchange.jsonl import open_events
from lineage.operations.catalogue import system_clock
from lineage.operations.json_encoding import encode
from lineage.operations.precheck import MOST_BYTES, checked
from lineage.operations.problems import RejectedEventsError
from lineage.service.answers import Context


def responsibility(
    id: ItemArgument,
    *,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show who holds an item, who answers for it by which rule, and which reports were owed."""
    show("responsibility", id, {"at": at, "known_at": known_at}, store=store, as_json=as_json, tz=tz, rules=rules)


def duties(
    id: PartyArgument,
    *,
    status: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only met, late, open, overdue or missing ones.")
    ] = None,
    since: FromOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    cursor: CursorOption = None,
    known_at: KnownAtOption = None,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """List which reports a party owed, and whether they came."""
    options = {"status": status, "from": since, "until": until, "limit": limit, "cursor": cursor}
    show("duties", id, {**options, "known_at": known_at}, store=store, as_json=as_json, tz=tz, rules=rules)


def dossier(
    id: ItemArgument,
    *,
    at: AtOption = None,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page to print, too.")] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="WORD", help="The language of the page: en (usual) or zh.")
    ] = None,
    known_at: KnownAtOption = None,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Tell everything that is known of one thing at a moment, with what proves it."""
    options = {"at": at, "lang": lang, "known_at": known_at}
    if html is None:
        show("dossier", id, options, store=store, as_json=as_json, tz=tz, rules=rules)
        return
    with report_errors(as_json=as_json), opened(store) as open_one:
        book = None if rules is None else read_book(rules)
        document = answer(open_one, "dossier", options, id, book)
        with open(html, "wb") as stream:
            stream.write(page(document, lang or "en"))
        if as_json:
            write_document(encode(document))
        else:
            print(f"Written: {html}")


def conduct(
    id: PartyArgument,
    *,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show what a party takes in against what it may, how punctual it is, and which hand-overs are open."""
    show("conduct", id, {"at": at, "known_at": known_at}, store=store, as_json=as_json, tz=tz, rules=rules)


def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines or an array; - is standard input.")],
    *,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Judge events before they are reported: what would be found. Nothing is stored."""
    with report_errors(as_json=as_json), opened(store) as open_one:
        zone = read_zone(tz)
        with open_events(file if file == "-" else Path(file)) as stream:
            body = stream.read(MOST_BYTES + 1)
        book = None if rules is None else read_book(rules)
        deadline = time.monotonic() + settings().read_seconds
        context = Context(system_clock(), lambda: time.monotonic() > deadline)
        try:
            document = checked(open_one, body, context, book)
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
