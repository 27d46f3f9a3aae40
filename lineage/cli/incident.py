"""`lineage incident`: one page about an item after an incident, such as a vehicle after a fire."""

from __future__ import annotations

from typing import Annotated

import typer

from lineage.cli.questions import RulesOption, read_book
from lineage.cli.rendering.incident_page import IncidentPage
from lineage.cli.rendering.renderer import Renderer, read_zone, with_offsets
from lineage.cli.session import (
    CHINA,
    JsonOption,
    KnownAtOption,
    StoreOption,
    ZoneOption,
    answer,
    opened,
    report_errors,
    write_document,
)
from lineage.operations.json_encoding import encode
from lineage.operations.questions.compliance import DOSSIER


def incident(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of an item, such as a VIN.")],
    *,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="The time of the incident, in --tz if it has no offset.")
    ] = None,
    known_at: KnownAtOption = None,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show on one page what was in an item at a time, where that had been, who answers, and what is not known."""
    with report_errors(as_json=as_json), opened(store) as open_one:
        zone = read_zone(tz)
        options = with_offsets({"at": at, "known_at": known_at}, zone)
        book = None if rules is None else read_book(rules)
        document = answer(open_one, DOSSIER, options, id, book)
        if as_json:
            write_document(encode(document))
            return
        IncidentPage(Renderer(zone, document["parties"]), document).print()
