"""`lineage restore`: fill an empty store with an exported journal, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from lineage.cli.load import Sources, check_files, print_load, warn_if_ahead
from lineage.cli.session import REJECTED, JsonOption, StoreOption, complain, opened_or_made, report_errors
from lineage.domain.errors import InvalidQuestionError
from lineage.exchange.formats import JSONL
from lineage.operations.ingest import loaded
from lineage.operations.operation import system_clock
from lineage.operations.problems import RejectedEventsError
from lineage.service.answers import Context
from lineage.service.gc_tuning import tune_gc
from lineage.service.ingest import maintenance
from lineage.service.ingest.load import LoadReport, Rules, load_all


def restore(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="An export; .gz and .zst are unpacked, - is standard input.")
    ],
    *,
    digest: Annotated[
        str | None, typer.Option("--digest", metavar="HEX", help="The digest that the restored journal must have.")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore an exported journal into an empty store: all of it or nothing, with its digests verified."""
    with report_errors(as_json=as_json):
        check_files([file], None, JSONL.name, store)
        tune_gc()
        sources = Sources([file], JSONL)
        rules = Rules(system_clock, keep_recorded=True, restoring=True)
        with opened_or_made(store) as open_one, sources.progress() as progress:
            report = load_all(
                open_one, sources.lines(), rules, progress=progress, confirm=_confirm(sources, rules, digest)
            )
            verified = maintenance.verify(open_one, Context(system_clock(), lambda: False))
            document = sources.placed(loaded(report, rules))
        print_load(document, sources, as_json=as_json)
        warn_if_ahead(report)
        if (failure := verified["failure"]) is not None:
            complain(f"Row {failure['position']} fails. {failure['message']}", failure["code"])
            raise typer.Exit(REJECTED)


def _confirm(sources: Sources, rules: Rules, digest: str | None) -> Callable[[LoadReport], None]:
    """Return the check that is made before anything is stored."""

    def confirm(report: LoadReport) -> None:
        if report.duplicate or not report.is_journal:
            message = (
                "This is no whole journal: a line was rejected, is repeated or has no `recorded`. Nothing was stored."
            )
            document = sources.placed(loaded(report, rules))
            raise RejectedEventsError(message, {**document, "accepted": 0, "position": 0, "digest": ""})
        if digest is not None and report.state.digest != digest.strip().lower():
            message = f"The journal of this file has the digest {report.state.digest or 'none'}. Nothing was stored."
            raise InvalidQuestionError(message, path="--digest", code="digest_differs")

    return confirm
