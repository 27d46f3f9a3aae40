"""Every command, by name."""

from __future__ import annotations

from typing import Annotated

import typer

from lineage import __version__
from lineage.cli import compliance, demo, impact, journal, load, migrate, questions, serve
from lineage.cli.fleet import generate as fleet
from lineage.cli.fleet import score

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("load")(load.load_files)
app.command("import")(load.import_files)
for command in (
    questions.events,
    questions.event,
    questions.item,
    questions.search,
    questions.trace,
    questions.composition,
    questions.path,
    questions.custody,
    compliance.responsibility,
    compliance.dossier,
    questions.party,
    questions.holdings,
    compliance.duties,
    compliance.conduct,
    compliance.check,
    questions.findings,
    journal.judge,
    impact.impact,
    serve.serve,
    journal.verify,
    journal.export,
    journal.rebuild,
    migrate.migrate,
    demo.demo,
    fleet.generate,
    fleet.stats,
    score.score,
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
