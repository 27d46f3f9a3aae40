"""Every command, by name."""

from __future__ import annotations

from typing import Annotated

import typer

from lineage import __version__
from lineage.cli import compliance as answering
from lineage.cli import demo as showing
from lineage.cli import impact as recalling
from lineage.cli import journal as upkeep
from lineage.cli import load as loading
from lineage.cli import questions as asking
from lineage.cli import serve as serving
from lineage.cli.fleet import generate as fleet
from lineage.cli.fleet import score as scoring

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("load")(loading.load_files)
app.command("import")(loading.import_files)
for command in (
    asking.events,
    asking.event,
    asking.item,
    asking.search,
    asking.trace,
    asking.composition,
    asking.path,
    asking.custody,
    answering.responsibility,
    answering.dossier,
    asking.party,
    asking.holdings,
    answering.duties,
    answering.conduct,
    answering.check,
    asking.findings,
    upkeep.judge,
    recalling.impact,
    serving.serve,
    upkeep.verify,
    upkeep.export,
    upkeep.rebuild,
    showing.demo,
    fleet.generate,
    fleet.stats,
    scoring.score,
):
    app.command(command.__name__)(command)


def _version(is_asked: bool) -> None:
    if is_asked:
        print(f"lineage {__version__}")
        raise typer.Exit


@app.callback()
def lineage(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which release this is.")
    ] = False,
) -> None:
    """Where every battery came from, where it went, and in whose hands it was, at any time."""
